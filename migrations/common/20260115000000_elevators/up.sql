-- 加装电梯: one case per entrance. A withdrawn case makes room for another; every other state holds the place.
CREATE TABLE elevator_cases (
    id UUID NOT NULL CONSTRAINT pk_elevator_cases PRIMARY KEY,
    division_code TEXT NOT NULL,
    community_id UUID NOT NULL CONSTRAINT fk_elevator_cases__community_id REFERENCES communities (id),
    building_id UUID NOT NULL CONSTRAINT fk_elevator_cases__building_id REFERENCES buildings (id),
    entrance_id UUID NOT NULL CONSTRAINT fk_elevator_cases__entrance_id REFERENCES entrances (id),
    name TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT ck_elevator_cases__state CHECK (state IN ('requested', 'started',
        'reserved_pit', 'agreed', 'withdrawn')),
    requested_at TIMESTAMP NOT NULL,
    due_at TIMESTAMP NOT NULL,
    answered_at TIMESTAMP,
    answer TEXT,
    outcome_reason TEXT,
    agreed_at TIMESTAMP,
    version INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_elevator_cases__entrance_id ON elevator_cases (entrance_id) WHERE state <> 'withdrawn';
CREATE INDEX ix_elevator_cases__community_id ON elevator_cases (community_id);
CREATE INDEX ix_elevator_cases__building_id ON elevator_cases (building_id);
CREATE INDEX ix_elevator_cases__entrance_id ON elevator_cases (entrance_id);
CREATE INDEX ix_elevator_cases__state_due_at ON elevator_cases (state, due_at);

-- Which households asked; the first opened the case.
CREATE TABLE elevator_requests (
    id UUID NOT NULL CONSTRAINT pk_elevator_requests PRIMARY KEY,
    case_id UUID NOT NULL CONSTRAINT fk_elevator_requests__case_id REFERENCES elevator_cases (id),
    unit_id UUID NOT NULL CONSTRAINT fk_elevator_requests__unit_id REFERENCES units (id),
    unit_code TEXT NOT NULL,
    owner_id UUID CONSTRAINT fk_elevator_requests__owner_id REFERENCES owners (id),
    note TEXT,
    recorded_by TEXT NOT NULL,
    requested_at TIMESTAMP NOT NULL
);
CREATE INDEX ix_elevator_requests__case_id ON elevator_requests (case_id);
CREATE INDEX ix_elevator_requests__unit_id ON elevator_requests (unit_id);
CREATE INDEX ix_elevator_requests__owner_id ON elevator_requests (owner_id);

CREATE TABLE elevator_steps (
    id UUID NOT NULL CONSTRAINT pk_elevator_steps PRIMARY KEY,
    case_id UUID NOT NULL CONSTRAINT fk_elevator_steps__case_id REFERENCES elevator_cases (id),
    command TEXT NOT NULL,
    from_state TEXT,
    to_state TEXT NOT NULL,
    reason TEXT,
    actor_name TEXT NOT NULL,
    at TIMESTAMP NOT NULL
);
CREATE INDEX ix_elevator_steps__case_id ON elevator_steps (case_id);

-- The owner votes whose passing the agreement rests on.
CREATE TABLE elevator_votes (
    case_id UUID NOT NULL CONSTRAINT fk_elevator_votes__case_id REFERENCES elevator_cases (id),
    vote_id UUID NOT NULL CONSTRAINT fk_elevator_votes__vote_id REFERENCES votes (id),
    CONSTRAINT pk_elevator_votes PRIMARY KEY (case_id, vote_id)
);
CREATE INDEX ix_elevator_votes__vote_id ON elevator_votes (vote_id);

-- A version of the cost plan with the text of the agreement; `digest` is SHA-256 of `body`.
-- Coefficients are in 1/1000; `coefficients` is JSON.
CREATE TABLE elevator_plans (
    id UUID NOT NULL CONSTRAINT pk_elevator_plans PRIMARY KEY,
    case_id UUID NOT NULL CONSTRAINT fk_elevator_plans__case_id REFERENCES elevator_cases (id),
    number INTEGER NOT NULL,
    cost_fen BIGINT NOT NULL CONSTRAINT ck_elevator_plans__cost_fen CHECK (cost_fen = CAST(cost_fen AS BIGINT)),
    subsidy_fen BIGINT NOT NULL CONSTRAINT ck_elevator_plans__subsidy_fen
        CHECK (subsidy_fen = CAST(subsidy_fen AS BIGINT) AND subsidy_fen >= 0 AND subsidy_fen < cost_fen),
    basis TEXT NOT NULL CONSTRAINT ck_elevator_plans__basis CHECK (basis IN ('area', 'equal')),
    coefficients TEXT NOT NULL,
    terms TEXT NOT NULL,
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    CONSTRAINT uq_elevator_plans__case_id_number UNIQUE (case_id, number)
);

CREATE TABLE elevator_shares (
    id UUID NOT NULL CONSTRAINT pk_elevator_shares PRIMARY KEY,
    plan_id UUID NOT NULL CONSTRAINT fk_elevator_shares__plan_id REFERENCES elevator_plans (id),
    unit_id UUID NOT NULL CONSTRAINT fk_elevator_shares__unit_id REFERENCES units (id),
    unit_code TEXT NOT NULL,
    floor INTEGER NOT NULL,
    area BIGINT CONSTRAINT ck_elevator_shares__area CHECK (area IS NULL OR area = CAST(area AS BIGINT)),
    coefficient INTEGER NOT NULL,
    share_fen BIGINT NOT NULL CONSTRAINT ck_elevator_shares__share_fen
        CHECK (share_fen = CAST(share_fen AS BIGINT) AND share_fen >= 0),
    private_space TEXT,
    CONSTRAINT uq_elevator_shares__plan_id_unit_id UNIQUE (plan_id, unit_id)
);
CREATE INDEX ix_elevator_shares__unit_id ON elevator_shares (unit_id);

-- Whoever pays, or gives private space, signs one version of the plan. On paper another person checks.
CREATE TABLE elevator_signatures (
    id UUID NOT NULL CONSTRAINT pk_elevator_signatures PRIMARY KEY,
    plan_id UUID NOT NULL CONSTRAINT fk_elevator_signatures__plan_id REFERENCES elevator_plans (id),
    share_id UUID NOT NULL CONSTRAINT fk_elevator_signatures__share_id REFERENCES elevator_shares (id),
    owner_id UUID CONSTRAINT fk_elevator_signatures__owner_id REFERENCES owners (id),
    unit_code TEXT NOT NULL,
    channel TEXT NOT NULL CONSTRAINT ck_elevator_signatures__channel CHECK (channel IN ('online', 'paper')),
    state TEXT NOT NULL CONSTRAINT ck_elevator_signatures__state CHECK (state IN ('waiting', 'valid', 'rejected')),
    signer_name TEXT NOT NULL,
    recorded_by UUID NOT NULL,
    recorded_name TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    checked_by UUID,
    checked_name TEXT,
    checked_at TIMESTAMP,
    CONSTRAINT ck_elevator_signatures__two_people CHECK (checked_by IS NULL OR checked_by <> recorded_by),
    CONSTRAINT ck_elevator_signatures__checked
        CHECK (channel = 'online' OR (state = 'waiting') = (checked_by IS NULL)),
    CONSTRAINT ck_elevator_signatures__online CHECK (channel <> 'online' OR state = 'valid')
);
CREATE UNIQUE INDEX uq_elevator_signatures__share_id ON elevator_signatures (share_id) WHERE state <> 'rejected';
CREATE INDEX ix_elevator_signatures__share_id ON elevator_signatures (share_id);
CREATE INDEX ix_elevator_signatures__plan_id ON elevator_signatures (plan_id);
CREATE INDEX ix_elevator_signatures__owner_id ON elevator_signatures (owner_id);

CREATE TABLE elevator_objections (
    id UUID NOT NULL CONSTRAINT pk_elevator_objections PRIMARY KEY,
    case_id UUID NOT NULL CONSTRAINT fk_elevator_objections__case_id REFERENCES elevator_cases (id),
    unit_id UUID NOT NULL CONSTRAINT fk_elevator_objections__unit_id REFERENCES units (id),
    owner_id UUID CONSTRAINT fk_elevator_objections__owner_id REFERENCES owners (id),
    unit_code TEXT NOT NULL,
    kind TEXT NOT NULL CONSTRAINT ck_elevator_objections__kind CHECK (kind IN ('light', 'noise', 'value',
        'private_space', 'other')),
    text TEXT NOT NULL,
    filed_by TEXT NOT NULL,
    filed_at TIMESTAMP NOT NULL,
    closing TEXT CONSTRAINT ck_elevator_objections__closing CHECK (closing IN ('withdrawn', 'settled', 'unsettled')),
    closing_reason TEXT,
    next_way TEXT CONSTRAINT ck_elevator_objections__next_way CHECK (next_way IN ('mediation', 'lawsuit')),
    closed_by TEXT,
    closed_at TIMESTAMP,
    CONSTRAINT ck_elevator_objections__closed
        CHECK ((closing IS NULL) = (closed_at IS NULL) AND (closing IS NULL) = (closing_reason IS NULL)),
    CONSTRAINT ck_elevator_objections__way CHECK (closing IS NULL OR (closing = 'unsettled') = (next_way IS NOT NULL))
);
CREATE INDEX ix_elevator_objections__case_id ON elevator_objections (case_id);
CREATE INDEX ix_elevator_objections__unit_id ON elevator_objections (unit_id);
CREATE INDEX ix_elevator_objections__owner_id ON elevator_objections (owner_id);

-- 调解记录.
CREATE TABLE elevator_mediations (
    id UUID NOT NULL CONSTRAINT pk_elevator_mediations PRIMARY KEY,
    objection_id UUID NOT NULL CONSTRAINT fk_elevator_mediations__objection_id REFERENCES elevator_objections (id),
    held_on DATE NOT NULL,
    mediators TEXT NOT NULL,
    outcome TEXT NOT NULL,
    signed_note TEXT,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);
CREATE INDEX ix_elevator_mediations__objection_id ON elevator_mediations (objection_id);
