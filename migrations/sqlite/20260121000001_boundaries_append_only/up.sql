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
    OR NEW.proposed_name <> OLD.proposed_name OR NEW.reason <> OLD.reason
    OR COALESCE(NEW.decision_id, NEW.id) <> COALESCE(OLD.decision_id, OLD.id)
BEGIN SELECT RAISE(ABORT, 'a proposal is never rewritten'); END;
CREATE TRIGGER communities_no_revival BEFORE UPDATE ON communities
WHEN OLD.ended_on IS NOT NULL AND (NEW.ended_on IS NULL OR NEW.ended_on <> OLD.ended_on
    OR NEW.name <> OLD.name)
BEGIN SELECT RAISE(ABORT, 'an ended community stays ended'); END;
CREATE TRIGGER boundary_targets_no_rewrite BEFORE UPDATE ON boundary_targets
WHEN OLD.community_id IS NOT NULL OR NEW.change_id <> OLD.change_id OR NEW.name <> OLD.name
    OR NEW.division_code <> OLD.division_code OR NEW.position <> OLD.position
BEGIN SELECT RAISE(ABORT, 'a proposal is never rewritten'); END;
CREATE TRIGGER boundary_targets_no_delete BEFORE DELETE ON boundary_targets
BEGIN SELECT RAISE(ABORT, 'boundary_targets is append-only'); END;
-- What a composite decision needs is fixed when it is opened.
CREATE TRIGGER composite_places_no_rewrite BEFORE UPDATE ON composite_places
BEGIN SELECT RAISE(ABORT, 'composite_places is append-only'); END;
CREATE TRIGGER composite_places_no_delete BEFORE DELETE ON composite_places
BEGIN SELECT RAISE(ABORT, 'composite_places is append-only'); END;
CREATE TRIGGER composites_no_delete BEFORE DELETE ON composites
BEGIN SELECT RAISE(ABORT, 'composites is append-only'); END;
CREATE TRIGGER composites_no_rewrite BEFORE UPDATE ON composites
WHEN NEW.rule_pack_id <> OLD.rule_pack_id OR NEW.composite_key <> OLD.composite_key
    OR NEW.title <> OLD.title OR NEW.created_by <> OLD.created_by OR NEW.created_at <> OLD.created_at
BEGIN SELECT RAISE(ABORT, 'a composite decision is never rewritten'); END;
