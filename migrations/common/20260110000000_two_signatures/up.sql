-- 延期: one person proposes a later close, another confirms it; a proposal by itself has no effect.
CREATE TABLE vote_extensions (
    id UUID NOT NULL CONSTRAINT pk_vote_extensions PRIMARY KEY,
    vote_id UUID NOT NULL CONSTRAINT fk_vote_extensions__vote_id REFERENCES votes (id),
    closes_at TIMESTAMP NOT NULL,
    reason TEXT NOT NULL,
    proposed_by UUID NOT NULL,
    proposed_name TEXT NOT NULL,
    proposed_at TIMESTAMP NOT NULL,
    confirmed_by UUID,
    confirmed_name TEXT,
    confirmed_at TIMESTAMP,
    withdrawn_name TEXT,
    withdrawn_at TIMESTAMP,
    CONSTRAINT ck_vote_extensions__two_people CHECK (confirmed_by IS NULL OR confirmed_by <> proposed_by),
    CONSTRAINT ck_vote_extensions__confirmation CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CONSTRAINT ck_vote_extensions__one_end CHECK (confirmed_at IS NULL OR withdrawn_at IS NULL)
);
CREATE UNIQUE INDEX uq_vote_extensions__vote_id ON vote_extensions (vote_id)
    WHERE confirmed_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX ix_vote_extensions__vote_id ON vote_extensions (vote_id);

-- 名册更正: one person proposes to take units of the frozen roll anew from the register, another
-- confirms the difference. `difference` is JSON: what both of them saw.
CREATE TABLE roll_amendments (
    id UUID NOT NULL CONSTRAINT pk_roll_amendments PRIMARY KEY,
    vote_id UUID NOT NULL CONSTRAINT fk_roll_amendments__vote_id REFERENCES votes (id),
    objection_id UUID CONSTRAINT fk_roll_amendments__objection_id REFERENCES objections (id),
    reason TEXT NOT NULL,
    difference TEXT NOT NULL,
    proposed_by UUID NOT NULL,
    proposed_name TEXT NOT NULL,
    proposed_at TIMESTAMP NOT NULL,
    confirmed_by UUID,
    confirmed_name TEXT,
    confirmed_at TIMESTAMP,
    withdrawn_name TEXT,
    withdrawn_at TIMESTAMP,
    CONSTRAINT ck_roll_amendments__two_people CHECK (confirmed_by IS NULL OR confirmed_by <> proposed_by),
    CONSTRAINT ck_roll_amendments__confirmation CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CONSTRAINT ck_roll_amendments__one_end CHECK (confirmed_at IS NULL OR withdrawn_at IS NULL)
);
CREATE UNIQUE INDEX uq_roll_amendments__vote_id ON roll_amendments (vote_id)
    WHERE confirmed_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX ix_roll_amendments__vote_id ON roll_amendments (vote_id);
CREATE INDEX ix_roll_amendments__objection_id ON roll_amendments (objection_id);

-- A head that an amendment left without units keeps its number and counts no more.
ALTER TABLE heads ADD COLUMN struck_at TIMESTAMP;
