-- 账套: the books of one management area 物业管理区域. `last_number` counts its journals.
CREATE TABLE ledger_books (
    id UUID NOT NULL CONSTRAINT pk_ledger_books PRIMARY KEY,
    community_id UUID NOT NULL CONSTRAINT fk_ledger_books__community_id REFERENCES communities (id),
    division_code TEXT NOT NULL,
    bank_name TEXT NOT NULL,
    bank_account TEXT NOT NULL,
    last_number BIGINT NOT NULL CONSTRAINT ck_ledger_books__last_number
        CHECK (last_number = CAST(last_number AS BIGINT) AND last_number >= 0),
    opened_on DATE NOT NULL,
    opener_id UUID NOT NULL CONSTRAINT fk_ledger_books__opener_id REFERENCES accounts (id),
    opener_name TEXT NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    CONSTRAINT uq_ledger_books__community_id UNIQUE (community_id)
);
CREATE INDEX ix_ledger_books__opener_id ON ledger_books (opener_id);

-- 科目与分户账: money at a place. The balance follows the entries; no account is ever overdrawn, and what
-- is reserved 预留 is there. `code` is the account's word within its books.
CREATE TABLE ledger_accounts (
    id UUID NOT NULL CONSTRAINT pk_ledger_accounts PRIMARY KEY,
    book_id UUID NOT NULL CONSTRAINT fk_ledger_accounts__book_id REFERENCES ledger_books (id),
    kind TEXT NOT NULL CONSTRAINT ck_ledger_accounts__kind CHECK (kind IN (
        'bank', 'investment', 'unit', 'seller', 'unallocated', 'public_revenue', 'suspense',
        'subsidy', 'subsidy_repayable', 'refund')),
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    unit_id UUID CONSTRAINT fk_ledger_accounts__unit_id REFERENCES units (id),
    building_id UUID CONSTRAINT fk_ledger_accounts__building_id REFERENCES buildings (id),
    project_id UUID CONSTRAINT fk_ledger_accounts__project_id REFERENCES projects (id),
    balance_fen BIGINT NOT NULL CONSTRAINT ck_ledger_accounts__balance_fen
        CHECK (balance_fen = CAST(balance_fen AS BIGINT) AND balance_fen >= 0),
    reserved_fen BIGINT NOT NULL CONSTRAINT ck_ledger_accounts__reserved_fen
        CHECK (reserved_fen = CAST(reserved_fen AS BIGINT) AND reserved_fen >= 0
            AND reserved_fen <= balance_fen),
    closed_at TIMESTAMP CONSTRAINT ck_ledger_accounts__closed_at
        CHECK (closed_at IS NULL OR balance_fen = 0),
    CONSTRAINT ck_ledger_accounts__unit_id CHECK ((kind = 'unit') = (unit_id IS NOT NULL)),
    CONSTRAINT ck_ledger_accounts__building_id
        CHECK ((kind IN ('unit', 'seller')) = (building_id IS NOT NULL)),
    CONSTRAINT ck_ledger_accounts__project_id CHECK ((kind = 'subsidy') = (project_id IS NOT NULL)),
    CONSTRAINT uq_ledger_accounts__book_id_code UNIQUE (book_id, code),
    CONSTRAINT uq_ledger_accounts__id_book_id_kind UNIQUE (id, book_id, kind)
);
CREATE INDEX ix_ledger_accounts__unit_id ON ledger_accounts (unit_id);
CREATE INDEX ix_ledger_accounts__building_id ON ledger_accounts (building_id);
CREATE INDEX ix_ledger_accounts__project_id ON ledger_accounts (project_id);

-- 允许的对应科目: which account may be debited against which, for each event. Entries refer to it, so that no
-- other movement can be written: none from unit to unit, none from building to building.
CREATE TABLE ledger_moves (
    event TEXT NOT NULL,
    debit_kind TEXT NOT NULL,
    credit_kind TEXT NOT NULL,
    CONSTRAINT pk_ledger_moves PRIMARY KEY (event, debit_kind, credit_kind)
);
INSERT INTO ledger_moves (event, debit_kind, credit_kind) VALUES
    ('opening_balance', 'bank', 'unit'),
    ('opening_balance', 'bank', 'seller'),
    ('opening_balance', 'bank', 'unallocated'),
    ('opening_balance', 'bank', 'public_revenue'),
    ('opening_balance', 'bank', 'suspense'),
    ('opening_balance', 'investment', 'unit'),
    ('opening_balance', 'investment', 'seller'),
    ('opening_balance', 'investment', 'unallocated'),
    ('deposit', 'bank', 'unit'),
    ('deposit', 'bank', 'suspense'),
    ('deposit_identified', 'suspense', 'unit'),
    ('deposit_identified', 'suspense', 'seller'),
    ('deposit_identified', 'suspense', 'public_revenue'),
    ('seller_deposit', 'bank', 'seller'),
    ('public_revenue_received', 'bank', 'public_revenue'),
    ('public_revenue_credited', 'public_revenue', 'unit'),
    ('interest_received', 'bank', 'unallocated'),
    ('interest_allocated', 'unallocated', 'unit'),
    ('interest_allocated', 'unallocated', 'seller'),
    ('invested', 'investment', 'bank'),
    ('investment_redeemed', 'bank', 'investment'),
    ('investment_redeemed', 'bank', 'unallocated'),
    ('contractor_paid', 'unit', 'bank'),
    ('contractor_paid', 'seller', 'bank'),
    ('settlement_recovered', 'bank', 'unit'),
    ('settlement_recovered', 'bank', 'seller'),
    ('subsidy_received', 'bank', 'subsidy'),
    ('subsidy_credited', 'subsidy', 'unit'),
    ('subsidy_to_project', 'subsidy', 'bank'),
    ('clawback_due', 'unit', 'subsidy_repayable'),
    ('clawback_due', 'subsidy', 'subsidy_repayable'),
    ('clawback_paid', 'subsidy_repayable', 'bank'),
    ('house_gone', 'unit', 'refund'),
    ('house_gone', 'seller', 'refund'),
    ('refund_paid', 'refund', 'bank'),
    ('mispayment_refunded', 'unit', 'bank'),
    ('mispayment_refunded', 'suspense', 'bank'),
    ('reversal', 'bank', 'investment'),
    ('reversal', 'bank', 'refund'),
    ('reversal', 'bank', 'seller'),
    ('reversal', 'bank', 'subsidy'),
    ('reversal', 'bank', 'subsidy_repayable'),
    ('reversal', 'bank', 'suspense'),
    ('reversal', 'bank', 'unit'),
    ('reversal', 'investment', 'bank'),
    ('reversal', 'public_revenue', 'bank'),
    ('reversal', 'public_revenue', 'suspense'),
    ('reversal', 'refund', 'seller'),
    ('reversal', 'refund', 'unit'),
    ('reversal', 'seller', 'bank'),
    ('reversal', 'seller', 'investment'),
    ('reversal', 'seller', 'suspense'),
    ('reversal', 'seller', 'unallocated'),
    ('reversal', 'subsidy', 'bank'),
    ('reversal', 'subsidy_repayable', 'subsidy'),
    ('reversal', 'subsidy_repayable', 'unit'),
    ('reversal', 'suspense', 'bank'),
    ('reversal', 'unallocated', 'bank'),
    ('reversal', 'unallocated', 'investment'),
    ('reversal', 'unit', 'bank'),
    ('reversal', 'unit', 'investment'),
    ('reversal', 'unit', 'public_revenue'),
    ('reversal', 'unit', 'subsidy'),
    ('reversal', 'unit', 'suspense'),
    ('reversal', 'unit', 'unallocated');

-- 预留: an amount that is set aside on several accounts for one purpose, until it is paid, released or the
-- time is over. `settled_fen` is what was paid out of it.
CREATE TABLE ledger_reservations (
    id UUID NOT NULL CONSTRAINT pk_ledger_reservations PRIMARY KEY,
    book_id UUID NOT NULL CONSTRAINT fk_ledger_reservations__book_id REFERENCES ledger_books (id),
    subject TEXT NOT NULL,
    amount_fen BIGINT NOT NULL CONSTRAINT ck_ledger_reservations__amount_fen
        CHECK (amount_fen = CAST(amount_fen AS BIGINT) AND amount_fen > 0),
    settled_fen BIGINT NOT NULL CONSTRAINT ck_ledger_reservations__settled_fen
        CHECK (settled_fen = CAST(settled_fen AS BIGINT)
            AND settled_fen >= 0 AND settled_fen <= amount_fen),
    state TEXT NOT NULL CONSTRAINT ck_ledger_reservations__state
        CHECK (state IN ('held', 'settled', 'released', 'expired')),
    expires_at TIMESTAMP NOT NULL,
    maker_name TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    version INTEGER NOT NULL
);
CREATE INDEX ix_ledger_reservations__book_id ON ledger_reservations (book_id);
CREATE INDEX ix_ledger_reservations__subject ON ledger_reservations (subject);
CREATE INDEX ix_ledger_reservations__state_expires_at ON ledger_reservations (state, expires_at);
CREATE TABLE ledger_holds (
    reservation_id UUID NOT NULL CONSTRAINT fk_ledger_holds__reservation_id
        REFERENCES ledger_reservations (id),
    account_id UUID NOT NULL CONSTRAINT fk_ledger_holds__account_id REFERENCES ledger_accounts (id),
    amount_fen BIGINT NOT NULL CONSTRAINT ck_ledger_holds__amount_fen
        CHECK (amount_fen = CAST(amount_fen AS BIGINT) AND amount_fen > 0),
    settled_fen BIGINT NOT NULL CONSTRAINT ck_ledger_holds__settled_fen
        CHECK (settled_fen = CAST(settled_fen AS BIGINT)
            AND settled_fen >= 0 AND settled_fen <= amount_fen),
    CONSTRAINT pk_ledger_holds PRIMARY KEY (reservation_id, account_id)
);
CREATE INDEX ix_ledger_holds__account_id ON ledger_holds (account_id);

-- 记账凭证: a journal of entries that were posted together. `bank_serial` 银行流水号 is booked once in its
-- books. From the payment on, and for what corrects, whoever checks is not whoever made it.
CREATE TABLE ledger_journals (
    id UUID NOT NULL CONSTRAINT pk_ledger_journals PRIMARY KEY,
    book_id UUID NOT NULL CONSTRAINT fk_ledger_journals__book_id REFERENCES ledger_books (id),
    number BIGINT NOT NULL CONSTRAINT ck_ledger_journals__number
        CHECK (number = CAST(number AS BIGINT) AND number > 0),
    event TEXT NOT NULL CONSTRAINT ck_ledger_journals__event CHECK (event IN (
        'opening_balance', 'deposit', 'deposit_identified', 'seller_deposit',
        'public_revenue_received', 'public_revenue_credited', 'interest_received',
        'interest_allocated', 'invested', 'investment_redeemed', 'contractor_paid',
        'settlement_recovered', 'subsidy_received', 'subsidy_credited', 'subsidy_to_project',
        'clawback_due', 'clawback_paid', 'house_gone', 'refund_paid', 'mispayment_refunded',
        'reversal')),
    on_date DATE NOT NULL,
    amount_fen BIGINT NOT NULL CONSTRAINT ck_ledger_journals__amount_fen
        CHECK (amount_fen = CAST(amount_fen AS BIGINT) AND amount_fen > 0),
    narrative TEXT NOT NULL,
    bank_serial TEXT,
    document TEXT,
    subject TEXT,
    vote_id UUID CONSTRAINT fk_ledger_journals__vote_id REFERENCES votes (id),
    project_id UUID CONSTRAINT fk_ledger_journals__project_id REFERENCES projects (id),
    reservation_id UUID CONSTRAINT fk_ledger_journals__reservation_id REFERENCES ledger_reservations (id),
    reverses_id UUID CONSTRAINT fk_ledger_journals__reverses_id REFERENCES ledger_journals (id),
    maker_id UUID CONSTRAINT fk_ledger_journals__maker_id REFERENCES accounts (id),
    maker_name TEXT NOT NULL,
    checker_id UUID CONSTRAINT fk_ledger_journals__checker_id REFERENCES accounts (id),
    checker_name TEXT,
    second_checker_id UUID CONSTRAINT fk_ledger_journals__second_checker_id REFERENCES accounts (id),
    second_checker_name TEXT,
    log_seq BIGINT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    CONSTRAINT ck_ledger_journals__reverses_id CHECK ((event = 'reversal') = (reverses_id IS NOT NULL)),
    CONSTRAINT ck_ledger_journals__checker_id CHECK (checker_id <> maker_id
        AND (second_checker_id IS NULL
            OR (checker_id IS NOT NULL AND second_checker_id <> maker_id
                AND second_checker_id <> checker_id))),
    CONSTRAINT ck_ledger_journals__checked CHECK (event IN (
        'deposit', 'deposit_identified', 'seller_deposit', 'public_revenue_received',
        'public_revenue_credited', 'interest_received', 'interest_allocated', 'invested',
        'investment_redeemed')
        OR (maker_id IS NOT NULL AND checker_id IS NOT NULL)),
    CONSTRAINT uq_ledger_journals__book_id_number UNIQUE (book_id, number),
    CONSTRAINT uq_ledger_journals__book_id_bank_serial UNIQUE (book_id, bank_serial),
    CONSTRAINT uq_ledger_journals__reverses_id UNIQUE (reverses_id),
    CONSTRAINT uq_ledger_journals__id_book_id_event UNIQUE (id, book_id, event)
);
CREATE INDEX ix_ledger_journals__book_id_on_date ON ledger_journals (book_id, on_date);
CREATE INDEX ix_ledger_journals__subject ON ledger_journals (subject);
CREATE INDEX ix_ledger_journals__vote_id ON ledger_journals (vote_id);
CREATE INDEX ix_ledger_journals__project_id ON ledger_journals (project_id);
CREATE INDEX ix_ledger_journals__reservation_id ON ledger_journals (reservation_id);
CREATE INDEX ix_ledger_journals__maker_id ON ledger_journals (maker_id);
CREATE INDEX ix_ledger_journals__checker_id ON ledger_journals (checker_id);
CREATE INDEX ix_ledger_journals__second_checker_id ON ledger_journals (second_checker_id);

-- 分录: one amount from one account to another, so that every entry balances by itself. Both accounts are of
-- the journal's books, and the pair is one that the event allows.
CREATE TABLE ledger_entries (
    journal_id UUID NOT NULL,
    position INTEGER NOT NULL,
    book_id UUID NOT NULL,
    event TEXT NOT NULL,
    debit_account_id UUID NOT NULL,
    debit_kind TEXT NOT NULL,
    credit_account_id UUID NOT NULL,
    credit_kind TEXT NOT NULL,
    amount_fen BIGINT NOT NULL CONSTRAINT ck_ledger_entries__amount_fen
        CHECK (amount_fen = CAST(amount_fen AS BIGINT) AND amount_fen > 0),
    CONSTRAINT pk_ledger_entries PRIMARY KEY (journal_id, position),
    CONSTRAINT fk_ledger_entries__journal_id_book_id_event
        FOREIGN KEY (journal_id, book_id, event) REFERENCES ledger_journals (id, book_id, event),
    CONSTRAINT fk_ledger_entries__event_debit_kind_credit_kind
        FOREIGN KEY (event, debit_kind, credit_kind)
        REFERENCES ledger_moves (event, debit_kind, credit_kind),
    CONSTRAINT fk_ledger_entries__debit_account_id_book_id_debit_kind
        FOREIGN KEY (debit_account_id, book_id, debit_kind)
        REFERENCES ledger_accounts (id, book_id, kind),
    CONSTRAINT fk_ledger_entries__credit_account_id_book_id_credit_kind
        FOREIGN KEY (credit_account_id, book_id, credit_kind)
        REFERENCES ledger_accounts (id, book_id, kind)
);
CREATE INDEX ix_ledger_entries__book_id ON ledger_entries (book_id);
CREATE INDEX ix_ledger_entries__debit_account_id ON ledger_entries (debit_account_id);
CREATE INDEX ix_ledger_entries__credit_account_id ON ledger_entries (credit_account_id);

-- 结账: nothing is booked on or before `through` any more. `trial_balance` is the text whose SHA-256 stands in
-- the log.
CREATE TABLE ledger_periods (
    id UUID NOT NULL CONSTRAINT pk_ledger_periods PRIMARY KEY,
    book_id UUID NOT NULL CONSTRAINT fk_ledger_periods__book_id REFERENCES ledger_books (id),
    through DATE NOT NULL,
    last_number BIGINT NOT NULL,
    trial_balance TEXT NOT NULL,
    log_seq BIGINT NOT NULL,
    closer_id UUID NOT NULL CONSTRAINT fk_ledger_periods__closer_id REFERENCES accounts (id),
    closer_name TEXT NOT NULL,
    closed_at TIMESTAMP NOT NULL,
    CONSTRAINT uq_ledger_periods__book_id_through UNIQUE (book_id, through)
);
CREATE INDEX ix_ledger_periods__closer_id ON ledger_periods (closer_id);
