CREATE TRIGGER survey_confirmations_no_update BEFORE UPDATE ON survey_confirmations
BEGIN SELECT RAISE(ABORT, 'survey_confirmations is append-only'); END;
CREATE TRIGGER survey_confirmations_no_delete BEFORE DELETE ON survey_confirmations
BEGIN SELECT RAISE(ABORT, 'survey_confirmations is append-only'); END;
CREATE TRIGGER surveys_entry_until_stays BEFORE UPDATE ON surveys
WHEN NEW.entry_until IS NOT OLD.entry_until
BEGIN SELECT RAISE(ABORT, 'surveys is never rewritten'); END;
CREATE TRIGGER consultation_corrections_confirmation_stays BEFORE UPDATE ON consultation_corrections
WHEN NEW.confirmation IS NOT OLD.confirmation
BEGIN SELECT RAISE(ABORT, 'consultation_corrections keeps what was recorded'); END;
-- A withdrawal is confirmed once.
CREATE TRIGGER consultation_withdrawals_no_rewrite BEFORE UPDATE ON consultation_withdrawals
WHEN OLD.confirmed_at IS NOT NULL
    OR NEW.confirmed_at IS NULL
    OR NEW.id <> OLD.id
    OR NEW.objection_id <> OLD.objection_id
    OR NEW.after_steps <> OLD.after_steps
    OR NEW.text <> OLD.text
    OR NEW.proposed_by <> OLD.proposed_by
    OR NEW.proposer_name <> OLD.proposer_name
    OR NEW.proposed_at <> OLD.proposed_at
BEGIN SELECT RAISE(ABORT, 'consultation_withdrawals keeps what was recorded'); END;
CREATE TRIGGER consultation_withdrawals_no_delete BEFORE DELETE ON consultation_withdrawals
BEGIN SELECT RAISE(ABORT, 'consultation_withdrawals is append-only'); END;
