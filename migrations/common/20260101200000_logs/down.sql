DROP TABLE log_leaves;
DROP TABLE logs;
