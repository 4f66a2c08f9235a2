DROP TRIGGER logs_only_grow ON logs;
DROP TRIGGER logs_no_delete ON logs;
DROP TRIGGER log_leaves_no_delete ON log_leaves;
DROP TRIGGER log_leaves_no_rewrite ON log_leaves;
