-- 表决期间过户: one person proposes that the buyer of a unit stands for its head, another confirms it.
-- `sellers` and `buyers` are JSON lists of owners: what both of them saw.
CREATE TABLE vote_transfers (
    id UUID NOT NULL CONSTRAINT pk_vote_transfers PRIMARY KEY,
    vote_id UUID NOT NULL CONSTRAINT fk_vote_transfers__vote_id REFERENCES votes (id),
    unit_id UUID NOT NULL CONSTRAINT fk_vote_transfers__unit_id REFERENCES units (id),
    head_id UUID NOT NULL CONSTRAINT fk_vote_transfers__head_id REFERENCES heads (id),
    evidence TEXT NOT NULL,
    sellers TEXT NOT NULL,
    buyers TEXT NOT NULL,
    proposed_by UUID NOT NULL,
    proposed_name TEXT NOT NULL,
    proposed_at TIMESTAMP NOT NULL,
    confirmed_by UUID,
    confirmed_name TEXT,
    confirmed_at TIMESTAMP,
    withdrawn_name TEXT,
    withdrawn_at TIMESTAMP,
    CONSTRAINT ck_vote_transfers__two_people CHECK (confirmed_by IS NULL OR confirmed_by <> proposed_by),
    CONSTRAINT ck_vote_transfers__confirmation CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CONSTRAINT ck_vote_transfers__one_end CHECK (confirmed_at IS NULL OR withdrawn_at IS NULL)
);
CREATE UNIQUE INDEX uq_vote_transfers__head_id ON vote_transfers (head_id)
    WHERE confirmed_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX ix_vote_transfers__vote_id ON vote_transfers (vote_id);
CREATE INDEX ix_vote_transfers__unit_id ON vote_transfers (unit_id);
CREATE INDEX ix_vote_transfers__head_id ON vote_transfers (head_id);

-- What both households were told of it: a row per contact, or one without.
CREATE TABLE transfer_notices (
    id UUID NOT NULL CONSTRAINT pk_transfer_notices PRIMARY KEY,
    transfer_id UUID NOT NULL CONSTRAINT fk_transfer_notices__transfer_id REFERENCES vote_transfers (id),
    owner_id UUID NOT NULL CONSTRAINT fk_transfer_notices__owner_id REFERENCES owners (id),
    side TEXT NOT NULL CONSTRAINT ck_transfer_notices__side CHECK (side IN ('seller', 'buyer')),
    recipient TEXT NOT NULL,
    masked_contact TEXT,
    state TEXT NOT NULL CONSTRAINT ck_transfer_notices__state
        CHECK (state IN ('queued', 'sent', 'failed', 'no_contact', 'delivered')),
    at TIMESTAMP NOT NULL,
    CONSTRAINT uq_transfer_notices__transfer_id_recipient UNIQUE (transfer_id, recipient)
);
CREATE INDEX ix_transfer_notices__owner_id ON transfer_notices (owner_id);
