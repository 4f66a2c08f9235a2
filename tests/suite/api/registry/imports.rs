//! A register goes in whole, is compared before it does, and comes out again.

use std::io::Cursor;

use jiugai::{
    kernel::{Code, CommunityId, LocalDate},
    platform::db::{Actor, WriteContext},
    registry::{
        Import, ImportState, NewImport, ReadImport, RegisterScope, ScopeUnit, UnitUse,
        VanishedUnits, commit_import, enter_community, list_scope_units, open_import, read_import,
        undo_import,
    },
};

use crate::{db_test, support::TestApp};

const HEADER: &str =
    "房号,楼栋,单元,用途,面积,面积来源,业主类型,证件号码,业主姓名,联系电话,共有情况,是否交付\n";
pub const TWO: &str = "1-101,1栋,1单元,住宅,86.40,登记,个人,990101197511194701,徐磊强,19900000470,单独所有,是\n\
    1-102,1栋,1单元,住宅,90.00,登记,个人,990102196207233667,赵秀,,单独所有,是\n";

fn context() -> WriteContext {
    WriteContext::of(Actor::named("clerk"))
}

pub async fn community(app: &TestApp) -> CommunityId {
    community_named(app, "幸福里小区").await
}

pub async fn community_named(app: &TestApp, name: &'static str) -> CommunityId {
    app.db
        .write(&context(), "test", move |tx| {
            enter_community(tx, "990101001001", name).map(|community| community.id)
        })
        .await
        .unwrap()
}

/// Opens and reads a file to its end.
async fn import(app: &TestApp, id: CommunityId, file: Vec<u8>, day: Option<&str>) -> Import {
    let new = NewImport {
        community_id: id,
        file_name: "register".to_owned(),
        file_digest: String::new(),
        effective_on: day.map(|day| day.parse().unwrap()),
    };
    let open = move |tx: &mut jiugai::platform::db::WriteTx<'_>| open_import(tx, &new);
    let import = app.db.write(&context(), "test", open).await.unwrap();
    let job =
        ReadImport { db: app.db.clone(), keys: app.app.keys.clone(), context: context(), import };
    let read = move || read_import(&job, Cursor::new(file), &mut |_| {});
    tokio::task::spawn_blocking(read).await.unwrap().unwrap()
}

async fn commit(app: &TestApp, import: &Import, vanished: VanishedUnits) -> Result<(), Code> {
    let id = import.id;
    let commit = app.db.write(&context(), "test", move |tx| commit_import(tx, id, vanished)).await;
    commit.map(|_| ()).map_err(|refusal| refusal.code())
}

async fn undo(app: &TestApp, import: &Import) -> Result<(), Code> {
    let id = import.id;
    let undo = app.db.write(&context(), "test", move |tx| undo_import(tx, id)).await;
    undo.map(|_| ()).map_err(|refusal| refusal.code())
}

async fn units(app: &TestApp, id: CommunityId, day: &str) -> Vec<ScopeUnit> {
    let day: LocalDate = day.parse().unwrap();
    let scope = RegisterScope::Community(id);
    app.db.read(move |conn| Ok(list_scope_units(conn, &scope, day)?)).await.unwrap()
}

fn counts(import: &Import) -> (i64, i64, i64, i64) {
    (import.units_new, import.units_changed, import.units_unchanged, import.units_vanished)
}

pub fn csv(rows: &str) -> Vec<u8> {
    format!("{HEADER}{rows}").into_bytes()
}

pub fn sample(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

db_test! {
    async fn register_a_goes_in_whole(app: TestApp) {
        let id = community(&app).await;
        let read = import(&app, id, sample("register-a.xlsx"), None).await;
        assert_eq!((read.state, counts(&read)), (ImportState::Previewed, (468, 0, 0, 0)));
        assert_eq!(units(&app, id, "2026-03-02").await.len(), 0, "nothing before the commit");
        commit(&app, &read, VanishedUnits::Keep).await.unwrap();
        let units = units(&app, id, "2026-03-02").await;
        let area = units.iter().filter(|unit| unit.unit_use != UnitUse::Parking)
            .map(|unit| unit.area.unwrap().0).sum::<i64>();
        assert_eq!((units.len(), area), (468, 6_678_397));
        let undelivered: Vec<_> = units.iter().filter(|unit| !unit.delivered).collect();
        assert!(undelivered.iter().all(|unit| unit.developer_id.is_some()));
        assert_eq!(undelivered.len(), 9);
        let again = import(&app, id, sample("register-a.xlsx"), None).await;
        assert_eq!(counts(&again), (0, 0, 468, 0));
    }

    async fn a_faulty_file_leaves_nothing_but_its_faults(app: TestApp) {
        let id = community(&app).await;
        let read = import(&app, id, sample("register-b-gb18030.csv"), None).await;
        assert_eq!((read.state, read.fault_count), (ImportState::Faulty, 12));
        assert_eq!(commit(&app, &read, VanishedUnits::Keep).await, Err(Code::ImportStateConflict));
        assert_eq!(units(&app, id, "2026-03-02").await.len(), 0);
    }

    async fn what_is_no_register_fails_in_words(app: TestApp) {
        let id = community(&app).await;
        let read = import(&app, id, b"hello".to_vec(), None).await;
        assert_eq!(read.state, ImportState::Failed);
        assert!(read.failure.unwrap().contains("unit_code"));
        let empty = import(&app, id, csv(""), None).await;
        assert_eq!(empty.state, ImportState::Failed);
    }

    async fn a_sale_a_correction_and_a_vanished_unit_are_told_apart(app: TestApp) {
        let id = community(&app).await;
        let first = import(&app, id, csv(TWO), Some("2026-01-01")).await;
        commit(&app, &first, VanishedUnits::Keep).await.unwrap();
        let changed = "1-101,1栋,1单元,住宅,86.41,登记,个人,99010219380216149X,吴勇娟,,单独所有,是\n\
            2-101,2栋,,商业,50,合同,个人,990101197511194701,徐磊强,19900000471,单独所有,是\n";
        let second = import(&app, id, csv(changed), Some("2026-02-01")).await;
        assert_eq!(counts(&second), (1, 1, 0, 1));
        commit(&app, &second, VanishedUnits::End).await.unwrap();
        let before = units(&app, id, "2026-01-31").await;
        assert_eq!(before.iter().map(|unit| &*unit.code).collect::<Vec<_>>(), ["1-101", "1-102"]);
        assert_eq!((before[0].area.unwrap().0, &*before[0].owners[0].name), (8640, "徐磊强"));
        let after = units(&app, id, "2026-02-01").await;
        assert_eq!(after.iter().map(|unit| &*unit.code).collect::<Vec<_>>(), ["1-101", "2-101"]);
        assert_eq!((after[0].area.unwrap().0, &*after[0].owners[0].name), (8641, "吴勇娟"));
        assert_eq!(after[0].owners.len(), 1);

        undo(&app, &second).await.unwrap();
        for day in ["2026-01-31", "2026-02-01", "2026-03-01"] {
            assert_eq!(units(&app, id, day).await, before, "{day}");
        }
        assert_eq!(undo(&app, &second).await, Err(Code::ImportStateConflict));
        let between = import(&app, id, csv(changed), Some("2026-01-15")).await;
        assert_eq!(between.state, ImportState::Previewed, "what was undone blocks nothing");
        let third = import(&app, id, csv(changed), Some("2026-02-01")).await;
        assert_eq!(counts(&third), (1, 1, 0, 1));
        commit(&app, &third, VanishedUnits::Keep).await.unwrap();
        assert_eq!(units(&app, id, "2026-02-01").await.len(), 3);
    }

    async fn a_preview_is_stale_and_an_undo_blocked_after_another_commit(app: TestApp) {
        let id = community(&app).await;
        let one = import(&app, id, csv(TWO), None).await;
        let two = import(&app, id, csv(TWO), None).await;
        commit(&app, &one, VanishedUnits::Keep).await.unwrap();
        assert_eq!(commit(&app, &two, VanishedUnits::Keep).await, Err(Code::ImportStale));
        let three = import(&app, id, csv(&TWO.replace("90.00", "90.01")), None).await;
        commit(&app, &three, VanishedUnits::Keep).await.unwrap();
        assert_eq!(undo(&app, &one).await, Err(Code::UndoBlocked));
        undo(&app, &three).await.unwrap();
    }

    async fn a_file_cannot_move_a_unit_or_rewrite_the_past(app: TestApp) {
        let id = community(&app).await;
        let first = import(&app, id, csv(TWO), None).await;
        commit(&app, &first, VanishedUnits::Keep).await.unwrap();
        let moved = import(&app, id, csv(&TWO.replace("1栋", "2栋")), None).await;
        assert_eq!((moved.state, moved.fault_count), (ImportState::Faulty, 2));
        for day in ["2026-03-01", "2026-03-03"] {
            let new = NewImport {
                community_id: id,
                file_name: String::new(),
                file_digest: String::new(),
                effective_on: Some(day.parse().unwrap()),
            };
            let open = app.db.write(&context(), "test", move |tx| open_import(tx, &new)).await;
            assert_eq!(open.unwrap_err().code(), Code::InvalidField, "{day}");
        }
    }
}
