-- Until when staff may enter what households gave on paper or at the door before the close; NULL: the
-- close itself. The count waits for it.
ALTER TABLE surveys ADD COLUMN entry_until TIMESTAMP
    CONSTRAINT ck_surveys__entry_until CHECK (entry_until > closes_at);

-- How a household confirmed what two visitors took down, and the key that their phone gave the answer.
ALTER TABLE survey_answers ADD COLUMN confirmation TEXT
    CONSTRAINT ck_survey_answers__confirmation CHECK (confirmation IS NULL
        OR (channel = 'door' AND confirmation IN ('signed', 'message', 'recording')));
ALTER TABLE survey_answers ADD COLUMN client_key UUID;
CREATE UNIQUE INDEX uq_survey_answers__survey_id_client_key ON survey_answers (survey_id, client_key);

-- An answer entered after the close counts where another person typed the same from the paper.
CREATE TABLE survey_confirmations (
    answer_id UUID NOT NULL CONSTRAINT pk_survey_confirmations PRIMARY KEY
        CONSTRAINT fk_survey_confirmations__answer_id REFERENCES survey_answers (id),
    confirmed_by UUID NOT NULL,
    confirmer_name TEXT NOT NULL,
    confirmed_at TIMESTAMP NOT NULL
);

-- How the household confirmed what a correction makes of an entry.
ALTER TABLE consultation_corrections ADD COLUMN confirmation TEXT
    CONSTRAINT ck_consultation_corrections__confirmation
        CHECK (confirmation IN ('signed', 'message', 'recording'));

-- Staff takes an objection back by two people: one proposes, another confirms. It waits while no step
-- follows the `after_steps` that there were.
CREATE TABLE consultation_withdrawals (
    id UUID NOT NULL CONSTRAINT pk_consultation_withdrawals PRIMARY KEY,
    objection_id UUID NOT NULL CONSTRAINT fk_consultation_withdrawals__objection_id
        REFERENCES consultation_objections (id),
    after_steps INTEGER NOT NULL,
    text TEXT NOT NULL,
    proposed_by UUID NOT NULL,
    proposer_name TEXT NOT NULL,
    proposed_at TIMESTAMP NOT NULL,
    confirmed_by UUID,
    confirmer_name TEXT,
    confirmed_at TIMESTAMP,
    CONSTRAINT uq_consultation_withdrawals__objection_id_after_steps UNIQUE (objection_id, after_steps),
    CONSTRAINT ck_consultation_withdrawals__two_people
        CHECK (confirmed_by IS NULL OR confirmed_by <> proposed_by),
    CONSTRAINT ck_consultation_withdrawals__confirmed CHECK
        ((confirmed_by IS NULL) = (confirmed_at IS NULL) AND (confirmed_by IS NULL) = (confirmer_name IS NULL))
);
