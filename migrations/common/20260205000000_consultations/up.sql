-- 征询: what the households of a community say to its renovation, in three rounds by different people.
CREATE TABLE consultations (
    id UUID NOT NULL CONSTRAINT pk_consultations PRIMARY KEY,
    division_code TEXT NOT NULL,
    community_id UUID NOT NULL CONSTRAINT fk_consultations__community_id REFERENCES communities (id),
    title TEXT NOT NULL,
    target_percent INTEGER NOT NULL CONSTRAINT ck_consultations__target_percent
        CHECK (target_percent BETWEEN 1 AND 100),
    state TEXT NOT NULL CONSTRAINT ck_consultations__state CHECK (state IN ('prepared', 'round_1',
        'after_1', 'round_2', 'after_2', 'round_3', 'after_3', 'concluded')),
    created_by UUID NOT NULL,
    creator_name TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    concluded_at TIMESTAMP,
    CONSTRAINT ck_consultations__concluded CHECK ((concluded_at IS NULL) = (state <> 'concluded'))
);
CREATE INDEX ix_consultations__community_id ON consultations (community_id);

CREATE TABLE consultation_rounds (
    id UUID NOT NULL CONSTRAINT pk_consultation_rounds PRIMARY KEY,
    consultation_id UUID NOT NULL
        CONSTRAINT fk_consultation_rounds__consultation_id REFERENCES consultations (id),
    number INTEGER NOT NULL CONSTRAINT ck_consultation_rounds__number CHECK (number BETWEEN 1 AND 3),
    opened_at TIMESTAMP NOT NULL,
    opener_name TEXT NOT NULL,
    closed_at TIMESTAMP,
    closer_name TEXT,
    CONSTRAINT uq_consultation_rounds__consultation_id_number UNIQUE (consultation_id, number),
    CONSTRAINT ck_consultation_rounds__closed CHECK ((closed_at IS NULL) = (closer_name IS NULL))
);

-- The history of what a household 户 says: visits, and what its owners say themselves. `client_key` is
-- made by the visitor's phone; `clash` marks a visit that came after somebody else had recorded what
-- the household said later: it is kept and does not count.
CREATE TABLE consultation_stances (
    id UUID NOT NULL CONSTRAINT pk_consultation_stances PRIMARY KEY,
    consultation_id UUID NOT NULL
        CONSTRAINT fk_consultation_stances__consultation_id REFERENCES consultations (id),
    unit_id UUID NOT NULL CONSTRAINT fk_consultation_stances__unit_id REFERENCES units (id),
    round INTEGER NOT NULL CONSTRAINT ck_consultation_stances__round CHECK (round BETWEEN 0 AND 3),
    source TEXT NOT NULL CONSTRAINT ck_consultation_stances__source
        CHECK (source IN ('visit', 'household')),
    stance TEXT NOT NULL CONSTRAINT ck_consultation_stances__stance
        CHECK (stance IN ('support', 'conditional', 'oppose', 'unreached')),
    reason TEXT CONSTRAINT ck_consultation_stances__reason CHECK (reason IN ('unreachable',
        'tenant_only', 'cost', 'noise', 'low_floor_light', 'illegal_structure', 'distrust',
        'construction_nuisance', 'other')),
    note TEXT,
    said_at TIMESTAMP NOT NULL,
    place TEXT,
    first_visitor TEXT,
    first_role TEXT,
    second_visitor TEXT,
    second_role TEXT,
    confirmation TEXT CONSTRAINT ck_consultation_stances__confirmation
        CHECK (confirmation IN ('signed', 'message', 'recording')),
    clash BOOLEAN NOT NULL,
    client_key UUID,
    digest TEXT NOT NULL,
    recorded_by UUID NOT NULL,
    recorder_name TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    CONSTRAINT uq_consultation_stances__consultation_id_client_key UNIQUE (consultation_id, client_key),
    CONSTRAINT ck_consultation_stances__visit CHECK (source <> 'visit' OR (client_key IS NOT NULL
        AND first_visitor IS NOT NULL AND second_visitor IS NOT NULL AND first_visitor <> second_visitor
        AND (stance = 'unreached' OR confirmation IS NOT NULL))),
    CONSTRAINT ck_consultation_stances__household CHECK (source <> 'household' OR stance <> 'unreached')
);
CREATE INDEX ix_consultation_stances__unit_id ON consultation_stances (unit_id);

-- A wrong entry is corrected beside the original: one person proposes, another confirms. Without a
-- stance the entry is struck.
CREATE TABLE consultation_corrections (
    id UUID NOT NULL CONSTRAINT pk_consultation_corrections PRIMARY KEY,
    stance_id UUID NOT NULL
        CONSTRAINT fk_consultation_corrections__stance_id REFERENCES consultation_stances (id),
    stance TEXT CONSTRAINT ck_consultation_corrections__stance
        CHECK (stance IN ('support', 'conditional', 'oppose', 'unreached')),
    why TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT ck_consultation_corrections__state
        CHECK (state IN ('proposed', 'confirmed', 'withdrawn')),
    proposed_by UUID NOT NULL,
    proposer_name TEXT NOT NULL,
    proposed_at TIMESTAMP NOT NULL,
    settled_by UUID,
    settler_name TEXT,
    settled_at TIMESTAMP,
    CONSTRAINT ck_consultation_corrections__two_people
        CHECK (state <> 'confirmed' OR settled_by <> proposed_by),
    CONSTRAINT ck_consultation_corrections__settled CHECK
        ((settled_at IS NULL) = (state = 'proposed') AND (settled_by IS NULL) = (state = 'proposed'))
);
CREATE INDEX ix_consultation_corrections__stance_id ON consultation_corrections (stance_id);

-- A visit that came again under the same key with other content: kept, without effect.
CREATE TABLE consultation_clashes (
    id UUID NOT NULL CONSTRAINT pk_consultation_clashes PRIMARY KEY,
    consultation_id UUID NOT NULL
        CONSTRAINT fk_consultation_clashes__consultation_id REFERENCES consultations (id),
    client_key UUID NOT NULL,
    digest TEXT NOT NULL,
    content TEXT NOT NULL,
    receiver_name TEXT NOT NULL,
    received_at TIMESTAMP NOT NULL,
    CONSTRAINT uq_consultation_clashes__consultation_id_client_key_digest
        UNIQUE (consultation_id, client_key, digest)
);

-- Who is to visit which household in which round; the latest assignment of a household holds.
CREATE TABLE consultation_assignments (
    id UUID NOT NULL CONSTRAINT pk_consultation_assignments PRIMARY KEY,
    consultation_id UUID NOT NULL
        CONSTRAINT fk_consultation_assignments__consultation_id REFERENCES consultations (id),
    round INTEGER NOT NULL CONSTRAINT ck_consultation_assignments__round CHECK (round BETWEEN 1 AND 3),
    unit_id UUID NOT NULL CONSTRAINT fk_consultation_assignments__unit_id REFERENCES units (id),
    first_account UUID NOT NULL,
    first_login TEXT NOT NULL,
    second_account UUID NOT NULL,
    second_login TEXT NOT NULL,
    assigned_by UUID NOT NULL,
    assigner_name TEXT NOT NULL,
    assigned_at TIMESTAMP NOT NULL,
    CONSTRAINT ck_consultation_assignments__two_people CHECK (first_account <> second_account)
);
CREATE INDEX ix_consultation_assignments__consultation_id_round
    ON consultation_assignments (consultation_id, round);
CREATE INDEX ix_consultation_assignments__unit_id ON consultation_assignments (unit_id);
