CREATE TRIGGER consultation_stances_no_change BEFORE UPDATE OR DELETE ON consultation_stances
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consultation_clashes_no_change BEFORE UPDATE OR DELETE ON consultation_clashes
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consultation_assignments_no_change BEFORE UPDATE OR DELETE ON consultation_assignments
FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- A consultation keeps what it is; its state moves, and ends once.
CREATE TRIGGER consultations_no_rewrite BEFORE UPDATE ON consultations FOR EACH ROW
WHEN (OLD.state = 'concluded'
    OR NEW.id <> OLD.id
    OR NEW.division_code <> OLD.division_code
    OR NEW.community_id <> OLD.community_id
    OR NEW.title <> OLD.title
    OR NEW.target_percent <> OLD.target_percent
    OR NEW.created_by <> OLD.created_by
    OR NEW.creator_name <> OLD.creator_name
    OR NEW.created_at <> OLD.created_at)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consultations_no_delete BEFORE DELETE ON consultations
FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- A round is closed once.
CREATE TRIGGER consultation_rounds_no_rewrite BEFORE UPDATE ON consultation_rounds FOR EACH ROW
WHEN (OLD.closed_at IS NOT NULL
    OR NEW.closed_at IS NULL
    OR NEW.id <> OLD.id
    OR NEW.consultation_id <> OLD.consultation_id
    OR NEW.number <> OLD.number
    OR NEW.opened_at <> OLD.opened_at
    OR NEW.opener_name <> OLD.opener_name)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consultation_rounds_no_delete BEFORE DELETE ON consultation_rounds
FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- A correction is settled once.
CREATE TRIGGER consultation_corrections_no_rewrite BEFORE UPDATE ON consultation_corrections FOR EACH ROW
WHEN (OLD.state <> 'proposed'
    OR NEW.state = 'proposed'
    OR NEW.id <> OLD.id
    OR NEW.stance_id <> OLD.stance_id
    OR NEW.why <> OLD.why
    OR NEW.proposed_by <> OLD.proposed_by
    OR NEW.proposer_name <> OLD.proposer_name
    OR NEW.proposed_at <> OLD.proposed_at
    OR COALESCE(NEW.stance, '') <> COALESCE(OLD.stance, ''))
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consultation_corrections_no_delete BEFORE DELETE ON consultation_corrections
FOR EACH ROW EXECUTE FUNCTION refuse_change();
