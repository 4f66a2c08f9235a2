//! Policy packs: read, checked with every fault named, and those that the program ships.

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
};

use crate::{
    kernel::{LocalDate, Ratio},
    renovation::model::{
        Gate, Need, PolicyPack, Requirement, RequirementKind, Stage, StageRule, VoteAbout,
    },
    renovation::rules::stage::next_on_line,
};

macro_rules! shipped {
    ($($id:literal),+ $(,)?) => {
        /// The texts of the shipped packs.
        pub const TEXTS: &[(&str, &str)] = &[$((
            $id,
            include_str!(concat!("../../../seed/reference/policy-packs/", $id, ".toml")),
        )),+];
    };
}

shipped![
    "national",
    "hebei",
    "zhuhai-chengdu",
    "beijing",
    "ningbo",
    "wuhan",
    "xianning",
    "shanghai-hangzhou-elevator",
];

/// The shipped packs, in order. A test holds that each can be read.
pub static SHIPPED: LazyLock<Vec<Arc<PolicyPack>>> =
    LazyLock::new(|| TEXTS.iter().filter_map(|(_, text)| read(text).ok()).map(Arc::new).collect());

/// The shipped pack of that name.
#[must_use]
pub fn find_shipped(id: &str) -> Option<&'static Arc<PolicyPack>> {
    SHIPPED.iter().find(|pack| pack.id == id)
}

/// Reads and checks a pack.
///
/// # Errors
/// What is wrong, every fault.
pub fn read(text: &str) -> Result<PolicyPack, Vec<String>> {
    let pack: PolicyPack = toml::from_str(text).map_err(|fault| vec![fault.to_string()])?;
    let found = faults(&pack);
    if found.is_empty() { Ok(pack) } else { Err(found) }
}

/// Everything that is wrong with a pack.
#[must_use]
pub fn faults(pack: &PolicyPack) -> Vec<String> {
    let mut found = Vec::new();
    let mut wanted = next_on_line(Stage::Applied);
    for rule in &pack.stages {
        if wanted != Some(rule.stage) {
            found.push(format!("{}: the stages stand in order, each once", rule.stage));
        }
        wanted = next_on_line(rule.stage);
    }
    if wanted.is_some() {
        found.push("every stage of the line is named".to_owned());
    }
    let mut keys = BTreeSet::new();
    for requirement in pack.stages.iter().flat_map(|rule| &rule.requires) {
        if !keys.insert(requirement.key.as_str()) {
            found.push(format!("{}: the key stands twice", requirement.key));
        }
        found.extend(faults_of(pack, requirement));
    }
    if pack
        .stages
        .iter()
        .any(|rule| rule.within_days.is_some_and(|days| !(8..=3_650).contains(&days)))
    {
        found.push("within_days is 8 to 3,650 days".to_owned());
    }
    let is_code = |code: &String| {
        (2..=12).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !pack.divisions.iter().all(is_code) {
        found.push("divisions are codes of 2 to 12 digits".to_owned());
    }
    let share = pack.change_orders.as_ref().map(|orders| orders.cost);
    if share.is_some_and(|share| !(1..share.den()).contains(&share.num())) {
        found.push("change_orders.cost is over 0 and below 1".to_owned());
    }
    if pack.effective_until.is_some_and(|until| until < pack.effective_from) {
        found.push("effective_until is before effective_from".to_owned());
    }
    found
}

fn faults_of(pack: &PolicyPack, requirement: &Requirement) -> Vec<String> {
    let mut found = Vec::new();
    let mut need = |is_there: bool, sentence: &str| {
        if !is_there {
            found.push(format!("{}: {sentence}", requirement.key));
        }
    };
    for text in [&requirement.title, &requirement.title_en, &requirement.clause] {
        need(!text.trim().is_empty(), "title, title_en and clause say something");
    }
    need(requirement.by.contains(" · "), "by is in Chinese and English: 居民 · residents");
    let is_share = |share: Ratio| (1..=share.den()).contains(&share.num());
    match &requirement.need {
        Need::SurveyGate { share, coverage, .. } => {
            need(is_share(*share), "share is over 0 and 1 at the most");
            need(coverage.is_none_or(is_share), "coverage is over 0 and 1 at the most");
        }
        Need::Pledges { of, share } => {
            need(is_share(*share), "share is over 0 and 1 at the most");
            need(!of.is_empty(), "something is pledged");
        }
        Need::Publicity { days, after, .. } => {
            need((1..=365).contains(days), "1 to 365 days");
            let is_vote = |key: &String| {
                let known = find(pack, key).map(|(_, known)| &known.need);
                matches!(known, Some(Need::ConfirmedVote { .. }))
            };
            need(after.as_ref().is_none_or(is_vote), "after names a vote of this pack");
        }
        Need::JointReview { departments } => need(!departments.is_empty(), "departments"),
        Need::PlanFixed {}
        | Need::ConfirmedVote { .. }
        | Need::ManagementModel {}
        | Need::Document {} => {}
    }
    found
}

/// Whether a project may pin it on that day.
#[must_use]
pub fn is_in_force(pack: &PolicyPack, day: LocalDate) -> bool {
    pack.effective_from <= day && pack.effective_until.is_none_or(|until| day <= until)
}

/// The codes that no place has: an example district may try every pack.
const EXAMPLES: &str = "99";

/// Whether a project of that division may pin it.
#[must_use]
pub fn is_of_division(pack: &PolicyPack, division_code: &str) -> bool {
    pack.divisions.is_empty()
        || division_code.starts_with(EXAMPLES)
        || pack.divisions.iter().any(|code| division_code.starts_with(code.as_str()))
}

/// A requirement of a pack with its stage.
#[must_use]
pub fn find<'a>(pack: &'a PolicyPack, key: &str) -> Option<(Stage, &'a Requirement)> {
    requirements(pack).find(|(_, known)| known.key == key)
}

/// All requirements, each with its stage.
pub fn requirements(pack: &PolicyPack) -> impl Iterator<Item = (Stage, &Requirement)> {
    let of = |rule: &'_ StageRule| rule.stage;
    pack.stages.iter().flat_map(move |rule| rule.requires.iter().map(move |one| (of(rule), one)))
}

/// The kind of a requirement.
#[must_use]
pub const fn kind(need: &Need) -> RequirementKind {
    match need {
        Need::PlanFixed {} => RequirementKind::PlanFixed,
        Need::SurveyGate { .. } => RequirementKind::SurveyGate,
        Need::ConfirmedVote { .. } => RequirementKind::ConfirmedVote,
        Need::Publicity { .. } => RequirementKind::Publicity,
        Need::JointReview { .. } => RequirementKind::JointReview,
        Need::Pledges { .. } => RequirementKind::Pledges,
        Need::ManagementModel {} => RequirementKind::ManagementModel,
        Need::Document {} => RequirementKind::Document,
    }
}

/// Whether what meets it holds for one version of the plan only.
#[must_use]
pub const fn is_bound_to_plan(need: &Need) -> bool {
    match need {
        Need::ConfirmedVote { about, .. } => matches!(about, VoteAbout::Plan),
        Need::SurveyGate { gate, .. } => matches!(gate, Gate::Adopt),
        Need::Publicity { of_plan, .. } => *of_plan,
        Need::JointReview { .. } => true,
        Need::PlanFixed {}
        | Need::Pledges { .. }
        | Need::ManagementModel {}
        | Need::Document {} => false,
    }
}

/// What must be met before a stage begins: its own requirements, and all of earlier stages, which must
/// still hold: a survey that was voided, a vote that was annulled, evidence that was withdrawn calls the
/// project back. Two fall away (ours): pledges are looked at once, since a household may break its
/// word and must not stop a building site; and what is bound to the plan ends with the acceptance.
#[must_use]
pub fn due(pack: &PolicyPack, to: Stage) -> Vec<(Stage, &Requirement)> {
    let still_holds = |need: &Need| match need {
        Need::Pledges { .. } => false,
        need => !is_bound_to_plan(need) || to <= Stage::Accepted,
    };
    requirements(pack)
        .filter(|(stage, one)| *stage == to || (*stage < to && still_holds(&one.need)))
        .collect()
}
