//! Clients that cast until the server dies under them, and remember what they were told.

use std::{cell::RefCell, collections::VecDeque, rc::Rc, time::Duration};

use jiugai::kernel::{BallotId, HeadId, UtcTime};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Stage, Voter};
use crate::process::Server;

/// Requests in flight.
const CLIENTS: usize = 24;
/// No answer within this time counts as none.
const PATIENCE: Duration = Duration::from_secs(20);

/// What every receipt says, and the answer that is kept for a repetition.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Receipt {
    pub ballot_id: BallotId,
    pub receipt: String,
    pub cast_at: UtcTime,
}

/// What a client knows of its request.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// 201 with this receipt.
    Acked(Receipt),
    /// Refused with this code: it must have no effect.
    Refused(String),
    /// No answer, or one that promises nothing: either way, and a repetition settles it.
    Unknown,
}

/// One ballot as it was sent.
#[derive(Clone)]
pub struct Sent {
    pub head_id: HeadId,
    pub key: String,
    pub choice: &'static str,
    pub fate: Fate,
    token: String,
    body: Value,
}

/// Every head sends two ballots that contradict each other; every tenth only one that is no ballot.
fn plan(stage: &Stage, voters: &[Voter]) -> VecDeque<Sent> {
    let ballot = |voter: &Voter, choice: &'static str, times: usize| {
        let choices = vec![json!({ "item_id": stage.item, "choice": choice }); times];
        Sent {
            head_id: voter.head_id,
            key: uuid::Uuid::new_v4().to_string(),
            choice,
            fate: Fate::Unknown,
            token: voter.token.clone(),
            body: json!({ "choices": choices }),
        }
    };
    let of = |(index, voter)| match index % 10 {
        9 => vec![ballot(voter, "for", 2)],
        _ => vec![ballot(voter, "for", 1), ballot(voter, "against", 1)],
    };
    voters.iter().enumerate().flat_map(of).collect()
}

/// Casts for these voters; kills the server shortly after a random number of acknowledgements.
pub async fn cast_until_killed(stage: &Stage, server: Server, voters: &[Voter]) -> Vec<Sent> {
    let plan = plan(stage, voters);
    let fatal = rand::random_range(1..voters.len() / 2);
    let queue = Rc::new(RefCell::new(plan));
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel::<Sent>();
    let http = client();
    for _ in 0..CLIENTS {
        let (queue, told, http) = (Rc::clone(&queue), told.clone(), http.clone());
        let url = ballots_url(stage, &server);
        actix_web::rt::spawn(async move {
            loop {
                let Some(mut ballot) = queue.borrow_mut().pop_front() else { break };
                ballot.fate = send(&http, &url, &ballot).await.0;
                let is_over = ballot.fate == Fate::Unknown;
                told.send(ballot).unwrap();
                if is_over {
                    break;
                }
            }
        });
    }
    drop(told);
    let (mut sent, mut acked, mut server) = (Vec::new(), 0, Some(server));
    while let Some(ballot) = heard.recv().await {
        acked += usize::from(matches!(ballot.fate, Fate::Acked(_)));
        sent.push(ballot);
        if acked >= fatal && server.is_some() {
            // Anywhere within a commit, not only just after one.
            let moment = Duration::from_micros(rand::random_range(0..8_000));
            let _ = tokio::time::timeout(moment, std::future::pending::<()>()).await;
            drop(server.take()); // SIGKILL
        }
    }
    assert!(server.is_none(), "{acked} of {fatal} acknowledgements came");
    sent
}

/// Repeats what is in doubt, with the same key, until it has an answer; what was acknowledged is
/// asked for once more and must be answered alike.
pub async fn settle(stage: &Stage, server: &Server, ledger: &mut [Sent]) {
    let (http, url) = (client(), ballots_url(stage, server));
    let mut asked_again = 0;
    for ballot in ledger.iter_mut().rev() {
        match &ballot.fate {
            Fate::Unknown => {
                let (fate, _) = send(&http, &url, ballot).await;
                assert_ne!(fate, Fate::Unknown, "a healthy server answers");
                if let Fate::Acked(_) = fate {
                    assert_eq!(send(&http, &url, ballot).await, (fate.clone(), true));
                }
                ballot.fate = fate;
            }
            Fate::Acked(_) if asked_again < 5 => {
                asked_again += 1;
                assert_eq!(send(&http, &url, ballot).await, (ballot.fate.clone(), true));
            }
            _ => {}
        }
    }
}

pub fn client() -> reqwest::Client {
    reqwest::Client::builder().timeout(PATIENCE).build().unwrap()
}

fn ballots_url(stage: &Stage, server: &Server) -> String {
    format!("{}{}", server.url, stage.desk.path("/ballots"))
}

/// Sends a ballot: its fate, and whether the answer was one kept from before.
async fn send(http: &reqwest::Client, url: &str, ballot: &Sent) -> (Fate, bool) {
    let request = http.post(url).bearer_auth(&ballot.token).json(&ballot.body);
    let Ok(response) = request.header("Idempotency-Key", &ballot.key).send().await else {
        return (Fate::Unknown, false);
    };
    let replayed = response.headers().contains_key("idempotent-replayed");
    let status = response.status().as_u16();
    let Ok(body) = response.json::<Value>().await else { return (Fate::Unknown, false) };
    let fate = match status {
        201 => Fate::Acked(serde_json::from_value(body).unwrap()),
        400..=499 => Fate::Refused(body["code"].as_str().unwrap().to_owned()),
        _ => Fate::Unknown,
    };
    (fate, replayed)
}

/// Casts one ballot: status and body.
pub async fn cast(stage: &Stage, server: &Server, (voter, choice): (&Voter, &str)) -> (u16, Value) {
    let body = json!({ "choices": [{ "item_id": stage.item, "choice": choice }] });
    let request = stage.http.post(ballots_url(stage, server));
    let answer = request.bearer_auth(&voter.token).json(&body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}
