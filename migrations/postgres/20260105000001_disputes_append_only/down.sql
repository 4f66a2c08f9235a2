DROP TRIGGER ballot_notices_no_delete ON ballot_notices;
DROP TRIGGER ballot_choices_no_return ON ballot_choices;
DROP FUNCTION refuse_return;
DROP TRIGGER ballot_disputes_no_own ON ballot_disputes;
DROP FUNCTION refuse_own_ruling;
DROP TRIGGER ballot_disputes_no_rewrite ON ballot_disputes;
DROP TRIGGER ballot_disputes_no_delete ON ballot_disputes;
