-- 筹集方案: what each unit of the voted scope is to pay in, of the standard for new housing. `policy` is the
-- district's policy as it was then, `scope` the voted part of the register.
CREATE TABLE fund_schemes (
    id UUID NOT NULL CONSTRAINT pk_fund_schemes PRIMARY KEY,
    book_id UUID NOT NULL CONSTRAINT fk_fund_schemes__book_id REFERENCES ledger_books (id),
    title TEXT NOT NULL,
    policy TEXT NOT NULL,
    standard TEXT NOT NULL,
    standard_fen BIGINT NOT NULL CONSTRAINT ck_fund_schemes__standard_fen
        CHECK (standard_fen = CAST(standard_fen AS BIGINT) AND standard_fen > 0),
    percent INTEGER NOT NULL CONSTRAINT ck_fund_schemes__percent CHECK (percent > 0 AND percent <= 100),
    scope TEXT NOT NULL,
    raise_vote_id UUID NOT NULL CONSTRAINT fk_fund_schemes__raise_vote_id REFERENCES votes (id),
    due_on DATE NOT NULL,
    units INTEGER NOT NULL,
    amount_fen BIGINT NOT NULL CONSTRAINT ck_fund_schemes__amount_fen
        CHECK (amount_fen = CAST(amount_fen AS BIGINT) AND amount_fen > 0),
    maker_id UUID NOT NULL CONSTRAINT fk_fund_schemes__maker_id REFERENCES accounts (id),
    maker_name TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT uq_fund_schemes__raise_vote_id UNIQUE (raise_vote_id)
);
CREATE INDEX ix_fund_schemes__book_id ON fund_schemes (book_id);
CREATE INDEX ix_fund_schemes__maker_id ON fund_schemes (maker_id);

-- 交存通知: a unit's bill. What was paid may be less (instalments) or more (it stays in the sub-account).
CREATE TABLE fund_bills (
    id UUID NOT NULL CONSTRAINT pk_fund_bills PRIMARY KEY,
    scheme_id UUID NOT NULL CONSTRAINT fk_fund_bills__scheme_id REFERENCES fund_schemes (id),
    book_id UUID NOT NULL CONSTRAINT fk_fund_bills__book_id REFERENCES ledger_books (id),
    unit_id UUID NOT NULL CONSTRAINT fk_fund_bills__unit_id REFERENCES units (id),
    building TEXT NOT NULL,
    code TEXT NOT NULL,
    area BIGINT NOT NULL CONSTRAINT ck_fund_bills__area CHECK (area = CAST(area AS BIGINT) AND area > 0),
    amount_fen BIGINT NOT NULL CONSTRAINT ck_fund_bills__amount_fen
        CHECK (amount_fen = CAST(amount_fen AS BIGINT) AND amount_fen >= 0),
    paid_fen BIGINT NOT NULL CONSTRAINT ck_fund_bills__paid_fen
        CHECK (paid_fen = CAST(paid_fen AS BIGINT) AND paid_fen >= 0),
    due_on DATE NOT NULL,
    deferred_to DATE,
    deferral_reason TEXT,
    version INTEGER NOT NULL,
    CONSTRAINT uq_fund_bills__scheme_id_unit_id UNIQUE (scheme_id, unit_id)
);
CREATE INDEX ix_fund_bills__book_id_unit_id ON fund_bills (book_id, unit_id);
CREATE INDEX ix_fund_bills__unit_id ON fund_bills (unit_id);

-- 使用: the residents' share of a plan item, which has the same key in every version; reserved on the
-- sub-accounts of the voted scope. `fund_fen` is what they bear, `direct_fen` what is owed directly.
CREATE TABLE fund_uses (
    id UUID NOT NULL CONSTRAINT pk_fund_uses PRIMARY KEY,
    book_id UUID NOT NULL CONSTRAINT fk_fund_uses__book_id REFERENCES ledger_books (id),
    project_id UUID NOT NULL CONSTRAINT fk_fund_uses__project_id REFERENCES projects (id),
    plan_item TEXT NOT NULL,
    title TEXT NOT NULL,
    contractor TEXT NOT NULL,
    contract TEXT NOT NULL,
    use_vote_id UUID NOT NULL CONSTRAINT fk_fund_uses__use_vote_id REFERENCES votes (id),
    policy TEXT NOT NULL,
    amount_fen BIGINT NOT NULL CONSTRAINT ck_fund_uses__amount_fen
        CHECK (amount_fen = CAST(amount_fen AS BIGINT) AND amount_fen > 0),
    fund_fen BIGINT NOT NULL CONSTRAINT ck_fund_uses__fund_fen
        CHECK (fund_fen = CAST(fund_fen AS BIGINT) AND fund_fen >= 0),
    direct_fen BIGINT NOT NULL CONSTRAINT ck_fund_uses__direct_fen
        CHECK (direct_fen = CAST(direct_fen AS BIGINT) AND direct_fen >= 0),
    paid_fen BIGINT NOT NULL CONSTRAINT ck_fund_uses__paid_fen
        CHECK (paid_fen = CAST(paid_fen AS BIGINT) AND paid_fen >= 0),
    fund_paid_fen BIGINT NOT NULL CONSTRAINT ck_fund_uses__fund_paid_fen
        CHECK (fund_paid_fen = CAST(fund_paid_fen AS BIGINT) AND fund_paid_fen >= 0),
    audited_fen BIGINT CONSTRAINT ck_fund_uses__audited_fen
        CHECK (audited_fen = CAST(audited_fen AS BIGINT) AND audited_fen >= 0),
    audit_report TEXT,
    reservation_id UUID CONSTRAINT fk_fund_uses__reservation_id REFERENCES ledger_reservations (id),
    state TEXT NOT NULL CONSTRAINT ck_fund_uses__state
        CHECK (state IN ('reserved', 'released', 'audited')),
    version INTEGER NOT NULL,
    maker_id UUID NOT NULL CONSTRAINT fk_fund_uses__maker_id REFERENCES accounts (id),
    maker_name TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT ck_fund_uses__paid CHECK (paid_fen <= amount_fen AND fund_paid_fen <= fund_fen
        AND fund_fen + direct_fen = amount_fen)
);
CREATE INDEX ix_fund_uses__book_id ON fund_uses (book_id);
CREATE INDEX ix_fund_uses__project_id_plan_item ON fund_uses (project_id, plan_item);
CREATE INDEX ix_fund_uses__use_vote_id ON fund_uses (use_vote_id);
CREATE INDEX ix_fund_uses__reservation_id ON fund_uses (reservation_id);
CREATE INDEX ix_fund_uses__maker_id ON fund_uses (maker_id);

-- 分摊: a unit's share of a use, and what its sub-account bore of it until now.
CREATE TABLE fund_use_shares (
    use_id UUID NOT NULL CONSTRAINT fk_fund_use_shares__use_id REFERENCES fund_uses (id),
    unit_id UUID NOT NULL CONSTRAINT fk_fund_use_shares__unit_id REFERENCES units (id),
    account_id UUID NOT NULL CONSTRAINT fk_fund_use_shares__account_id REFERENCES ledger_accounts (id),
    building TEXT NOT NULL,
    code TEXT NOT NULL,
    area BIGINT NOT NULL CONSTRAINT ck_fund_use_shares__area
        CHECK (area = CAST(area AS BIGINT) AND area > 0),
    share_fen BIGINT NOT NULL CONSTRAINT ck_fund_use_shares__share_fen
        CHECK (share_fen = CAST(share_fen AS BIGINT) AND share_fen >= 0),
    fund_fen BIGINT NOT NULL CONSTRAINT ck_fund_use_shares__fund_fen
        CHECK (fund_fen = CAST(fund_fen AS BIGINT) AND fund_fen >= 0),
    direct_fen BIGINT NOT NULL CONSTRAINT ck_fund_use_shares__direct_fen
        CHECK (direct_fen = CAST(direct_fen AS BIGINT) AND direct_fen >= 0),
    borne_fen BIGINT NOT NULL CONSTRAINT ck_fund_use_shares__borne_fen
        CHECK (borne_fen = CAST(borne_fen AS BIGINT) AND borne_fen >= 0),
    CONSTRAINT pk_fund_use_shares PRIMARY KEY (use_id, unit_id),
    CONSTRAINT ck_fund_use_shares__borne CHECK (borne_fen <= fund_fen AND fund_fen + direct_fen = share_fen)
);
CREATE INDEX ix_fund_use_shares__unit_id ON fund_use_shares (unit_id);
CREATE INDEX ix_fund_use_shares__account_id ON fund_use_shares (account_id);

-- 业务单: what is to be booked, as it was asked for. From the payment on it waits for one or two others;
-- nobody signs twice.
CREATE TABLE fund_operations (
    id UUID NOT NULL CONSTRAINT pk_fund_operations PRIMARY KEY,
    book_id UUID NOT NULL CONSTRAINT fk_fund_operations__book_id REFERENCES ledger_books (id),
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    amount_fen BIGINT NOT NULL CONSTRAINT ck_fund_operations__amount_fen
        CHECK (amount_fen = CAST(amount_fen AS BIGINT) AND amount_fen >= 0),
    on_date DATE NOT NULL,
    signatures_needed INTEGER NOT NULL CONSTRAINT ck_fund_operations__signatures_needed
        CHECK (signatures_needed IN (0, 1, 2)),
    state TEXT NOT NULL CONSTRAINT ck_fund_operations__state
        CHECK (state IN ('proposed', 'booked', 'withdrawn')),
    maker_id UUID NOT NULL CONSTRAINT fk_fund_operations__maker_id REFERENCES accounts (id),
    maker_name TEXT NOT NULL,
    checker_id UUID CONSTRAINT fk_fund_operations__checker_id REFERENCES accounts (id),
    checker_name TEXT,
    second_checker_id UUID CONSTRAINT fk_fund_operations__second_checker_id REFERENCES accounts (id),
    second_checker_name TEXT,
    reason TEXT,
    made_at TIMESTAMP NOT NULL,
    settled_at TIMESTAMP,
    version INTEGER NOT NULL,
    CONSTRAINT ck_fund_operations__checker_id CHECK (checker_id <> maker_id AND (second_checker_id IS NULL
        OR (checker_id IS NOT NULL AND second_checker_id <> maker_id
            AND second_checker_id <> checker_id))),
    CONSTRAINT ck_fund_operations__signed CHECK (state <> 'booked' OR signatures_needed = 0
        OR (checker_id IS NOT NULL AND (signatures_needed = 1 OR second_checker_id IS NOT NULL)))
);
CREATE INDEX ix_fund_operations__book_id_state ON fund_operations (book_id, state);
CREATE INDEX ix_fund_operations__maker_id ON fund_operations (maker_id);
CREATE INDEX ix_fund_operations__checker_id ON fund_operations (checker_id);
CREATE INDEX ix_fund_operations__second_checker_id ON fund_operations (second_checker_id);

-- 付款: against an invoice, which is paid once, and the acceptance of what it is for.
CREATE TABLE fund_payments (
    id UUID NOT NULL CONSTRAINT pk_fund_payments PRIMARY KEY,
    use_id UUID NOT NULL CONSTRAINT fk_fund_payments__use_id REFERENCES fund_uses (id),
    operation_id UUID NOT NULL CONSTRAINT fk_fund_payments__operation_id REFERENCES fund_operations (id),
    payee TEXT NOT NULL,
    invoice TEXT NOT NULL,
    acceptance TEXT NOT NULL,
    amount_fen BIGINT NOT NULL CONSTRAINT ck_fund_payments__amount_fen
        CHECK (amount_fen = CAST(amount_fen AS BIGINT) AND amount_fen > 0),
    fund_fen BIGINT NOT NULL CONSTRAINT ck_fund_payments__fund_fen
        CHECK (fund_fen = CAST(fund_fen AS BIGINT) AND fund_fen >= 0),
    at TIMESTAMP NOT NULL,
    CONSTRAINT uq_fund_payments__payee_invoice UNIQUE (payee, invoice)
);
CREATE INDEX ix_fund_payments__use_id ON fund_payments (use_id);
CREATE INDEX ix_fund_payments__operation_id ON fund_payments (operation_id);

-- 补助预算: what a tier has for matches in a year; what is committed is never more.
CREATE TABLE fund_budgets (
    id UUID NOT NULL CONSTRAINT pk_fund_budgets PRIMARY KEY,
    division_code TEXT NOT NULL,
    tier TEXT NOT NULL CONSTRAINT ck_fund_budgets__tier CHECK (tier IN ('city', 'district')),
    year INTEGER NOT NULL,
    document TEXT NOT NULL,
    amount_fen BIGINT NOT NULL CONSTRAINT ck_fund_budgets__amount_fen
        CHECK (amount_fen = CAST(amount_fen AS BIGINT) AND amount_fen >= 0),
    committed_fen BIGINT NOT NULL CONSTRAINT ck_fund_budgets__committed_fen
        CHECK (committed_fen = CAST(committed_fen AS BIGINT) AND committed_fen >= 0),
    version INTEGER NOT NULL,
    CONSTRAINT uq_fund_budgets__division_code_tier_year UNIQUE (division_code, tier, year),
    CONSTRAINT ck_fund_budgets__committed CHECK (committed_fen <= amount_fen)
);

-- 补助申请: the match of a project's audited use, cumulatively; a queued one waits for a budget.
CREATE TABLE fund_claims (
    id UUID NOT NULL CONSTRAINT pk_fund_claims PRIMARY KEY,
    book_id UUID NOT NULL CONSTRAINT fk_fund_claims__book_id REFERENCES ledger_books (id),
    project_id UUID NOT NULL CONSTRAINT fk_fund_claims__project_id REFERENCES projects (id),
    number INTEGER NOT NULL,
    division_code TEXT NOT NULL,
    policy TEXT NOT NULL,
    year INTEGER NOT NULL,
    used_fen BIGINT NOT NULL CONSTRAINT ck_fund_claims__used_fen
        CHECK (used_fen = CAST(used_fen AS BIGINT) AND used_fen >= 0),
    entitled_fen BIGINT NOT NULL CONSTRAINT ck_fund_claims__entitled_fen
        CHECK (entitled_fen = CAST(entitled_fen AS BIGINT) AND entitled_fen >= 0),
    amount_fen BIGINT NOT NULL CONSTRAINT ck_fund_claims__amount_fen
        CHECK (amount_fen = CAST(amount_fen AS BIGINT) AND amount_fen > 0),
    city_fen BIGINT NOT NULL CONSTRAINT ck_fund_claims__city_fen
        CHECK (city_fen = CAST(city_fen AS BIGINT) AND city_fen >= 0),
    district_fen BIGINT NOT NULL CONSTRAINT ck_fund_claims__district_fen
        CHECK (district_fen = CAST(district_fen AS BIGINT) AND district_fen >= 0),
    city_received_fen BIGINT NOT NULL CONSTRAINT ck_fund_claims__city_received_fen
        CHECK (city_received_fen = CAST(city_received_fen AS BIGINT) AND city_received_fen >= 0),
    district_received_fen BIGINT NOT NULL CONSTRAINT ck_fund_claims__district_received_fen
        CHECK (district_received_fen = CAST(district_received_fen AS BIGINT) AND district_received_fen >= 0),
    state TEXT NOT NULL CONSTRAINT ck_fund_claims__state
        CHECK (state IN ('queued', 'submitted', 'received', 'credited')),
    maker_id UUID NOT NULL CONSTRAINT fk_fund_claims__maker_id REFERENCES accounts (id),
    maker_name TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT uq_fund_claims__project_id_number UNIQUE (project_id, number),
    CONSTRAINT ck_fund_claims__tiers CHECK (city_fen + district_fen = amount_fen
        AND city_received_fen <= city_fen AND district_received_fen <= district_fen)
);
CREATE INDEX ix_fund_claims__book_id ON fund_claims (book_id);
CREATE INDEX ix_fund_claims__state_division_code ON fund_claims (state, division_code);
CREATE INDEX ix_fund_claims__maker_id ON fund_claims (maker_id);

-- 分户清单: what a unit used of its own money since the claim before, and what of the match is its part.
CREATE TABLE fund_claim_units (
    claim_id UUID NOT NULL CONSTRAINT fk_fund_claim_units__claim_id REFERENCES fund_claims (id),
    unit_id UUID NOT NULL CONSTRAINT fk_fund_claim_units__unit_id REFERENCES units (id),
    account_id UUID NOT NULL CONSTRAINT fk_fund_claim_units__account_id REFERENCES ledger_accounts (id),
    building TEXT NOT NULL,
    code TEXT NOT NULL,
    used_fen BIGINT NOT NULL CONSTRAINT ck_fund_claim_units__used_fen
        CHECK (used_fen = CAST(used_fen AS BIGINT) AND used_fen >= 0),
    amount_fen BIGINT NOT NULL CONSTRAINT ck_fund_claim_units__amount_fen
        CHECK (amount_fen = CAST(amount_fen AS BIGINT) AND amount_fen >= 0),
    CONSTRAINT pk_fund_claim_units PRIMARY KEY (claim_id, unit_id)
);
CREATE INDEX ix_fund_claim_units__unit_id ON fund_claim_units (unit_id);
CREATE INDEX ix_fund_claim_units__account_id ON fund_claim_units (account_id);
