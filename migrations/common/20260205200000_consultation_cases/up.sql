-- 异议: a case each, from what a household objects to, over proposed answers, to its own word on them.
CREATE TABLE consultation_objections (
    id UUID NOT NULL CONSTRAINT pk_consultation_objections PRIMARY KEY,
    consultation_id UUID NOT NULL
        CONSTRAINT fk_consultation_objections__consultation_id REFERENCES consultations (id),
    number INTEGER NOT NULL,
    reason TEXT NOT NULL CONSTRAINT ck_consultation_objections__reason CHECK (reason IN ('unreachable',
        'tenant_only', 'cost', 'noise', 'low_floor_light', 'illegal_structure', 'distrust',
        'construction_nuisance', 'other')),
    text TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT ck_consultation_objections__state CHECK (state IN ('raised',
        'answered', 'confirmed', 'not_satisfied', 'withdrawn')),
    owner_id UUID CONSTRAINT fk_consultation_objections__owner_id REFERENCES owners (id),
    filed_by UUID NOT NULL,
    filer_name TEXT NOT NULL,
    filed_at TIMESTAMP NOT NULL,
    CONSTRAINT uq_consultation_objections__consultation_id_number UNIQUE (consultation_id, number)
);
CREATE INDEX ix_consultation_objections__owner_id ON consultation_objections (owner_id);

CREATE TABLE consultation_objection_units (
    id UUID NOT NULL CONSTRAINT pk_consultation_objection_units PRIMARY KEY,
    objection_id UUID NOT NULL CONSTRAINT fk_consultation_objection_units__objection_id
        REFERENCES consultation_objections (id),
    unit_id UUID NOT NULL CONSTRAINT fk_consultation_objection_units__unit_id REFERENCES units (id),
    CONSTRAINT uq_consultation_objection_units__objection_id_unit_id UNIQUE (objection_id, unit_id)
);
CREATE INDEX ix_consultation_objection_units__unit_id ON consultation_objection_units (unit_id);

-- What was done with an objection. An answer has a wording for everybody (`public_text`), which names
-- nobody, and the version of the plan that answers it, by its number or digest.
CREATE TABLE consultation_objection_steps (
    id UUID NOT NULL CONSTRAINT pk_consultation_objection_steps PRIMARY KEY,
    objection_id UUID NOT NULL CONSTRAINT fk_consultation_objection_steps__objection_id
        REFERENCES consultation_objections (id),
    command TEXT NOT NULL CONSTRAINT ck_consultation_objection_steps__command
        CHECK (command IN ('answer', 'confirm', 'refuse', 'withdraw')),
    text TEXT NOT NULL,
    public_text TEXT,
    plan_version TEXT,
    plan_changed BOOLEAN NOT NULL,
    actor UUID NOT NULL,
    actor_name TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    CONSTRAINT ck_consultation_objection_steps__answer CHECK
        ((public_text IS NOT NULL) = (command = 'answer') AND (plan_changed = FALSE OR plan_version IS NOT NULL))
);
CREATE INDEX ix_consultation_objection_steps__objection_id ON consultation_objection_steps (objection_id);

-- 改造申请: one number across channels, without a gap in a division and a year.
CREATE TABLE consultation_applications (
    id UUID NOT NULL CONSTRAINT pk_consultation_applications PRIMARY KEY,
    division_code TEXT NOT NULL,
    year INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    number TEXT NOT NULL CONSTRAINT uq_consultation_applications__number UNIQUE,
    community_id UUID NOT NULL
        CONSTRAINT fk_consultation_applications__community_id REFERENCES communities (id),
    channel TEXT NOT NULL CONSTRAINT ck_consultation_applications__channel
        CHECK (channel IN ('resident', 'street_desk', 'hotline', 'import')),
    applicant TEXT NOT NULL,
    unit_code TEXT,
    text TEXT NOT NULL,
    reference TEXT,
    applied_on DATE NOT NULL,
    owner_id UUID CONSTRAINT fk_consultation_applications__owner_id REFERENCES owners (id),
    recorded_by UUID NOT NULL,
    recorder_name TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    CONSTRAINT uq_consultation_applications__division_code_year_sequence
        UNIQUE (division_code, year, sequence)
);
CREATE INDEX ix_consultation_applications__community_id ON consultation_applications (community_id);
CREATE INDEX ix_consultation_applications__owner_id ON consultation_applications (owner_id);

-- A duplicate is merged into another application; both stay, and a merge can be undone.
CREATE TABLE consultation_merges (
    id UUID NOT NULL CONSTRAINT pk_consultation_merges PRIMARY KEY,
    from_id UUID NOT NULL
        CONSTRAINT fk_consultation_merges__from_id REFERENCES consultation_applications (id),
    into_id UUID NOT NULL
        CONSTRAINT fk_consultation_merges__into_id REFERENCES consultation_applications (id),
    reason TEXT NOT NULL,
    merged_by UUID NOT NULL,
    merger_name TEXT NOT NULL,
    merged_at TIMESTAMP NOT NULL,
    undo_reason TEXT,
    undoer_name TEXT,
    undone_at TIMESTAMP,
    CONSTRAINT ck_consultation_merges__two CHECK (from_id <> into_id),
    CONSTRAINT ck_consultation_merges__undone CHECK
        ((undone_at IS NULL) = (undo_reason IS NULL) AND (undone_at IS NULL) = (undoer_name IS NULL))
);
CREATE UNIQUE INDEX uq_consultation_merges__from_id ON consultation_merges (from_id)
    WHERE undone_at IS NULL;
CREATE INDEX ix_consultation_merges__from_id ON consultation_merges (from_id);
CREATE INDEX ix_consultation_merges__into_id ON consultation_merges (into_id);

-- 承诺: what a household promises; the latest row of a household and a kind holds.
CREATE TABLE consultation_pledges (
    id UUID NOT NULL CONSTRAINT pk_consultation_pledges PRIMARY KEY,
    community_id UUID NOT NULL
        CONSTRAINT fk_consultation_pledges__community_id REFERENCES communities (id),
    unit_id UUID NOT NULL CONSTRAINT fk_consultation_pledges__unit_id REFERENCES units (id),
    kind TEXT NOT NULL CONSTRAINT ck_consultation_pledges__kind CHECK (kind IN ('cooperate',
        'remove_illegal_structures', 'pay_property_fee', 'deposit_repair_fund')),
    state TEXT NOT NULL CONSTRAINT ck_consultation_pledges__state
        CHECK (state IN ('given', 'withdrawn', 'fulfilled')),
    proof TEXT NOT NULL,
    owner_id UUID CONSTRAINT fk_consultation_pledges__owner_id REFERENCES owners (id),
    recorded_by UUID NOT NULL,
    recorder_name TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);
CREATE INDEX ix_consultation_pledges__community_id ON consultation_pledges (community_id);
CREATE INDEX ix_consultation_pledges__unit_id ON consultation_pledges (unit_id);
CREATE INDEX ix_consultation_pledges__owner_id ON consultation_pledges (owner_id);
