//! Readiness of a project with 40 items in a community of 200, 2,000 and 20,000 households, and the stage
//! board of 100, 1,000 and 10,000 projects: how both grow.
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
    app::survey_gates::Surveys,
    kernel::{CommunityId, Fen, ProjectId, UtcTime},
    platform::{
        auth::Reach,
        clock::Clock,
        db::{Actor, Conn, Db, DbSettings, WriteContext},
    },
    renovation::{self, NewPlanItem, NewProject, PlanContent, Quantity},
};

use support::{Database, KIND_COMMUNITY, head, id_text, line, median};

const TURNS: usize = 20;
const ITEMS: usize = 40;
const HOUSEHOLDS: [usize; 3] = [200, 2_000, 20_000];
const PROJECTS: [usize; 3] = [100, 1_000, 10_000];

const KIND_BUILDING: u8 = 0xd1;
const KIND_UNIT: u8 = 0xd2;
const KIND_FACT: u8 = 0xd3;
const KIND_PLEDGE: u8 = 0xd4;
const KIND_PROJECT: u8 = 0xd5;

fn main() {
    head("Readiness of a project and the stage board");
    for database in Database::each() {
        let mut conn = database.connect();
        let db = Db::open(&DbSettings { url: database.url.clone(), pool_size: 1 }, Clock::system())
            .unwrap();
        conn.batch_execute("INSERT INTO divisions (code, name) VALUES ('110101001001', 'bench')")
            .unwrap();
        let (mut homes, mut found) = (0, Vec::new());
        for (at, households) in HOUSEHOLDS.into_iter().enumerate() {
            register(&database, &mut conn, (at + 1, homes, households));
            homes += households;
            let project = project(&db, at + 1);
            conn.batch_execute("ANALYZE").unwrap();
            let took = measure(|| ready(&mut conn, project, households));
            line(&format!(
                "{:<11} readiness, {households:>6} households {took:>8.2} ms",
                database.name
            ));
            found.push(took);
        }
        growth(&database, &found);
        let (mut known, mut found) = (HOUSEHOLDS.len(), Vec::new());
        for projects in PROJECTS {
            fill(&database, &mut conn, (known, projects));
            known = projects;
            conn.batch_execute("ANALYZE").unwrap();
            let took = measure(|| board(&mut conn, projects));
            line(&format!(
                "{:<11} stage board, {projects:>6} projects  {took:>8.2} ms",
                database.name
            ));
            found.push(took);
        }
        growth(&database, &found);
    }
}

fn growth(database: &Database, found: &[f64]) {
    let times: Vec<String> =
        found.windows(2).map(|pair| format!("× {:.1}", pair[1] / pair[0])).collect();
    line(&format!("{:<11} growth for ten times as many: {}", database.name, times.join(", ")));
}

/// The median of some turns; the first warms up.
fn measure(mut run: impl FnMut()) -> f64 {
    let turn = |turn: usize| {
        let started = Instant::now();
        run();
        (turn > 0).then(|| started.elapsed().as_secs_f64() * 1000.0)
    };
    median((0..=TURNS).filter_map(turn).collect())
}

/// A community, numbered, whose households pledged everything; so many homes exist before.
fn register(
    database: &Database,
    conn: &mut Conn,
    (number, before, households): (usize, usize, usize),
) {
    let community = database.id(KIND_COMMUNITY, &number.to_string());
    let early = database.instant("2020-01-01");
    let columns = "communities (id, division_code, name, facilities, hazards, register_version, \
        version, created_at)";
    let select =
        format!("{community}, '110101001001', 'bench {number}', '[]', '[]', 1, 1, {early}");
    database.insert(conn, 1, (columns, &select));
    let building = database.id(KIND_BUILDING, &number.to_string());
    let select = format!("{building}, {community}, '1', 1");
    database.insert(conn, 1, ("buildings (id, community_id, name, version)", &select));
    let home = format!("i + {before}");
    let unit = database.id(KIND_UNIT, &home);
    let columns = "units (id, community_id, building_id, code, version, created_at)";
    let select = format!("{unit}, {community}, {building}, CAST(i AS TEXT), 1, {early}");
    database.insert(conn, households, (columns, &select));
    let fact = database.id(KIND_FACT, &home);
    let columns = "unit_facts (id, unit_id, use, area, delivered, valid_from, reason, recorded_at)";
    let day = "DATE('2020-01-01')";
    let select = format!("{fact}, {unit}, 'residential', 8000, TRUE, {day}, '', {early}");
    database.insert(conn, households, (columns, &select));
    let kinds =
        ["cooperate", "remove_illegal_structures", "pay_property_fee", "deposit_repair_fund"];
    for (at, kind) in kinds.iter().enumerate() {
        let pledge = database.id(KIND_PLEDGE, &format!("4 * (i + {before}) + {at}"));
        let columns = "consultation_pledges (id, community_id, unit_id, kind, state, proof, \
            recorded_by, recorder_name, recorded_at)";
        let select = format!(
            "{pledge}, {community}, {unit}, '{kind}', 'given', '', {community}, '', {early}"
        );
        database.insert(conn, households, (columns, &select));
    }
}

/// A project of the numbered community with a fixed plan, before the programme.
fn project(db: &Db, number: usize) -> ProjectId {
    let community_id: CommunityId = id_text(KIND_COMMUNITY, number).parse().unwrap();
    let new =
        NewProject { community_id, policy: "beijing".to_owned(), name: format!("bench {number}") };
    let item = |at: usize| NewPlanItem {
        code: ["B01", "B02", "I03", "U01"][at % 4].to_owned(),
        quantity: Quantity(1_000 + at as i64),
        building_id: None,
        entrance_id: None,
        cost: Fen(1_000_000),
        mandatory: at.is_multiple_of(2),
        note: at.to_string(),
        chosen: None,
    };
    let content = PlanContent {
        funding: "财政补助".to_owned(),
        management_model: None,
        starts_on: None,
        ends_on: None,
        note: String::new(),
        items: (0..ITEMS).map(item).collect(),
        drawings: Vec::new(),
    };
    let context = WriteContext::of(Actor::named("bench"));
    db.write_blocking(&context, "bench", move |tx| {
        let everywhere = Reach::everything();
        let id = renovation::open_project(tx, &everywhere, &new)?.project.id;
        let row = renovation::get_project(tx.conn(), id, &everywhere)?;
        let draft = renovation::draft_plan(tx, (&row, &Surveys), &content)?;
        renovation::fix_plan(tx, (&row, draft.id), &draft.sha256)?;
        diesel::RunQueryDsl::execute(
            diesel::sql_query("UPDATE projects SET stage = 'in_library'"),
            tx.conn(),
        )?;
        Ok(id)
    })
    .unwrap()
}

fn ready(conn: &mut Conn, id: ProjectId, households: usize) {
    let row = renovation::get_project(conn, id, &Reach::everything()).unwrap();
    let now: UtcTime = "2026-03-02T01:00:00Z".parse().unwrap();
    let found = renovation::readiness(conn, &row, (&Surveys, now)).unwrap();
    let pledges = found.requirements.iter().find(|one| one.requirement == "pledges").unwrap();
    assert_eq!((pledges.met, &pledges.have), (true, &format!("{households}/{households}")));
}

/// Projects numbered after the known ones, in every stage of the line.
fn fill(database: &Database, conn: &mut Conn, (known, projects): (usize, usize)) {
    let number = format!("i + {known}");
    let (project, community) =
        (database.id(KIND_PROJECT, &number), database.id(KIND_COMMUNITY, "1"));
    let early = database.instant("2020-01-01");
    let stages = [
        "applied",
        "surveyed",
        "consented",
        "designed",
        "reviewed",
        "approved",
        "in_library",
        "in_programme",
        "building",
        "accepted",
        "in_warranty",
        "maintained",
    ];
    let cases: Vec<String> =
        stages.iter().enumerate().map(|(at, stage)| format!("WHEN {at} THEN '{stage}'")).collect();
    let columns = "projects (id, division_code, community_id, policy_pack_id, name, stage, \
        creator_name, created_at, moved_at, version)";
    let select = format!(
        "{project}, '110101001001', {community}, (SELECT id FROM policy_packs LIMIT 1), 'bench', \
         CASE i % 12 {} END, '', {early}, {early}, 1",
        cases.join(" ")
    );
    database.insert(conn, projects - known, (columns, &select));
}

fn board(conn: &mut Conn, projects: usize) {
    let counts = renovation::stage_board(conn, &Reach::everything()).unwrap();
    let all: i64 = counts.iter().map(|one| one.projects).sum();
    assert_eq!(all, projects as i64);
}
