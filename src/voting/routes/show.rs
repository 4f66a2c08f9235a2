//! What several handlers answer: a vote with its agenda, an owner's heads with their ballots.

use std::collections::{HashMap, HashSet};

use crate::kernel::{HeadId, Outcome, OwnerId};
use crate::platform::db::Conn;
use crate::voting::{
    dto::{BallotOut, ChoiceIn, HeadOut, HeldProxyOut, RollUnitOut, RunOffOfOut, VoteOut},
    model::BallotRow,
    service::{agenda::Agenda, changes::earlier, clones, extension::open_extension, facts::Vote},
    store::{ballots, notices, proxies, questions::find_run_off_of, rolls, votes},
};

/// A vote with its agenda and materials.
///
/// # Errors
/// Of the database.
pub fn show_vote(conn: &mut Conn, vote: Vote) -> Outcome<VoteOut> {
    let Agenda { items, questions } = Agenda::load(conn, vote.row.id)?;
    let run_off_of = find_run_off_of(conn, vote.row.id)?
        .map(|(question_id, vote_id)| RunOffOfOut { vote_id, question_id });
    let materials = votes::list_materials(conn, vote.row.id)?;
    let extension = open_extension(conn, &vote)?.map(Into::into);
    let (cloned_from, clones) = clones::find_relatives(conn, &vote)?;
    let out = VoteOut::of((vote.row, &vote.pack), (items, questions), materials);
    Ok(VoteOut { extension, cloned_from, clones, run_off_of, ..out })
}

/// The heads for which an owner stands or acts, with their units and ballots.
///
/// # Errors
/// Of the database.
pub fn show_heads(conn: &mut Conn, vote: &Vote, owner_id: OwnerId) -> Outcome<Vec<HeadOut>> {
    let mut heads = rolls::list_heads_of_owner(conn, vote.row.id, owner_id)?;
    let held = proxies::list_held(conn, &[vote.row.id], &[owner_id])?;
    let is_own = |id: HeadId| heads.iter().any(|(head, may_cast)| head.id == id && *may_cast);
    let held: Vec<HeadId> = held.iter().map(|row| row.head_id).filter(|id| !is_own(*id)).collect();
    heads.retain(|(head, _)| !held.contains(&head.id));
    heads.extend(rolls::list_some_heads(conn, &held)?.into_iter().map(|head| (head, true)));
    let ids: Vec<HeadId> = heads.iter().map(|(head, _)| head.id).collect();
    let mut units: HashMap<HeadId, Vec<RollUnitOut>> = HashMap::new();
    for unit in rolls::list_units_of_heads(conn, &ids)? {
        if let Some(head_id) = unit.head_id {
            units.entry(head_id).or_default().push(unit.into());
        }
    }
    let mut given: HashMap<HeadId, HeldProxyOut> = proxies::list_of_heads(conn, &ids)?
        .iter()
        .filter(|row| row.confirmed_at.is_some())
        .map(|row| (row.head_id, HeldProxyOut::of(row, owner_id)))
        .collect();
    let mut rows = ballots::list_ballots_of_heads(conn, &ids)?;
    let own_proxy = |head: &HeadId| given.get(head).map(|proxy| proxy.proxy_id);
    rows.retain(|row| !held.contains(&row.head_id) || row.proxy_id == own_proxy(&row.head_id));
    let mut ballots = ballots_of(conn, rows)?;
    let earlier = earlier(conn, &ids)?;
    let left =
        |head: &HeadId| earlier.get(head).copied().unwrap_or_default().changes_left(&vote.pack);
    Ok(heads
        .into_iter()
        .map(|(head, may_cast)| HeadOut {
            head_id: head.id,
            area: head.area,
            units: units.remove(&head.id).unwrap_or_default(),
            may_cast,
            proxy: given.remove(&head.id),
            changes_left: left(&head.id),
            ballots: ballots.remove(&head.id).unwrap_or_default(),
        })
        .collect())
}

fn ballots_of(conn: &mut Conn, rows: Vec<BallotRow>) -> Outcome<HashMap<HeadId, Vec<BallotOut>>> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let standing: HashSet<_> = notices::list_standing_ballots(conn, &ids)?.into_iter().collect();
    let mut choices: HashMap<_, Vec<ChoiceIn>> = HashMap::new();
    for row in ballots::list_choices_of_ballots(conn, &ids)? {
        let of_ballot = choices.entry(row.ballot_id).or_default();
        // A correction follows what it corrects.
        of_ballot.retain(|earlier| earlier.item_id != row.item_id);
        of_ballot.push(ChoiceIn { item_id: row.item_id, choice: row.choice });
    }
    let mut of_head: HashMap<HeadId, Vec<BallotOut>> = HashMap::new();
    for row in rows {
        of_head.entry(row.head_id).or_default().push(BallotOut {
            ballot_id: row.id,
            receipt: row.receipt,
            channel: row.channel,
            cast_at: row.cast_at,
            stands: standing.contains(&row.id),
            choices: choices.remove(&row.id).unwrap_or_default(),
        });
    }
    Ok(of_head)
}
