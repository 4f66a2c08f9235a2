DROP TRIGGER sheet_rechecks_no_rewrite ON sheet_rechecks;
DROP TRIGGER sheet_rechecks_no_delete ON sheet_rechecks;
DROP TRIGGER sheet_scans_no_rewrite ON sheet_scans;
DROP TRIGGER sheet_scans_no_delete ON sheet_scans;
