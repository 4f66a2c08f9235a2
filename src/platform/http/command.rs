//! Commands over HTTP: one write transaction that also keeps the answer under the client's
//! `Idempotency-Key`, so that a retry gets the same answer and has no second effect.

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderName},
    },
};
use serde::Serialize;

use super::Problem;
use crate::kernel::{Outcome, Page, Refusal};
use crate::platform::db::{Db, KeptAnswer, WriteContext, WriteTx, find_answers, insert_answers};

/// Marks an answer that was given before, under the same key.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// An answer that was kept: status and JSON body.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Answer {
    status: u16,
    body: String,
    replayed: bool,
}

/// Runs `run` in one write transaction and answers `status` with its value as JSON.
///
/// # Errors
/// Whatever `run` refuses; `idempotency_key_reused` where the key came with another body.
pub async fn command<T, F>(
    db: &Db,
    context: &WriteContext,
    (label, status): (&'static str, StatusCode),
    run: F,
) -> Result<HttpResponse, Problem>
where
    T: Serialize,
    F: Fn(&mut WriteTx<'_>) -> Outcome<T> + Send + Sync + 'static,
{
    attempt(db, context, (label, status), move |tx| run(tx).map(Ok)).await
}

/// [`command`] for what leaves a trace even where it is refused: the inner refusal is answered, and
/// what `run` wrote is committed all the same. Only a success is kept for the idempotency key.
///
/// # Errors
/// As [`command`].
pub async fn attempt<T, F>(
    db: &Db,
    context: &WriteContext,
    (label, status): (&'static str, StatusCode),
    run: F,
) -> Result<HttpResponse, Problem>
where
    T: Serialize,
    F: Fn(&mut WriteTx<'_>) -> Outcome<Outcome<T>> + Send + Sync + 'static,
{
    let answer = db
        .write(context, label, move |tx| {
            if let Some(kept) = kept_answer(tx)? {
                return Ok(Ok(kept));
            }
            let value = match run(tx)? {
                Ok(value) => value,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let body = serde_json::to_string(&value).map_err(Refusal::internal)?;
            let answer = Answer { status: status.as_u16(), body, replayed: false };
            keep_answer(tx, &answer)?;
            Ok(Ok(answer))
        })
        .await??;
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = HttpResponse::build(status);
    if answer.replayed {
        response.insert_header((REPLAYED, "true"));
    }
    if status == StatusCode::NO_CONTENT {
        return Ok(response.finish());
    }
    Ok(response.insert_header((header::CONTENT_TYPE, "application/json")).body(answer.body))
}

/// A page of a list as JSON.
pub fn page_of<T: Serialize>(page: Page<T>) -> HttpResponse {
    HttpResponse::Ok().json(page)
}

/// A file that somebody uploaded, as a download: no browser runs it and none keeps it.
pub fn private_file((name, media_type): (String, String), content: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(media_type)
        .insert_header(header::ContentDisposition::attachment(name))
        .insert_header((header::CONTENT_SECURITY_POLICY, "sandbox"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(content)
}

fn kept_answer(tx: &mut WriteTx<'_>) -> Outcome<Option<Answer>> {
    let Some(key) = tx.context().idempotency.clone() else { return Ok(None) };
    let principal = tx.actor().key();
    let found = find_answers(tx.conn(), &[(principal.clone(), key.clone())])?;
    let Some(kept) = found.into_iter().find(|kept| kept.is_for(&principal, &key)) else {
        return Ok(None);
    };
    kept.check(&key)?;
    let status = u16::try_from(kept.status).unwrap_or(200);
    Ok(Some(Answer { status, body: kept.body, replayed: true }))
}

fn keep_answer(tx: &mut WriteTx<'_>, answer: &Answer) -> Outcome<()> {
    let Some(key) = tx.context().idempotency.clone() else { return Ok(()) };
    let kept = KeptAnswer {
        principal: tx.actor().key(),
        route: key.route,
        key: key.key,
        request_digest: key.request_digest,
        status: i32::from(answer.status),
        body: answer.body.clone(),
        created_at: tx.now(),
    };
    Ok(insert_answers(tx.conn(), &[kept])?)
}
