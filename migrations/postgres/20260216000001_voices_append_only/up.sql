CREATE TRIGGER survey_confirmations_no_change BEFORE UPDATE OR DELETE ON survey_confirmations
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER surveys_entry_until_stays BEFORE UPDATE ON surveys FOR EACH ROW
WHEN (NEW.entry_until IS DISTINCT FROM OLD.entry_until)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consultation_corrections_confirmation_stays BEFORE UPDATE ON consultation_corrections FOR EACH ROW
WHEN (NEW.confirmation IS DISTINCT FROM OLD.confirmation)
EXECUTE FUNCTION refuse_change();
-- A withdrawal is confirmed once.
CREATE TRIGGER consultation_withdrawals_no_rewrite BEFORE UPDATE ON consultation_withdrawals FOR EACH ROW
WHEN (OLD.confirmed_at IS NOT NULL
    OR NEW.confirmed_at IS NULL
    OR NEW.id <> OLD.id
    OR NEW.objection_id <> OLD.objection_id
    OR NEW.after_steps <> OLD.after_steps
    OR NEW.text <> OLD.text
    OR NEW.proposed_by <> OLD.proposed_by
    OR NEW.proposer_name <> OLD.proposer_name
    OR NEW.proposed_at <> OLD.proposed_at)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consultation_withdrawals_no_delete BEFORE DELETE ON consultation_withdrawals
FOR EACH ROW EXECUTE FUNCTION refuse_change();
