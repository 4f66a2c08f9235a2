CREATE TRIGGER sitting_attendances_agent_stays BEFORE UPDATE ON sitting_attendances FOR EACH ROW
WHEN (NEW.proxy_id IS DISTINCT FROM OLD.proxy_id)
EXECUTE FUNCTION refuse_change();
