-- A delivery is recorded once; it may be checked once.
CREATE TRIGGER unit_deliveries_no_rewrite BEFORE UPDATE ON unit_deliveries FOR EACH ROW
WHEN (OLD.checked_at IS NOT NULL OR NEW.vote_id <> OLD.vote_id OR NEW.unit_id <> OLD.unit_id
    OR NEW.unit_code <> OLD.unit_code OR NEW.method <> OLD.method OR NEW.outcome <> OLD.outcome
    OR COALESCE(NEW.failure_reason, '') <> COALESCE(OLD.failure_reason, '')
    OR NEW.delivered_at <> OLD.delivered_at OR COALESCE(NEW.receiver, '') <> COALESCE(OLD.receiver, '')
    OR COALESCE(NEW.note, '') <> COALESCE(OLD.note, '')
    OR COALESCE(NEW.photo_id, NEW.id) <> COALESCE(OLD.photo_id, OLD.id)
    OR COALESCE(NEW.replaces_id, NEW.id) <> COALESCE(OLD.replaces_id, OLD.id)
    OR COALESCE(NEW.correction_reason, '') <> COALESCE(OLD.correction_reason, '')
    OR NEW.recorded_at <> OLD.recorded_at OR NEW.recorded_by <> OLD.recorded_by
    OR NEW.recorder_name <> OLD.recorder_name)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER unit_deliveries_no_delete BEFORE DELETE ON unit_deliveries
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER delivery_photos_no_change BEFORE UPDATE OR DELETE ON delivery_photos
FOR EACH ROW EXECUTE FUNCTION refuse_change();
