CREATE TRIGGER building_periods_no_rewrite BEFORE UPDATE ON building_periods
BEGIN SELECT RAISE(ABORT, 'building_periods is append-only'); END;
CREATE TRIGGER building_periods_no_delete BEFORE DELETE ON building_periods
BEGIN SELECT RAISE(ABORT, 'building_periods is append-only'); END;
CREATE TRIGGER boundary_sources_no_rewrite BEFORE UPDATE ON boundary_sources
BEGIN SELECT RAISE(ABORT, 'boundary_sources is append-only'); END;
CREATE TRIGGER boundary_sources_no_delete BEFORE DELETE ON boundary_sources
BEGIN SELECT RAISE(ABORT, 'boundary_sources is append-only'); END;
CREATE TRIGGER boundary_parts_no_rewrite BEFORE UPDATE ON boundary_parts
BEGIN SELECT RAISE(ABORT, 'boundary_parts is append-only'); END;
CREATE TRIGGER boundary_parts_no_delete BEFORE DELETE ON boundary_parts
BEGIN SELECT RAISE(ABORT, 'boundary_parts is append-only'); END;
CREATE TRIGGER boundary_changes_no_delete BEFORE DELETE ON boundary_changes
BEGIN SELECT RAISE(ABORT, 'boundary_changes is append-only'); END;
CREATE TRIGGER boundary_changes_no_rewrite BEFORE UPDATE ON boundary_changes
WHEN OLD.confirmed_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL OR NEW.kind <> OLD.kind
    OR NEW.effective_on <> OLD.effective_on OR NEW.document_number <> OLD.document_number
    OR NEW.proposed_by <> OLD.proposed_by OR NEW.proposed_at <> OLD.proposed_at
BEGIN SELECT RAISE(ABORT, 'a proposal is never rewritten'); END;
CREATE TRIGGER communities_no_revival BEFORE UPDATE ON communities
WHEN OLD.ended_on IS NOT NULL AND (NEW.ended_on IS NULL OR NEW.ended_on <> OLD.ended_on)
BEGIN SELECT RAISE(ABORT, 'an ended community stays ended'); END;
CREATE TRIGGER boundary_targets_no_rewrite BEFORE UPDATE ON boundary_targets
WHEN OLD.community_id IS NOT NULL OR NEW.change_id <> OLD.change_id OR NEW.name <> OLD.name
BEGIN SELECT RAISE(ABORT, 'a proposal is never rewritten'); END;
