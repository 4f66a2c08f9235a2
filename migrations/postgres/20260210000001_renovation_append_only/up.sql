CREATE TRIGGER policy_packs_no_change BEFORE UPDATE OR DELETE ON policy_packs
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER project_steps_no_change BEFORE UPDATE OR DELETE ON project_steps
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER project_evidence_no_change BEFORE UPDATE OR DELETE ON project_evidence
FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- A project keeps its community and the policy that it pinned.
CREATE TRIGGER projects_pinned BEFORE UPDATE ON projects FOR EACH ROW
WHEN (NEW.policy_pack_id <> OLD.policy_pack_id OR NEW.community_id <> OLD.community_id)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER projects_no_delete BEFORE DELETE ON projects
FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- A fixed version of a plan never changes, nor do its items.
CREATE TRIGGER plan_versions_no_update BEFORE UPDATE ON plan_versions FOR EACH ROW
WHEN (OLD.state = 'fixed') EXECUTE FUNCTION refuse_change();
CREATE TRIGGER plan_versions_no_delete BEFORE DELETE ON plan_versions
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE FUNCTION refuse_fixed_plan() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE version_id uuid;
BEGIN
    IF TG_OP = 'DELETE' THEN version_id := OLD.plan_version_id; ELSE version_id := NEW.plan_version_id; END IF;
    IF EXISTS (SELECT 1 FROM plan_versions WHERE id = version_id AND state = 'fixed')
    THEN RAISE EXCEPTION 'a fixed plan never changes'; END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER plan_items_fixed BEFORE INSERT OR DELETE ON plan_items
FOR EACH ROW EXECUTE FUNCTION refuse_fixed_plan();
CREATE TRIGGER plan_items_no_update BEFORE UPDATE ON plan_items
FOR EACH ROW EXECUTE FUNCTION refuse_change();
