CREATE TRIGGER fund_schemes_no_change BEFORE UPDATE OR DELETE ON fund_schemes
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER fund_payments_no_change BEFORE UPDATE OR DELETE ON fund_payments
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER fund_claim_units_no_change BEFORE UPDATE OR DELETE ON fund_claim_units
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER fund_bills_no_delete BEFORE DELETE ON fund_bills
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER fund_bills_pinned BEFORE UPDATE ON fund_bills FOR EACH ROW
WHEN (NEW.unit_id <> OLD.unit_id OR NEW.amount_fen <> OLD.amount_fen)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER fund_uses_no_delete BEFORE DELETE ON fund_uses
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER fund_uses_pinned BEFORE UPDATE ON fund_uses FOR EACH ROW
WHEN (NEW.amount_fen <> OLD.amount_fen OR NEW.use_vote_id <> OLD.use_vote_id)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER fund_use_shares_no_delete BEFORE DELETE ON fund_use_shares
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER fund_use_shares_pinned BEFORE UPDATE ON fund_use_shares FOR EACH ROW
WHEN (NEW.fund_fen <> OLD.fund_fen OR NEW.direct_fen <> OLD.direct_fen)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER fund_operations_no_delete BEFORE DELETE ON fund_operations
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER fund_operations_pinned BEFORE UPDATE ON fund_operations FOR EACH ROW
WHEN (NEW.body <> OLD.body OR NEW.maker_id <> OLD.maker_id OR OLD.state <> 'proposed')
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER fund_claims_no_delete BEFORE DELETE ON fund_claims
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER fund_claims_pinned BEFORE UPDATE ON fund_claims FOR EACH ROW
WHEN (NEW.amount_fen <> OLD.amount_fen OR NEW.project_id <> OLD.project_id)
EXECUTE FUNCTION refuse_change();
