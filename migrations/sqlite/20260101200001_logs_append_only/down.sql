DROP TRIGGER logs_only_grow;
DROP TRIGGER logs_no_delete;
DROP TRIGGER log_leaves_no_delete;
DROP TRIGGER log_leaves_no_rewrite;
