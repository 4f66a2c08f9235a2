DROP TRIGGER ballot_notices_no_delete ON ballot_notices;
DROP TRIGGER ballot_disputes_no_rewrite ON ballot_disputes;
DROP TRIGGER ballot_disputes_no_delete ON ballot_disputes;
