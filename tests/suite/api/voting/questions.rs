//! Items with options: one of three colours, up to k of n, a committee; ties and run-offs.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Desk, paper::Paper};
use crate::{
    db_test,
    support::{Answer, Client, TestApp, TestUnit, flats, phone},
};

/// An item on its own, then a question of these options.
fn agenda(kind: &str, (choose_at_most, seats): (u32, u32), options: &[&str]) -> Value {
    let options: Vec<Value> = options.iter().map(|title| json!({ "title": title })).collect();
    json!([
        { "title": "更换给水管", "matters": ["5"] },
        { "title": "外墙颜色", "description": "见样板", "matters": ["5"], "options": {
            "kind": kind, "choose_at_most": choose_at_most, "seats": seats, "options": options } },
    ])
}

fn ids(vote: &Value) -> Vec<String> {
    let items = vote["items"].as_array().unwrap().iter();
    items.map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

async fn drafted(app: TestApp, units: &[TestUnit], items: Value) -> (Desk, Value) {
    let community = app.register("幸福里小区", units).await;
    drop(app.bureau().await);
    let clerk = app.clerk("clerk", community).await;
    let body = json!({ "title": "改造方案表决", "community_id": community, "items": items });
    let vote = clerk.post("/api/v1/votes", body).await.expect(201);
    let (items, id) = (ids(&vote), vote["id"].as_str().unwrap().to_owned());
    (Desk { app, clerk, community, vote: id, items }, vote)
}

impl Desk {
    /// The item of the agenda is for; of the question only the chosen options are named, by number.
    fn choosing(&self, chosen: &[usize]) -> Value {
        let for_it = |at: &usize| json!({ "item_id": self.items[*at - 1], "choice": "for" });
        let choices: Vec<Value> = [1].iter().chain(chosen).map(for_it).collect();
        json!({ "choices": choices })
    }

    async fn choose(&self, n: usize, chosen: &[usize]) -> Answer {
        let owner = self.app.owner(&phone(n)).await;
        owner.post(&self.path("/ballots"), self.choosing(chosen)).await
    }

    async fn asked(&self) -> Value {
        let explained = self.staff_again().await.get(&self.path("/explain")).await.expect(200);
        explained["questions"][0].clone()
    }

    async fn run_off(&self, question: &Value) -> Answer {
        let id = question["question_id"].as_str().unwrap();
        let path = self.path(&format!("/questions/{id}/run-off"));
        self.staff_again().await.post(&path, json!({})).await
    }

    async fn shows(&self, rest: &str, texts: &[&str]) {
        let page = self.staff_again().await.get(&self.path(rest)).await;
        assert_eq!(page.status, 200, "{}", page.text);
        for text in texts {
            assert!(page.text.contains(text), "{text} is missing in\n{}", page.text);
        }
    }

    /// The run-off, announced from the present day, opened.
    async fn opened_again(self, vote: &Value) -> Self {
        let (items, id) = (ids(vote), vote["id"].as_str().unwrap().to_owned());
        let desk = Self { items, vote: id, ..self };
        let clerk = desk.staff_again().await;
        clerk.post(&desk.path("/freeze-roll"), json!({})).await.expect(200);
        let today = desk.app.clock.legal_now().local_date();
        let midnight = |days: u32| format!("{}T00:00:00+08:00", today.plus_days(days));
        let window = json!({ "opens_at": midnight(16), "closes_at": midnight(23) });
        clerk.post(&desk.path("/notice"), window).await.expect(200);
        desk.app.clock.advance(TimeDelta::days(16));
        desk.app.work().await;
        let vote = desk.staff_again().await.get(&desk.path("")).await.expect(200);
        assert_eq!(vote["state"], "open");
        desk
    }
}

fn numbers(question: &Value, key: &str) -> Vec<u64> {
    question[key].as_array().unwrap().iter().map(|number| number.as_u64().unwrap()).collect()
}

const COLOURS: [&str; 3] = ["米黄", "浅灰", "砖红"];

db_test! {
    async fn one_of_three_colours_wins_and_both_programs_find_the_vote_good(app: TestApp) {
        let items = agenda("choice", (1, 1), &COLOURS);
        let (desk, vote) = drafted(app, &flats(9, "80.00"), items).await;
        let question = &vote["questions"][0];
        assert_eq!((&question["title"], &question["items"]), (&json!("外墙颜色"), &json!([2, 3, 4])));
        assert_eq!(vote["items"][1]["question_id"], question["id"]);
        assert_eq!((&vote["items"][0]["question_id"], &vote["items"][3]["title"]),
            (&Value::Null, &json!("砖红")));
        desk.open().await;
        desk.shows("/print/notice", &["多选议题：外墙颜色", "最多选 1 项", "选项2：米黄"]).await;
        let refused = desk.choose(1, &[2, 3]).await;
        assert_eq!(refused.refused(422), "too_many_options");
        let said = &refused.json()["params"];
        assert_eq!([&said["question"], &said["chosen"], &said["at_most"]],
            [&json!("外墙颜色"), &json!(2), &json!(1)]);
        for n in 1..=5 {
            desk.choose(n, &[2]).await.expect(201);
        }
        desk.choose(6, &[3]).await.expect(201);
        desk.choose(7, &[4]).await.expect(201);
        let clerk = desk.close_and_count().await;
        let attempts = clerk.get(&desk.path("/attempts")).await.expect(200);
        assert_eq!(attempts["items"][0]["reason"], "too_many_options");
        let asked = desk.asked().await;
        assert_eq!((numbers(&asked, "chosen"), &asked["decided"]), (vec![2], &json!(true)));
        assert_eq!(asked["options"][0]["for"], json!({ "area": "400.00", "heads": 5 }));
        assert_eq!((&asked["rank_by"], &asked["rank_basis"]), (&json!("both"), &json!("ours")));
        assert_eq!(desk.run_off(&asked).await.refused(409), "wrong_state");
        desk.certify().await;
        assert_eq!(desk.run_off(&asked).await.refused(409), "question_decided");
        desk.shows("/result.html", &["选定：米黄", "单独计票"]).await;
        let csv = desk.staff_again().await.get(&desk.path("/result.csv")).await.text;
        assert!(csv.contains(",外墙颜色,选定") && csv.contains(",外墙颜色,未选定"), "{csv}");
        let log = format!("/api/v1/public/votes/{}/log", desk.vote);
        let note = desk.app.anon().get(&format!("{log}/certificate")).await.text;
        assert!(note.contains("\nquestion 2 chosen 2 open 0\n"), "{note}");
        let page = desk.app.anon().get(&format!("{log}/certificate.html")).await.text;
        assert!(page.contains("选定：米黄"), "{page}");
    }

    async fn where_no_colour_passes_a_run_off_between_the_leading_ones_decides(app: TestApp) {
        let (desk, _) = drafted(app, &flats(9, "80.00"), agenda("choice", (1, 1), &COLOURS)).await;
        desk.open().await;
        for (n, colour) in [(1, 2), (2, 2), (3, 2), (4, 2), (5, 3), (6, 3), (7, 3), (8, 4)] {
            desk.choose(n, &[colour]).await.expect(201);
        }
        desk.close_and_count().await;
        let asked = desk.asked().await;
        assert_eq!((numbers(&asked, "chosen"), &asked["open"]), (vec![], &json!(1)));
        assert_eq!((numbers(&asked, "leading"), numbers(&asked, "tied")), (vec![2, 3], vec![]));
        desk.certify().await;
        let first = desk.run_off(&asked).await.expect(201);
        let of = json!({ "vote_id": desk.vote, "question_id": asked["question_id"] });
        assert_eq!(first["run_off_of"], of);
        let titles = first["items"].as_array().unwrap().iter().map(|of| &of["title"]);
        assert_eq!(titles.collect::<Vec<_>>(), ["米黄", "浅灰"]);
        assert_eq!(first["title"], "改造方案表决：外墙颜色（第二轮）");
        let again = desk.run_off(&asked).await;
        assert_eq!(again.refused(409), "already_exists");
        assert_eq!(again.json()["params"]["vote_id"], first["id"]);
        assert_eq!(desk.asked().await["run_off"], first["id"]);
        let clerk = desk.staff_again().await;
        let path = format!("/api/v1/votes/{}/void", first["id"].as_str().unwrap());
        clerk.post(&path, json!({ "reason": "材料有误" })).await.expect(200);
        assert_eq!(desk.asked().await["run_off"], Value::Null);
        let second = desk.run_off(&asked).await.expect(201);
        let desk = desk.opened_again(&second).await;
        for n in 1..=9 {
            let chosen = desk.items[usize::from(n > 3)].clone();
            let owner = desk.app.owner(&phone(n)).await;
            let ballot = json!({ "choices": [{ "item_id": chosen, "choice": "for" }] });
            owner.post(&desk.path("/ballots"), ballot).await.expect(201);
        }
        desk.close_and_count().await;
        let asked = desk.asked().await;
        assert_eq!((numbers(&asked, "chosen"), &asked["decided"]), (vec![2], &json!(true)));
    }

    async fn up_to_two_of_three_may_win_and_what_is_not_chosen_is_an_abstention(app: TestApp) {
        let items = agenda("choice", (2, 2), &["健身角", "晾衣区", "充电棚"]);
        let (desk, _) = drafted(app, &flats(6, "80.00"), items).await;
        desk.open().await;
        for n in 1..=4 {
            desk.choose(n, &[2, 4]).await.expect(201);
        }
        desk.choose(5, &[3]).await.expect(201);
        assert_eq!(desk.choose(6, &[2, 3, 4]).await.refused(422), "too_many_options");
        let owner = desk.app.owner(&phone(5)).await;
        let own = owner.get(&desk.path("/heads/mine")).await.expect(200);
        let mut said: Vec<_> = own[0]["ballots"][0]["choices"].as_array().unwrap().iter()
            .map(|of| of["choice"].as_str().unwrap().to_owned()).collect();
        said.sort_unstable();
        assert_eq!(said, ["abstain", "abstain", "for", "for"]);
        desk.close_and_count().await;
        let asked = desk.asked().await;
        assert_eq!((numbers(&asked, "chosen"), &asked["open"]), (vec![2, 4], &json!(0)));
        desk.certify().await;
    }

    async fn a_tie_for_the_last_seat_is_nobodys_until_a_run_off(app: TestApp) {
        let items = agenda("election", (2, 2), &["赵一", "钱二", "孙三"]);
        let (desk, _) = drafted(app, &flats(6, "80.00"), items).await;
        desk.open().await;
        for (n, chosen) in [(1, [2, 3]), (2, [2, 3]), (3, [2, 4]), (4, [2, 4]), (5, [3, 4]), (6, [3, 4])] {
            desk.choose(n, &chosen).await.expect(201);
        }
        desk.close_and_count().await;
        // Four of six each: all pass, three for two seats, and no order among them.
        let asked = desk.asked().await;
        assert_eq!((numbers(&asked, "chosen"), numbers(&asked, "tied")), (vec![], vec![2, 3, 4]));
        assert!(asked["zh"].as_str().unwrap().contains("末位并列"), "{asked}");
        assert!(asked["en"].as_str().unwrap().contains("A tie for the last place"), "{asked}");
        desk.shows("/result.html", &["并列未决", "未决 2 个名额"]).await;
        desk.certify().await;
        let run_off = desk.run_off(&asked).await.expect(201);
        let question = &run_off["questions"][0];
        assert_eq!([&question["kind"], &question["seats"], &question["choose_at_most"]],
            [&json!("election"), &json!(2), &json!(2)]);
        assert_eq!(run_off["items"].as_array().unwrap().len(), 3);
    }

    async fn a_sheet_with_too_many_options_is_entered_as_invalid_in_that_question(app: TestApp) {
        let (desk, _) = drafted(app, &flats(4, "80.00"), agenda("choice", (1, 1), &COLOURS)).await;
        desk.open().await;
        let anna = desk.app.clerk("anna", desk.community).await;
        let bo = desk.app.clerk("bobo", desk.community).await;
        let chen = desk.app.clerk("chen", desk.community).await;
        anna.post(&desk.path("/sheets/issue"), json!({})).await.expect(201);
        desk.shows("/print/ballots", &["外墙颜色：最多选 1 项", "以上都不同意"]).await;
        let paper = Paper { desk, anna, bo, chen };
        let sheet = paper.register("1-001").await;
        let Paper { desk, anna, bo, .. } = &paper;
        let entries = desk.path(&format!("/sheets/{sheet}/entries"));
        let too_many = desk.choosing(&[2, 3]);
        let item = |at: usize, choice: &str| json!({ "item_id": desk.items[at - 1], "choice": choice });
        let partly = json!({ "choices": [item(1, "for"), item(2, "for"), item(3, "invalid")],
            "invalid_reason": "ambiguous" });
        // One option entered as invalid means all of the question.
        let invalid = json!({ "choices": [item(1, "for"), item(2, "invalid")],
            "invalid_reason": "ambiguous" });
        for (clerk, state) in [(anna, "entered_once"), (bo, "settled")] {
            assert_eq!(clerk.post(&entries, too_many.clone()).await.refused(422), "too_many_options");
            assert_eq!(clerk.post(&entries, partly.clone()).await.refused(422), "invalid_field");
            assert_eq!(clerk.post(&entries, invalid.clone()).await.expect(201)["state"], state);
        }
        for n in 2..=4 {
            desk.choose(n, &[2]).await.expect(201);
        }
        let clerk: Client = paper.close_and_count().await;
        let explained = clerk.get(&desk.path("/explain")).await.expect(200);
        let invalid = |at: usize| explained["items"][at]["invalid"]["heads"].clone();
        assert_eq!([invalid(0), invalid(1), invalid(3)], [0, 1, 1]);
        clerk.post(&desk.path("/recheck"), json!({})).await.expect(201);
        let reader = desk.app.clerk("reader", desk.community).await;
        let again = desk.path(&format!("/sheets/{sheet}/recheck"));
        assert_eq!(reader.post(&again, too_many.clone()).await.refused(422), "too_many_options");
        let invalid = json!({ "choices": [item(1, "for"), item(4, "invalid")],
            "invalid_reason": "ambiguous" });
        assert_eq!(reader.post(&again, invalid).await.expect(201)["differs"], false);
        desk.certify().await;
    }

    async fn a_ruling_reads_no_more_options_than_the_question_allows(app: TestApp) {
        let (desk, _) = drafted(app, &flats(4, "80.00"), agenda("choice", (1, 1), &COLOURS)).await;
        desk.open().await;
        let sheet = {
            let first = desk.app.clerk("anna", desk.community).await;
            let bo = desk.app.clerk("bobo", desk.community).await;
            let chen = desk.app.clerk("chen", desk.community).await;
            first.post(&desk.path("/sheets/issue"), json!({})).await.expect(201);
            Paper { desk, anna: first, bo, chen }
        };
        let id = sheet.register("1-001").await;
        let Paper { desk, anna, bo, .. } = &sheet;
        let entries = desk.path(&format!("/sheets/{id}/entries"));
        anna.post(&entries, desk.choosing(&[2])).await.expect(201);
        bo.post(&entries, desk.choosing(&[2])).await.expect(201);
        let receipt = desk.standings(1).await[0].0.clone();
        let owner = desk.app.owner(&phone(1)).await;
        let dispute = desk.dispute(&owner, &receipt, ("misread", None)).await.expect(201);
        let dora = desk.app.clerk("dora", desk.community).await;
        let ruling = |chosen: &[usize]| {
            let choices = desk.choosing(chosen)["choices"].clone();
            json!({ "upheld": true, "choices": choices })
        };
        let refused = desk.propose(&dora, &dispute, ruling(&[2, 3])).await;
        assert_eq!(refused.refused(422), "too_many_options");
        desk.propose(&dora, &dispute, ruling(&[3])).await.expect(200);
    }

    async fn the_numbers_of_a_question_must_hang_together_and_the_notice_locks_it(app: TestApp) {
        let (desk, vote) = drafted(app, &flats(2, "80.00"), agenda("choice", (1, 1), &COLOURS)).await;
        let broken = [
            ((2, 3), vec!["甲", "乙", "丙"], "/items/1/options"),
            ((4, 1), vec!["甲", "乙", "丙"], "/items/1/options"),
            ((1, 0), vec!["甲", "乙"], "/items/1/options"),
            ((1, 1), vec!["甲"], "/items/1/options"),
            ((1, 1), vec!["甲", "乙", "甲 "], "/items/1/options/options/2/title"),
            ((1, 1), vec!["甲", ""], "/items/1/options/options/1/title"),
        ];
        for (of, options, pointer) in broken {
            let edit = json!({ "items": agenda("choice", of, &options) });
            let refused = desk.clerk.patch(&desk.path(""), edit).await;
            assert_eq!(refused.refused(422), "invalid_field", "{options:?}");
            assert_eq!(refused.json()["errors"][0]["pointer"], pointer);
        }
        let many: Vec<String> = (1..=20).map(|n| format!("候选人{n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let edit = json!({ "items": agenda("election", (5, 5), &many) });
        assert_eq!(desk.clerk.patch(&desk.path(""), edit).await.refused(422), "invalid_field");
        let edit = json!({ "items": agenda("election", (3, 2), &["甲", "乙", "丙", "丁"]) });
        let edited = desk.clerk.patch(&desk.path(""), edit).await.expect(200);
        assert_eq!(edited["questions"].as_array().unwrap().len(), 1);
        assert_ne!(edited["questions"][0]["id"], vote["questions"][0]["id"]);
        let plain = json!({ "items": [{ "title": "更换给水管", "matters": ["5"] }] });
        let plain = desk.clerk.patch(&desk.path(""), plain).await.expect(200);
        assert_eq!(plain["questions"], json!([]));
        desk.open().await;
        let late = json!({ "items": agenda("choice", (1, 1), &COLOURS) });
        assert_eq!(desk.staff_again().await.patch(&desk.path(""), late).await.refused(409), "wrong_state");
    }
}
