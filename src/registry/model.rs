//! The registry's words: uses of a unit, sources of its area, kinds of owners.
//! Absent on purpose: queries, HTTP, clocks.

use crate::kernel::{BuildingId, CommunityId, CompositeId, LocalDate};

crate::text_enum! {
    /// What an exclusive unit 专有部分 is used for.
    pub enum UnitUse {
        /// 住宅.
        Residential = "residential",
        /// 商业用房.
        Commercial = "commercial",
        /// 车位、车库.
        Parking = "parking",
        /// 储藏室.
        Storage = "storage",
    }
}

crate::text_enum! {
    /// Where a unit's area comes from; the first that exists counts (法释〔2009〕7号 art. 8).
    pub enum AreaSource {
        /// 不动产登记簿.
        Register = "register",
        /// 实测.
        Survey = "survey",
        /// 房屋买卖合同.
        Contract = "contract",
    }
}

crate::text_enum! {
    /// What kind of owner 业主 it is.
    pub enum OwnerKind {
        /// 自然人, identified by GB 11643.
        Person = "person",
        /// 单位, identified by GB 32100.
        Organization = "organization",
        /// 建设单位: its unsold and undelivered units are one head (法释〔2009〕7号 art. 9).
        Developer = "developer",
    }
}

crate::text_enum! {
    /// How owners hold a unit together.
    pub enum CoOwnership {
        /// 单独所有.
        Sole = "sole",
        /// 共同共有.
        Joint = "joint",
        /// 按份共有.
        Shares = "shares",
    }
}

crate::text_enum! {
    /// Where an import stands.
    pub enum ImportState {
        /// The file is being read.
        Reading = "reading",
        /// Read without a fault: what it would change can be seen.
        Previewed = "previewed",
        /// The file has faults; nothing of it can be taken.
        Faulty = "faulty",
        /// Taken into the register.
        Committed = "committed",
        /// Taken back out of the register.
        Undone = "undone",
        /// Reading ended before the file did.
        Failed = "failed",
        /// Given up before it was committed.
        Cancelled = "cancelled",
    }
}

crate::text_enum! {
    /// What an import would do to a unit.
    pub enum UnitChange {
        /// The register does not have it.
        New = "new",
        /// Something differs.
        Changed = "changed",
        /// Nothing differs.
        Unchanged = "unchanged",
        /// The register has it, the file does not.
        Vanished = "vanished",
    }
}

crate::text_enum! {
    /// What becomes of units that the file does not have.
    pub enum VanishedUnits {
        /// They stay as they are: the file was a part of the register.
        Keep = "keep",
        /// Their facts and ownerships end: the file was the whole register.
        End = "end",
    }
}

crate::text_enum! {
    /// What beside votes stands in the way of new boundaries.
    pub enum WorkKind {
        /// 居民调查.
        Survey = "survey",
        /// 征询.
        Consultation = "consultation",
        /// 改造项目.
        Project = "project",
    }
}

crate::text_enum! {
    /// How boundaries of communities change.
    pub enum BoundaryKind {
        /// 合并: several communities become one.
        Merge = "merge",
        /// 拆分: one community becomes several.
        Split = "split",
    }
}

/// A community that is to end.
#[derive(Debug, Clone)]
pub struct NewSource {
    /// The community.
    pub community_id: CommunityId,
    /// What goes before the names of its buildings and the numbers of its units.
    pub prefix: String,
}

/// A community that is to begin.
#[derive(Debug, Clone)]
pub struct NewTarget {
    /// Its name.
    pub name: String,
    /// Its division, where it is not that of the first source.
    pub division_code: Option<String>,
    /// The buildings that go there, in a split.
    pub building_ids: Vec<BuildingId>,
}

/// A merger or split to be proposed.
#[derive(Debug, Clone)]
pub struct NewBoundaryChange {
    /// 合并 or 拆分.
    pub kind: BoundaryKind,
    /// From which day on.
    pub effective_on: LocalDate,
    /// The document that it rests on.
    pub document_number: String,
    /// Why.
    pub reason: String,
    /// The composite decision that it follows.
    pub decision_id: Option<CompositeId>,
    /// What ends.
    pub sources: Vec<NewSource>,
    /// What begins.
    pub targets: Vec<NewTarget>,
}
