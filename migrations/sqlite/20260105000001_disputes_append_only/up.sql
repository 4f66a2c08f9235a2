CREATE TRIGGER ballot_disputes_no_delete BEFORE DELETE ON ballot_disputes
BEGIN SELECT RAISE(ABORT, 'ballot_disputes is append-only'); END;
-- A ruling may be proposed again until it is confirmed; what was disputed never changes.
CREATE TRIGGER ballot_disputes_no_rewrite BEFORE UPDATE ON ballot_disputes
WHEN OLD.confirmed_at IS NOT NULL OR NEW.ballot_id <> OLD.ballot_id OR NEW.vote_id <> OLD.vote_id
    OR NEW.reason <> OLD.reason OR NEW.text <> OLD.text OR NEW.filed_by <> OLD.filed_by
    OR NEW.filed_at <> OLD.filed_at OR NEW.log_seq <> OLD.log_seq OR NEW.filer IS NOT OLD.filer
BEGIN SELECT RAISE(ABORT, 'a dispute is never rewritten'); END;
-- Nobody rules on a ballot of an own head, or on a sheet that he entered.
CREATE TRIGGER ballot_disputes_no_own BEFORE UPDATE ON ballot_disputes
WHEN EXISTS (SELECT 1 FROM ballots b WHERE b.id = NEW.ballot_id AND (
    EXISTS (SELECT 1 FROM accounts a JOIN head_owners o ON o.owner_id = a.owner_id
        WHERE o.head_id = b.head_id AND (a.id = NEW.proposed_by OR a.id = NEW.confirmed_by))
    OR EXISTS (SELECT 1 FROM sheet_entries e WHERE e.sheet_id = b.sheet_id
        AND (e.clerk_id = NEW.proposed_by OR e.clerk_id = NEW.confirmed_by))))
BEGIN SELECT RAISE(ABORT, 'nobody rules on an own ballot or reading'); END;
-- A choice stands again only where a ruling took another ballot of its head out of the way.
CREATE TRIGGER ballot_choices_no_return BEFORE UPDATE ON ballot_choices
WHEN NEW.standing AND NOT OLD.standing AND NOT EXISTS (SELECT 1 FROM ballot_disputes d
    JOIN ballots b ON b.id = d.ballot_id
    WHERE b.head_id = NEW.head_id AND d.upheld AND d.confirmed_at IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'a choice stands again only by a ruling'); END;
CREATE TRIGGER ballot_notices_no_delete BEFORE DELETE ON ballot_notices
BEGIN SELECT RAISE(ABORT, 'ballot_notices is append-only'); END;
