CREATE TRIGGER funding_purposes_no_update BEFORE UPDATE ON funding_purposes
BEGIN SELECT RAISE(ABORT, 'funding_purposes is append-only'); END;
CREATE TRIGGER funding_purposes_no_delete BEFORE DELETE ON funding_purposes
BEGIN SELECT RAISE(ABORT, 'funding_purposes is append-only'); END;
CREATE TRIGGER funding_releases_no_update BEFORE UPDATE ON funding_releases
BEGIN SELECT RAISE(ABORT, 'funding_releases is append-only'); END;
CREATE TRIGGER funding_releases_no_delete BEFORE DELETE ON funding_releases
BEGIN SELECT RAISE(ABORT, 'funding_releases is append-only'); END;
CREATE TRIGGER funding_returns_no_update BEFORE UPDATE ON funding_returns
BEGIN SELECT RAISE(ABORT, 'funding_returns is append-only'); END;
CREATE TRIGGER funding_returns_no_delete BEFORE DELETE ON funding_returns
BEGIN SELECT RAISE(ABORT, 'funding_returns is append-only'); END;
CREATE TRIGGER funding_sources_no_delete BEFORE DELETE ON funding_sources
BEGIN SELECT RAISE(ABORT, 'funding_sources is append-only'); END;
CREATE TRIGGER funding_sources_no_rewrite BEFORE UPDATE ON funding_sources
WHEN (OLD.closed_at IS NOT NULL AND (NEW.closed_at IS NULL OR NEW.closed_at <> OLD.closed_at))
    OR NEW.channel <> OLD.channel OR NEW.name <> OLD.name OR NEW.document <> OLD.document
    OR NEW.region <> OLD.region OR NEW.valid_from <> OLD.valid_from OR NEW.valid_until <> OLD.valid_until
    OR NEW.programme_only <> OLD.programme_only OR NEW.amount_fen <> OLD.amount_fen
    OR NEW.recorder_name <> OLD.recorder_name OR NEW.recorded_at <> OLD.recorded_at
    OR NEW.fund_reference IS DISTINCT FROM OLD.fund_reference
    OR NEW.supersedes_id IS DISTINCT FROM OLD.supersedes_id
BEGIN SELECT RAISE(ABORT, 'a source never changes but for its totals'); END;
CREATE TRIGGER funding_lines_no_delete BEFORE DELETE ON funding_lines
BEGIN SELECT RAISE(ABORT, 'funding_lines is append-only'); END;
CREATE TRIGGER funding_lines_no_rewrite BEFORE UPDATE ON funding_lines
WHEN NEW.project_id <> OLD.project_id OR NEW.community_id <> OLD.community_id
    OR NEW.division_code <> OLD.division_code OR NEW.item_key <> OLD.item_key OR NEW.code <> OLD.code
    OR NEW.class <> OLD.class
BEGIN SELECT RAISE(ABORT, 'an item stays the item it is'); END;
CREATE TRIGGER funding_allocations_no_delete BEFORE DELETE ON funding_allocations
BEGIN SELECT RAISE(ABORT, 'funding_allocations is append-only'); END;
CREATE TRIGGER funding_allocations_no_rewrite BEFORE UPDATE ON funding_allocations
WHEN NEW.released_fen < OLD.released_fen OR NEW.source_id <> OLD.source_id OR NEW.line_id <> OLD.line_id
    OR NEW.purpose <> OLD.purpose OR NEW.code <> OLD.code OR NEW.class <> OLD.class
    OR NEW.division_code <> OLD.division_code OR NEW.region <> OLD.region OR NEW.valid_from <> OLD.valid_from
    OR NEW.valid_until <> OLD.valid_until OR NEW.allocated_on <> OLD.allocated_on
    OR NEW.amount_fen <> OLD.amount_fen OR NEW.note <> OLD.note OR NEW.recorder_name <> OLD.recorder_name
    OR NEW.recorded_at <> OLD.recorded_at
BEGIN SELECT RAISE(ABORT, 'an allocation is never rewritten'); END;
CREATE TRIGGER funding_commitments_no_delete BEFORE DELETE ON funding_commitments
BEGIN SELECT RAISE(ABORT, 'funding_commitments is append-only'); END;
CREATE TRIGGER funding_commitments_no_rewrite BEFORE UPDATE ON funding_commitments
WHEN NEW.released_fen < OLD.released_fen OR NEW.allocation_id <> OLD.allocation_id
    OR NEW.contract_number <> OLD.contract_number OR NEW.counterparty <> OLD.counterparty
    OR NEW.amount_fen <> OLD.amount_fen OR NEW.recorder_name <> OLD.recorder_name
    OR NEW.recorded_at <> OLD.recorded_at
BEGIN SELECT RAISE(ABORT, 'a commitment is never rewritten'); END;
CREATE TRIGGER funding_invoices_no_delete BEFORE DELETE ON funding_invoices
BEGIN SELECT RAISE(ABORT, 'funding_invoices is append-only'); END;
CREATE TRIGGER funding_invoices_no_rewrite BEFORE UPDATE ON funding_invoices
WHEN NEW.counterparty <> OLD.counterparty OR NEW.number <> OLD.number OR NEW.amount_fen <> OLD.amount_fen
    OR NEW.recorded_at <> OLD.recorded_at
BEGIN SELECT RAISE(ABORT, 'an invoice is never rewritten'); END;
CREATE TRIGGER funding_payments_no_delete BEFORE DELETE ON funding_payments
BEGIN SELECT RAISE(ABORT, 'funding_payments is append-only'); END;
CREATE TRIGGER funding_payments_no_rewrite BEFORE UPDATE ON funding_payments
WHEN OLD.state <> 'proposed' OR NEW.commitment_id <> OLD.commitment_id OR NEW.invoice_id <> OLD.invoice_id
    OR NEW.amount_fen <> OLD.amount_fen OR NEW.proposed_by <> OLD.proposed_by
    OR NEW.proposer_name <> OLD.proposer_name OR NEW.proposed_at <> OLD.proposed_at
BEGIN SELECT RAISE(ABORT, 'a payment is never rewritten'); END;
