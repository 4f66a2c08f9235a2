//! The words of funding: channels, commands' contents, rows.

mod ports;
mod reference;
mod rows;

pub use ports::*;
pub use reference::*;
pub use rows::*;

use crate::kernel::{Fen, FundingSourceId, LocalDate};

crate::text_enum! {
    /// Through which channel 渠道 money comes.
    #[schema(as = FundingChannel)]
    pub enum Channel {
        /// 中央财政城镇保障性安居工程补助资金.
        CentralGrant = "central_grant",
        /// 中央预算内投资.
        CentralBudget = "central_budget",
        /// 地方政府专项债券.
        SpecialBond = "special_bond",
        /// 省级财政.
        ProvincialBudget = "provincial_budget",
        /// 市级财政.
        CityBudget = "city_budget",
        /// 区县财政.
        DistrictBudget = "district_budget",
        /// Another programme: 海绵城市、清洁取暖、建筑节能.
        Programme = "programme",
        /// 专营单位: water, power, gas, heat, telecoms.
        Operator = "operator",
        /// 社会资本.
        SocialCapital = "social_capital",
        /// 住宅专项维修资金.
        ResidentsFund = "residents_fund",
        /// 居民直接出资.
        ResidentsCash = "residents_cash",
        /// 其他.
        Other = "other",
    }
}

impl Channel {
    /// In Chinese, as it stands in reports.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::CentralGrant => "中央补助",
            Self::CentralBudget => "中央预算内投资",
            Self::SpecialBond => "专项债",
            Self::ProvincialBudget => "省级财政",
            Self::CityBudget => "市级财政",
            Self::DistrictBudget => "区县财政",
            Self::Programme => "其他专项",
            Self::Operator => "专营单位",
            Self::SocialCapital => "社会资本",
            Self::ResidentsFund => "维修资金",
            Self::ResidentsCash => "居民出资",
            Self::Other => "其他",
        }
    }
}

/// What a document gives.
#[derive(Debug, Clone)]
pub struct NewSource {
    /// The channel.
    pub channel: Channel,
    /// Its name.
    pub name: String,
    /// 文号.
    pub document: String,
    /// A prefix of division codes.
    pub region: String,
    /// The first day.
    pub valid_from: LocalDate,
    /// The last day.
    pub valid_until: LocalDate,
    /// Codes of items, classes, tags.
    pub purposes: Vec<String>,
    /// Only for projects of the annual programme.
    pub programme_only: bool,
    /// The reservation in the fund's own books.
    pub fund_reference: Option<String>,
    /// How much.
    pub amount: Fen,
}

/// Money to be given to an item.
#[derive(Debug, Clone)]
pub struct NewAllocation {
    /// Of this source.
    pub source_id: FundingSourceId,
    /// To this item.
    pub item_key: String,
    /// How much.
    pub amount: Fen,
    /// What else is to be said.
    pub note: String,
}

/// An amount and why.
#[derive(Debug, Clone)]
pub struct AmountWithReason {
    /// How much.
    pub amount: Fen,
    /// Why.
    pub reason: String,
}

/// What a list of sources is narrowed by.
#[derive(Debug, Clone, Default)]
pub struct SourceFilter {
    /// One channel only.
    pub channel: Option<Channel>,
    /// Only those that have something left, or only the others.
    pub has_rest: Option<bool>,
    /// A part of name or document number.
    pub search: Option<String>,
}

/// A contract that binds money.
#[derive(Debug, Clone)]
pub struct NewCommitment {
    /// The contract's number.
    pub contract_number: String,
    /// With whom.
    pub counterparty: String,
    /// How much of it this allocation bears.
    pub amount: Fen,
}

/// A payment on an invoice.
#[derive(Debug, Clone)]
pub struct NewPayment {
    /// The invoice's number, without spaces and in capitals.
    pub invoice_number: String,
    /// What the invoice says in all.
    pub invoice_amount: Fen,
    /// How much is paid on it.
    pub amount: Fen,
}
