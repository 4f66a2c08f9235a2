DROP TRIGGER sittings_no_rewrite ON sittings;
DROP TRIGGER sittings_no_delete ON sittings;
DROP TRIGGER sitting_attendances_no_rewrite ON sitting_attendances;
DROP TRIGGER sitting_attendances_no_delete ON sitting_attendances;
