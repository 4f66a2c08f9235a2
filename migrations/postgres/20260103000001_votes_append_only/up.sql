CREATE TRIGGER ballots_no_change BEFORE UPDATE OR DELETE ON ballots
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER vote_transitions_no_change BEFORE UPDATE OR DELETE ON vote_transitions
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ballot_attempts_no_change BEFORE UPDATE OR DELETE ON ballot_attempts
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sheet_entries_no_change BEFORE UPDATE OR DELETE ON sheet_entries
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sheet_issues_no_change BEFORE UPDATE OR DELETE ON sheet_issues
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sheet_batches_no_change BEFORE UPDATE OR DELETE ON sheet_batches
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sheet_accounts_no_change BEFORE UPDATE OR DELETE ON sheet_accounts
FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- A sheet keeps its serial, its head and its time; what is void or settled stays so.
CREATE TRIGGER sheets_no_rewrite BEFORE UPDATE ON sheets FOR EACH ROW
WHEN (NEW.serial <> OLD.serial OR NEW.head_id <> OLD.head_id OR NEW.vote_id <> OLD.vote_id
    OR NEW.issue_id <> OLD.issue_id OR NEW.batch_id <> OLD.batch_id
    OR NEW.registered_at <> OLD.registered_at OR (OLD.state IN ('void', 'settled') AND NEW.state <> OLD.state)
    OR (NEW.state = 'void' AND OLD.batch_id IS NOT NULL))
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sheets_no_delete BEFORE DELETE ON sheets
FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- A choice is never rewritten; it may only cease to stand, or stand again after a ruling (`ballot_disputes`).
CREATE TRIGGER ballot_choices_no_rewrite BEFORE UPDATE ON ballot_choices FOR EACH ROW
WHEN (NEW.choice <> OLD.choice OR NEW.item_id <> OLD.item_id OR NEW.head_id <> OLD.head_id
    OR NEW.ballot_id <> OLD.ballot_id OR NEW.reading <> OLD.reading)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ballot_choices_no_delete BEFORE DELETE ON ballot_choices
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER rule_packs_no_update BEFORE UPDATE ON rule_packs
FOR EACH ROW EXECUTE FUNCTION refuse_change();
