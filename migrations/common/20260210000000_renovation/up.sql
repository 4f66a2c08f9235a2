-- 政策包: one version of a district's policy, kept when the first project pins it.
CREATE TABLE policy_packs (
    id UUID NOT NULL CONSTRAINT pk_policy_packs PRIMARY KEY,
    pack_key TEXT NOT NULL,
    pack_version INTEGER NOT NULL,
    digest TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT uq_policy_packs__pack_key_pack_version UNIQUE (pack_key, pack_version)
);

-- 改造项目: `stage` is moved by the slice's rules only; `resume_stage` is where a suspended one goes on.
CREATE TABLE projects (
    id UUID NOT NULL CONSTRAINT pk_projects PRIMARY KEY,
    division_code TEXT NOT NULL,
    community_id UUID NOT NULL CONSTRAINT fk_projects__community_id REFERENCES communities (id),
    policy_pack_id UUID NOT NULL CONSTRAINT fk_projects__policy_pack_id REFERENCES policy_packs (id),
    name TEXT NOT NULL,
    stage TEXT NOT NULL CONSTRAINT ck_projects__stage
        CHECK (stage IN ('applied', 'surveyed', 'consented', 'designed', 'reviewed', 'approved', 'in_library',
            'in_programme', 'building', 'accepted', 'in_warranty', 'maintained', 'suspended', 'withdrawn',
            'substituted')),
    resume_stage TEXT,
    reason TEXT,
    substitute_id UUID CONSTRAINT fk_projects__substitute_id REFERENCES projects (id),
    creator_name TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    moved_at TIMESTAMP NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT ck_projects__resume CHECK ((resume_stage IS NULL) = (stage <> 'suspended')),
    CONSTRAINT ck_projects__substitute CHECK ((substitute_id IS NULL) = (stage <> 'substituted')),
    CONSTRAINT ck_projects__reason CHECK
        ((reason IS NULL) = (stage NOT IN ('suspended', 'withdrawn', 'substituted')))
);
CREATE INDEX ix_projects__community_id ON projects (community_id);
CREATE INDEX ix_projects__policy_pack_id ON projects (policy_pack_id);
CREATE INDEX ix_projects__substitute_id ON projects (substitute_id);
CREATE INDEX ix_projects__stage ON projects (stage);

-- History; `proof` holds what was met, as JSON, when a gate was passed.
CREATE TABLE project_steps (
    id UUID NOT NULL CONSTRAINT pk_project_steps PRIMARY KEY,
    project_id UUID NOT NULL CONSTRAINT fk_project_steps__project_id REFERENCES projects (id),
    command TEXT NOT NULL CONSTRAINT ck_project_steps__command
        CHECK (command IN ('create', 'advance', 'suspend', 'resume', 'withdraw', 'substitute')),
    from_stage TEXT,
    to_stage TEXT NOT NULL,
    reason TEXT,
    proof TEXT,
    actor_name TEXT NOT NULL,
    at TIMESTAMP NOT NULL
);
CREATE INDEX ix_project_steps__project_id ON project_steps (project_id);

-- 改造方案: a version is a draft until it is fixed; `canonical` is the text whose SHA-256 is `digest`.
CREATE TABLE plan_versions (
    id UUID NOT NULL CONSTRAINT pk_plan_versions PRIMARY KEY,
    project_id UUID NOT NULL CONSTRAINT fk_plan_versions__project_id REFERENCES projects (id),
    number INTEGER NOT NULL,
    state TEXT NOT NULL CONSTRAINT ck_plan_versions__state CHECK (state IN ('draft', 'fixed')),
    funding TEXT NOT NULL,
    management_model TEXT CONSTRAINT ck_plan_versions__management_model CHECK (management_model IN
        ('property_company', 'owners_themselves', 'community_trust', 'other')),
    starts_on DATE,
    ends_on DATE,
    note TEXT NOT NULL,
    cost BIGINT NOT NULL,
    digest TEXT NOT NULL,
    canonical TEXT NOT NULL,
    author_name TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    fixer_name TEXT,
    fixed_at TIMESTAMP,
    CONSTRAINT uq_plan_versions__project_id_number UNIQUE (project_id, number),
    CONSTRAINT ck_plan_versions__fixed CHECK ((fixed_at IS NULL) = (state = 'draft'))
);
-- One draft at a time.
CREATE UNIQUE INDEX uq_plan_versions__project_id ON plan_versions (project_id) WHERE state = 'draft';

-- 改造内容: `quantity` in thousandths of the catalogue's unit.
CREATE TABLE plan_items (
    id UUID NOT NULL CONSTRAINT pk_plan_items PRIMARY KEY,
    plan_version_id UUID NOT NULL CONSTRAINT fk_plan_items__plan_version_id REFERENCES plan_versions (id),
    position INTEGER NOT NULL,
    code TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    building_id UUID CONSTRAINT fk_plan_items__building_id REFERENCES buildings (id),
    entrance_id UUID CONSTRAINT fk_plan_items__entrance_id REFERENCES entrances (id),
    cost BIGINT NOT NULL,
    mandatory BOOLEAN NOT NULL,
    note TEXT NOT NULL,
    CONSTRAINT uq_plan_items__plan_version_id_position UNIQUE (plan_version_id, position),
    CONSTRAINT ck_plan_items__amounts CHECK (quantity > 0 AND cost >= 0),
    CONSTRAINT ck_plan_items__place CHECK (building_id IS NULL OR entrance_id IS NULL)
);
CREATE INDEX ix_plan_items__building_id ON plan_items (building_id);
CREATE INDEX ix_plan_items__entrance_id ON plan_items (entrance_id);

-- 依据: what is shown for a requirement of the policy pack. Another row withdraws one.
-- `reference_id` names a vote or a survey, by `kind`.
CREATE TABLE project_evidence (
    id UUID NOT NULL CONSTRAINT pk_project_evidence PRIMARY KEY,
    project_id UUID NOT NULL CONSTRAINT fk_project_evidence__project_id REFERENCES projects (id),
    requirement TEXT NOT NULL,
    kind TEXT NOT NULL CONSTRAINT ck_project_evidence__kind
        CHECK (kind IN ('survey_gate', 'confirmed_vote', 'publicity', 'joint_review', 'pledges',
            'management_model', 'document')),
    reference_id UUID,
    plan_version_id UUID CONSTRAINT fk_project_evidence__plan_version_id REFERENCES plan_versions (id),
    starts_on DATE,
    place TEXT,
    model TEXT,
    title TEXT,
    number TEXT,
    sha256 TEXT,
    withdraws_id UUID CONSTRAINT fk_project_evidence__withdraws_id REFERENCES project_evidence (id),
    reason TEXT,
    recorder_name TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    CONSTRAINT uq_project_evidence__withdraws_id UNIQUE (withdraws_id),
    CONSTRAINT ck_project_evidence__withdrawal CHECK ((withdraws_id IS NULL) = (reason IS NULL))
);
CREATE INDEX ix_project_evidence__project_id ON project_evidence (project_id);
CREATE INDEX ix_project_evidence__plan_version_id ON project_evidence (plan_version_id);
