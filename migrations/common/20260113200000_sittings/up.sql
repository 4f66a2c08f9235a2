-- 现场会: owners meet within the window of a vote; announced before it starts.
CREATE TABLE sittings (
    id UUID NOT NULL CONSTRAINT pk_sittings PRIMARY KEY,
    vote_id UUID NOT NULL CONSTRAINT fk_sittings__vote_id REFERENCES votes (id),
    place TEXT NOT NULL,
    starts_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP NOT NULL,
    announced_at TIMESTAMP NOT NULL,
    announced_by UUID NOT NULL,
    announcer_name TEXT NOT NULL,
    cancelled_at TIMESTAMP,
    canceller_name TEXT,
    cancel_reason TEXT,
    CONSTRAINT ck_sittings__times CHECK (announced_at < starts_at AND starts_at < ends_at),
    CONSTRAINT ck_sittings__cancelled CHECK ((cancelled_at IS NULL) = (canceller_name IS NULL)
        AND (cancelled_at IS NULL) = (cancel_reason IS NULL))
);
CREATE INDEX ix_sittings__vote_id ON sittings (vote_id);

-- 签到: an owner came for a head. Whoever left, or was signed in by mistake, keeps the row.
CREATE TABLE sitting_attendances (
    id UUID NOT NULL CONSTRAINT pk_sitting_attendances PRIMARY KEY,
    sitting_id UUID NOT NULL CONSTRAINT fk_sitting_attendances__sitting_id REFERENCES sittings (id),
    head_id UUID NOT NULL CONSTRAINT fk_sitting_attendances__head_id REFERENCES heads (id),
    owner_id UUID NOT NULL CONSTRAINT fk_sitting_attendances__owner_id REFERENCES owners (id),
    signed_in_at TIMESTAMP NOT NULL,
    recorded_by UUID NOT NULL,
    recorder_name TEXT NOT NULL,
    left_at TIMESTAMP,
    left_name TEXT,
    voided_at TIMESTAMP,
    voided_name TEXT,
    void_reason TEXT,
    CONSTRAINT ck_sitting_attendances__left CHECK ((left_at IS NULL) = (left_name IS NULL)),
    CONSTRAINT ck_sitting_attendances__voided CHECK ((voided_at IS NULL) = (voided_name IS NULL)
        AND (voided_at IS NULL) = (void_reason IS NULL))
);
-- A head is present once.
CREATE UNIQUE INDEX uq_sitting_attendances__sitting_id_head_id ON sitting_attendances (sitting_id, head_id)
    WHERE left_at IS NULL AND voided_at IS NULL;
CREATE INDEX ix_sitting_attendances__sitting_id ON sitting_attendances (sitting_id);
CREATE INDEX ix_sitting_attendances__head_id ON sitting_attendances (head_id);
CREATE INDEX ix_sitting_attendances__owner_id ON sitting_attendances (owner_id);
