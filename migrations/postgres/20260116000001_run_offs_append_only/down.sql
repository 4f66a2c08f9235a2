DROP TRIGGER vote_run_offs_no_change ON vote_run_offs;
