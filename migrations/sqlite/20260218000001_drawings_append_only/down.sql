DROP TRIGGER plan_drawings_no_delete;
DROP TRIGGER plan_drawings_no_update;
