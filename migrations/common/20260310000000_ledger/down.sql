DROP TABLE ledger_periods;
DROP TABLE ledger_entries;
DROP TABLE ledger_journals;
DROP TABLE ledger_holds;
DROP TABLE ledger_reservations;
DROP TABLE ledger_moves;
DROP TABLE ledger_accounts;
DROP TABLE ledger_books;
