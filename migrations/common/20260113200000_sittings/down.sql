DROP TABLE sitting_attendances;
DROP TABLE sittings;
