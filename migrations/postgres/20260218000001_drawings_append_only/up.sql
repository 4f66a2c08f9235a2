CREATE TRIGGER plan_drawings_no_change BEFORE UPDATE OR DELETE ON plan_drawings
FOR EACH ROW EXECUTE FUNCTION refuse_change();
