-- 多选议题: a question whose options are items of their own. Its position is that of its first option.
CREATE TABLE vote_questions (
    id UUID NOT NULL CONSTRAINT pk_vote_questions PRIMARY KEY,
    vote_id UUID NOT NULL CONSTRAINT fk_vote_questions__vote_id REFERENCES votes (id),
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    kind TEXT NOT NULL CONSTRAINT ck_vote_questions__kind CHECK (kind IN ('choice', 'election')),
    -- Options that one ballot may choose.
    choose_at_most INTEGER NOT NULL,
    -- Options that may win.
    seats INTEGER NOT NULL,
    CONSTRAINT uq_vote_questions__vote_id_position UNIQUE (vote_id, position),
    CONSTRAINT ck_vote_questions__seats CHECK (seats >= 1 AND seats <= choose_at_most)
);

-- The question that an item is an option of.
ALTER TABLE vote_items ADD COLUMN question_id UUID
    CONSTRAINT fk_vote_items__question_id REFERENCES vote_questions (id);
CREATE INDEX ix_vote_items__question_id ON vote_items (question_id);

-- 第二轮表决: the vote between the leading options of a question that was left open.
CREATE TABLE vote_run_offs (
    vote_id UUID NOT NULL CONSTRAINT pk_vote_run_offs PRIMARY KEY
        CONSTRAINT fk_vote_run_offs__vote_id REFERENCES votes (id),
    question_id UUID NOT NULL
        CONSTRAINT fk_vote_run_offs__question_id REFERENCES vote_questions (id)
);
CREATE INDEX ix_vote_run_offs__question_id ON vote_run_offs (question_id);
