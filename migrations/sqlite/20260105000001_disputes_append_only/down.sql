DROP TRIGGER ballot_notices_no_delete;
DROP TRIGGER ballot_choices_no_return;
DROP TRIGGER ballot_disputes_no_own;
DROP TRIGGER ballot_disputes_no_rewrite;
DROP TRIGGER ballot_disputes_no_delete;
