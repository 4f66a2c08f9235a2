-- Scans of returned sheets 扫描件: re-encoded images, no metadata. Nothing is deleted: removed is a state.
CREATE TABLE sheet_scans (
    id UUID NOT NULL CONSTRAINT pk_sheet_scans PRIMARY KEY,
    sheet_id UUID NOT NULL CONSTRAINT fk_sheet_scans__sheet_id REFERENCES sheets (id),
    digest TEXT NOT NULL,
    media_type TEXT NOT NULL CONSTRAINT ck_sheet_scans__media_type
        CHECK (media_type IN ('image/jpeg', 'image/png')),
    size_bytes BIGINT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    content BYTEA NOT NULL,
    -- Why it was added though the sheet was entered already.
    reason TEXT,
    scanned_at TIMESTAMP NOT NULL,
    scanned_by UUID NOT NULL,
    scanner_name TEXT NOT NULL,
    removed_at TIMESTAMP,
    removed_by UUID,
    remover_name TEXT,
    removal_reason TEXT,
    CONSTRAINT ck_sheet_scans__removed CHECK ((removed_at IS NULL) = (removed_by IS NULL)
        AND (removed_at IS NULL) = (remover_name IS NULL)
        AND (removed_at IS NULL) = (removal_reason IS NULL))
);
CREATE INDEX ix_sheet_scans__sheet_id ON sheet_scans (sheet_id);
-- An image stands once on a sheet: sending it again changes nothing.
CREATE UNIQUE INDEX uq_sheet_scans__sheet_id_digest ON sheet_scans (sheet_id, digest)
    WHERE removed_at IS NULL;

-- The sample re-check 抽样复核 of a vote's settled sheets before the result is confirmed.
CREATE TABLE sheet_rechecks (
    vote_id UUID NOT NULL CONSTRAINT pk_sheet_rechecks PRIMARY KEY
        CONSTRAINT fk_sheet_rechecks__vote_id REFERENCES votes (id),
    -- Settled sheets that it is drawn from.
    sheets INTEGER NOT NULL,
    -- Draws by heads, and as many by area; none where every sheet is read again.
    draws INTEGER,
    seed TEXT,
    seed_source TEXT,
    seed_drawn_at TIMESTAMP,
    started_at TIMESTAMP NOT NULL,
    started_by UUID NOT NULL,
    starter_name TEXT NOT NULL,
    -- Sheets that were read again; the serials of those that differ, with spaces between.
    read_count INTEGER NOT NULL,
    differing TEXT NOT NULL,
    finished_at TIMESTAMP,
    version INTEGER NOT NULL,
    CONSTRAINT ck_sheet_rechecks__seed CHECK ((draws IS NULL OR seed IS NOT NULL)
        AND (seed IS NULL) = (seed_source IS NULL) AND (seed IS NULL) = (seed_drawn_at IS NULL))
);
