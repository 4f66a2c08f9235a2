-- By which proxy an agent came for a head; none where its owner came.
ALTER TABLE sitting_attendances ADD COLUMN proxy_id UUID
    CONSTRAINT fk_sitting_attendances__proxy_id REFERENCES proxies (id);
CREATE INDEX ix_sitting_attendances__proxy_id ON sitting_attendances (proxy_id);
