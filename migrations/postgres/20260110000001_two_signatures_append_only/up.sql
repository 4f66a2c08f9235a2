CREATE TRIGGER vote_extensions_no_delete BEFORE DELETE ON vote_extensions
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER vote_extensions_no_rewrite BEFORE UPDATE ON vote_extensions FOR EACH ROW
WHEN (OLD.confirmed_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL OR NEW.vote_id <> OLD.vote_id
    OR NEW.closes_at <> OLD.closes_at OR NEW.reason <> OLD.reason OR NEW.proposed_by <> OLD.proposed_by
    OR NEW.proposed_at <> OLD.proposed_at)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER roll_amendments_no_delete BEFORE DELETE ON roll_amendments
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER roll_amendments_no_rewrite BEFORE UPDATE ON roll_amendments FOR EACH ROW
WHEN (OLD.confirmed_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL OR NEW.vote_id <> OLD.vote_id
    OR NEW.difference <> OLD.difference OR NEW.reason <> OLD.reason OR NEW.proposed_by <> OLD.proposed_by
    OR NEW.proposed_at <> OLD.proposed_at)
EXECUTE FUNCTION refuse_change();
