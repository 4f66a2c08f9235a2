//! Brings short messages to contacts: e-mail by SMTP, mobile numbers by the SMS gateway; in demo
//! mode both into an inbox that anybody can read. Absent on purpose: which messages there are.

use diesel::{ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl};

use super::{
    config::{CodeDelivery, Mode, Settings},
    db::{Actor, Conn, Db, WriteContext, schema::dev_inbox as inbox},
    mail::Mailer,
    sms::SmsGateway,
};
use crate::kernel::{Contact, ContactKind, InboxMessageId, Outcome, Refusal, UtcTime};

/// Where messages go.
#[derive(Clone)]
pub enum Messenger {
    /// To people.
    Gateways(Gateways),
    /// Demo mode: into the inbox of this database.
    Inbox(Db),
}

/// The gateways that are set up.
#[derive(Debug, Clone, Default)]
pub struct Gateways {
    /// For e-mail.
    pub mail: Option<Mailer>,
    /// For mobile numbers.
    pub sms: Option<SmsGateway>,
}

impl std::fmt::Debug for Messenger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Gateways(gateways) => gateways.fmt(f),
            Self::Inbox(_) => f.write_str("Inbox"),
        }
    }
}

/// A message.
#[derive(Debug, Clone)]
pub struct Message {
    /// Stays the same when it is sent again.
    pub id: String,
    /// For those who show one.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// A message in the demo's inbox.
#[derive(Debug, Clone, diesel::Queryable, serde::Serialize, utoipa::ToSchema)]
pub struct InboxMessage {
    /// By which channel it would have gone.
    pub channel: ContactKind,
    /// To whom.
    pub recipient: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body: String,
    /// When.
    pub created_at: UtcTime,
}

impl Messenger {
    /// What the settings ask for.
    ///
    /// # Errors
    /// A sentence that names the key that can't be used.
    pub fn new(settings: &Settings, db: &Db) -> Result<Self, String> {
        if settings.mode == Mode::Demo && settings.code_delivery == CodeDelivery::Inbox {
            return Ok(Self::Inbox(db.clone()));
        }
        let mail = settings.smtp_url.as_ref().map(|url| {
            let from = settings.smtp_from.as_deref().ok_or("smtp_from is missing")?;
            Mailer::new(url.expose(), from)
        });
        let sms = settings.sms_webhook_url.as_ref().map(|url| {
            let secret = settings.sms_webhook_secret.as_ref();
            let secret = secret.ok_or("sms_webhook_secret is missing")?;
            SmsGateway::new(url.as_str(), secret.expose())
        });
        Ok(Self::Gateways(Gateways { mail: mail.transpose()?, sms: sms.transpose()? }))
    }

    /// Brings one message to a contact.
    ///
    /// # Errors
    /// `internal` where the contact's kind has no gateway or the gateway refuses.
    pub async fn send(
        &self,
        contact: &Contact,
        (message, now): (&Message, UtcTime),
    ) -> Outcome<()> {
        let gateways = match self {
            Self::Inbox(db) => return keep(db, contact.clone(), message.clone()).await,
            Self::Gateways(gateways) => gateways,
        };
        let (to, text) = (contact.value(), message.text.as_str());
        match (contact.kind(), &gateways.mail, &gateways.sms) {
            (ContactKind::Email, Some(mail), _) => mail.send(to, (&message.subject, text)).await,
            (ContactKind::Phone, _, Some(sms)) => sms.send((&message.id, now), (to, text)).await,
            (ContactKind::Email, None, _) => Err(Refusal::internal("smtp_url is not set")),
            (ContactKind::Phone, _, None) => Err(Refusal::internal("sms_webhook_url is not set")),
        }
    }
}

async fn keep(db: &Db, contact: Contact, message: Message) -> Outcome<()> {
    let insert = move |tx: &mut super::db::WriteTx<'_>| {
        let now = tx.now();
        diesel::insert_into(inbox::table)
            .values((
                inbox::id.eq(InboxMessageId::new()),
                inbox::channel.eq(contact.kind()),
                inbox::recipient.eq(contact.value()),
                inbox::subject.eq(&message.subject),
                inbox::body.eq(&message.text),
                inbox::created_at.eq(now),
            ))
            .execute(tx.conn())?;
        Ok(())
    };
    db.write(&WriteContext::of(Actor::system()), "inbox.keep", insert).await
}

/// The newest messages of the demo's inbox, of one recipient or of all.
///
/// # Errors
/// Those of the database.
pub fn list_inbox(
    conn: &mut Conn,
    recipient: Option<&str>,
    limit: i64,
) -> QueryResult<Vec<InboxMessage>> {
    let mut query = inbox::table
        .select((inbox::channel, inbox::recipient, inbox::subject, inbox::body, inbox::created_at))
        .into_boxed();
    if let Some(recipient) = recipient {
        query = query.filter(inbox::recipient.eq(recipient));
    }
    query.order((inbox::created_at.desc(), inbox::id.desc())).limit(limit).load(conn)
}
