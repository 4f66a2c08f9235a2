DROP TRIGGER rule_packs_no_update ON rule_packs;
DROP TRIGGER ballot_choices_no_delete ON ballot_choices;
DROP TRIGGER ballot_choices_no_rewrite ON ballot_choices;
DROP TRIGGER ballots_no_change ON ballots;
DROP TRIGGER vote_transitions_no_change ON vote_transitions;
DROP TRIGGER ballot_attempts_no_change ON ballot_attempts;
DROP TRIGGER sheet_entries_no_change ON sheet_entries;
