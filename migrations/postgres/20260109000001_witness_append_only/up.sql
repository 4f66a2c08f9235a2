-- A witness never goes back, and never holds two roots of one size.
CREATE TRIGGER witnessed_heads_only_grow BEFORE UPDATE ON witnessed_heads FOR EACH ROW
WHEN (NEW.origin <> OLD.origin OR NEW.size < OLD.size
    OR (NEW.size = OLD.size AND NEW.root <> OLD.root))
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER witnessed_heads_no_delete BEFORE DELETE ON witnessed_heads
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER witness_conflicts_no_update BEFORE UPDATE ON witness_conflicts
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER witness_conflicts_no_delete BEFORE DELETE ON witness_conflicts
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_checkpoints_no_update BEFORE UPDATE ON log_checkpoints
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_checkpoints_no_delete BEFORE DELETE ON log_checkpoints
FOR EACH ROW EXECUTE FUNCTION refuse_change();
