//! Readiness and explain of a composite decision of 36 votes: courtyards that merge, each with a
//! final result.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::float_arithmetic,
    clippy::print_stdout,
    reason = "a benchmark may end in a panic, and prints approximate figures"
)]
#![expect(dead_code, reason = "the shared module serves other benchmarks, too")]

#[path = "../support/mod.rs"]
mod support;

use std::time::Instant;

use diesel::connection::SimpleConnection;
use jiugai::{
    kernel::CompositeId,
    platform::{auth::Reach, db::Conn},
    voting,
};

use support::{Database, KIND_COMMUNITY, KIND_ITEM, KIND_VOTE, head, id_text, line, median};

const VOTES: usize = 36;
const TURNS: usize = 20;

const KIND_BUILDING: u8 = 0xc1;
const KIND_COMPOSITE: u8 = 0xc2;
const KIND_PLACE: u8 = 0xc3;
const KIND_MEMBER: u8 = 0xc4;
const KIND_RESULT: u8 = 0xc5;

/// A stored working with its four tests.
const WORKING: &str = r#"{"position":1,"title":"bench","class":"ordinary","passed":true,
"total":{"area":"4000.00","heads":50},
"participating":{"area":"3600.00","heads":45},
"for":{"area":"3280.00","heads":41},
"predicates":[
{"rule_id":"participation_by_area","dimension":"area","have":"3600.00","whole":"4000.00",
"need":"2666.67","margin":"933.33",
"comparator":"at_least","ratio":"2/3","met":true,"percent":"90.00%","clause":"278","basis":"law"},
{"rule_id":"participation_by_heads","dimension":"heads","have":"45","whole":"50",
"need":"34","margin":"11",
"comparator":"at_least","ratio":"2/3","met":true,"percent":"90.00%","clause":"278","basis":"law"},
{"rule_id":"approval_by_area","dimension":"area","have":"3280.00","whole":"3600.00",
"need":"1800.01","margin":"1479.99",
"comparator":"more_than","ratio":"1/2","met":true,"percent":"91.11%","clause":"278","basis":"law"},
{"rule_id":"approval_by_heads","dimension":"heads","have":"41","whole":"45",
"need":"23","margin":"18",
"comparator":"more_than","ratio":"1/2","met":true,"percent":"91.11%","clause":"278","basis":"law"}]}"#;

fn main() {
    head("Readiness and explain of a composite decision of 36 votes");
    for database in Database::each() {
        let mut conn = database.connect();
        support::community(&database, &mut conn);
        prepare(&database, &mut conn);
        measure(&database, &mut conn);
    }
}

fn prepare(database: &Database, conn: &mut Conn) {
    support::votes(database, conn, (1, VOTES), "confirmed");
    conn.batch_execute("UPDATE vote_items SET matter = 'merge'").unwrap();
    let of = |kind| database.id(kind, "i");
    let (community, composite) =
        (database.id(KIND_COMMUNITY, "1"), database.id(KIND_COMPOSITE, "1"));
    let early = database.instant("2020-01-01");
    let pack = "(SELECT id FROM rule_packs WHERE pack_key = 'changping-merger')";
    let building = of(KIND_BUILDING);
    let columns = "buildings (id, community_id, name, version)";
    let select = format!("{building}, {community}, CAST(i AS TEXT), 1");
    database.insert(conn, VOTES, (columns, &select));
    let columns = "composites (id, rule_pack_id, composite_key, title, created_by, creator_name, created_at, \
        version)";
    let select = format!("{composite}, {pack}, 'merge', 'bench', {community}, '', {early}, 1");
    database.insert(conn, 1, (columns, &select));
    let place = of(KIND_PLACE);
    let columns = "composite_places (id, composite_id, position, name, division_code, \
        community_id, building_id)";
    let select = format!("{place}, {composite}, i, CAST(i AS TEXT), '', {community}, {building}");
    database.insert(conn, VOTES, (columns, &select));
    let (member, vote) = (of(KIND_MEMBER), of(KIND_VOTE));
    let columns = "composite_members (id, composite_id, place_id, part, vote_id, added_at, \
        added_name)";
    let select = format!("{member}, {composite}, {place}, 0, {vote}, {early}, ''");
    database.insert(conn, VOTES, (columns, &select));
    let (result, item) = (of(KIND_RESULT), of(KIND_ITEM));
    let columns = "item_results (id, vote_id, item_id, passed, working, counted_at, log_seq)";
    let select = format!("{result}, {vote}, {item}, TRUE, '{WORKING}', {early}, 1");
    database.insert(conn, VOTES, (columns, &select));
}

fn measure(database: &Database, conn: &mut Conn) {
    let id: CompositeId = id_text(KIND_COMPOSITE, 1).parse().unwrap();
    let reach = Reach::everything();
    let (mut ready, mut explained) = (Vec::new(), Vec::new());
    // The first turn warms up.
    for turn in 0..=TURNS {
        let started = Instant::now();
        let readiness = voting::readiness_of_composite(conn, id, &reach).unwrap();
        let first = started.elapsed();
        let why = voting::explain_composite(conn, id, &reach).unwrap();
        let second = started.elapsed() - first;
        assert_eq!(readiness.passed, VOTES as u64);
        assert_eq!(why["members"].as_array().map(Vec::len), Some(VOTES));
        if turn > 0 {
            ready.push(first.as_secs_f64() * 1000.0);
            explained.push(second.as_secs_f64() * 1000.0);
        }
    }
    let (ready, explained) = (median(ready), median(explained));
    line(&format!("{:<11} readiness {ready:>7.2} ms, explain {explained:>7.2} ms", database.name));
}
