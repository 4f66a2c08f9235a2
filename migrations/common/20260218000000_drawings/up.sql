-- 图纸与效果图: pictures of plans, written anew without metadata; `original_digest` is of the file as it came.
CREATE TABLE plan_drawings (
    id UUID NOT NULL CONSTRAINT pk_plan_drawings PRIMARY KEY,
    project_id UUID NOT NULL CONSTRAINT fk_plan_drawings__project_id REFERENCES projects (id),
    file_name TEXT NOT NULL,
    digest TEXT NOT NULL,
    original_digest TEXT NOT NULL,
    media_type TEXT NOT NULL CONSTRAINT ck_plan_drawings__media_type
        CHECK (media_type IN ('image/jpeg', 'image/png')),
    size_bytes BIGINT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    content BYTEA NOT NULL,
    uploader_name TEXT NOT NULL,
    uploaded_at TIMESTAMP NOT NULL,
    CONSTRAINT uq_plan_drawings__project_id_digest UNIQUE (project_id, digest)
);

-- The drawings of a version, as JSON: part of the text that is hashed.
ALTER TABLE plan_versions ADD COLUMN drawings TEXT NOT NULL DEFAULT '[]';
