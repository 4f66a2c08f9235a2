//! The register as a file again: the columns of the import, one row per unit and owner, in pages, so
//! that memory does not grow with the register. Personal data is masked unless the caller may see
//! it; a file with the full data can be imported again and changes nothing.

use std::{collections::HashMap, fs::File};

use crate::{
    kernel::{BuildingId, CommunityId, LocalDate, Outcome, OwnerId, UnitId, text::mask_id},
    platform::{
        auth::seal::Keys,
        db::Conn,
        files::{
            sheet::{SheetKind, SheetWriter, Value},
            table::Column,
        },
    },
    registry::{
        dto::shown_name,
        register_file::{
            COLUMNS, RowFault,
            words::{
                CHOICES, area_source_word, co_ownership_word, owner_kind_word, use_word,
                yes_or_no_word,
            },
        },
        service::owners::open,
        store::{
            owners::{Owner, list_owners_by_id},
            units::{self, Holder, UnitFilter, UnitOnDay},
        },
    },
};

/// Units per page.
const PAGE: i64 = 500;

/// Whether personal data is written in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonalData {
    /// Masked.
    Masked,
    /// In full.
    Full,
}

/// What is exported.
#[derive(Debug, Clone)]
pub struct Export {
    /// Whose register.
    pub community_id: CommunityId,
    /// Only these buildings, where the caller's reach ends there.
    pub within: Option<Vec<BuildingId>>,
    /// On which day.
    pub day: LocalDate,
    /// As which file.
    pub kind: SheetKind,
    /// Masked or in full.
    pub personal_data: PersonalData,
    /// Who takes it and when; printed on each page of a workbook.
    pub footer: String,
}

/// An empty register to be filled in, with drop-downs in a workbook.
///
/// # Errors
/// `internal` where no temporary file can be written.
pub fn template(kind: SheetKind) -> Outcome<File> {
    SheetWriter::create((kind, temporary()?), COLUMNS, (CHOICES, ""))?.finish()
}

/// Writes the register into a temporary file, which stands at its beginning.
///
/// # Errors
/// Of the database; `internal` where the file can't be written.
pub fn export(conn: &mut Conn, keys: &Keys, export: &Export) -> Outcome<File> {
    let footer = export.footer.as_str();
    let mut sheet = SheetWriter::create((export.kind, temporary()?), COLUMNS, (CHOICES, footer))?;
    let filter = UnitFilter { within: export.within.clone(), ..UnitFilter::default() };
    let place = (export.community_id, export.day);
    let mut after: Option<UnitId> = None;
    loop {
        let page = units::list_units(conn, place, &filter, (after, PAGE))?;
        let Some(last) = page.last() else { return sheet.finish() };
        after = Some(last.unit.id);
        let ids = page.iter().map(|row| row.unit.id).collect();
        let mut holders = units::list_holders(conn, ids, export.day)?;
        let known = known(conn, &page, &holders)?;
        for unit in &page {
            for holder in holders.remove(&unit.unit.id).unwrap_or_default() {
                let owner = known.get(&holder.owner_id);
                let developer = unit.facts.developer_id.and_then(|id| known.get(&id));
                let owners = (owner, developer);
                sheet.row(&row(keys, (unit, &holder), owners, export.personal_data)?)?;
            }
        }
    }
}

/// The columns of a list of faults.
static FAULT_COLUMNS: &[Column] = &[
    fault_column("sheet", "工作表"),
    fault_column("line", "行"),
    fault_column("column", "列"),
    fault_column("message", "错误"),
    fault_column("message_en", "Fault"),
    fault_column("value", "填写内容"),
    fault_column("code", "代码"),
];

const fn fault_column(name: &'static str, label: &'static str) -> Column {
    Column { name, label, aliases: &[], required: true }
}

/// The faults of a file as a workbook.
///
/// # Errors
/// `internal` where no temporary file can be written.
pub fn faults_sheet(faults: &[RowFault]) -> Outcome<File> {
    let kind = (SheetKind::Xlsx, temporary()?);
    let mut sheet = SheetWriter::create(kind, FAULT_COLUMNS, (&[], ""))?;
    for fault in faults {
        sheet.row(&[
            Value::text(&fault.sheet),
            Value::text(fault.line),
            Value::text(&fault.column),
            Value::text(&fault.message),
            Value::text(&fault.message_en),
            Value::text(&fault.value),
            Value::text(&fault.code),
        ])?;
    }
    sheet.finish()
}

fn temporary() -> Outcome<File> {
    tempfile::tempfile().map_err(crate::kernel::Refusal::internal)
}

/// The owners and developers of a page.
fn known(
    conn: &mut Conn,
    page: &[UnitOnDay],
    holders: &HashMap<UnitId, Vec<Holder>>,
) -> Outcome<HashMap<OwnerId, Owner>> {
    let owners = holders.values().flatten().map(|holder| holder.owner_id);
    let developers = page.iter().filter_map(|row| row.facts.developer_id);
    let mut ids: Vec<OwnerId> = owners.chain(developers).collect();
    ids.sort_unstable();
    ids.dedup();
    let owners = list_owners_by_id(conn, &ids)?;
    Ok(owners.into_iter().map(|owner| (owner.id, owner)).collect())
}

fn row(
    keys: &Keys,
    (unit, holder): (&UnitOnDay, &Holder),
    (owner, developer): (Option<&Owner>, Option<&Owner>),
    personal_data: PersonalData,
) -> Outcome<Vec<Value>> {
    let full = personal_data == PersonalData::Full;
    let facts = &unit.facts;
    let person = owner.map(|owner| open(keys, owner)).transpose()?;
    let number = person.as_ref().map(|person| person.number.clone()).unwrap_or_default();
    let developer = developer.map(|owner| open(keys, owner)).transpose()?;
    let contact = |text: Option<String>| {
        let contact = text.and_then(|text| text.parse::<crate::kernel::Contact>().ok());
        let shown = contact.map(|c| if full { c.value().to_owned() } else { c.masked() });
        Value::text(shown.unwrap_or_default())
    };
    let (phone, email) = person.map(|person| (person.phone, person.email)).unwrap_or_default();
    let name = if full { holder.name.clone() } else { shown_name(holder.kind, &holder.name) };
    Ok(vec![
        Value::text(&unit.unit.code),
        Value::text(&unit.building),
        Value::text(unit.entrance.as_deref().unwrap_or_default()),
        Value::text(use_word(facts.unit_use)),
        facts.area.map_or(Value::Empty, Value::Area),
        Value::text(facts.area_source.map(area_source_word).unwrap_or_default()),
        Value::text(owner_kind_word(holder.kind)),
        Value::text(if full { number } else { mask_id(&number) }),
        Value::text(name),
        contact(phone),
        Value::text(holder.co_ownership.map(co_ownership_word).unwrap_or_default()),
        Value::text(yes_or_no_word(facts.delivered)),
        Value::text(developer.map(|developer| developer.number).unwrap_or_default()),
        contact(email),
    ])
}
