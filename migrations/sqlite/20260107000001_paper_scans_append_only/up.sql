-- A scan is never rewritten or deleted; it may be removed once, which is a state.
CREATE TRIGGER sheet_scans_no_rewrite BEFORE UPDATE ON sheet_scans
WHEN OLD.removed_at IS NOT NULL OR NEW.sheet_id <> OLD.sheet_id OR NEW.digest <> OLD.digest
    OR NEW.media_type <> OLD.media_type OR NEW.content <> OLD.content
    OR NEW.scanned_at <> OLD.scanned_at OR NEW.scanned_by <> OLD.scanned_by
    OR NEW.scanner_name <> OLD.scanner_name OR COALESCE(NEW.reason, '') <> COALESCE(OLD.reason, '')
BEGIN SELECT RAISE(ABORT, 'a scan is never rewritten'); END;
CREATE TRIGGER sheet_scans_no_delete BEFORE DELETE ON sheet_scans
BEGIN SELECT RAISE(ABORT, 'sheet_scans is append-only'); END;
-- A re-check is drawn once; it may only be finished.
CREATE TRIGGER sheet_rechecks_no_rewrite BEFORE UPDATE ON sheet_rechecks
WHEN OLD.finished_at IS NOT NULL OR NEW.vote_id <> OLD.vote_id OR NEW.sheets <> OLD.sheets
    OR COALESCE(NEW.draws, -1) <> COALESCE(OLD.draws, -1)
    OR COALESCE(NEW.seed, '') <> COALESCE(OLD.seed, '')
    OR COALESCE(NEW.seed_source, '') <> COALESCE(OLD.seed_source, '')
    OR NEW.started_at <> OLD.started_at OR NEW.started_by <> OLD.started_by
BEGIN SELECT RAISE(ABORT, 'a re-check is drawn once'); END;
CREATE TRIGGER sheet_rechecks_no_delete BEFORE DELETE ON sheet_rechecks
BEGIN SELECT RAISE(ABORT, 'sheet_rechecks is append-only'); END;
