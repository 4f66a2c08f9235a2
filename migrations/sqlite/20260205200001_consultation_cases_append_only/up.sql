CREATE TRIGGER consultation_objection_units_no_update BEFORE UPDATE ON consultation_objection_units
BEGIN SELECT RAISE(ABORT, 'consultation_objection_units is append-only'); END;
CREATE TRIGGER consultation_objection_units_no_delete BEFORE DELETE ON consultation_objection_units
BEGIN SELECT RAISE(ABORT, 'consultation_objection_units is append-only'); END;
CREATE TRIGGER consultation_objection_steps_no_update BEFORE UPDATE ON consultation_objection_steps
BEGIN SELECT RAISE(ABORT, 'consultation_objection_steps is append-only'); END;
CREATE TRIGGER consultation_objection_steps_no_delete BEFORE DELETE ON consultation_objection_steps
BEGIN SELECT RAISE(ABORT, 'consultation_objection_steps is append-only'); END;
CREATE TRIGGER consultation_applications_no_update BEFORE UPDATE ON consultation_applications
BEGIN SELECT RAISE(ABORT, 'consultation_applications is append-only'); END;
CREATE TRIGGER consultation_applications_no_delete BEFORE DELETE ON consultation_applications
BEGIN SELECT RAISE(ABORT, 'consultation_applications is append-only'); END;
CREATE TRIGGER consultation_pledges_no_update BEFORE UPDATE ON consultation_pledges
BEGIN SELECT RAISE(ABORT, 'consultation_pledges is append-only'); END;
CREATE TRIGGER consultation_pledges_no_delete BEFORE DELETE ON consultation_pledges
BEGIN SELECT RAISE(ABORT, 'consultation_pledges is append-only'); END;
-- Only the state of an objection moves, until it is confirmed or withdrawn.
CREATE TRIGGER consultation_objections_no_rewrite BEFORE UPDATE ON consultation_objections
WHEN OLD.state IN ('confirmed', 'withdrawn')
    OR NEW.id <> OLD.id
    OR NEW.consultation_id <> OLD.consultation_id
    OR NEW.number <> OLD.number
    OR NEW.reason <> OLD.reason
    OR NEW.text <> OLD.text
    OR NEW.filed_by <> OLD.filed_by
    OR NEW.filer_name <> OLD.filer_name
    OR NEW.filed_at <> OLD.filed_at
BEGIN SELECT RAISE(ABORT, 'consultation_objections keeps what was recorded'); END;
CREATE TRIGGER consultation_objections_no_delete BEFORE DELETE ON consultation_objections
BEGIN SELECT RAISE(ABORT, 'consultation_objections is append-only'); END;
-- A merge is undone once.
CREATE TRIGGER consultation_merges_no_rewrite BEFORE UPDATE ON consultation_merges
WHEN OLD.undone_at IS NOT NULL
    OR NEW.undone_at IS NULL
    OR NEW.id <> OLD.id
    OR NEW.from_id <> OLD.from_id
    OR NEW.into_id <> OLD.into_id
    OR NEW.reason <> OLD.reason
    OR NEW.merged_by <> OLD.merged_by
    OR NEW.merger_name <> OLD.merger_name
    OR NEW.merged_at <> OLD.merged_at
BEGIN SELECT RAISE(ABORT, 'consultation_merges keeps what was recorded'); END;
CREATE TRIGGER consultation_merges_no_delete BEFORE DELETE ON consultation_merges
BEGIN SELECT RAISE(ABORT, 'consultation_merges is append-only'); END;
