DROP TABLE ballot_disputes;
DROP INDEX ix_outbox_events__topic_id;
DROP TABLE ballot_notices;
