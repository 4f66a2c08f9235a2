//! The accounts of the demo, all with the same printed password. Owners need none: they sign in with
//! a code that the demo's inbox shows.

use super::{context, district::Communities};
use crate::{app::App, kernel::Outcome, platform::auth::Scope};

/// The demo district.
pub(super) const DISTRICT: &str = "990101";

/// The password of every demo account.
pub const PASSWORD: &str = "jiugai-demo";

/// Login, name, role and where, for people to read.
pub const SIGN_INS: &[(&str, &str, &str, Where)] = &[
    ("admin", "演示管理员", "administrator", Where::Everything),
    ("bureau", "区住建局", "housing_bureau", Where::Division("990101")),
    ("street", "示例街道办", "street_office", Where::Division("990101001")),
    ("clerk1", "社区王干事", "community_clerk", Where::Division("990101001001")),
    ("clerk2", "社区李干事", "community_clerk", Where::Division("990101001001")),
    ("clerk3", "社区张干事", "community_clerk", Where::Division("990101001001")),
    ("committee", "幸福里业委会", "committee", Where::Xingfuli),
    ("auditor", "审计员", "auditor", Where::Division("990101")),
];

/// Departments of the joint reviews, with the login of each one's delegate.
pub const DEPARTMENTS: &[(&str, &str)] = &[
    ("城管", "urban"),
    ("消防", "fire"),
    ("公安", "police"),
    ("交管", "traffic"),
    ("水务", "water"),
    ("供电", "power"),
    ("燃气", "gas"),
    ("通信", "telecom"),
    ("园林", "greening"),
    ("文旅", "culture"),
    ("住建", "housing"),
    ("规划", "planning"),
];

/// Where a demo account may act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// Everywhere.
    Everything,
    /// Below a division code.
    Division(&'static str),
    /// In the first community.
    Xingfuli,
}

pub(super) fn load(app: &App, communities: &Communities) -> Outcome<()> {
    let runtime = actix_web::rt::System::new();
    for (login, name, role, place) in SIGN_INS {
        let scope = match place {
            Where::Everything => Scope::Everything,
            Where::Division(code) => Scope::Division((*code).to_owned()),
            Where::Xingfuli => Scope::Community(communities.xingfuli),
        };
        let who = (*login, *name, PASSWORD);
        runtime.block_on(app.identity.create_granted(&context(), who, &[(role, scope)]))?;
    }
    for (department, login) in DEPARTMENTS {
        let (name, scope) = (format!("区{department}审查员"), Scope::Division(DISTRICT.to_owned()));
        let who = (*login, name.as_str(), PASSWORD);
        runtime.block_on(app.identity.create_granted(&context(), who, &[("reviewer", scope)]))?;
    }
    Ok(())
}
