ALTER TABLE votes DROP COLUMN reliance;
