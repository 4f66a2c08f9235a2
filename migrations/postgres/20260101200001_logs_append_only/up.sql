-- A leaf is never rewritten; only its openings may be deleted (个人信息保护法 47).
CREATE TRIGGER log_leaves_no_rewrite BEFORE UPDATE ON log_leaves FOR EACH ROW
WHEN (NEW.leaf <> OLD.leaf OR NEW.hashes <> OLD.hashes OR NEW.seq <> OLD.seq
    OR NEW.log_id <> OLD.log_id OR NEW.openings IS NOT NULL)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_leaves_no_delete BEFORE DELETE ON log_leaves
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER logs_no_delete BEFORE DELETE ON logs
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER logs_only_grow BEFORE UPDATE ON logs FOR EACH ROW WHEN (NEW.size < OLD.size)
EXECUTE FUNCTION refuse_change();
