DROP TABLE vote_run_offs;
DROP INDEX ix_vote_items__question_id;
ALTER TABLE vote_items DROP COLUMN question_id;
DROP TABLE vote_questions;
