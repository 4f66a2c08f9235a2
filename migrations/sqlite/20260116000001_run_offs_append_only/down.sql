DROP TRIGGER vote_run_offs_no_delete;
DROP TRIGGER vote_run_offs_no_update;
