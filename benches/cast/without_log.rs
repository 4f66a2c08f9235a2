//! The same cast without its log: the same authentication, batch, reads, checks and rows, but no leaf,
//! no tree, no signature and no proof in the answer. It exists here alone; what the server itself does
//! is `jiugai::voting::cast_many`.

use std::{
    collections::{HashMap, HashSet},
    sync::atomic::{AtomicI64, Ordering},
};

use actix_web::{HttpResponse, web};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, SelectableHelper};
use jiugai::{
    insert_many,
    kernel::{BallotId, ChoiceId, Code, HeadId, ItemId, Outcome, OwnerId, Refusal, VoteId},
    platform::{
        auth::{Authorized, permission::BallotCast},
        db::{
            Batch, Db, KeptAnswer, WriteTx, find_answers, insert_answers,
            schema::{ballot_choices, ballots, head_owners, heads},
        },
        http::{Body, Problem},
    },
    voting::{
        Cast, Channel, Choice, find_vote, list_items,
        model::{BallotRow, ChoiceRow, Command, HeadRow},
        rules::state::decide,
    },
};
use serde_json::{Value, json};

/// The queue of such ballots.
pub type Queue = Batch<Cast, Value>;

/// Starts it.
pub fn start_queue(db: &Db) -> Queue {
    Batch::start(db, "bench.cast", cast_many).unwrap()
}

/// A ballot's row needs a place in a log: a number that no other has.
static NEXT: AtomicI64 = AtomicI64::new(1);

#[expect(clippy::too_many_lines, reason = "one straight path, to be compared with the service's")]
fn cast_many(tx: &mut WriteTx<'_>, casts: &[Cast]) -> Outcome<Vec<Outcome<Value>>> {
    let conn = tx.conn();
    let vote_ids: HashSet<VoteId> = casts.iter().map(|cast| cast.vote_id).collect();
    let owner_ids: Vec<OwnerId> = casts.iter().map(|cast| cast.owner_id).collect();
    let mut votes = HashMap::new();
    for &id in &vote_ids {
        votes.insert(id, (find_vote(conn, id)?, list_items(conn, id)?));
    }
    let members: Vec<(VoteId, OwnerId, HeadId, bool)> = head_owners::table
        .filter(head_owners::vote_id.eq_any(Vec::from_iter(vote_ids)))
        .filter(head_owners::owner_id.eq_any(&owner_ids))
        .select((
            head_owners::vote_id,
            head_owners::owner_id,
            head_owners::head_id,
            head_owners::may_cast,
        ))
        .load(conn)?;
    let head_ids: Vec<HeadId> = members.iter().map(|member| member.2).collect();
    let standing: HashSet<(HeadId, ItemId)> = ballot_choices::table
        .inner_join(ballots::table)
        .filter(ballot_choices::head_id.eq_any(&head_ids))
        .filter(ballot_choices::standing.eq(true))
        .select((ballot_choices::head_id, ballot_choices::item_id))
        .load::<(HeadId, ItemId)>(conn)?
        .into_iter()
        .collect();
    let rows: Vec<HeadRow> =
        heads::table.filter(heads::id.eq_any(&head_ids)).select(HeadRow::as_select()).load(conn)?;
    let rows: HashMap<HeadId, HeadRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    let keys: Vec<_> = casts.iter().filter_map(|cast| cast.idempotency.clone()).collect();
    let kept = find_answers(conn, &keys)?;
    let members: HashMap<(VoteId, OwnerId), (HeadId, bool)> =
        members.into_iter().map(|(vote, owner, head, may)| ((vote, owner), (head, may))).collect();

    let (mut taken, mut choices, mut answers) = (Vec::new(), Vec::new(), Vec::new());
    let mut told = Vec::new();
    for cast in casts {
        let (vote, items) = &votes[&cast.vote_id];
        decide(vote.row.state, Command::Cast, &vote.facts(cast.admitted_at)?)?;
        let (head_id, may_cast) = members[&(cast.vote_id, cast.owner_id)];
        let is_new = cast
            .idempotency
            .as_ref()
            .is_none_or(|(principal, key)| !kept.iter().any(|kept| kept.is_for(principal, key)));
        let is_free = items.iter().all(|item| !standing.contains(&(head_id, item.id)));
        if !may_cast || !is_new || !is_free {
            told.push(Err(Refusal::new(Code::DuplicateBallot)));
            continue;
        }
        let id = BallotId::new();
        let receipt = json!({ "ballot_id": id, "receipt": id.to_string(), "vote_id": cast.vote_id,
            "head_id": head_id, "area": rows[&head_id].area, "cast_at": cast.admitted_at,
            "channel": Channel::Online });
        taken.push(BallotRow {
            id,
            vote_id: cast.vote_id,
            head_id,
            owner_id: Some(cast.owner_id),
            sheet_id: None,
            channel: Channel::Online,
            cast_at: cast.admitted_at,
            receipt: id.to_string(),
            log_seq: NEXT.fetch_add(1, Ordering::Relaxed),
            actor_id: Some(cast.account_id),
            request_id: cast.request_id.clone(),
            proxy_id: None,
        });
        choices.extend(cast.choices.iter().map(|&(item_id, choice)| ChoiceRow {
            id: ChoiceId::new(),
            ballot_id: id,
            item_id,
            head_id,
            choice,
            standing: true,
            reading: 0,
        }));
        if let Some((principal, key)) = &cast.idempotency {
            answers.push(KeptAnswer {
                principal: principal.clone(),
                route: key.route.clone(),
                key: key.key.clone(),
                request_digest: key.request_digest.clone(),
                status: 201,
                body: receipt.to_string(),
                created_at: tx.now(),
            });
        }
        told.push(Ok(receipt));
    }
    insert_many!(tx.conn(), ballots::table, taken)?;
    insert_many!(tx.conn(), ballot_choices::table, choices)?;
    insert_answers(tx.conn(), &answers)?;
    for ballot in &taken {
        let payload = json!({ "vote_id": ballot.vote_id, "ballot_id": ballot.id,
            "head_id": ballot.head_id, "channel": ballot.channel });
        tx.emit("ballot.recorded", ballot.id, &payload);
    }
    Ok(told)
}

/// As `POST /api/v1/votes/{vote_id}/ballots`.
pub async fn cast(
    auth: Authorized<BallotCast>,
    (db, queue): (web::Data<Db>, web::Data<Queue>),
    vote_id: web::Path<VoteId>,
    body: Body<Value>,
) -> Result<HttpResponse, Problem> {
    let context = body.bind(auth.context());
    let principal = auth.principal();
    let choices = body.value["choices"].as_array().into_iter().flatten();
    let choices: Vec<(ItemId, Choice)> = choices
        .map(|choice| {
            let text = |name: &str| choice[name].as_str().unwrap_or_default();
            (text("item_id").parse().unwrap(), text("choice").parse().unwrap())
        })
        .collect();
    let cast = Cast {
        vote_id: *vote_id,
        owner_id: principal.owner_id.ok_or_else(|| Refusal::new(Code::NotOnRoll))?,
        account_id: principal.account_id,
        head_id: None,
        choices,
        admitted_at: db.clock().legal_now(),
        request_id: context.request_id,
        idempotency: context.idempotency.map(|key| (context.actor.key(), key)),
    };
    Ok(HttpResponse::Created().json(queue.submit(cast).await?))
}
