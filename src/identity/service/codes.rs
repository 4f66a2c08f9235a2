//! One-time codes for owners: six digits, ten minutes, five tries, once, for the purpose and the
//! asker they were made for. Asking never tells whether a contact is on the register: the same row
//! and the same event are written for every contact, and the register is asked on delivery.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Client, Identity, reserve, sessions::Opened, sign_in::actor_of, store};
use crate::identity::{
    model::{
        Account, AccountKind, CodePurpose, CodeToSend, DirectoryOwner, Factor, OneTimeCode,
        SignedIn,
    },
    rules::{CODE_MINUTES, CODE_TRIES, CODES_BY_ADDRESS, CODES_BY_CONTACT},
};
use crate::kernel::{AccountId, Code, Contact, OneTimeCodeId, Outcome, Refusal, UtcTime, hex};
use crate::platform::{
    db::{WriteContext, WriteTx},
    messenger::{Message, Messenger},
    outbox,
};

/// The event that carries a sealed code to its delivery.
const CODE_TOPIC: &str = "identity.code_requested";

/// What the asker is told, whether or not the contact is on the register.
#[derive(Debug, Clone, serde::Serialize)]
pub struct RequestedCode {
    /// Send it back with the code.
    pub id: OneTimeCodeId,
    /// The code is not accepted from then on.
    pub expires_at: UtcTime,
}

/// What an owner sends to sign in.
#[derive(Debug, Clone)]
pub struct CodeSignIn {
    /// The id that came with the request.
    pub id: OneTimeCodeId,
    /// The six digits.
    pub code: String,
    /// The last four characters of the identity number, where several owners share the contact.
    pub id_tail: Option<String>,
}

fn refused() -> Refusal {
    Refusal::new(Code::CodeNotAccepted)
}

impl Identity {
    /// Makes a code for a contact, and an event that brings it there if it is on the register.
    ///
    /// # Errors
    /// `too_many_requests`.
    pub async fn request_code(
        &self,
        (context, client): (&WriteContext, &Client),
        contact: Contact,
    ) -> Outcome<RequestedCode> {
        let by_contact = self.subject(&CODES_BY_CONTACT, contact.value());
        let by_address = self.subject(&CODES_BY_ADDRESS, &client.address);
        let this = self.clone();
        let request = move |tx: &mut WriteTx<'_>| {
            let now = tx.now();
            reserve(tx.conn(), (&CODES_BY_CONTACT, &by_contact), now)?;
            reserve(tx.conn(), (&CODES_BY_ADDRESS, &by_address), now)?;
            this.make_code(tx, &contact)
        };
        self.0.db.write(context, "code.request", request).await
    }

    fn make_code(&self, tx: &mut WriteTx<'_>, contact: &Contact) -> Outcome<RequestedCode> {
        let (id, now) = (OneTimeCodeId::new(), tx.now());
        let expires_at = now.plus(TimeDelta::minutes(CODE_MINUTES));
        let digits = format!("{:06}", rand::random_range(0..1_000_000_u32));
        let row = OneTimeCode {
            id,
            contact_index: self.0.keys.contact_index(contact),
            purpose: CodePurpose::SignIn,
            code_digest: self.code_digest(id, CodePurpose::SignIn, &digits),
            tries: 0,
            expires_at,
            used_at: None,
            created_at: now,
        };
        store::insert_code(tx.conn(), &row)?;
        let plain = json!({ "contact": contact.value(), "code": digits }).to_string();
        let sealed = self.0.keys.seal_text(&event_place(id), &plain)?;
        tx.emit(CODE_TOPIC, id, &json!({ "id": id, "sealed": hex::encode(&sealed) }));
        Ok(RequestedCode { id, expires_at })
    }

    /// What a [`CODE_TOPIC`] event asks to send: nothing where the contact is not on the register,
    /// or where the code is used or expired.
    ///
    /// # Errors
    /// `internal` where the event is none of ours.
    async fn code_to_send(&self, payload: &Value) -> Outcome<Option<CodeToSend>> {
        let text = |value: &Value, name: &str| {
            let text = value.get(name).and_then(Value::as_str).map(str::to_owned);
            text.ok_or_else(|| Refusal::internal(format!("the event has no {name}")))
        };
        let id: OneTimeCodeId = text(payload, "id")?.parse().map_err(Refusal::internal)?;
        let sealed = hex::decode(&text(payload, "sealed")?).unwrap_or_default();
        let plain = self.0.keys.open_text(&event_place(id), &sealed)?;
        let plain: Value = serde_json::from_str(&plain).map_err(Refusal::internal)?;
        let contact: Contact = text(&plain, "contact")?.parse().map_err(Refusal::internal)?;
        let code = text(&plain, "code")?;
        let (directory, now) = (self.0.directory.clone(), self.0.db.clock().now());
        let index = self.0.keys.contact_index(&contact);
        let is_wanted = move |conn: &mut _| {
            let row = store::find_code(conn, id)?;
            let is_open = row.is_some_and(|row| row.used_at.is_none() && row.expires_at > now);
            Ok(is_open && !directory.find_by_contact(conn, &index)?.is_empty())
        };
        let wanted = self.0.db.read(is_wanted).await?;
        Ok(wanted.then_some(CodeToSend { contact, code }))
    }

    /// Delivers the codes that wait, one batch; answers how many events were handled.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn deliver_codes(&self, messenger: &Messenger) -> Outcome<usize> {
        outbox::run_batch(&self.0.db, CODE_TOPIC, |event| self.deliver(event, messenger)).await
    }

    async fn deliver(&self, event: outbox::Event, messenger: &Messenger) -> Outcome<()> {
        let Some(CodeToSend { contact, code }) = self.code_to_send(&event.payload).await? else {
            return Ok(());
        };
        let message = Message {
            id: event.id.to_string(),
            subject: "登录验证码".to_owned(),
            text: format!(
                "【旧改】您的登录验证码是 {code}，{CODE_MINUTES} 分钟内有效，请勿告诉他人。"
            ),
        };
        messenger.send(&contact, (&message, self.0.db.clock().now())).await
    }

    /// Signs an owner in by a code.
    ///
    /// # Errors
    /// `code_not_accepted`; `invalid_field` at `/id_tail` where the code is right and several
    /// owners share the contact.
    pub async fn sign_in_by_code(
        &self,
        (context, client): (&WriteContext, &Client),
        request: CodeSignIn,
    ) -> Outcome<SignedIn> {
        let (this, client) = (self.clone(), client.clone());
        let accept = move |tx: &mut WriteTx<'_>| this.accept(tx, &request, &client);
        let opened = self.0.db.write(context, "sign_in.by_code", accept).await??;
        self.sign(opened)
    }

    fn accept(
        &self,
        tx: &mut WriteTx<'_>,
        request: &CodeSignIn,
        client: &Client,
    ) -> Outcome<Outcome<Opened>> {
        let now = tx.now();
        let Some(row) = store::find_code(tx.conn(), request.id)? else {
            return Ok(Err(refused()));
        };
        if row.used_at.is_some() || row.expires_at <= now || row.tries >= CODE_TRIES {
            return Ok(Err(refused()));
        }
        if self.code_digest(row.id, CodePurpose::SignIn, &request.code) != row.code_digest {
            store::set_code_tried(tx.conn(), row.id)?;
            return Ok(Err(refused()));
        }
        let owners = self.0.directory.find_by_contact(tx.conn(), &row.contact_index)?;
        let owner = match choose(&owners, request.id_tail.as_deref()) {
            Ok(owner) => owner,
            Err(refusal) => {
                store::set_code_tried(tx.conn(), row.id)?;
                return Ok(Err(refusal));
            }
        };
        let account = account_of(tx, owner)?;
        if account.disabled_at.is_some() {
            store::set_code_tried(tx.conn(), row.id)?;
            return Ok(Err(refused()));
        }
        store::set_code_used(tx.conn(), row.id, now)?;
        tx.audit("sign_in.by_code", ("account", account.id), (None, None));
        self.open_session(tx, (account.id, Factor::OneTimeCode), client).map(Ok)
    }

    fn code_digest(&self, id: OneTimeCodeId, purpose: CodePurpose, digits: &str) -> String {
        self.0.keys.blind_index("one-time code", &format!("{id}:{purpose}:{}", digits.trim()))
    }
}

fn event_place(id: OneTimeCodeId) -> String {
    format!("outbox_events.code:{id}")
}

/// The one owner whom contact and tail name.
fn choose<'a>(owners: &'a [DirectoryOwner], id_tail: Option<&str>) -> Outcome<&'a DirectoryOwner> {
    let named = |owner: &&DirectoryOwner| {
        id_tail.is_none_or(|tail| owner.id_tail.eq_ignore_ascii_case(tail.trim()))
    };
    let mut fitting = owners.iter().filter(named);
    match (fitting.next(), fitting.next(), id_tail) {
        (Some(one), None, _) => Ok(one),
        (Some(_), Some(_), None) => {
            let detail = "several owners share this contact: the last four of the identity number";
            Err(Refusal::field(Code::InvalidField, "/id_tail", detail))
        }
        // Two owners with one contact and one tail can't be told apart here: the desk can.
        _ => Err(refused()),
    }
}

fn account_of(tx: &mut WriteTx<'_>, owner: &DirectoryOwner) -> Outcome<Account> {
    if let Some(account) = store::find_account_by_owner(tx.conn(), owner.owner_id)? {
        return Ok(account);
    }
    let account = Account {
        id: AccountId::new(),
        kind: AccountKind::Owner,
        login: None,
        owner_id: Some(owner.owner_id),
        name: owner.masked_name.clone(),
        division_code: String::new(),
        community_id: None,
        building_id: None,
        password_hash: None,
        initial_until: None,
        password_changed_at: None,
        totp_sealed: None,
        totp_confirmed: false,
        totp_step: None,
        disabled_at: None,
        version: 1,
        created_at: tx.now(),
    };
    store::insert_account(tx.conn(), &account)?;
    let actor = serde_json::to_value(actor_of(&account).role).unwrap_or_default();
    tx.audit("account.create", ("account", account.id), (None, Some(&actor)));
    Ok(account)
}
