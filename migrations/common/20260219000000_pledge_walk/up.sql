-- The pledges of a community are counted household by household, from the index alone.
CREATE INDEX ix_consultation_pledges__community_id_unit_id_id_kind_state
    ON consultation_pledges (community_id, unit_id, id, kind, state);
DROP INDEX ix_consultation_pledges__community_id;
