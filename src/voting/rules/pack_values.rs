//! Every value of a rule pack in words: what it says, by which clause, how far it may be trusted, and
//! whether the engine keeps it. Labels stand in one table; a value without one is a test's failure.

use serde::Serialize;
use toml::{Table, Value};

use crate::{
    kernel::{Outcome, Refusal, Threshold},
    voting::{
        model::Basis,
        rules::{pack::RulePack, pack_use::refusals, pack_words},
    },
};

crate::text_enum! {
    /// What the engine does with a value.
    pub enum ValueUse {
        /// It keeps to it.
        Enforced = "enforced",
        /// It tells it to people; nothing is decided by it.
        Told = "told",
        /// It can't keep to it yet, and refuses votes by this pack.
        Refused = "refused",
    }
}

/// A value of a rule pack, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PackValue {
    /// Where it stands: `periods.notice`, `matter.7`.
    pub name: String,
    /// What it says, in Chinese.
    pub zh: String,
    /// What it says, in English.
    pub en: String,
    /// The clause.
    pub clause: String,
    /// How far it may be trusted; none for a document that a district names.
    pub basis: Option<Basis>,
    /// Where the clause was seen, where that is not the text itself.
    pub source: Option<String>,
    /// What a reader should know beside it.
    pub note: Option<String>,
    /// What the engine does with it.
    pub used: ValueUse,
}

/// A value as it stands in a pack.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    /// `periods.notice`, `matter.7`: the same in every pack.
    pub name: String,
    /// The JSON pointer.
    pub pointer: String,
    /// The table with value, clause and basis.
    pub table: Table,
}

impl Found {
    pub fn text(&self, key: &str) -> Option<&str> {
        self.table.get(key).and_then(Value::as_str)
    }

    pub fn clause(&self) -> &str {
        self.text("clause").unwrap_or_default()
    }

    pub fn basis(&self) -> Option<Basis> {
        self.text("basis").and_then(|basis| basis.parse().ok())
    }

    /// What is compared: the value, the class of a matter, the parts of a composite.
    pub fn value(&self) -> Option<&Value> {
        ["value", "class", "parts", "warning", "confirmed_by"]
            .iter()
            .find_map(|key| self.table.get(*key))
    }

    /// The last word of its name: `notice`.
    pub fn key(&self) -> &str {
        self.name.rsplit('.').next().unwrap_or_default()
    }

    pub fn is_matter(&self) -> bool {
        self.name.starts_with("matter.")
    }

    /// The value in Chinese and English.
    pub fn words(&self) -> (String, String) {
        let target = self.table.get("target").cloned().and_then(threshold);
        let target =
            target.map(|target| (format!("；争取 {target}"), format!("; aims at {target}")));
        let (zh, en) = self.value().map(words).unwrap_or_default();
        let (more_zh, more_en) = target.unwrap_or_default();
        (zh + &more_zh, en + &more_en)
    }
}

/// Every value of a pack, sorted by where it stands.
///
/// # Errors
/// `internal` if the pack can't be written.
pub(super) fn collect(pack: &RulePack) -> Outcome<Vec<Found>> {
    let table = Table::try_from(pack).map_err(Refusal::internal)?;
    let mut found = Vec::new();
    for (key, value) in &table {
        gather(value, (key.clone(), format!("/{key}")), &mut found);
    }
    Ok(found)
}

fn gather(value: &Value, (name, pointer): (String, String), found: &mut Vec<Found>) {
    match value {
        Value::Table(table) if table.contains_key("clause") => {
            found.push(Found { name, pointer, table: table.clone() });
        }
        Value::Table(table) => {
            for (key, value) in table {
                gather(value, (format!("{name}.{key}"), format!("{pointer}/{key}")), found);
            }
        }
        Value::Array(rows) => {
            for (index, row) in rows.iter().enumerate() {
                let key = row.get("key").and_then(Value::as_str);
                let key = key.map_or_else(|| index.to_string(), str::to_owned);
                gather(row, (format!("{name}.{key}"), format!("{pointer}/{index}")), found);
            }
        }
        _ => {}
    }
}

pub(super) fn threshold(value: Value) -> Option<Threshold> {
    value.try_into().ok()
}

fn words(value: &Value) -> (String, String) {
    let both = |text: String| (text.clone(), text);
    match value {
        Value::Boolean(true) => ("是".to_owned(), "yes".to_owned()),
        Value::Boolean(false) => ("否".to_owned(), "no".to_owned()),
        Value::String(word) => {
            let (zh, en) = pack_words::word(word);
            (zh.to_owned(), en.to_owned())
        }
        Value::Array(parts) => {
            let parts: Vec<_> = parts.iter().map(part).collect();
            let join = |texts: Vec<&str>| texts.join(" + ");
            (
                join(parts.iter().map(|(zh, _)| zh.as_str()).collect()),
                join(parts.iter().map(|(_, en)| en.as_str()).collect()),
            )
        }
        Value::Table(table) if table.contains_key("comparator") => {
            both(threshold(value.clone()).map(|line| line.to_string()).unwrap_or_default())
        }
        Value::Table(table) => period(table),
        other => both(other.to_string()),
    }
}

fn period(table: &Table) -> (String, String) {
    let shifts = table.get("shift_to_working_day").and_then(Value::as_bool) == Some(true);
    let units = [("days", "日"), ("months", "个月"), ("years", "年")];
    let length = units.iter().find_map(|(en, zh)| table.get(*en).map(|count| (count, zh, en)));
    let Some((count, zh, en)) = length else { return Default::default() };
    let more = if shifts {
        ("（末日遇休息日顺延）", ", moving past days off")
    } else {
        ("", "")
    };
    let en = if count.as_integer() == Some(1) { en.trim_end_matches('s') } else { *en };
    (format!("{count} {zh}{}", more.0), format!("{count} {en}{}", more.1))
}

fn part(value: &Value) -> (String, String) {
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let each = value.get("each").and_then(Value::as_bool) == Some(true);
    let (zh, en) = pack_words::word(text("scope"));
    let matter = text("matter");
    let (each_zh, each_en) = if each { ("每个", "each ") } else { ("", "") };
    (format!("{each_zh}{zh}表决“{matter}”"), format!("{each_en}{en} on “{matter}”"))
}

/// Every value of a pack, explained.
///
/// # Errors
/// As [`collect`].
pub fn explain_pack(pack: &RulePack) -> Outcome<Vec<PackValue>> {
    let refused: Vec<String> = refusals(pack).into_iter().map(|b| b.rule.rule_id).collect();
    let explain = |found: Found| {
        let (label_zh, label_en) = label(&found);
        let (zh, en) = found.words();
        let used = match found.key() {
            key if refused.iter().any(|rule| rule == key) => ValueUse::Refused,
            "notice_extra" | "permits" | "local_basis" => ValueUse::Told,
            _ => ValueUse::Enforced,
        };
        PackValue {
            zh: format!("{label_zh}：{zh}"),
            en: format!("{label_en}: {en}"),
            clause: found.clause().to_owned(),
            basis: found.basis(),
            source: found.text("source").map(str::to_owned),
            note: found.text("note").map(str::to_owned),
            name: found.name,
            used,
        }
    };
    Ok(collect(pack)?.into_iter().map(explain).collect())
}

fn label(found: &Found) -> (String, String) {
    if let Some(title) = found.text("title") {
        let kind = if found.is_matter() { "Matter" } else { "Needs several votes" };
        return (title.to_owned(), format!("{kind} {}", found.key()));
    }
    let (zh, en) = pack_words::label(found.key());
    let class = found.name.strip_prefix("class.").and_then(|rest| rest.split('.').next());
    match class.map(pack_words::word) {
        Some((class_zh, class_en)) => (format!("{class_zh}·{zh}"), format!("{en}, {class_en}")),
        None => (zh.to_owned(), en.to_owned()),
    }
}
