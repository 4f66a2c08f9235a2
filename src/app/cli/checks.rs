//! The checks that `verify` runs on the database in use and `backup --check` on a restored copy.

use std::process::ExitCode;

use super::{complain, say};
use crate::{
    kernel::Outcome,
    ledger,
    platform::{
        audit,
        db::{self, Conn},
    },
    voting,
};

/// What one check found.
struct Found {
    name: &'static str,
    note: String,
    faults: Vec<String>,
}

/// Runs every check, tells each result, and gives the exit code.
pub(super) fn check(conn: &mut Conn, expected_head: Option<&str>) -> ExitCode {
    let found = [
        schema(conn),
        integrity(conn),
        chain(conn, expected_head),
        logs(conn),
        results(conn),
        books(conn),
    ];
    let mut is_sound = true;
    for outcome in found {
        match outcome {
            Ok(Found { name, note, faults }) if faults.is_empty() => {
                say(format!("ok    {name} {note}"))
            }
            Ok(Found { name, faults, .. }) => {
                is_sound = false;
                for fault in faults {
                    complain(format!("FAULT {name}: {fault}"));
                }
            }
            Err(refusal) => {
                is_sound = false;
                complain(format!("FAULT {refusal}"));
            }
        }
    }
    if is_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn schema(conn: &mut Conn) -> Outcome<Found> {
    let pending = db::list_pending(conn).map_err(crate::kernel::Refusal::internal)?;
    let faults = pending.into_iter().map(|name| format!("migration {name} has not run")).collect();
    Ok(Found { name: "schema 数据库结构", note: String::new(), faults })
}

fn integrity(conn: &mut Conn) -> Outcome<Found> {
    let faults = db::list_faults(conn)?;
    Ok(Found { name: "database 数据库完整性", note: String::new(), faults })
}

fn logs(conn: &mut Conn) -> Outcome<Found> {
    let checked = voting::check_rows_against_logs(conn)?;
    let note = format!("{} logs, {} leaves", checked.logs, checked.leaves);
    Ok(Found { name: "logs 投票日志", note, faults: checked.faults })
}

fn results(conn: &mut Conn) -> Outcome<Found> {
    let recount = voting::recount(conn)?;
    let note = format!("{} counted votes", recount.votes);
    Ok(Found { name: "recount 重新计票", note, faults: recount.faults })
}

fn books(conn: &mut Conn) -> Outcome<Found> {
    let checked = ledger::check_books(conn)?;
    let note = format!("{} books, {} journals", checked.books, checked.journals);
    Ok(Found { name: "ledger 维修资金账簿", note, faults: checked.faults })
}

fn chain(conn: &mut Conn, expected_head: Option<&str>) -> Outcome<Found> {
    let report = audit::check_chain(conn, expected_head)?;
    let mut faults = report.faults;
    if !report.has_expected {
        faults.push(
            "the expected head is none of the links: the trail was cut or replaced".to_owned(),
        );
    }
    let note = format!(
        "{} links, {} rows not linked yet, head {}",
        report.links, report.unlinked, report.head
    );
    Ok(Found { name: "audit chain 审计链", note, faults })
}
