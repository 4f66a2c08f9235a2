CREATE TRIGGER review_delegates_no_update BEFORE UPDATE ON review_delegates
BEGIN SELECT RAISE(ABORT, 'review_delegates is append-only'); END;
CREATE TRIGGER review_delegates_no_delete BEFORE DELETE ON review_delegates
BEGIN SELECT RAISE(ABORT, 'review_delegates is append-only'); END;
CREATE TRIGGER review_rounds_no_update BEFORE UPDATE ON review_rounds
BEGIN SELECT RAISE(ABORT, 'review_rounds is append-only'); END;
CREATE TRIGGER review_rounds_no_delete BEFORE DELETE ON review_rounds
BEGIN SELECT RAISE(ABORT, 'review_rounds is append-only'); END;
CREATE TRIGGER review_items_no_update BEFORE UPDATE ON review_items
BEGIN SELECT RAISE(ABORT, 'review_items is append-only'); END;
CREATE TRIGGER review_items_no_delete BEFORE DELETE ON review_items
BEGIN SELECT RAISE(ABORT, 'review_items is append-only'); END;
CREATE TRIGGER review_invitations_no_update BEFORE UPDATE ON review_invitations
BEGIN SELECT RAISE(ABORT, 'review_invitations is append-only'); END;
CREATE TRIGGER review_invitations_no_delete BEFORE DELETE ON review_invitations
BEGIN SELECT RAISE(ABORT, 'review_invitations is append-only'); END;
CREATE TRIGGER review_opinions_no_update BEFORE UPDATE ON review_opinions
BEGIN SELECT RAISE(ABORT, 'review_opinions is append-only'); END;
CREATE TRIGGER review_opinions_no_delete BEFORE DELETE ON review_opinions
BEGIN SELECT RAISE(ABORT, 'review_opinions is append-only'); END;
CREATE TRIGGER review_responses_no_update BEFORE UPDATE ON review_responses
BEGIN SELECT RAISE(ABORT, 'review_responses is append-only'); END;
CREATE TRIGGER review_responses_no_delete BEFORE DELETE ON review_responses
BEGIN SELECT RAISE(ABORT, 'review_responses is append-only'); END;
CREATE TRIGGER review_meetings_no_update BEFORE UPDATE ON review_meetings
BEGIN SELECT RAISE(ABORT, 'review_meetings is append-only'); END;
CREATE TRIGGER review_meetings_no_delete BEFORE DELETE ON review_meetings
BEGIN SELECT RAISE(ABORT, 'review_meetings is append-only'); END;
CREATE TRIGGER review_closures_no_update BEFORE UPDATE ON review_closures
BEGIN SELECT RAISE(ABORT, 'review_closures is append-only'); END;
CREATE TRIGGER review_closures_no_delete BEFORE DELETE ON review_closures
BEGIN SELECT RAISE(ABORT, 'review_closures is append-only'); END;
CREATE TRIGGER joint_reviews_no_delete BEFORE DELETE ON joint_reviews
BEGIN SELECT RAISE(ABORT, 'joint reviews are never deleted'); END;
-- A case keeps its project, and no round of it is taken back.
CREATE TRIGGER joint_reviews_pinned BEFORE UPDATE ON joint_reviews
WHEN NEW.project_id <> OLD.project_id OR NEW.round < OLD.round
BEGIN SELECT RAISE(ABORT, 'a joint review keeps its project and its rounds'); END;
