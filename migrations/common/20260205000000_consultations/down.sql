DROP TABLE consultation_assignments;
DROP TABLE consultation_clashes;
DROP TABLE consultation_corrections;
DROP TABLE consultation_stances;
DROP TABLE consultation_rounds;
DROP TABLE consultations;
