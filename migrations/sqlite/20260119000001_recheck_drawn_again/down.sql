DROP TRIGGER sheet_rechecks_no_rewrite;
CREATE TRIGGER sheet_rechecks_no_rewrite BEFORE UPDATE ON sheet_rechecks
WHEN OLD.finished_at IS NOT NULL OR NEW.vote_id <> OLD.vote_id OR NEW.sheets <> OLD.sheets
    OR COALESCE(NEW.draws, -1) <> COALESCE(OLD.draws, -1)
    OR COALESCE(NEW.seed, '') <> COALESCE(OLD.seed, '')
    OR COALESCE(NEW.seed_source, '') <> COALESCE(OLD.seed_source, '')
    OR NEW.started_at <> OLD.started_at OR NEW.started_by <> OLD.started_by
BEGIN SELECT RAISE(ABORT, 'a re-check is drawn once'); END;
