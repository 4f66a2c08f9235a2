DROP TABLE dev_inbox;
DROP TABLE limited_attempts;
DROP TABLE one_time_codes;
DROP TABLE grants;
DROP TABLE refresh_tokens;
DROP TABLE sessions;
DROP TABLE accounts;
