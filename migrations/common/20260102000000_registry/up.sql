-- Division 区划 → community 小区 → building 楼栋 → entrance 单元 → exclusive unit 专有部分 → ownership.
-- What changes with time stands in rows with a half-open period [valid_from, valid_to).
CREATE TABLE divisions (
    code TEXT NOT NULL CONSTRAINT pk_divisions PRIMARY KEY,
    name TEXT NOT NULL
);

CREATE TABLE communities (
    id UUID NOT NULL CONSTRAINT pk_communities PRIMARY KEY,
    division_code TEXT NOT NULL CONSTRAINT fk_communities__division_code REFERENCES divisions (code),
    name TEXT NOT NULL,
    address TEXT,
    built_year INTEGER,
    structure TEXT,
    -- Facts of the survey 摸底: JSON lists of words and counts.
    facilities TEXT NOT NULL,
    hazards TEXT NOT NULL,
    notes TEXT,
    -- Rises with every change of the register; an import preview names the one it compared with.
    register_version BIGINT NOT NULL,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT uq_communities__division_code_name UNIQUE (division_code, name)
);

CREATE TABLE buildings (
    id UUID NOT NULL CONSTRAINT pk_buildings PRIMARY KEY,
    community_id UUID NOT NULL CONSTRAINT fk_buildings__community_id REFERENCES communities (id),
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT uq_buildings__community_id_name UNIQUE (community_id, name)
);

CREATE TABLE entrances (
    id UUID NOT NULL CONSTRAINT pk_entrances PRIMARY KEY,
    building_id UUID NOT NULL CONSTRAINT fk_entrances__building_id REFERENCES buildings (id),
    name TEXT NOT NULL,
    CONSTRAINT uq_entrances__building_id_name UNIQUE (building_id, name)
);

CREATE TABLE owners (
    id UUID NOT NULL CONSTRAINT pk_owners PRIMARY KEY,
    kind TEXT NOT NULL CONSTRAINT ck_owners__kind CHECK (kind IN ('person', 'organization', 'developer')),
    name TEXT NOT NULL,
    -- Keyed hash of the ID number or 社会信用代码: finds and merges, tells nothing.
    identity_index TEXT NOT NULL,
    identity_sealed BYTEA NOT NULL,
    identity_tail TEXT NOT NULL,
    phone_index TEXT,
    phone_sealed BYTEA,
    email_index TEXT,
    email_sealed BYTEA,
    contact_bound_at TIMESTAMP,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT uq_owners__identity_index UNIQUE (identity_index)
);
CREATE INDEX ix_owners__phone_index ON owners (phone_index);
CREATE INDEX ix_owners__email_index ON owners (email_index);
CREATE INDEX ix_owners__name ON owners (name);

CREATE TABLE imports (
    id UUID NOT NULL CONSTRAINT pk_imports PRIMARY KEY,
    community_id UUID NOT NULL CONSTRAINT fk_imports__community_id REFERENCES communities (id),
    file_name TEXT NOT NULL,
    file_digest TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT ck_imports__state
        CHECK (state IN ('reading', 'previewed', 'faulty', 'committed', 'undone', 'failed', 'cancelled')),
    -- Lines of the file: how many there are (an estimate while reading) and how many were read.
    lines_total BIGINT NOT NULL,
    lines_read BIGINT NOT NULL,
    -- Units, compared with the register on effective_on.
    units_new BIGINT NOT NULL,
    units_changed BIGINT NOT NULL,
    units_unchanged BIGINT NOT NULL,
    units_vanished BIGINT NOT NULL,
    fault_count BIGINT NOT NULL,
    notes TEXT NOT NULL,
    -- The register's version that the preview compared with, and the one that the commit made.
    register_version BIGINT NOT NULL,
    committed_version BIGINT,
    effective_on DATE NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    committed_at TIMESTAMP,
    undone_at TIMESTAMP,
    failure TEXT,
    version INTEGER NOT NULL
);
CREATE INDEX ix_imports__community_id ON imports (community_id);

CREATE TABLE import_faults (
    id UUID NOT NULL CONSTRAINT pk_import_faults PRIMARY KEY,
    import_id UUID NOT NULL CONSTRAINT fk_import_faults__import_id REFERENCES imports (id),
    sheet TEXT NOT NULL,
    line BIGINT NOT NULL,
    column_name TEXT NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    message_en TEXT NOT NULL,
    masked_value TEXT NOT NULL
);
CREATE INDEX ix_import_faults__import_id ON import_faults (import_id);

-- Staged rows: what the commit copies into the register, made ready while the file was read. The ids
-- are those that the register will have; they point to rows that may not exist yet.
CREATE TABLE import_owners (
    owner_id UUID NOT NULL,
    import_id UUID NOT NULL CONSTRAINT fk_import_owners__import_id REFERENCES imports (id),
    is_new BOOLEAN NOT NULL,
    kind TEXT NOT NULL CONSTRAINT ck_import_owners__kind CHECK (kind IN ('person', 'organization', 'developer')),
    name TEXT NOT NULL,
    identity_index TEXT NOT NULL,
    identity_sealed BYTEA NOT NULL,
    identity_tail TEXT NOT NULL,
    phone_index TEXT,
    phone_sealed BYTEA,
    email_index TEXT,
    email_sealed BYTEA,
    CONSTRAINT pk_import_owners PRIMARY KEY (import_id, owner_id)
);
CREATE INDEX ix_import_owners__owner_id ON import_owners (owner_id);

CREATE TABLE import_units (
    id UUID NOT NULL CONSTRAINT pk_import_units PRIMARY KEY,
    import_id UUID NOT NULL CONSTRAINT fk_import_units__import_id REFERENCES imports (id),
    unit_id UUID NOT NULL,
    line BIGINT NOT NULL,
    sheet TEXT NOT NULL,
    code TEXT NOT NULL,
    building TEXT NOT NULL,
    building_id UUID NOT NULL,
    entrance TEXT,
    entrance_id UUID,
    use TEXT NOT NULL,
    area BIGINT,
    area_source TEXT,
    delivered BOOLEAN NOT NULL,
    developer_id UUID,
    change TEXT NOT NULL CONSTRAINT ck_import_units__change
        CHECK (change IN ('new', 'changed', 'unchanged', 'vanished')),
    -- Which columns differ, as a JSON list of their names.
    differences TEXT NOT NULL,
    is_new_unit BOOLEAN NOT NULL,
    has_new_facts BOOLEAN NOT NULL,
    has_new_owners BOOLEAN NOT NULL
);
CREATE INDEX ix_import_units__import_id ON import_units (import_id);
CREATE INDEX ix_import_units__unit_id ON import_units (unit_id);
CREATE INDEX ix_import_units__building_id ON import_units (building_id);
CREATE INDEX ix_import_units__entrance_id ON import_units (entrance_id);
CREATE INDEX ix_import_units__developer_id ON import_units (developer_id);

CREATE TABLE import_ownerships (
    id UUID NOT NULL CONSTRAINT pk_import_ownerships PRIMARY KEY,
    import_id UUID NOT NULL CONSTRAINT fk_import_ownerships__import_id REFERENCES imports (id),
    unit_id UUID NOT NULL,
    owner_id UUID NOT NULL,
    co_ownership TEXT,
    is_new BOOLEAN NOT NULL
);
CREATE INDEX ix_import_ownerships__import_id ON import_ownerships (import_id);
CREATE INDEX ix_import_ownerships__unit_id ON import_ownerships (unit_id);
CREATE INDEX ix_import_ownerships__owner_id ON import_ownerships (owner_id);

-- What an owner's row said before each change.
CREATE TABLE owner_changes (
    id UUID NOT NULL CONSTRAINT pk_owner_changes PRIMARY KEY,
    owner_id UUID NOT NULL CONSTRAINT fk_owner_changes__owner_id REFERENCES owners (id),
    name TEXT NOT NULL,
    phone_index TEXT,
    phone_sealed BYTEA,
    email_index TEXT,
    email_sealed BYTEA,
    contact_bound_at TIMESTAMP,
    reason TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    import_id UUID CONSTRAINT fk_owner_changes__import_id REFERENCES imports (id),
    recorded_at TIMESTAMP NOT NULL
);
CREATE INDEX ix_owner_changes__owner_id ON owner_changes (owner_id);
CREATE INDEX ix_owner_changes__import_id ON owner_changes (import_id);

CREATE TABLE units (
    id UUID NOT NULL CONSTRAINT pk_units PRIMARY KEY,
    community_id UUID NOT NULL CONSTRAINT fk_units__community_id REFERENCES communities (id),
    building_id UUID NOT NULL CONSTRAINT fk_units__building_id REFERENCES buildings (id),
    entrance_id UUID CONSTRAINT fk_units__entrance_id REFERENCES entrances (id),
    code TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT uq_units__community_id_code UNIQUE (community_id, code)
);
CREATE INDEX ix_units__building_id ON units (building_id);
CREATE INDEX ix_units__entrance_id ON units (entrance_id);

CREATE TABLE unit_facts (
    id UUID NOT NULL CONSTRAINT pk_unit_facts PRIMARY KEY,
    unit_id UUID NOT NULL CONSTRAINT fk_unit_facts__unit_id REFERENCES units (id),
    use TEXT NOT NULL CONSTRAINT ck_unit_facts__use
        CHECK (use IN ('residential', 'commercial', 'parking', 'storage')),
    area BIGINT CONSTRAINT ck_unit_facts__area CHECK (area IS NULL OR (area = CAST(area AS BIGINT) AND area > 0)),
    area_source TEXT CONSTRAINT ck_unit_facts__area_source
        CHECK (area_source IS NULL OR area_source IN ('register', 'survey', 'contract')),
    delivered BOOLEAN NOT NULL,
    developer_id UUID CONSTRAINT fk_unit_facts__developer_id REFERENCES owners (id),
    valid_from DATE NOT NULL,
    valid_to DATE,
    reason TEXT NOT NULL,
    import_id UUID CONSTRAINT fk_unit_facts__import_id REFERENCES imports (id),
    -- The import that ended the period; its undo begins it again.
    ended_by_id UUID CONSTRAINT fk_unit_facts__ended_by_id REFERENCES imports (id),
    recorded_at TIMESTAMP NOT NULL
);
CREATE INDEX ix_unit_facts__unit_id ON unit_facts (unit_id);
-- A unit has one set of facts at a time.
CREATE UNIQUE INDEX uq_unit_facts__unit_id ON unit_facts (unit_id) WHERE valid_to IS NULL;
CREATE INDEX ix_unit_facts__developer_id ON unit_facts (developer_id);
CREATE INDEX ix_unit_facts__import_id ON unit_facts (import_id);
CREATE INDEX ix_unit_facts__ended_by_id ON unit_facts (ended_by_id);

CREATE TABLE ownerships (
    id UUID NOT NULL CONSTRAINT pk_ownerships PRIMARY KEY,
    unit_id UUID NOT NULL CONSTRAINT fk_ownerships__unit_id REFERENCES units (id),
    owner_id UUID NOT NULL CONSTRAINT fk_ownerships__owner_id REFERENCES owners (id),
    co_ownership TEXT CONSTRAINT ck_ownerships__co_ownership
        CHECK (co_ownership IS NULL OR co_ownership IN ('sole', 'joint', 'shares')),
    valid_from DATE NOT NULL,
    valid_to DATE,
    reason TEXT NOT NULL,
    import_id UUID CONSTRAINT fk_ownerships__import_id REFERENCES imports (id),
    -- The import that ended the period; its undo begins it again.
    ended_by_id UUID CONSTRAINT fk_ownerships__ended_by_id REFERENCES imports (id),
    recorded_at TIMESTAMP NOT NULL
);
CREATE INDEX ix_ownerships__unit_id ON ownerships (unit_id);
CREATE UNIQUE INDEX uq_ownerships__unit_id_owner_id ON ownerships (unit_id, owner_id) WHERE valid_to IS NULL;
CREATE INDEX ix_ownerships__owner_id ON ownerships (owner_id);
CREATE INDEX ix_ownerships__import_id ON ownerships (import_id);
CREATE INDEX ix_ownerships__ended_by_id ON ownerships (ended_by_id);

-- Whom the co-owners of a unit agreed on to vote.
CREATE TABLE unit_voters (
    id UUID NOT NULL CONSTRAINT pk_unit_voters PRIMARY KEY,
    unit_id UUID NOT NULL CONSTRAINT fk_unit_voters__unit_id REFERENCES units (id),
    owner_id UUID NOT NULL CONSTRAINT fk_unit_voters__owner_id REFERENCES owners (id),
    valid_from DATE NOT NULL,
    valid_to DATE,
    evidence TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);
CREATE INDEX ix_unit_voters__unit_id ON unit_voters (unit_id);
CREATE INDEX ix_unit_voters__owner_id ON unit_voters (owner_id);
CREATE UNIQUE INDEX uq_unit_voters__unit_id ON unit_voters (unit_id) WHERE valid_to IS NULL;

-- A household 户 lives in a unit; its residents need not own it.
CREATE TABLE households (
    id UUID NOT NULL CONSTRAINT pk_households PRIMARY KEY,
    unit_id UUID NOT NULL CONSTRAINT fk_households__unit_id REFERENCES units (id),
    name TEXT NOT NULL,
    is_tenant BOOLEAN NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    version INTEGER NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);
CREATE INDEX ix_households__unit_id ON households (unit_id);

CREATE TABLE residents (
    id UUID NOT NULL CONSTRAINT pk_residents PRIMARY KEY,
    household_id UUID NOT NULL CONSTRAINT fk_residents__household_id REFERENCES households (id),
    name TEXT NOT NULL,
    phone_index TEXT,
    phone_sealed BYTEA,
    -- What a survey must know: elderly, child, disabled …, a JSON list of words.
    needs TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    version INTEGER NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);
CREATE INDEX ix_residents__household_id ON residents (household_id);
CREATE INDEX ix_residents__phone_index ON residents (phone_index);
