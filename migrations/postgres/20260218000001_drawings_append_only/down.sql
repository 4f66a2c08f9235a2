DROP TRIGGER plan_drawings_no_change ON plan_drawings;
