-- A witness never goes back, and never holds two roots of one size.
CREATE TRIGGER witnessed_heads_only_grow BEFORE UPDATE ON witnessed_heads
WHEN NEW.origin IS NOT OLD.origin OR NEW.size < OLD.size
    OR (NEW.size = OLD.size AND NEW.root IS NOT OLD.root)
BEGIN SELECT RAISE(ABORT, 'a witnessed log only grows'); END;
CREATE TRIGGER witnessed_heads_no_delete BEFORE DELETE ON witnessed_heads
BEGIN SELECT RAISE(ABORT, 'witnessed_heads is append-only'); END;
CREATE TRIGGER witness_conflicts_no_update BEFORE UPDATE ON witness_conflicts
BEGIN SELECT RAISE(ABORT, 'witness_conflicts is append-only'); END;
CREATE TRIGGER witness_conflicts_no_delete BEFORE DELETE ON witness_conflicts
BEGIN SELECT RAISE(ABORT, 'witness_conflicts is append-only'); END;
CREATE TRIGGER log_checkpoints_no_update BEFORE UPDATE ON log_checkpoints
BEGIN SELECT RAISE(ABORT, 'log_checkpoints is append-only'); END;
CREATE TRIGGER log_checkpoints_no_delete BEFORE DELETE ON log_checkpoints
BEGIN SELECT RAISE(ABORT, 'log_checkpoints is append-only'); END;
