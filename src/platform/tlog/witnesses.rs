//! Asks outside witnesses for cosignatures (c2sp.org/tlog-witness): each log's newest committed head
//! goes to each witness, beside everything else; nobody waits for one. A witness that does not
//! answer is left alone for a while, longer each time. One that says that a log was rewritten is an
//! alarm: a line in the log, a number, a row that the public list shows. The log goes on all the same,
//! because otherwise a broken witness could end a vote (`docs/decisions/0011`).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::TimeDelta;

use super::{
    cosign::Cosigner,
    origin::subject_of,
    posted::{SaidRow, find_said, list_uncosigned, save_said},
    signer::LogSigner,
    store::{LogRow, find_log, prove_growth},
};
use crate::kernel::{Code, Outcome, Refusal};
use crate::platform::{
    config::WitnessUrl,
    db::{Actor, Conn, Db, WriteContext, WriteTx},
};

const PATIENCE: Duration = Duration::from_secs(5);
/// Logs of one round and witness at the most.
const BATCH: i64 = 64;
/// A log that was refused is not sent again before this time.
const REFUSED_MINUTES: i64 = 10;
/// Old sizes that are tried for one head: ours, the one that the witness names, once more.
const TRIES: usize = 3;
/// The longest pause after failures, in seconds.
const LONGEST_PAUSE: u64 = 300;
/// Bytes of an answer at the most.
const LARGEST: usize = 64 * 1024;

/// The witnesses of this deployment. Cheap to clone.
#[derive(Clone)]
pub struct Witnesses(Arc<Inner>);

struct Inner {
    db: Db,
    signer: LogSigner,
    http: reqwest::Client,
    list: Vec<WitnessUrl>,
    pauses: Mutex<HashMap<String, (u32, Instant)>>,
}

/// A log's head on its way to a witness.
struct Errand {
    log: LogRow,
    note: String,
    /// Up to where the witness knows the log, as far as we remember.
    known: u64,
}

/// What a witness answered to one request.
enum Answer {
    Cosigned(String),
    Known(u64),
    Fault(Fault),
}

/// Why there is no cosignature.
enum Fault {
    /// The witness saw another history.
    Rewritten(String),
    /// Anything else, such as a log that it does not watch.
    Refused(String),
}

impl Witnesses {
    /// These witnesses, asked for the logs of this database.
    ///
    /// # Errors
    /// A sentence.
    pub fn new(list: Vec<WitnessUrl>, db: &Db, signer: &LogSigner) -> Result<Self, String> {
        let http = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|fault| format!("witnesses: {fault}"))?;
        let (db, signer) = (db.clone(), signer.clone());
        let pauses = Mutex::default();
        Ok(Self(Arc::new(Inner { db, signer, http, list, pauses })))
    }

    /// One round: each witness gets the heads that it has not cosigned. All of them get the same head of
    /// a log, so that their cosignatures stand together. May run on several servers at the same time.
    ///
    /// # Errors
    /// Of the database.
    pub async fn round(&self) -> Outcome<()> {
        let awake: Vec<_> =
            self.0.list.iter().filter(|one| self.0.is_awake(one)).cloned().collect();
        if awake.is_empty() {
            return Ok(());
        }
        let mut asked = tokio::task::JoinSet::new();
        for (witness, errands) in self.0.list_errands(awake).await? {
            let inner = Arc::clone(&self.0);
            asked.spawn(async move { inner.ask_all(&witness, errands).await });
        }
        let mut rows = Vec::new();
        while let Some(said) = asked.join_next().await {
            rows.extend(said.map_err(Refusal::internal)??);
        }
        if rows.is_empty() {
            return Ok(());
        }
        let context = WriteContext::of(Actor::system());
        let save = move |tx: &mut WriteTx<'_>| {
            Ok(rows.iter().try_for_each(|row| save_said(tx.conn(), row))?)
        };
        self.0.db.write(&context, "log.cosigned", save).await
    }
}

impl Inner {
    fn is_awake(&self, witness: &WitnessUrl) -> bool {
        let pauses = self.pauses.lock().unwrap_or_else(PoisonError::into_inner);
        pauses.get(&witness.cosigner.vkey()).is_none_or(|(_, until)| *until <= Instant::now())
    }

    /// After the first failure a second, then twice as long each time.
    fn pause(&self, witness: &WitnessUrl) {
        let mut pauses = self.pauses.lock().unwrap_or_else(PoisonError::into_inner);
        let (failures, until) =
            pauses.entry(witness.cosigner.vkey()).or_insert((0, Instant::now()));
        let seconds = 1_u64.checked_shl(*failures).unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE);
        *failures = failures.saturating_add(1).min(16);
        *until = Instant::now() + Duration::from_secs(seconds);
    }

    fn resume(&self, witness: &WitnessUrl) {
        let mut pauses = self.pauses.lock().unwrap_or_else(PoisonError::into_inner);
        pauses.remove(&witness.cosigner.vkey());
    }

    async fn list_errands(
        &self,
        awake: Vec<WitnessUrl>,
    ) -> Outcome<Vec<(WitnessUrl, Vec<Errand>)>> {
        let refused_since = self.db.clock().now().plus(TimeDelta::minutes(-REFUSED_MINUTES));
        let signer = self.signer.clone();
        let list = move |conn: &mut Conn| {
            let mut found = Vec::new();
            for witness in awake {
                let vkey = witness.cosigner.vkey();
                let mut errands = Vec::new();
                for log in list_uncosigned(conn, (&vkey, refused_since), BATCH)? {
                    let said = find_said(conn, log.id, &vkey)?;
                    let said = said.filter(|said| said.origin == log.origin);
                    let known = said.and_then(|said| u64::try_from(said.size).ok()).unwrap_or(0);
                    // A log that contradicts what was signed has no head to be cosigned.
                    match signer.sign(&log) {
                        Ok(note) => errands.push(Errand { log, note, known }),
                        Err(refusal) if refusal.code() == Code::LogFrozen => {}
                        Err(refusal) => return Err(refusal),
                    }
                }
                found.push((witness, errands));
            }
            Ok(found)
        };
        self.db.snapshot(list).await
    }

    /// Hands a witness its errands one by one, and gives up at the first that is not answered. A slow
    /// one gets the rest in the next round, so that the others do not wait for it.
    async fn ask_all(&self, witness: &WitnessUrl, errands: Vec<Errand>) -> Outcome<Vec<SaidRow>> {
        let (mut rows, started) = (Vec::new(), Instant::now());
        for errand in errands {
            if started.elapsed() > PATIENCE {
                break;
            }
            match self.ask(witness, &errand).await? {
                Ok(row) => {
                    self.resume(witness);
                    rows.extend(row);
                }
                Err(fault) => {
                    let name = witness.cosigner.name();
                    tracing::warn!(witness = name, fault, "a witness does not answer");
                    count(witness, "unreachable");
                    self.pause(witness);
                    break;
                }
            }
        }
        Ok(rows)
    }

    /// What the witness says of one head; nothing where it knows a newer head of ours. The inner
    /// error says why it could not be asked.
    async fn ask(
        &self,
        witness: &WitnessUrl,
        errand: &Errand,
    ) -> Outcome<Result<Option<SaidRow>, String>> {
        let size = u64::try_from(errand.log.size).map_err(Refusal::internal)?;
        let mut old = errand.known.min(size);
        for _ in 0..TRIES {
            let answer = match self.send(witness, errand, (old, size)).await? {
                Ok(answer) => answer,
                Err(fault) => return Ok(Err(fault)),
            };
            let fault = match answer {
                Answer::Cosigned(line) => {
                    count(witness, "cosigned");
                    return Ok(Ok(Some(self.row(witness, errand, Ok(line)))));
                }
                Answer::Known(known) if known == old => {
                    Fault::Rewritten(format!("it cosigned another root of size {known}"))
                }
                Answer::Known(known) if known <= size => {
                    old = known;
                    continue;
                }
                // Another server may have sent a newer head meanwhile.
                Answer::Known(known) if self.has_grown_to(&errand.log.origin, known).await? => {
                    return Ok(Ok(None));
                }
                Answer::Known(known) => {
                    Fault::Rewritten(format!("it cosigned size {known}, the log has {size}"))
                }
                Answer::Fault(fault) => fault,
            };
            return Ok(Ok(Some(self.row(witness, errand, Err(fault)))));
        }
        Ok(Ok(None))
    }

    async fn has_grown_to(&self, origin: &str, known: u64) -> Outcome<bool> {
        let origin = origin.to_owned();
        let log = self.db.read(move |conn| Ok(find_log(conn, subject_of(&origin))?)).await?;
        Ok(log.is_some_and(|log| u64::try_from(log.size).is_ok_and(|size| size >= known)))
    }

    /// The row to keep: a cosignature, or why there is none.
    fn row(&self, witness: &WitnessUrl, errand: &Errand, said: Result<String, Fault>) -> SaidRow {
        let (log, now) = (&errand.log, self.db.clock().now());
        let row = SaidRow {
            log_id: log.id,
            witness: witness.cosigner.vkey(),
            origin: log.origin.clone(),
            size: log.size,
            checkpoint: None,
            cosignature: None,
            cosigned_at: None,
            fault: None,
            fault_at: None,
        };
        let (name, origin) = (witness.cosigner.name(), log.origin.as_str());
        let fault = match said {
            Ok(line) => {
                let checkpoint = Some(errand.note.clone());
                return SaidRow {
                    checkpoint,
                    cosignature: Some(line),
                    cosigned_at: Some(now),
                    ..row
                };
            }
            Err(Fault::Rewritten(fault)) => {
                tracing::error!(witness = name, origin, fault, "a witness saw another history");
                count(witness, "conflict");
                format!("conflict: {fault}")
            }
            Err(Fault::Refused(fault)) => {
                tracing::warn!(witness = name, origin, fault, "a witness refuses a log");
                count(witness, "refused");
                format!("refused: {fault}")
            }
        };
        SaidRow { size: 0, fault: Some(fault), fault_at: Some(now), ..row }
    }

    async fn send(
        &self,
        witness: &WitnessUrl,
        errand: &Errand,
        (old, size): (u64, u64),
    ) -> Outcome<Result<Answer, String>> {
        let log = errand.log.clone();
        let proof = match old {
            0 => Vec::new(),
            old if old == size => Vec::new(),
            old => self.db.snapshot(move |conn| prove_growth(conn, &log, old)).await?,
        };
        let proof: String = proof.iter().map(|hash| STANDARD.encode(hash) + "\n").collect();
        let body = format!("old {old}\n{proof}\n{}", errand.note);
        let url = format!("{}/add-checkpoint", witness.url.as_str());
        let sent = self.http.post(url).body(body).send().await;
        Ok(match sent {
            Ok(response) => read(response, (&witness.cosigner, &errand.note)).await,
            Err(fault) => Err(fault.without_url().to_string()),
        })
    }
}

async fn read(
    mut response: reqwest::Response,
    (cosigner, note): (&Cosigner, &str),
) -> Result<Answer, String> {
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|f| f.without_url().to_string())? {
        body.extend_from_slice(&piece);
        if body.len() > LARGEST {
            return Err("the answer is too long".to_owned());
        }
    }
    let body = String::from_utf8_lossy(&body);
    let refused = |fault: String| Ok(Answer::Fault(Fault::Refused(fault)));
    match status {
        200 => match cosigner.find(&format!("{note}{body}")) {
            Some((_, line)) => Ok(Answer::Cosigned(line)),
            None => refused("its answer holds no cosignature by its key".to_owned()),
        },
        409 => match body.trim_end().parse() {
            Ok(size) => Ok(Answer::Known(size)),
            Err(_) => refused("it names no size".to_owned()),
        },
        422 => {
            let fault = "this head does not continue what it cosigned".to_owned();
            Ok(Answer::Fault(Fault::Rewritten(fault)))
        }
        429 | 500.. => Err(format!("HTTP {status}")),
        _ => refused(format!("HTTP {status}")),
    }
}

fn count(witness: &WitnessUrl, outcome: &'static str) {
    let name = witness.cosigner.name().to_owned();
    metrics::counter!("jiugai_witness_answers", "witness" => name, "outcome" => outcome)
        .increment(1);
}

impl std::fmt::Debug for Witnesses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Witnesses({})", self.0.list.len())
    }
}
