CREATE TRIGGER policy_packs_no_update BEFORE UPDATE ON policy_packs
BEGIN SELECT RAISE(ABORT, 'policy_packs is append-only'); END;
CREATE TRIGGER policy_packs_no_delete BEFORE DELETE ON policy_packs
BEGIN SELECT RAISE(ABORT, 'policy_packs is append-only'); END;
CREATE TRIGGER project_steps_no_update BEFORE UPDATE ON project_steps
BEGIN SELECT RAISE(ABORT, 'project_steps is append-only'); END;
CREATE TRIGGER project_steps_no_delete BEFORE DELETE ON project_steps
BEGIN SELECT RAISE(ABORT, 'project_steps is append-only'); END;
CREATE TRIGGER project_evidence_no_update BEFORE UPDATE ON project_evidence
BEGIN SELECT RAISE(ABORT, 'project_evidence is append-only'); END;
CREATE TRIGGER project_evidence_no_delete BEFORE DELETE ON project_evidence
BEGIN SELECT RAISE(ABORT, 'project_evidence is append-only'); END;
-- A project keeps its community and the policy that it pinned.
CREATE TRIGGER projects_pinned BEFORE UPDATE ON projects
WHEN NEW.policy_pack_id <> OLD.policy_pack_id OR NEW.community_id <> OLD.community_id
BEGIN SELECT RAISE(ABORT, 'a project keeps its policy and its community'); END;
CREATE TRIGGER projects_no_delete BEFORE DELETE ON projects
BEGIN SELECT RAISE(ABORT, 'projects are never deleted'); END;
-- A fixed version of a plan never changes, nor do its items.
CREATE TRIGGER plan_versions_no_update BEFORE UPDATE ON plan_versions WHEN OLD.state = 'fixed'
BEGIN SELECT RAISE(ABORT, 'a fixed plan never changes'); END;
CREATE TRIGGER plan_versions_no_delete BEFORE DELETE ON plan_versions
BEGIN SELECT RAISE(ABORT, 'plan versions are never deleted'); END;
CREATE TRIGGER plan_items_no_insert BEFORE INSERT ON plan_items
WHEN EXISTS (SELECT 1 FROM plan_versions WHERE id = NEW.plan_version_id AND state = 'fixed')
BEGIN SELECT RAISE(ABORT, 'a fixed plan never changes'); END;
CREATE TRIGGER plan_items_no_update BEFORE UPDATE ON plan_items
BEGIN SELECT RAISE(ABORT, 'items of a plan are replaced, not changed'); END;
CREATE TRIGGER plan_items_no_delete BEFORE DELETE ON plan_items
WHEN EXISTS (SELECT 1 FROM plan_versions WHERE id = OLD.plan_version_id AND state = 'fixed')
BEGIN SELECT RAISE(ABORT, 'a fixed plan never changes'); END;
