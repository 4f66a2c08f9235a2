-- 问卷: a questionnaire has versions; a version never changes, a change is another version.
CREATE TABLE survey_questionnaires (
    id UUID NOT NULL CONSTRAINT pk_survey_questionnaires PRIMARY KEY,
    -- Where it may be used: communities whose division code begins so, or one community only.
    division_code TEXT NOT NULL,
    community_id UUID CONSTRAINT fk_survey_questionnaires__community_id REFERENCES communities (id),
    purpose TEXT NOT NULL CONSTRAINT ck_survey_questionnaires__purpose
        CHECK (purpose IN ('wishes', 'include', 'consult', 'adopt', 'accept', 'plan_opinions')),
    title TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX ix_survey_questionnaires__community_id ON survey_questionnaires (community_id);

CREATE TABLE survey_versions (
    id UUID NOT NULL CONSTRAINT pk_survey_versions PRIMARY KEY,
    questionnaire_id UUID NOT NULL CONSTRAINT fk_survey_versions__questionnaire_id
        REFERENCES survey_questionnaires (id),
    number INTEGER NOT NULL,
    -- The questions as JSON, and the SHA-256 of that text.
    questions TEXT NOT NULL,
    digest TEXT NOT NULL,
    published_at TIMESTAMP NOT NULL,
    published_by UUID NOT NULL,
    publisher_name TEXT NOT NULL,
    CONSTRAINT uq_survey_versions__questionnaire_id_number UNIQUE (questionnaire_id, number)
);

-- 居民调查: one round of one questionnaire's version in a community or in some of its buildings.
CREATE TABLE surveys (
    id UUID NOT NULL CONSTRAINT pk_surveys PRIMARY KEY,
    division_code TEXT NOT NULL,
    community_id UUID NOT NULL CONSTRAINT fk_surveys__community_id REFERENCES communities (id),
    -- A JSON list of building ids; empty for the whole community.
    buildings TEXT NOT NULL,
    version_id UUID NOT NULL CONSTRAINT fk_surveys__version_id REFERENCES survey_versions (id),
    purpose TEXT NOT NULL CONSTRAINT ck_surveys__purpose
        CHECK (purpose IN ('wishes', 'include', 'consult', 'adopt', 'accept', 'plan_opinions')),
    title TEXT NOT NULL,
    subject TEXT,
    -- The gate's rule as JSON, as it was when the survey was made; NULL where the purpose has none.
    gate TEXT,
    round INTEGER NOT NULL,
    previous_id UUID CONSTRAINT fk_surveys__previous_id REFERENCES surveys (id),
    state TEXT NOT NULL CONSTRAINT ck_surveys__state CHECK (state IN ('draft', 'open', 'closed', 'void')),
    closes_at TIMESTAMP NOT NULL,
    opened_at TIMESTAMP,
    closed_at TIMESTAMP,
    voided_at TIMESTAMP,
    voider_name TEXT,
    void_reason TEXT,
    -- Households of the frozen roll.
    households BIGINT,
    -- The gate's working as JSON, written at the close.
    verdict TEXT,
    created_at TIMESTAMP NOT NULL,
    created_by UUID NOT NULL,
    creator_name TEXT NOT NULL,
    CONSTRAINT ck_surveys__round CHECK ((round = 1) = (previous_id IS NULL)),
    CONSTRAINT ck_surveys__opened CHECK ((opened_at IS NULL) = (households IS NULL)),
    CONSTRAINT ck_surveys__roll CHECK (state NOT IN ('open', 'closed') OR households > 0),
    CONSTRAINT ck_surveys__closed CHECK (state <> 'closed' OR closed_at IS NOT NULL),
    CONSTRAINT ck_surveys__void CHECK
        ((voided_at IS NULL) = (state <> 'void') AND (void_reason IS NULL) = (voided_at IS NULL))
);
CREATE INDEX ix_surveys__community_id ON surveys (community_id);
CREATE INDEX ix_surveys__version_id ON surveys (version_id);
-- A round has one next round.
CREATE UNIQUE INDEX uq_surveys__previous_id ON surveys (previous_id) WHERE state <> 'void';
CREATE INDEX ix_surveys__state_closes_at ON surveys (state, closes_at);

-- 户: the frozen roll, one residential unit each.
CREATE TABLE survey_households (
    id UUID NOT NULL CONSTRAINT pk_survey_households PRIMARY KEY,
    survey_id UUID NOT NULL CONSTRAINT fk_survey_households__survey_id REFERENCES surveys (id),
    unit_id UUID NOT NULL CONSTRAINT fk_survey_households__unit_id REFERENCES units (id),
    position INTEGER NOT NULL,
    code TEXT NOT NULL,
    building TEXT NOT NULL,
    entrance TEXT,
    CONSTRAINT uq_survey_households__survey_id_unit_id UNIQUE (survey_id, unit_id),
    CONSTRAINT uq_survey_households__survey_id_position UNIQUE (survey_id, position)
);
CREATE INDEX ix_survey_households__unit_id ON survey_households (unit_id);

-- Links 一户一码: the token is shown once; here stands its SHA-256.
CREATE TABLE survey_links (
    id UUID NOT NULL CONSTRAINT pk_survey_links PRIMARY KEY,
    survey_id UUID NOT NULL CONSTRAINT fk_survey_links__survey_id REFERENCES surveys (id),
    household_id UUID NOT NULL CONSTRAINT fk_survey_links__household_id REFERENCES survey_households (id),
    token_hash TEXT NOT NULL,
    issued_at TIMESTAMP NOT NULL,
    issued_by UUID NOT NULL,
    replaced_at TIMESTAMP,
    CONSTRAINT uq_survey_links__token_hash UNIQUE (token_hash)
);
CREATE INDEX ix_survey_links__survey_id ON survey_links (survey_id);
-- A household has one link that works.
CREATE UNIQUE INDEX uq_survey_links__household_id ON survey_links (household_id) WHERE replaced_at IS NULL;

-- Answers: all are kept; the latest given before the close counts.
CREATE TABLE survey_answers (
    id UUID NOT NULL CONSTRAINT pk_survey_answers PRIMARY KEY,
    survey_id UUID NOT NULL CONSTRAINT fk_survey_answers__survey_id REFERENCES surveys (id),
    household_id UUID NOT NULL CONSTRAINT fk_survey_answers__household_id REFERENCES survey_households (id),
    answers TEXT NOT NULL,
    respondent TEXT NOT NULL CONSTRAINT ck_survey_answers__respondent
        CHECK (respondent IN ('owner', 'tenant', 'member')),
    channel TEXT NOT NULL CONSTRAINT ck_survey_answers__channel
        CHECK (channel IN ('online', 'link', 'door', 'paper')),
    -- When the household gave it, and when it came here.
    given_at TIMESTAMP NOT NULL,
    received_at TIMESTAMP NOT NULL,
    entered_by UUID,
    entrant_name TEXT,
    link_id UUID CONSTRAINT fk_survey_answers__link_id REFERENCES survey_links (id),
    visitor TEXT,
    second_visitor TEXT,
    serial TEXT,
    CONSTRAINT ck_survey_answers__time CHECK (given_at <= received_at),
    CONSTRAINT ck_survey_answers__link CHECK ((channel = 'link') = (link_id IS NOT NULL)),
    CONSTRAINT ck_survey_answers__door CHECK ((channel = 'door') = (visitor IS NOT NULL)
        AND (visitor IS NULL) = (second_visitor IS NULL)),
    CONSTRAINT ck_survey_answers__paper CHECK ((channel = 'paper') = (serial IS NOT NULL)),
    CONSTRAINT ck_survey_answers__entered CHECK ((channel = 'link') = (entered_by IS NULL)),
    CONSTRAINT uq_survey_answers__survey_id_serial UNIQUE (survey_id, serial)
);
CREATE INDEX ix_survey_answers__household_id ON survey_answers (household_id);
CREATE INDEX ix_survey_answers__link_id ON survey_answers (link_id);

-- Reminders 催办: one a day at the most.
CREATE TABLE survey_reminders (
    id UUID NOT NULL CONSTRAINT pk_survey_reminders PRIMARY KEY,
    survey_id UUID NOT NULL CONSTRAINT fk_survey_reminders__survey_id REFERENCES surveys (id),
    day DATE NOT NULL,
    households INTEGER NOT NULL,
    asked_at TIMESTAMP NOT NULL,
    asked_by UUID NOT NULL,
    asker_name TEXT NOT NULL,
    CONSTRAINT uq_survey_reminders__survey_id_day UNIQUE (survey_id, day)
);

-- 整改事项 of a survey that failed: one person says it is done, another confirms.
CREATE TABLE survey_tasks (
    id UUID NOT NULL CONSTRAINT pk_survey_tasks PRIMARY KEY,
    survey_id UUID NOT NULL CONSTRAINT fk_survey_tasks__survey_id REFERENCES surveys (id),
    position INTEGER NOT NULL,
    item TEXT NOT NULL,
    description TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT ck_survey_tasks__state CHECK (state IN ('open', 'done', 'confirmed')),
    evidence TEXT,
    done_by UUID,
    doer_name TEXT,
    done_at TIMESTAMP,
    confirmed_by UUID,
    confirmer_name TEXT,
    confirmed_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT uq_survey_tasks__survey_id_position UNIQUE (survey_id, position),
    CONSTRAINT ck_survey_tasks__done CHECK
        ((done_by IS NULL) = (state = 'open') AND (evidence IS NULL) = (done_by IS NULL)),
    CONSTRAINT ck_survey_tasks__confirmed CHECK ((confirmed_by IS NULL) = (state <> 'confirmed')),
    CONSTRAINT ck_survey_tasks__two_people CHECK (confirmed_by IS NULL OR confirmed_by <> done_by)
);
