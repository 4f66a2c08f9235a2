DROP TABLE project_evidence;
DROP TABLE plan_items;
DROP TABLE plan_versions;
DROP TABLE project_steps;
DROP TABLE projects;
DROP TABLE policy_packs;
