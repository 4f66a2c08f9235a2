CREATE TRIGGER ballots_no_update BEFORE UPDATE ON ballots
BEGIN SELECT RAISE(ABORT, 'ballots is append-only'); END;
CREATE TRIGGER ballots_no_delete BEFORE DELETE ON ballots
BEGIN SELECT RAISE(ABORT, 'ballots is append-only'); END;
CREATE TRIGGER vote_transitions_no_update BEFORE UPDATE ON vote_transitions
BEGIN SELECT RAISE(ABORT, 'vote_transitions is append-only'); END;
CREATE TRIGGER vote_transitions_no_delete BEFORE DELETE ON vote_transitions
BEGIN SELECT RAISE(ABORT, 'vote_transitions is append-only'); END;
CREATE TRIGGER ballot_attempts_no_update BEFORE UPDATE ON ballot_attempts
BEGIN SELECT RAISE(ABORT, 'ballot_attempts is append-only'); END;
CREATE TRIGGER ballot_attempts_no_delete BEFORE DELETE ON ballot_attempts
BEGIN SELECT RAISE(ABORT, 'ballot_attempts is append-only'); END;
CREATE TRIGGER sheet_entries_no_update BEFORE UPDATE ON sheet_entries
BEGIN SELECT RAISE(ABORT, 'sheet_entries is append-only'); END;
CREATE TRIGGER sheet_entries_no_delete BEFORE DELETE ON sheet_entries
BEGIN SELECT RAISE(ABORT, 'sheet_entries is append-only'); END;
CREATE TRIGGER sheet_issues_no_update BEFORE UPDATE ON sheet_issues
BEGIN SELECT RAISE(ABORT, 'sheet_issues is append-only'); END;
CREATE TRIGGER sheet_issues_no_delete BEFORE DELETE ON sheet_issues
BEGIN SELECT RAISE(ABORT, 'sheet_issues is append-only'); END;
CREATE TRIGGER sheet_batches_no_update BEFORE UPDATE ON sheet_batches
BEGIN SELECT RAISE(ABORT, 'sheet_batches is append-only'); END;
CREATE TRIGGER sheet_batches_no_delete BEFORE DELETE ON sheet_batches
BEGIN SELECT RAISE(ABORT, 'sheet_batches is append-only'); END;
CREATE TRIGGER sheet_accounts_no_update BEFORE UPDATE ON sheet_accounts
BEGIN SELECT RAISE(ABORT, 'sheet_accounts is append-only'); END;
CREATE TRIGGER sheet_accounts_no_delete BEFORE DELETE ON sheet_accounts
BEGIN SELECT RAISE(ABORT, 'sheet_accounts is append-only'); END;
-- A sheet keeps its serial, its head and its time; what is void or settled stays so.
CREATE TRIGGER sheets_no_rewrite BEFORE UPDATE ON sheets
WHEN NEW.serial <> OLD.serial OR NEW.head_id <> OLD.head_id OR NEW.vote_id <> OLD.vote_id
    OR NEW.issue_id <> OLD.issue_id OR NEW.batch_id <> OLD.batch_id
    OR NEW.registered_at <> OLD.registered_at OR (OLD.state IN ('void', 'settled') AND NEW.state <> OLD.state)
    OR (NEW.state = 'void' AND OLD.batch_id IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'a sheet is never rewritten'); END;
CREATE TRIGGER sheets_no_delete BEFORE DELETE ON sheets
BEGIN SELECT RAISE(ABORT, 'sheets is append-only'); END;
-- A choice is never rewritten; it may only cease to stand, or stand again after a ruling (`ballot_disputes`).
CREATE TRIGGER ballot_choices_no_rewrite BEFORE UPDATE ON ballot_choices
WHEN NEW.choice <> OLD.choice OR NEW.item_id <> OLD.item_id OR NEW.head_id <> OLD.head_id
    OR NEW.ballot_id <> OLD.ballot_id OR NEW.reading <> OLD.reading
BEGIN SELECT RAISE(ABORT, 'a choice is never rewritten'); END;
CREATE TRIGGER ballot_choices_no_delete BEFORE DELETE ON ballot_choices
BEGIN SELECT RAISE(ABORT, 'ballot_choices is append-only'); END;
CREATE TRIGGER rule_packs_no_update BEFORE UPDATE ON rule_packs
BEGIN SELECT RAISE(ABORT, 'a rule pack version is immutable'); END;
