DROP TABLE witness_conflicts;
DROP TABLE witnessed_heads;
DROP TABLE log_checkpoints;
DROP TABLE log_witnesses;
