CREATE TRIGGER proxies_no_delete BEFORE DELETE ON proxies
BEGIN SELECT RAISE(ABORT, 'proxies is append-only'); END;
-- It may be confirmed once, and ended once.
CREATE TRIGGER proxies_no_rewrite BEFORE UPDATE ON proxies
WHEN OLD.ended_at IS NOT NULL OR NEW.vote_id <> OLD.vote_id OR NEW.head_id <> OLD.head_id
    OR NEW.principal_id <> OLD.principal_id OR NEW.kind <> OLD.kind
    OR NEW.agent_index <> OLD.agent_index OR NEW.agent_salt <> OLD.agent_salt
    OR COALESCE(NEW.items, '') <> COALESCE(OLD.items, '') OR NEW.valid_until <> OLD.valid_until
    OR NEW.digest <> OLD.digest OR NEW.recorded_by <> OLD.recorded_by
    OR NEW.recorded_at <> OLD.recorded_at
    OR (OLD.confirmed_at IS NOT NULL AND NEW.confirmed_by <> OLD.confirmed_by)
    OR (OLD.log_seq IS NOT NULL AND NEW.log_seq <> OLD.log_seq)
BEGIN SELECT RAISE(ABORT, 'a proxy is never rewritten'); END;
CREATE TRIGGER proxy_documents_no_update BEFORE UPDATE ON proxy_documents
BEGIN SELECT RAISE(ABORT, 'proxy_documents is append-only'); END;
CREATE TRIGGER proxy_documents_no_delete BEFORE DELETE ON proxy_documents
BEGIN SELECT RAISE(ABORT, 'proxy_documents is append-only'); END;
