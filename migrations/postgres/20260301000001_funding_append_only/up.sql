CREATE TRIGGER funding_purposes_no_update BEFORE UPDATE ON funding_purposes
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER funding_purposes_no_delete BEFORE DELETE ON funding_purposes
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER funding_releases_no_update BEFORE UPDATE ON funding_releases
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER funding_releases_no_delete BEFORE DELETE ON funding_releases
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER funding_returns_no_update BEFORE UPDATE ON funding_returns
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER funding_returns_no_delete BEFORE DELETE ON funding_returns
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER funding_sources_no_delete BEFORE DELETE ON funding_sources
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER funding_sources_no_rewrite BEFORE UPDATE ON funding_sources FOR EACH ROW
WHEN ((OLD.closed_at IS NOT NULL AND (NEW.closed_at IS NULL OR NEW.closed_at <> OLD.closed_at))
    OR NEW.channel <> OLD.channel OR NEW.name <> OLD.name OR NEW.document <> OLD.document
    OR NEW.region <> OLD.region OR NEW.valid_from <> OLD.valid_from OR NEW.valid_until <> OLD.valid_until
    OR NEW.programme_only <> OLD.programme_only OR NEW.amount_fen <> OLD.amount_fen
    OR NEW.recorder_name <> OLD.recorder_name OR NEW.recorded_at <> OLD.recorded_at
    OR NEW.fund_reference IS DISTINCT FROM OLD.fund_reference
    OR NEW.supersedes_id IS DISTINCT FROM OLD.supersedes_id)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER funding_lines_no_delete BEFORE DELETE ON funding_lines
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER funding_lines_no_rewrite BEFORE UPDATE ON funding_lines FOR EACH ROW
WHEN (NEW.project_id <> OLD.project_id OR NEW.community_id <> OLD.community_id
    OR NEW.division_code <> OLD.division_code OR NEW.item_key <> OLD.item_key OR NEW.code <> OLD.code
    OR NEW.class <> OLD.class)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER funding_allocations_no_delete BEFORE DELETE ON funding_allocations
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER funding_allocations_no_rewrite BEFORE UPDATE ON funding_allocations FOR EACH ROW
WHEN (NEW.released_fen < OLD.released_fen OR NEW.source_id <> OLD.source_id OR NEW.line_id <> OLD.line_id
    OR NEW.purpose <> OLD.purpose OR NEW.code <> OLD.code OR NEW.class <> OLD.class
    OR NEW.division_code <> OLD.division_code OR NEW.region <> OLD.region OR NEW.valid_from <> OLD.valid_from
    OR NEW.valid_until <> OLD.valid_until OR NEW.allocated_on <> OLD.allocated_on
    OR NEW.amount_fen <> OLD.amount_fen OR NEW.note <> OLD.note OR NEW.recorder_name <> OLD.recorder_name
    OR NEW.recorded_at <> OLD.recorded_at)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER funding_commitments_no_delete BEFORE DELETE ON funding_commitments
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER funding_commitments_no_rewrite BEFORE UPDATE ON funding_commitments FOR EACH ROW
WHEN (NEW.released_fen < OLD.released_fen OR NEW.allocation_id <> OLD.allocation_id
    OR NEW.contract_number <> OLD.contract_number OR NEW.counterparty <> OLD.counterparty
    OR NEW.amount_fen <> OLD.amount_fen OR NEW.recorder_name <> OLD.recorder_name
    OR NEW.recorded_at <> OLD.recorded_at)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER funding_invoices_no_delete BEFORE DELETE ON funding_invoices
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER funding_invoices_no_rewrite BEFORE UPDATE ON funding_invoices FOR EACH ROW
WHEN (NEW.counterparty <> OLD.counterparty OR NEW.number <> OLD.number OR NEW.amount_fen <> OLD.amount_fen
    OR NEW.recorded_at <> OLD.recorded_at)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER funding_payments_no_delete BEFORE DELETE ON funding_payments
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER funding_payments_no_rewrite BEFORE UPDATE ON funding_payments FOR EACH ROW
WHEN (OLD.state <> 'proposed' OR NEW.commitment_id <> OLD.commitment_id OR NEW.invoice_id <> OLD.invoice_id
    OR NEW.amount_fen <> OLD.amount_fen OR NEW.proposed_by <> OLD.proposed_by
    OR NEW.proposer_name <> OLD.proposer_name OR NEW.proposed_at <> OLD.proposed_at)
EXECUTE FUNCTION refuse_change();
