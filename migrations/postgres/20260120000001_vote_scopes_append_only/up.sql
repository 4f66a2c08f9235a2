CREATE TRIGGER vote_scope_buildings_no_update BEFORE UPDATE ON vote_scope_buildings
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER vote_scope_buildings_no_delete BEFORE DELETE ON vote_scope_buildings
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER vote_scope_units_no_update BEFORE UPDATE ON vote_scope_units
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER vote_scope_units_no_delete BEFORE DELETE ON vote_scope_units
FOR EACH ROW EXECUTE FUNCTION refuse_change();
