//! The one table of permissions: a type for the handler's argument, a word for the roles' file.
//! Roles are data (`seed/reference/roles.toml`): which permissions each has, to which kinds of scope
//! it is bound, and whoever may grant it. Absent on purpose: who holds which role (`identity`).

use std::{collections::BTreeSet, sync::LazyLock};

use serde::Deserialize;

use super::scope::ScopeKind;

/// A permission as a type: the argument `Authorized<VoteOpen>` of a handler is its check.
pub trait Permission: 'static {
    /// The word of the table.
    const NAME: &'static str;
}

/// Whether a permission lets its holder change anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Only looks.
    Reads,
    /// Changes something.
    Writes,
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// The word.
    pub name: &'static str,
    /// Reads or writes.
    pub effect: Effect,
    /// What it allows, in Chinese.
    pub zh: &'static str,
}

macro_rules! permissions {
    ($($type:ident = $name:literal, $effect:ident, $en:literal, $zh:literal;)+) => {
        $(
            #[doc = $en]
            #[derive(Debug)]
            pub enum $type {}
            impl Permission for $type { const NAME: &'static str = $name; }
        )+
        /// Every permission, in the order of the table.
        pub const PERMISSIONS: &[Line] = &[
            $(Line { name: $name, effect: Effect::$effect, zh: $zh },)+
        ];
    };
}

/// Held by everybody who is signed in, over nothing but the own account. Not in the table: no role
/// has it or lacks it.
#[derive(Debug)]
pub enum SignedIn {}
impl Permission for SignedIn {
    const NAME: &'static str = "signed_in";
}

permissions! {
    // Identity
    AccountRead = "account_read", Reads, "See staff accounts", "查看工作人员账号";
    AccountManage = "account_manage", Writes, "Create and disable staff accounts", "管理工作人员账号";
    GrantRead = "grant_read", Reads, "See who holds which role where", "查看授权";
    GrantManage = "grant_manage", Writes, "Grant and revoke roles within the own scope", "授予与撤销角色";
    AuditRead = "audit_read", Reads, "Read the audit trail", "查看审计记录";

    // Registry
    DivisionManage = "division_manage", Writes, "Keep the divisions", "维护行政区划";
    RegistryRead = "registry_read", Reads, "See communities, units and masked owners", "查看小区与业主名册（脱敏）";
    RegistryReveal = "registry_reveal", Reads, "See personal data in full, with a reason", "查看未脱敏个人信息";
    RegistryWrite = "registry_write", Writes, "Correct the register", "维护业主名册";
    BoundaryManage = "boundary_manage", Writes, "Merge and split communities", "合并与拆分小区";
    RegistryImport = "registry_import", Writes, "Import and undo register batches", "导入业主名册";
    RegistryExport = "registry_export", Reads, "Export the register", "导出业主名册";

    // Votes
    VoteRead = "vote_read", Reads, "See votes, rolls and results", "查看业主表决";
    VotePrepare = "vote_prepare", Writes, "Draft a vote: items, materials, roll", "起草业主表决";
    VoteOpen = "vote_open", Writes, "Give notice, open, extend, close", "公告、开始、延期、截止表决";
    VoteCount = "vote_count", Writes, "Count and publish a result", "计票与公示";
    VoteConfirm = "vote_confirm", Writes, "Confirm or void a result", "确认或宣告无效";
    CompositeDecide = "composite_decide", Writes, "Record an authority's decision", "登记主管部门决定";
    BallotCast = "ballot_cast", Writes, "Vote as an owner", "以业主身份表决";
    PaperEnter = "paper_enter", Writes, "Issue, register and enter paper sheets", "纸质表决票发放、登记与录入";
    PaperDecide = "paper_decide", Writes, "Decide between differing entries", "裁定录入差异";
    BallotAudit = "ballot_audit", Reads, "See after the close how each head voted", "截止后查核各业主的表决";
    ObjectionFile = "objection_file", Writes, "Object to a roll, a ballot or a result", "提出异议";
    ObjectionAnswer = "objection_answer", Writes, "Answer objections", "答复异议";
    DisputeRule = "dispute_rule", Writes, "Rule on disputed ballots, two people each", "裁决表决票异议（双人）";
    RulePackRead = "rule_pack_read", Reads, "See rule packs", "查看规则包";
    RulePackManage = "rule_pack_manage", Writes, "Load rule packs and calendars", "维护规则包与日历";

    // Official results
    OfficialResultRead = "official_result_read", Reads, "See results of official platforms", "查看官方平台表决结果";
    OfficialResultRecord = "official_result_record", Writes, "Record and check such results", "登记与复核官方平台结果";

    // Surveys
    SurveyRead = "survey_read", Reads, "See surveys, coverage and results", "查看居民调查";
    SurveyManage = "survey_manage", Writes, "Draft, open and void surveys; rectify", "办理居民调查与整改";
    SurveyEnter = "survey_enter", Writes, "Enter answers taken at the door or on paper", "录入上门与纸质答卷";
    SurveyAnswer = "survey_answer", Writes, "Answer surveys for the own units", "填写本户问卷";

    // Renovation
    ProjectRead = "project_read", Reads, "See renovation projects and plans", "查看改造项目与方案";
    ProjectManage = "project_manage", Writes, "Work on renovation projects and plans", "办理改造项目与方案";

    // Joint reviews
    ReviewOpine = "review_opine", Writes, "Give a department's opinions", "发表部门审查意见";
    ReviewOversee = "review_oversee", Writes, "Name delegates, rule on opinions", "指定部门代表、裁定审查分歧";

    // Consultations
    ConsultationRead = "consultation_read", Reads, "See consultations and pledges", "查看征询、申请与承诺";
    ConsultationManage = "consultation_manage", Writes, "Run consultations, answer objections", "组织征询、答复异议";
    ConsultationVisit = "consultation_visit", Writes, "Record visits and applications", "登记走访、申请与承诺";
    ConsultationTakePart = "consultation_take_part", Writes, "Say, object, apply, pledge", "表态、异议、申请、承诺";

    // The repair fund
    FundRead = "fund_read", Reads, "See the books and the repair fund", "查看维修资金账目";
    FundOwn = "fund_own", Reads, "See the repair fund of the own units", "查看本户维修资金";
    FundManage = "fund_manage", Writes, "Work on the repair fund", "办理维修资金业务";
    FundApprove = "fund_approve", Writes, "Check what another made, close periods", "复核维修资金业务、结账";

    // Funding
    FundingRead = "funding_read", Reads, "See sources, allocations and payments", "查看资金来源、安排与支付";
    FundingManage = "funding_manage", Writes, "Allocate, commit, propose payments", "办理资金安排、合同占用与支付申请";
    FundingApprove = "funding_approve", Writes, "Record sources, confirm payments", "登记资金来源、复核支付";

    // Elevators
    ElevatorRead = "elevator_read", Reads, "See elevator cases", "查看加装电梯事项";
    ElevatorRequest = "elevator_request", Writes, "Ask for an elevator, object, sign", "申请加装电梯、提出异议、签署协议";
    ElevatorManage = "elevator_manage", Writes, "Work on elevator cases", "办理加装电梯事项";
}

/// The name of the role that every owner on the register has over the own units.
pub const OWNER_ROLE: &str = "owner";
/// The name of the role that the machine's operator creates.
pub const ADMINISTRATOR_ROLE: &str = "administrator";

/// A role, as the file has it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// The word.
    pub name: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// To which kinds of scope it may be bound.
    pub scopes: Vec<ScopeKind>,
    /// Holders of which roles may grant it, within their own scope.
    pub granted_by: Vec<String>,
    /// What it allows.
    pub permissions: BTreeSet<String>,
}

impl Role {
    /// Whether the role has the permission.
    #[must_use]
    pub fn allows(&self, permission: &str) -> bool {
        self.permissions.contains(permission)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    role: Vec<Role>,
}

static ROLES: LazyLock<Result<Vec<Role>, String>> =
    LazyLock::new(|| read(include_str!("../../../seed/reference/roles.toml")));

/// Every role, in the order of the file. Empty where the shipped file is broken: then nobody may do
/// anything, and [`check_roles`] says why.
#[must_use]
pub fn roles() -> &'static [Role] {
    ROLES.as_deref().unwrap_or_default()
}

/// The role of a name.
#[must_use]
pub fn find_role(name: &str) -> Option<&'static Role> {
    roles().iter().find(|role| role.name == name)
}

/// Checks the shipped roles; called when the server starts.
///
/// # Errors
/// A sentence that names what is wrong.
pub fn check_roles() -> Result<(), String> {
    ROLES.as_ref().map(|_| ()).map_err(Clone::clone)
}

fn read(text: &str) -> Result<Vec<Role>, String> {
    let roles = toml::from_str::<File>(text).map_err(|fault| format!("roles.toml: {fault}"))?.role;
    let names: BTreeSet<&str> = roles.iter().map(|role| role.name.as_str()).collect();
    if names.len() != roles.len() {
        return Err("roles.toml: a role stands there twice".to_owned());
    }
    for role in &roles {
        let unknown = role
            .permissions
            .iter()
            .find(|name| PERMISSIONS.iter().all(|line| line.name != name.as_str()));
        if let Some(name) = unknown {
            return Err(format!("roles.toml: {}: no permission {name}", role.name));
        }
        if let Some(name) = role.granted_by.iter().find(|name| !names.contains(name.as_str())) {
            return Err(format!("roles.toml: {}: no role {name}", role.name));
        }
    }
    Ok(roles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_roles_are_those_of_the_field() {
        check_roles().unwrap();
        let names: Vec<&str> = roles().iter().map(|role| role.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "owner",
                "committee",
                "community_clerk",
                "grid_worker",
                "street_office",
                "housing_bureau",
                "reviewer",
                "auditor",
                "administrator"
            ]
        );
        assert!(find_role(OWNER_ROLE).is_some() && find_role(ADMINISTRATOR_ROLE).is_some());
    }

    #[test]
    fn the_auditor_never_writes_and_the_reviewer_only_opinions() {
        for (name, allowed) in [("auditor", ""), ("reviewer", "review_opine")] {
            let role = find_role(name).unwrap();
            let writes = PERMISSIONS.iter().filter(|line| line.effect == Effect::Writes);
            for line in writes.filter(|line| line.name != allowed) {
                assert!(!role.allows(line.name), "{name} may {}", line.name);
            }
            assert!(!role.permissions.is_empty());
        }
    }

    #[test]
    fn whoever_works_on_projects_gives_no_opinions() {
        for role in roles().iter().filter(|role| role.allows("project_manage")) {
            assert!(!role.allows("review_opine"), "{}", role.name);
        }
    }

    #[test]
    fn every_permission_has_a_holder_and_every_name_stands_once() {
        let names: BTreeSet<&str> = PERMISSIONS.iter().map(|line| line.name).collect();
        assert_eq!(names.len(), PERMISSIONS.len());
        for name in names {
            assert!(roles().iter().any(|role| role.allows(name)), "{name} has no holder");
        }
    }

    #[test]
    fn who_keeps_accounts_neither_counts_nor_votes() {
        let administrator = find_role(ADMINISTRATOR_ROLE).unwrap();
        for name in [
            "vote_open",
            "vote_count",
            "vote_confirm",
            "ballot_cast",
            "paper_enter",
            "registry_write",
            "registry_reveal",
        ] {
            assert!(!administrator.allows(name), "{name}");
        }
    }

    #[test]
    fn nobody_can_be_made_an_owner_by_a_grant() {
        assert!(find_role(OWNER_ROLE).unwrap().granted_by.is_empty());
    }

    #[test]
    fn a_broken_file_is_named() {
        let role = "[[role]]\nname='x'\nzh=''\nen=''\nscopes=[]\n";
        let text = format!("{role}granted_by=[]\npermissions=['fly']");
        assert!(read(&text).unwrap_err().contains("fly"));
        let text = format!("{role}granted_by=['king']\npermissions=[]");
        assert!(read(&text).unwrap_err().contains("king"));
        let one = format!("{role}granted_by=[]\npermissions=[]\n");
        assert!(read(&format!("{one}{one}")).unwrap_err().contains("twice"));
    }
}
