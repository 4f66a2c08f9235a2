CREATE TRIGGER vote_run_offs_no_change BEFORE UPDATE OR DELETE ON vote_run_offs
FOR EACH ROW EXECUTE FUNCTION refuse_change();
