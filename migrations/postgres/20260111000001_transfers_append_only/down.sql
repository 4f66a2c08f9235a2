DROP TRIGGER vote_transfers_no_rewrite ON vote_transfers;
DROP TRIGGER vote_transfers_no_delete ON vote_transfers;
