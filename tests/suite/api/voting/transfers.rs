//! A sale while the vote is open: V17.

use chrono::TimeDelta;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use jiugai::{
    kernel::{Contact, OwnerId},
    platform::db::{Actor, WriteContext, schema::owners},
};
use serde_json::{Value, json};

use super::{Desk, draft, paper::Paper};
use crate::{
    db_test,
    support::{Answer, Client, TestApp, TestUnit, flat, phone},
};

/// An open vote of three flats, a buyer from elsewhere (phone 77), and a second clerk.
struct Sale {
    desk: Desk,
    second: Client,
}

fn three() -> Vec<TestUnit> {
    vec![
        flat("1-101", "80.00", &[&phone(1)]),
        flat("1-102", "90.00", &[&phone(2)]),
        flat("1-103", "70.00", &[&phone(3)]),
    ]
}

async fn open(app: TestApp, units: &[TestUnit]) -> Sale {
    let desk = draft(app, units, &["5"]).await;
    desk.open().await;
    desk.app.register("隔壁小区", &[flat("9-101", "80.00", &[&phone(77)])]).await;
    let second = desk.app.clerk("second", desk.community).await;
    let clerk = desk.staff_again().await;
    Sale { desk: Desk { clerk, ..desk }, second }
}

impl Sale {
    async fn unit(&self, code: &str) -> String {
        let path = format!("/api/v1/communities/{}/units?limit=200", self.desk.community);
        let units = self.second.get(&path).await.expect(200);
        let of_code = |unit: &&Value| unit["unit_code"] == code;
        let unit = units["items"].as_array().unwrap().iter().find(of_code).unwrap();
        unit["id"].as_str().unwrap().to_owned()
    }

    async fn owner_id(&self, n: usize) -> OwnerId {
        let contact: Contact = phone(n).parse().unwrap();
        let index = self.desk.app.app.keys.contact_index(&contact);
        let found = self.desk.app.db.read(move |conn| {
            let of = owners::table.filter(owners::phone_index.eq(&index));
            Ok(of.select(owners::id).first(conn)?)
        });
        found.await.unwrap()
    }

    /// The register takes the sale of a unit to this person, today.
    async fn sell(&self, code: &str, buyer: usize) {
        let path = format!("/api/v1/units/{}/transfer", self.unit(code).await);
        let owners = json!([{ "owner_id": self.owner_id(buyer).await }]);
        let sale = json!({ "owners": owners, "reason": "不动产权证书" });
        self.desk.clerk.post(&path, sale).await.expect(200);
    }

    async fn propose(&self, code: &str) -> Answer {
        let body = json!({ "unit_id": self.unit(code).await, "evidence": "不动产权证书" });
        self.desk.clerk.post(&self.desk.path("/transfers"), body).await
    }

    fn of(&self, transfer: &Value, rest: &str) -> String {
        let id = transfer["transfer_id"].as_str().unwrap();
        self.desk.path(&format!("/transfers/{id}{rest}"))
    }

    async fn confirm(&self, transfer: &Value) -> Answer {
        self.second.post(&self.of(transfer, "/confirm"), json!({})).await
    }

    /// The totals of the roll, and its heads for and against after the count, to the certificate.
    async fn finish(&self, [yes, no]: [u64; 2]) {
        let clerk = self.desk.close_and_count().await;
        let item = clerk.get(&self.desk.path("/explain")).await.expect(200)["items"][0].clone();
        assert_eq!(item["total"], json!({ "area": "240.00", "heads": 3 }));
        assert_eq!((&item["for"]["heads"], &item["against"]["heads"]), (&json!(yes), &json!(no)));
        self.desk.certify().await;
    }
}

db_test! {
    async fn v17_a_ballot_that_the_seller_cast_stands_and_the_buyer_is_refused(app: TestApp) {
        let sale = open(app, &three()).await;
        let cast = sale.desk.cast(&phone(1), "for").await.expect(201);
        sale.sell("1-101", 77).await;
        let at = cast["cast_at"].clone();
        let refused = sale.propose("1-101").await;
        assert_eq!(refused.refused(409), "seller_has_voted");
        assert_eq!(refused.json()["params"]["at"], at);
        let buyer = sale.desk.cast(&phone(77), "against").await;
        assert_eq!(buyer.refused(409), "seller_has_voted");
        assert_eq!(buyer.json()["params"]["at"], at);
        let attempts = sale.second.get(&sale.desk.path("/attempts")).await.expect(200);
        assert_eq!(attempts["items"][0]["reason"], "seller_has_voted");
        for n in [2, 3] {
            sale.desk.cast(&phone(n), "for").await.expect(201);
        }
        sale.finish([3, 0]).await;
    }

    async fn v17_where_the_seller_had_not_voted_two_people_let_the_buyer_vote(app: TestApp) {
        let sale = open(app, &three()).await;
        assert_eq!(sale.propose("1-101").await.refused(409), "nothing_differs");
        sale.sell("1-101", 77).await;
        assert_eq!(sale.desk.cast(&phone(77), "for").await.refused(403), "not_on_roll");
        let proposed = sale.propose("1-101").await.expect(201);
        assert_eq!(sale.propose("1-101").await.refused(409), "already_exists");
        let alone = sale.desk.clerk.post(&sale.of(&proposed, "/confirm"), json!({})).await;
        assert_eq!(alone.refused(409), "same_clerk");
        assert_eq!(sale.desk.cast(&phone(77), "for").await.refused(403), "not_on_roll");
        let confirmed = sale.confirm(&proposed).await.expect(200);
        assert_eq!((&confirmed["state"], &confirmed["confirmed_by"]),
            (&json!("confirmed"), &json!("second")));
        assert_eq!(sale.confirm(&proposed).await.refused(409), "transfer_settled");
        let taken = sale.desk.cast(&phone(77), "against").await.expect(201);
        assert_eq!(taken["area"], "80.00");
        assert_eq!(sale.desk.cast(&phone(77), "for").await.refused(409), "duplicate_ballot");
        // Both households were told, once each.
        sale.desk.app.work().await;
        sale.desk.app.work().await;
        let listed = sale.second.get(&sale.desk.path("/transfers")).await.expect(200);
        let notices: Vec<_> = listed[0]["notices"].as_array().unwrap().iter()
            .map(|notice| (notice["side"].as_str().unwrap(), notice["state"].as_str().unwrap()))
            .collect();
        assert_eq!(notices, [("seller", "sent"), ("buyer", "sent")]);
        for n in [2, 3] {
            sale.desk.cast(&phone(n), "for").await.expect(201);
        }
        sale.finish([2, 1]).await;
    }

    async fn after_the_transfer_the_seller_votes_no_more(app: TestApp) {
        let sale = open(app, &three()).await;
        let seller = sale.desk.app.owner(&phone(1)).await;
        sale.sell("1-101", 2).await;
        let proposed = sale.propose("1-101").await.expect(201);
        sale.confirm(&proposed).await.expect(200);
        let refused = seller.post(&sale.desk.path("/ballots"), sale.desk.ballot("for")).await;
        assert_eq!(refused.refused(403), "not_on_roll");
        // The buyer has a head already: now there are two, as frozen, each with its own ballot.
        let buyer = sale.desk.app.owner(&phone(2)).await;
        let heads = buyer.get(&sale.desk.path("/heads/mine")).await.expect(200);
        for head in heads.as_array().unwrap() {
            let mut ballot = sale.desk.ballot("for");
            ballot["head_id"] = head["head_id"].clone();
            buyer.post(&sale.desk.path("/ballots"), ballot).await.expect(201);
        }
        sale.finish([2, 0]).await;
    }

    async fn a_seller_with_another_unit_keeps_the_head(app: TestApp) {
        let units = [flat("1-101", "80.00", &[&phone(1)]), flat("1-102", "90.00", &[&phone(1)]),
            flat("1-103", "70.00", &[&phone(3)])];
        let sale = open(app, &units).await;
        sale.sell("1-101", 77).await;
        assert_eq!(sale.propose("1-101").await.refused(409), "seller_keeps_head");
        assert_eq!(sale.desk.cast(&phone(1), "for").await.expect(201)["area"], "170.00");
    }

    async fn a_ballot_between_proposal_and_confirmation_stands(app: TestApp) {
        let sale = open(app, &three()).await;
        let seller = sale.desk.app.owner(&phone(1)).await;
        sale.sell("1-101", 77).await;
        let proposed = sale.propose("1-101").await.expect(201);
        seller.post(&sale.desk.path("/ballots"), sale.desk.ballot("for")).await.expect(201);
        assert_eq!(sale.confirm(&proposed).await.refused(409), "seller_has_voted");
        let withdrawn = sale.second.post(&sale.of(&proposed, "/withdraw"), json!({})).await;
        assert_eq!(withdrawn.expect(200)["state"], "withdrawn");
        assert_eq!(sale.confirm(&proposed).await.refused(409), "transfer_settled");
    }

    async fn another_sale_after_the_proposal_makes_it_stale(app: TestApp) {
        let sale = open(app, &three()).await;
        sale.sell("1-101", 77).await;
        let proposed = sale.propose("1-101").await.expect(201);
        sale.sell("1-101", 3).await;
        assert_eq!(sale.confirm(&proposed).await.refused(409), "transfer_stale");
    }

    async fn a_sellers_sheet_is_void_before_and_one_that_came_back_is_a_vote(app: TestApp) {
        let Sale { desk, second } = open(app, &three()).await;
        let [bo, chen] = [desk.app.clerk("bobo", desk.community).await,
            desk.app.clerk("chen", desk.community).await];
        desk.clerk.post(&desk.path("/sheets/issue"), json!({})).await.expect(201);
        let paper = Paper { anna: desk.staff_again().await, bo, chen, desk };
        paper.register("1-102").await;
        let Paper { desk, .. } = paper;
        let sale = Sale { desk, second };
        for code in ["1-101", "1-102"] {
            sale.sell(code, 77).await;
        }
        assert_eq!(sale.propose("1-102").await.refused(409), "seller_has_voted");
        let refused = sale.propose("1-101").await;
        assert_eq!(refused.refused(409), "sheet_state_conflict");
        let sheets = sale.second.get(&sale.desk.path("/sheets?state=issued&limit=200")).await;
        let sheets = sheets.expect(200);
        let of_unit = |sheet: &&Value| sheet["unit_code"] == "1-101";
        let sheet = sheets["items"].as_array().unwrap().iter().find(of_unit).unwrap();
        let path = format!("/sheets/{}/void", sheet["sheet_id"].as_str().unwrap());
        let reason = json!({ "reason": "misdelivered" });
        sale.second.post(&sale.desk.path(&path), reason).await.expect(200);
        let proposed = sale.propose("1-101").await.expect(201);
        sale.confirm(&proposed).await.expect(200);
        let again = json!({ "units": ["1-101"] });
        sale.desk.clerk.post(&sale.desk.path("/sheets/issue"), again).await.expect(201);
    }

    async fn a_seller_whose_only_ballot_is_invalid_has_not_voted(app: TestApp) {
        let Sale { desk, second } = open(app, &three()).await;
        let [bo, chen] = [desk.app.clerk("bobo", desk.community).await,
            desk.app.clerk("chen", desk.community).await];
        let units = json!({ "units": ["1-101"] });
        desk.clerk.post(&desk.path("/sheets/issue"), units).await.expect(201);
        let paper = Paper { anna: desk.staff_again().await, bo, chen, desk };
        let sheet = paper.register("1-101").await;
        paper.enter(&paper.anna, &sheet, "invalid").await.expect(201);
        let settled = paper.enter(&paper.bo, &sheet, "invalid").await.expect(201);
        assert_eq!(settled["state"], "settled");
        let sale = Sale { second, desk: paper.desk };
        let seller = sale.desk.app.owner(&phone(1)).await;
        sale.sell("1-101", 77).await;
        let proposed = sale.propose("1-101").await.expect(201);
        sale.confirm(&proposed).await.expect(200);
        sale.desk.cast(&phone(77), "for").await.expect(201);
        let late = seller.post(&sale.desk.path("/ballots"), sale.desk.ballot("against")).await;
        assert_eq!(late.refused(403), "not_on_roll");
        for n in [2, 3] {
            sale.desk.cast(&phone(n), "for").await.expect(201);
        }
        sale.desk.app.clock.advance(chrono::TimeDelta::days(8));
        sale.desk.app.work().await;
        let clerk = sale.desk.staff_again().await;
        let counted = json!({ "returned": 1, "spoiled": 0, "missing": [] });
        clerk.post(&sale.desk.path("/sheets/close"), counted).await.expect(200);
        clerk.post(&sale.desk.path("/count"), json!({})).await.expect(200);
        let item = clerk.get(&sale.desk.path("/explain")).await.expect(200)["items"][0].clone();
        assert_eq!((&item["for"]["heads"], &item["invalid"]["heads"]), (&json!(3), &json!(0)));
        sale.desk.recheck(&[(sheet.as_str(), "invalid")]).await;
        sale.desk.certify().await;
    }

    async fn the_seller_or_the_buyer_votes_never_both(app: TestApp) {
        let sale = open(app, &three()).await;
        let seller = sale.desk.app.owner(&phone(1)).await;
        let buyer = sale.desk.app.owner(&phone(77)).await;
        sale.sell("1-101", 77).await;
        let proposed = sale.propose("1-101").await.expect(201);
        let (path, ballot) = (sale.desk.path("/ballots"), sale.desk.ballot("for"));
        let casting = actix_web::rt::spawn({
            let (seller, path, ballot) = (seller.clone(), path.clone(), ballot.clone());
            async move { seller.post(&path, ballot).await.status }
        });
        let confirming = actix_web::rt::spawn({
            let (second, path) = (sale.second.clone(), sale.of(&proposed, "/confirm"));
            async move { second.post(&path, json!({})).await.status }
        });
        let both = (casting.await.unwrap(), confirming.await.unwrap());
        assert!(both == (201, 409) || both == (403, 200), "{both:?}");
        let bought = buyer.post(&path, ballot).await.status;
        assert_eq!(bought, if both.0 == 201 { 409 } else { 201 });
        for n in [2, 3] {
            sale.desk.cast(&phone(n), "for").await.expect(201);
        }
        sale.finish([3, 0]).await;
    }

    async fn a_transfer_is_for_an_open_vote_and_the_database_wants_two_people(app: TestApp) {
        use diesel::connection::SimpleConnection;
        let sale = open(app, &three()).await;
        sale.sell("1-101", 77).await;
        let proposed = sale.propose("1-101").await.expect(201);
        let context = WriteContext::of(Actor::named("dba"));
        for alone in [
            "UPDATE vote_transfers SET confirmed_by = proposed_by, confirmed_at = proposed_at",
            "UPDATE vote_transfers SET buyers = '[]'",
            "DELETE FROM vote_transfers",
        ] {
            let done = sale.desk.app.db
                .write(&context, "test", move |tx| Ok(tx.conn().batch_execute(alone)?));
            assert!(done.await.is_err(), "{alone}");
        }
        sale.desk.app.clock.advance(TimeDelta::days(8));
        let second = sale.desk.app.sign_in("second").await;
        let late = second.post(&sale.of(&proposed, "/confirm"), json!({})).await;
        assert_eq!(late.refused(409), "too_late");
        sale.desk.app.work().await;
        let late = second.post(&sale.of(&proposed, "/confirm"), json!({})).await;
        assert_eq!(late.refused(409), "wrong_state");
    }
}
