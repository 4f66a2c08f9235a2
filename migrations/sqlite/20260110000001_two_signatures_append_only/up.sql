CREATE TRIGGER vote_extensions_no_delete BEFORE DELETE ON vote_extensions
BEGIN SELECT RAISE(ABORT, 'vote_extensions is append-only'); END;
CREATE TRIGGER vote_extensions_no_rewrite BEFORE UPDATE ON vote_extensions
WHEN OLD.confirmed_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL OR NEW.vote_id <> OLD.vote_id
    OR NEW.closes_at <> OLD.closes_at OR NEW.reason <> OLD.reason OR NEW.proposed_by <> OLD.proposed_by
    OR NEW.proposed_at <> OLD.proposed_at
BEGIN SELECT RAISE(ABORT, 'a proposal is never rewritten'); END;
CREATE TRIGGER roll_amendments_no_delete BEFORE DELETE ON roll_amendments
BEGIN SELECT RAISE(ABORT, 'roll_amendments is append-only'); END;
CREATE TRIGGER roll_amendments_no_rewrite BEFORE UPDATE ON roll_amendments
WHEN OLD.confirmed_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL OR NEW.vote_id <> OLD.vote_id
    OR NEW.difference <> OLD.difference OR NEW.reason <> OLD.reason OR NEW.proposed_by <> OLD.proposed_by
    OR NEW.proposed_at <> OLD.proposed_at
BEGIN SELECT RAISE(ABORT, 'a proposal is never rewritten'); END;
