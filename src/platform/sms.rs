//! Text messages through a gateway that takes `POST {"to", "text"}`, signed as Standard Webhooks
//! does: `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,<base64 of HMAC-SHA-256>` over
//! `<id>.<timestamp>.<body>`. Absent on purpose: the protocols of single vendors (a gateway of ten
//! lines translates), redirects (they could lead the message elsewhere).

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

use crate::kernel::{Outcome, Refusal, UtcTime};

const PATIENCE: Duration = Duration::from_secs(5);
const SECRET_PREFIX: &str = "whsec_";

/// A gateway.
#[derive(Clone)]
pub struct SmsGateway {
    http: reqwest::Client,
    url: String,
    key: Vec<u8>,
}

impl std::fmt::Debug for SmsGateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SmsGateway")
    }
}

impl SmsGateway {
    /// A gateway at `url`; `secret` is `whsec_<base64>` or any text.
    ///
    /// # Errors
    /// A sentence that names what can't be used.
    pub fn new(url: &str, secret: &str) -> Result<Self, String> {
        let key = match secret.strip_prefix(SECRET_PREFIX) {
            Some(text) => {
                STANDARD.decode(text).map_err(|fault| format!("sms_webhook_secret: {fault}"))?
            }
            None => secret.as_bytes().to_vec(),
        };
        let http = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|fault| format!("sms_webhook_url: {fault}"))?;
        Ok(Self { http, url: url.to_owned(), key })
    }

    /// Sends one message. `id` stays the same when a message is tried again, so that the gateway
    /// can drop the second.
    ///
    /// # Errors
    /// `internal` with the gateway's status or the fault of the network as the cause.
    pub async fn send(&self, (id, now): (&str, UtcTime), (to, text): (&str, &str)) -> Outcome<()> {
        let body = json!({ "to": to, "text": text }).to_string();
        let timestamp = now.to_chrono().timestamp();
        let signature = sign(&self.key, (id, timestamp), &body)?;
        let answer = self
            .http
            .post(&self.url)
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signature)
            .body(body)
            .send()
            .await
            .map_err(|fault| Refusal::internal(fault.without_url()))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        Err(Refusal::internal(format!("the SMS gateway answered {status}")))
    }
}

fn sign(key: &[u8], (id, timestamp): (&str, i64), body: &str) -> Outcome<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(Refusal::internal)?;
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that the Standard Webhooks specification and its libraries test with.
    #[test]
    fn the_signature_is_that_of_standard_webhooks() {
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let signature = sign(&key, (id, 1_614_265_330), r#"{"test": 2432232314}"#).unwrap();
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
