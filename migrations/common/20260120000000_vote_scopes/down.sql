DROP TABLE vote_scope_units;
DROP TABLE vote_scope_buildings;
ALTER TABLE votes DROP COLUMN scope_name;
