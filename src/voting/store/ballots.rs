//! Ballots, their choices, and attempts that were refused. Written in sets: a cast is a batch.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, QueryResult,
    RunQueryDsl, SelectableHelper,
};

use crate::kernel::{AttemptId, BallotId, ChoiceId, HeadId, ItemId, ProxyId, SheetId, VoteId};
use crate::platform::db::{
    Conn,
    schema::{ballot_attempts, ballot_choices, ballots},
};
use crate::voting::model::{AttemptRow, BallotRow, Channel, Choice, ChoiceRow};

/// Adds ballots with their choices, and attempts.
pub fn insert_ballots(
    conn: &mut Conn,
    ballots: &[BallotRow],
    choices: &[ChoiceRow],
    attempts: &[AttemptRow],
) -> QueryResult<()> {
    crate::insert_many!(&mut *conn, ballots::table, ballots)?;
    crate::insert_many!(&mut *conn, ballot_choices::table, choices)?;
    crate::insert_many!(conn, ballot_attempts::table, attempts)
}

/// Which of these heads have a standing choice, and how its ballot came in.
pub fn list_standing(conn: &mut Conn, heads: &[HeadId]) -> QueryResult<Vec<(HeadId, Channel)>> {
    ballot_choices::table
        .inner_join(ballots::table)
        .filter(ballot_choices::head_id.eq_any(heads))
        .filter(ballot_choices::standing.eq(true))
        .select((ballot_choices::head_id, ballots::channel))
        .distinct()
        .load(conn)
}

/// Lets choices stand, or stand no longer.
pub fn set_standing(conn: &mut Conn, choices: &[ChoiceId], standing: bool) -> QueryResult<()> {
    diesel::update(ballot_choices::table.filter(ballot_choices::id.eq_any(choices)))
        .set(ballot_choices::standing.eq(standing))
        .execute(conn)
        .map(|_| ())
}

/// A choice for the count: position of the head, item, choice; its ballot and reading.
pub type CountedChoice = (i32, ItemId, Choice, (BallotId, i32));

/// Every standing or invalid choice of a vote; not what an agent's power leaves out, where the owner
/// said nothing. After the close only.
pub fn list_choices(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<CountedChoice>> {
    use crate::platform::db::schema::heads;
    use diesel::JoinOnDsl;
    ballot_choices::table
        .inner_join(ballots::table)
        .inner_join(heads::table.on(heads::id.eq(ballot_choices::head_id)))
        .filter(ballots::vote_id.eq(vote_id))
        .filter(ballot_choices::standing.eq(true).or(
            ballot_choices::choice.eq(Choice::Invalid).and(ballots::channel.ne(Channel::Proxy)),
        ))
        .select((
            heads::position,
            ballot_choices::item_id,
            ballot_choices::choice,
            (ballot_choices::ballot_id, ballot_choices::reading),
        ))
        .load(conn)
}

/// Heads that have taken part, by any ballot: positions on the roll. Tells no choice.
pub fn list_participants(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<HeadId>> {
    ballot_choices::table
        .inner_join(ballots::table)
        .filter(ballots::vote_id.eq(vote_id))
        .filter(ballot_choices::standing.eq(true))
        .select(ballot_choices::head_id)
        .distinct()
        .load(conn)
}

/// The leaves of the ballots that stand, wholly or in part. After the close only.
pub fn list_standing_leaves(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<i64>> {
    ballot_choices::table
        .inner_join(ballots::table)
        .filter(ballots::vote_id.eq(vote_id))
        .filter(ballot_choices::standing.eq(true))
        .select(ballots::log_seq)
        .distinct()
        .load(conn)
}

/// The ballots of a vote, in the order of its log.
pub fn list_ballots(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<BallotRow>> {
    ballots::table
        .filter(ballots::vote_id.eq(vote_id))
        .order(ballots::log_seq)
        .select(BallotRow::as_select())
        .load(conn)
}

/// The choices of every ballot and reading of a vote, in the order of the ballot paper.
pub fn list_all_choices(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<ChoiceRow>> {
    use crate::platform::db::schema::vote_items;
    use diesel::JoinOnDsl;
    ballot_choices::table
        .inner_join(ballots::table)
        .inner_join(vote_items::table.on(vote_items::id.eq(ballot_choices::item_id)))
        .filter(ballots::vote_id.eq(vote_id))
        .order(vote_items::position)
        .select(ChoiceRow::as_select())
        .load(conn)
}

/// The ballots of some heads, oldest first.
pub fn list_ballots_of_heads(conn: &mut Conn, heads: &[HeadId]) -> QueryResult<Vec<BallotRow>> {
    ballots::table
        .filter(ballots::head_id.eq_any(heads))
        .order(ballots::id)
        .select(BallotRow::as_select())
        .load(conn)
}

/// The ballots that were cast by a proxy.
pub fn list_ballots_of_proxy(conn: &mut Conn, proxy_id: ProxyId) -> QueryResult<Vec<BallotRow>> {
    ballots::table.filter(ballots::proxy_id.eq(proxy_id)).select(BallotRow::as_select()).load(conn)
}

/// The ballot of a settled sheet.
pub fn find_ballot_of_sheet(conn: &mut Conn, sheet_id: SheetId) -> QueryResult<Option<BallotRow>> {
    ballots::table
        .filter(ballots::sheet_id.eq(sheet_id))
        .select(BallotRow::as_select())
        .first(conn)
        .optional()
}

/// The choices of some ballots, as cast first, then every correction.
pub fn list_choices_of_ballots(
    conn: &mut Conn,
    ballots: &[BallotId],
) -> QueryResult<Vec<ChoiceRow>> {
    ballot_choices::table
        .filter(ballot_choices::ballot_id.eq_any(ballots))
        .order((ballot_choices::reading, ballot_choices::id))
        .select(ChoiceRow::as_select())
        .load(conn)
}

/// The refused attempts of a vote, oldest first, after the cursor.
pub fn list_attempts(
    conn: &mut Conn,
    vote_id: VoteId,
    (after, limit): (Option<AttemptId>, i64),
) -> QueryResult<Vec<AttemptRow>> {
    let mut query = ballot_attempts::table
        .filter(ballot_attempts::vote_id.eq(vote_id))
        .select(AttemptRow::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(ballot_attempts::id.gt(after));
    }
    query.order(ballot_attempts::id).limit(limit).load(conn)
}
