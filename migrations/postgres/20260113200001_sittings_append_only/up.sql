-- A sitting may be cancelled once; an attendance may end, and be voided once.
CREATE TRIGGER sittings_no_rewrite BEFORE UPDATE ON sittings FOR EACH ROW
WHEN (OLD.cancelled_at IS NOT NULL OR NEW.vote_id <> OLD.vote_id OR NEW.place <> OLD.place
    OR NEW.starts_at <> OLD.starts_at OR NEW.ends_at <> OLD.ends_at
    OR NEW.announced_at <> OLD.announced_at OR NEW.announced_by <> OLD.announced_by)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sittings_no_delete BEFORE DELETE ON sittings
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sitting_attendances_no_rewrite BEFORE UPDATE ON sitting_attendances FOR EACH ROW
WHEN (OLD.voided_at IS NOT NULL OR NEW.sitting_id <> OLD.sitting_id OR NEW.head_id <> OLD.head_id
    OR NEW.owner_id <> OLD.owner_id OR NEW.signed_in_at <> OLD.signed_in_at
    OR NEW.recorded_by <> OLD.recorded_by OR NEW.recorder_name <> OLD.recorder_name
    OR (OLD.left_at IS NOT NULL AND (NEW.left_at IS NULL OR NEW.left_at <> OLD.left_at)))
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sitting_attendances_no_delete BEFORE DELETE ON sitting_attendances
FOR EACH ROW EXECUTE FUNCTION refuse_change();
