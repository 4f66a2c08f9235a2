//! What the database holds where nobody asks the rules: each line is crossed by a statement of SQL.

use diesel::{RunQueryDsl, sql_query};
use jiugai::{
    kernel::Code,
    platform::db::{Actor, WriteContext},
};

use super::{Money, money, source};
use crate::{
    api::renovation::id_of,
    db_test,
    support::{Engine, TestApp},
};

const COLUMNS: &[&str] = &[
    "id",
    "source_id",
    "line_id",
    "purpose",
    "code",
    "class",
    "division_code",
    "region",
    "valid_from",
    "valid_until",
    "allocated_on",
    "amount_fen",
    "released_fen",
    "committed_fen",
    "note",
    "recorder_name",
    "recorded_at",
];

/// A copy of the allocation, with these columns changed.
fn copy(engine: Engine, changed: &[(&str, &str)]) -> String {
    let id = match engine {
        Engine::Sqlite => "randomblob(16)",
        Engine::Postgres => "gen_random_uuid()",
    };
    let value = |column: &&str| {
        let found = changed.iter().find(|(name, _)| name == column);
        found.map_or(if *column == "id" { id } else { *column }, |(_, value)| value).to_owned()
    };
    let values: Vec<String> = COLUMNS.iter().map(value).collect();
    format!(
        "INSERT INTO funding_allocations ({}) SELECT {} FROM funding_allocations",
        COLUMNS.join(", "),
        values.join(", ")
    )
}

/// The code with which the database refuses; `None` where it does not.
async fn run(money: &Money, statement: &str) -> Option<Code> {
    let context = WriteContext::of(Actor::named("test"));
    let text = statement.to_owned();
    let done = money.work.desk.app.db.write(&context, "test", move |tx| {
        sql_query(text.clone()).execute(tx.conn())?;
        Ok(())
    });
    done.await.err().map(|refusal| refusal.code())
}

db_test! {
    async fn an_allocation_past_the_rules_is_refused_by_the_database(app: TestApp) {
        let money = money(app).await;
        let engine = money.work.desk.app.engine;
        let id = money.source(source("city_budget", &["B02", "improvement"], "80.00")).await;
        money.allocated(&id, "B02", "80.00").await;
        let day = |text: &str| match engine {
            Engine::Sqlite => format!("'{text}'"),
            Engine::Postgres => format!("DATE '{text}'"),
        };
        let (before, after) = (day("2025-12-31"), day("2027-01-01"));
        let wrong: [(&[(&str, &str)], Code); 9] = [
            (&[("purpose", "'basic'")], Code::StillReferenced),
            (&[("purpose", "'improvement'")], Code::Internal),
            (&[("purpose", "'improvement'"), ("class", "'improvement'")], Code::StillReferenced),
            (&[("region", "'33'")], Code::StillReferenced),
            (&[("region", "'3303'")], Code::Internal),
            (&[("division_code", "'330299001001'")], Code::StillReferenced),
            (&[("allocated_on", &before)], Code::Internal),
            (&[("allocated_on", &after)], Code::Internal),
            (&[("valid_until", &after)], Code::StillReferenced),
        ];
        for (changed, code) in wrong {
            let refused = run(&money, &copy(engine, changed)).await;
            assert_eq!(refused, Some(code), "{changed:?}");
        }
        // The control: the copy as it is.
        assert_eq!(run(&money, &copy(engine, &[])).await, None);
    }

    async fn totals_past_their_limit_are_refused_by_the_database(app: TestApp) {
        let money = money(app).await;
        let id = money.source(source("city_budget", &["basic"], "80.00")).await;
        let allocation = money.allocated(&id, "B02", "50.00").await;
        let contract = id_of(&money.commit(&allocation, "HT-1", "40.00").await.expect(201));
        money.pay(&contract, ("F1", "30.00"), "30.00").await.expect(201);
        for (table, column, fine, wrong) in [
            ("funding_sources", "allocated_fen", 8_000, 8_001),
            ("funding_lines", "allocated_fen", 10_000, 10_001),
            ("funding_allocations", "committed_fen", 5_000, 5_001),
            ("funding_commitments", "claimed_fen", 4_000, 4_001),
            ("funding_invoices", "claimed_fen", 3_000, 3_001),
        ] {
            let set = |to: i64| format!("UPDATE {table} SET {column} = {to}");
            assert_eq!(run(&money, &set(wrong)).await, Some(Code::Internal), "{table}");
            assert_eq!(run(&money, &set(fine)).await, None, "{table}");
        }
        let own = "UPDATE funding_payments SET state = 'confirmed', settled_by = proposed_by, \
            settler_name = proposer_name, settled_at = proposed_at";
        assert_eq!(run(&money, own).await, Some(Code::Internal), "two people");
        let withdrawn = own.replace("confirmed", "withdrawn");
        assert_eq!(run(&money, &withdrawn).await, None, "one's own may be withdrawn");
    }

    async fn what_was_recorded_is_never_rewritten(app: TestApp) {
        let money = money(app).await;
        let id = money.source(source("city_budget", &["basic"], "80.00")).await;
        let allocation = money.allocated(&id, "B02", "50.00").await;
        money.release(&allocation, "5.00").await.expect(201);
        let contract = id_of(&money.commit(&allocation, "HT-1", "40.00").await.expect(201));
        money.pay(&contract, ("F1", "30.00"), "30.00").await.expect(201);
        for (table, set) in [
            ("funding_sources", "region = '33'"),
            ("funding_sources", "amount_fen = amount_fen + 1"),
            ("funding_purposes", "purpose = 'I14'"),
            ("funding_lines", "code = 'I14'"),
            ("funding_allocations", "amount_fen = 1"),
            ("funding_allocations", "released_fen = 0"),
            ("funding_commitments", "counterparty = 'x'"),
            ("funding_invoices", "amount_fen = amount_fen + 1"),
            ("funding_payments", "amount_fen = 1"),
            ("funding_releases", "amount_fen = 1"),
        ] {
            assert!(run(&money, &format!("UPDATE {table} SET {set}")).await.is_some(), "{table} {set}");
        }
        for table in ["funding_payments", "funding_invoices", "funding_releases", "funding_commitments",
            "funding_allocations", "funding_lines", "funding_purposes", "funding_sources"]
        {
            assert!(run(&money, &format!("DELETE FROM {table}")).await.is_some(), "{table}");
        }
        // The control: totals move.
        assert_eq!(run(&money, "UPDATE funding_sources SET returned_fen = 100").await, None);
    }
}
