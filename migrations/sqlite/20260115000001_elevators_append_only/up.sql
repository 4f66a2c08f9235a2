CREATE TRIGGER elevator_requests_no_update BEFORE UPDATE ON elevator_requests
BEGIN SELECT RAISE(ABORT, 'elevator_requests is append-only'); END;
CREATE TRIGGER elevator_requests_no_delete BEFORE DELETE ON elevator_requests
BEGIN SELECT RAISE(ABORT, 'elevator_requests is append-only'); END;
CREATE TRIGGER elevator_steps_no_update BEFORE UPDATE ON elevator_steps
BEGIN SELECT RAISE(ABORT, 'elevator_steps is append-only'); END;
CREATE TRIGGER elevator_steps_no_delete BEFORE DELETE ON elevator_steps
BEGIN SELECT RAISE(ABORT, 'elevator_steps is append-only'); END;
CREATE TRIGGER elevator_plans_no_update BEFORE UPDATE ON elevator_plans
BEGIN SELECT RAISE(ABORT, 'elevator_plans is append-only'); END;
CREATE TRIGGER elevator_plans_no_delete BEFORE DELETE ON elevator_plans
BEGIN SELECT RAISE(ABORT, 'elevator_plans is append-only'); END;
CREATE TRIGGER elevator_shares_no_update BEFORE UPDATE ON elevator_shares
BEGIN SELECT RAISE(ABORT, 'elevator_shares is append-only'); END;
CREATE TRIGGER elevator_shares_no_delete BEFORE DELETE ON elevator_shares
BEGIN SELECT RAISE(ABORT, 'elevator_shares is append-only'); END;
CREATE TRIGGER elevator_mediations_no_update BEFORE UPDATE ON elevator_mediations
BEGIN SELECT RAISE(ABORT, 'elevator_mediations is append-only'); END;
CREATE TRIGGER elevator_mediations_no_delete BEFORE DELETE ON elevator_mediations
BEGIN SELECT RAISE(ABORT, 'elevator_mediations is append-only'); END;
CREATE TRIGGER elevator_signatures_no_delete BEFORE DELETE ON elevator_signatures
BEGIN SELECT RAISE(ABORT, 'elevator_signatures is append-only'); END;
CREATE TRIGGER elevator_signatures_no_rewrite BEFORE UPDATE ON elevator_signatures
WHEN OLD.state <> 'waiting' OR NEW.plan_id <> OLD.plan_id OR NEW.share_id <> OLD.share_id
    OR NEW.signer_name <> OLD.signer_name OR NEW.recorded_by <> OLD.recorded_by OR NEW.recorded_at <> OLD.recorded_at
BEGIN SELECT RAISE(ABORT, 'a signature is never rewritten'); END;
CREATE TRIGGER elevator_objections_no_delete BEFORE DELETE ON elevator_objections
BEGIN SELECT RAISE(ABORT, 'elevator_objections is append-only'); END;
CREATE TRIGGER elevator_objections_no_rewrite BEFORE UPDATE ON elevator_objections
WHEN OLD.closed_at IS NOT NULL OR NEW.case_id <> OLD.case_id OR NEW.unit_id <> OLD.unit_id
    OR NEW.kind <> OLD.kind OR NEW.text <> OLD.text OR NEW.filed_at <> OLD.filed_at
BEGIN SELECT RAISE(ABORT, 'an objection is never rewritten'); END;
