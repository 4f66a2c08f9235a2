-- 部门代表: whose word counts as a department's, and in which divisions. Another row ends one.
CREATE TABLE review_delegates (
    id UUID NOT NULL CONSTRAINT pk_review_delegates PRIMARY KEY,
    account_id UUID NOT NULL CONSTRAINT fk_review_delegates__account_id REFERENCES accounts (id),
    login TEXT NOT NULL,
    department TEXT NOT NULL,
    division_code TEXT NOT NULL,
    ends_id UUID CONSTRAINT fk_review_delegates__ends_id REFERENCES review_delegates (id),
    actor_name TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    CONSTRAINT uq_review_delegates__ends_id UNIQUE (ends_id)
);
CREATE INDEX ix_review_delegates__account_id ON review_delegates (account_id);

-- 联合审查: one case for a project; `round` is the one that stands, `due_at` the next deadline at
-- which somebody's silence is to be recorded.
CREATE TABLE joint_reviews (
    id UUID NOT NULL CONSTRAINT pk_joint_reviews PRIMARY KEY,
    project_id UUID NOT NULL CONSTRAINT fk_joint_reviews__project_id REFERENCES projects (id),
    division_code TEXT NOT NULL,
    community_id UUID NOT NULL CONSTRAINT fk_joint_reviews__community_id REFERENCES communities (id),
    title TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT ck_joint_reviews__state CHECK (state IN ('open', 'closed')),
    round INTEGER NOT NULL,
    due_at TIMESTAMP,
    version INTEGER NOT NULL,
    CONSTRAINT uq_joint_reviews__project_id UNIQUE (project_id)
);
CREATE INDEX ix_joint_reviews__community_id ON joint_reviews (community_id);
CREATE INDEX ix_joint_reviews__due_at ON joint_reviews (due_at);

-- 轮次: on one fixed version of the plan, known by its SHA-256.
CREATE TABLE review_rounds (
    id UUID NOT NULL CONSTRAINT pk_review_rounds PRIMARY KEY,
    review_id UUID NOT NULL CONSTRAINT fk_review_rounds__review_id REFERENCES joint_reviews (id),
    number INTEGER NOT NULL,
    plan_version_id UUID NOT NULL CONSTRAINT fk_review_rounds__plan_version_id REFERENCES plan_versions (id),
    plan_number INTEGER NOT NULL,
    plan_sha256 TEXT NOT NULL,
    days INTEGER NOT NULL,
    opener_id UUID NOT NULL CONSTRAINT fk_review_rounds__opener_id REFERENCES accounts (id),
    opener_name TEXT NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    CONSTRAINT uq_review_rounds__review_id_number UNIQUE (review_id, number),
    CONSTRAINT uq_review_rounds__plan_version_id UNIQUE (plan_version_id)
);
CREATE INDEX ix_review_rounds__opener_id ON review_rounds (opener_id);

-- 审查内容: `item_key` is the same for the same item of another version; `digest` changes with it.
CREATE TABLE review_items (
    id UUID NOT NULL CONSTRAINT pk_review_items PRIMARY KEY,
    round_id UUID NOT NULL CONSTRAINT fk_review_items__round_id REFERENCES review_rounds (id),
    position INTEGER NOT NULL,
    item_key TEXT NOT NULL,
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    title_en TEXT NOT NULL,
    place TEXT NOT NULL,
    digest TEXT NOT NULL,
    CONSTRAINT uq_review_items__round_id_position UNIQUE (round_id, position),
    CONSTRAINT uq_review_items__round_id_item_key UNIQUE (round_id, item_key)
);

-- 邀请: `asked` lists the positions that the department is asked about, as JSON.
CREATE TABLE review_invitations (
    id UUID NOT NULL CONSTRAINT pk_review_invitations PRIMARY KEY,
    round_id UUID NOT NULL CONSTRAINT fk_review_invitations__round_id REFERENCES review_rounds (id),
    department TEXT NOT NULL,
    source TEXT NOT NULL CONSTRAINT ck_review_invitations__source
        CHECK (source IN ('content', 'policy', 'desk', 'earlier')),
    reason TEXT NOT NULL,
    asked TEXT NOT NULL,
    silence TEXT NOT NULL CONSTRAINT ck_review_invitations__silence
        CHECK (silence IN ('counts_as_pass', 'stays_open')),
    due_at TIMESTAMP NOT NULL,
    inviter_name TEXT NOT NULL,
    invited_at TIMESTAMP NOT NULL,
    CONSTRAINT uq_review_invitations__round_id_department UNIQUE (round_id, department)
);

-- 意见: never replaced; of one department on one item the latest counts. `silence` is what the clock
-- recorded, `carried` repeats `original_id` of an earlier round for an item that did not change.
CREATE TABLE review_opinions (
    id UUID NOT NULL CONSTRAINT pk_review_opinions PRIMARY KEY,
    round_id UUID NOT NULL CONSTRAINT fk_review_opinions__round_id REFERENCES review_rounds (id),
    item_id UUID NOT NULL CONSTRAINT fk_review_opinions__item_id REFERENCES review_items (id),
    department TEXT NOT NULL,
    source TEXT NOT NULL CONSTRAINT ck_review_opinions__source
        CHECK (source IN ('given', 'silence', 'carried')),
    verdict TEXT CONSTRAINT ck_review_opinions__verdict
        CHECK (verdict IN ('pass', 'revise', 'reject', 'withdrawn')),
    wants TEXT CONSTRAINT ck_review_opinions__wants
        CHECK (wants IN ('keep', 'add', 'remove', 'widen', 'narrow')),
    text TEXT NOT NULL,
    late BOOLEAN NOT NULL,
    original_id UUID CONSTRAINT fk_review_opinions__original_id REFERENCES review_opinions (id),
    author_id UUID CONSTRAINT fk_review_opinions__author_id REFERENCES accounts (id),
    author_login TEXT NOT NULL,
    author_name TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    CONSTRAINT ck_review_opinions__silent CHECK ((verdict IS NULL) = (source = 'silence')),
    CONSTRAINT ck_review_opinions__author CHECK ((author_id IS NULL) = (source = 'silence')),
    CONSTRAINT ck_review_opinions__original CHECK ((original_id IS NULL) = (source <> 'carried')),
    CONSTRAINT ck_review_opinions__reason
        CHECK (verdict IS NULL OR verdict = 'pass' OR text <> '')
);
CREATE INDEX ix_review_opinions__round_id ON review_opinions (round_id);
CREATE INDEX ix_review_opinions__item_id ON review_opinions (item_id);
CREATE INDEX ix_review_opinions__original_id ON review_opinions (original_id);
CREATE INDEX ix_review_opinions__author_id ON review_opinions (author_id);

-- 答复: what the designer answered to an opinion, whether the department accepted it, what an
-- authority above both decided. An opinion that was carried is answered at its original.
CREATE TABLE review_responses (
    id UUID NOT NULL CONSTRAINT pk_review_responses PRIMARY KEY,
    opinion_id UUID NOT NULL CONSTRAINT fk_review_responses__opinion_id REFERENCES review_opinions (id),
    kind TEXT NOT NULL CONSTRAINT ck_review_responses__kind CHECK (kind IN
        ('adopted', 'partly', 'rejected', 'accepted', 'ruled_for_plan', 'ruled_for_department')),
    reason TEXT NOT NULL,
    plan_number INTEGER,
    authority TEXT,
    document_sha256 TEXT,
    author_id UUID NOT NULL CONSTRAINT fk_review_responses__author_id REFERENCES accounts (id),
    author_name TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    CONSTRAINT ck_review_responses__reason
        CHECK (kind IN ('adopted', 'accepted') OR reason <> ''),
    CONSTRAINT ck_review_responses__plan CHECK ((plan_number IS NULL) = (kind <> 'adopted')),
    CONSTRAINT ck_review_responses__ruling CHECK
        ((authority IS NULL) = (kind NOT IN ('ruled_for_plan', 'ruled_for_department'))
        AND (authority IS NULL) = (document_sha256 IS NULL))
);
CREATE INDEX ix_review_responses__opinion_id ON review_responses (opinion_id);
CREATE INDEX ix_review_responses__author_id ON review_responses (author_id);

-- 联席会议: its minutes stay outside, known by their SHA-256.
CREATE TABLE review_meetings (
    id UUID NOT NULL CONSTRAINT pk_review_meetings PRIMARY KEY,
    round_id UUID NOT NULL CONSTRAINT fk_review_meetings__round_id REFERENCES review_rounds (id),
    held_on DATE NOT NULL,
    place TEXT NOT NULL,
    participants TEXT NOT NULL,
    summary TEXT NOT NULL,
    minutes_sha256 TEXT NOT NULL,
    recorder_name TEXT NOT NULL,
    at TIMESTAMP NOT NULL
);
CREATE INDEX ix_review_meetings__round_id ON review_meetings (round_id);

-- 结案: the round with which a case was closed. A later round opens the case again; this stays.
CREATE TABLE review_closures (
    id UUID NOT NULL CONSTRAINT pk_review_closures PRIMARY KEY,
    round_id UUID NOT NULL CONSTRAINT fk_review_closures__round_id REFERENCES review_rounds (id),
    closer_id UUID NOT NULL CONSTRAINT fk_review_closures__closer_id REFERENCES accounts (id),
    closer_name TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    CONSTRAINT uq_review_closures__round_id UNIQUE (round_id)
);
CREATE INDEX ix_review_closures__closer_id ON review_closures (closer_id);
