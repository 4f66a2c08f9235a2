//! What a composite decision has come to, from a fixed number of queries however many votes it has.

use std::{collections::HashMap, sync::Arc};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::facts::get_pack;
use crate::kernel::{
    Area, Code, CompositeId, CompositePlaceId, ItemId, Outcome, Refusal, Threshold, VoteId,
};
use crate::platform::{
    auth::{Place, Reach},
    db::Conn,
};
use crate::voting::{
    model::{
        AuthorityRow, CompositeRow, CompositeVerdict, ItemRow, MemberOutcome, MemberVote, PlaceRow,
        ResultRow, VoteScope, VoteState,
    },
    rules::{
        composite::{MemberItem, Slot, is_on, outcome_of, reaches, slots, verdict},
        composite_words::{MissedTest, Words, lack},
        count::Weight,
        pack::RulePack,
        pack_parts::{Composite, CompositePart},
    },
    store::composites,
};

/// A composite decision with all that it is judged on.
#[derive(Debug, Clone)]
pub struct CompositeView {
    /// The row.
    pub row: CompositeRow,
    /// The pinned pack.
    pub pack: Arc<RulePack>,
    /// Who votes.
    pub places: Vec<(PlaceRow, Place)>,
    /// Every vote that is or was a member.
    pub members: Vec<MemberVote>,
    /// The authority's decision.
    pub authority: Option<AuthorityRow>,
    items: HashMap<VoteId, Vec<ItemRow>>,
    results: HashMap<ItemId, ResultRow>,
}

/// A vote that the decision needs, and what it has come to.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SlotOut {
    /// The matter, by its key in the pack.
    pub matter: String,
    /// Who decides.
    pub scope: VoteScope,
    /// The place that votes.
    pub place_id: CompositePlaceId,
    /// What people call it.
    pub place: String,
    /// The vote that stands there now.
    pub vote_id: Option<VoteId>,
    /// What that vote is called.
    pub title: Option<String>,
    /// Where that vote stands.
    pub state: Option<VoteState>,
    /// What it has come to.
    pub outcome: MemberOutcome,
    /// What it lacks, in words; absent once it passed.
    pub lacks: Option<Words>,
    /// Whether it reached the pack's target, once its result is final; decides nothing.
    pub target_met: Option<bool>,
}

/// What those in favour come to over all votes whose result is final, against the target.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TargetOut {
    /// How part and line are compared, and the line, of the whole scope.
    pub line: String,
    /// The votes that reached it.
    pub votes_met: u64,
    /// The votes whose result is final.
    pub votes_final: u64,
    /// In favour over all of them: square metres.
    pub area_in_favour: Area,
    /// The whole of them: square metres.
    pub area_total: Area,
    /// In favour over all of them: heads.
    pub heads_in_favour: u64,
    /// The whole of them: heads.
    pub heads_total: u64,
    /// Whether all of them together reached it, by area and by heads; decides nothing.
    pub met: bool,
}

/// What a composite decision still needs.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CompositeReadiness {
    /// The composite decision.
    pub id: CompositeId,
    /// What the votes come to together.
    pub verdict: CompositeVerdict,
    /// How many votes are needed.
    pub required: u64,
    /// How many passed.
    pub passed: u64,
    /// How many failed.
    pub failed: u64,
    /// How many were voided.
    pub voided: u64,
    /// How many have no final result.
    pub undecided: u64,
    /// How many are not there.
    pub missing: u64,
    /// Each of them.
    pub votes: Vec<SlotOut>,
    /// The pack's target, where it has one.
    pub target: Option<TargetOut>,
    /// The authority's decision, once recorded.
    pub authority_decision: Option<AuthorityRow>,
}

impl CompositeView {
    /// Loads it within the reach: of staff by place, of an owner by standing on a member's roll.
    ///
    /// # Errors
    /// `not_found` where it is not there or not within the reach.
    pub fn load(conn: &mut Conn, id: CompositeId, reach: &Reach) -> Outcome<Self> {
        let absent = || Refusal::new(Code::NotFound);
        let row = composites::find_composite(conn, id)?.ok_or_else(absent)?;
        let places: Vec<(PlaceRow, Place)> = composites::list_places(conn, id)?
            .into_iter()
            .map(|row| (row.clone(), place_of(row)))
            .collect();
        if !places.iter().any(|(_, place)| reach.covers(place)) {
            let owner_id = reach.owner_id().ok_or_else(absent)?;
            if !composites::is_on_a_roll(conn, id, owner_id)? {
                return Err(absent());
            }
        }
        let pack = get_pack(conn, row.rule_pack_id)?;
        let members = composites::list_members(conn, id)?;
        let ids: Vec<VoteId> = members.iter().map(|(member, ..)| member.vote_id).collect();
        let mut items: HashMap<VoteId, Vec<ItemRow>> = HashMap::new();
        for item in composites::list_items_of(conn, &ids)? {
            items.entry(item.vote_id).or_default().push(item);
        }
        // The newest count of an item comes last.
        let counted = composites::list_results_of(conn, &ids)?;
        let results = counted.into_iter().map(|result| (result.item_id, result)).collect();
        let authority = composites::find_authority(conn, id)?;
        Ok(Self { row, pack, places, members, authority, items, results })
    }

    /// The composite of the pack.
    ///
    /// # Errors
    /// `internal` if the pinned pack has none of that key.
    pub fn composite(&self) -> Outcome<&Composite> {
        find_composite(&self.pack, &self.row.composite_key)
            .ok_or_else(|| Refusal::internal("the pinned pack lacks the composite"))
    }

    /// The votes that are needed, each with its part, its place and the member that stands there.
    ///
    /// # Errors
    /// As [`Self::composite`].
    pub fn slots(&self) -> Outcome<Vec<(&CompositePart, &PlaceRow, Option<&MemberVote>)>> {
        let composite = self.composite()?;
        let kinds: Vec<VoteScope> = self.places.iter().map(|(place, _)| place.kind()).collect();
        let slots = slots(composite, &kinds)
            .map_err(|fault| Refusal::internal(format!("stored places: {fault:?}")))?;
        let resolve = |slot: Slot| {
            let part = composite.parts.get(slot.part)?;
            let (place, _) = self.places.get(slot.place)?;
            let number = i32::try_from(slot.part).ok()?;
            let stands = self.members.iter().find(|(member, ..)| {
                member.replaced_at.is_none() && member.part == number && member.place_id == place.id
            });
            Some((part, place, stands))
        };
        Ok(slots.into_iter().filter_map(resolve).collect())
    }

    /// What a member has come to for its part.
    #[must_use]
    pub fn outcome(&self, part: &CompositePart, member: &MemberVote) -> MemberOutcome {
        let (row, _, state) = member;
        let item = |item: &ItemRow| MemberItem {
            matter: item.matter.clone(),
            passed: self.results.get(&item.id).map(|result| result.passed),
        };
        let items: Vec<_> = self.items_of(row.vote_id).iter().map(item).collect();
        outcome_of(part, *state, &items)
    }

    /// The items of a member vote.
    #[must_use]
    pub fn items_of(&self, id: VoteId) -> &[ItemRow] {
        self.items.get(&id).map(Vec::as_slice).unwrap_or_default()
    }

    /// The stored workings of a vote's items on the part, once its result is final.
    fn final_workings(&self, part: &CompositePart, member: &MemberVote) -> Outcome<Vec<Value>> {
        if member.2 != VoteState::Confirmed {
            return Ok(Vec::new());
        }
        let items = self.items_of(member.0.vote_id).iter();
        let on_it = items.filter(|item| is_on(part, &item.matter));
        on_it.filter_map(|item| self.results.get(&item.id)).map(working).collect()
    }

    /// A needed vote, with those in favour and the whole of its first item, once final.
    fn slot(
        &self,
        line: Option<Threshold>,
        (part, place, member): (&CompositePart, &PlaceRow, Option<&MemberVote>),
    ) -> Outcome<(SlotOut, Option<(Weight, Weight)>)> {
        let workings = match member {
            Some(member) => self.final_workings(part, member)?,
            None => Vec::new(),
        };
        let sums = workings.first().map(sums_of).transpose()?;
        let outcome = member.map_or(MemberOutcome::Missing, |member| self.outcome(part, member));
        let missed: Vec<MissedTest> =
            workings.iter().flat_map(tests_missed).map(missed_test).collect::<Outcome<_>>()?;
        let slot = SlotOut {
            matter: part.matter.clone(),
            scope: part.scope,
            place_id: place.id,
            place: place.name.clone(),
            vote_id: member.map(|(row, ..)| row.vote_id),
            title: member.map(|(_, title, _)| title.clone()),
            state: member.map(|(.., state)| *state),
            outcome,
            lacks: lack(&place.name, outcome, &missed),
            target_met: line.zip(sums).map(|(line, (yes, total))| reaches(line, yes, total)),
        };
        Ok((slot, sums))
    }

    /// What is missing: every needed vote with its outcome, and the target beside.
    ///
    /// # Errors
    /// `internal` if a stored working can't be read.
    pub fn readiness(&self) -> Outcome<CompositeReadiness> {
        let line = self.composite()?.target;
        let (mut reached, mut votes) = (Vec::new(), Vec::new());
        for slot in self.slots()? {
            let (slot, sums) = self.slot(line, slot)?;
            reached.extend(sums.zip(slot.target_met));
            votes.push(slot);
        }
        let outcomes: Vec<MemberOutcome> = votes.iter().map(|vote| vote.outcome).collect();
        let count = |wanted| count_of(outcomes.iter().filter(|outcome| **outcome == wanted));
        Ok(CompositeReadiness {
            id: self.row.id,
            verdict: verdict(&outcomes),
            required: count_of(outcomes.iter()),
            passed: count(MemberOutcome::Passed),
            failed: count(MemberOutcome::Failed),
            voided: count(MemberOutcome::Voided),
            undecided: count(MemberOutcome::Undecided),
            missing: count(MemberOutcome::Missing),
            votes,
            target: line.map(|line| target(line, &reached)),
            authority_decision: self.authority.clone(),
        })
    }

    /// Why: what each needed vote lacks, in words; the tests that were not met, each with its place,
    /// numbers, margin and clause; each member vote, also the replaced ones, with its items' tests.
    ///
    /// # Errors
    /// As [`Self::readiness`].
    pub fn explain(&self) -> Outcome<Value> {
        let readiness = self.readiness()?;
        let composite = self.composite()?;
        let (mut missed, mut members) = (Vec::new(), Vec::new());
        for member in &self.members {
            let (row, title, state) = member;
            let part = usize::try_from(row.part).ok().and_then(|part| composite.parts.get(part));
            let place = self.places.iter().find(|(place, _)| place.id == row.place_id);
            let (Some(part), Some((place, _))) = (part, place) else { continue };
            let is_public = matches!(state, VoteState::Published | VoteState::Confirmed);
            let mut workings = Vec::new();
            for item in self.items_of(row.vote_id).iter().filter(|_| is_public) {
                let Some(working) = self.results.get(&item.id).map(working).transpose()? else {
                    continue;
                };
                if row.replaced_at.is_none() && is_on(part, &item.matter) {
                    missed.extend(missed_of(&working, (place, row.vote_id, &item.title)));
                }
                workings.push(working);
            }
            members.push(json!({
                "vote_id": row.vote_id, "title": title, "state": state, "place": place.name,
                "matter": part.matter, "outcome": self.outcome(part, member),
                "replaced_at": row.replaced_at, "items": workings,
            }));
        }
        let lacks: Vec<&Words> =
            readiness.votes.iter().filter_map(|vote| vote.lacks.as_ref()).collect();
        Ok(json!({
            "rule_pack": { "key": self.pack.id, "version": self.pack.version,
                "digest": self.pack.digest()? },
            "composite": { "key": composite.key, "title": composite.title,
                "clause": composite.clause, "basis": composite.basis },
            "lacks": lacks, "readiness": readiness, "missed": missed, "members": members,
        }))
    }
}

/// Where it lies.
fn place_of(row: PlaceRow) -> Place {
    let (community_id, building_id) = (Some(row.community_id), row.building_id);
    Place { division_code: row.division_code, community_id, building_id }
}

/// The composite of that key in a pack.
#[must_use]
pub fn find_composite<'a>(pack: &'a RulePack, key: &str) -> Option<&'a Composite> {
    pack.composites.iter().find(|composite| composite.key == key)
}

/// [`CompositeView::readiness`] of one that may be seen.
///
/// # Errors
/// As [`CompositeView::load`].
pub fn readiness_of_composite(
    conn: &mut Conn,
    id: CompositeId,
    reach: &Reach,
) -> Outcome<CompositeReadiness> {
    CompositeView::load(conn, id, reach)?.readiness()
}

/// [`CompositeView::explain`] of one that may be seen.
///
/// # Errors
/// As [`CompositeView::load`].
pub fn explain_composite(conn: &mut Conn, id: CompositeId, reach: &Reach) -> Outcome<Value> {
    CompositeView::load(conn, id, reach)?.explain()
}

fn working(result: &ResultRow) -> Outcome<Value> {
    serde_json::from_str(&result.working).map_err(Refusal::internal)
}

fn count_of<T>(items: impl Iterator<Item = T>) -> u64 {
    u64::try_from(items.count()).unwrap_or(u64::MAX)
}

/// Those in favour and the whole scope, of a stored working.
fn sums_of(working: &Value) -> Outcome<(Weight, Weight)> {
    let sum = |name: &str| {
        let sum = working.get(name)?;
        let area: Area = sum.get("area")?.as_str()?.parse().ok()?;
        Some(Weight { area: u64::try_from(area.0).ok()?, heads: sum.get("heads")?.as_u64()? })
    };
    let sums = sum("for").zip(sum("total"));
    sums.ok_or_else(|| Refusal::internal("a stored working lacks its sums"))
}

fn target(line: Threshold, reached: &[((Weight, Weight), bool)]) -> TargetOut {
    let add = |(yes, total): (Weight, Weight), ((more, whole), _): &((Weight, Weight), bool)| {
        (yes.plus(*more), total.plus(*whole))
    };
    let (yes, total) = reached.iter().fold((Weight::default(), Weight::default()), add);
    TargetOut {
        line: line.to_string(),
        votes_met: count_of(reached.iter().filter(|(_, met)| *met)),
        votes_final: count_of(reached.iter()),
        area_in_favour: yes.area_value(),
        area_total: total.area_value(),
        heads_in_favour: yes.heads,
        heads_total: total.heads,
        met: reaches(line, yes, total),
    }
}

/// The tests of a working that were not met.
fn tests_missed(working: &Value) -> impl Iterator<Item = &Value> {
    let tests = working.get("predicates").and_then(Value::as_array).into_iter().flatten();
    tests.filter(|test| test.get("met").and_then(Value::as_bool) == Some(false))
}

fn missed_test(test: &Value) -> Outcome<MissedTest> {
    MissedTest::deserialize(test).map_err(Refusal::internal)
}

fn missed_of(working: &Value, (place, id, item): (&PlaceRow, VoteId, &str)) -> Vec<Value> {
    let told =
        |test: &Value| json!({ "place": place.name, "vote_id": id, "item": item, "test": test });
    tests_missed(working).map(told).collect()
}
