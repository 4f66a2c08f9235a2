-- Whether the court annulled the item, or the whole vote.
ALTER TABLE vote_challenges ADD COLUMN annuls BOOLEAN NOT NULL DEFAULT FALSE;

-- Which item of the vote decided the requirement.
ALTER TABLE project_evidence ADD COLUMN item_id UUID
    CONSTRAINT fk_project_evidence__item_id REFERENCES vote_items (id);
CREATE INDEX ix_project_evidence__item_id ON project_evidence (item_id);

-- 居民菜单: the vote or the survey by which the item was chosen, with its numbers, as JSON.
ALTER TABLE plan_items ADD COLUMN chosen TEXT;

-- 时限: what the clock fires. A stage's deadlines end with the stage.
CREATE TABLE project_deadlines (
    id UUID NOT NULL CONSTRAINT pk_project_deadlines PRIMARY KEY,
    project_id UUID NOT NULL CONSTRAINT fk_project_deadlines__project_id REFERENCES projects (id),
    kind TEXT NOT NULL CONSTRAINT ck_project_deadlines__kind
        CHECK (kind IN ('due_soon', 'overdue', 'escalated', 'publicity_over')),
    stage TEXT NOT NULL,
    evidence_id UUID CONSTRAINT fk_project_deadlines__evidence_id REFERENCES project_evidence (id),
    fires_at TIMESTAMP NOT NULL,
    state TEXT NOT NULL CONSTRAINT ck_project_deadlines__state CHECK (state IN ('waiting', 'fired', 'lapsed')),
    settled_at TIMESTAMP,
    CONSTRAINT ck_project_deadlines__settled CHECK ((settled_at IS NULL) = (state = 'waiting')),
    CONSTRAINT ck_project_deadlines__evidence CHECK ((evidence_id IS NULL) = (kind <> 'publicity_over'))
);
CREATE INDEX ix_project_deadlines__project_id ON project_deadlines (project_id);
CREATE INDEX ix_project_deadlines__evidence_id ON project_deadlines (evidence_id);
CREATE INDEX ix_project_deadlines__state_fires_at ON project_deadlines (state, fires_at);
