//! Everything that can be wrong with a row: one table of codes with a sentence in both languages.

use serde::{Deserialize, Serialize};

use super::columns::COLUMNS;

/// Declares the faults; `{label}` and `{name}` stand for the column, `{other}` for another line.
macro_rules! faults {
    ($($variant:ident = $code:literal, $en:literal, $zh:literal;)+) => {
        /// What is wrong with a row.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum FaultCode { $(#[doc = $en] $variant,)+ }

        impl FaultCode {
            /// The stable word.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $code,)+ } }
            const fn sentences(self) -> (&'static str, &'static str) {
                match self { $(Self::$variant => ($zh, $en),)+ }
            }
        }
    };
}

faults! {
    MissingValue = "missing_value", "{name} is missing", "缺少{label}";
    OwnerMissing = "owner_missing", "neither owner_id nor owner_name", "业主姓名和证件号均为空";
    CellIsDate = "cell_is_a_date", "the spreadsheet took {name} for a date; type it as text", "{label}被表格软件变成了日期，请按文本重新填写";
    CellIsError = "cell_is_an_error", "{name} holds an error value", "{label}是公式错误值";
    FormulaWithoutValue = "formula_without_value", "{name} holds a formula without a value; formulas are not executed", "{label}是没有结果值的公式，系统不执行公式，请填写数值";
    TextTooLong = "text_too_long", "{name} is too long", "{label}过长";
    IdIsNumber = "id_is_a_number", "{name} is stored as a number, its last digits are lost; type it as text", "{label}是数字格式，末几位已丢失，请按文本重新填写";
    IdScientific = "id_in_scientific_notation", "{name} is in scientific notation, its last digits are lost; type it as text", "{label}是科学计数法，末几位已丢失，请按文本重新填写";
    IdLength = "id_wrong_length", "{name} does not have 18 characters", "{label}不是18位";
    IdCharacter = "id_wrong_character", "{name} holds a character that cannot stand there", "{label}含有不允许的字符";
    IdBirthDate = "id_wrong_birth_date", "{name} holds no possible date of birth", "{label}中的出生日期不存在";
    IdCheckDigit = "id_wrong_check_digit", "the check character of {name} does not fit", "{label}校验码不正确";
    AreaNotNumber = "area_not_a_number", "{name} is not a decimal number", "{label}不是数字";
    AreaDecimals = "area_too_many_decimals", "{name} has more than two decimals", "{label}超过两位小数";
    AreaNotPositive = "area_not_positive", "{name} is not greater than zero", "{label}必须大于零";
    AreaTooLarge = "area_too_large", "{name} is larger than any unit", "{label}过大";
    UnknownUse = "unknown_use", "{name} is none of residential, commercial, parking, storage", "{label}不是住宅、商业、车位、储藏室之一";
    UnknownAreaSource = "unknown_area_source", "{name} is none of register, survey, contract", "{label}不是登记、实测、合同之一";
    UnknownOwnerKind = "unknown_owner_kind", "{name} is none of person, organization, developer", "{label}不是个人、单位、开发商之一";
    UnknownCoOwnership = "unknown_co_ownership", "{name} is none of sole, joint, shares", "{label}不是单独所有、共同共有、按份共有之一";
    DeliveredUnclear = "delivered_unclear", "{name} is neither yes nor no", "{label}应填是或者否";
    InvalidPhone = "invalid_phone", "{name} is not a mobile number of 11 digits", "{label}不是11位手机号码";
    InvalidEmail = "invalid_email", "{name} is not an e-mail address", "{label}不是有效的电子邮箱";
    UnitWithTwoAreas = "unit_with_two_areas", "the unit has another area on line {other}", "同一房号的面积与第{other}行不一致";
    UnitRowsDisagree = "unit_rows_disagree", "{name} differs from line {other} of the same unit", "同一房号的{label}与第{other}行不一致";
    UnitElsewhere = "unit_in_other_building", "the register has this unit in another building or entrance; correct it there first", "名册中该房号在其他楼栋或单元，请先更正名册";
    DuplicateOwner = "duplicate_owner", "the same owner stands on line {other} of the same unit", "同一房号的同一业主在第{other}行已出现";
    OwnerKindDiffers = "owner_kind_differs", "the same owner_id has another kind on line {other}", "同一证件号的业主类型与第{other}行不一致";
    DeveloperUnknown = "developer_unknown", "an undelivered unit needs developer_id where the register does not have exactly one developer", "未交付的专有部分应填开发商证件号（名册中没有或者有多个开发商）";
}

/// One fault of one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RowFault {
    /// The sheet; absent in a CSV file.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub sheet: String,
    /// The line as an editor or Excel numbers it.
    pub line: u64,
    /// The column, by its English name.
    pub column: String,
    /// The stable word for what is wrong.
    pub code: String,
    /// What is wrong, in Chinese.
    pub message: String,
    /// What is wrong, in English.
    pub message_en: String,
    /// What stands there; personal data is masked.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub value: String,
}

/// Where a fault is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) sheet: &'a str,
    pub(super) line: u64,
    pub(super) column: usize,
}

impl RowFault {
    pub(super) fn new(place: Place<'_>, code: FaultCode, other: u64) -> Self {
        let (label, name) =
            COLUMNS.get(place.column).map_or(("", ""), |column| (column.label, column.name));
        let (zh, en) = code.sentences();
        let fill = |sentence: &str| {
            sentence
                .replace("{label}", label)
                .replace("{name}", name)
                .replace("{other}", &other.to_string())
        };
        Self {
            sheet: place.sheet.to_owned(),
            line: place.line,
            column: name.to_owned(),
            code: code.as_str().to_owned(),
            message: fill(zh),
            message_en: fill(en),
            value: String::new(),
        }
    }
}

/// A fault that only shows beside the register.
#[must_use]
pub fn unit_fault(sheet: &str, line: u64, code: FaultCode) -> RowFault {
    RowFault::new(Place { sheet, line, column: super::columns::at::BUILDING }, code, 0)
}
