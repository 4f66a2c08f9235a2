-- A re-check is drawn again only where it is finished, as a larger sample or of every sheet; what was
-- read stays read.
DROP TRIGGER sheet_rechecks_no_rewrite;
CREATE TRIGGER sheet_rechecks_no_rewrite BEFORE UPDATE ON sheet_rechecks
WHEN NEW.vote_id <> OLD.vote_id OR NEW.sheets <> OLD.sheets OR ((OLD.finished_at IS NOT NULL
    OR COALESCE(NEW.draws, -1) <> COALESCE(OLD.draws, -1)
    OR COALESCE(NEW.seed, '') <> COALESCE(OLD.seed, '')
    OR COALESCE(NEW.seed_source, '') <> COALESCE(OLD.seed_source, '')
    OR NEW.started_at <> OLD.started_at OR NEW.started_by <> OLD.started_by)
    AND (OLD.finished_at IS NULL OR OLD.draws IS NULL OR NEW.draws <= OLD.draws
        OR NEW.started_at < OLD.started_at OR NEW.read_count <> OLD.read_count
        OR NEW.differing <> OLD.differing))
BEGIN SELECT RAISE(ABORT, 'a re-check is drawn again only where it is finished and too small'); END;
