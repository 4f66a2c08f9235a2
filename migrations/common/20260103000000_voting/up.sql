-- Rule packs 规则包: immutable versions; a vote pins the one it uses.
CREATE TABLE rule_packs (
    id UUID NOT NULL CONSTRAINT pk_rule_packs PRIMARY KEY,
    pack_key TEXT NOT NULL,
    pack_version INTEGER NOT NULL,
    name TEXT NOT NULL,
    effective_from DATE NOT NULL,
    digest TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT uq_rule_packs__pack_key_pack_version UNIQUE (pack_key, pack_version)
);

CREATE TABLE votes (
    id UUID NOT NULL CONSTRAINT pk_votes PRIMARY KEY,
    community_id UUID NOT NULL CONSTRAINT fk_votes__community_id REFERENCES communities (id),
    building_id UUID CONSTRAINT fk_votes__building_id REFERENCES buildings (id),
    entrance_id UUID CONSTRAINT fk_votes__entrance_id REFERENCES entrances (id),
    rule_pack_id UUID NOT NULL CONSTRAINT fk_votes__rule_pack_id REFERENCES rule_packs (id),
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT ck_votes__state CHECK (state IN ('draft', 'roll_frozen', 'noticed',
        'open', 'extended', 'closed', 'counted', 'published', 'confirmed', 'voided')),
    record_on DATE,
    roll_area BIGINT CONSTRAINT ck_votes__roll_area CHECK (roll_area IS NULL OR roll_area = CAST(roll_area AS BIGINT)),
    roll_heads BIGINT,
    agenda_digest TEXT,
    noticed_at TIMESTAMP,
    opens_at TIMESTAMP,
    closes_at TIMESTAMP,
    extensions INTEGER NOT NULL,
    closed_at TIMESTAMP,
    counted_at TIMESTAMP,
    published_at TIMESTAMP,
    objections_until TIMESTAMP,
    confirmed_at TIMESTAMP,
    certificate TEXT,
    created_by UUID,
    created_at TIMESTAMP NOT NULL,
    version INTEGER NOT NULL
);
CREATE INDEX ix_votes__community_id ON votes (community_id);
CREATE INDEX ix_votes__building_id ON votes (building_id);
CREATE INDEX ix_votes__entrance_id ON votes (entrance_id);
CREATE INDEX ix_votes__rule_pack_id ON votes (rule_pack_id);
CREATE INDEX ix_votes__state ON votes (state);

CREATE TABLE vote_items (
    id UUID NOT NULL CONSTRAINT pk_vote_items PRIMARY KEY,
    vote_id UUID NOT NULL CONSTRAINT fk_vote_items__vote_id REFERENCES votes (id),
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    matter TEXT NOT NULL,
    class TEXT NOT NULL CONSTRAINT ck_vote_items__class CHECK (class IN ('ordinary', 'special', 'unanimous')),
    CONSTRAINT uq_vote_items__vote_id_position UNIQUE (vote_id, position)
);

CREATE TABLE vote_materials (
    id UUID NOT NULL CONSTRAINT pk_vote_materials PRIMARY KEY,
    vote_id UUID NOT NULL CONSTRAINT fk_vote_materials__vote_id REFERENCES votes (id),
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    digest TEXT NOT NULL,
    content BYTEA NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX ix_vote_materials__vote_id ON vote_materials (vote_id);

CREATE TABLE vote_transitions (
    id UUID NOT NULL CONSTRAINT pk_vote_transitions PRIMARY KEY,
    vote_id UUID NOT NULL CONSTRAINT fk_vote_transitions__vote_id REFERENCES votes (id),
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    command TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    legal_at TIMESTAMP NOT NULL,
    reason TEXT
);
CREATE INDEX ix_vote_transitions__vote_id ON vote_transitions (vote_id);

-- The frozen roll 业主名册: heads 人数, their units, and which owners may cast for them.
CREATE TABLE heads (
    id UUID NOT NULL CONSTRAINT pk_heads PRIMARY KEY,
    vote_id UUID NOT NULL CONSTRAINT fk_heads__vote_id REFERENCES votes (id),
    position INTEGER NOT NULL,
    area BIGINT NOT NULL CONSTRAINT ck_heads__area CHECK (area = CAST(area AS BIGINT) AND area > 0),
    is_developer_pool BOOLEAN NOT NULL,
    CONSTRAINT uq_heads__vote_id_position UNIQUE (vote_id, position)
);

CREATE TABLE head_owners (
    head_id UUID NOT NULL CONSTRAINT fk_head_owners__head_id REFERENCES heads (id),
    owner_id UUID NOT NULL CONSTRAINT fk_head_owners__owner_id REFERENCES owners (id),
    vote_id UUID NOT NULL CONSTRAINT fk_head_owners__vote_id REFERENCES votes (id),
    may_cast BOOLEAN NOT NULL,
    CONSTRAINT pk_head_owners PRIMARY KEY (head_id, owner_id)
);
CREATE INDEX ix_head_owners__vote_id_owner_id ON head_owners (vote_id, owner_id);
CREATE INDEX ix_head_owners__owner_id ON head_owners (owner_id);

CREATE TABLE roll_units (
    id UUID NOT NULL CONSTRAINT pk_roll_units PRIMARY KEY,
    vote_id UUID NOT NULL CONSTRAINT fk_roll_units__vote_id REFERENCES votes (id),
    unit_id UUID NOT NULL CONSTRAINT fk_roll_units__unit_id REFERENCES units (id),
    head_id UUID CONSTRAINT fk_roll_units__head_id REFERENCES heads (id),
    position INTEGER NOT NULL,
    code TEXT NOT NULL,
    building TEXT NOT NULL,
    entrance TEXT,
    use TEXT NOT NULL,
    area BIGINT NOT NULL CONSTRAINT ck_roll_units__area CHECK (area = CAST(area AS BIGINT) AND area > 0),
    area_source TEXT NOT NULL,
    delivered BOOLEAN NOT NULL,
    CONSTRAINT uq_roll_units__vote_id_unit_id UNIQUE (vote_id, unit_id),
    CONSTRAINT uq_roll_units__vote_id_position UNIQUE (vote_id, position)
);
CREATE INDEX ix_roll_units__unit_id ON roll_units (unit_id);
CREATE INDEX ix_roll_units__head_id ON roll_units (head_id);
CREATE INDEX ix_roll_units__vote_id_code ON roll_units (vote_id, code);

-- Paper sheets 纸质表决票: issued with a serial, brought back in batches by two collectors, entered
-- twice by different clerks, settled by a third where they differ. The keys, not the handlers, keep
-- the people apart.
CREATE TABLE sheet_issues (
    id UUID NOT NULL CONSTRAINT pk_sheet_issues PRIMARY KEY,
    vote_id UUID NOT NULL CONSTRAINT fk_sheet_issues__vote_id REFERENCES votes (id),
    number INTEGER NOT NULL,
    sheets INTEGER NOT NULL CONSTRAINT ck_sheet_issues__sheets CHECK (sheets > 0),
    issued_at TIMESTAMP NOT NULL,
    issued_by UUID NOT NULL,
    issuer_name TEXT NOT NULL,
    CONSTRAINT uq_sheet_issues__vote_id_number UNIQUE (vote_id, number)
);

CREATE TABLE sheet_batches (
    id UUID NOT NULL CONSTRAINT pk_sheet_batches PRIMARY KEY,
    vote_id UUID NOT NULL CONSTRAINT fk_sheet_batches__vote_id REFERENCES votes (id),
    number INTEGER NOT NULL,
    first_collector UUID NOT NULL CONSTRAINT fk_sheet_batches__first_collector REFERENCES accounts (id),
    second_collector UUID NOT NULL CONSTRAINT fk_sheet_batches__second_collector REFERENCES accounts (id),
    place TEXT NOT NULL,
    seal TEXT NOT NULL,
    sheets INTEGER NOT NULL CONSTRAINT ck_sheet_batches__sheets CHECK (sheets > 0),
    registered_at TIMESTAMP NOT NULL,
    registered_by UUID NOT NULL,
    CONSTRAINT uq_sheet_batches__vote_id_number UNIQUE (vote_id, number),
    CONSTRAINT ck_sheet_batches__collectors CHECK (first_collector <> second_collector)
);
CREATE INDEX ix_sheet_batches__first_collector ON sheet_batches (first_collector);
CREATE INDEX ix_sheet_batches__second_collector ON sheet_batches (second_collector);

CREATE TABLE sheets (
    id UUID NOT NULL CONSTRAINT pk_sheets PRIMARY KEY,
    vote_id UUID NOT NULL CONSTRAINT fk_sheets__vote_id REFERENCES votes (id),
    head_id UUID NOT NULL CONSTRAINT fk_sheets__head_id REFERENCES heads (id),
    unit_code TEXT NOT NULL,
    serial TEXT NOT NULL,
    issue_id UUID NOT NULL CONSTRAINT fk_sheets__issue_id REFERENCES sheet_issues (id),
    batch_id UUID CONSTRAINT fk_sheets__batch_id REFERENCES sheet_batches (id),
    state TEXT NOT NULL CONSTRAINT ck_sheets__state CHECK (state IN ('issued', 'registered',
        'entered_once', 'differing', 'settled', 'void', 'missing')),
    registered_at TIMESTAMP,
    registered_by UUID,
    settled_at TIMESTAMP,
    -- When two people ruled that its ballot is void: the head may have another sheet.
    ballot_void_at TIMESTAMP,
    void_reason TEXT CONSTRAINT ck_sheets__void_reason
        CHECK (void_reason IN ('lost', 'damaged', 'misprinted', 'misdelivered', 'other')),
    void_note TEXT,
    version INTEGER NOT NULL,
    CONSTRAINT uq_sheets__vote_id_serial UNIQUE (vote_id, serial),
    CONSTRAINT ck_sheets__batch CHECK (state IN ('issued', 'void', 'missing')
        OR (batch_id IS NOT NULL AND registered_at IS NOT NULL)),
    CONSTRAINT ck_sheets__void CHECK ((state = 'void') = (void_reason IS NOT NULL))
);
-- A head has one sheet; another is issued only where that one, or its ballot, is void.
CREATE UNIQUE INDEX uq_sheets__head_id ON sheets (head_id) WHERE state <> 'void' AND ballot_void_at IS NULL;
CREATE INDEX ix_sheets__vote_id_state ON sheets (vote_id, state);
CREATE INDEX ix_sheets__head_id ON sheets (head_id);
CREATE INDEX ix_sheets__issue_id ON sheets (issue_id);
CREATE INDEX ix_sheets__batch_id ON sheets (batch_id);

CREATE TABLE sheet_entries (
    id UUID NOT NULL CONSTRAINT pk_sheet_entries PRIMARY KEY,
    sheet_id UUID NOT NULL CONSTRAINT fk_sheet_entries__sheet_id REFERENCES sheets (id),
    round TEXT NOT NULL CONSTRAINT ck_sheet_entries__round CHECK (round IN ('first', 'second', 'adjudication', 'recheck')),
    clerk_id UUID NOT NULL,
    session_id UUID NOT NULL,
    clerk_name TEXT NOT NULL,
    choices TEXT NOT NULL,
    invalid_reason TEXT,
    entered_at TIMESTAMP NOT NULL,
    CONSTRAINT uq_sheet_entries__sheet_id_round UNIQUE (sheet_id, round),
    CONSTRAINT uq_sheet_entries__sheet_id_clerk_id UNIQUE (sheet_id, clerk_id),
    CONSTRAINT uq_sheet_entries__sheet_id_session_id UNIQUE (sheet_id, session_id)
);

-- The account of a vote's sheets 票据核对: nothing disappears.
CREATE TABLE sheet_accounts (
    vote_id UUID NOT NULL CONSTRAINT pk_sheet_accounts PRIMARY KEY
        CONSTRAINT fk_sheet_accounts__vote_id REFERENCES votes (id),
    issued INTEGER NOT NULL,
    returned INTEGER NOT NULL,
    spoiled INTEGER NOT NULL,
    missing INTEGER NOT NULL,
    closed_at TIMESTAMP NOT NULL,
    closed_by UUID NOT NULL,
    closer_name TEXT NOT NULL,
    CONSTRAINT ck_sheet_accounts__sum CHECK (issued = returned + spoiled + missing)
);

CREATE TABLE ballots (
    id UUID NOT NULL CONSTRAINT pk_ballots PRIMARY KEY,
    vote_id UUID NOT NULL CONSTRAINT fk_ballots__vote_id REFERENCES votes (id),
    head_id UUID NOT NULL CONSTRAINT fk_ballots__head_id REFERENCES heads (id),
    owner_id UUID CONSTRAINT fk_ballots__owner_id REFERENCES owners (id),
    sheet_id UUID CONSTRAINT fk_ballots__sheet_id REFERENCES sheets (id),
    channel TEXT NOT NULL CONSTRAINT ck_ballots__channel CHECK (channel IN ('online', 'paper', 'proxy')),
    cast_at TIMESTAMP NOT NULL,
    receipt TEXT NOT NULL,
    log_seq BIGINT NOT NULL,
    actor_id UUID,
    request_id TEXT NOT NULL,
    CONSTRAINT uq_ballots__sheet_id UNIQUE (sheet_id),
    CONSTRAINT uq_ballots__receipt UNIQUE (receipt),
    CONSTRAINT uq_ballots__vote_id_log_seq UNIQUE (vote_id, log_seq)
);
CREATE INDEX ix_ballots__head_id ON ballots (head_id);
CREATE INDEX ix_ballots__owner_id ON ballots (owner_id);

-- One standing choice per head and item: the partial unique index is the last guard.
CREATE TABLE ballot_choices (
    id UUID NOT NULL CONSTRAINT pk_ballot_choices PRIMARY KEY,
    ballot_id UUID NOT NULL CONSTRAINT fk_ballot_choices__ballot_id REFERENCES ballots (id),
    item_id UUID NOT NULL CONSTRAINT fk_ballot_choices__item_id REFERENCES vote_items (id),
    head_id UUID NOT NULL CONSTRAINT fk_ballot_choices__head_id REFERENCES heads (id),
    choice TEXT NOT NULL CONSTRAINT ck_ballot_choices__choice
        CHECK (choice IN ('for', 'against', 'abstain', 'invalid')),
    standing BOOLEAN NOT NULL,
    -- 0 as cast, n after the n-th correction of a misread sheet: the highest is what the ballot says.
    reading INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT ck_ballot_choices__invalid CHECK (NOT (standing AND choice = 'invalid'))
);
CREATE UNIQUE INDEX uq_ballot_choices__item_id_head_id ON ballot_choices (item_id, head_id) WHERE standing;
CREATE INDEX ix_ballot_choices__ballot_id ON ballot_choices (ballot_id);
CREATE INDEX ix_ballot_choices__head_id ON ballot_choices (head_id);

-- What was refused is kept: who, when, why.
CREATE TABLE ballot_attempts (
    id UUID NOT NULL CONSTRAINT pk_ballot_attempts PRIMARY KEY,
    vote_id UUID NOT NULL CONSTRAINT fk_ballot_attempts__vote_id REFERENCES votes (id),
    head_id UUID CONSTRAINT fk_ballot_attempts__head_id REFERENCES heads (id),
    sheet_id UUID CONSTRAINT fk_ballot_attempts__sheet_id REFERENCES sheets (id),
    channel TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    reason TEXT NOT NULL,
    actor_id UUID,
    request_id TEXT NOT NULL
);
CREATE INDEX ix_ballot_attempts__vote_id ON ballot_attempts (vote_id);
CREATE INDEX ix_ballot_attempts__head_id ON ballot_attempts (head_id);
CREATE INDEX ix_ballot_attempts__sheet_id ON ballot_attempts (sheet_id);

CREATE TABLE item_results (
    id UUID NOT NULL CONSTRAINT pk_item_results PRIMARY KEY,
    vote_id UUID NOT NULL CONSTRAINT fk_item_results__vote_id REFERENCES votes (id),
    item_id UUID NOT NULL CONSTRAINT fk_item_results__item_id REFERENCES vote_items (id),
    passed BOOLEAN NOT NULL,
    working TEXT NOT NULL,
    counted_at TIMESTAMP NOT NULL,
    -- The leaf of the count: a ruling may lead to another one, the earlier ones stay.
    log_seq BIGINT NOT NULL,
    CONSTRAINT uq_item_results__item_id_log_seq UNIQUE (item_id, log_seq)
);
CREATE INDEX ix_item_results__vote_id ON item_results (vote_id);

CREATE TABLE objections (
    id UUID NOT NULL CONSTRAINT pk_objections PRIMARY KEY,
    vote_id UUID NOT NULL CONSTRAINT fk_objections__vote_id REFERENCES votes (id),
    subject TEXT NOT NULL CONSTRAINT ck_objections__subject CHECK (subject IN ('roll', 'result')),
    owner_id UUID CONSTRAINT fk_objections__owner_id REFERENCES owners (id),
    unit_code TEXT,
    filed_by TEXT NOT NULL,
    text TEXT NOT NULL,
    filed_at TIMESTAMP NOT NULL,
    answer TEXT,
    upheld BOOLEAN,
    answered_by TEXT,
    answered_at TIMESTAMP,
    version INTEGER NOT NULL
);
CREATE INDEX ix_objections__vote_id ON objections (vote_id);
CREATE INDEX ix_objections__owner_id ON objections (owner_id);

CREATE TABLE vote_challenges (
    id UUID NOT NULL CONSTRAINT pk_vote_challenges PRIMARY KEY,
    vote_id UUID NOT NULL CONSTRAINT fk_vote_challenges__vote_id REFERENCES votes (id),
    item_id UUID CONSTRAINT fk_vote_challenges__item_id REFERENCES vote_items (id),
    court TEXT NOT NULL,
    case_number TEXT NOT NULL,
    filed_on DATE NOT NULL,
    outcome TEXT,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by TEXT NOT NULL
);
CREATE INDEX ix_vote_challenges__vote_id ON vote_challenges (vote_id);
CREATE INDEX ix_vote_challenges__item_id ON vote_challenges (item_id);
