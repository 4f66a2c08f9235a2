CREATE TRIGGER vote_transfers_no_delete BEFORE DELETE ON vote_transfers
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER vote_transfers_no_rewrite BEFORE UPDATE ON vote_transfers FOR EACH ROW
WHEN (OLD.confirmed_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL OR NEW.vote_id <> OLD.vote_id
    OR NEW.unit_id <> OLD.unit_id OR NEW.head_id <> OLD.head_id OR NEW.evidence <> OLD.evidence
    OR NEW.sellers <> OLD.sellers OR NEW.buyers <> OLD.buyers OR NEW.proposed_by <> OLD.proposed_by
    OR NEW.proposed_at <> OLD.proposed_at)
EXECUTE FUNCTION refuse_change();
