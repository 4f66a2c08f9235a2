-- 催办: households that have not voted are reminded, once a day at the most.
CREATE TABLE vote_reminders (
    id UUID NOT NULL CONSTRAINT pk_vote_reminders PRIMARY KEY,
    vote_id UUID NOT NULL CONSTRAINT fk_vote_reminders__vote_id REFERENCES votes (id),
    day DATE NOT NULL,
    heads INTEGER NOT NULL,
    asked_at TIMESTAMP NOT NULL,
    asked_by UUID NOT NULL,
    asker_name TEXT NOT NULL,
    CONSTRAINT uq_vote_reminders__vote_id_day UNIQUE (vote_id, day)
);

-- What became of a reminder at a household: a row per contact, or one row without a contact.
CREATE TABLE reminder_messages (
    id UUID NOT NULL CONSTRAINT pk_reminder_messages PRIMARY KEY,
    reminder_id UUID NOT NULL CONSTRAINT fk_reminder_messages__reminder_id REFERENCES vote_reminders (id),
    head_id UUID NOT NULL CONSTRAINT fk_reminder_messages__head_id REFERENCES heads (id),
    owner_id UUID CONSTRAINT fk_reminder_messages__owner_id REFERENCES owners (id),
    recipient TEXT NOT NULL,
    masked_contact TEXT,
    state TEXT NOT NULL CONSTRAINT ck_reminder_messages__state
        CHECK (state IN ('queued', 'sent', 'failed', 'no_contact', 'skipped')),
    at TIMESTAMP NOT NULL,
    CONSTRAINT uq_reminder_messages__reminder_id_head_id_recipient UNIQUE (reminder_id, head_id, recipient),
    CONSTRAINT ck_reminder_messages__contact CHECK ((owner_id IS NULL) = (masked_contact IS NULL))
);
CREATE INDEX ix_reminder_messages__head_id ON reminder_messages (head_id);
CREATE INDEX ix_reminder_messages__owner_id ON reminder_messages (owner_id);
