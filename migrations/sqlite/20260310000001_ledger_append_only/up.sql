CREATE TRIGGER ledger_moves_no_update BEFORE UPDATE ON ledger_moves
BEGIN SELECT RAISE(ABORT, 'ledger_moves is append-only'); END;
CREATE TRIGGER ledger_moves_no_delete BEFORE DELETE ON ledger_moves
BEGIN SELECT RAISE(ABORT, 'ledger_moves is append-only'); END;
CREATE TRIGGER ledger_journals_no_update BEFORE UPDATE ON ledger_journals
BEGIN SELECT RAISE(ABORT, 'ledger_journals is append-only'); END;
CREATE TRIGGER ledger_journals_no_delete BEFORE DELETE ON ledger_journals
BEGIN SELECT RAISE(ABORT, 'ledger_journals is append-only'); END;
CREATE TRIGGER ledger_entries_no_update BEFORE UPDATE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'ledger_entries is append-only'); END;
CREATE TRIGGER ledger_entries_no_delete BEFORE DELETE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'ledger_entries is append-only'); END;
CREATE TRIGGER ledger_periods_no_update BEFORE UPDATE ON ledger_periods
BEGIN SELECT RAISE(ABORT, 'ledger_periods is append-only'); END;
CREATE TRIGGER ledger_periods_no_delete BEFORE DELETE ON ledger_periods
BEGIN SELECT RAISE(ABORT, 'ledger_periods is append-only'); END;
CREATE TRIGGER ledger_books_no_delete BEFORE DELETE ON ledger_books
BEGIN SELECT RAISE(ABORT, 'ledger_books are never deleted'); END;
CREATE TRIGGER ledger_books_pinned BEFORE UPDATE ON ledger_books
WHEN NEW.community_id <> OLD.community_id OR NEW.last_number < OLD.last_number
BEGIN SELECT RAISE(ABORT, 'ledger_books keep what they are'); END;
CREATE TRIGGER ledger_accounts_no_delete BEFORE DELETE ON ledger_accounts
BEGIN SELECT RAISE(ABORT, 'ledger_accounts are never deleted'); END;
CREATE TRIGGER ledger_accounts_pinned BEFORE UPDATE ON ledger_accounts
WHEN NEW.book_id <> OLD.book_id OR NEW.kind <> OLD.kind OR NEW.code <> OLD.code
BEGIN SELECT RAISE(ABORT, 'ledger_accounts keep what they are'); END;
CREATE TRIGGER ledger_reservations_no_delete BEFORE DELETE ON ledger_reservations
BEGIN SELECT RAISE(ABORT, 'ledger_reservations are never deleted'); END;
CREATE TRIGGER ledger_reservations_pinned BEFORE UPDATE ON ledger_reservations
WHEN NEW.amount_fen <> OLD.amount_fen OR NEW.settled_fen < OLD.settled_fen
    OR (OLD.state <> 'held' AND NEW.state <> OLD.state)
BEGIN SELECT RAISE(ABORT, 'ledger_reservations keep what they are'); END;
CREATE TRIGGER ledger_holds_no_delete BEFORE DELETE ON ledger_holds
BEGIN SELECT RAISE(ABORT, 'ledger_holds are never deleted'); END;
CREATE TRIGGER ledger_holds_pinned BEFORE UPDATE ON ledger_holds
WHEN NEW.amount_fen <> OLD.amount_fen OR NEW.settled_fen < OLD.settled_fen
BEGIN SELECT RAISE(ABORT, 'ledger_holds keep what they are'); END;
