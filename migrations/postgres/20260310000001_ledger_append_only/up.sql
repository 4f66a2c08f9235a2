CREATE TRIGGER ledger_moves_no_change BEFORE UPDATE OR DELETE ON ledger_moves
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_journals_no_change BEFORE UPDATE OR DELETE ON ledger_journals
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_entries_no_change BEFORE UPDATE OR DELETE ON ledger_entries
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_periods_no_change BEFORE UPDATE OR DELETE ON ledger_periods
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_books_no_delete BEFORE DELETE ON ledger_books
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_books_pinned BEFORE UPDATE ON ledger_books FOR EACH ROW
WHEN (NEW.community_id <> OLD.community_id OR NEW.last_number < OLD.last_number)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_accounts_no_delete BEFORE DELETE ON ledger_accounts
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_accounts_pinned BEFORE UPDATE ON ledger_accounts FOR EACH ROW
WHEN (NEW.book_id <> OLD.book_id OR NEW.kind <> OLD.kind OR NEW.code <> OLD.code)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_reservations_no_delete BEFORE DELETE ON ledger_reservations
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_reservations_pinned BEFORE UPDATE ON ledger_reservations FOR EACH ROW
WHEN (NEW.amount_fen <> OLD.amount_fen OR NEW.settled_fen < OLD.settled_fen
    OR (OLD.state <> 'held' AND NEW.state <> OLD.state))
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_holds_no_delete BEFORE DELETE ON ledger_holds
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_holds_pinned BEFORE UPDATE ON ledger_holds FOR EACH ROW
WHEN (NEW.amount_fen <> OLD.amount_fen OR NEW.settled_fen < OLD.settled_fen)
EXECUTE FUNCTION refuse_change();
