//! `add-checkpoint`, and what the witness saw, for people.

use actix_web::{HttpResponse, get, post, web};
use minijinja::{Environment, context, value::Serde};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{
    service::{self, Answer, Witness},
    store,
};
use crate::kernel::{Code, Outcome, Refusal};
use crate::platform::{
    db::{Actor, Db, WriteContext},
    http::{Problem, TLOG_SIZE},
};

/// Bytes of a request at the most: 63 hashes, and a note with a few signatures.
const LARGEST: usize = 16 * 1024;
/// Logs that the page shows at the most.
const SHOWN: i64 = 200;
const PAGE: &str = include_str!("templates/witness.html");

/// Mounts the slice.
pub fn routes(config: &mut ServiceConfig) {
    config.service(add_checkpoint).service(get_witness);
}

/// Takes a log's new signed head and answers with a cosignature (c2sp.org/tlog-witness). Only on a
/// server that runs as a witness (`jiugai serve --witness`).
#[utoipa::path(
    tag = "witness", summary = "Add a checkpoint · 提交检查点请求见证", operation_id = "add_checkpoint",
    security(()),
    request_body(content = String, content_type = "text/plain",
        description = "Old size, consistency proof, empty line, signed checkpoint"),
    responses((status = 200, description = "Cosignature lines", content_type = "text/plain", body = String),
        (status = 409, description = "The size that was cosigned last, if the request goes on from another",
            content_type = "text/x.tlog.size", body = String))
)]
#[post("/add-checkpoint")]
async fn add_checkpoint(
    (db, witness): (web::Data<Db>, web::Data<Witness>),
    body: web::Payload,
) -> Result<HttpResponse, Problem> {
    let body = body.to_bytes_limited(LARGEST).await;
    let body =
        body.map_err(|_| Refusal::new(Code::PayloadTooLarge).with("limit_bytes", LARGEST))?;
    let body = body.map_err(|fault| Refusal::new(Code::MalformedRequest).detail(fault))?;
    let answer = take(&db, &witness, &body).await;
    let outcome = match &answer {
        Ok(Taken::Cosigned(_)) => "cosigned",
        Ok(Taken::Conflict(_)) => "conflict",
        Err(refusal) => refusal.code().as_str(),
    };
    metrics::counter!("jiugai_witness_requests", "outcome" => outcome).increment(1);
    Ok(match answer? {
        Taken::Cosigned(line) => {
            HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(line)
        }
        Taken::Conflict(size) => {
            HttpResponse::Conflict().content_type(TLOG_SIZE).body(format!("{size}\n"))
        }
    })
}

enum Taken {
    Cosigned(String),
    Conflict(u64),
}

async fn take(db: &Db, witness: &Witness, body: &[u8]) -> Outcome<Taken> {
    let signed = service::open(witness, body)?;
    let context = WriteContext::of(Actor::named("witness"));
    let kept = signed.clone();
    match db.write(&context, "witness.take", move |tx| service::take(tx, &kept)).await? {
        Answer::Cosign(at) => service::cosign(witness, &signed, at).map(Taken::Cosigned),
        Answer::Conflict(size) => Ok(Taken::Conflict(size)),
    }
}

/// What this witness saw: its key, the newest head of each log, proofs of two histories.
#[utoipa::path(
    tag = "witness", summary = "Witness page · 见证情况", operation_id = "get_witness", security(()),
    responses((status = 200, description = "A page", content_type = "text/html", body = String))
)]
#[get("/witness")]
async fn get_witness(
    (db, witness): (web::Data<Db>, web::Data<Witness>),
) -> Result<HttpResponse, Problem> {
    let (heads, conflicts) = db
        .snapshot(|conn| Ok((store::list_heads(conn, SHOWN)?, store::list_conflicts(conn, SHOWN)?)))
        .await?;
    let (name, vkey) = (witness.cosigner().name().to_owned(), witness.cosigner().vkey());
    let mut pages = Environment::new();
    pages.add_template("witness.html", PAGE).map_err(Refusal::internal)?;
    let page = pages.get_template("witness.html").map_err(Refusal::internal)?;
    let page = page
        .render(context! {
            name, vkey, heads => Serde(heads), conflicts => Serde(conflicts)
        })
        .map_err(Refusal::internal)?;
    Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page))
}
