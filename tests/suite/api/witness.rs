//! A witness by itself: it answers as c2sp.org/tlog-witness says, keeps its state through a restart,
//! and never cosigns two histories of one log.

use crate::{
    db_test,
    support::{OwnLog, TestApp, WitnessServer, vote_log::Dice},
};

const ORIGIN: &str = "vote.example.org/v/1";

#[track_caller]
fn conflict(answer: &crate::support::Answer, size: u64) {
    assert_eq!(answer.status, 409, "{}", answer.text);
    assert_eq!(answer.header("content-type").as_deref(), Some("text/x.tlog.size"));
    assert_eq!(answer.text, format!("{size}\n"));
}

db_test! {
    async fn a_witness_answers_as_the_specification_says(app: TestApp) {
        let log = OwnLog::of(ORIGIN, 40);
        let mut witness = WitnessServer::start(app.engine, &log.deployment_key());
        // Of a log that it never saw it knows size 0, and asks for no proof.
        conflict(&witness.add(log.request(3, 9)).await, 0);
        let answer = witness.add(format!("old 0\n{}\n{}", log.proof(3, 9), log.note(9))).await;
        assert_eq!(answer.refused(422), "log_not_continued", "a proof from nothing");
        let first = witness.add(log.request(0, 9)).await;
        assert_eq!(first.status, 200, "{}", first.text);
        let (time, line) = witness.cosigner.find(&(log.note(9) + &first.text)).unwrap();
        assert_eq!((first.text.as_str(), time), (line.as_str(), 1_772_413_200));

        // The same head again: a new time, and nothing else.
        witness.clock.advance(chrono::TimeDelta::seconds(7));
        let again = witness.add(log.request(9, 9)).await;
        assert_eq!(witness.cosigner.find(&(log.note(9) + &again.text)).unwrap().0, time + 7);

        conflict(&witness.add(log.request(0, 20)).await, 9);
        conflict(&witness.add(log.request(8, 20)).await, 9);
        conflict(&witness.add(log.request(5, 5)).await, 9);
        let smaller = witness.add(format!("old 9\n\n{}", log.note(5))).await;
        assert_eq!(smaller.refused(400), "malformed_request", "a smaller tree");
        let mut other = log.clone();
        other.leaves[4] = b"another".to_vec();
        conflict(&witness.add(other.request(9, 9)).await, 9);
        let forked = witness.add(other.request(9, 20)).await;
        assert_eq!(forked.refused(422), "log_not_continued");
        let no_proof = witness.add(format!("old 9\n\n{}", log.note(20))).await;
        assert_eq!(no_proof.refused(422), "log_not_continued");
        let idle_proof = format!("old 9\n{}\n{}", log.proof(4, 9), log.note(9));
        assert_eq!(witness.add(idle_proof).await.refused(422), "log_not_continued");

        let stranger = OwnLog::of("elsewhere.example/v/1", 9);
        assert_eq!(witness.add(stranger.request(0, 9)).await.refused(404), "not_found");
        let nameless = OwnLog::of("vote.example.org", 9);
        assert_eq!(witness.add(nameless.request(0, 9)).await.refused(404), "not_found");
        let other_key = OwnLog { seed: [8; 32], ..log.clone() };
        let unsigned = witness.add(other_key.request(9, 20)).await;
        assert_eq!(unsigned.refused(403), "checkpoint_not_signed");
        let forged = log.request(9, 20).replace("\n20\n", "\n21\n");
        assert_eq!(witness.add(forged).await.refused(403), "checkpoint_not_signed");
        for body in ["", "old 9\n\n", "old 9\n\nnote\n", "old 09\n\nnote\n\n— a b\n", "new 9"] {
            assert_eq!(witness.add(body).await.refused(400), "malformed_request", "{body:?}");
        }
        let long = format!("old 9\n{}{}", log.proof(9, 20).repeat(20), log.note(20));
        assert_eq!(witness.add(long).await.refused(400), "malformed_request", "64 hashes");
        assert_eq!(witness.add(vec![b'a'; 20_000]).await.refused(413), "payload_too_large");
        assert_eq!(witness.get("/api/v1/me").await.refused(404), "not_found", "no other routes");

        // Other logs of the deployment, and a log that was opened anew, are its logs too.
        for origin in ["vote.example.org/v/2", "vote.example.org/v/1-r2", "vote.example.org/deployment"] {
            assert_eq!(witness.add(OwnLog::of(origin, 3).request(0, 3)).await.status, 200);
        }
        witness.restart().await;
        conflict(&witness.add(log.request(0, 20)).await, 9);
        assert_eq!(witness.add(other.request(9, 20)).await.status, 422);
        assert_eq!(witness.add(log.request(9, 20)).await.status, 200);
        conflict(&witness.add(log.request(9, 20)).await, 20);
        let page = witness.get("/witness").await.text;
        for text in ["street.example&#x2f;witness", "vote.example.org", "两个版本", "Alarm"] {
            assert!(page.contains(text), "{text} is missing in\n{page}");
        }
        witness.stop().await;
    }

    async fn of_a_hundred_forks_none_is_cosigned(app: TestApp) {
        let mut dice = Dice(11);
        let honest = OwnLog::of(ORIGIN, 64);
        let witness = WitnessServer::start(app.engine, &honest.deployment_key());
        for round in 0..100 {
            // A log of its own for each fork.
            let log = OwnLog { origin: format!("vote.example.org/v/{round}"), ..honest.clone() };
            let seen = 1 + dice.below(40);
            assert_eq!(witness.add(log.request(0, seen)).await.status, 200);
            let mut fork = log.clone();
            fork.leaves[dice.below(seen)] = dice.hex(8).into_bytes();
            let size = seen + dice.below(20);
            let answer = witness.add(fork.request(seen, size)).await;
            let refused = if size == seen { 409 } else { 422 };
            assert_eq!(answer.status, refused, "fork {round}: {seen} to {size}: {}", answer.text);
            // The control: the honest log of the same size is cosigned.
            let answer = witness.add(log.request(seen, size)).await;
            assert_eq!(answer.status, 200, "log {round}: {seen} to {size}: {}", answer.text);
        }
        witness.stop().await;
    }

    async fn of_two_histories_at_the_same_moment_one_is_cosigned(app: TestApp) {
        let log = OwnLog::of(ORIGIN, 30);
        let witness = WitnessServer::start(app.engine, &log.deployment_key());
        for round in 0..10 {
            let log = OwnLog { origin: format!("vote.example.org/v/{round}"), ..log.clone() };
            let mut other = log.clone();
            other.leaves[2] = b"another".to_vec();
            let (one, two) =
                tokio::join!(witness.add(log.request(0, 20)), witness.add(other.request(0, 20)));
            let mut statuses = [one.status, two.status];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 409], "{} {}", one.text, two.text);
        }
        witness.stop().await;
    }
}
