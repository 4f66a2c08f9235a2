-- A leaf is never rewritten; only its openings may be deleted (个人信息保护法 47).
CREATE TRIGGER log_leaves_no_rewrite BEFORE UPDATE ON log_leaves
WHEN NEW.leaf IS NOT OLD.leaf OR NEW.hashes IS NOT OLD.hashes OR NEW.seq IS NOT OLD.seq
    OR NEW.log_id IS NOT OLD.log_id OR NEW.openings IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'log_leaves is append-only'); END;
CREATE TRIGGER log_leaves_no_delete BEFORE DELETE ON log_leaves
BEGIN SELECT RAISE(ABORT, 'log_leaves is append-only'); END;
CREATE TRIGGER logs_no_delete BEFORE DELETE ON logs
BEGIN SELECT RAISE(ABORT, 'logs is append-only'); END;
CREATE TRIGGER logs_only_grow BEFORE UPDATE ON logs WHEN NEW.size < OLD.size
BEGIN SELECT RAISE(ABORT, 'a log only grows'); END;
