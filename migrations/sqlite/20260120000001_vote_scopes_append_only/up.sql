CREATE TRIGGER vote_scope_buildings_no_update BEFORE UPDATE ON vote_scope_buildings
BEGIN SELECT RAISE(ABORT, 'vote_scope_buildings is append-only'); END;
CREATE TRIGGER vote_scope_buildings_no_delete BEFORE DELETE ON vote_scope_buildings
BEGIN SELECT RAISE(ABORT, 'vote_scope_buildings is append-only'); END;
CREATE TRIGGER vote_scope_units_no_update BEFORE UPDATE ON vote_scope_units
BEGIN SELECT RAISE(ABORT, 'vote_scope_units is append-only'); END;
CREATE TRIGGER vote_scope_units_no_delete BEFORE DELETE ON vote_scope_units
BEGIN SELECT RAISE(ABORT, 'vote_scope_units is append-only'); END;
