//! A community's register, written past the API: what voting tests stand on.

use std::collections::HashMap;

use diesel::{ExpressionMethods, RunQueryDsl};
use jiugai::{
    kernel::{
        Area, BuildingId, CommunityId, Contact, LocalDate, OwnerId, OwnershipId, UnitFactId, UnitId,
    },
    platform::{
        auth::seal::Keys,
        db::{Actor, Conn, WriteContext, schema},
    },
};

use super::TestApp;

/// A unit of a test's register.
#[derive(Clone)]
pub struct TestUnit {
    pub code: String,
    pub building: String,
    /// Square metres as text: `"86.40"`.
    pub area: Option<String>,
    /// The owners' phones: an owner is his phone here.
    pub owners: Vec<String>,
    pub unit_use: &'static str,
    pub delivered: bool,
    /// Whether the owners are a developer.
    pub is_developer: bool,
}

/// A flat owned by these phones.
pub fn flat(code: &str, area: &str, owners: &[&str]) -> TestUnit {
    TestUnit {
        code: code.to_owned(),
        building: "1栋".to_owned(),
        area: Some(area.to_owned()),
        owners: owners.iter().map(|&phone| phone.to_owned()).collect(),
        unit_use: "residential",
        delivered: true,
        is_developer: false,
    }
}

/// `count` flats of one area, each owned by one phone: 13800000001, 13800000002, …
pub fn flats(count: usize, area: &str) -> Vec<TestUnit> {
    (1..=count).map(|n| flat(&format!("1-{n:03}"), area, &[&phone(n)])).collect()
}

/// The phone of the n-th owner.
pub fn phone(n: usize) -> String {
    format!("138{n:08}")
}

impl TestApp {
    /// A community with these units.
    pub async fn register(&self, name: &str, units: &[TestUnit]) -> CommunityId {
        let (community, _) = self.community(name).await;
        let units = units.to_vec();
        let keys = self.app.keys.clone();
        let indexes: HashMap<String, String> = units
            .iter()
            .flat_map(|unit| unit.owners.iter())
            .map(|phone| (phone.clone(), keys.contact_index(&phone.parse::<Contact>().unwrap())))
            .collect();
        let context = WriteContext::of(Actor::named("test"));
        self.db
            .write(&context, "test", move |tx| {
                let now = tx.now();
                let conn = tx.conn();
                let mut buildings = HashMap::new();
                let mut owners = HashMap::new();
                for unit in &units {
                    let building = building(conn, community, &unit.building, &mut buildings)?;
                    let unit_id = UnitId::new();
                    diesel::insert_into(schema::units::table)
                        .values((
                            schema::units::id.eq(unit_id),
                            schema::units::community_id.eq(community),
                            schema::units::building_id.eq(building),
                            schema::units::code.eq(&unit.code),
                            schema::units::version.eq(1),
                            schema::units::created_at.eq(now),
                        ))
                        .execute(conn)?;
                    let area = unit.area.as_ref().map(|text| text.parse::<Area>().unwrap());
                    diesel::insert_into(schema::unit_facts::table)
                        .values((
                            schema::unit_facts::id.eq(UnitFactId::new()),
                            schema::unit_facts::unit_id.eq(unit_id),
                            schema::unit_facts::unit_use.eq(unit.unit_use),
                            schema::unit_facts::area.eq(area),
                            schema::unit_facts::area_source.eq(area.map(|_| "register")),
                            schema::unit_facts::delivered.eq(unit.delivered),
                            schema::unit_facts::valid_from.eq(day()),
                            schema::unit_facts::reason.eq("test"),
                            schema::unit_facts::recorded_at.eq(now),
                        ))
                        .execute(conn)?;
                    for phone in &unit.owners {
                        let kind = if unit.is_developer { "developer" } else { "person" };
                        let index = &indexes[phone];
                        let owner = owner(conn, (phone, index, kind), (now, &keys), &mut owners)?;
                        diesel::insert_into(schema::ownerships::table)
                            .values((
                                schema::ownerships::id.eq(OwnershipId::new()),
                                schema::ownerships::unit_id.eq(unit_id),
                                schema::ownerships::owner_id.eq(owner),
                                schema::ownerships::valid_from.eq(day()),
                                schema::ownerships::reason.eq("test"),
                                schema::ownerships::recorded_at.eq(now),
                            ))
                            .execute(conn)?;
                    }
                }
                Ok(())
            })
            .await
            .unwrap();
        community
    }
}

fn day() -> LocalDate {
    LocalDate::from_ymd(2020, 1, 1).unwrap()
}

fn building(
    conn: &mut Conn,
    community: CommunityId,
    name: &str,
    known: &mut HashMap<String, BuildingId>,
) -> diesel::QueryResult<BuildingId> {
    if let Some(id) = known.get(name) {
        return Ok(*id);
    }
    let id = BuildingId::new();
    diesel::insert_into(schema::buildings::table)
        .values((
            schema::buildings::id.eq(id),
            schema::buildings::community_id.eq(community),
            schema::buildings::name.eq(name),
            schema::buildings::version.eq(1),
        ))
        .execute(conn)?;
    known.insert(name.to_owned(), id);
    Ok(id)
}

fn owner(
    conn: &mut Conn,
    (phone, index, kind): (&str, &str, &str),
    (now, keys): (jiugai::kernel::UtcTime, &Keys),
    known: &mut HashMap<String, OwnerId>,
) -> diesel::QueryResult<OwnerId> {
    if let Some(id) = known.get(phone) {
        return Ok(*id);
    }
    let id = OwnerId::new();
    let sealed = keys.seal_text(&format!("owners.phone:{id}"), phone).unwrap();
    diesel::insert_into(schema::owners::table)
        .values((
            schema::owners::id.eq(id),
            schema::owners::kind.eq(kind),
            schema::owners::name.eq(format!("业主{phone}")),
            schema::owners::identity_index.eq(id.to_string()),
            schema::owners::identity_sealed.eq(vec![0_u8]),
            schema::owners::identity_tail.eq("0000"),
            schema::owners::phone_index.eq(index),
            schema::owners::phone_sealed.eq(sealed),
            schema::owners::version.eq(1),
            schema::owners::created_at.eq(now),
        ))
        .execute(conn)?;
    known.insert(phone.to_owned(), id);
    Ok(id)
}
