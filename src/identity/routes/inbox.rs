//! Demo mode only: what would have been sent.

use actix_web::{HttpResponse, get, web};
use serde::Deserialize;

use crate::kernel::{Code, Contact, Page, Refusal};
use crate::platform::{
    http::{Problem, page_of},
    messenger::{InboxMessage, Messenger, list_inbox},
};

const SHOWN: i64 = 50;

/// Whose messages.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct InboxQuery {
    /// A mobile number or an e-mail address; all when absent.
    contact: Option<String>,
}

/// The newest messages that the demo would have sent; 404 outside the demo.
#[utoipa::path(
    tag = "demo", operation_id = "list_demo_inbox", summary = "The demo's inbox · 演示收件箱",
    security(()), params(InboxQuery),
    responses((status = 200, description = "Messages", body = Page<InboxMessage>))
)]
#[get("/demo/inbox")]
async fn list_demo_inbox(
    messenger: web::Data<Messenger>,
    query: web::Query<InboxQuery>,
) -> Result<HttpResponse, Problem> {
    let Messenger::Inbox(db) = messenger.get_ref() else {
        return Err(Refusal::new(Code::DemoOnly).into());
    };
    let contact = query.contact.as_deref().map(str::parse::<Contact>).transpose();
    let contact =
        contact.map_err(|detail| Refusal::field(Code::InvalidField, "contact", detail))?;
    let read =
        move |conn: &mut _| Ok(list_inbox(conn, contact.as_ref().map(Contact::value), SHOWN)?);
    Ok(page_of(Page { items: db.read(read).await?, next_cursor: None }))
}
