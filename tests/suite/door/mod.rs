//! The database door: what `Db::write` promises, on both databases.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use diesel::{ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl};
use jiugai::{
    kernel::{Code, EventId, Refusal},
    platform::db::{
        Actor, AnyDb, Conn, DatabaseUrl, Db, WriteContext, schema::legal_clock,
        schema::outbox_events, sum_i64,
    },
};
use serde_json::json;

use crate::{db_test, support::TestApp};

fn context() -> WriteContext {
    WriteContext::of(Actor::system())
}

fn offset(conn: &mut Conn) -> QueryResult<i64> {
    legal_clock::table.select(legal_clock::offset_seconds).first(conn)
}

async fn insert_counter(db: &Db) {
    db.write(&context(), "test", |tx| {
        let row = (legal_clock::id.eq(1), legal_clock::offset_seconds.eq(0));
        diesel::insert_into(legal_clock::table).values(row).execute(tx.conn())?;
        Ok(())
    })
    .await
    .unwrap();
}

db_test! {
    async fn four_hundred_read_then_write_updates_lose_nothing(app: TestApp) {
        insert_counter(&app.db).await;
        let tasks: Vec<_> = (0..8).map(|_| {
            let db = app.db.clone();
            actix_web::rt::spawn(async move {
                for _ in 0..50 {
                    // A busy answer is an answer: the client comes again.
                    while db.write(&context(), "test", |tx| {
                        let next = offset(tx.conn())? + 1;
                        diesel::update(legal_clock::table)
                            .set(legal_clock::offset_seconds.eq(next)).execute(tx.conn())?;
                        Ok(())
                    }).await.is_err() {}
                }
            })
        }).collect();
        for task in tasks { task.await.unwrap(); }
        assert_eq!(app.db.read(|conn| Ok(offset(conn)?)).await.unwrap(), 400);
    }

    async fn a_refused_operation_leaves_nothing_and_its_neighbours_stand(app: TestApp) {
        insert_counter(&app.db).await;
        let writes = (0..40_i64).map(|i| {
            let db = app.db.clone();
            actix_web::rt::spawn(async move {
                db.write(&context(), "test", move |tx| {
                    tx.emit("test", i, &json!({}));
                    let next = offset(tx.conn())? + 1;
                    diesel::update(legal_clock::table)
                        .set(legal_clock::offset_seconds.eq(next)).execute(tx.conn())?;
                    if i % 2 == 0 { Err(Refusal::new(Code::WrongState)) } else { Ok(()) }
                }).await
            })
        });
        let mut kept = 0;
        for write in writes.collect::<Vec<_>>() {
            match write.await.unwrap() {
                Ok(()) => kept += 1,
                Err(refusal) => assert_eq!(refusal.code(), Code::WrongState),
            }
        }
        assert_eq!(kept, 20);
        let (count, events) = app.db.snapshot(|conn| {
            Ok((offset(conn)?, outbox_events::table.count().get_result::<i64>(conn)?))
        }).await.unwrap();
        assert_eq!((count, events), (20, 20));
    }

    async fn a_panicking_operation_is_refused_and_the_door_stays_open(app: TestApp) {
        let refusal = app.db.write::<(), _>(&context(), "test", |_| panic!("planted")).await;
        assert_eq!(refusal.unwrap_err().code(), Code::Internal);
        insert_counter(&app.db).await;
    }

    async fn readers_cannot_write(app: TestApp) {
        insert_counter(&app.db).await;
        let written = app.db.read(|conn| {
            Ok(diesel::update(legal_clock::table)
                .set(legal_clock::offset_seconds.eq(9)).execute(conn)?)
        }).await;
        assert!(written.is_err());
    }

    async fn a_broken_unique_key_has_the_same_name_on_both(app: TestApp) {
        insert_counter(&app.db).await;
        let id = EventId::new();
        let refusal = app.db.write(&context(), "test", move |tx| {
            for _ in 0..2 {
                let now = tx.now();
                diesel::insert_into(outbox_events::table).values((
                    outbox_events::id.eq(id), outbox_events::topic.eq("t"),
                    outbox_events::subject.eq("s"), outbox_events::payload.eq("{}"),
                    outbox_events::created_at.eq(now), outbox_events::available_at.eq(now),
                    outbox_events::attempts.eq(0),
                )).execute(tx.conn())?;
            }
            Ok(())
        }).await.unwrap_err();
        assert_eq!(refusal.code(), Code::AlreadyExists);
    }

    async fn instants_and_ids_come_back_as_they_were_written(app: TestApp) {
        app.db.write(&context(), "test", |tx| { tx.emit("a", "b", &json!({"n": 1})); Ok(()) })
            .await.unwrap();
        let now = app.clock.now();
        let (id, at) = app.db.read(|conn| {
            Ok(outbox_events::table.select((outbox_events::id, outbox_events::created_at))
                .first::<(EventId, jiugai::kernel::UtcTime)>(conn)?)
        }).await.unwrap();
        assert_eq!(at, now);
        let found = app.db.read(move |conn| {
            Ok(outbox_events::table.filter(outbox_events::id.eq_any(vec![id, EventId::new()]))
                .count().get_result::<i64>(conn)?)
        }).await.unwrap();
        assert_eq!(found, 1);
    }

    async fn sums_stay_exact_beyond_the_floats(app: TestApp) {
        let sum = app.db.write(&context(), "test", |tx| {
            for (id, value) in [(1, 9_007_199_254_740_993_i64), (2, 2)] {
                let row = (legal_clock::id.eq(id), legal_clock::offset_seconds.eq(value));
                diesel::insert_into(legal_clock::table).values(row).execute(tx.conn())?;
            }
            let sum = legal_clock::table.select(sum_i64(legal_clock::offset_seconds));
            Ok(sum.first::<Option<i64>>(tx.conn())?)
        }).await.unwrap();
        assert_eq!(sum, Some(9_007_199_254_740_995));
    }

    async fn an_upsert_runs_on_both(app: TestApp) {
        for value in [5_i64, 6] {
            app.db.write(&context(), "test", move |tx| {
                let row = (legal_clock::id.eq(1), legal_clock::offset_seconds.eq(value));
                AnyDb(diesel::insert_into(legal_clock::table).values(row)
                    .on_conflict(legal_clock::id).do_update()
                    .set(legal_clock::offset_seconds.eq(value))).execute(tx.conn())?;
                Ok(())
            }).await.unwrap();
        }
        assert_eq!(app.db.read(|conn| Ok(offset(conn)?)).await.unwrap(), 6);
    }

    async fn the_audit_trail_cannot_be_changed(app: TestApp) {
        use diesel::connection::SimpleConnection;
        app.db.write(&context(), "test", |tx| {
            tx.audit("test.done", ("thing", 1), (None, Some(&json!({"a": 1}))));
            Ok(())
        }).await.unwrap();
        for change in ["UPDATE audit_log SET action = 'x'", "DELETE FROM audit_log"] {
            let refused = app.db.write(&context(), "test", move |tx| {
                Ok(tx.conn().batch_execute(change)?)
            }).await;
            assert!(refused.is_err(), "{change}");
        }
    }

    async fn a_retried_closure_runs_to_its_end_once(app: TestApp) {
        let runs = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&runs);
        insert_counter(&app.db).await;
        app.db.write(&context(), "test", move |tx| {
            counted.fetch_add(1, Ordering::SeqCst);
            let next = offset(tx.conn())? + 1;
            diesel::update(legal_clock::table)
                .set(legal_clock::offset_seconds.eq(next)).execute(tx.conn())?;
            Ok(())
        }).await.unwrap();
        assert_eq!(runs.load(Ordering::SeqCst), 1);
        assert_eq!(app.db.read(|conn| Ok(offset(conn)?)).await.unwrap(), 1);
    }

    async fn closing_answers_what_waits_and_takes_no_more(app: TestApp) {
        insert_counter(&app.db).await;
        let writes: Vec<_> = (0..40).map(|_| {
            let db = app.db.clone();
            actix_web::rt::spawn(async move {
                db.write(&context(), "test", |tx| Ok(offset(tx.conn())?)).await
            })
        }).collect();
        actix_web::rt::task::yield_now().await; // every task has handed its write over
        let db = app.db.clone();
        actix_web::rt::task::spawn_blocking(move || db.close()).await.unwrap();
        for write in writes { assert_eq!(write.await.unwrap().unwrap(), 0); }
        if let DatabaseUrl::Sqlite(path) = app.db.url() {
            assert_eq!(std::fs::metadata(format!("{path}-wal")).unwrap().len(), 0);
            let late = app.db.write(&context(), "test", |_| Ok(())).await.unwrap_err();
            assert_eq!(late.code(), Code::Unavailable);
        }
    }

    async fn readiness_and_unknown_routes_answer_in_one_form(app: TestApp) {
        assert_eq!(app.anon().get("/livez").await.status, 200);
        assert_eq!(app.anon().get("/readyz").await.status, 200);
        let answer = app.anon().get("/nowhere").await;
        assert_eq!(answer.refused(404), "not_found");
        assert_eq!(answer.json()["instance"], "/nowhere");
        assert!(!answer.json()["request_id"].as_str().unwrap().is_empty());
    }
}
