CREATE TRIGGER ballot_disputes_no_delete BEFORE DELETE ON ballot_disputes
FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- A ruling may be proposed again until it is confirmed; what was disputed never changes.
CREATE TRIGGER ballot_disputes_no_rewrite BEFORE UPDATE ON ballot_disputes FOR EACH ROW
WHEN (OLD.confirmed_at IS NOT NULL OR NEW.ballot_id <> OLD.ballot_id OR NEW.vote_id <> OLD.vote_id
    OR NEW.reason <> OLD.reason OR NEW.text <> OLD.text OR NEW.filed_by <> OLD.filed_by
    OR NEW.filed_at <> OLD.filed_at OR COALESCE(NEW.log_seq, -1) <> COALESCE(OLD.log_seq, -1))
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ballot_notices_no_delete BEFORE DELETE ON ballot_notices
FOR EACH ROW EXECUTE FUNCTION refuse_change();
