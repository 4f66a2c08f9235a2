-- A sitting may be cancelled once; an attendance may end, and be voided once.
CREATE TRIGGER sittings_no_rewrite BEFORE UPDATE ON sittings
WHEN OLD.cancelled_at IS NOT NULL OR NEW.vote_id <> OLD.vote_id OR NEW.place <> OLD.place
    OR NEW.starts_at <> OLD.starts_at OR NEW.ends_at <> OLD.ends_at
    OR NEW.announced_at <> OLD.announced_at OR NEW.announced_by <> OLD.announced_by
BEGIN SELECT RAISE(ABORT, 'a sitting is never rewritten'); END;
CREATE TRIGGER sittings_no_delete BEFORE DELETE ON sittings
BEGIN SELECT RAISE(ABORT, 'sittings is append-only'); END;
CREATE TRIGGER sitting_attendances_no_rewrite BEFORE UPDATE ON sitting_attendances
WHEN OLD.voided_at IS NOT NULL OR NEW.sitting_id <> OLD.sitting_id OR NEW.head_id <> OLD.head_id
    OR NEW.owner_id <> OLD.owner_id OR NEW.signed_in_at <> OLD.signed_in_at
    OR NEW.recorded_by <> OLD.recorded_by OR NEW.recorder_name <> OLD.recorder_name
    OR (OLD.left_at IS NOT NULL AND (NEW.left_at IS NULL OR NEW.left_at <> OLD.left_at))
BEGIN SELECT RAISE(ABORT, 'an attendance is never rewritten'); END;
CREATE TRIGGER sitting_attendances_no_delete BEFORE DELETE ON sitting_attendances
BEGIN SELECT RAISE(ABORT, 'sitting_attendances is append-only'); END;
