//! Everybody at the same moment.

use serde_json::{Value, json};

use super::{names, opinion, pass_what_waits, review};
use crate::{db_test, support::TestApp};

db_test! {
    async fn departments_that_answer_at_the_same_moment_are_all_kept(app: TestApp) {
        let review = review(app).await;
        let (one, two) = (json!([opinion(1, "pass", ""), opinion(2, "revise", "甲")]),
            json!([opinion(1, "revise", "乙"), opinion(2, "pass", "")]));
        let last = json!([opinion(2, "reject", "丙")]);
        let answers = tokio::join!(
            review.opine("消防", one.clone()), review.opine("住建", two.clone()),
            review.opine("规划", one.clone()), review.opine("城管", last.clone()),
            review.opine("供电", last),
        );
        for answer in [answers.0, answers.1, answers.2, answers.3, answers.4] {
            answer.expect(201);
        }
        let said = review.get("/opinions?round=1").await;
        assert_eq!(said.as_array().unwrap().len(), 8);
        assert_eq!(review.open_points().await.len(), 6, "five that ask for something, 水务 that waits");
    }

    async fn a_case_that_is_being_closed_and_an_objection_at_the_same_moment_never_both_succeed(
        app: TestApp
    ) {
        let review = review(app).await;
        pass_what_waits(&review.work, &review.id).await;
        let (closed, said) = tokio::join!(
            review.close(), review.opine("消防", json!([opinion(2, "reject", "占道")])),
        );
        let view = review.view().await;
        let open: &Vec<Value> = view["open_points"].as_array().unwrap();
        match (closed.status, said.status) {
            (200, 409) => assert!(open.is_empty() && view["state"] == "closed"),
            (409, 201) => assert!(open.len() == 1 && view["state"] == "open"),
            other => panic!("{other:?}: {} {}", closed.text, said.text),
        }
    }

    async fn a_case_that_is_being_closed_and_a_department_that_is_being_invited_never_both_succeed(
        app: TestApp
    ) {
        let review = review(app).await;
        pass_what_waits(&review.work, &review.id).await;
        let wish = json!({ "department": "园林", "reason": "古树" });
        let (closed, invited) = tokio::join!(review.close(), review.post("/invitations", wish));
        let view = review.view().await;
        let is_in = names(&view).contains(&"园林".to_owned());
        match (closed.status, invited.status) {
            (200, 409) => assert!(!is_in && view["state"] == "closed"),
            (409, 201) => assert!(is_in && view["state"] == "open"),
            other => panic!("{other:?}: {} {}", closed.text, invited.text),
        }
    }
}
