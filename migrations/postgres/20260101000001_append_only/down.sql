DROP TRIGGER audit_chain_no_change ON audit_chain;
DROP TRIGGER audit_log_no_change ON audit_log;
DROP FUNCTION refuse_change();
