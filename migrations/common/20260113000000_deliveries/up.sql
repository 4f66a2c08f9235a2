-- Photos and scans that prove deliveries: re-encoded images, no metadata. One photo may prove many.
CREATE TABLE delivery_photos (
    id UUID NOT NULL CONSTRAINT pk_delivery_photos PRIMARY KEY,
    vote_id UUID NOT NULL CONSTRAINT fk_delivery_photos__vote_id REFERENCES votes (id),
    digest TEXT NOT NULL,
    media_type TEXT NOT NULL CONSTRAINT ck_delivery_photos__media_type
        CHECK (media_type IN ('image/jpeg', 'image/png')),
    size_bytes BIGINT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    content BYTEA NOT NULL,
    uploaded_at TIMESTAMP NOT NULL,
    uploaded_by UUID NOT NULL,
    uploader_name TEXT NOT NULL,
    CONSTRAINT uq_delivery_photos__vote_id_digest UNIQUE (vote_id, digest)
);

-- 送达记录: a unit of the roll was brought the papers of the vote, or was not; another person than the
-- recorder checks it. A correction is another row that names the one it replaces.
CREATE TABLE unit_deliveries (
    id UUID NOT NULL CONSTRAINT pk_unit_deliveries PRIMARY KEY,
    vote_id UUID NOT NULL CONSTRAINT fk_unit_deliveries__vote_id REFERENCES votes (id),
    unit_id UUID NOT NULL CONSTRAINT fk_unit_deliveries__unit_id REFERENCES units (id),
    unit_code TEXT NOT NULL,
    method TEXT NOT NULL CONSTRAINT ck_unit_deliveries__method
        CHECK (method IN ('in_person', 'sms', 'post', 'posted_notice')),
    outcome TEXT NOT NULL CONSTRAINT ck_unit_deliveries__outcome CHECK (outcome IN ('delivered', 'failed')),
    failure_reason TEXT,
    delivered_at TIMESTAMP NOT NULL,
    receiver TEXT,
    note TEXT,
    photo_id UUID CONSTRAINT fk_unit_deliveries__photo_id REFERENCES delivery_photos (id),
    replaces_id UUID CONSTRAINT fk_unit_deliveries__replaces_id REFERENCES unit_deliveries (id),
    correction_reason TEXT,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID NOT NULL,
    recorder_name TEXT NOT NULL,
    checked_at TIMESTAMP,
    checked_by UUID,
    checker_name TEXT,
    CONSTRAINT uq_unit_deliveries__replaces_id UNIQUE (replaces_id),
    CONSTRAINT ck_unit_deliveries__two_people CHECK (checked_by IS NULL OR checked_by <> recorded_by),
    CONSTRAINT ck_unit_deliveries__check CHECK ((checked_by IS NULL) = (checked_at IS NULL)
        AND (checked_by IS NULL) = (checker_name IS NULL)),
    CONSTRAINT ck_unit_deliveries__failure CHECK ((outcome = 'failed') = (failure_reason IS NOT NULL)),
    CONSTRAINT ck_unit_deliveries__correction CHECK ((replaces_id IS NULL) = (correction_reason IS NULL))
);
CREATE INDEX ix_unit_deliveries__vote_id_unit_id ON unit_deliveries (vote_id, unit_id);
CREATE INDEX ix_unit_deliveries__unit_id ON unit_deliveries (unit_id);
CREATE INDEX ix_unit_deliveries__photo_id ON unit_deliveries (photo_id);
