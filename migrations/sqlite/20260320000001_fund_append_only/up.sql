CREATE TRIGGER fund_schemes_no_update BEFORE UPDATE ON fund_schemes
BEGIN SELECT RAISE(ABORT, 'fund_schemes is append-only'); END;
CREATE TRIGGER fund_schemes_no_delete BEFORE DELETE ON fund_schemes
BEGIN SELECT RAISE(ABORT, 'fund_schemes is append-only'); END;
CREATE TRIGGER fund_payments_no_update BEFORE UPDATE ON fund_payments
BEGIN SELECT RAISE(ABORT, 'fund_payments is append-only'); END;
CREATE TRIGGER fund_payments_no_delete BEFORE DELETE ON fund_payments
BEGIN SELECT RAISE(ABORT, 'fund_payments is append-only'); END;
CREATE TRIGGER fund_claim_units_no_update BEFORE UPDATE ON fund_claim_units
BEGIN SELECT RAISE(ABORT, 'fund_claim_units is append-only'); END;
CREATE TRIGGER fund_claim_units_no_delete BEFORE DELETE ON fund_claim_units
BEGIN SELECT RAISE(ABORT, 'fund_claim_units is append-only'); END;
CREATE TRIGGER fund_bills_no_delete BEFORE DELETE ON fund_bills
BEGIN SELECT RAISE(ABORT, 'fund_bills are never deleted'); END;
CREATE TRIGGER fund_bills_pinned BEFORE UPDATE ON fund_bills
WHEN NEW.unit_id <> OLD.unit_id OR NEW.amount_fen <> OLD.amount_fen
BEGIN SELECT RAISE(ABORT, 'fund_bills keep what they are'); END;
CREATE TRIGGER fund_uses_no_delete BEFORE DELETE ON fund_uses
BEGIN SELECT RAISE(ABORT, 'fund_uses are never deleted'); END;
CREATE TRIGGER fund_uses_pinned BEFORE UPDATE ON fund_uses
WHEN NEW.amount_fen <> OLD.amount_fen OR NEW.use_vote_id <> OLD.use_vote_id
BEGIN SELECT RAISE(ABORT, 'fund_uses keep what they are'); END;
CREATE TRIGGER fund_use_shares_no_delete BEFORE DELETE ON fund_use_shares
BEGIN SELECT RAISE(ABORT, 'fund_use_shares are never deleted'); END;
CREATE TRIGGER fund_use_shares_pinned BEFORE UPDATE ON fund_use_shares
WHEN NEW.fund_fen <> OLD.fund_fen OR NEW.direct_fen <> OLD.direct_fen
BEGIN SELECT RAISE(ABORT, 'fund_use_shares keep what they are'); END;
CREATE TRIGGER fund_operations_no_delete BEFORE DELETE ON fund_operations
BEGIN SELECT RAISE(ABORT, 'fund_operations are never deleted'); END;
CREATE TRIGGER fund_operations_pinned BEFORE UPDATE ON fund_operations
WHEN NEW.body <> OLD.body OR NEW.maker_id <> OLD.maker_id OR OLD.state <> 'proposed'
BEGIN SELECT RAISE(ABORT, 'fund_operations keep what they are'); END;
CREATE TRIGGER fund_claims_no_delete BEFORE DELETE ON fund_claims
BEGIN SELECT RAISE(ABORT, 'fund_claims are never deleted'); END;
CREATE TRIGGER fund_claims_pinned BEFORE UPDATE ON fund_claims
WHEN NEW.amount_fen <> OLD.amount_fen OR NEW.project_id <> OLD.project_id
BEGIN SELECT RAISE(ABORT, 'fund_claims keep what they are'); END;
