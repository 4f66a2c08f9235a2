//! The two databases have one schema, and the code knows it: both catalogues agree, going down and
//! up again gives the same, `schema.rs` is current, references have keys and indexes, names follow
//! the rule (the error's key is read from them).

use std::collections::BTreeSet;

use jiugai::platform::db::{connect, migrate, revert_all};

use crate::support::{Engine, TestDatabase};

mod catalogue;

use catalogue::{catalogue, dump};

/// Columns named `…_id` that point at nothing in this database, and why.
const OUTSIDE: &[(&str, &str)] = &[
    ("accounts.building_id", "the registry stands above identity"),
    ("accounts.community_id", "the registry stands above identity"),
    ("accounts.owner_id", "the registry stands above identity"),
    ("audit_log.actor_id", "the trail outlives accounts"),
    ("audit_log.object_id", "names a thing of any slice"),
    ("audit_log.request_id", "names a request, not a row"),
    ("import_owners.owner_id", "staged: the row may not exist before the commit"),
    ("import_units.unit_id", "staged: the row may not exist before the commit"),
    ("import_units.building_id", "staged: the row may not exist before the commit"),
    ("import_units.entrance_id", "staged: the row may not exist before the commit"),
    ("import_units.developer_id", "staged: the row may not exist before the commit"),
    ("import_ownerships.unit_id", "staged: the row may not exist before the commit"),
    ("import_ownerships.owner_id", "staged: the row may not exist before the commit"),
    ("ballots.actor_id", "evidence outlives accounts"),
    ("ballots.request_id", "names a request, not a row"),
    ("ballot_attempts.actor_id", "evidence outlives accounts"),
    ("ballot_attempts.request_id", "names a request, not a row"),
    ("project_evidence.reference_id", "a vote or a survey, by the kind of the requirement"),
    ("sheet_entries.clerk_id", "evidence outlives accounts"),
    ("sheet_entries.session_id", "evidence outlives sessions"),
];

fn engines() -> Vec<Engine> {
    let both = [Engine::Sqlite, Engine::Postgres];
    both.into_iter().filter(|engine| TestDatabase::create(*engine).is_some()).collect()
}

fn catalogue_of(engine: Engine) -> Vec<String> {
    let database = TestDatabase::create(engine).unwrap();
    catalogue(&mut connect(&database.url).unwrap())
}

#[track_caller]
fn same(left: &[String], right: &[String]) {
    let (left, right): (BTreeSet<_>, BTreeSet<_>) = (left.iter().collect(), right.iter().collect());
    let missing: Vec<_> = left.difference(&right).collect();
    let extra: Vec<_> = right.difference(&left).collect();
    assert!(
        missing.is_empty() && extra.is_empty(),
        "only left: {missing:#?}\nonly right: {extra:#?}"
    );
}

#[test]
fn both_catalogues_agree() {
    if engines().len() == 2 {
        let (sqlite, postgres) = (catalogue_of(Engine::Sqlite), catalogue_of(Engine::Postgres));
        assert!(sqlite.len() > 50);
        same(&sqlite, &postgres);
    }
}

#[test]
fn down_and_up_again_gives_the_same() {
    for engine in engines() {
        let database = TestDatabase::create(engine).unwrap();
        let mut conn = connect(&database.url).unwrap();
        let before = dump(&mut conn);
        revert_all(&mut conn).unwrap();
        let empty = dump(&mut conn);
        let own = empty.iter().filter(|line| !line.contains("__diesel_schema_migrations"));
        assert_eq!(own.collect::<Vec<_>>(), Vec::<&String>::new(), "left over on {engine:?}");
        migrate(&mut conn).unwrap();
        same(&before, &dump(&mut conn));
    }
}

/// `schema.rs` as lines of the catalogue.
fn declared(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut table = String::new();
    let mut sql_name = None;
    let outside = |line: &&str| !line.starts_with("diesel::");
    for line in text.lines().map(str::trim).filter(outside) {
        if let Some(name) = line.strip_prefix("#[sql_name = \"") {
            sql_name = name.strip_suffix("\"]").map(str::to_owned);
        }
        if let Some((name, kind)) = line.split_once(" -> ") {
            let kind = kind.trim_end_matches(',');
            let inner = kind.strip_prefix("Nullable<").and_then(|kind| kind.strip_suffix('>'));
            let sql = match inner.unwrap_or(kind) {
                "DbId" => "uuid",
                "BigInt" => "int8",
                "Integer" => "int4",
                "Binary" => "bytea",
                other => &other.to_lowercase(),
            };
            let null = if inner.is_some() { "null" } else { "not null" };
            let name = sql_name.take().unwrap_or_else(|| name.to_owned());
            lines.push(format!("column|{table}|{name}|{sql}|{null}"));
        } else if let Some((name, keys)) = line.strip_suffix(") {").and_then(|l| l.split_once(" ("))
        {
            table = name.to_owned();
            lines.push(format!("primary|{table}|{}", keys.replace(", ", ",")));
        }
    }
    lines
}

#[test]
fn the_declared_schema_is_current() {
    let root = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let texts = crate::tidy::files(&root, &["src/platform/db/schema"], "rs");
    let text: String =
        texts.iter().map(|path| std::fs::read_to_string(root.join(path)).unwrap()).collect();
    let is_declared = |line: &String| line.starts_with("column|") || line.starts_with("primary|");
    let real: Vec<String> = catalogue_of(Engine::Sqlite).into_iter().filter(is_declared).collect();
    same(&declared(&text), &real);
}

fn reference_faults(lines: &[String]) -> Vec<String> {
    let rows: Vec<Vec<&str>> = lines.iter().map(|line| line.split('|').collect()).collect();
    let mut faults = Vec::new();
    for row in rows.iter().filter(|row| row[0] == "column" && row[2].ends_with("_id")) {
        let place = format!("{}.{}", row[1], row[2]);
        if OUTSIDE.iter().any(|(excused, _)| *excused == place) {
            continue;
        }
        let of_kind = |kinds: &[&str]| {
            let wanted = |line: &&Vec<&str>| kinds.contains(&line[0]) && line[1] == row[1];
            rows.iter().filter(wanted).map(|line| line[2].to_owned()).collect::<Vec<_>>()
        };
        if !of_kind(&["foreign"]).iter().any(|columns| columns.split(',').any(|c| c == row[2])) {
            faults.push(format!("{place} has no foreign key"));
        }
        let indexed = of_kind(&["index", "unique", "primary"]);
        if !indexed.iter().any(|columns| columns.split(',').next() == Some(row[2])) {
            faults.push(format!("{place} has no index that begins with it"));
        }
    }
    faults
}

#[test]
fn every_reference_has_a_key_and_an_index() {
    let faults = reference_faults(&catalogue_of(Engine::Sqlite));
    assert!(faults.is_empty(), "{faults:#?}");
    let lines = catalogue_of(Engine::Sqlite);
    for (place, _) in OUTSIDE {
        let column = format!("column|{}|", place.replace('.', "|"));
        let is_there = lines.iter().any(|line| line.starts_with(&column));
        assert!(is_there, "{place} is gone: remove it from the list");
    }
}

fn name_faults(lines: &[String]) -> Vec<String> {
    let rows: Vec<Vec<&str>> = lines.iter().map(|line| line.split('|').collect()).collect();
    let has_name = |table: &str, name: &str| {
        rows.iter().any(|row| row[0] == "name" && row[1] == table && row[2] == name)
    };
    let mut faults = Vec::new();
    for row in &rows {
        let (table, columns) = (row[1], row[2].replace(',', "_"));
        let wanted = match row[0] {
            "primary" => format!("pk_{table}"),
            "unique" => format!("uq_{table}__{columns}"),
            "foreign" => format!("fk_{table}__{columns}"),
            "index" => format!("ix_{table}__{columns}"),
            _ => continue,
        };
        if !has_name(table, &wanted) {
            faults.push(format!("{}: no constraint or index is named {wanted}", row.join(" ")));
        }
        if wanted.len() > 63 {
            faults.push(format!("{wanted} is longer than the 63 bytes that PostgreSQL keeps"));
        }
    }
    for row in rows.iter().filter(|row| row[0] == "name") {
        let known = ["pk_", "uq_", "fk_", "ck_", "ix_"]
            .iter()
            .any(|kind| row[2].strip_prefix(kind).is_some_and(|rest| rest.starts_with(row[1])));
        if !known {
            faults.push(format!("{}: {} is no pk_ uq_ fk_ ck_ ix_ of its table", row[1], row[2]));
        }
    }
    faults
}

#[test]
fn constraints_are_named_by_the_rule() {
    let faults = name_faults(&catalogue_of(Engine::Sqlite));
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_planted_fault_of_each_kind_is_found() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let bare = lines("column|t|other_id|uuid|null");
    assert_eq!(reference_faults(&bare).len(), 2);
    let sound = lines(
        "column|t|other_id|uuid|null\nforeign|t|other_id|o|id|NO ACTION\nindex|t|other_id|whole",
    );
    assert!(reference_faults(&sound).is_empty());
    assert_eq!(name_faults(&sound).len(), 2);
    assert_eq!(name_faults(&lines("unique|t|a,b|whole\nname|t|uq_t__a_b")), Vec::<String>::new());
    assert_eq!(name_faults(&lines("name|t|t_pkey")).len(), 1);
    let text =
        "diesel::table! {\n t (a, b) {\n a -> DbId,\n #[sql_name = \"b\"]\n x -> Nullable<Date>,";
    let read = declared(text);
    assert_eq!(read, ["primary|t|a,b", "column|t|a|uuid|not null", "column|t|b|date|null"]);
    let database = TestDatabase::create(Engine::Sqlite).unwrap();
    let mut conn = connect(&database.url).unwrap();
    let before = catalogue(&mut conn);
    use diesel::connection::SimpleConnection;
    conn.batch_execute("ALTER TABLE legal_clock ADD COLUMN planted TEXT").unwrap();
    assert_eq!(catalogue(&mut conn).len(), before.len() + 1);
}
