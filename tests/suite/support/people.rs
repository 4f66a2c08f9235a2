//! People who sign in as real ones do.

use diesel::{ExpressionMethods, RunQueryDsl};
use jiugai::{
    kernel::{
        AccountId, BuildingId, CommunityId, Contact, LocalDate, OwnerId, OwnershipId, UnitId,
    },
    platform::{
        auth::Scope,
        db::{Actor, WriteContext, schema},
    },
};
use serde_json::json;

use super::{Client, TestApp};

/// The password of everybody in tests.
pub const PASSWORD: &str = "a password of the tests";

impl TestApp {
    /// A staff account with roles, known by its login.
    pub async fn account(&self, login: &str, roles: &[(&str, Scope)]) -> AccountId {
        let context = WriteContext::of(Actor::named("test"));
        let who = (login, login, PASSWORD);
        self.app.identity.create_granted(&context, who, roles).await.unwrap()
    }

    /// Staff with roles, signed in.
    pub async fn staff(&self, login: &str, roles: &[(&str, Scope)]) -> Client {
        self.account(login, roles).await;
        self.sign_in(login).await
    }

    /// Signs an account in.
    pub async fn sign_in(&self, login: &str) -> Client {
        let body = json!({ "login": login, "password": PASSWORD });
        let tokens = self.anon().post("/api/v1/auth/sign-in", body).await.expect(200);
        self.bearer(tokens["access_token"].as_str().unwrap())
    }

    /// An administrator over everything.
    pub async fn administrator(&self) -> Client {
        self.staff("administrator", &[("administrator", Scope::Everything)]).await
    }

    /// The district's housing bureau, over everything.
    pub async fn bureau(&self) -> Client {
        self.staff("bureau", &[("housing_bureau", Scope::Everything)]).await
    }

    /// A clerk of a community; `login` tells clerks apart.
    pub async fn clerk(&self, login: &str, community: CommunityId) -> Client {
        self.staff(login, &[("community_clerk", Scope::Community(community))]).await
    }

    /// Somebody who may sign in and nothing else.
    pub async fn powerless(&self) -> Client {
        self.staff("powerless", &[]).await
    }

    /// The code that the demo's inbox shows for a contact, newest first.
    pub async fn code_for(&self, contact: &str) -> Option<String> {
        self.work().await;
        let path = format!("/api/v1/demo/inbox?contact={contact}");
        let inbox = self.anon().get(&path).await.expect(200);
        let texts = inbox["items"].as_array()?.iter().filter_map(|item| item["body"].as_str());
        texts
            .filter_map(|text| text.split_once("验证码是 "))
            .next()
            .map(|(_, code)| code[..6].to_owned())
    }

    /// An owner of the register, signed in by a code sent to the contact.
    pub async fn owner(&self, contact: &str) -> Client {
        let body = json!({ "contact": contact });
        let asked = self.anon().post("/api/v1/auth/codes", body).await.expect(202);
        let code = self.code_for(contact).await.expect("the contact is on the register");
        let body = json!({ "code_id": asked["code_id"], "code": code });
        let tokens = self.anon().post("/api/v1/auth/code-sign-in", body).await.expect(200);
        self.bearer(tokens["access_token"].as_str().unwrap())
    }

    /// A community with one building in division 330203001001, written past the API.
    pub async fn community(&self, name: &str) -> (CommunityId, BuildingId) {
        let (name, community, building) = (name.to_owned(), CommunityId::new(), BuildingId::new());
        let context = WriteContext::of(Actor::named("test"));
        let write = move |tx: &mut jiugai::platform::db::WriteTx<'_>| {
            use schema::{buildings, communities, divisions};
            let (now, conn) = (tx.now(), tx.conn());
            let known: Vec<String> =
                diesel::QueryDsl::select(divisions::table, divisions::code).load(conn)?;
            if known.is_empty() {
                diesel::insert_into(divisions::table)
                    .values((divisions::code.eq("330203001001"), divisions::name.eq("测试社区")))
                    .execute(conn)?;
            }
            diesel::insert_into(communities::table)
                .values((
                    communities::id.eq(community),
                    communities::division_code.eq("330203001001"),
                    communities::name.eq(&name),
                    communities::facilities.eq("[]"),
                    communities::hazards.eq("[]"),
                    communities::register_version.eq(1_i64),
                    communities::version.eq(1),
                    communities::created_at.eq(now),
                ))
                .execute(conn)?;
            diesel::insert_into(buildings::table)
                .values((
                    buildings::id.eq(building),
                    buildings::community_id.eq(community),
                    buildings::name.eq("1幢"),
                    buildings::version.eq(1),
                ))
                .execute(conn)?;
            Ok(())
        };
        self.db.write(&context, "test", write).await.unwrap();
        (community, building)
    }

    /// An owner of one unit with a contact, written past the API; `id_tail` tells those apart who
    /// share a contact.
    pub async fn register_owner(
        &self,
        (community, building): (CommunityId, BuildingId),
        (name, contact, id_tail): (&str, &str, &str),
    ) -> OwnerId {
        let (owner, unit) = (OwnerId::new(), UnitId::new());
        let contact: Contact = contact.parse().unwrap();
        let index = self.app.keys.contact_index(&contact);
        let (name, id_tail) = (name.to_owned(), id_tail.to_owned());
        let context = WriteContext::of(Actor::named("test"));
        let write = move |tx: &mut jiugai::platform::db::WriteTx<'_>| {
            use schema::{owners, ownerships, units};
            let (now, conn) = (tx.now(), tx.conn());
            diesel::insert_into(owners::table)
                .values((
                    owners::id.eq(owner),
                    owners::kind.eq("person"),
                    owners::name.eq(&name),
                    owners::identity_index.eq(owner.to_string()),
                    owners::identity_sealed.eq(vec![0_u8]),
                    owners::identity_tail.eq(&id_tail),
                    owners::phone_index.eq(&index),
                    owners::version.eq(1),
                    owners::created_at.eq(now),
                ))
                .execute(conn)?;
            diesel::insert_into(units::table)
                .values((
                    units::id.eq(unit),
                    units::community_id.eq(community),
                    units::building_id.eq(building),
                    units::code.eq(unit.to_string()),
                    units::version.eq(1),
                    units::created_at.eq(now),
                ))
                .execute(conn)?;
            diesel::insert_into(ownerships::table)
                .values((
                    ownerships::id.eq(OwnershipId::new()),
                    ownerships::unit_id.eq(unit),
                    ownerships::owner_id.eq(owner),
                    ownerships::valid_from.eq(LocalDate::from_ymd(2020, 1, 1).unwrap()),
                    ownerships::reason.eq("test"),
                    ownerships::recorded_at.eq(now),
                ))
                .execute(conn)?;
            Ok(())
        };
        self.db.write(&context, "test", write).await.unwrap();
        owner
    }
}
