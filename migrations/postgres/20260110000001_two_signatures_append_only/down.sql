DROP TRIGGER vote_extensions_no_rewrite ON vote_extensions;
DROP TRIGGER vote_extensions_no_delete ON vote_extensions;
DROP TRIGGER roll_amendments_no_rewrite ON roll_amendments;
DROP TRIGGER roll_amendments_no_delete ON roll_amendments;
