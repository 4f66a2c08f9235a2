CREATE TRIGGER elevator_requests_no_update BEFORE UPDATE ON elevator_requests
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER elevator_requests_no_delete BEFORE DELETE ON elevator_requests
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER elevator_steps_no_update BEFORE UPDATE ON elevator_steps
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER elevator_steps_no_delete BEFORE DELETE ON elevator_steps
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER elevator_plans_no_update BEFORE UPDATE ON elevator_plans
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER elevator_plans_no_delete BEFORE DELETE ON elevator_plans
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER elevator_shares_no_update BEFORE UPDATE ON elevator_shares
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER elevator_shares_no_delete BEFORE DELETE ON elevator_shares
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER elevator_mediations_no_update BEFORE UPDATE ON elevator_mediations
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER elevator_mediations_no_delete BEFORE DELETE ON elevator_mediations
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER elevator_signatures_no_delete BEFORE DELETE ON elevator_signatures
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER elevator_signatures_no_rewrite BEFORE UPDATE ON elevator_signatures FOR EACH ROW
WHEN (OLD.state <> 'waiting' OR NEW.plan_id <> OLD.plan_id OR NEW.share_id <> OLD.share_id
    OR NEW.signer_name <> OLD.signer_name OR NEW.recorded_by <> OLD.recorded_by OR NEW.recorded_at <> OLD.recorded_at)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER elevator_objections_no_delete BEFORE DELETE ON elevator_objections
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER elevator_objections_no_rewrite BEFORE UPDATE ON elevator_objections FOR EACH ROW
WHEN (OLD.closed_at IS NOT NULL OR NEW.case_id <> OLD.case_id OR NEW.unit_id <> OLD.unit_id
    OR NEW.kind <> OLD.kind OR NEW.text <> OLD.text OR NEW.filed_at <> OLD.filed_at)
EXECUTE FUNCTION refuse_change();
