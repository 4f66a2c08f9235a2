DROP TABLE consultation_withdrawals;
ALTER TABLE consultation_corrections DROP COLUMN confirmation;
DROP TABLE survey_confirmations;
DROP INDEX uq_survey_answers__survey_id_client_key;
ALTER TABLE survey_answers DROP COLUMN client_key;
ALTER TABLE survey_answers DROP COLUMN confirmation;
ALTER TABLE surveys DROP COLUMN entry_until;
