CREATE TRIGGER plan_drawings_no_update BEFORE UPDATE ON plan_drawings
BEGIN SELECT RAISE(ABORT, 'plan_drawings is append-only'); END;
CREATE TRIGGER plan_drawings_no_delete BEFORE DELETE ON plan_drawings
BEGIN SELECT RAISE(ABORT, 'plan_drawings is append-only'); END;
