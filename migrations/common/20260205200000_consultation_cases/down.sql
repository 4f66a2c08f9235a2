DROP TABLE consultation_pledges;
DROP TABLE consultation_merges;
DROP TABLE consultation_applications;
DROP TABLE consultation_objection_steps;
DROP TABLE consultation_objection_units;
DROP TABLE consultation_objections;
