//! The registry over HTTP. Absent on purpose: rules and SQL.

mod boundaries;
mod communities;
mod files;
mod imports;
mod owners;
mod people;
mod units;

use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    kernel::{CommunityId, LocalDate, Outcome},
    platform::{
        auth::{Place, Reach},
        db::{Conn, Db},
    },
    registry::{find_place_of_community, store::communities as store},
};

/// Mounts the slice.
pub fn routes(config: &mut ServiceConfig) {
    boundaries::routes(config);
    communities::routes(config);
    files::routes(config);
    imports::routes(config);
    owners::routes(config);
    people::routes(config);
    units::routes(config);
}

/// Where a community lies; a place that nobody reaches where there is none.
async fn place_of(db: &Db, id: CommunityId) -> Outcome<Place> {
    let place = db.read(move |conn| Ok(find_place_of_community(conn, id)?)).await?;
    // A community that does not exist lies where no scope but everything reaches; what follows
    // finds nothing.
    Ok(place.unwrap_or_default())
}

/// The day that a list shows: the one asked for, or today.
fn day_or_today(db: &Db, day: Option<LocalDate>) -> LocalDate {
    day.unwrap_or_else(|| {
        let clock = db.clock();
        clock.now().plus(clock.legal_offset()).local_date()
    })
}

/// The buildings of a community to which a reach is limited; `None` where it covers the whole.
///
/// # Errors
/// `not_found` where it covers nothing of it.
fn buildings_within(
    conn: &mut Conn,
    reach: &Reach,
    community: CommunityId,
) -> Outcome<Option<Vec<crate::kernel::BuildingId>>> {
    let found = store::find_community(conn, reach, community)?;
    let found = found.ok_or(crate::kernel::Refusal::new(crate::kernel::Code::NotFound))?;
    let place = Place {
        division_code: found.division_code,
        community_id: Some(community),
        building_id: None,
    };
    Ok(if reach.covers(&place) { None } else { Some(reach.buildings()) })
}
