//! A composite decision is opened, takes votes, and goes to the authority once all of them passed.

use serde_json::json;

use super::{
    composite_views::{CompositeView, find_composite},
    facts::{Vote, get_pack},
    packs::find_pack_in_force,
    scope::scope_kind,
};
use crate::kernel::{
    Code, CompositeId, CompositeMemberId, CompositePlaceId, Outcome, Refusal, VoteId,
};
use crate::platform::{
    auth::Reach,
    db::WriteTx,
    two_people::{Person, must_be_another},
};
use crate::registry::{RegisterScope, find_scope_place, require_standing_community};
use crate::voting::{
    model::{
        AuthorityRow, CompositeRow, CompositeVerdict, MemberOutcome, MemberRow, MemberVote,
        NewAuthority, NewComposite, NewPlace, PlaceRow, VoteScope,
    },
    rules::{
        composite::{PlacesFault, is_on, slots},
        pack_parts::CompositePart,
    },
    store::{composites, votes},
};

/// Opens a composite decision over these places.
///
/// # Errors
/// `not_found` for a place outside the reach; `invalid_field` for an unknown pack or composite, a
/// place named twice, or places that the composite's parts do not fit; `rule_pack_not_in_force`.
pub fn open_composite(
    tx: &mut WriteTx<'_>,
    reach: &Reach,
    new: &NewComposite,
) -> Outcome<CompositeId> {
    let (id, today) = (CompositeId::new(), tx.legal_now().local_date());
    let creator = Person::of(tx)?;
    let (pack, rules) = find_pack_in_force(tx.conn(), &new.rule_pack, today)?;
    let composite = find_composite(&rules, &new.composite).ok_or_else(|| {
        let known: Vec<_> = rules.composites.iter().map(|one| one.key.as_str()).collect();
        let detail = format!("one of: {}", known.join(", "));
        Refusal::field(Code::InvalidField, "/composite", detail)
    })?;
    let mut rows: Vec<PlaceRow> = Vec::new();
    for (index, place) in new.places.iter().enumerate() {
        let row = place_row(tx, reach, (id, index, place))?;
        let key = |row: &PlaceRow| (row.community_id, row.building_id, row.entrance_id);
        if rows.iter().any(|earlier| key(earlier) == key(&row)) {
            let pointer = format!("/places/{index}");
            return Err(Refusal::field(Code::InvalidField, &pointer, "named twice · 重复"));
        }
        rows.push(row);
    }
    let kinds: Vec<VoteScope> = rows.iter().map(PlaceRow::kind).collect();
    slots(composite, &kinds).map_err(unfit_places)?;
    let row = CompositeRow {
        id,
        rule_pack_id: pack.id,
        composite_key: new.composite.clone(),
        title: new.title.clone(),
        created_by: creator.id,
        creator_name: creator.name,
        created_at: tx.now(),
        version: 1,
    };
    composites::insert_composite(tx.conn(), &row, &rows)?;
    let after = json!({ "title": row.title, "places": rows.len() });
    tx.audit("composite.opened", ("composite", id), (None, Some(&after)));
    Ok(id)
}

fn place_row(
    tx: &mut WriteTx<'_>,
    reach: &Reach,
    (id, index, place): (CompositeId, usize, &NewPlace),
) -> Outcome<PlaceRow> {
    let scope = match (place.entrance_id, place.building_id) {
        (Some(id), _) => RegisterScope::Entrance(id),
        (None, Some(id)) => RegisterScope::Building(id),
        (None, None) => RegisterScope::Community(place.community_id),
    };
    let found = find_scope_place(tx.conn(), &scope)?
        .filter(|found| found.community_id == place.community_id)
        .filter(|found| place.building_id.is_none() || found.building_id == place.building_id)
        .ok_or_else(|| Refusal::new(Code::NotFound))?;
    if !reach.covers(&found.clone().into()) {
        return Err(Refusal::new(Code::NotFound));
    }
    require_standing_community(tx.conn(), found.community_id)?;
    let name = place.name.trim();
    Ok(PlaceRow {
        id: CompositePlaceId::new(),
        composite_id: id,
        position: i32::try_from(index).map_err(Refusal::internal)?,
        name: if name.is_empty() { found.community } else { name.to_owned() },
        division_code: found.division_code,
        community_id: found.community_id,
        building_id: found.building_id,
        entrance_id: place.entrance_id,
    })
}

fn unfit_places(fault: PlacesFault) -> Refusal {
    let (pointer, detail) = match fault {
        PlacesFault::None(kind) => {
            ("/places".to_owned(), format!("no {kind} is named · 缺少表决范围：{kind}"))
        }
        PlacesFault::Several(kind) => {
            ("/places".to_owned(), format!("only one {kind} decides · 只能有一个：{kind}"))
        }
        PlacesFault::Idle(index) => (
            format!("/places/{index}"),
            "no part of it is decided there · 无需该范围表决".to_owned(),
        ),
    };
    Refusal::field(Code::InvalidField, &pointer, detail)
}

/// Adds a vote, in the place and for the part that it fits. Where one stands there already that
/// failed or was voided, a re-vote takes its place if `replaces` names it; that one stays in the
/// history.
///
/// # Errors
/// `composite_member_unfit` for another rule pack, place or matter; `already_exists` for a vote that
/// belongs to a composite decision, or where another vote stands; `wrong_state` once the authority
/// has decided; `stale_version`.
pub fn add_member(
    tx: &mut WriteTx<'_>,
    view: &CompositeView,
    (vote, replaces): (&Vote, Option<VoteId>),
) -> Outcome<()> {
    let (id, vote_id) = (view.row.id, vote.row.id);
    if view.authority.is_some() {
        return Err(Refusal::new(Code::WrongState).detail("the authority has decided · 已作出决定"));
    }
    if composites::is_member(tx.conn(), vote_id)? {
        let detail = "the vote belongs to a composite decision already · 该表决已属于组合表决";
        return Err(Refusal::new(Code::AlreadyExists).detail(detail));
    }
    check_pack(tx, view, (vote, replaces.is_some()))?;
    let matters = votes::list_items(tx.conn(), vote_id)?;
    let fits = |(part, place, _): &Found<'_>| {
        // A building stays the same in whichever community it lies today.
        (place.building_id.is_some() || place.community_id == vote.row.community_id)
            && place.entrance_id == vote.row.entrance_id
            && (vote.row.entrance_id.is_some() || place.building_id == vote.row.building_id)
            && part.scope == place.kind()
            && part.scope == scope_kind(&vote.scope)
            && matters.iter().any(|item| is_on(part, &item.matter))
    };
    let fitting: Vec<Found<'_>> = view.slots()?.into_iter().filter(fits).collect();
    let held = |found: &&Found<'_>| found.2.map(|(row, ..)| row.vote_id) == replaces;
    let Some(&(part, place, stands)) = fitting.iter().find(held) else {
        return Err(no_slot(fitting.first(), replaces));
    };
    if let Some(member) = stands {
        give_way(tx, view, (part, member))?;
    }
    bump(tx, view)?;
    let position = view.composite()?.parts.iter().position(|other| std::ptr::eq(other, part));
    let row = MemberRow {
        id: CompositeMemberId::new(),
        composite_id: id,
        place_id: place.id,
        part: position.and_then(|part| i32::try_from(part).ok()).unwrap_or_default(),
        vote_id,
        added_at: tx.legal_now(),
        added_name: tx.actor().name.clone(),
        replaced_at: None,
    };
    composites::insert_member(tx.conn(), &row)?;
    let after = json!({ "vote_id": vote_id, "place": place.name, "replaces": replaces });
    tx.emit("composite.member_added", id, &after);
    tx.audit("composite.member_added", ("composite", id), (None, Some(&after)));
    Ok(())
}

type Found<'a> = (&'a CompositePart, &'a PlaceRow, Option<&'a MemberVote>);

/// The same version of the pack; a re-vote may have a newer one that says the same of the composite.
fn check_pack(
    tx: &mut WriteTx<'_>,
    view: &CompositeView,
    (vote, is_again): (&Vote, bool),
) -> Outcome<()> {
    if vote.row.rule_pack_id == view.row.rule_pack_id {
        return Ok(());
    }
    let pack = get_pack(tx.conn(), vote.row.rule_pack_id)?;
    let same = find_composite(&pack, &view.row.composite_key) == Some(view.composite()?);
    if is_again && same && pack.id == view.pack.id {
        return Ok(());
    }
    let refusal = Refusal::new(Code::CompositeMemberUnfit).with("have", vote.pack.digest()?);
    Err(refusal.with("need", view.pack.digest()?).detail("another rule pack · 规则包不同"))
}

fn no_slot(fitting: Option<&Found<'_>>, replaces: Option<VoteId>) -> Refusal {
    match fitting {
        Some((_, place, Some((member, ..)))) if replaces.is_none() => {
            Refusal::new(Code::AlreadyExists)
                .with("place", place.name.as_str())
                .with("vote_id", member.vote_id.to_string())
                .detail(
                    "another vote stands there; a re-vote names it in `replaces` · 该处已有表决",
                )
        }
        Some(_) => Refusal::field(
            Code::CompositeMemberUnfit,
            "/replaces",
            "that vote does not stand there · 被替换的表决不在此处",
        ),
        None => Refusal::new(Code::CompositeMemberUnfit)
            .detail("its scope and matter are no part of it · 表决范围或事项不符"),
    }
}

/// Only what failed or was voided gives way.
fn give_way(
    tx: &mut WriteTx<'_>,
    view: &CompositeView,
    (part, member): (&CompositePart, &MemberVote),
) -> Outcome<()> {
    let outcome = view.outcome(part, member);
    if !matches!(outcome, MemberOutcome::Failed | MemberOutcome::Voided) {
        let refusal = Refusal::new(Code::WrongState).with("outcome", outcome.as_str());
        return Err(
            refusal.detail("only a failed or voided vote is replaced · 仅未通过的可重新表决")
        );
    }
    let now = tx.legal_now();
    Ok(composites::set_replaced(tx.conn(), member.0.id, now)?)
}

fn bump(tx: &mut WriteTx<'_>, view: &CompositeView) -> Outcome<()> {
    let version = view.row.version;
    if composites::set_version(tx.conn(), (view.row.id, version))? {
        return Ok(());
    }
    Err(Refusal::new(Code::StaleVersion).with("version", version))
}

/// Records the authority's decision; only after all votes have passed, and not by whoever opened it.
///
/// # Errors
/// `forbidden` where a place lies outside the reach; `same_clerk`;
/// `composite_not_ready` with the numbers and the tests that were not met; `already_exists`;
/// `invalid_field` for a document of a later day.
pub fn record_authority(
    tx: &mut WriteTx<'_>,
    reach: &Reach,
    (view, new): (&CompositeView, &NewAuthority),
) -> Outcome<()> {
    let (id, now) = (view.row.id, tx.legal_now());
    if !view.places.iter().all(|(_, place)| reach.covers(place)) {
        return Err(Refusal::new(Code::Forbidden).detail("not over every place · 超出管辖范围"));
    }
    let person = Person::of(tx)?;
    must_be_another(view.row.created_by, &person)?;
    if view.authority.is_some() {
        return Err(Refusal::new(Code::AlreadyExists).detail("it was recorded · 已登记"));
    }
    let readiness = view.readiness()?;
    if readiness.verdict != CompositeVerdict::AllPassed {
        let explained = view.explain()?;
        let told = |name: &str| explained.get(name).cloned().unwrap_or_default();
        return Err(Refusal::new(Code::CompositeNotReady)
            .with("verdict", readiness.verdict.as_str())
            .with("required", readiness.required)
            .with("passed", readiness.passed)
            .with("failed", readiness.failed)
            .with("voided", readiness.voided)
            .with("undecided", readiness.undecided)
            .with("missing", readiness.missing)
            .with("lacks", told("lacks"))
            .with("missed", told("missed")));
    }
    if new.decided_on > now.local_date() {
        let detail = "the document's day is yet to come · 文件日期晚于今日";
        return Err(Refusal::field(Code::InvalidField, "/decided_on", detail));
    }
    bump(tx, view)?;
    let row = AuthorityRow {
        composite_id: id,
        approved: new.approved,
        authority: new.authority.clone(),
        document_number: new.document_number.clone(),
        decided_on: new.decided_on,
        evidence: new.evidence.clone(),
        announcement: new.announcement.clone(),
        recorded_by: person.id,
        recorder_name: person.name,
        recorded_at: now,
    };
    composites::insert_authority(tx.conn(), &row)?;
    let after = json!({ "approved": row.approved, "document_number": row.document_number });
    tx.emit("composite.authority_decided", id, &after);
    tx.audit("composite.authority_decided", ("composite", id), (None, Some(&after)));
    Ok(())
}
