DROP INDEX ix_ballots__proxy_id;
ALTER TABLE ballots DROP COLUMN proxy_id;
DROP TABLE proxy_documents;
DROP TABLE proxies;
