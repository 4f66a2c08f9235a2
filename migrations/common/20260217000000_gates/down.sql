DROP TABLE project_deadlines;
ALTER TABLE plan_items DROP COLUMN chosen;
DROP INDEX ix_project_evidence__item_id;
ALTER TABLE project_evidence DROP COLUMN item_id;
ALTER TABLE vote_challenges DROP COLUMN annuls;
