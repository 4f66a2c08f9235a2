DROP TABLE building_periods;
DROP TABLE boundary_parts;
DROP TABLE boundary_targets;
DROP TABLE boundary_sources;
DROP TABLE boundary_changes;
ALTER TABLE communities DROP COLUMN ended_on;
