ALTER TABLE plan_versions DROP COLUMN drawings;
DROP TABLE plan_drawings;
