//! From a source to an item: B1, and each line from its other side.

use serde_json::json;

use super::{is, money, plan, short, source, with};
use crate::{api::renovation::put, db_test, support::TestApp};

db_test! {
    async fn b1_drainage_takes_sponge_and_central_money_and_then_no_bond(app: TestApp) {
        let money = money(app).await;
        put(&money.work.desk.app, &money.work.project, "in_programme").await;
        let sponge = money.source(source("programme", &["sponge"], "6000.00")).await;
        let central = money.source(source("central_grant", &["basic"], "4000.00")).await;
        let bond = money.source(source("special_bond", &["basic", "I14"], "900.00")).await;
        money.allocate(&sponge, "B02", "60.00").await.expect(201);
        let last = money.allocate(&central, "B02", "40.00").await.expect(201);
        assert_eq!((&last["purpose"], &last["free"], &last["allocated_on"]),
            (&json!("basic"), &json!("40.00"), &json!("2026-03-02")));
        let refused = money.allocate(&bond, "B02", "1.00").await;
        assert_eq!(short(&refused), is("funding_item_exceeded", "0.00", "1.00"));
        let refused = money.allocate(&sponge, "I14", "1.00").await;
        let (code, have, need) = short(&refused);
        assert_eq!((code.as_str(), need.as_str()), ("funding_outside_purpose", "I14 加装电梯"));
        assert_eq!(have, "B02,B05,I02,I06");
        // The control: the bond may pay for the elevator, up to what it has.
        let refused = money.allocate(&bond, "I14", "900.01").await;
        assert_eq!(short(&refused), is("funding_source_exceeded", "900.00", "900.01"));
        money.allocate(&bond, "I14", "900.00").await.expect(201);
        let matrix = money.matrix().await;
        assert_eq!((&matrix["cost"], &matrix["allocated"], &matrix["uncovered"]),
            (&json!("1150.00"), &json!("1000.00"), &json!("150.00")));
        let drainage = &matrix["items"][0];
        assert_eq!((&drainage["key"], &drainage["uncovered"]), (&json!("B02"), &json!("0.00")));
        let cells: Vec<_> = drainage["cells"].as_array().unwrap().iter()
            .map(|cell| (cell["source_id"].clone(), cell["allocated"].clone())).collect();
        assert_eq!(cells, [(json!(sponge), json!("60.00")), (json!(central), json!("40.00"))]);
        assert_eq!(matrix["sources"].as_array().unwrap().len(), 3);
    }

    async fn region_dates_and_programme_hold(app: TestApp) {
        let money = money(app).await;
        let basic = |channel: &str, number: &str| {
            with(source(channel, &["basic"], "10.00"), "document", number)
        };
        let away = money.source(with(basic("city_budget", "1"), "region", "330211")).await;
        // The street office does not even see it; the bureau is told why.
        assert_eq!(money.allocate(&away, "B02", "1.00").await.refused(404), "not_found");
        let body = json!({ "source_id": away, "item_key": "B02", "amount": "1.00" });
        let refused = money.bureau.post(&money.path("/allocations"), body).await;
        assert_eq!(short(&refused), is("funding_outside_region", "330211", "330203001001"));
        for (number, from, until) in
            [("2", "2026-03-03", "2026-12-31"), ("3", "2026-01-01", "2026-03-01")]
        {
            let body = with(with(basic("city_budget", number), "valid_from", from), "valid_until", until);
            let source = money.source(body).await;
            let refused = money.allocate(&source, "B02", "1.00").await;
            let have = format!("{from}/{until}");
            assert_eq!(short(&refused), is("funding_outside_dates", &have, "2026-03-02"));
        }
        let day = with(with(basic("city_budget", "4"), "valid_from", "2026-03-02"),
            "valid_until", "2026-03-02");
        let day = money.source(day).await;
        money.allocate(&day, "B02", "1.00").await.expect(201);
        let grant = money.source(basic("central_grant", "5")).await;
        let refused = money.allocate(&grant, "B02", "1.00").await;
        assert_eq!(refused.refused(409), "funding_outside_programme");
        put(&money.work.desk.app, &money.work.project, "building").await;
        money.allocate(&grant, "B02", "1.00").await.expect(201);
        put(&money.work.desk.app, &money.work.project, "in_programme").await;
    }

    async fn only_items_of_a_fixed_plan_take_money(app: TestApp) {
        let money = money(app).await;
        let source = money.source(source("city_budget", &["basic"], "500.00")).await;
        let unknown = money.allocate(&source, "B01", "1.00").await;
        assert_eq!(unknown.refused(422), "invalid_field");
        for amount in ["0.00", "-1.00"] {
            assert_eq!(money.allocate(&source, "B02", amount).await.refused(422), "invalid_field");
        }
        money.allocated(&source, "B02", "80.00").await;
        // A cheaper plan leaves an excess, and no room; a dearer one makes room again.
        money.work.fix(plan(&[("B02", "70.00"), ("B05", "50.00")])).await;
        let refused = money.allocate(&source, "B02", "0.01").await;
        assert_eq!(short(&refused), is("funding_item_exceeded", "-10.00", "0.01"));
        assert_eq!(money.matrix().await["items"][0]["excess"], "10.00");
        money.work.fix(plan(&[("B02", "90.00")])).await;
        let refused = money.allocate(&source, "B02", "10.01").await;
        assert_eq!(short(&refused), is("funding_item_exceeded", "10.00", "10.01"));
        money.allocated(&source, "B02", "10.00").await;
        // Dropped from the plan: shown, to be released.
        money.work.fix(plan(&[("B05", "50.00")])).await;
        let matrix = money.matrix().await;
        let dropped = &matrix["items"][1];
        assert_eq!((&dropped["key"], &dropped["is_planned"], &dropped["excess"]),
            (&json!("B02"), &json!(false), &json!("90.00")));
    }

    async fn what_is_released_goes_back_to_source_and_item(app: TestApp) {
        let money = money(app).await;
        let source = money.source(source("city_budget", &["basic"], "100.00")).await;
        let allocation = money.allocated(&source, "B02", "100.00").await;
        let full = money.allocate(&source, "B05", "0.01").await;
        assert_eq!(short(&full), is("funding_source_exceeded", "0.00", "0.01"));
        money.commit(&allocation, "HT-1", "70.00").await.expect(201);
        let refused = money.release(&allocation, "30.01").await;
        assert_eq!(short(&refused), is("funding_allocation_exceeded", "30.00", "30.01"));
        let view = money.release(&allocation, "30.00").await.expect(201);
        assert_eq!((&view["released"], &view["free"]), (&json!("30.00"), &json!("0.00")));
        assert_eq!(money.seen(&source).await["rest"], "30.00");
        assert_eq!(money.matrix().await["items"][0]["uncovered"], "30.00");
        money.allocate(&source, "B05", "30.00").await.expect(201);
    }

    async fn the_same_key_allocates_once(app: TestApp) {
        let money = money(app).await;
        let source = money.source(source("city_budget", &["basic"], "100.00")).await;
        let path = money.path("/allocations");
        let body = json!({ "source_id": source, "item_key": "B02", "amount": "60.00" });
        let one = money.street.post_once(&path, "key-1", body.clone()).await;
        let two = money.street.post_once(&path, "key-1", body).await;
        assert_eq!(one.expect(201), two.expect(201));
        assert_eq!(money.seen(&source).await["allocated"], "60.00");
    }

    async fn who_lies_outside_learns_nothing(app: TestApp) {
        let money = money(app).await;
        let source = money.source(source("city_budget", &["basic"], "100.00")).await;
        let allocation = money.allocated(&source, "B02", "60.00").await;
        use jiugai::platform::auth::Scope;
        let other = Scope::Division("330211".to_owned());
        let stranger = money.work.desk.app.staff("other", &[("street_office", other)]).await;
        let body = json!({ "source_id": source, "item_key": "B02", "amount": "1.00" });
        for answer in [
            stranger.get(&money.path("")).await,
            stranger.post(&money.path("/allocations"), body).await,
            stranger.get(&format!("/api/v1/funding-allocations/{allocation}")).await,
            stranger.get("/api/v1/funding-gaps?region=330203").await,
        ] {
            assert_eq!(answer.refused(404), "not_found");
        }
        let clerk = money.work.clerk().await;
        clerk.get(&money.path("")).await.expect(200);
        let listed = clerk.get(super::SOURCES).await.expect(200);
        // Who reads the community sees what may pay there.
        assert_eq!(listed["items"][0]["id"], json!(source));
        let body = json!({ "source_id": source, "item_key": "B02", "amount": "1.00" });
        assert_eq!(clerk.post(&money.path("/allocations"), body).await.refused(403), "forbidden");
        let record = super::source("operator", &["basic"], "1.00");
        assert_eq!(money.street.post(super::SOURCES, record).await.refused(403), "forbidden");
    }
}
