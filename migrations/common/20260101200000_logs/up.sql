-- Append-only logs: one per vote, one for the deployment. `frontier` holds the roots of the complete
-- subtrees of the tree so far, `hashes` those that a leaf completes; 32 bytes each.
CREATE TABLE logs (
    id UUID NOT NULL CONSTRAINT pk_logs PRIMARY KEY,
    subject TEXT NOT NULL,
    origin TEXT NOT NULL,
    key_generation INTEGER NOT NULL,
    size BIGINT NOT NULL,
    root BYTEA NOT NULL,
    frontier BYTEA NOT NULL,
    entries_open BOOLEAN NOT NULL,
    frozen_reason TEXT,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT uq_logs__subject UNIQUE (subject),
    CONSTRAINT uq_logs__origin UNIQUE (origin)
);

CREATE TABLE log_leaves (
    log_id UUID NOT NULL CONSTRAINT fk_log_leaves__log_id REFERENCES logs (id),
    seq BIGINT NOT NULL,
    leaf BYTEA NOT NULL,
    hashes BYTEA NOT NULL,
    openings TEXT,
    CONSTRAINT pk_log_leaves PRIMARY KEY (log_id, seq)
);
