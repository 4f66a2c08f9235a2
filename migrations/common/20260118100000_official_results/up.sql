-- 官方平台表决结果: a result that the city's own platform gave, recorded with its evidence. One person
-- records, another confirms; a correction is another record, which supersedes this one.
CREATE TABLE official_results (
    id UUID NOT NULL CONSTRAINT pk_official_results PRIMARY KEY,
    division_code TEXT NOT NULL,
    community_id UUID NOT NULL CONSTRAINT fk_official_results__community_id REFERENCES communities (id),
    building_id UUID CONSTRAINT fk_official_results__building_id REFERENCES buildings (id),
    entrance_id UUID CONSTRAINT fk_official_results__entrance_id REFERENCES entrances (id),
    rule_pack_id UUID NOT NULL CONSTRAINT fk_official_results__rule_pack_id REFERENCES rule_packs (id),
    platform TEXT NOT NULL,
    reference TEXT NOT NULL,
    opens_at TIMESTAMP NOT NULL,
    closes_at TIMESTAMP NOT NULL,
    total_area BIGINT NOT NULL,
    total_heads BIGINT NOT NULL,
    state TEXT NOT NULL CONSTRAINT ck_official_results__state
        CHECK (state IN ('proposed', 'confirmed', 'withdrawn', 'superseded')),
    replaces_id UUID CONSTRAINT fk_official_results__replaces_id REFERENCES official_results (id),
    correction_reason TEXT,
    recorded_by UUID NOT NULL,
    recorder_name TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    confirmed_by UUID,
    confirmer_name TEXT,
    confirmed_at TIMESTAMP,
    withdrawn_name TEXT,
    withdrawn_at TIMESTAMP,
    withdrawal_reason TEXT,
    CONSTRAINT ck_official_results__window CHECK (opens_at < closes_at),
    CONSTRAINT ck_official_results__total CHECK (total_area > 0 AND total_heads > 0),
    CONSTRAINT ck_official_results__two_people CHECK (confirmed_by IS NULL OR confirmed_by <> recorded_by),
    CONSTRAINT ck_official_results__correction CHECK ((replaces_id IS NULL) = (correction_reason IS NULL)),
    CONSTRAINT ck_official_results__confirmed CHECK
        ((confirmed_at IS NULL) = (state IN ('proposed', 'withdrawn'))),
    CONSTRAINT ck_official_results__withdrawn CHECK ((withdrawn_at IS NULL) = (state <> 'withdrawn'))
);
-- One record of a platform's vote holds.
CREATE UNIQUE INDEX uq_official_results__platform_reference ON official_results (platform, reference)
    WHERE state = 'confirmed';
CREATE INDEX ix_official_results__community_id ON official_results (community_id);
CREATE INDEX ix_official_results__building_id ON official_results (building_id);
CREATE INDEX ix_official_results__entrance_id ON official_results (entrance_id);
CREATE INDEX ix_official_results__rule_pack_id ON official_results (rule_pack_id);
CREATE INDEX ix_official_results__replaces_id ON official_results (replaces_id);

CREATE TABLE official_result_items (
    id UUID NOT NULL CONSTRAINT pk_official_result_items PRIMARY KEY,
    result_id UUID NOT NULL CONSTRAINT fk_official_result_items__result_id REFERENCES official_results (id),
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    matters TEXT NOT NULL,
    class TEXT NOT NULL CONSTRAINT ck_official_result_items__class
        CHECK (class IN ('ordinary', 'special', 'unanimous')),
    participating_area BIGINT NOT NULL,
    participating_heads BIGINT NOT NULL,
    for_area BIGINT NOT NULL,
    for_heads BIGINT NOT NULL,
    against_area BIGINT NOT NULL,
    against_heads BIGINT NOT NULL,
    abstain_area BIGINT NOT NULL,
    abstain_heads BIGINT NOT NULL,
    invalid_area BIGINT NOT NULL,
    invalid_heads BIGINT NOT NULL,
    passed BOOLEAN NOT NULL,
    CONSTRAINT uq_official_result_items__result_id_position UNIQUE (result_id, position)
);

-- 依据: PDF, PNG, JPEG or CSV, as it was given; `digest` is SHA-256 of the content.
CREATE TABLE official_result_files (
    id UUID NOT NULL CONSTRAINT pk_official_result_files PRIMARY KEY,
    result_id UUID NOT NULL CONSTRAINT fk_official_result_files__result_id REFERENCES official_results (id),
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    digest TEXT NOT NULL,
    content BYTEA NOT NULL,
    uploaded_at TIMESTAMP NOT NULL,
    uploaded_by UUID NOT NULL,
    uploader_name TEXT NOT NULL,
    CONSTRAINT uq_official_result_files__result_id_digest UNIQUE (result_id, digest)
);
