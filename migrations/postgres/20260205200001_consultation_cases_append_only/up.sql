CREATE TRIGGER consultation_objection_units_no_change BEFORE UPDATE OR DELETE ON consultation_objection_units
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consultation_objection_steps_no_change BEFORE UPDATE OR DELETE ON consultation_objection_steps
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consultation_applications_no_change BEFORE UPDATE OR DELETE ON consultation_applications
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consultation_pledges_no_change BEFORE UPDATE OR DELETE ON consultation_pledges
FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- Only the state of an objection moves, until it is confirmed or withdrawn.
CREATE TRIGGER consultation_objections_no_rewrite BEFORE UPDATE ON consultation_objections FOR EACH ROW
WHEN (OLD.state IN ('confirmed', 'withdrawn')
    OR NEW.id <> OLD.id
    OR NEW.consultation_id <> OLD.consultation_id
    OR NEW.number <> OLD.number
    OR NEW.reason <> OLD.reason
    OR NEW.text <> OLD.text
    OR NEW.filed_by <> OLD.filed_by
    OR NEW.filer_name <> OLD.filer_name
    OR NEW.filed_at <> OLD.filed_at)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consultation_objections_no_delete BEFORE DELETE ON consultation_objections
FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- A merge is undone once.
CREATE TRIGGER consultation_merges_no_rewrite BEFORE UPDATE ON consultation_merges FOR EACH ROW
WHEN (OLD.undone_at IS NOT NULL
    OR NEW.undone_at IS NULL
    OR NEW.id <> OLD.id
    OR NEW.from_id <> OLD.from_id
    OR NEW.into_id <> OLD.into_id
    OR NEW.reason <> OLD.reason
    OR NEW.merged_by <> OLD.merged_by
    OR NEW.merger_name <> OLD.merger_name
    OR NEW.merged_at <> OLD.merged_at)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consultation_merges_no_delete BEFORE DELETE ON consultation_merges
FOR EACH ROW EXECUTE FUNCTION refuse_change();
