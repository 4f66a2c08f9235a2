//! Mail by SMTP. Absent on purpose: templates, HTML, a queue (the outbox is the queue).

use std::time::Duration;

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};

use crate::kernel::{Outcome, Refusal};

const PATIENCE: Duration = Duration::from_secs(15);

/// A way to an SMTP server; connections are kept and reused.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mailer({})", self.from)
    }
}

impl Mailer {
    /// A mailer for `smtps://<user>:<password>@<host>` or `smtp://<host>:<port>`, sending as `from`.
    ///
    /// # Errors
    /// A sentence that names what can't be used.
    pub fn new(url: &str, from: &str) -> Result<Self, String> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|fault| format!("smtp_url: {fault}"))?
            .timeout(Some(PATIENCE))
            .build();
        let from = from.parse().map_err(|fault| format!("smtp_from: {fault}"))?;
        Ok(Self { transport, from })
    }

    /// Sends one message of plain text.
    ///
    /// # Errors
    /// `internal` with the server's own words as the cause.
    pub async fn send(&self, to: &str, (subject, text): (&str, &str)) -> Outcome<()> {
        let message = Message::builder()
            .from(self.from.clone())
            .to(to.parse().map_err(Refusal::internal)?)
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(text.to_owned())
            .map_err(Refusal::internal)?;
        self.transport.send(message).await.map(|_| ()).map_err(Refusal::internal)
    }
}
