-- 授权委托书: who may vote for a head in its principal's place. One person records it from the signed
-- document, another confirms it; an end is a state. No number of the agent: the keyed hash that the
-- register uses, and the last four characters.
CREATE TABLE proxies (
    id UUID NOT NULL CONSTRAINT pk_proxies PRIMARY KEY,
    vote_id UUID NOT NULL CONSTRAINT fk_proxies__vote_id REFERENCES votes (id),
    head_id UUID NOT NULL CONSTRAINT fk_proxies__head_id REFERENCES heads (id),
    principal_id UUID NOT NULL CONSTRAINT fk_proxies__principal_id REFERENCES owners (id),
    kind TEXT NOT NULL CONSTRAINT ck_proxies__kind
        CHECK (kind IN ('proxy', 'guardian', 'organisation_agent')),
    -- Where the agent is an owner of the register.
    agent_id UUID CONSTRAINT fk_proxies__agent_id REFERENCES owners (id),
    agent_name TEXT NOT NULL,
    agent_index TEXT NOT NULL,
    agent_tail TEXT NOT NULL,
    -- Opens the agent's commitment in the log: the same for one agent throughout a vote.
    agent_salt TEXT NOT NULL,
    -- Numbers of the items with commas between; none where it covers all of them.
    items TEXT,
    valid_until TIMESTAMP NOT NULL,
    -- SHA-256 of the signed document, in hex.
    digest TEXT NOT NULL,
    recorded_by UUID NOT NULL,
    recorded_name TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    confirmed_by UUID,
    confirmed_name TEXT,
    confirmed_at TIMESTAMP,
    log_seq BIGINT,
    ended_name TEXT,
    ended_at TIMESTAMP,
    end_reason TEXT,
    CONSTRAINT ck_proxies__two_people CHECK (confirmed_by IS NULL OR confirmed_by <> recorded_by),
    CONSTRAINT ck_proxies__confirmation CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)
        AND (confirmed_by IS NULL) = (log_seq IS NULL)),
    CONSTRAINT ck_proxies__end CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
-- A head has one agent at a time.
CREATE UNIQUE INDEX uq_proxies__head_id ON proxies (head_id) WHERE ended_at IS NULL;
CREATE INDEX ix_proxies__vote_id ON proxies (vote_id);
CREATE INDEX ix_proxies__principal_id ON proxies (principal_id);
CREATE INDEX ix_proxies__agent_id ON proxies (agent_id);

-- The signed document of a proxy.
CREATE TABLE proxy_documents (
    proxy_id UUID NOT NULL CONSTRAINT pk_proxy_documents PRIMARY KEY
        CONSTRAINT fk_proxy_documents__proxy_id REFERENCES proxies (id),
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    content BYTEA NOT NULL
);

-- By which proxy a ballot was cast.
ALTER TABLE ballots ADD COLUMN proxy_id UUID CONSTRAINT fk_ballots__proxy_id REFERENCES proxies (id);
CREATE INDEX ix_ballots__proxy_id ON ballots (proxy_id);
