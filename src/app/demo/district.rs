//! Divisions, communities and their registers.

use std::io::Cursor;

use sha2::{Digest, Sha256};

use super::context;
use crate::{
    app::App,
    kernel::{CommunityId, LocalDate, Outcome, Refusal, hex},
    registry::{
        Division, ImportState, NewImport, ReadImport, VanishedUnits, commit_import,
        enter_community, has_communities, keep_division, open_import, read_import,
    },
};

/// Divisions with codes that are not assigned to anybody.
const DIVISIONS: &[(&str, &str)] = &[
    ("99", "示例省"),
    ("9901", "示例市"),
    ("990101", "示例区"),
    ("990101001", "示例街道"),
    ("990101001001", "幸福社区"),
];
const DIVISION: &str = "990101001001";

pub(super) struct Register {
    pub community: &'static str,
    pub file: &'static str,
    pub content: &'static [u8],
}

const REGISTERS: [Register; 3] = [
    Register {
        community: "幸福里小区",
        file: "幸福里小区业主名册.xlsx",
        content: include_bytes!("../../../seed/demo/xingfuli.xlsx"),
    },
    Register {
        community: "和平新村",
        file: "和平新村业主名册.csv",
        content: include_bytes!("../../../seed/demo/hepingxincun.csv"),
    },
    Register {
        community: "电信宿舍楼",
        file: "电信宿舍楼业主名册.csv",
        content: include_bytes!("../../../seed/demo/dianxin-gb18030.csv"),
    },
];

/// The three communities: 403 heads, 2,219 homes, one building of 36 homes.
pub(super) struct Communities {
    pub xingfuli: CommunityId,
    pub heping: CommunityId,
    pub dianxin: CommunityId,
}

/// Whether anything was loaded before.
pub(super) fn is_there(app: &App) -> Outcome<bool> {
    app.db.read_blocking(|conn| Ok(has_communities(conn)?))
}

pub(super) fn load(app: &App, told: &mut dyn FnMut(&str)) -> Outcome<Communities> {
    app.db.write_blocking(&context(), "demo.divisions", |tx| {
        DIVISIONS.iter().try_for_each(|(code, name)| {
            keep_division(tx, &Division { code: (*code).to_owned(), name: (*name).to_owned() })
        })
    })?;
    let [xingfuli, heping, dianxin] = REGISTERS;
    Ok(Communities {
        xingfuli: load_register(app, xingfuli, told)?,
        heping: load_register(app, heping, told)?,
        dianxin: load_register(app, dianxin, told)?,
    })
}

/// Enters a community and loads its register.
pub(super) fn load_register(
    app: &App,
    register: Register,
    told: &mut dyn FnMut(&str),
) -> Outcome<CommunityId> {
    let Register { community: name, file, content } = register;
    let community = app.db.write_blocking(&context(), "demo.community", move |tx| {
        enter_community(tx, DIVISION, name)
    })?;
    let new = NewImport {
        community_id: community.id,
        file_name: file.to_owned(),
        file_digest: hex::encode(&Sha256::digest(content)),
        effective_on: None::<LocalDate>,
    };
    let import =
        app.db.write_blocking(&context(), "demo.import", move |tx| open_import(tx, &new))?;
    let (db, keys) = (app.db.clone(), app.keys.clone());
    let job = ReadImport { db, keys, context: context(), import };
    let import = read_import(&job, Cursor::new(content), &mut |_| {})?;
    if import.state != ImportState::Previewed {
        let state = import.state;
        return Err(Refusal::internal(format!("{file}: {state}, {} faults", import.fault_count)));
    }
    let done = app.db.write_blocking(&context(), "demo.import", move |tx| {
        commit_import(tx, import.id, VanishedUnits::Keep)
    })?;
    told(&format!("  {name}: {} units from {file}", done.units_new));
    Ok(community.id)
}
