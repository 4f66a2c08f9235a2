//! No single person makes a counted paper ballot: every pair of steps at the paper desk is tried by one
//! person in two sessions, by every pair of roles, over HTTP and past the handlers.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, connection::SimpleConnection};
use jiugai::platform::{
    auth::{Scope, permission::roles},
    db::{Conn, connect, schema::ballots},
};
use serde_json::{Value, json};

use super::{Desk, draft};
use crate::{
    db_test,
    support::{Answer, Client, TestApp, flats},
};

/// The steps of a sheet, in their order.
const STEPS: [&str; 7] =
    ["issue", "collector", "other collector", "register", "first", "second", "adjudicate"];

/// Pairs of steps that need two people.
const APART: [(usize, usize); 4] = [(1, 2), (4, 5), (4, 6), (5, 6)];

/// What came of it: the refused step and why, or nothing.
type Refused = Option<(usize, String)>;

struct Matrix {
    desk: Desk,
}

impl Matrix {
    async fn open(app: TestApp, heads: usize) -> Self {
        let desk = draft(app, &flats(heads, "80.00"), &["5"]).await;
        desk.open().await;
        Self { desk }
    }

    async fn id(&self, person: &Client) -> Value {
        person.get("/api/v1/me").await.expect(200)["id"].clone()
    }

    /// Takes a unit's sheet through every step, each by the person of its place.
    async fn walk(&self, unit: &str, people: &[Client; 7]) -> Refused {
        let issue = json!({ "units": [unit] });
        let path = |rest: &str| self.desk.path(rest);
        if let refused @ Some(_) = told(0, &people[0].post(&path("/sheets/issue"), issue).await) {
            return refused;
        }
        let sheets = people[0].get(&path("/sheets?state=issued&limit=200")).await.expect(200);
        let of_unit = |sheet: &&Value| sheet["unit_code"] == unit;
        let sheet = sheets["items"].as_array().unwrap().iter().find(of_unit).unwrap();
        let collectors = [self.id(&people[1]).await, self.id(&people[2]).await];
        let batch = json!({ "collectors": collectors, "place": "1栋大厅", "seal": "F-0031",
            "sheets": [sheet["serial"]] });
        let batch = people[3].post(&path("/batches"), batch).await;
        if let refused @ Some(_) = told(3, &batch) {
            return refused;
        }
        let sheet = batch.json()["sheets"][0]["sheet_id"].as_str().unwrap().to_owned();
        let entries = path(&format!("/sheets/{sheet}/entries"));
        let decide = path(&format!("/sheets/{sheet}/adjudication"));
        let readings = [(4, &entries, "for"), (5, &entries, "against"), (6, &decide, "for")];
        for (step, path, choice) in readings {
            let answer = people[step].post(path, self.desk.ballot(choice)).await;
            if let refused @ Some(_) = told(step, &answer) {
                return refused;
            }
        }
        None
    }

    async fn paper_ballots(&self) -> i64 {
        let count = ballots::table.filter(ballots::channel.eq("paper")).count();
        self.desk.app.db.read(move |conn| Ok(count.get_result(conn)?)).await.unwrap()
    }
}

fn told(step: usize, answer: &Answer) -> Refused {
    (answer.status >= 400).then(|| (step, answer.json()["code"].as_str().unwrap().to_owned()))
}

db_test! {
    async fn every_pair_of_steps_that_needs_two_people_refuses_one(app: TestApp) {
        let matrix = Matrix::open(app, 40).await;
        let mut logins = Vec::new();
        for n in 0..7 {
            let login = format!("person{n}");
            matrix.desk.app.clerk(&login, matrix.desk.community).await;
            logins.push(login);
        }
        let pairs = (0..7).flat_map(|first| (first + 1..7).map(move |second| (first, second)));
        let mut unit = 0;
        for (first, second) in pairs {
            unit += 1;
            let mut people = Vec::new();
            for step in 0..7 {
                // The same account in another session.
                let login = if step == second { &logins[first] } else { &logins[step] };
                people.push(matrix.desk.app.sign_in(login).await);
            }
            let people: [Client; 7] = people.try_into().ok().unwrap();
            let refused = matrix.walk(&format!("1-{unit:03}"), &people).await;
            let name = format!("{} and {}", STEPS[first], STEPS[second]);
            if APART.contains(&(first, second)) {
                // Two collectors are named by whoever registers the batch.
                let step = if second == 2 { 3 } else { second };
                assert_eq!(refused, Some((step, "same_clerk".to_owned())), "{name}");
            } else {
                assert_eq!(refused, None, "{name}");
            }
        }
        // Four pairs were refused; each other one made its ballot.
        assert_eq!(matrix.paper_ballots().await, 21 - 4);
    }

    async fn no_one_person_of_any_two_roles_makes_a_paper_ballot(app: TestApp) {
        let matrix = Matrix::open(app, 80).await;
        let app = &matrix.desk.app;
        let helper = app.clerk("helper", matrix.desk.community).await;
        let names: Vec<&str> = roles().iter().map(|role| role.name.as_str()).collect();
        let names: Vec<&str> = names.into_iter().filter(|name| *name != "owner").collect();
        let (mut unit, mut began) = (0, 0);
        for (at, first) in names.iter().enumerate() {
            for second in &names[at..] {
                unit += 1;
                let login = format!("both{unit}");
                let mut both = vec![(*first, Scope::Everything), (*second, Scope::Everything)];
                both.dedup_by(|a, b| a.0 == b.0);
                let person = app.staff(&login, &both).await;
                let mut people = Vec::new();
                for step in 0..7 {
                    // Somebody must collect with them; every other step is their own.
                    let client = if step == 2 { helper.clone() } else { app.sign_in(&login).await };
                    people.push(client);
                }
                let people: [Client; 7] = people.try_into().ok().unwrap();
                let refused = matrix.walk(&format!("1-{unit:03}"), &people).await;
                let (step, code) = refused.expect("refused at some step");
                if code == "same_clerk" {
                    assert_eq!(step, 5, "{first} and {second}");
                    began += 1;
                } else {
                    assert_eq!(code, "forbidden", "{first} and {second}");
                }
                drop(person);
            }
        }
        assert!(began > 0, "nobody came as far as a first entry: the matrix shows nothing");
        assert_eq!(matrix.paper_ballots().await, 0);
        // The control: a second person.
        let (anna, bo) = (app.clerk("anna", matrix.desk.community).await, helper);
        let unit = format!("1-{:03}", unit + 1);
        let people = [&anna, &anna, &bo, &anna, &anna, &bo, &anna].map(Client::clone);
        let refused = matrix.walk(&unit, &people).await;
        assert_eq!(refused, Some((6, "same_clerk".to_owned())), "the third reading needs a third");
        assert_eq!(matrix.paper_ballots().await, 0);
    }

    async fn past_the_handlers_the_database_itself_refuses_one_person(app: TestApp) {
        let matrix = Matrix::open(app, 3).await;
        let desk = &matrix.desk;
        let [anna, bo] = [desk.app.clerk("anna", desk.community).await,
            desk.app.clerk("bobo", desk.community).await];
        let people = [&anna, &anna, &bo, &anna, &anna, &bo, &anna].map(Client::clone);
        // Left differing: the third reading was refused.
        assert!(matrix.walk("1-001", &people).await.is_some());
        let mut conn = connect(&desk.app.database_url()).unwrap();
        let of = |round: &str| format!("(SELECT clerk_id FROM sheet_entries WHERE round = '{round}')");
        let free = "(SELECT id FROM accounts WHERE name = 'clerk')";
        let entry = |round: &str, clerk: &str, session: &str| format!(
            "INSERT INTO sheet_entries (id, sheet_id, round, clerk_id, session_id, clerk_name, \
             choices, entered_at) SELECT {free}, sheet_id, '{round}', {clerk}, {session}, 'x', '[]', \
             entered_at FROM sheet_entries WHERE round = 'first'");
        let of_session = "(SELECT session_id FROM sheet_entries WHERE round = 'second')";
        let account = "(SELECT id FROM votes)"; // an id that no session has
        let batch = |first: &str, second: &str| format!(
            "INSERT INTO sheet_batches (id, vote_id, number, first_collector, second_collector, \
             place, seal, sheets, registered_at, registered_by) SELECT {account}, vote_id, 99, \
             {first}, {second}, place, seal, 1, registered_at, registered_by FROM sheet_batches");
        for (name, sql, is_taken) in [
            ("one collector", batch("first_collector", "first_collector"), false),
            ("two collectors", batch("first_collector", "second_collector"), true),
            ("decided by who read first", entry("adjudication", &of("first"), account), false),
            ("decided by who read second", entry("adjudication", &of("second"), account), false),
            ("decided in the session of a reading", entry("adjudication", free, of_session), false),
            ("a second first reading", entry("first", free, account), false),
            ("decided by a third", entry("adjudication", free, account), true),
        ] {
            assert_eq!(is_accepted(&mut conn, &sql), is_taken, "{name}");
        }
    }
}

/// Whether the database takes a statement; it is rolled back.
fn is_accepted(conn: &mut Conn, sql: &str) -> bool {
    conn.batch_execute("BEGIN").unwrap();
    let accepted = conn.batch_execute(sql).is_ok();
    conn.batch_execute("ROLLBACK").unwrap();
    accepted
}
