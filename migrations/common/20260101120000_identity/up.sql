-- Who may sign in, their sessions, what they were granted, and the codes that were sent.

-- owner_id names an owner of the registry, a higher slice: no foreign key. The place (division,
-- community, building) is where the account is administered; empty = the whole deployment.
CREATE TABLE accounts (
    id UUID NOT NULL CONSTRAINT pk_accounts PRIMARY KEY,
    kind TEXT NOT NULL CONSTRAINT ck_accounts__kind CHECK (kind IN ('staff', 'owner')),
    login TEXT,
    owner_id UUID,
    name TEXT NOT NULL,
    division_code TEXT NOT NULL,
    community_id UUID,
    building_id UUID,
    password_hash TEXT,
    -- An initial password works until then, and only to choose another one.
    initial_until TIMESTAMP,
    password_changed_at TIMESTAMP,
    totp_sealed BYTEA,
    totp_confirmed BOOLEAN NOT NULL,
    totp_step BIGINT CONSTRAINT ck_accounts__totp_step
        CHECK (totp_step IS NULL OR totp_step = CAST(totp_step AS BIGINT)),
    disabled_at TIMESTAMP,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT uq_accounts__login UNIQUE (login),
    CONSTRAINT uq_accounts__owner_id UNIQUE (owner_id),
    CONSTRAINT ck_accounts__who CHECK (
        (kind = 'staff' AND login IS NOT NULL AND owner_id IS NULL)
        OR (kind = 'owner' AND login IS NULL AND owner_id IS NOT NULL AND password_hash IS NULL)
    )
);
CREATE INDEX ix_accounts__division_code ON accounts (division_code);
CREATE INDEX ix_accounts__community_id ON accounts (community_id);
CREATE INDEX ix_accounts__building_id ON accounts (building_id);

CREATE TABLE sessions (
    id UUID NOT NULL CONSTRAINT pk_sessions PRIMARY KEY,
    account_id UUID NOT NULL CONSTRAINT fk_sessions__account_id REFERENCES accounts (id),
    factor TEXT NOT NULL CONSTRAINT ck_sessions__factor
        CHECK (factor IN ('password', 'password_and_totp', 'one_time_code')),
    device TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    refreshed_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    ended_by TEXT CONSTRAINT ck_sessions__ended_by CHECK (ended_by IS NULL OR ended_by IN
        ('sign_out', 'revoked', 'password_changed', 'refresh_reused', 'account_disabled', 'totp_changed'))
);
CREATE INDEX ix_sessions__account_id ON sessions (account_id);

-- The family of a refresh token is its session.
CREATE TABLE refresh_tokens (
    digest TEXT NOT NULL CONSTRAINT pk_refresh_tokens PRIMARY KEY,
    session_id UUID NOT NULL CONSTRAINT fk_refresh_tokens__session_id REFERENCES sessions (id),
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP
);
CREATE INDEX ix_refresh_tokens__session_id ON refresh_tokens (session_id);
CREATE INDEX ix_refresh_tokens__expires_at ON refresh_tokens (expires_at);

-- granted_by_id is empty for what the machine's operator granted. A revoked grant stays as history.
CREATE TABLE grants (
    id UUID NOT NULL CONSTRAINT pk_grants PRIMARY KEY,
    account_id UUID NOT NULL CONSTRAINT fk_grants__account_id REFERENCES accounts (id),
    role TEXT NOT NULL,
    scope_kind TEXT NOT NULL CONSTRAINT ck_grants__scope_kind
        CHECK (scope_kind IN ('everything', 'division', 'community', 'building', 'own')),
    scope_reference TEXT NOT NULL,
    granted_by_id UUID CONSTRAINT fk_grants__granted_by_id REFERENCES accounts (id),
    granted_at TIMESTAMP NOT NULL,
    revoked_by_id UUID CONSTRAINT fk_grants__revoked_by_id REFERENCES accounts (id),
    revoked_at TIMESTAMP
);
CREATE INDEX ix_grants__account_id ON grants (account_id);
CREATE INDEX ix_grants__granted_by_id ON grants (granted_by_id);
CREATE INDEX ix_grants__revoked_by_id ON grants (revoked_by_id);

-- A code is bound to the contact, the purpose and this row's id, which only the asker was told.
CREATE TABLE one_time_codes (
    id UUID NOT NULL CONSTRAINT pk_one_time_codes PRIMARY KEY,
    contact_index TEXT NOT NULL,
    purpose TEXT NOT NULL CONSTRAINT ck_one_time_codes__purpose CHECK (purpose IN ('sign_in')),
    code_digest TEXT NOT NULL,
    tries INTEGER NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX ix_one_time_codes__contact_index ON one_time_codes (contact_index);
CREATE INDEX ix_one_time_codes__created_at ON one_time_codes (created_at);

-- What is limited: failed sign-ins and sent codes, by keyed hash of the login, contact or address.
CREATE TABLE limited_attempts (
    id UUID NOT NULL CONSTRAINT pk_limited_attempts PRIMARY KEY,
    subject TEXT NOT NULL,
    at TIMESTAMP NOT NULL
);
CREATE INDEX ix_limited_attempts__subject_at ON limited_attempts (subject, at);
CREATE INDEX ix_limited_attempts__at ON limited_attempts (at);

-- Demo mode only: what would have been sent.
CREATE TABLE dev_inbox (
    id UUID NOT NULL CONSTRAINT pk_dev_inbox PRIMARY KEY,
    channel TEXT NOT NULL CONSTRAINT ck_dev_inbox__channel CHECK (channel IN ('email', 'phone')),
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX ix_dev_inbox__recipient ON dev_inbox (recipient);
