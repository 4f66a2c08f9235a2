DROP TABLE sheet_rechecks;
DROP TABLE sheet_scans;
