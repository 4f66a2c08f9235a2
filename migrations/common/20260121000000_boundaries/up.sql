-- 小区合并、拆分: buildings, units and owners keep their ids, communities end. One person proposes,
-- another confirms; a proposal by itself has no effect.
ALTER TABLE communities ADD COLUMN ended_on DATE;

CREATE TABLE boundary_changes (
    id UUID NOT NULL CONSTRAINT pk_boundary_changes PRIMARY KEY,
    kind TEXT NOT NULL CONSTRAINT ck_boundary_changes__kind CHECK (kind IN ('merge', 'split')),
    effective_on DATE NOT NULL,
    document_number TEXT NOT NULL,
    reason TEXT NOT NULL,
    -- The composite decision that it follows.
    decision_id UUID CONSTRAINT fk_boundary_changes__decision_id REFERENCES composites (id),
    proposed_by UUID NOT NULL,
    proposed_name TEXT NOT NULL,
    proposed_at TIMESTAMP NOT NULL,
    confirmed_by UUID,
    confirmed_name TEXT,
    confirmed_at TIMESTAMP,
    withdrawn_name TEXT,
    withdrawn_at TIMESTAMP,
    CONSTRAINT ck_boundary_changes__two_people CHECK (confirmed_by IS NULL OR confirmed_by <> proposed_by),
    CONSTRAINT ck_boundary_changes__confirmation CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CONSTRAINT ck_boundary_changes__one_end CHECK (confirmed_at IS NULL OR withdrawn_at IS NULL)
);

CREATE INDEX ix_boundary_changes__decision_id ON boundary_changes (decision_id);

-- The communities that end. `prefix` goes before the names of their buildings and the numbers of
-- their units, where two communities have the same ones.
CREATE TABLE boundary_sources (
    change_id UUID NOT NULL CONSTRAINT fk_boundary_sources__change_id REFERENCES boundary_changes (id),
    community_id UUID NOT NULL CONSTRAINT fk_boundary_sources__community_id REFERENCES communities (id),
    prefix TEXT NOT NULL,
    CONSTRAINT pk_boundary_sources PRIMARY KEY (change_id, community_id)
);
CREATE INDEX ix_boundary_sources__community_id ON boundary_sources (community_id);

-- The communities that begin; they are entered with the confirmation.
CREATE TABLE boundary_targets (
    id UUID NOT NULL CONSTRAINT pk_boundary_targets PRIMARY KEY,
    change_id UUID NOT NULL CONSTRAINT fk_boundary_targets__change_id REFERENCES boundary_changes (id),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    division_code TEXT NOT NULL,
    community_id UUID CONSTRAINT fk_boundary_targets__community_id REFERENCES communities (id),
    CONSTRAINT uq_boundary_targets__change_id_position UNIQUE (change_id, position)
);
CREATE INDEX ix_boundary_targets__community_id ON boundary_targets (community_id);

-- Which building goes where, in a split; in a merge they all go to the one community.
CREATE TABLE boundary_parts (
    target_id UUID NOT NULL CONSTRAINT fk_boundary_parts__target_id REFERENCES boundary_targets (id),
    building_id UUID NOT NULL CONSTRAINT fk_boundary_parts__building_id REFERENCES buildings (id),
    CONSTRAINT pk_boundary_parts PRIMARY KEY (target_id, building_id)
);
CREATE INDEX ix_boundary_parts__building_id ON boundary_parts (building_id);

-- To which community a building belonged before: [valid_from, valid_to), from ever where NULL.
CREATE TABLE building_periods (
    id UUID NOT NULL CONSTRAINT pk_building_periods PRIMARY KEY,
    building_id UUID NOT NULL CONSTRAINT fk_building_periods__building_id REFERENCES buildings (id),
    community_id UUID NOT NULL CONSTRAINT fk_building_periods__community_id REFERENCES communities (id),
    building_name TEXT NOT NULL,
    valid_from DATE,
    valid_to DATE NOT NULL,
    change_id UUID NOT NULL CONSTRAINT fk_building_periods__change_id REFERENCES boundary_changes (id)
);
CREATE INDEX ix_building_periods__building_id ON building_periods (building_id);
CREATE INDEX ix_building_periods__community_id ON building_periods (community_id);
CREATE INDEX ix_building_periods__change_id ON building_periods (change_id);
