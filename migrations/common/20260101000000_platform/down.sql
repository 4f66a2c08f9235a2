DROP TABLE legal_clock;
DROP TABLE idempotent_answers;
DROP TABLE audit_chain;
DROP TABLE audit_log;
DROP TABLE outbox_events;
