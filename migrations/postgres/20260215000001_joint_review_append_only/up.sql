CREATE TRIGGER review_delegates_no_change BEFORE UPDATE OR DELETE ON review_delegates
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER review_rounds_no_change BEFORE UPDATE OR DELETE ON review_rounds
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER review_items_no_change BEFORE UPDATE OR DELETE ON review_items
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER review_invitations_no_change BEFORE UPDATE OR DELETE ON review_invitations
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER review_opinions_no_change BEFORE UPDATE OR DELETE ON review_opinions
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER review_responses_no_change BEFORE UPDATE OR DELETE ON review_responses
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER review_meetings_no_change BEFORE UPDATE OR DELETE ON review_meetings
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER review_closures_no_change BEFORE UPDATE OR DELETE ON review_closures
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER joint_reviews_no_delete BEFORE DELETE ON joint_reviews
FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- A case keeps its project, and no round of it is taken back.
CREATE TRIGGER joint_reviews_pinned BEFORE UPDATE ON joint_reviews FOR EACH ROW
WHEN (NEW.project_id <> OLD.project_id OR NEW.round < OLD.round)
EXECUTE FUNCTION refuse_change();
