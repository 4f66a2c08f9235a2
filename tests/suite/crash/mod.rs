//! `kill -9` while ballots are cast loses no acknowledged ballot. The real binary serves a vote that
//! was opened through the API; many clients cast; at a random moment the process is killed, the
//! database is opened again, and an oracle compares what the clients know with what is stored. A
//! control shows that the oracle sees a loss.
//!
//! Ten rounds; `CRASH_ROUNDS=200` runs more. Absent on purpose: power loss (the page cache survives
//! a killed process), killing PostgreSQL itself.

mod clients;
mod oracle;
mod receipts;
mod restore;

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, connection::SimpleConnection};
use jiugai::{
    kernel::{AccountId, HeadId, ItemId, OwnerId, SessionId, VoteId},
    platform::{
        auth::{seal::Keys, token::Tokens},
        clock::Clock,
        db::{Actor, DatabaseUrl, WriteContext, WriteTx, backup, connect, schema},
    },
};

use crate::{
    api::voting::{Desk, draft},
    db_test,
    process::{Home, Server},
    support::{Engine, TestApp, flats},
};
use clients::{Fate, Sent};

/// Heads that vote in one round.
const HEADS: usize = 48;

db_test! {
    async fn kill_9_during_casting_loses_no_acknowledged_ballot(app: TestApp) {
        let rounds = std::env::var("CRASH_ROUNDS").map_or(10, |text| text.parse().unwrap());
        let stage = Stage::prepare(app, rounds * HEADS).await;
        let mut ledger: Vec<Sent> = Vec::new();
        let mut in_doubt = 0;
        for voters in stage.voters.chunks(HEADS) {
            let server = stage.start_and_settle(&mut ledger).await;
            let mut sent = clients::cast_until_killed(&stage, server, voters).await;
            in_doubt += sent.iter().filter(|one| one.fate == Fate::Unknown).count();
            ledger.append(&mut sent);
            assert_eq!(stage.faults(&ledger), [""; 0], "after the kill");
        }
        drop(stage.start_and_settle(&mut ledger).await);
        assert!(in_doubt > 0, "no request was cut off: the kills came too late to show anything");
        let acked = ledger.iter().filter(|one| matches!(one.fate, Fate::Acked(_))).count();
        assert!(acked >= rounds, "{acked} ballots in {rounds} rounds show nothing");
        stage.check_that_losses_are_seen(&ledger);
    }
}

/// An open vote, its voters, and a home for the binary.
struct Stage {
    desk: Desk,
    home: Home,
    url: DatabaseUrl,
    item: ItemId,
    voters: Vec<Voter>,
    http: reqwest::Client,
}

/// Somebody who may cast for one head.
#[derive(Clone)]
struct Voter {
    head_id: HeadId,
    token: String,
}

impl Stage {
    async fn prepare(app: TestApp, heads: usize) -> Self {
        let desk = draft(app, &flats(heads, "80.00"), &["5"]).await;
        desk.open().await;
        let voters = sign_in_everybody(&desk).await;
        let home = Home::new();
        std::fs::create_dir(home.path("data")).unwrap();
        std::fs::write(home.path("data/master.key"), "07".repeat(32)).unwrap();
        let log_key = desk.app.log_keys.path().join("log.key");
        std::fs::copy(log_key, home.path("data/log.key")).unwrap();
        // A copy, so that nobody else holds the file open and each start has to recover it.
        let url = match desk.app.engine {
            Engine::Postgres => desk.app.database_url(),
            Engine::Sqlite => {
                let path = home.path("data/crash.db");
                backup(&desk.app.database_url(), path.as_ref()).unwrap();
                DatabaseUrl::Sqlite(path)
            }
        };
        let item = desk.items[0].parse().unwrap();
        Self { desk, home, url, item, voters, http: clients::client() }
    }

    fn start(&self) -> Server {
        self.start_on(&self.url)
    }

    fn start_on(&self, url: &DatabaseUrl) -> Server {
        let url = match url {
            DatabaseUrl::Sqlite(path) => format!("sqlite://{path}"),
            DatabaseUrl::Postgres(url) => url.clone(),
        };
        let limits = ["--rate-per-minute", "1000000", "--rate-burst", "1000000"];
        let database = ["--database-url", &url, "--database-connections", "4"];
        self.home.start_with("serve", &[limits.as_slice(), &database].concat())
    }

    /// The server, once every request that was cut off has been repeated.
    async fn start_and_settle(&self, ledger: &mut [Sent]) -> Server {
        let server = self.start();
        clients::settle(self, &server, ledger).await;
        assert_eq!(self.faults(ledger), [""; 0], "after every request was repeated");
        server
    }

    fn faults(&self, ledger: &[Sent]) -> Vec<String> {
        oracle::faults(&mut connect(&self.url).unwrap(), self.item, ledger)
    }

    /// The control. Each damage is done in a transaction that is rolled back: a copy that only this
    /// connection sees.
    fn check_that_losses_are_seen(&self, ledger: &[Sent]) {
        let acked = ledger.iter().find_map(|one| match &one.fate {
            Fate::Acked(receipt) => Some(receipt.clone()),
            _ => None,
        });
        let receipt = acked.expect("an acknowledged ballot").receipt;
        let off = |table: &str, trigger: &str| match self.desk.app.engine {
            Engine::Sqlite => format!("DROP TRIGGER {trigger};"),
            Engine::Postgres => format!("ALTER TABLE {table} DISABLE TRIGGER USER;"),
        };
        let ballot = format!("(SELECT id FROM ballots WHERE receipt = '{receipt}')");
        let lost = format!(
            "{}{}{}DELETE FROM ballot_notices WHERE ballot_id = {ballot}; \
             DELETE FROM ballot_choices WHERE ballot_id = {ballot}; \
             DELETE FROM ballots WHERE receipt = '{receipt}';",
            off("ballots", "ballots_no_delete"),
            off("ballot_choices", "ballot_choices_no_delete"),
            off("ballot_notices", "ballot_notices_no_delete"),
        );
        let changed = format!(
            "{}UPDATE ballot_choices SET choice = 'abstain' WHERE ballot_id = {ballot};",
            off("ballot_choices", "ballot_choices_no_rewrite"),
        );
        let doubled = format!(
            "DROP INDEX uq_ballot_choices__item_id_head_id; INSERT INTO ballot_choices \
             (id, ballot_id, item_id, head_id, choice, standing) SELECT ballot_id, ballot_id, \
             item_id, head_id, choice, TRUE FROM ballot_choices WHERE ballot_id = {ballot};"
        );
        for (damage, sign) in
            [(lost, "is lost"), (changed, "stands as"), (doubled, "standing choices")]
        {
            let mut conn = connect(&self.url).unwrap();
            conn.batch_execute(&format!("BEGIN; {damage}")).unwrap();
            let seen = oracle::faults(&mut conn, self.item, ledger);
            assert!(seen.iter().any(|fault| fault.contains(sign)), "{damage}: {seen:?}");
            conn.batch_execute("ROLLBACK").unwrap();
        }
        assert_eq!(self.faults(ledger), [""; 0], "the damage was rolled back");
    }
}

/// Sessions for all owners of the vote, in real time: the binary has no fake clock. The window of
/// the vote is widened for the same reason.
async fn sign_in_everybody(desk: &Desk) -> Vec<Voter> {
    use schema::{accounts, head_owners, sessions, votes};
    let vote_id: VoteId = desk.vote.parse().unwrap();
    let now = Clock::system().now();
    let expires_at = now.plus(chrono::TimeDelta::days(1));
    let write = move |tx: &mut WriteTx<'_>| {
        let conn = tx.conn();
        let window = (
            votes::opens_at.eq(now.plus(chrono::TimeDelta::days(-1))),
            votes::closes_at.eq(expires_at),
        );
        diesel::update(votes::table.find(vote_id)).set(window).execute(conn)?;
        let owners: Vec<(HeadId, OwnerId)> = head_owners::table
            .filter(head_owners::vote_id.eq(vote_id))
            .select((head_owners::head_id, head_owners::owner_id))
            .load(conn)?;
        let mut voters = Vec::new();
        for (head_id, owner_id) in owners {
            let (account_id, session_id) = (AccountId::new(), SessionId::new());
            diesel::insert_into(accounts::table)
                .values((
                    accounts::id.eq(account_id),
                    accounts::kind.eq("owner"),
                    accounts::owner_id.eq(owner_id),
                    accounts::name.eq("业主"),
                    accounts::division_code.eq(""),
                    accounts::totp_confirmed.eq(false),
                    accounts::version.eq(1),
                    accounts::created_at.eq(now),
                ))
                .execute(conn)?;
            diesel::insert_into(sessions::table)
                .values((
                    sessions::id.eq(session_id),
                    sessions::account_id.eq(account_id),
                    sessions::factor.eq("one_time_code"),
                    sessions::device.eq("test"),
                    sessions::created_at.eq(now),
                    sessions::refreshed_at.eq(now),
                    sessions::expires_at.eq(expires_at),
                ))
                .execute(conn)?;
            voters.push((head_id, account_id, session_id));
        }
        Ok(voters)
    };
    let context = WriteContext::of(Actor::named("test"));
    let voters = desk.app.db.write(&context, "test", write).await.unwrap();
    let tokens = Tokens::new(&Keys::from_master([7; 32]), 60).unwrap();
    let sign = |(head_id, account, session)| {
        let token = tokens.issue(account, session, now).unwrap().token;
        Voter { head_id, token }
    };
    voters.into_iter().map(sign).collect()
}
