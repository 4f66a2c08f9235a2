CREATE TRIGGER survey_questionnaires_no_change BEFORE UPDATE OR DELETE ON survey_questionnaires
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER survey_versions_no_change BEFORE UPDATE OR DELETE ON survey_versions
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER survey_households_no_change BEFORE UPDATE OR DELETE ON survey_households
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER survey_answers_no_change BEFORE UPDATE OR DELETE ON survey_answers
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER survey_reminders_no_change BEFORE UPDATE OR DELETE ON survey_reminders
FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- A survey goes its way once: what was asked, of whom and what came out never changes.
CREATE TRIGGER surveys_no_rewrite BEFORE UPDATE ON surveys FOR EACH ROW
WHEN (OLD.state = 'void'
    OR (OLD.state = 'draft' AND NEW.state NOT IN ('open', 'void'))
    OR (OLD.state = 'open' AND NEW.state NOT IN ('closed', 'void'))
    OR (OLD.state = 'closed' AND NEW.state <> 'void')
    OR NEW.division_code <> OLD.division_code
    OR NEW.community_id <> OLD.community_id
    OR NEW.buildings <> OLD.buildings
    OR NEW.version_id <> OLD.version_id
    OR NEW.purpose <> OLD.purpose
    OR NEW.title <> OLD.title
    OR NEW.round <> OLD.round
    OR NEW.created_at <> OLD.created_at
    OR NEW.created_by <> OLD.created_by
    OR NEW.creator_name <> OLD.creator_name
    OR NEW.closes_at <> OLD.closes_at
    OR COALESCE(NEW.subject, '') <> COALESCE(OLD.subject, '')
    OR COALESCE(NEW.gate, '') <> COALESCE(OLD.gate, '')
    OR COALESCE(NEW.previous_id, NEW.id) <> COALESCE(OLD.previous_id, OLD.id)
    OR (OLD.households IS NOT NULL AND (NEW.households <> OLD.households OR NEW.opened_at <> OLD.opened_at))
    OR (OLD.state = 'closed' AND (COALESCE(NEW.verdict, '') <> COALESCE(OLD.verdict, '') OR NEW.closed_at <> OLD.closed_at)))
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER surveys_no_delete BEFORE DELETE ON surveys
FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- A task is done by one person and confirmed by another, or sent back.
CREATE TRIGGER survey_tasks_no_rewrite BEFORE UPDATE ON survey_tasks FOR EACH ROW
WHEN (OLD.state = 'confirmed'
    OR (OLD.state = 'open' AND NEW.state <> 'done')
    OR (OLD.state = 'done' AND NEW.state NOT IN ('confirmed', 'open'))
    OR NEW.survey_id <> OLD.survey_id
    OR NEW.position <> OLD.position
    OR NEW.item <> OLD.item
    OR NEW.description <> OLD.description
    OR NEW.created_at <> OLD.created_at)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER survey_tasks_no_delete BEFORE DELETE ON survey_tasks
FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- A link is replaced once.
CREATE TRIGGER survey_links_no_rewrite BEFORE UPDATE ON survey_links FOR EACH ROW
WHEN (OLD.replaced_at IS NOT NULL
    OR NEW.replaced_at IS NULL
    OR NEW.survey_id <> OLD.survey_id
    OR NEW.household_id <> OLD.household_id
    OR NEW.token_hash <> OLD.token_hash)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER survey_links_no_delete BEFORE DELETE ON survey_links
FOR EACH ROW EXECUTE FUNCTION refuse_change();
