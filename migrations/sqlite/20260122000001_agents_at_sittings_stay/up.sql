CREATE TRIGGER sitting_attendances_agent_stays BEFORE UPDATE ON sitting_attendances
WHEN NEW.proxy_id IS NOT OLD.proxy_id
BEGIN SELECT RAISE(ABORT, 'an attendance is never rewritten'); END;
