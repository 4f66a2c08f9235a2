DROP TRIGGER sheet_rechecks_no_rewrite;
DROP TRIGGER sheet_rechecks_no_delete;
DROP TRIGGER sheet_scans_no_rewrite;
DROP TRIGGER sheet_scans_no_delete;
