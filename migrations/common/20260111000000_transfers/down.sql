DROP TABLE transfer_notices;
DROP TABLE vote_transfers;
