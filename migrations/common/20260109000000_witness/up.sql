-- What each outside witness said last of each log, and what it refused. `size` is 0 before the first
-- cosignature; `checkpoint` is the note as it was sent, `cosignature` the line that came back.
CREATE TABLE log_witnesses (
    log_id UUID NOT NULL CONSTRAINT fk_log_witnesses__log_id REFERENCES logs (id),
    witness TEXT NOT NULL,
    origin TEXT NOT NULL,
    size BIGINT NOT NULL,
    checkpoint TEXT,
    cosignature TEXT,
    cosigned_at TIMESTAMP,
    fault TEXT,
    fault_at TIMESTAMP,
    CONSTRAINT pk_log_witnesses PRIMARY KEY (log_id, witness)
);

-- The signed checkpoint of each hour of a running vote, to be printed and posted.
CREATE TABLE log_checkpoints (
    log_id UUID NOT NULL CONSTRAINT fk_log_checkpoints__log_id REFERENCES logs (id),
    hour TIMESTAMP NOT NULL,
    checkpoint TEXT NOT NULL,
    taken_at TIMESTAMP NOT NULL,
    CONSTRAINT pk_log_checkpoints PRIMARY KEY (log_id, hour)
);

-- Where this server is a witness: the newest head that it cosigned of each log of others, and heads of
-- one size with another root that the same key signed.
CREATE TABLE witnessed_heads (
    origin TEXT NOT NULL CONSTRAINT pk_witnessed_heads PRIMARY KEY,
    size BIGINT NOT NULL,
    root BYTEA NOT NULL,
    checkpoint TEXT NOT NULL,
    cosigned_at TIMESTAMP NOT NULL
);

CREATE TABLE witness_conflicts (
    origin TEXT NOT NULL CONSTRAINT fk_witness_conflicts__origin REFERENCES witnessed_heads (origin),
    size BIGINT NOT NULL,
    root BYTEA NOT NULL,
    checkpoint TEXT NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    CONSTRAINT pk_witness_conflicts PRIMARY KEY (origin, size, root)
);
