DROP INDEX ix_sheet_entries__proxy_id;
ALTER TABLE sheet_entries DROP COLUMN proxy_id;
