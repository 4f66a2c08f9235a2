//! Whether the joint review lets a plan through: a closed case whose round is on exactly the current
//! version, and which asked the departments that the policy names.

use crate::renovation::model::{FixedPlan, Missing, ReviewFacts};

/// What is missing, and what is there.
#[must_use]
pub fn review(
    departments: &[String],
    (review, plan): (Option<&ReviewFacts>, Option<&FixedPlan>),
) -> (Option<Missing>, String) {
    let Some(plan) = plan else { return (Some(Missing::PlanNotFixed), "-".to_owned()) };
    let Some(review) = review else { return (Some(Missing::ReviewNotOpened), "-".to_owned()) };
    let asked = departments.iter().all(|name| review.departments.contains(name));
    let missing = if review.plan_sha256 != plan.sha256 {
        Some(Missing::PlanChanged)
    } else if !review.is_closed {
        Some(Missing::ReviewOpen)
    } else {
        (!asked).then_some(Missing::ReviewDepartmentNotAsked)
    };
    let have = format!(
        "第 {} 轮 · round {}; {} 项未落实 · open",
        review.round, review.round, review.open_points
    );
    (missing, have)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{PlanVersionId, UtcTime};

    #[test]
    fn only_a_closed_review_of_this_version_with_the_policys_departments_meets_the_gate() {
        let fixed_at: UtcTime = "2026-03-02T01:00:00Z".parse().unwrap();
        let sha256 = "ab".to_owned();
        let plan = FixedPlan { id: PlanVersionId::new(), number: 2, sha256, fixed_at };
        let named = ["消防".to_owned(), "交管".to_owned()];
        let closed = ReviewFacts {
            round: 2,
            is_closed: true,
            plan_sha256: "ab".to_owned(),
            departments: vec!["交管".to_owned(), "城管".to_owned(), "消防".to_owned()],
            open_points: 0,
            link: "/api/v1/joint-reviews/x".to_owned(),
        };
        let missing = |found: &ReviewFacts| review(&named, (Some(found), Some(&plan))).0;
        assert_eq!(missing(&closed), None);
        let old = ReviewFacts { plan_sha256: "cd".to_owned(), ..closed.clone() };
        assert_eq!(missing(&old), Some(Missing::PlanChanged));
        let open = ReviewFacts { is_closed: false, ..closed.clone() };
        assert_eq!(missing(&open), Some(Missing::ReviewOpen));
        let few = ReviewFacts { departments: vec!["交管".to_owned()], ..closed.clone() };
        assert_eq!(missing(&few), Some(Missing::ReviewDepartmentNotAsked));
        assert_eq!(review(&named, (None, Some(&plan))).0, Some(Missing::ReviewNotOpened));
        assert_eq!(review(&named, (Some(&closed), None)).0, Some(Missing::PlanNotFixed));
    }
}
