//! The certificate of a confirmed result: a text of integers over the log as it stood at the last
//! count, signed like its checkpoints. `docs/vote-log.md` gives its lines.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use super::{
    agenda::Agenda,
    count::{ItemWorking, work_out},
    facts::Vote,
    log,
    questions::counts_of,
    silence::SilenceWorking,
};
use crate::ballot_log::{self as leaf, Leaf};
use crate::kernel::{Code, Outcome, Refusal, hex};
use crate::platform::{
    db::{Conn, WriteTx},
    tlog::{LogSigner, store::root_at},
};
use crate::voting::{
    model::{SilentRule, Totals},
    store::{disputes, results},
};

/// The first line.
const TITLE: &str = "jiugai-vote-certificate/1";

/// Writes the certificate over the log at its last count, and its digest into the log.
///
/// # Errors
/// `log_frozen`; of the database.
pub fn issue(tx: &mut WriteTx<'_>, vote: &Vote) -> Outcome<String> {
    let text = text(tx.conn(), vote)?;
    let at = tx.legal_now().micros();
    let digest = hex::encode(&Sha256::digest(text.as_bytes()));
    let leaf = leaf::CertificateLeaf { at, text: digest };
    log::append(tx, vote.row.id, vec![Leaf::Certificate(leaf).into()])?;
    Ok(text)
}

fn text(conn: &mut Conn, vote: &Vote) -> Outcome<String> {
    let log = log::get_log(conn, vote.row.id)?;
    let counted = results::find_tally_seq(conn, vote.row.id)?;
    let counted = counted.ok_or_else(|| Refusal::internal("no count to certify"))?;
    let size = u64::try_from(counted).map_err(Refusal::internal)? + 1;
    let root = root_at(conn, &log, size)?;
    let challenged = disputes::count_challenged_at(conn, vote.row.id, counted)?;
    let pack = &vote.pack;
    let closed = vote.row.closed_at.map(|at| at.micros()).unwrap_or_default();
    let mut lines = vec![
        TITLE.to_owned(),
        format!("origin {}", log.origin),
        format!("size {size}"),
        format!("root {}", STANDARD.encode(root)),
        format!("vote {}", vote.row.id),
        format!("rules {} {} {}", pack.id, pack.version, pack.digest()?),
        format!("closed {closed}"),
    ];
    let workings = work_out(conn, vote)?;
    for working in &workings {
        let ItemWorking { position, in_favour, participating, total, .. } = working;
        let sums = [in_favour, participating, total].map(|sum| {
            let heads = sum.heads;
            format!("{} {heads}", sum.area.0)
        });
        let outcome = outcome(working.passed_strictly());
        lines.push(format!("item {position} {} {outcome}", sums.join(" ")));
        lines.extend(working.silence.iter().flat_map(|of| clause_lines(working, of)));
    }
    if pack.switches.silent_rule.value != SilentRule::None {
        lines.push(format!("relied {}", vote.row.reliance));
    }
    let questions = Agenda::load(conn, vote.row.id)?.rules(pack);
    let counts = counts_of(&workings);
    lines.extend(questions.iter().map(|question| question.line(&counts)));
    lines.push(format!("challenged {challenged}"));
    Ok(lines.join("\n") + "\n")
}

const fn outcome(passed: bool) -> &'static str {
    if passed { "passed" } else { "failed" }
}

/// The silent of an item and its count by the clause.
fn clause_lines(working: &ItemWorking, silence: &SilenceWorking) -> [String; 2] {
    let pair = |totals: Totals| format!("{} {}", totals.area.0, totals.heads);
    let (position, clause, total) = (working.position, &silence.with_clause, working.total);
    let sums = match clause.objecting {
        Some(objecting) => [objecting, total].map(pair).join(" "),
        None => [clause.in_favour, clause.participating, total].map(pair).join(" "),
    };
    let outcome = outcome(clause.passed);
    [
        format!("silent {position} {}", pair(silence.silent)),
        format!("clause {position} {} {sums} {outcome}", silence.rule),
    ]
}

/// The signed certificate of a confirmed vote.
///
/// # Errors
/// `wrong_state` before it is confirmed.
pub fn signed(conn: &mut Conn, vote: &Vote, signer: &LogSigner) -> Outcome<String> {
    let text = vote.row.certificate.as_ref().ok_or_else(|| {
        Refusal::new(Code::WrongState)
            .with("state", vote.row.state.as_str())
            .detail("the certificate is issued when the result is confirmed")
    })?;
    let log = log::get_log(conn, vote.row.id)?;
    signer.sign_text(&log, text)
}
