CREATE TRIGGER consultation_stances_no_update BEFORE UPDATE ON consultation_stances
BEGIN SELECT RAISE(ABORT, 'consultation_stances is append-only'); END;
CREATE TRIGGER consultation_stances_no_delete BEFORE DELETE ON consultation_stances
BEGIN SELECT RAISE(ABORT, 'consultation_stances is append-only'); END;
CREATE TRIGGER consultation_clashes_no_update BEFORE UPDATE ON consultation_clashes
BEGIN SELECT RAISE(ABORT, 'consultation_clashes is append-only'); END;
CREATE TRIGGER consultation_clashes_no_delete BEFORE DELETE ON consultation_clashes
BEGIN SELECT RAISE(ABORT, 'consultation_clashes is append-only'); END;
CREATE TRIGGER consultation_assignments_no_update BEFORE UPDATE ON consultation_assignments
BEGIN SELECT RAISE(ABORT, 'consultation_assignments is append-only'); END;
CREATE TRIGGER consultation_assignments_no_delete BEFORE DELETE ON consultation_assignments
BEGIN SELECT RAISE(ABORT, 'consultation_assignments is append-only'); END;
-- A consultation keeps what it is; its state moves, and ends once.
CREATE TRIGGER consultations_no_rewrite BEFORE UPDATE ON consultations
WHEN OLD.state = 'concluded'
    OR NEW.id <> OLD.id
    OR NEW.division_code <> OLD.division_code
    OR NEW.community_id <> OLD.community_id
    OR NEW.title <> OLD.title
    OR NEW.target_percent <> OLD.target_percent
    OR NEW.created_by <> OLD.created_by
    OR NEW.creator_name <> OLD.creator_name
    OR NEW.created_at <> OLD.created_at
BEGIN SELECT RAISE(ABORT, 'consultations keeps what was recorded'); END;
CREATE TRIGGER consultations_no_delete BEFORE DELETE ON consultations
BEGIN SELECT RAISE(ABORT, 'consultations is append-only'); END;
-- A round is closed once.
CREATE TRIGGER consultation_rounds_no_rewrite BEFORE UPDATE ON consultation_rounds
WHEN OLD.closed_at IS NOT NULL
    OR NEW.closed_at IS NULL
    OR NEW.id <> OLD.id
    OR NEW.consultation_id <> OLD.consultation_id
    OR NEW.number <> OLD.number
    OR NEW.opened_at <> OLD.opened_at
    OR NEW.opener_name <> OLD.opener_name
BEGIN SELECT RAISE(ABORT, 'consultation_rounds keeps what was recorded'); END;
CREATE TRIGGER consultation_rounds_no_delete BEFORE DELETE ON consultation_rounds
BEGIN SELECT RAISE(ABORT, 'consultation_rounds is append-only'); END;
-- A correction is settled once.
CREATE TRIGGER consultation_corrections_no_rewrite BEFORE UPDATE ON consultation_corrections
WHEN OLD.state <> 'proposed'
    OR NEW.state = 'proposed'
    OR NEW.id <> OLD.id
    OR NEW.stance_id <> OLD.stance_id
    OR NEW.why <> OLD.why
    OR NEW.proposed_by <> OLD.proposed_by
    OR NEW.proposer_name <> OLD.proposer_name
    OR NEW.proposed_at <> OLD.proposed_at
    OR COALESCE(NEW.stance, '') <> COALESCE(OLD.stance, '')
BEGIN SELECT RAISE(ABORT, 'consultation_corrections keeps what was recorded'); END;
CREATE TRIGGER consultation_corrections_no_delete BEFORE DELETE ON consultation_corrections
BEGIN SELECT RAISE(ABORT, 'consultation_corrections is append-only'); END;
