//! Projects that are under way.

use diesel::{ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl};

use crate::kernel::{CommunityId, ProjectId};
use crate::platform::db::{Conn, schema::projects};
use crate::renovation::model::Stage;

/// Stages in which nothing is decided or built any more.
const OVER: [Stage; 5] =
    [Stage::Accepted, Stage::InWarranty, Stage::Maintained, Stage::Withdrawn, Stage::Substituted];

/// The projects of some communities that are not accepted, oldest first; suspended ones too.
pub fn list_unfinished(
    conn: &mut Conn,
    communities: &[CommunityId],
) -> QueryResult<Vec<(ProjectId, String)>> {
    projects::table
        .filter(projects::community_id.eq_any(communities.to_vec()))
        .filter(projects::stage.ne_all(OVER))
        .order(projects::id)
        .select((projects::id, projects::name))
        .load(conn)
}
