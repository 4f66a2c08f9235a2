-- A recorded result is confirmed or withdrawn once, and superseded once after it was confirmed.
CREATE TRIGGER official_results_no_rewrite BEFORE UPDATE ON official_results
WHEN OLD.state IN ('withdrawn', 'superseded')
    OR (OLD.state = 'proposed' AND NEW.state NOT IN ('confirmed', 'withdrawn'))
    OR (OLD.state = 'confirmed' AND NEW.state <> 'superseded')
    OR NEW.division_code <> OLD.division_code
    OR NEW.community_id <> OLD.community_id
    OR NEW.rule_pack_id <> OLD.rule_pack_id
    OR NEW.platform <> OLD.platform
    OR NEW.reference <> OLD.reference
    OR NEW.opens_at <> OLD.opens_at
    OR NEW.closes_at <> OLD.closes_at
    OR NEW.total_area <> OLD.total_area
    OR NEW.total_heads <> OLD.total_heads
    OR NEW.recorded_by <> OLD.recorded_by
    OR NEW.recorder_name <> OLD.recorder_name
    OR NEW.recorded_at <> OLD.recorded_at
    OR COALESCE(NEW.building_id, NEW.id) <> COALESCE(OLD.building_id, OLD.id)
    OR COALESCE(NEW.entrance_id, NEW.id) <> COALESCE(OLD.entrance_id, OLD.id)
    OR COALESCE(NEW.replaces_id, NEW.id) <> COALESCE(OLD.replaces_id, OLD.id)
    OR COALESCE(NEW.correction_reason, '') <> COALESCE(OLD.correction_reason, '')
    OR (OLD.confirmed_by IS NOT NULL AND (NEW.confirmed_by <> OLD.confirmed_by
        OR NEW.confirmer_name <> OLD.confirmer_name OR NEW.confirmed_at <> OLD.confirmed_at))
BEGIN SELECT RAISE(ABORT, 'an official result is never rewritten'); END;
CREATE TRIGGER official_results_no_delete BEFORE DELETE ON official_results
BEGIN SELECT RAISE(ABORT, 'official_results is append-only'); END;
CREATE TRIGGER official_result_items_no_update BEFORE UPDATE ON official_result_items
BEGIN SELECT RAISE(ABORT, 'official_result_items is append-only'); END;
CREATE TRIGGER official_result_items_no_delete BEFORE DELETE ON official_result_items
BEGIN SELECT RAISE(ABORT, 'official_result_items is append-only'); END;
CREATE TRIGGER official_result_files_no_update BEFORE UPDATE ON official_result_files
BEGIN SELECT RAISE(ABORT, 'official_result_files is append-only'); END;
CREATE TRIGGER official_result_files_no_delete BEFORE DELETE ON official_result_files
BEGIN SELECT RAISE(ABORT, 'official_result_files is append-only'); END;
