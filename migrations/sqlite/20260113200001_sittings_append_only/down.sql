DROP TRIGGER sittings_no_rewrite;
DROP TRIGGER sittings_no_delete;
DROP TRIGGER sitting_attendances_no_rewrite;
DROP TRIGGER sitting_attendances_no_delete;
