DROP INDEX ix_sitting_attendances__proxy_id;
ALTER TABLE sitting_attendances DROP COLUMN proxy_id;
