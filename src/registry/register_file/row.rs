//! One row: from cells to values, with every fault that the row shows by itself.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{
    columns::{COLUMNS, at},
    fault::{FaultCode, Place, RowFault},
    words,
};
use crate::{
    kernel::{
        Area, Contact, ContactKind,
        text::{half_width, mask_id, mask_name, squeeze},
    },
    platform::files::table::{CellKind, TableRow},
    registry::{
        model::{AreaSource, CoOwnership, OwnerKind, UnitUse},
        rules::identity_number::{
            IdFault, IdRule, check_credit_code, check_resident_id, short_key,
        },
    },
};

/// In m², 1 km²: no exclusive unit is larger.
const LARGEST: u32 = 1_000_000;

/// A unit and one of its owners.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterRow {
    /// The sheet; empty in a CSV file.
    pub sheet: Arc<str>,
    /// The line as an editor or Excel numbers it.
    pub line: u64,
    /// Which unit of the file it is, in order of their first rows.
    pub unit_number: u32,
    /// Which owner of the file it is, in order of their first rows.
    pub owner_number: u32,
    /// 房号, unique within the community.
    pub unit_code: String,
    /// 楼栋; may be empty.
    pub building: String,
    /// 单元; may be empty.
    pub entrance: String,
    /// 用途.
    pub unit_use: UnitUse,
    /// 专有部分面积 in 0.01 m².
    pub area: Area,
    /// 面积来源.
    pub area_source: AreaSource,
    /// 业主类型.
    pub owner_kind: OwnerKind,
    /// 证件号 in its normal form.
    pub owner_id: String,
    /// 姓名 as it is written; may be empty.
    pub owner_name: String,
    /// 联系电话.
    pub phone: Option<Contact>,
    /// 电子邮箱.
    pub email: Option<Contact>,
    /// 共有情况, where the file says so.
    pub co_ownership: Option<CoOwnership>,
    /// 已交付.
    pub delivered: bool,
    /// 开发商证件号, where the row names one.
    pub developer_id: Option<String>,
}

/// What could be read of a row, for the checks across rows.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) unit_code: Option<String>,
    pub(super) building: Option<String>,
    pub(super) entrance: Option<String>,
    pub(super) unit_use: Option<UnitUse>,
    pub(super) area: Option<Area>,
    pub(super) area_source: Option<AreaSource>,
    pub(super) owner_kind: Option<OwnerKind>,
    pub(super) owner_id: Option<String>,
    pub(super) owner_name: Option<String>,
    pub(super) delivered: Option<bool>,
    pub(super) developer_id: Option<String>,
    phone: Option<Contact>,
    email: Option<Contact>,
    co_ownership: Option<CoOwnership>,
}

impl Parsed {
    /// The row, where everything that it needs is there.
    pub(super) fn into_row(
        self,
        row: &TableRow,
        (unit_number, owner_number): (u32, u32),
    ) -> Option<RegisterRow> {
        Some(RegisterRow {
            sheet: Arc::clone(&row.sheet),
            line: row.line,
            unit_number,
            owner_number,
            unit_code: self.unit_code?,
            building: self.building.unwrap_or_default(),
            entrance: self.entrance.unwrap_or_default(),
            unit_use: self.unit_use?,
            area: self.area?,
            area_source: self.area_source?,
            owner_kind: self.owner_kind?,
            owner_id: self.owner_id?,
            owner_name: self.owner_name.unwrap_or_default(),
            phone: self.phone,
            email: self.email,
            co_ownership: self.co_ownership,
            delivered: self.delivered?,
            developer_id: self.developer_id,
        })
    }
}

/// Reads one row and collects its faults.
pub(super) struct RowReader<'a> {
    row: &'a TableRow,
    ids: IdRule,
    pub(super) faults: Vec<RowFault>,
}

impl<'a> RowReader<'a> {
    pub(super) fn new(row: &'a TableRow, ids: IdRule) -> Self {
        Self { row, ids, faults: Vec::new() }
    }

    pub(super) fn read(&mut self) -> Parsed {
        let owner_kind = self.word(at::OWNER_KIND, FaultCode::UnknownOwnerKind, words::owner_kind);
        let (owner_id, owner_name) = self.owner(owner_kind);
        Parsed {
            unit_code: self.required(at::UNIT_CODE).map(|text| squeeze(&text)),
            building: self.text(at::BUILDING).map(|text| squeeze(&text)),
            entrance: self.text(at::ENTRANCE).map(|text| squeeze(&text)),
            unit_use: self.word(at::USE, FaultCode::UnknownUse, words::unit_use),
            area: self.area(),
            area_source: self.word(
                at::AREA_SOURCE,
                FaultCode::UnknownAreaSource,
                words::area_source,
            ),
            owner_kind,
            owner_id,
            owner_name,
            delivered: self.word(at::DELIVERED, FaultCode::DeliveredUnclear, words::yes_or_no),
            developer_id: self.id(at::DEVELOPER_ID, OwnerKind::Developer),
            phone: self.contact(at::PHONE, ContactKind::Phone),
            email: self.contact(at::EMAIL, ContactKind::Email),
            co_ownership: self.co_ownership(),
        }
    }

    pub(super) fn fault(&mut self, column: usize, code: FaultCode) {
        let place = Place { sheet: &self.row.sheet, line: self.row.line, column };
        let text = &self.row.cell(column).text;
        let value = match column {
            at::OWNER_ID | at::DEVELOPER_ID | at::PHONE | at::EMAIL => mask_id(text),
            at::OWNER_NAME => mask_name(text),
            _ => text.chars().take(40).collect(),
        };
        self.faults.push(RowFault { value, ..RowFault::new(place, code, 0) });
    }

    /// The text of a cell; `None` where it is blank or no text (which is a fault).
    fn text(&mut self, column: usize) -> Option<String> {
        let cell = self.row.cell(column);
        let fault = match cell.kind {
            CellKind::Empty => return None,
            CellKind::Text | CellKind::Number | CellKind::Boolean => {
                if cell.text.chars().count() <= 100 {
                    return Some(cell.text.clone());
                }
                FaultCode::TextTooLong
            }
            CellKind::Date => FaultCode::CellIsDate,
            CellKind::Formula => FaultCode::FormulaWithoutValue,
            CellKind::Error => FaultCode::CellIsError,
        };
        self.fault(column, fault);
        None
    }

    fn required(&mut self, column: usize) -> Option<String> {
        if self.row.cell(column).is_empty() {
            self.fault(column, FaultCode::MissingValue);
        }
        self.text(column)
    }

    fn word<T>(
        &mut self,
        column: usize,
        fault: FaultCode,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.required(column)?;
        let value = read(&text);
        if value.is_none() {
            self.fault(column, fault);
        }
        value
    }

    fn co_ownership(&mut self) -> Option<CoOwnership> {
        if self.row.cell(at::CO_OWNERSHIP).is_empty() {
            return None;
        }
        self.word(at::CO_OWNERSHIP, FaultCode::UnknownCoOwnership, words::co_ownership)
    }

    fn area(&mut self) -> Option<Area> {
        let text = half_width(&self.required(at::AREA)?);
        let number = ["㎡", "平方米", "m²", "m2"]
            .iter()
            .find_map(|unit| text.strip_suffix(unit))
            .unwrap_or(&text)
            .trim();
        let digits = number.strip_prefix('-').unwrap_or(number);
        let plain = digits.starts_with(|c: char| c.is_ascii_digit())
            && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
        let area = match number.parse::<Decimal>() {
            _ if !plain => Err(FaultCode::AreaNotNumber),
            Err(_) => Err(FaultCode::AreaNotNumber),
            Ok(value) if value <= Decimal::ZERO => Err(FaultCode::AreaNotPositive),
            Ok(value) if value > Decimal::from(LARGEST) => Err(FaultCode::AreaTooLarge),
            Ok(_) => number.parse::<Area>().map_err(|_| FaultCode::AreaDecimals),
        };
        area.map_err(|code| self.fault(at::AREA, code)).ok()
    }

    /// An owner is known by the number; a name alone can't tell two owners apart.
    fn owner(&mut self, kind: Option<OwnerKind>) -> (Option<String>, Option<String>) {
        let missing = |column| self.row.cell(column).is_empty();
        if missing(at::OWNER_ID) {
            let nameless = missing(at::OWNER_NAME);
            let code = if nameless { FaultCode::OwnerMissing } else { FaultCode::MissingValue };
            self.fault(at::OWNER_ID, code);
            return (None, None);
        }
        let name = self.text(at::OWNER_NAME);
        // Without a kind nothing says which rule its number must meet; the kind is the fault.
        let id = kind.and_then(|kind| self.id(at::OWNER_ID, kind));
        (id, name)
    }

    fn id(&mut self, column: usize, kind: OwnerKind) -> Option<String> {
        if self.row.cell(column).kind == CellKind::Number {
            self.fault(column, FaultCode::IdIsNumber);
            return None;
        }
        let text = self.text(column)?;
        let checked = match kind {
            OwnerKind::Person => check_resident_id(&text),
            OwnerKind::Organization | OwnerKind::Developer => check_credit_code(&text),
        };
        let key = if self.ids == IdRule::ShortKeys { short_key(&text) } else { None };
        let fault = match (checked, key) {
            (Ok(number), _) | (Err(_), Some(number)) => return Some(number.into_string()),
            (Err(fault), None) => fault,
        };
        let fault = match fault {
            IdFault::ScientificNotation => FaultCode::IdScientific,
            IdFault::Length => FaultCode::IdLength,
            IdFault::Character => FaultCode::IdCharacter,
            IdFault::BirthDate => FaultCode::IdBirthDate,
            IdFault::CheckDigit => FaultCode::IdCheckDigit,
        };
        self.fault(column, fault);
        None
    }

    fn contact(&mut self, column: usize, kind: ContactKind) -> Option<Contact> {
        let text = self.text(column)?;
        let contact = text.parse::<Contact>().ok().filter(|contact| contact.kind() == kind);
        if contact.is_none() {
            let code = match kind {
                ContactKind::Phone => FaultCode::InvalidPhone,
                ContactKind::Email => FaultCode::InvalidEmail,
            };
            self.fault(column, code);
        }
        contact
    }
}

const _: () = assert!(COLUMNS_LENGTH == at::EMAIL + 1);
const COLUMNS_LENGTH: usize = COLUMNS.len();
