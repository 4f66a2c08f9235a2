//! The books as auditors take them: hledger's balances, rows that were changed past the program.

use std::process::Command;

use diesel::RunQueryDsl;
use jiugai::platform::db::{Actor, WriteContext};
use serde_json::Value;

use super::fund;
use crate::{db_test, support::TestApp};

/// What the real hledger says of a journal file: account and balance, an account a line.
fn hledger(text: &str) -> Vec<(String, String)> {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("books.journal");
    std::fs::write(&file, text).unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new("hledger").arg("-f").arg(&file).args(arguments).output();
        let output = output.expect("scripts/with-postgres.sh installs hledger");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    run(&["check"]);
    let table = run(&["balance", "--flat", "--no-total", "-O", "csv"]);
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let rows = reader.records().map(|row| row.unwrap());
    rows.map(|row| (row[0].to_owned(), row[1].replace(" CNY", "").replace(',', ""))).collect()
}

db_test! {
    async fn hledger_finds_the_same_balances(app: TestApp) {
        let fund = fund(app).await;
        fund.used().await;
        fund.matched().await;
        let clerk = fund.clerk().await;
        let text = String::from_utf8(clerk.bytes(&fund.path("/hledger")).await).unwrap();
        let theirs = hledger(&text);
        let trial = fund.get("/trial-balance").await;
        let accounts = trial["accounts"].as_array().unwrap();
        assert_eq!(theirs.len(), accounts.len(), "{theirs:?}");
        for account in accounts {
            let number = |value: &Value| value.as_str().unwrap().trim_start_matches('-').to_owned();
            let balance = number(&account["balance"]);
            let last = account["title"].as_str().unwrap().rsplit(' ').next().unwrap();
            let found = theirs.iter().find(|(name, theirs)| {
                (account["kind"] == "bank" || name.ends_with(last))
                    && theirs.trim_start_matches('-') == balance
            });
            assert!(found.is_some(), "{account} in {theirs:?}");
        }
    }

    async fn a_row_that_was_changed_past_the_program_is_found(app: TestApp) {
        let fund = fund(app).await;
        fund.paid_in().await;
        fund.sound().await;
        let spoil = async |statement: &'static str| {
            let context = WriteContext::of(Actor::named("thief"));
            let write = fund.desk.app.db.write(&context, "spoil", move |tx| {
                diesel::sql_query(statement).execute(tx.conn())?;
                Ok(())
            });
            write.await
        };
        for statement in [
            "UPDATE ledger_entries SET amount_fen = amount_fen + 1",
            "DELETE FROM ledger_entries",
            "UPDATE ledger_journals SET narrative = 'x'",
            "DELETE FROM ledger_journals",
            "UPDATE ledger_accounts SET balance_fen = -1",
            "DELETE FROM ledger_accounts",
            "UPDATE ledger_accounts SET reserved_fen = balance_fen + 1",
        ] {
            assert!(spoil(statement).await.is_err(), "{statement}");
        }
        fund.sound().await;
        spoil("UPDATE ledger_accounts SET balance_fen = balance_fen + 1 WHERE kind = 'bank'")
            .await
            .unwrap();
        let found = fund.desk.app.db.snapshot(jiugai::ledger::check_books).await.unwrap();
        assert_eq!(found.faults.len(), 1, "{:?}", found.faults);
        assert!(found.faults[0].contains("专户存款"), "{:?}", found.faults);
    }

    async fn the_log_of_the_books_has_a_leaf_for_each_journal(app: TestApp) {
        let fund = fund(app).await;
        let clerk = fund.clerk().await;
        let before = clerk.bytes(&fund.path("/checkpoint")).await;
        fund.paid_in().await;
        let after = String::from_utf8(clerk.bytes(&fund.path("/checkpoint")).await).unwrap();
        let size = |note: &str| note.lines().nth(1).unwrap().to_owned();
        assert_eq!((size(&String::from_utf8(before).unwrap()), size(&after)), ("0".into(), "3".into()));
        let journals = fund.get("/journals?limit=2").await;
        assert_eq!(journals["items"].as_array().unwrap().len(), 2);
        assert_eq!(journals["items"][1]["log_seq"], 1);
        let cursor = journals["next_cursor"].as_str().unwrap();
        let rest = fund.get(&format!("/journals?cursor={cursor}")).await;
        assert_eq!(rest["items"][0]["number"], 3);
    }
}
