//! What is met and what is missing before a stage, from facts alone.

use crate::{
    kernel::{
        LastDay, Length, LocalDate, Outcome, Period, Ratio, Threshold, UtcTime, WorkCalendar,
    },
    renovation::model::{
        Among, Behind, CurrentPlan, EvidenceLink, Facts, Finding, Gate, GateAnswer, GateBase,
        Missing, Need, Proof, Requirement, Stage, VoteAbout, VoteFacts,
    },
    renovation::rules::{policy::kind, reviews::review, words},
};

/// How a requirement stands.
struct Verdict {
    missing: Option<Missing>,
    have: String,
    need: String,
    earliest: Option<LocalDate>,
}

impl Verdict {
    fn of(missing: Option<Missing>, have: impl ToString, need: impl ToString) -> Self {
        Self { missing, have: have.to_string(), need: need.to_string(), earliest: None }
    }
}

/// Each requirement with whether it is met.
#[must_use]
pub fn judge(
    due: &[(Stage, &Requirement)],
    facts: &Facts,
    calendar: &WorkCalendar,
) -> Vec<Finding> {
    due.iter().map(|(stage, one)| finding((*stage, one), facts, calendar)).collect()
}

fn finding((stage, one): (Stage, &Requirement), facts: &Facts, calendar: &WorkCalendar) -> Finding {
    let proof = facts.proofs.get(&one.key);
    let verdict = decide(one, (proof, facts), calendar);
    let is_review = matches!(one.need, Need::JointReview { .. });
    let review = facts.review.as_ref().filter(|_| is_review);
    let evidence =
        proof.map(|proof| EvidenceLink { evidence_id: proof.id, link: proof.link.clone() });
    Finding {
        requirement: one.key.clone(),
        kind: kind(&one.need),
        stage,
        title: one.title.clone(),
        title_en: one.title_en.clone(),
        met: verdict.missing.is_none(),
        reason: verdict.missing,
        message: verdict.missing.map(|reason| words::missing(reason).to_owned()),
        have: verdict.have,
        need: verdict.need,
        by: one.by.clone(),
        clause: one.clause.clone(),
        basis: one.basis,
        evidence,
        link: review.map(|review| review.link.clone()),
        earliest: verdict.earliest,
    }
}

fn decide(
    one: &Requirement,
    (proof, facts): (Option<&Proof>, &Facts),
    calendar: &WorkCalendar,
) -> Verdict {
    let plan = facts.plan.as_ref();
    match &one.need {
        Need::PlanFixed {} => Verdict::of(
            plan.is_none().then_some(Missing::PlanNotFixed),
            plan.map_or_else(
                || "-".to_owned(),
                |plan| format!("v{} {}", plan.fixed.number, plan.fixed.sha256),
            ),
            "固定的方案版本 · a fixed version",
        ),
        Need::SurveyGate { gate, of, share, coverage } => {
            let (missing, have) = survey((*gate, *of, *share, *coverage), proof, facts);
            Verdict::of(missing, have, survey_need((*gate, *of, *share, *coverage), proof))
        }
        Need::ConfirmedVote { about, among, class } => {
            let need = format!("已确认并通过的表决（{class}）· a confirmed vote that passed");
            let have = vote_of(proof).map_or("-", |vote| vote.state.as_str());
            let began = (plan, facts.created_at);
            let missing = vote_missing((*about, *among), proof, began).or_else(|| {
                let vote = vote_of(proof)?;
                if vote.class == *class { not_passed(vote) } else { Some(Missing::ClassTooLow) }
            });
            Verdict::of(missing, have, need)
        }
        Need::Publicity { days, of_plan, after } => {
            let bound = of_plan.then_some(plan);
            let after = after.as_ref().map(|key| facts.proofs.get(key));
            publicity((*days, proof), (bound, after), (facts, calendar))
        }
        Need::JointReview { departments } => {
            let (missing, have) =
                review(departments, (facts.review.as_ref(), plan.map(|plan| &plan.fixed)));
            Verdict::of(missing, have, departments.join("、"))
        }
        Need::Pledges { of, share } => {
            let of: Vec<&str> = of.iter().map(|pledge| words::pledge(*pledge)).collect();
            let (pledged, households) = facts.pledged.get(&one.key).copied().unwrap_or((0, 0));
            let missing = below(*share, pledged, households).then_some(Missing::ShareTooLow);
            let least = Threshold::at_least(*share).least_part(households);
            let need = format!("≥ {share}: {}; {least}/{households}", of.join("；"));
            Verdict::of(missing, format!("{pledged}/{households}"), need)
        }
        Need::ManagementModel {} => {
            let missing = match proof.map(|proof| &proof.behind) {
                None => Some(Missing::NoEvidence),
                Some(Behind::Vote(_) | Behind::VoteWithoutItem) => {
                    let wish = (VoteAbout::Wish, Among::Community);
                    let missing = vote_missing(wish, proof, (plan, facts.created_at));
                    missing.or_else(|| not_passed(vote_of(proof)?))
                }
                Some(_) => None,
            };
            Verdict::of(missing, shown(proof), "表决或决定 · a vote or a decision")
        }
        Need::Document {} => Verdict::of(absent(proof), shown(proof), "文件 · a document"),
    }
}

fn absent(proof: Option<&Proof>) -> Option<Missing> {
    proof.is_none().then_some(Missing::NoEvidence)
}

fn shown(proof: Option<&Proof>) -> String {
    proof.map_or_else(|| "-".to_owned(), |proof| proof.link.clone())
}

/// Whether a part misses its share; of nobody, every share is missed.
fn below(share: Ratio, part: u64, whole: u64) -> bool {
    whole == 0 || !Threshold::at_least(share).is_met(part, whole)
}

fn other_plan(proof: Option<&Proof>, plan: Option<&CurrentPlan>) -> Option<Missing> {
    let Some(plan) = plan else { return Some(Missing::PlanNotFixed) };
    let is_other = proof.is_some_and(|proof| plan.version(proof.plan).is_none());
    is_other.then_some(Missing::PlanChanged)
}

type GateRule = (Gate, GateBase, Ratio, Option<Ratio>);

const fn whole_of(base: GateBase, answer: &GateAnswer) -> u64 {
    match base {
        GateBase::Households => answer.households,
        GateBase::Answers => answer.answered,
    }
}

/// 河北's gates: 5·x ≥ 4·n in integers, of all households or of valid answers with a coverage floor.
fn survey(
    (gate, of, share, coverage): GateRule,
    proof: Option<&Proof>,
    facts: &Facts,
) -> (Option<Missing>, String) {
    let Some((proof, Behind::Survey(Some(answer)))) = proof.map(|proof| (proof, &proof.behind))
    else {
        return (Some(Missing::NoSurveyLinked), "-".to_owned());
    };
    let whole = whole_of(of, answer);
    let have = format!(
        "{}/{whole}; {}/{} 已答 · answered",
        answer.agreeing, answer.answered, answer.households
    );
    let missing = if answer.gate != gate || answer.community_id != facts.community_id {
        Some(Missing::OtherSurvey)
    } else if gate == Gate::Adopt && is_of_other_text(answer, (proof, facts.plan.as_ref())) {
        let plan = facts.plan.as_ref();
        Some(if plan.is_none() { Missing::PlanNotFixed } else { Missing::PlanChanged })
    } else if begins(gate, facts).is_none_or(|from| answer.opened_at.is_none_or(|at| at < from)) {
        Some(Missing::SurveyTooEarly)
    } else if !answer.is_closed {
        Some(Missing::SurveyOpen)
    } else if !answer.holds {
        Some(Missing::SurveyFailed)
    } else if coverage.is_some_and(|least| below(least, answer.answered, answer.households)) {
        Some(Missing::CoverageTooLow)
    } else {
        below(share, answer.agreeing, whole).then_some(Missing::ShareTooLow)
    };
    (missing, have)
}

/// From when on a survey may ask: of this project, and of what was built only after the building began.
const fn begins(gate: Gate, facts: &Facts) -> Option<UtcTime> {
    match gate {
        Gate::Include | Gate::Consult | Gate::Adopt => Some(facts.created_at),
        Gate::Accept => facts.building_at,
    }
}

/// Whether a survey is on no plan whose decisions hold, or began before that was fixed.
fn is_of_other_text(answer: &GateAnswer, (proof, plan): (&Proof, Option<&CurrentPlan>)) -> bool {
    let asked = plan.and_then(|plan| match &answer.plan_sha256 {
        Some(sha256) => plan.versions().find(|version| version.sha256 == *sha256),
        None => plan.version(proof.plan),
    });
    asked.is_none_or(|asked| answer.opened_at.is_none_or(|opened_at| opened_at < asked.fixed_at))
}

fn survey_need((gate, of, share, coverage): GateRule, proof: Option<&Proof>) -> String {
    let mut need = format!("{}: ≥ {share}（{}）", words::gate(gate), words::base(of));
    if let Some(Behind::Survey(Some(answer))) = proof.map(|proof| &proof.behind) {
        let whole = whole_of(of, answer);
        let least = Threshold::at_least(share).least_part(whole);
        need.push_str(&format!("; {least}/{whole}"));
    }
    if let Some(coverage) = coverage {
        need.push_str(&format!("; 参与率 · coverage ≥ {coverage}"));
    }
    need
}

const fn vote_of(proof: Option<&Proof>) -> Option<&VoteFacts> {
    match proof {
        Some(Proof { behind: Behind::Vote(vote), .. }) => Some(vote),
        _ => None,
    }
}

/// What keeps a vote from being one on this: its place, its item, its plan, its roll; `began` is the
/// plan and when the project was entered.
///
/// 珠海、成都: the works start only on a confirmed vote on exactly this version of the plan.
#[must_use]
pub fn vote_missing(
    (about, among): (VoteAbout, Among),
    proof: Option<&Proof>,
    (plan, created_at): (Option<&CurrentPlan>, UtcTime),
) -> Option<Missing> {
    if about == VoteAbout::Plan && plan.is_none() {
        return Some(Missing::PlanNotFixed);
    }
    let (proof, vote) = match proof.map(|proof| (proof, &proof.behind)) {
        Some((proof, Behind::Vote(vote))) => (proof, vote),
        Some((_, Behind::VoteWithoutItem)) => return Some(Missing::ItemNotNamed),
        _ => return Some(Missing::NoEvidence),
    };
    let is_of_place = match among {
        Among::Community => vote.of_community,
        Among::Part => vote.covers_plan,
    };
    if !is_of_place {
        return Some(Missing::VoteElsewhere);
    }
    let since = match (about, plan) {
        (VoteAbout::Plan, Some(plan)) => {
            if vote.is_option {
                return Some(Missing::ItemIsOption);
            }
            let mut decided = plan.versions().filter(|one| vote.materials.contains(&one.sha256));
            match decided.next() {
                Some(version) => version.fixed_at.max(created_at),
                None if plan.version(proof.plan).is_none() => return Some(Missing::PlanChanged),
                None => return Some(Missing::PlanNotInVote),
            }
        }
        (VoteAbout::Plan | VoteAbout::Wish, _) => created_at,
    };
    let is_early = vote.roll_frozen_at.is_some_and(|frozen_at| frozen_at < since);
    is_early.then_some(Missing::RollFrozenTooEarly)
}

fn not_passed(vote: &VoteFacts) -> Option<Missing> {
    match (vote.passed, vote.confirmed_at) {
        (true, _) => None,
        (false, Some(_)) => Some(Missing::VoteNotPassed),
        (false, None) => Some(Missing::VoteNotConfirmed),
    }
}

/// The last day of a publicity that begins on a day (民法典 201, 203).
///
/// # Errors
/// `calendar_missing`.
pub fn last_day(days: u32, from: LocalDate, calendar: &WorkCalendar) -> Outcome<LocalDate> {
    let period = Period { length: Length::Days(days), last_day: LastDay::NextWorkingDay };
    period.last_day(from, calendar)
}

fn publicity(
    (days, proof): (u32, Option<&Proof>),
    (bound, after): (Option<Option<&CurrentPlan>>, Option<Option<&Proof>>),
    (facts, calendar): (&Facts, &WorkCalendar),
) -> Verdict {
    let need = format!("公示 {days} 日 · {days} days");
    let Some((proof, Behind::Publicity(from))) = proof.map(|proof| (proof, &proof.behind)) else {
        return Verdict::of(Some(Missing::NoEvidence), "-", need);
    };
    let have = format!("{from} 起 · from");
    if let Some(changed) = bound.and_then(|plan| other_plan(Some(proof), plan)) {
        return Verdict::of(Some(changed), have, need);
    }
    if let Some(vote) = after {
        let confirmed = vote_of(vote).filter(|vote| vote.passed).and_then(|vote| vote.confirmed_at);
        match confirmed {
            None => return Verdict::of(Some(Missing::VoteNotConfirmed), have, need),
            Some(at) if *from < at.local_date() => {
                return Verdict::of(Some(Missing::PublishedTooEarly), have, need);
            }
            Some(_) => {}
        }
    }
    match last_day(days, *from, calendar) {
        Err(_) => Verdict::of(Some(Missing::NoCalendar), have, need),
        Ok(last) => {
            let is_over = facts.now.local_date() > last;
            let missing = (!is_over).then_some(Missing::PublicityRunning);
            let have = format!("{from} 至 · to {last}");
            Verdict { earliest: Some(last.plus_days(1)), ..Verdict::of(missing, have, need) }
        }
    }
}
