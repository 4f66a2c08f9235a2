-- 告知: what was sent to a household about one of its ballots. A row per contact; a household that
-- no message reaches has one without a contact, and somebody must bring the notice.
CREATE TABLE ballot_notices (
    id UUID NOT NULL CONSTRAINT pk_ballot_notices PRIMARY KEY,
    vote_id UUID NOT NULL CONSTRAINT fk_ballot_notices__vote_id REFERENCES votes (id),
    ballot_id UUID NOT NULL CONSTRAINT fk_ballot_notices__ballot_id REFERENCES ballots (id),
    head_id UUID NOT NULL CONSTRAINT fk_ballot_notices__head_id REFERENCES heads (id),
    owner_id UUID CONSTRAINT fk_ballot_notices__owner_id REFERENCES owners (id),
    occasion TEXT NOT NULL CONSTRAINT ck_ballot_notices__occasion CHECK (occasion IN ('recorded', 'ruled')),
    cause TEXT NOT NULL,
    recipient TEXT NOT NULL,
    contact_kind TEXT CONSTRAINT ck_ballot_notices__contact_kind CHECK (contact_kind IN ('phone', 'email')),
    masked_contact TEXT,
    state TEXT NOT NULL CONSTRAINT ck_ballot_notices__state
        CHECK (state IN ('queued', 'sent', 'failed', 'no_contact', 'delivered')),
    at TIMESTAMP NOT NULL,
    created_at TIMESTAMP NOT NULL,
    delivered_by TEXT,
    delivery_note TEXT,
    CONSTRAINT uq_ballot_notices__cause_recipient UNIQUE (cause, recipient),
    CONSTRAINT ck_ballot_notices__delivered CHECK ((state = 'delivered') = (delivered_by IS NOT NULL)),
    CONSTRAINT ck_ballot_notices__contact CHECK ((owner_id IS NULL) = (masked_contact IS NULL))
);
CREATE INDEX ix_ballot_notices__vote_id_state ON ballot_notices (vote_id, state);
CREATE INDEX ix_ballot_notices__ballot_id ON ballot_notices (ballot_id);
CREATE INDEX ix_ballot_notices__head_id ON ballot_notices (head_id);
CREATE INDEX ix_ballot_notices__owner_id ON ballot_notices (owner_id);

-- What waits is found without walking over what is done: a rush of ballots leaves an event each.
CREATE INDEX ix_outbox_events__topic_id ON outbox_events (topic, id) WHERE done_at IS NULL AND failed_at IS NULL;

-- 表决票异议: an owner, staff on behalf of a unit, or the paper desk disputes a ballot; one person
-- proposes the ruling, another confirms it. `choices` is what stands on a sheet that was misread.
CREATE TABLE ballot_disputes (
    id UUID NOT NULL CONSTRAINT pk_ballot_disputes PRIMARY KEY,
    vote_id UUID NOT NULL CONSTRAINT fk_ballot_disputes__vote_id REFERENCES votes (id),
    ballot_id UUID NOT NULL CONSTRAINT fk_ballot_disputes__ballot_id REFERENCES ballots (id),
    owner_id UUID CONSTRAINT fk_ballot_disputes__owner_id REFERENCES owners (id),
    reason TEXT NOT NULL CONSTRAINT ck_ballot_disputes__reason CHECK (reason IN ('not_mine', 'misread', 'other')),
    text TEXT NOT NULL,
    unit_code TEXT,
    filer UUID,
    filed_by TEXT NOT NULL,
    filed_at TIMESTAMP NOT NULL,
    log_seq BIGINT NOT NULL,
    upheld BOOLEAN,
    ruling TEXT,
    choices TEXT,
    invalid_reason TEXT,
    proposed_by UUID,
    proposed_name TEXT,
    proposed_at TIMESTAMP,
    confirmed_by UUID,
    confirmed_name TEXT,
    confirmed_at TIMESTAMP,
    ruling_seq BIGINT,
    version INTEGER NOT NULL,
    CONSTRAINT ck_ballot_disputes__proposal CHECK ((proposed_by IS NULL) = (upheld IS NULL)),
    CONSTRAINT ck_ballot_disputes__confirmation CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CONSTRAINT ck_ballot_disputes__two_people
        CHECK (confirmed_by IS NULL OR (proposed_by IS NOT NULL AND confirmed_by <> proposed_by)),
    CONSTRAINT ck_ballot_disputes__filer
        CHECK (COALESCE(proposed_by <> filer, TRUE) AND COALESCE(confirmed_by <> filer, TRUE)),
    CONSTRAINT ck_ballot_disputes__correction
        CHECK ((choices IS NOT NULL) = COALESCE(upheld AND reason = 'misread', FALSE)),
    CONSTRAINT ck_ballot_disputes__leaf CHECK ((confirmed_at IS NULL) = (ruling_seq IS NULL))
);
CREATE UNIQUE INDEX uq_ballot_disputes__ballot_id ON ballot_disputes (ballot_id) WHERE confirmed_at IS NULL;
CREATE INDEX ix_ballot_disputes__ballot_id ON ballot_disputes (ballot_id);
CREATE INDEX ix_ballot_disputes__vote_id ON ballot_disputes (vote_id);
CREATE INDEX ix_ballot_disputes__owner_id ON ballot_disputes (owner_id);
