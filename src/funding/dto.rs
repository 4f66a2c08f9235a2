//! What travels over HTTP into funding. What comes out are the views of the services.

use serde::Deserialize;

use crate::funding::model::{
    AmountWithReason, Channel, NewAllocation, NewCommitment, NewPayment, NewSource, SourceFilter,
};
use crate::kernel::{
    Code, Fen, FundingSourceId, LocalDate, Outcome, PageQuery, Refusal,
    text::{check_text, half_width, squeeze},
};

const MOST_TEXT: usize = 5_000;
const MOST_NAME: usize = 200;
const MOST_PURPOSES: usize = 100;
/// Ten trillion yuan: sums of sums stay within 64 bits.
const MOST_FEN: i64 = 1_000_000_000_000_000;

fn check_amount(pointer: &str, amount: Fen) -> Outcome<Fen> {
    if (1..=MOST_FEN).contains(&amount.0) {
        return Ok(amount);
    }
    let detail = format!("{amount}; 0.01 to {}", Fen(MOST_FEN));
    Err(Refusal::field(Code::InvalidField, pointer, detail))
}

fn check_region(pointer: &str, code: &str) -> Outcome<String> {
    let is_code = code.bytes().all(|byte| byte.is_ascii_digit());
    if is_code && matches!(code.len(), 2 | 4 | 6 | 9 | 12) {
        return Ok(code.to_owned());
    }
    let detail = "a division code has 2, 4, 6, 9 or 12 digits · 区划代码为 2、4、6、9 或 12 位";
    Err(Refusal::field(Code::InvalidField, pointer, detail))
}

/// What a document gives.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FundingSourceIn {
    /// The channel.
    pub channel: Channel,
    /// Its name, 1 to 200 characters.
    #[schema(example = "海绵城市示范补助")]
    pub name: String,
    /// 文号, 1 to 200 characters.
    #[schema(example = "建城〔2026〕12号")]
    pub document: String,
    /// Where it may pay: a division code of 2, 4, 6, 9 or 12 digits.
    #[schema(example = "330203")]
    pub region: String,
    /// The first day.
    pub valid_from: LocalDate,
    /// The last day.
    pub valid_until: LocalDate,
    /// 1 to 100 codes of the catalogue, classes, or tags of `list_funding_tags`.
    #[schema(example = json!(["sponge"]))]
    pub purposes: Vec<String>,
    /// Only for projects of the annual programme; when absent so for the central grant alone.
    #[serde(default)]
    pub programme_only: Option<bool>,
    /// The reservation in the residents' fund's own books; for that channel only.
    #[serde(default)]
    pub fund_reference: Option<String>,
    /// How much, in yuan.
    pub amount: Fen,
}

impl FundingSourceIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field` with the pointer; so for all.
    pub fn into_command(self) -> Outcome<NewSource> {
        if self.valid_until < self.valid_from {
            let detail = "before the first day · 早于起始日";
            return Err(Refusal::field(Code::InvalidField, "/valid_until", detail));
        }
        if !(1..=MOST_PURPOSES).contains(&self.purposes.len()) {
            let detail = format!("{}; 1 to {MOST_PURPOSES}", self.purposes.len());
            return Err(Refusal::field(Code::InvalidField, "/purposes", detail));
        }
        let fund_reference = match &self.fund_reference {
            Some(_) if self.channel != Channel::ResidentsFund => {
                let detail = "for the residents' fund only · 仅用于维修资金";
                return Err(Refusal::field(Code::InvalidField, "/fund_reference", detail));
            }
            Some(text) => Some(check_text("/fund_reference", text, 1..=MOST_NAME)?),
            None => None,
        };
        Ok(NewSource {
            channel: self.channel,
            name: check_text("/name", &self.name, 1..=MOST_NAME)?,
            document: check_text("/document", &self.document, 1..=MOST_NAME)?,
            region: check_region("/region", &self.region)?,
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            purposes: self.purposes,
            programme_only: self.programme_only.unwrap_or(self.channel == Channel::CentralGrant),
            fund_reference,
            amount: check_amount("/amount", self.amount)?,
        })
    }
}

/// Money that goes back to its channel.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FundingReturnIn {
    /// How much, in yuan.
    pub amount: Fen,
    /// The voucher or notice, 1 to 200 characters.
    pub document: String,
    /// Why, 1 to 5,000 characters.
    pub reason: String,
}

impl FundingReturnIn {
    /// The amount with its reason, and the document.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<(AmountWithReason, String)> {
        let document = check_text("/document", &self.document, 1..=MOST_NAME)?;
        let given = FundingReleaseIn { amount: self.amount, reason: self.reason };
        Ok((given.into_command()?, document))
    }
}

/// What is given back.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FundingReleaseIn {
    /// How much, in yuan.
    pub amount: Fen,
    /// Why, 1 to 5,000 characters.
    pub reason: String,
}

impl FundingReleaseIn {
    /// The amount with its reason.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<AmountWithReason> {
        Ok(AmountWithReason {
            amount: check_amount("/amount", self.amount)?,
            reason: check_text("/reason", &self.reason, 1..=MOST_TEXT)?,
        })
    }
}

/// Money for an item.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FundingAllocationIn {
    /// Of this source.
    pub source_id: FundingSourceId,
    /// To this item: its `key` in the project's matrix.
    #[schema(example = "B02")]
    pub item_key: String,
    /// How much, in yuan.
    pub amount: Fen,
    /// At most 5,000 characters.
    #[serde(default)]
    pub note: String,
}

impl FundingAllocationIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewAllocation> {
        Ok(NewAllocation {
            source_id: self.source_id,
            item_key: check_text("/item_key", &self.item_key, 1..=MOST_NAME)?,
            amount: check_amount("/amount", self.amount)?,
            note: check_text("/note", &self.note, 0..=MOST_TEXT)?,
        })
    }
}

/// A contract.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FundingCommitmentIn {
    /// Its number, 1 to 200 characters.
    #[schema(example = "HT-2026-017")]
    pub contract_number: String,
    /// With whom, 1 to 200 characters.
    pub counterparty: String,
    /// How much of it this allocation bears, in yuan.
    pub amount: Fen,
}

impl FundingCommitmentIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewCommitment> {
        let counterparty = half_width(&self.counterparty);
        Ok(NewCommitment {
            contract_number: check_text("/contract_number", &self.contract_number, 1..=MOST_NAME)?,
            counterparty: check_text("/counterparty", &counterparty, 1..=MOST_NAME)?,
            amount: check_amount("/amount", self.amount)?,
        })
    }
}

/// A payment on an invoice.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FundingPaymentIn {
    /// The invoice's number, 1 to 200 characters; spaces, width and case do not make another one.
    pub invoice_number: String,
    /// What the invoice says in all, in yuan.
    pub invoice_amount: Fen,
    /// How much is paid on it, in yuan.
    pub amount: Fen,
}

impl FundingPaymentIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewPayment> {
        let number = squeeze(&self.invoice_number).to_uppercase();
        Ok(NewPayment {
            invoice_number: check_text("/invoice_number", &number, 1..=MOST_NAME)?,
            invoice_amount: check_amount("/invoice_amount", self.invoice_amount)?,
            amount: check_amount("/amount", self.amount)?,
        })
    }
}

/// What a list of sources is narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FundingSourceQuery {
    /// Items per page, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// One channel only.
    pub channel: Option<Channel>,
    /// Only those that have something left, or only the others.
    pub has_rest: Option<bool>,
    /// A part of name or document number.
    pub search: Option<String>,
}

impl FundingSourceQuery {
    /// The filter and the paging part.
    #[must_use]
    pub fn parts(self) -> (SourceFilter, PageQuery) {
        let filter =
            SourceFilter { channel: self.channel, has_rest: self.has_rest, search: self.search };
        (filter, PageQuery { limit: self.limit, cursor: self.cursor })
    }
}

/// Which division is asked about.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FundingRegionQuery {
    /// Projects per page, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// A division code; the own one when absent.
    pub region: Option<String>,
}

impl FundingRegionQuery {
    /// The division and the paging part.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn parts(self) -> Outcome<(Option<String>, PageQuery)> {
        let region = self.region.map(|code| check_region("region", &code)).transpose()?;
        Ok((region, PageQuery { limit: self.limit, cursor: self.cursor }))
    }
}

/// Which division a report is on.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FundingReportQuery {
    /// A division code; the own one when absent.
    pub region: Option<String>,
}

impl FundingReportQuery {
    /// The division.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn region(self) -> Outcome<Option<String>> {
        self.region.map(|code| check_region("region", &code)).transpose()
    }
}
