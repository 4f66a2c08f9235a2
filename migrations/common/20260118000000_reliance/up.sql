-- Which count the organiser rests the outcome on, where a clause on silence is in force.
ALTER TABLE votes ADD COLUMN reliance TEXT NOT NULL DEFAULT 'strict'
    CONSTRAINT ck_votes__reliance CHECK (reliance IN ('strict', 'with_clause'));
