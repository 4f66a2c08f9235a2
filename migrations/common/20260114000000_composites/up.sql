-- 组合表决: several votes that decide together; `composite_key` names the part of the pinned pack.
CREATE TABLE composites (
    id UUID NOT NULL CONSTRAINT pk_composites PRIMARY KEY,
    rule_pack_id UUID NOT NULL CONSTRAINT fk_composites__rule_pack_id REFERENCES rule_packs (id),
    composite_key TEXT NOT NULL,
    title TEXT NOT NULL,
    created_by UUID NOT NULL,
    creator_name TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    version INTEGER NOT NULL
);
CREATE INDEX ix_composites__rule_pack_id ON composites (rule_pack_id);

-- Who decides: communities, buildings, entrances, each of which votes for itself.
CREATE TABLE composite_places (
    id UUID NOT NULL CONSTRAINT pk_composite_places PRIMARY KEY,
    composite_id UUID NOT NULL CONSTRAINT fk_composite_places__composite_id REFERENCES composites (id),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    -- Of the community when the decision was opened.
    division_code TEXT NOT NULL,
    community_id UUID NOT NULL CONSTRAINT fk_composite_places__community_id REFERENCES communities (id),
    building_id UUID CONSTRAINT fk_composite_places__building_id REFERENCES buildings (id),
    entrance_id UUID CONSTRAINT fk_composite_places__entrance_id REFERENCES entrances (id),
    CONSTRAINT uq_composite_places__composite_id_position UNIQUE (composite_id, position)
);
CREATE INDEX ix_composite_places__community_id ON composite_places (community_id);
CREATE INDEX ix_composite_places__building_id ON composite_places (building_id);
CREATE INDEX ix_composite_places__entrance_id ON composite_places (entrance_id);

-- A vote belongs to one composite at the most, and stays in its history when a re-vote replaces it.
CREATE TABLE composite_members (
    id UUID NOT NULL CONSTRAINT pk_composite_members PRIMARY KEY,
    composite_id UUID NOT NULL CONSTRAINT fk_composite_members__composite_id REFERENCES composites (id),
    place_id UUID NOT NULL CONSTRAINT fk_composite_members__place_id REFERENCES composite_places (id),
    part INTEGER NOT NULL,
    vote_id UUID NOT NULL CONSTRAINT fk_composite_members__vote_id REFERENCES votes (id),
    added_at TIMESTAMP NOT NULL,
    added_name TEXT NOT NULL,
    replaced_at TIMESTAMP,
    CONSTRAINT uq_composite_members__vote_id UNIQUE (vote_id)
);
CREATE UNIQUE INDEX uq_composite_members__place_id_part ON composite_members (place_id, part)
    WHERE replaced_at IS NULL;
CREATE INDEX ix_composite_members__composite_id ON composite_members (composite_id);
CREATE INDEX ix_composite_members__place_id ON composite_members (place_id);

-- The authority's decision 批准、不批准 after all votes have passed.
CREATE TABLE composite_decisions (
    composite_id UUID NOT NULL CONSTRAINT pk_composite_decisions PRIMARY KEY
        CONSTRAINT fk_composite_decisions__composite_id REFERENCES composites (id),
    approved BOOLEAN NOT NULL,
    authority TEXT NOT NULL,
    document_number TEXT NOT NULL,
    decided_on DATE NOT NULL,
    -- Where the document itself is kept.
    evidence TEXT NOT NULL,
    announcement TEXT NOT NULL,
    recorded_by UUID NOT NULL,
    recorder_name TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);

-- A vote that was drafted as the copy of one that had ended.
CREATE TABLE vote_clones (
    vote_id UUID NOT NULL CONSTRAINT pk_vote_clones PRIMARY KEY
        CONSTRAINT fk_vote_clones__vote_id REFERENCES votes (id),
    source_id UUID NOT NULL CONSTRAINT fk_vote_clones__source_id REFERENCES votes (id),
    CONSTRAINT ck_vote_clones__source CHECK (source_id <> vote_id)
);
CREATE INDEX ix_vote_clones__source_id ON vote_clones (source_id);
