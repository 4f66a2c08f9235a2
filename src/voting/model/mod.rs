//! The words of the statutory owner vote 业主共同决定: states, commands, choices, channels.
//! Absent on purpose: thresholds (rule pack), queries.

mod amendments;
mod commands;
mod composites;
mod deliveries;
mod disputes;
mod extensions;
mod notices;
mod paper;
mod proxies;
mod questions;
mod reminders;
mod rows;
mod scans;
mod serial;
mod sittings;
mod transfers;

pub use amendments::*;
pub use commands::*;
pub use composites::*;
pub use deliveries::*;
pub use disputes::*;
pub use extensions::*;
pub use notices::*;
pub use paper::*;
pub use proxies::*;
pub use questions::*;
pub use reminders::*;
pub use rows::*;
pub use scans::*;
pub use serial::Serial;
pub use sittings::*;
pub use transfers::*;

crate::text_enum! {
    /// The state of a vote; `docs/state-machines/voting.md` draws it.
    pub enum VoteState {
        /// 起草: items and materials may change.
        Draft = "draft",
        /// 名册冻结: the roll of the record date is fixed.
        RollFrozen = "roll_frozen",
        /// 已公告: announced; agenda and materials are locked, the roll is open to objections.
        Noticed = "noticed",
        /// 表决中: ballots are taken.
        Open = "open",
        /// 已延期: ballots are taken until the later close.
        Extended = "extended",
        /// 已截止: nothing is taken; sheets registered before the close may still be keyed.
        Closed = "closed",
        /// 已计票: counted, not yet published.
        Counted = "counted",
        /// 初步结果公示: the preliminary result is open to objections.
        Published = "published",
        /// 已确认: the result is final.
        Confirmed = "confirmed",
        /// 已作废: ended without a result.
        Voided = "voided",
    }
}

crate::text_enum! {
    /// What people do with a vote.
    pub enum Command {
        /// 修改议题: change items, materials, scope or dates.
        EditAgenda = "edit_agenda",
        /// 冻结名册: fix the roll at the record date.
        FreezeRoll = "freeze_roll",
        /// 解除冻结: go back to the draft, the roll is made again later.
        UnfreezeRoll = "unfreeze_roll",
        /// 发布公告: announce the vote and its roll totals.
        GiveNotice = "give_notice",
        /// 名册异议: object to the published roll.
        ObjectToRoll = "object_to_roll",
        /// 名册更正: take units of the announced roll anew from the corrected register.
        AmendRoll = "amend_roll",
        /// 送达登记: record, check or correct deliveries to units.
        Deliver = "deliver",
        /// 公告现场会: announce a sitting.
        AnnounceSitting = "announce_sitting",
        /// 开始表决: begin to take ballots.
        Open = "open",
        /// 投票: cast a ballot on line.
        Cast = "cast",
        /// 催办: remind households that have not voted.
        Remind = "remind",
        /// 现场签到: sign owners in and out at a sitting.
        SignIn = "sign_in",
        /// 委托: record, confirm or end the power of an agent.
        RecordProxy = "record_proxy",
        /// 过户变更: put the buyer of a unit in the seller's place while the vote is open.
        TransferUnit = "transfer_unit",
        /// 发放纸质票: issue sheets with their serials.
        IssueSheets = "issue_sheets",
        /// 作废纸质票: void a spoiled sheet before it is a ballot.
        SpoilSheet = "spoil_sheet",
        /// 登记纸质票: register a batch of sheets, which fixes their time.
        RegisterSheet = "register_sheet",
        /// 录入纸质票: key or settle a registered sheet.
        KeySheet = "key_sheet",
        /// 扫描纸质票: keep images of a returned sheet.
        ScanSheet = "scan_sheet",
        /// 核对纸质票: account for every sheet.
        AccountSheets = "account_sheets",
        /// 延期: move the close.
        Extend = "extend",
        /// 截止: stop taking ballots.
        Close = "close",
        /// 票的异议: dispute a ballot.
        DisputeBallot = "dispute_ballot",
        /// 裁决: rule on a disputed ballot.
        RuleDispute = "rule_dispute",
        /// 计票: count.
        Count = "count",
        /// 抽样复核: read settled sheets again before the result is confirmed.
        RecheckSheets = "recheck_sheets",
        /// 重新计票: count again after a ruling; no outcome changes.
        Recount = "recount",
        /// 改判: count again after a ruling; the outcome of an item changes.
        Overturn = "overturn",
        /// 公示: publish the preliminary result.
        Publish = "publish",
        /// 结果异议: object to the published result.
        ObjectToResult = "object_to_result",
        /// 确认: declare the result final.
        Confirm = "confirm",
        /// 记录诉讼: record that the confirmed result was challenged in court.
        RecordChallenge = "record_challenge",
        /// 作废: end the vote without a result.
        Void = "void",
    }
}

crate::text_enum! {
    /// The class of a matter: which thresholds it needs.
    pub enum ItemClass {
        /// 一般事项: more than half of those taking part (民法典 278).
        Ordinary = "ordinary",
        /// 特别事项: three quarters of those taking part (民法典 278 items 6-8).
        Special = "special",
        /// 全体同意: every interested owner (民法典 279).
        Unanimous = "unanimous",
    }
}

crate::text_enum! {
    /// What a ballot says on an item.
    pub enum Choice {
        /// 同意.
        For = "for",
        /// 反对.
        Against = "against",
        /// 弃权, returned: takes part and consents to nothing.
        Abstain = "abstain",
        /// 无效: unsigned, ambiguous, expired proxy; takes no part unless the pack says otherwise.
        Invalid = "invalid",
    }
}

crate::text_enum! {
    /// How a ballot came in.
    pub enum Channel {
        /// 网上.
        Online = "online",
        /// 纸质.
        Paper = "paper",
        /// 委托: by a proxy with a written power (民法典 165).
        Proxy = "proxy",
    }
}

crate::text_enum! {
    /// Which of several ballots of one head stands.
    pub enum DuplicatePolicy {
        /// The first valid one.
        FirstValid = "first_valid",
        /// The last valid one before the close.
        LastValid = "last_valid",
        /// An online ballot before any other; among equals the first valid one.
        OnlineFirst = "online_first",
    }
}

crate::text_enum! {
    /// What counts as one head where owner sets overlap.
    pub enum HeadKey {
        /// Each exact set of owners is a head.
        ExactSet = "exact_set",
        /// A co-owned unit belongs to the head of the voter its owners named.
        Representative = "representative",
    }
}

crate::text_enum! {
    /// What becomes of owners who got their ballot and stayed silent.
    pub enum SilentRule {
        /// They take no part: the strict count alone.
        None = "none",
        /// Their weight joins the majority; needs a clause of the assembly's own rules.
        FollowMajority = "follow_majority",
        /// The item passes while objectors stay within the line; needs a confirmed local basis.
        Objection = "objection",
    }
}

crate::text_enum! {
    /// How much of a result is published.
    pub enum PublishDetail {
        /// Totals only.
        Aggregates = "aggregates",
        /// Unit number and area of those who took part; never a name or a choice.
        UnitAndArea = "unit_and_area",
    }
}

crate::text_enum! {
    /// What a value of a rule pack rests on, and so how far it may be trusted.
    pub enum Basis {
        /// It stands in the cited text, which was read.
        Law = "law",
        /// A page that reports the rule was seen, not the rule itself.
        Page = "page",
        /// It stands in a ministry's list of good practice 可复制政策机制清单, which binds nobody.
        List = "list",
        /// From knowledge, not checked.
        Knowledge = "knowledge",
        /// The law is silent; this is our default.
        Ours = "ours",
    }
}

crate::text_enum! {
    /// Who decides together.
    pub enum VoteScope {
        /// 物业管理区域.
        Community = "community",
        /// 楼幢.
        Building = "building",
        /// 单元、门洞.
        Entrance = "entrance",
        /// 若干楼幢共同表决.
        Buildings = "buildings",
        /// 指定的一组专有部分.
        Units = "units",
    }
}

crate::text_enum! {
    /// How surely an online voter must be known. Ordered from the weakest.
    pub enum IdentityGrade {
        /// On the register, with a one-time code to the contact that the register has.
        Registered = "registered",
        /// Real name checked against the document and the title deed.
        RealName = "real_name",
        /// Face recognition; never the only way (人脸识别技术应用安全管理办法).
        Face = "face",
    }
}

crate::text_enum! {
    /// Which of two counts the organiser rests the outcome on.
    pub enum Reliance {
        /// Silent owners take no part.
        Strict = "strict",
        /// Silent owners weigh by the clause.
        WithClause = "with_clause",
    }
}

crate::text_enum! {
    /// Where a paper sheet 纸质表决票 stands.
    pub enum SheetState {
        /// 已发放: printed with its serial; not back yet.
        Issued = "issued",
        /// 已登记: brought back in a batch; its time is fixed.
        Registered = "registered",
        /// 已初录: one clerk has entered it.
        EnteredOnce = "entered_once",
        /// 有差异: two clerks entered it differently; a third person decides.
        Differing = "differing",
        /// 已定: it became a ballot.
        Settled = "settled",
        /// 已作废: spoiled before it was settled.
        Void = "void",
        /// 未收回: the account of the sheets closed without it.
        Missing = "missing",
    }
}

crate::text_enum! {
    /// Why a sheet is void.
    pub enum SpoilReason {
        /// 遗失.
        Lost = "lost",
        /// 污损.
        Damaged = "damaged",
        /// 印制错误.
        Misprinted = "misprinted",
        /// 误送.
        Misdelivered = "misdelivered",
        /// 其他.
        Other = "other",
    }
}

crate::text_enum! {
    /// Whose entry of a sheet it is.
    pub enum EntryRound {
        /// 初录.
        First = "first",
        /// 复录: blind, by another clerk.
        Second = "second",
        /// 裁定: by a third person.
        Adjudication = "adjudication",
        /// 复核: after the count, by somebody who neither entered nor decided.
        Recheck = "recheck",
    }
}

crate::text_enum! {
    /// Why a sheet, or an item on it, is invalid.
    pub enum InvalidReason {
        /// 未签名.
        Unsigned = "unsigned",
        /// 选择不明.
        Ambiguous = "ambiguous",
        /// 非本户业主所签.
        WrongOwner = "wrong_owner",
        /// 其他.
        Other = "other",
    }
}

crate::text_enum! {
    /// What an objection 异议 is about.
    pub enum ObjectionSubject {
        /// 名册: the published roll, before the vote opens.
        Roll = "roll",
        /// 结果: the published preliminary result.
        Result = "result",
    }
}
