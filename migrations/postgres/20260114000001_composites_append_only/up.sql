CREATE TRIGGER composite_decisions_no_rewrite BEFORE UPDATE ON composite_decisions
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER composite_decisions_no_delete BEFORE DELETE ON composite_decisions
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER composite_members_no_delete BEFORE DELETE ON composite_members
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER composite_members_no_rewrite BEFORE UPDATE ON composite_members FOR EACH ROW
WHEN (OLD.replaced_at IS NOT NULL OR NEW.vote_id <> OLD.vote_id OR NEW.composite_id <> OLD.composite_id
    OR NEW.place_id <> OLD.place_id OR NEW.part <> OLD.part OR NEW.added_at <> OLD.added_at)
EXECUTE FUNCTION refuse_change();
