ALTER TABLE heads DROP COLUMN struck_at;
DROP TABLE roll_amendments;
DROP TABLE vote_extensions;
