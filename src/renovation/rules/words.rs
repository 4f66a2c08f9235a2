//! Sentences for people, Chinese and English.

use crate::renovation::model::{Gate, GateBase, Missing, PledgeKind};

pub const fn missing(reason: Missing) -> &'static str {
    match reason {
        Missing::NoEvidence => "尚未提供依据 · nothing is linked yet",
        Missing::NoSurveyLinked => "尚未关联问卷 · no survey linked",
        Missing::OtherSurvey => {
            "问卷不属于本小区或本环节 · the survey is of another gate or another community"
        }
        Missing::SurveyOpen => "问卷尚未截止 · the survey still takes answers",
        Missing::SurveyFailed => {
            "问卷本身未达标或已有下一轮 · the survey's own test failed, or another round took its place"
        }
        Missing::SurveyTooEarly => {
            "问卷早于项目或施工开始 · the survey began before the project, or before the works"
        }
        Missing::ShareTooLow => "比例未达标 · the share is below the line",
        Missing::CoverageTooLow => "参与率未达标 · too few households answered",
        Missing::PlanNotFixed => "方案尚未固定 · no version of the plan is fixed",
        Missing::PlanChanged => "方案已变更，须重新办理 · the plan was changed after this",
        Missing::VoteElsewhere => {
            "表决范围不符，或未覆盖方案涉及的楼栋 · held among others, or not by all whom the plan concerns"
        }
        Missing::ItemNotNamed => {
            "依据未指明据以决定的表决事项，须重新登记并指明 · names no item that decides: record it anew, naming it"
        }
        Missing::ItemIsOption => {
            "该事项是选项，不能据以确定方案 · the item is an option: it names no plan"
        }
        Missing::PlanNotInVote => {
            "表决材料中没有当前方案版本 · the current plan is not among the vote's materials"
        }
        Missing::RollFrozenTooEarly => {
            "名册冻结早于立项或方案固定 · the roll was frozen before the project or its plan"
        }
        Missing::ClassTooLow => "表决事项类别不符 · no item of the vote is of the class needed",
        Missing::VoteNotConfirmed => "表决结果尚未确认 · the vote is not confirmed",
        Missing::VoteNotPassed => "表决未通过 · the vote did not pass",
        Missing::ReviewNotOpened => "尚未发起联合审查 · no joint review was opened",
        Missing::ReviewOpen => "联合审查尚未结案 · the joint review is not closed",
        Missing::ReviewDepartmentNotAsked => {
            "政策要求的部门未参加审查 · a department that the policy names was not asked"
        }
        Missing::PublicityRunning => "公示期未满 · the publicity is not over",
        Missing::PublishedTooEarly => {
            "公示早于表决结果确认 · published before the vote was confirmed"
        }
        Missing::NoCalendar => "该年度工作日历未载入 · the work calendar of the year is not loaded",
    }
}

pub const fn gate(gate: Gate) -> &'static str {
    match gate {
        Gate::Include => "同意纳入 · agree to be included",
        Gate::Consult => "已征求意见 · heard",
        Gate::Adopt => "赞成方案 · for the plan",
        Gate::Accept => "满意 · satisfied",
    }
}

pub const fn base(base: GateBase) -> &'static str {
    match base {
        GateBase::Households => "总户数 · all households",
        GateBase::Answers => "有效答卷 · valid answers",
    }
}

pub const fn pledge(pledge: PledgeKind) -> &'static str {
    match pledge {
        PledgeKind::Cooperate => "配合施工 · cooperate",
        PledgeKind::RemoveIllegalStructures => "拆除违建 · remove illegal structures",
        PledgeKind::PayPropertyFee => "交纳物业费 · pay the property fee",
        PledgeKind::DepositRepairFund => "交存维修资金 · deposit the repair fund",
    }
}
