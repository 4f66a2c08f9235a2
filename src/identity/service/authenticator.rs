//! From a bearer token to a principal: signature and time first, then the session's row.

use std::{future::Future, pin::Pin};

use super::{Identity, store};
use crate::kernel::{Code, Outcome, Refusal};
use crate::platform::auth::{Authenticator, Principal};

impl Authenticator for Identity {
    fn authenticate<'a>(
        &'a self,
        token: &'a str,
    ) -> Pin<Box<dyn Future<Output = Outcome<Principal>> + 'a>> {
        Box::pin(async move {
            let now = self.0.db.clock().now();
            let claims = self.0.tokens.check(token, now)?;
            let read = move |conn: &mut _| Ok(store::find_principal(conn, claims.sid, now)?);
            self.0
                .db
                .read(read)
                .await?
                .filter(|principal| principal.account_id == claims.sub)
                .ok_or_else(|| Refusal::new(Code::SessionRevoked))
        })
    }
}
