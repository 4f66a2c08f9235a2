-- What several buildings or a named set of units are called together; none where one community,
-- building or entrance decides.
ALTER TABLE votes ADD COLUMN scope_name TEXT;

CREATE TABLE vote_scope_buildings (
    vote_id UUID NOT NULL CONSTRAINT fk_vote_scope_buildings__vote_id REFERENCES votes (id),
    building_id UUID NOT NULL
        CONSTRAINT fk_vote_scope_buildings__building_id REFERENCES buildings (id),
    CONSTRAINT pk_vote_scope_buildings PRIMARY KEY (vote_id, building_id)
);
CREATE INDEX ix_vote_scope_buildings__building_id ON vote_scope_buildings (building_id);

CREATE TABLE vote_scope_units (
    vote_id UUID NOT NULL CONSTRAINT fk_vote_scope_units__vote_id REFERENCES votes (id),
    unit_id UUID NOT NULL CONSTRAINT fk_vote_scope_units__unit_id REFERENCES units (id),
    CONSTRAINT pk_vote_scope_units PRIMARY KEY (vote_id, unit_id)
);
CREATE INDEX ix_vote_scope_units__unit_id ON vote_scope_units (unit_id);
