//! Who may use whom. Every path that a source file names is compared with the tables below; a
//! slice rots without this. To allow a new edge, change a table and say why in the same commit.

use std::path::{Path, PathBuf};

mod paths;

use paths::{Named, code_of, named};

/// Layers and slices, each with what it may use. Never backwards.
const EDGES: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("platform", &["kernel"]),
    ("identity", &["kernel", "platform"]),
    ("registry", &["kernel", "platform", "identity"]),
    ("ballot_log", &["kernel"]),
    ("voting", &["kernel", "platform", "identity", "registry", "ballot_log"]),
    ("consultation", &["kernel", "platform", "identity", "registry"]),
    ("elevator", &["kernel", "platform", "registry", "voting"]),
    ("official_result", &["kernel", "platform", "registry", "voting"]),
    ("survey", &["kernel", "platform", "identity", "registry"]),
    ("joint_review", &["kernel", "platform", "identity", "voting"]),
    ("renovation", &["kernel", "platform", "registry", "voting", "consultation", "joint_review"]),
    ("ledger", &["kernel", "platform", "registry"]),
    ("fund", &["kernel", "platform", "registry", "voting", "ledger"]),
    ("funding", &["kernel", "platform", "registry"]),
    ("verifier", &["kernel", "platform", "ballot_log", "voting"]),
    ("witness", &["kernel", "platform"]),
    (
        "app",
        &[
            "kernel",
            "platform",
            "identity",
            "registry",
            "ballot_log",
            "voting",
            "consultation",
            "elevator",
            "official_result",
            "survey",
            "joint_review",
            "renovation",
            "ledger",
            "fund",
            "funding",
            "verifier",
            "witness",
        ],
    ),
];
const SLICES: &[&str] = &[
    "identity",
    "registry",
    "ballot_log",
    "voting",
    "consultation",
    "elevator",
    "official_result",
    "survey",
    "joint_review",
    "renovation",
    "ledger",
    "fund",
    "funding",
    "verifier",
    "witness",
];
/// Macros stand at the crate's root; this is where they live.
const MACROS: &[(&str, &str)] = &[
    ("text_enum", "kernel"),
    ("hundredths_value", "kernel"),
    ("native", "platform"),
    ("insert_many", "platform"),
];

/// What a kind of file within a slice must not use of its own slice, and which words it must not
/// contain: the rest of the slice's file table in `docs/ARCHITECTURE.md`.
struct FileRule {
    kind: &'static str,
    not_own: &'static [&'static str],
    not_platform: PlatformUse,
    not_words: &'static [&'static str],
}

enum PlatformUse {
    Only(&'static [&'static str]),
    AllBut(&'static [&'static str]),
}

const FILES: &[FileRule] = &[
    FileRule {
        kind: "rules",
        not_own: &["store", "service", "dto", "routes"],
        // The algebra of scopes is pure and stands there.
        not_platform: PlatformUse::Only(&["auth"]),
        not_words: &[
            "diesel::",
            "serde_json::",
            "actix_web::",
            "tokio::",
            "async fn",
            "Clock",
            "std::fs",
            "tracing::",
        ],
    },
    FileRule {
        kind: "model",
        not_own: &["store", "service", "dto", "routes"],
        // diesel's derives name their table, a port its connection; scopes are words of auth, a signature
        // is one of two people.
        not_platform: PlatformUse::Only(&["db", "auth", "two_people"]),
        not_words: &["actix_web::", "tokio::", "async fn", "Clock", "RunQueryDsl", "tracing::"],
    },
    FileRule {
        kind: "store",
        not_own: &["service", "dto", "routes"],
        not_platform: PlatformUse::Only(&["db", "auth"]),
        not_words: &["actix_web::", "tokio::", "async fn", "reqwest::"],
    },
    FileRule {
        kind: "service",
        not_own: &["dto", "routes"],
        not_platform: PlatformUse::AllBut(&["http"]),
        not_words: &["actix_web::", "write_blocking(", "HttpResponse"],
    },
    FileRule {
        kind: "dto",
        not_own: &["store", "service", "routes"],
        not_platform: PlatformUse::AllBut(&["db"]),
        not_words: &["diesel::", "async fn", "Clock"],
    },
    FileRule {
        kind: "routes",
        not_own: &["rules"],
        not_platform: PlatformUse::AllBut(&[]),
        not_words: &["diesel::", "sql_query"],
    },
];

/// Files that may still break one rule, with the text of the complaint. This list only shrinks.
const EXCUSED: &[(&str, &str)] = &[
    // A list of votes within a division: one join in place of a list of every community.
    ("src/voting/store/votes.rs", "communities is a table of another slice"),
];

struct Source {
    path: String,
    module: Vec<String>,
    text: String,
}

impl Source {
    /// `src/voting/service/cast.rs` stands at `voting::service::cast`.
    fn new(path: &str, text: String) -> Self {
        let trimmed = path.trim_start_matches("src/").trim_end_matches(".rs");
        let mut module: Vec<String> = trimmed.split('/').map(str::to_owned).collect();
        if module.last().is_some_and(|last| last == "mod") {
            module.pop();
        }
        Self { path: path.to_owned(), module, text }
    }

    fn layer(&self) -> &str {
        &self.module[0]
    }

    fn complaint(&self, line: usize, sentence: &str) -> String {
        let shown = self.text.lines().nth(line - 1).unwrap_or_default().trim();
        format!("{}:{line}: {sentence}\n    {shown}", self.path)
    }
}

fn sources(root: &Path) -> Vec<Source> {
    crate::tidy::files(root, &["src"], "rs")
        .into_iter()
        .filter(|path| !matches!(path.as_str(), "src/lib.rs" | "src/main.rs"))
        .map(|path| {
            let text = std::fs::read_to_string(root.join(&path)).unwrap();
            Source::new(&path, text)
        })
        .collect()
}

/// Names of the modules directly under each slice: what may not be reached from outside.
fn modules_of(sources: &[Source], slice: &str) -> Vec<String> {
    let inside = sources.iter().filter(|source| source.layer() == slice);
    inside.filter_map(|source| source.module.get(1).cloned()).collect()
}

fn complaints(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    let tables = tables_of(sources);
    for source in sources {
        let Some((_, allowed)) = EDGES.iter().find(|(layer, _)| *layer == source.layer()) else {
            found.push(source.complaint(1, "its layer is not in the table of edges"));
            continue;
        };
        for Named { line, path } in named(&source.text, &source.module) {
            let Some(first) = path.first() else { continue };
            let target =
                MACROS.iter().find(|(name, _)| name == first).map_or(first.as_str(), |(_, at)| at);
            if target == source.layer() {
                found.extend(within_slice(source, line, &path));
            } else if !allowed.contains(&target) {
                let sentence = format!("{} must not use {target}", source.layer());
                found.push(source.complaint(line, &sentence));
            } else if SLICES.contains(&target) {
                found.extend(into_slice(source, line, (&path, &modules_of(sources, target))));
            } else {
                found.extend(into_platform(source, line, (&path, &tables)));
            }
        }
        found.extend(forbidden_words(source));
    }
    found
}

fn rule_of(source: &Source) -> Option<&'static FileRule> {
    let is_slice = SLICES.contains(&source.layer());
    let is_test = source.module.iter().any(|part| part == "tests");
    let kind = source.module.get(1)?;
    FILES.iter().find(|rule| is_slice && !is_test && rule.kind == kind)
}

fn within_slice(source: &Source, line: usize, path: &[String]) -> Option<String> {
    let (rule, part) = (rule_of(source)?, path.get(1)?);
    rule.not_own
        .contains(&part.as_str())
        .then(|| source.complaint(line, &format!("{} must not use {part} of its slice", rule.kind)))
}

fn into_slice(
    source: &Source,
    line: usize,
    (path, modules): (&[String], &[String]),
) -> Option<String> {
    let rule = rule_of(source).map_or("", |rule| rule.kind);
    let part = path.get(1)?;
    // A store keeps, and a model names, values of a lower slice; neither calls it.
    let is_value = part.starts_with(|c: char| c.is_uppercase());
    if rule == "rules" || (matches!(rule, "model" | "store") && !is_value) {
        return Some(source.complaint(line, &format!("{rule} must not use another slice")));
    }
    modules.contains(part).then(|| {
        let sentence = format!("{} is reached through its mod.rs, not through {part}", path[0]);
        source.complaint(line, &sentence)
    })
}

/// Tables with the slice that keeps them: a schema file each, or several (`voting_attendance.rs`).
fn tables_of(sources: &[Source]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for source in sources {
        let Some(slice) = source.path.strip_prefix("src/platform/db/schema/") else { continue };
        let named = SLICES.iter().find(|name| {
            let rest = slice.strip_prefix(**name);
            rest.is_some_and(|rest| rest.starts_with(['_', '.']))
        });
        let slice = named.map_or_else(|| slice.split('.').next().unwrap_or_default(), |name| *name);
        let tables = source.text.lines().filter_map(|line| line.trim().strip_suffix(") {"));
        let names =
            tables.filter_map(|head| head.split_once(" (")).map(|(name, _)| name.to_owned());
        found.extend(names.map(|name| (slice.to_owned(), name)));
    }
    found
}

fn into_platform(
    source: &Source,
    line: usize,
    (path, tables): (&[String], &[(String, String)]),
) -> Option<String> {
    if path[0] != "platform" {
        return None;
    }
    let (rule, part) = (rule_of(source)?, path.get(1)?.as_str());
    if let [_, _, schema, table, ..] = path
        && schema == "schema"
        && tables.iter().any(|(slice, name)| name == table && slice != source.layer())
    {
        let sentence = format!("{table} is a table of another slice");
        return Some(source.complaint(line, &sentence));
    }
    let is_fine = match rule.not_platform {
        PlatformUse::Only(parts) => parts.contains(&part),
        PlatformUse::AllBut(parts) => !parts.contains(&part),
    };
    (!is_fine)
        .then(|| source.complaint(line, &format!("{} must not use platform::{part}", rule.kind)))
}

fn forbidden_words(source: &Source) -> Vec<String> {
    let Some(rule) = rule_of(source) else { return Vec::new() };
    let code = code_of(&source.text);
    // A file's own tests may do what its code may not.
    let code = code.split("#[cfg(test)]").next().unwrap_or_default();
    let mut found = Vec::new();
    for (index, line) in code.lines().enumerate() {
        // Derives of diesel are what a model is made of.
        let line = line.trim();
        for word in rule.not_words.iter().filter(|word| line.contains(**word)) {
            let sentence = format!("{} must not contain {word}", rule.kind);
            found.push(source.complaint(index + 1, &sentence));
        }
    }
    found
}

#[test]
fn every_path_follows_the_tables() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let found = complaints(&sources(&root));
    let excused = |text: &String| {
        EXCUSED.iter().any(|(file, part)| text.starts_with(file) && text.contains(part))
    };
    let wrong: Vec<&String> = found.iter().filter(|text| !excused(text)).collect();
    let shown: Vec<&str> = wrong.iter().map(|text| text.as_str()).collect();
    assert!(wrong.is_empty(), "{} wrong paths:\n{}", wrong.len(), shown.join("\n"));
    for (file, part) in EXCUSED {
        let is_needed = found.iter().any(|text| text.starts_with(file) && text.contains(part));
        assert!(is_needed, "the excuse of {file} ({part}) is not needed any more: remove it");
    }
}

#[test]
fn a_planted_fault_of_each_kind_is_found() {
    let planted = [
        ("src/kernel/x.rs", "use crate::platform::db::Db;", "kernel must not use platform"),
        ("src/platform/x.rs", "use crate::{kernel::Id, voting::Vote};", "must not use voting"),
        ("src/identity/x.rs", "fn f() { crate::registry::find() }", "must not use registry"),
        ("src/voting/service/x.rs", "use crate::registry::store::y;", "through its mod.rs"),
        ("src/voting/store.rs", "use crate::registry::find;", "must not use another slice"),
        ("src/voting/store.rs", "use crate::platform::db::schema::units;", "of another slice"),
        ("src/voting/rules.rs", "use crate::registry::Unit;", "must not use another slice"),
        ("src/voting/rules/x.rs", "use super::super::store::f;", "rules must not use store"),
        ("src/voting/rules.rs", "use crate::platform::clock;", "must not use platform::clock"),
        (
            "src/voting/rules/x.rs",
            "let x = serde_json::Value::Null;",
            "must not contain serde_json",
        ),
        ("src/voting/store.rs", "use crate::platform::http::Body;", "store must not use platform"),
        ("src/voting/service/x.rs", "use actix_web::web;", "must not contain actix_web"),
        ("src/voting/routes.rs", "use crate::voting::rules::f;", "routes must not use rules"),
        ("src/voting/routes.rs", "diesel::insert_into(t);", "routes must not contain diesel"),
        ("src/voting/dto.rs", "use super::store::f;", "dto must not use store"),
        ("src/unheard_of/mod.rs", "", "not in the table of edges"),
    ];
    for (path, text, sentence) in planted {
        let table = "diesel::table! {\n    units (id) {".to_owned();
        let sources = [
            Source::new(path, text.to_owned()),
            Source::new("src/registry/store.rs", String::new()),
            Source::new("src/platform/db/schema/registry.rs", table),
        ];
        let found = complaints(&sources);
        assert!(found.len() == 1 && found[0].contains(sentence), "{path}: {found:?}");
    }
}
