-- By which power the signature on the sheet was an agent's; none where an owner signed.
ALTER TABLE sheet_entries ADD COLUMN proxy_id UUID
    CONSTRAINT fk_sheet_entries__proxy_id REFERENCES proxies (id);
CREATE INDEX ix_sheet_entries__proxy_id ON sheet_entries (proxy_id);
