//! An older backup is restored behind the server's back: what it signed since is remembered outside of
//! the database, and nothing is signed or taken again. The control is the database that goes on.
//!
//! Five times; `TEST_LONG=1` fifty times.

use jiugai::platform::db::{DatabaseUrl, backup, restore_archive};

use super::{Stage, clients::cast};
use crate::{
    db_test,
    support::{
        Engine, TestApp, TestDatabase,
        long::{rounds, seed},
        vote_log::Dice,
    },
};

/// Ballots between the backup and the loss, at the most.
const BETWEEN: usize = 3;

db_test! {
    async fn after_an_older_backup_is_restored_no_ballot_is_taken(app: TestApp) {
        let rounds = rounds(5, 50);
        let mut dice = Dice(seed(20_260_505));
        let stage = Stage::prepare(app, 1 + rounds * BETWEEN).await;
        let mut voters = stage.voters.iter();
        let late = voters.next_back().unwrap();
        for round in 0..rounds {
            let kept = stage.home.path(&format!("backup-{round}"));
            backup(&stage.url, kept.as_ref()).unwrap();
            let server = stage.start();
            for voter in voters.by_ref().take(1 + dice.below(BETWEEN)) {
                assert_eq!(cast(&stage, &server, (voter, "for")).await.0, 201, "the control");
            }
            drop(server);
            // PostgreSQL's database lives as long as this.
            let (url, _database) = match stage.desk.app.engine {
                Engine::Sqlite => (DatabaseUrl::Sqlite(kept), None),
                Engine::Postgres => {
                    let database = TestDatabase::empty(Engine::Postgres);
                    let DatabaseUrl::Postgres(url) = &database.url else { panic!("PostgreSQL") };
                    restore_archive(kept.as_ref(), url).unwrap();
                    (database.url.clone(), Some(database))
                }
            };
            let server = stage.start_on(&url);
            let (status, answer) = cast(&stage, &server, (late, "against")).await;
            assert_eq!((status, answer["code"].as_str()), (503, Some("log_frozen")), "round {round}");
            let path = format!("/api/v1/public/votes/{}/log/checkpoint", stage.desk.vote);
            let signed = reqwest::get(format!("{}{path}", server.url)).await.unwrap();
            assert_eq!(signed.status().as_u16(), 503, "round {round}");
        }
        let server = stage.start();
        assert_eq!(cast(&stage, &server, (late, "against")).await.0, 201, "the control");
    }
}
