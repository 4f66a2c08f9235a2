-- The machine room: events to tell, the audit trail, idempotent answers, the demo's legal clock.
CREATE TABLE outbox_events (
    id UUID NOT NULL CONSTRAINT pk_outbox_events PRIMARY KEY,
    topic TEXT NOT NULL,
    subject TEXT NOT NULL,
    payload TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    available_at TIMESTAMP NOT NULL,
    leased_until TIMESTAMP,
    attempts INTEGER NOT NULL,
    done_at TIMESTAMP,
    failed_at TIMESTAMP,
    last_error TEXT
);
CREATE INDEX ix_outbox_events__done_at_available_at ON outbox_events (done_at, available_at);

-- object_id and actor_id name things of any slice and outlive them: no foreign key.
CREATE TABLE audit_log (
    id UUID NOT NULL CONSTRAINT pk_audit_log PRIMARY KEY,
    at TIMESTAMP NOT NULL,
    actor_id UUID,
    actor_name TEXT NOT NULL,
    actor_role TEXT NOT NULL,
    action TEXT NOT NULL,
    object_type TEXT NOT NULL,
    object_id TEXT NOT NULL,
    before_digest TEXT,
    after_digest TEXT,
    request_id TEXT NOT NULL
);
CREATE INDEX ix_audit_log__object_type_object_id ON audit_log (object_type, object_id);
CREATE INDEX ix_audit_log__actor_id ON audit_log (actor_id);

-- The chain over the audit rows: each link's hash covers the row and the link before.
CREATE TABLE audit_chain (
    sequence BIGINT NOT NULL CONSTRAINT pk_audit_chain PRIMARY KEY,
    audit_id UUID NOT NULL CONSTRAINT fk_audit_chain__audit_id REFERENCES audit_log (id),
    hash TEXT NOT NULL,
    CONSTRAINT uq_audit_chain__audit_id UNIQUE (audit_id)
);

CREATE TABLE idempotent_answers (
    principal TEXT NOT NULL,
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    request_digest TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT pk_idempotent_answers PRIMARY KEY (principal, route, key)
);
CREATE INDEX ix_idempotent_answers__created_at ON idempotent_answers (created_at);

-- One row, demo mode only: by how much the legal clock is ahead.
CREATE TABLE legal_clock (
    id INTEGER NOT NULL CONSTRAINT pk_legal_clock PRIMARY KEY,
    offset_seconds BIGINT NOT NULL
        CONSTRAINT ck_legal_clock__offset CHECK (offset_seconds = CAST(offset_seconds AS BIGINT))
);
