//! The agreement as an A4 page to read, sign and keep. Everything that people typed is escaped.

use std::sync::LazyLock;

use minijinja::{Environment, Value, context, value::Serde};

use super::service::plans::PlanView;
use crate::kernel::{Outcome, Refusal};

const AGREEMENT: &str = "agreement.html";

static PAGES: LazyLock<Result<Environment<'static>, String>> = LazyLock::new(|| {
    let mut pages = Environment::new();
    pages
        .add_template(AGREEMENT, include_str!("templates/agreement.html"))
        .map_err(|error| format!("{error:#}"))?;
    pages.add_filter("coefficient", |per_mille: i32| {
        format!("{}.{:03}", per_mille / 1000, per_mille % 1000)
    });
    Ok(pages)
});

/// The agreement of a version of the plan, with a line to sign for each unit that must.
///
/// # Errors
/// `internal` if the template fails.
pub fn agreement_page(plan: &PlanView) -> Outcome<String> {
    let pages = PAGES.as_ref().map_err(Refusal::internal)?;
    let page = pages.get_template(AGREEMENT).map_err(Refusal::internal)?;
    let values = context! { ..Value::from(Serde(plan)) };
    page.render(values).map_err(|error| Refusal::internal(format!("{error:#}")))
}
