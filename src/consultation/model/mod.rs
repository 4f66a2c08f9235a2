//! Words of the slice, what is asked for, and the rows of its tables.

mod cases;
mod rows;

pub use cases::*;
pub use rows::*;

use serde::{Deserialize, Serialize};

use crate::kernel::{BuildingId, UnitId, UtcTime, VisitKey};

crate::text_enum! {
    /// Where a consultation stands.
    pub enum ConsultationState {
        /// 待启动.
        Prepared = "prepared",
        /// 第一轮进行中.
        Round1 = "round_1",
        /// 第一轮已结束.
        After1 = "after_1",
        /// 第二轮进行中.
        Round2 = "round_2",
        /// 第二轮已结束.
        After2 = "after_2",
        /// 第三轮进行中.
        Round3 = "round_3",
        /// 第三轮已结束.
        After3 = "after_3",
        /// 已完成.
        Concluded = "concluded",
    }
}

crate::text_enum! {
    /// What is done with a consultation.
    pub enum ConsultationCommand {
        /// A household says its stance itself.
        Say = "say",
        /// A visit is recorded.
        Visit = "visit",
        /// A wrong entry is corrected.
        Correct = "correct",
        /// The next round opens.
        Open = "open_round",
        /// The open round closes.
        Close = "close_round",
        /// The consultation ends.
        Conclude = "conclude",
    }
}

crate::text_enum! {
    /// What a household says.
    pub enum Stance {
        /// 支持.
        Support = "support",
        /// 有条件支持.
        Conditional = "conditional",
        /// 反对.
        Oppose = "oppose",
        /// 未联系上.
        Unreached = "unreached",
    }
}

crate::text_enum! {
    /// Where a household stands by all that is on record.
    pub enum Standing {
        /// 支持.
        Support = "support",
        /// 有条件支持.
        Conditional = "conditional",
        /// 反对.
        Oppose = "oppose",
        /// 走访未遇: somebody tried, nobody was heard.
        Unreached = "unreached",
        /// 未走访.
        NotVisited = "not_visited",
    }
}

crate::text_enum! {
    /// Why.
    pub enum Reason {
        /// 无法联系.
        Unreachable = "unreachable",
        /// 仅租户在家.
        TenantOnly = "tenant_only",
        /// 费用.
        Cost = "cost",
        /// 噪声.
        Noise = "noise",
        /// 低层采光.
        LowFloorLight = "low_floor_light",
        /// 违法建设.
        IllegalStructure = "illegal_structure",
        /// 不信任.
        Distrust = "distrust",
        /// 施工扰民.
        ConstructionNuisance = "construction_nuisance",
        /// 其他.
        Other = "other",
    }
}

crate::text_enum! {
    /// For whom a visitor comes.
    pub enum VisitorRole {
        /// 业主委员会.
        Committee = "committee",
        /// 网格员.
        GridWorker = "grid_worker",
        /// 社区居民委员会.
        ResidentsCommittee = "residents_committee",
        /// 街道办事处.
        Street = "street",
        /// 志愿者.
        Volunteer = "volunteer",
    }
}

crate::text_enum! {
    /// How the household confirmed what a visitor recorded.
    pub enum Confirmation {
        /// 签字.
        Signed = "signed",
        /// 微信或短信.
        Message = "message",
        /// 录音录像.
        Recording = "recording",
    }
}

crate::text_enum! {
    /// From whom a stance comes.
    pub enum StanceSource {
        /// 走访.
        Visit = "visit",
        /// 住户本人.
        Household = "household",
    }
}

/// A visitor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Visitor {
    /// The name, 1 to 50 characters.
    #[schema(example = "王网格")]
    pub name: String,
    /// For whom.
    pub role: VisitorRole,
}

/// A visit, as the phone kept it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewVisit {
    /// The key that the phone made.
    pub client_id: VisitKey,
    /// The household.
    pub unit_id: UnitId,
    /// The round, 1 to 3.
    pub round: i32,
    /// Who came.
    pub first: Visitor,
    /// And who with him.
    pub second: Visitor,
    /// When.
    pub visited_at: UtcTime,
    /// Where.
    pub place: String,
    /// What the household said.
    pub stance: Stance,
    /// Why.
    pub reason: Option<Reason>,
    /// A condition, or what was conceded.
    pub note: Option<String>,
    /// How the household confirmed it.
    pub confirmation: Option<Confirmation>,
}

/// What an owner says for the own household.
#[derive(Debug, Clone)]
pub struct NewStatement {
    /// The household; needed where several are the owner's.
    pub unit_id: Option<UnitId>,
    /// What it says.
    pub stance: Stance,
    /// Why.
    pub reason: Option<Reason>,
    /// A condition.
    pub note: Option<String>,
}

/// A correction of a wrong entry.
#[derive(Debug, Clone)]
pub struct NewCorrection {
    /// What should stand there; nothing strikes the entry.
    pub stance: Option<Stance>,
    /// How the household confirmed it; needed for whatever it says.
    pub confirmation: Option<Confirmation>,
    /// Why.
    pub why: String,
}

/// Who is to visit the targets of a building.
#[derive(Debug, Clone)]
pub struct NewAssignment {
    /// The building.
    pub building_id: BuildingId,
    /// The login of the first visitor.
    pub first: String,
    /// The login of the second.
    pub second: String,
}

/// A number and what it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Share {
    /// How many.
    pub count: u32,
    /// Of how many households.
    pub of: u32,
}

/// How households stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ConsultationTotals)]
pub struct Totals {
    /// Coverage 覆盖: households that were heard.
    pub coverage: Share,
    /// Support 支持, without those who set a condition.
    pub support: Share,
    /// Households that nobody heard yet, tried or not.
    pub unreached: Share,
    /// 有条件支持.
    pub conditional: u32,
    /// 反对.
    pub oppose: u32,
    /// Of the unreached, those where somebody tried.
    pub tried_in_vain: u32,
}
