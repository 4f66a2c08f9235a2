-- 资金来源: one document 文件 of one channel 渠道. What is allocated, returned to the channel and carried over to
-- the document that takes its place never exceeds the amount. Purposes, region and dates never change in place.
CREATE TABLE funding_sources (
    id UUID NOT NULL CONSTRAINT pk_funding_sources PRIMARY KEY,
    channel TEXT NOT NULL CONSTRAINT ck_funding_sources__channel
        CHECK (channel IN ('central_grant', 'central_budget', 'special_bond', 'provincial_budget', 'city_budget',
            'district_budget', 'programme', 'operator', 'social_capital', 'residents_fund', 'residents_cash',
            'other')),
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    region TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE NOT NULL,
    programme_only BOOLEAN NOT NULL,
    fund_reference TEXT,
    amount_fen BIGINT NOT NULL,
    allocated_fen BIGINT NOT NULL,
    returned_fen BIGINT NOT NULL,
    carried_fen BIGINT NOT NULL,
    supersedes_id UUID CONSTRAINT fk_funding_sources__supersedes_id REFERENCES funding_sources (id),
    closed_at TIMESTAMP,
    recorder_name TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    CONSTRAINT uq_funding_sources__channel_document_name UNIQUE (channel, document, name),
    CONSTRAINT uq_funding_sources__supersedes_id UNIQUE (supersedes_id),
    CONSTRAINT uq_funding_sources__id_region_valid_from_valid_until UNIQUE (id, region, valid_from, valid_until),
    CONSTRAINT ck_funding_sources__dates CHECK (valid_from <= valid_until),
    CONSTRAINT ck_funding_sources__fund CHECK (fund_reference IS NULL OR channel = 'residents_fund'),
    CONSTRAINT ck_funding_sources__integers CHECK (amount_fen = CAST(amount_fen AS BIGINT)
        AND allocated_fen = CAST(allocated_fen AS BIGINT) AND returned_fen = CAST(returned_fen AS BIGINT)
        AND carried_fen = CAST(carried_fen AS BIGINT)),
    CONSTRAINT ck_funding_sources__totals CHECK (amount_fen > 0 AND allocated_fen >= 0 AND returned_fen >= 0
        AND carried_fen >= 0 AND allocated_fen + returned_fen + carried_fen <= amount_fen)
);
CREATE INDEX ix_funding_sources__region ON funding_sources (region);

-- What a source may pay: the code of an item of the catalogue, or a class. `tag`: by which named programme.
CREATE TABLE funding_purposes (
    source_id UUID NOT NULL CONSTRAINT fk_funding_purposes__source_id REFERENCES funding_sources (id),
    purpose TEXT NOT NULL,
    tag TEXT,
    CONSTRAINT pk_funding_purposes PRIMARY KEY (source_id, purpose)
);

-- An item of a project's plan that money was given to. All sources together never exceed its cost.
CREATE TABLE funding_lines (
    id UUID NOT NULL CONSTRAINT pk_funding_lines PRIMARY KEY,
    project_id UUID NOT NULL CONSTRAINT fk_funding_lines__project_id REFERENCES projects (id),
    community_id UUID NOT NULL CONSTRAINT fk_funding_lines__community_id REFERENCES communities (id),
    division_code TEXT NOT NULL,
    item_key TEXT NOT NULL,
    code TEXT NOT NULL,
    class TEXT NOT NULL,
    name TEXT NOT NULL,
    cost_fen BIGINT NOT NULL,
    allocated_fen BIGINT NOT NULL,
    CONSTRAINT uq_funding_lines__project_id_item_key UNIQUE (project_id, item_key),
    CONSTRAINT uq_funding_lines__id_code_class_division_code UNIQUE (id, code, class, division_code),
    CONSTRAINT ck_funding_lines__totals CHECK (cost_fen = CAST(cost_fen AS BIGINT)
        AND allocated_fen = CAST(allocated_fen AS BIGINT) AND allocated_fen >= 0 AND allocated_fen <= cost_fen)
);
CREATE INDEX ix_funding_lines__community_id ON funding_lines (community_id);
CREATE INDEX ix_funding_lines__division_code ON funding_lines (division_code);

-- 资金安排: money of a source for an item. The keys repeat what the rules are about, so that the database
-- holds them too: a purpose of that source that is the item's code or class, in its region, on a day of it.
CREATE TABLE funding_allocations (
    id UUID NOT NULL CONSTRAINT pk_funding_allocations PRIMARY KEY,
    source_id UUID NOT NULL CONSTRAINT fk_funding_allocations__source_id REFERENCES funding_sources (id),
    line_id UUID NOT NULL CONSTRAINT fk_funding_allocations__line_id REFERENCES funding_lines (id),
    purpose TEXT NOT NULL,
    code TEXT NOT NULL,
    class TEXT NOT NULL,
    division_code TEXT NOT NULL,
    region TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE NOT NULL,
    allocated_on DATE NOT NULL,
    amount_fen BIGINT NOT NULL,
    released_fen BIGINT NOT NULL,
    committed_fen BIGINT NOT NULL,
    note TEXT NOT NULL,
    recorder_name TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    CONSTRAINT fk_funding_allocations__source_id_purpose
        FOREIGN KEY (source_id, purpose) REFERENCES funding_purposes (source_id, purpose),
    CONSTRAINT fk_funding_allocations__source_id_region_valid_from_valid_until
        FOREIGN KEY (source_id, region, valid_from, valid_until)
        REFERENCES funding_sources (id, region, valid_from, valid_until),
    CONSTRAINT fk_funding_allocations__line_id_code_class_division_code
        FOREIGN KEY (line_id, code, class, division_code) REFERENCES funding_lines (id, code, class, division_code),
    CONSTRAINT ck_funding_allocations__purpose CHECK (purpose = code OR purpose = class),
    CONSTRAINT ck_funding_allocations__region CHECK (substr(division_code, 1, length(region)) = region),
    CONSTRAINT ck_funding_allocations__dates CHECK (valid_from <= allocated_on AND allocated_on <= valid_until),
    CONSTRAINT ck_funding_allocations__totals CHECK (amount_fen = CAST(amount_fen AS BIGINT) AND amount_fen > 0
        AND released_fen = CAST(released_fen AS BIGINT) AND committed_fen = CAST(committed_fen AS BIGINT)
        AND released_fen >= 0 AND committed_fen >= 0 AND released_fen + committed_fen <= amount_fen)
);
CREATE INDEX ix_funding_allocations__source_id ON funding_allocations (source_id);
CREATE INDEX ix_funding_allocations__line_id ON funding_allocations (line_id);

-- 合同占用: a contract against an allocation, apart from what is paid. `claimed_fen`: paid, or waiting to be.
CREATE TABLE funding_commitments (
    id UUID NOT NULL CONSTRAINT pk_funding_commitments PRIMARY KEY,
    allocation_id UUID NOT NULL CONSTRAINT fk_funding_commitments__allocation_id REFERENCES funding_allocations (id),
    contract_number TEXT NOT NULL,
    counterparty TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    released_fen BIGINT NOT NULL,
    claimed_fen BIGINT NOT NULL,
    recorder_name TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    CONSTRAINT uq_funding_commitments__allocation_id_contract_number UNIQUE (allocation_id, contract_number),
    CONSTRAINT ck_funding_commitments__totals CHECK (amount_fen = CAST(amount_fen AS BIGINT) AND amount_fen > 0
        AND released_fen = CAST(released_fen AS BIGINT) AND claimed_fen = CAST(claimed_fen AS BIGINT)
        AND released_fen >= 0 AND claimed_fen >= 0 AND released_fen + claimed_fen <= amount_fen)
);

-- 释放: an allocation gives back to its source and item, or a commitment to its allocation.
CREATE TABLE funding_releases (
    id UUID NOT NULL CONSTRAINT pk_funding_releases PRIMARY KEY,
    allocation_id UUID NOT NULL CONSTRAINT fk_funding_releases__allocation_id REFERENCES funding_allocations (id),
    commitment_id UUID CONSTRAINT fk_funding_releases__commitment_id REFERENCES funding_commitments (id),
    amount_fen BIGINT NOT NULL CONSTRAINT ck_funding_releases__amount_fen
        CHECK (amount_fen = CAST(amount_fen AS BIGINT) AND amount_fen > 0),
    reason TEXT NOT NULL,
    recorder_name TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);
CREATE INDEX ix_funding_releases__allocation_id ON funding_releases (allocation_id);
CREATE INDEX ix_funding_releases__commitment_id ON funding_releases (commitment_id);

-- 发票: once, whoever claims on it; all claims of all sources together never exceed it. `has_twin`: another
-- counterparty issued one of the same number.
CREATE TABLE funding_invoices (
    id UUID NOT NULL CONSTRAINT pk_funding_invoices PRIMARY KEY,
    counterparty TEXT NOT NULL,
    number TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    claimed_fen BIGINT NOT NULL,
    claims INTEGER NOT NULL,
    has_twin BOOLEAN NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    CONSTRAINT uq_funding_invoices__counterparty_number UNIQUE (counterparty, number),
    CONSTRAINT ck_funding_invoices__totals CHECK (amount_fen = CAST(amount_fen AS BIGINT) AND amount_fen > 0
        AND claimed_fen = CAST(claimed_fen AS BIGINT) AND claimed_fen >= 0 AND claimed_fen <= amount_fen
        AND claims >= 0)
);
CREATE INDEX ix_funding_invoices__number ON funding_invoices (number);

-- 支付: proposed by one person, confirmed by another.
CREATE TABLE funding_payments (
    id UUID NOT NULL CONSTRAINT pk_funding_payments PRIMARY KEY,
    commitment_id UUID NOT NULL CONSTRAINT fk_funding_payments__commitment_id REFERENCES funding_commitments (id),
    invoice_id UUID NOT NULL CONSTRAINT fk_funding_payments__invoice_id REFERENCES funding_invoices (id),
    amount_fen BIGINT NOT NULL CONSTRAINT ck_funding_payments__amount_fen
        CHECK (amount_fen = CAST(amount_fen AS BIGINT) AND amount_fen > 0),
    state TEXT NOT NULL CONSTRAINT ck_funding_payments__state
        CHECK (state IN ('proposed', 'confirmed', 'withdrawn')),
    proposed_by UUID NOT NULL,
    proposer_name TEXT NOT NULL,
    proposed_at TIMESTAMP NOT NULL,
    settled_by UUID,
    settler_name TEXT,
    settled_at TIMESTAMP,
    CONSTRAINT ck_funding_payments__settled CHECK ((settled_by IS NULL) = (state = 'proposed')
        AND (settled_at IS NULL) = (state = 'proposed')),
    CONSTRAINT ck_funding_payments__two_people CHECK (state <> 'confirmed' OR settled_by <> proposed_by)
);
CREATE UNIQUE INDEX uq_funding_payments__commitment_id_invoice_id ON funding_payments (commitment_id, invoice_id)
    WHERE state <> 'withdrawn';
CREATE INDEX ix_funding_payments__commitment_id ON funding_payments (commitment_id);
CREATE INDEX ix_funding_payments__invoice_id ON funding_payments (invoice_id);

-- 退回: what is not spent goes back to its channel.
CREATE TABLE funding_returns (
    id UUID NOT NULL CONSTRAINT pk_funding_returns PRIMARY KEY,
    source_id UUID NOT NULL CONSTRAINT fk_funding_returns__source_id REFERENCES funding_sources (id),
    amount_fen BIGINT NOT NULL CONSTRAINT ck_funding_returns__amount_fen
        CHECK (amount_fen = CAST(amount_fen AS BIGINT) AND amount_fen > 0),
    document TEXT NOT NULL,
    reason TEXT NOT NULL,
    recorder_name TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);
CREATE INDEX ix_funding_returns__source_id ON funding_returns (source_id);
