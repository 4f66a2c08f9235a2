//! Many households speak at the same moment: none waits for what another says.

use diesel::{
    QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::BigInt,
};

use super::*;
use crate::support::Engine;

const HOUSEHOLDS: usize = 30;

#[derive(QueryableByName)]
struct Tried {
    #[diesel(sql_type = BigInt)]
    last_value: i64,
}

/// From now on PostgreSQL counts every attempt to keep a stance, those too that it takes back.
const COUNT: &str = "CREATE SEQUENCE tried;
CREATE FUNCTION count_try() RETURNS trigger AS $$
BEGIN PERFORM nextval('tried'); RETURN NEW; END $$ LANGUAGE plpgsql;
CREATE TRIGGER count_tries BEFORE INSERT ON consultation_stances
FOR EACH ROW EXECUTE FUNCTION count_try()";

db_test! {
    async fn thirty_households_speak_at_once_and_hardly_one_is_tried_again(app: TestApp) {
        let desk = desk_of(app, &flats(HOUSEHOLDS, "80.00")).await;
        let mut owners = Vec::new();
        for n in 1..=HOUSEHOLDS {
            owners.push(desk.app.owner(&phone(n)).await);
        }
        let is_counted = desk.app.engine == Engine::Postgres;
        if is_counted {
            let context = WriteContext::of(Actor::named("dba"));
            let counted = desk.app.db.write(&context, "test", |tx| Ok(tx.conn().batch_execute(COUNT)?));
            counted.await.unwrap();
        }
        let path = desk.path("/statements");
        let speak = |owner: Client| {
            let path = path.clone();
            actix_web::rt::spawn(async move {
                owner.post(&path, json!({ "stance": "support" })).await
            })
        };
        let said: Vec<_> = owners.into_iter().map(speak).collect();
        for answer in said {
            answer.await.unwrap().expect(201);
        }
        let view = desk.clerk.get(&desk.path("")).await.expect(200);
        assert_eq!(view["totals"]["support"], json!({ "count": HOUSEHOLDS, "of": HOUSEHOLDS }));
        if is_counted {
            let read = |conn: &mut jiugai::platform::db::Conn| {
                Ok(sql_query("SELECT last_value FROM tried").get_result::<Tried>(conn)?)
            };
            let tried = desk.app.db.read(read).await.unwrap().last_value;
            let most = i64::try_from(HOUSEHOLDS).unwrap() + 3;
            assert!(tried <= most, "{tried} attempts of {HOUSEHOLDS} households");
        }
    }
}
