//! The rule pack 规则包: every number and switch of a vote, each with its clause and whether it is
//! law or our default. Checked on load with every fault named; a vote pins its digest.
//! Absent on purpose: where packs are stored, which pack a district uses, and what only some cities
//! need (`pack_parts`).

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    kernel::{Code, LastDay, Length, LocalDate, Outcome, Period, Refusal, Threshold, WorkCalendar},
    voting::model::{
        Basis, DuplicatePolicy, HeadKey, ItemClass, PublishDetail, SilentRule, VoteScope,
    },
    voting::rules::{
        pack_check,
        pack_parts::{Composite, LocalBasis, Procedure, Questions, Silence},
    },
};

/// A value with the text it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// The clause that says so, or that it is silent.
    pub clause: String,
    /// How far it may be trusted.
    pub basis: Basis,
    /// Where the clause was seen, where that is not the text itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What a reader should know beside the value, in Chinese and English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// One version of a rule pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulePack {
    /// The pack's name for machines.
    pub id: String,
    /// Counts up from 1; a used version never changes.
    pub version: u32,
    /// The pack's name for people.
    pub name: String,
    /// The first day on which a vote may use it.
    pub effective_from: LocalDate,
    /// The last day on which a vote may open under it; `None` while it is in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_until: Option<LocalDate>,
    /// The pack it was copied from; what that one has by law it may not contradict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub based_on: Option<String>,
    /// What a user must be told before relying on it, each in Chinese and English.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cautions: Vec<String>,
    /// The matters it knows.
    #[serde(rename = "matter")]
    pub matters: Vec<Matter>,
    /// The thresholds of each class.
    #[serde(rename = "class")]
    pub classes: Classes,
    /// Periods.
    pub periods: Periods,
    /// Switches where practice differs.
    pub switches: Switches,
    /// Rules of procedure that only some places have.
    #[serde(default, skip_serializing_if = "Procedure::is_empty")]
    pub procedure: Procedure,
    /// Which options of a question win.
    #[serde(default, skip_serializing_if = "Questions::is_empty")]
    pub questions: Questions,
    /// What the law of the place, and the owners' own rules, say about silence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silence: Option<Silence>,
    /// Decisions that need several votes.
    #[serde(rename = "composite", default, skip_serializing_if = "Vec::is_empty")]
    pub composites: Vec<Composite>,
    /// The document by which the authority of the place confirmed a pack of an older law.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_basis: Option<LocalBasis>,
}

/// A matter that owners decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matter {
    /// `1`-`9` of art. 278, or a name of the pack's own.
    pub key: String,
    /// The matter in the words of the law.
    pub title: String,
    /// Which thresholds it needs.
    pub class: ItemClass,
    /// The clause.
    pub clause: String,
    /// How far it may be trusted.
    pub basis: Basis,
    /// The scopes in which it can be voted on; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<VoteScope>,
    /// Where the clause was seen, where that is not the text itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What a reader should know beside it, in Chinese and English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Matter {
    /// Whether owners of that scope may decide it.
    #[must_use]
    pub fn allows(&self, scope: VoteScope) -> bool {
        self.scopes.is_empty() || self.scopes.contains(&scope)
    }
}

/// Thresholds by class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Classes {
    /// 一般事项.
    pub ordinary: ClassRule,
    /// 特别事项.
    pub special: ClassRule,
    /// 全体同意.
    pub unanimous: ClassRule,
}

/// The four predicates of a class: participation of the whole scope, approval of those taking part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassRule {
    /// Participating area of the total area.
    pub participation_by_area: Sourced<Threshold>,
    /// Participating heads of all heads.
    pub participation_by_heads: Sourced<Threshold>,
    /// Area for of the participating area.
    pub approval_by_area: Sourced<Threshold>,
    /// Heads for of the participating heads.
    pub approval_by_heads: Sourced<Threshold>,
}

impl ClassRule {
    /// Thresholds alone, as a vote's log carries them: participation by area and heads, approval by
    /// area and heads.
    #[must_use]
    pub fn plain(lines: [Threshold; 4]) -> Self {
        let [part_area, part_heads, yes_area, yes_heads] = lines.map(|value| Sourced {
            value,
            clause: String::new(),
            basis: Basis::Law,
            source: None,
            note: None,
        });
        Self {
            participation_by_area: part_area,
            participation_by_heads: part_heads,
            approval_by_area: yes_area,
            approval_by_heads: yes_heads,
        }
    }
}

/// A period as a pack writes it: exactly one length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "PeriodText", into = "PeriodText")]
pub struct PeriodRule(pub Period);

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PeriodText {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    days: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    months: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    years: Option<u32>,
    shift_to_working_day: bool,
}

impl TryFrom<PeriodText> for PeriodRule {
    type Error = String;
    fn try_from(text: PeriodText) -> Result<Self, String> {
        let length = match (text.days, text.months, text.years) {
            (Some(days), None, None) => Length::Days(days),
            (None, Some(months), None) => Length::Months(months),
            (None, None, Some(years)) => Length::Years(years),
            _ => return Err("a period needs exactly one of days, months, years".to_owned()),
        };
        let shifts = text.shift_to_working_day;
        let last_day = if shifts { LastDay::NextWorkingDay } else { LastDay::Stays };
        Ok(Self(Period { length, last_day }))
    }
}

impl From<PeriodRule> for PeriodText {
    fn from(PeriodRule(period): PeriodRule) -> Self {
        let shift_to_working_day = period.last_day == LastDay::NextWorkingDay;
        let text = Self { days: None, months: None, years: None, shift_to_working_day };
        match period.length {
            Length::Days(days) => Self { days: Some(days), ..text },
            Length::Months(months) => Self { months: Some(months), ..text },
            Length::Years(years) => Self { years: Some(years), ..text },
        }
    }
}

/// The periods of a vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Periods {
    /// Clear days between the notice and the opening.
    pub notice: Sourced<PeriodRule>,
    /// The shortest window for ballots, in days of 24 hours.
    pub window_min_days: Sourced<u32>,
    /// The longest window for ballots before an extension, in days of 24 hours.
    pub window_max_days: Sourced<u32>,
    /// The longest extension, in days of 24 hours.
    pub extension_max_days: Sourced<u32>,
    /// From the count to the publication.
    pub result_due: Sourced<PeriodRule>,
    /// The publicity 公示 of the preliminary result, in which objections are taken.
    pub publicity: Sourced<PeriodRule>,
    /// From the confirmation: an owner may ask the court to revoke.
    pub challenge: Sourced<PeriodRule>,
}

/// Switches where the law is silent or practice differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switches {
    /// How often a vote may be extended.
    pub max_extensions: Sourced<u32>,
    /// Whether parking spaces count.
    pub count_parking: Sourced<bool>,
    /// Whether storage rooms count.
    pub count_storage: Sourced<bool>,
    /// What counts as one head where owner sets overlap.
    pub head_key: Sourced<HeadKey>,
    /// Whether a developer's unsold and undelivered units are one head.
    pub developer_pool: Sourced<bool>,
    /// Whether an invalid ballot takes part.
    pub invalid_participates: Sourced<bool>,
    /// Whether a returned ballot that leaves an item blank abstains on it (else: invalid).
    pub blank_is_abstain: Sourced<bool>,
    /// Which of several ballots of one head stands.
    pub duplicate_policy: Sourced<DuplicatePolicy>,
    /// How often an owner may change a ballot before the close.
    pub max_changes: Sourced<u32>,
    /// What becomes of owners who stayed silent.
    pub silent_rule: Sourced<SilentRule>,
    /// How much of a result is published.
    pub publish_detail: Sourced<PublishDetail>,
}

/// The national pack's text, shipped with the program.
pub const NATIONAL: &str = include_str!("../../../seed/reference/rule-packs/national.toml");

/// The State Council's calendars that the program ships.
///
/// # Errors
/// `calendar_missing` if a shipped calendar can't be read.
pub fn shipped_calendar() -> Outcome<WorkCalendar> {
    WorkCalendar::from_toml(&[
        include_str!("../../../seed/reference/calendars/2024.toml"),
        include_str!("../../../seed/reference/calendars/2025.toml"),
        include_str!("../../../seed/reference/calendars/2026.toml"),
    ])
}

impl RulePack {
    /// Reads and checks a pack. `pack_report` does more: it is for packs that are to be used anew.
    ///
    /// # Errors
    /// `rule_pack_invalid` with every fault as a field error.
    pub fn from_toml(text: &str) -> Outcome<Self> {
        let pack: Self = toml::from_str(text)
            .map_err(|e| Refusal::new(Code::RulePackInvalid).detail(e.to_string().trim()))?;
        let faults = pack_check::faults(&pack);
        if faults.is_empty() {
            return Ok(pack);
        }
        let refusal = Refusal::new(Code::RulePackInvalid);
        Err(faults.into_iter().fold(refusal, |refusal, (pointer, fault)| {
            refusal.with_field(&pointer, Code::RulePackInvalid.as_str(), fault)
        }))
    }

    /// The canonical text: what is stored and digested, free of comments and layout.
    ///
    /// # Errors
    /// `internal` if it can't be written.
    pub fn canonical(&self) -> Outcome<String> {
        toml::to_string(self).map_err(Refusal::internal)
    }

    /// SHA-256 of the canonical text, in lower-case hex: what a vote pins.
    ///
    /// # Errors
    /// As [`Self::canonical`].
    pub fn digest(&self) -> Outcome<String> {
        let digest = Sha256::digest(self.canonical()?.as_bytes());
        Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Whether a vote may open under it on that day.
    #[must_use]
    pub fn is_in_force(&self, day: LocalDate) -> bool {
        self.effective_from <= day && self.effective_until.is_none_or(|until| day <= until)
    }

    /// The matter of that key.
    #[must_use]
    pub fn matter(&self, key: &str) -> Option<&Matter> {
        self.matters.iter().find(|matter| matter.key == key)
    }

    /// The thresholds of a class.
    #[must_use]
    pub fn class(&self, class: ItemClass) -> &ClassRule {
        match class {
            ItemClass::Ordinary => &self.classes.ordinary,
            ItemClass::Special => &self.classes.special,
            ItemClass::Unanimous => &self.classes.unanimous,
        }
    }

    /// The strictest class of several matters in one motion: the law takes each in full.
    #[must_use]
    pub fn strictest(&self, keys: &[&str]) -> Option<ItemClass> {
        let classes: Option<Vec<_>> =
            keys.iter().map(|key| self.matter(key).map(|matter| matter.class)).collect();
        classes?.into_iter().max()
    }
}
