DROP TABLE survey_tasks;
DROP TABLE survey_reminders;
DROP TABLE survey_answers;
DROP TABLE survey_links;
DROP TABLE survey_households;
DROP TABLE surveys;
DROP TABLE survey_versions;
DROP TABLE survey_questionnaires;
