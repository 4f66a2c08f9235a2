CREATE TRIGGER vote_run_offs_no_update BEFORE UPDATE ON vote_run_offs
BEGIN SELECT RAISE(ABORT, 'vote_run_offs is append-only'); END;
CREATE TRIGGER vote_run_offs_no_delete BEFORE DELETE ON vote_run_offs
BEGIN SELECT RAISE(ABORT, 'vote_run_offs is append-only'); END;
