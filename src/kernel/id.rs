//! Typed ids: `Id<K>` is a UUIDv7 that cannot be mistaken for another kind's id.
//!
//! Stored as `uuid` on PostgreSQL and as a 16-byte BLOB on SQLite through the one SQL type [`DbId`];
//! the impls for the multi-database backend stand in `platform::db`.

use std::{fmt, hash, marker::PhantomData, str::FromStr};

use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    query_builder::QueryId,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{Binary, SqlType},
    sqlite::Sqlite,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// The SQL side of an id.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Binary"))]
pub struct DbId;

/// A time-ordered id of one kind of thing, made by the application.
#[derive(AsExpression, FromSqlRow)]
#[diesel(sql_type = DbId)]
pub struct Id<K: 'static>(Uuid, PhantomData<fn() -> K>);

impl<K> Id<K> {
    /// A new UUIDv7.
    #[must_use]
    pub fn new() -> Self {
        Self(Uuid::now_v7(), PhantomData)
    }

    /// The id that an existing UUID names.
    #[must_use]
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The UUID itself.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl<K> Default for Id<K> {
    fn default() -> Self {
        Self::new()
    }
}
impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> hash::Hash for Id<K> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
impl<K> FromStr for Id<K> {
    type Err = uuid::Error;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(s).map(Self::from_uuid)
    }
}
impl<K> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
impl<'de, K> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::from_uuid)
    }
}
impl<K> utoipa::PartialSchema for Id<K> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .format(Some(utoipa::openapi::SchemaFormat::Custom("uuid".to_owned())))
            .into()
    }
}
impl<K> utoipa::ToSchema for Id<K> {
    fn name() -> std::borrow::Cow<'static, str> {
        "Id".into()
    }
}

impl<K> ToSql<DbId, Pg> for Id<K> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        std::io::Write::write_all(out, self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}
impl<K> FromSql<DbId, Pg> for Id<K> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::from_uuid(Uuid::from_slice(value.as_bytes())?))
    }
}
impl<K> ToSql<DbId, Sqlite> for Id<K> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_bytes().as_slice());
        Ok(IsNull::No)
    }
}
impl<K> FromSql<DbId, Sqlite> for Id<K> {
    fn from_sql(
        value: <Sqlite as diesel::backend::Backend>::RawValue<'_>,
    ) -> deserialize::Result<Self> {
        let bytes = <Vec<u8> as FromSql<Binary, Sqlite>>::from_sql(value)?;
        Ok(Self::from_uuid(Uuid::from_slice(&bytes)?))
    }
}

/// Declares the kinds: `kind VoteId = Vote` gives `Id<kind::Vote>` the name `VoteId`.
macro_rules! ids {
    ($($(#[$doc:meta])* $alias:ident = $kind:ident;)+) => {
        /// Markers that tell ids apart; they have no values.
        pub mod kind {
            $( #[doc = stringify!($kind)] #[derive(Debug)] pub enum $kind {} )+
        }
        $( $(#[$doc])* pub type $alias = Id<kind::$kind>; )+
    };
}

ids! {
    /// A staff account or an owner's sign-in identity.
    AccountId = Account;
    /// A signed-in session (one refresh-token family).
    SessionId = Session;
    /// A role granted for a scope.
    GrantId = Grant;
    /// A one-time sign-in code that was sent.
    OneTimeCodeId = OneTimeCode;
    /// One counted attempt of something that is limited.
    LimitedAttemptId = LimitedAttempt;
    /// A message in the demo's inbox.
    InboxMessageId = InboxMessage;
    /// An outbox event.
    EventId = Event;
    /// An audit row.
    AuditId = Audit;
    /// A community 小区.
    CommunityId = Community;
    /// A building 楼栋.
    BuildingId = Building;
    /// An entrance 单元.
    EntranceId = Entrance;
    /// An exclusive unit 专有部分.
    UnitId = Unit;
    /// A period in which a unit's area, use and delivery are the same.
    UnitFactId = UnitFact;
    /// A period in which co-owners have one agreed voter.
    UnitVoterId = UnitVoter;
    /// An owner 业主 (person or organization).
    OwnerId = Owner;
    /// A period of ownership of a unit by an owner.
    OwnershipId = Ownership;
    /// A household 户.
    HouseholdId = Household;
    /// A resident 居民.
    ResidentId = Resident;
    /// A merger or split of communities.
    BoundaryChangeId = BoundaryChange;
    /// A community that begins with a merger or split.
    BoundaryTargetId = BoundaryTarget;
    /// A period in which a building belonged to another community.
    BuildingPeriodId = BuildingPeriod;
    /// A batch of imported rows.
    ImportId = Import;
    /// A fault of an imported file.
    ImportFaultId = ImportFault;
    /// What an owner's row said before a change.
    OwnerChangeId = OwnerChange;
    /// An append-only log.
    LogId = Log;
    /// A stored file.
    FileId = File;
    /// A rule pack version.
    RulePackId = RulePack;
    /// A statutory owner vote 业主共同决定.
    VoteId = Vote;
    /// An item 表决事项 of a vote.
    ItemId = Item;
    /// A question 多选议题 whose options are items.
    QuestionId = Question;
    /// A head 人数 of a frozen roll.
    HeadId = Head;
    /// A unit row of a frozen roll.
    RollUnitId = RollUnit;
    /// A ballot.
    BallotId = Ballot;
    /// A head's choice on an item.
    ChoiceId = BallotChoice;
    /// The stored count of an item.
    ItemResultId = ItemResult;
    /// A court challenge of a confirmed vote.
    ChallengeId = Challenge;
    /// A refused attempt to cast.
    AttemptId = Attempt;
    /// A paper sheet 纸质表决票.
    SheetId = Sheet;
    /// A run of printed sheets.
    SheetIssueId = SheetIssue;
    /// A batch of sheets that came back.
    SheetBatchId = SheetBatch;
    /// One clerk's blind entry of a sheet.
    SheetEntryId = SheetEntry;
    /// An image of a returned sheet 扫描件.
    ScanId = Scan;
    /// What was sent to a household about a ballot 告知.
    BallotNoticeId = BallotNotice;
    /// A dispute of a ballot 表决票异议.
    DisputeId = Dispute;
    /// A proposed extension 延期.
    ExtensionId = Extension;
    /// A proposed amendment of a frozen roll 名册更正.
    RollAmendmentId = RollAmendment;
    /// A proxy 授权委托书.
    ProxyId = Proxy;
    /// A sale of a unit while a vote is open 表决期间过户.
    VoteTransferId = VoteTransfer;
    /// What was sent to a household about a sale.
    TransferNoticeId = TransferNotice;
    /// A composite decision 组合表决.
    CompositeId = Composite;
    /// A place that votes for itself within a composite decision.
    CompositePlaceId = CompositePlace;
    /// A vote as part of a composite decision.
    CompositeMemberId = CompositeMember;
    /// An objection 异议.
    ObjectionId = Objection;
    /// A material attached to a vote.
    MaterialId = Material;
    /// A delivery record 送达记录.
    DeliveryId = Delivery;
    /// A photo of a delivery.
    DeliveryPhotoId = DeliveryPhoto;
    /// A reminder 催办.
    ReminderId = Reminder;
    /// A reminder's message to one contact.
    ReminderMessageId = ReminderMessage;
    /// A sitting 现场会.
    SittingId = Sitting;
    /// An owner's attendance 签到 at a sitting.
    AttendanceId = Attendance;
    /// A state transition row.
    TransitionId = Transition;
    /// An elevator case 加装电梯 of an entrance.
    ElevatorCaseId = ElevatorCase;
    /// A household's request for an elevator.
    ElevatorRequestId = ElevatorRequest;
    /// A step of an elevator case.
    ElevatorStepId = ElevatorStep;
    /// A version of an elevator's cost plan.
    ElevatorPlanId = ElevatorPlan;
    /// A unit's share of an elevator's cost.
    ElevatorShareId = ElevatorShare;
    /// A signature under an elevator's agreement.
    ElevatorSignatureId = ElevatorSignature;
    /// An objection to an elevator.
    ElevatorObjectionId = ElevatorObjection;
    /// A record of a mediation 调解记录.
    MediationId = Mediation;
    /// A result of an official platform 官方平台表决结果.
    OfficialResultId = OfficialResult;
    /// An item of an official result.
    OfficialItemId = OfficialItem;
    /// A file of evidence of an official result.
    OfficialFileId = OfficialFile;
    /// A questionnaire 问卷.
    SurveyQuestionnaireId = SurveyQuestionnaire;
    /// A published version of a questionnaire.
    SurveyVersionId = SurveyVersion;
    /// A survey 居民调查: one round.
    SurveyId = Survey;
    /// A household 户 of a survey's frozen roll.
    SurveyHouseholdId = SurveyHousehold;
    /// A household's link 一户一码.
    SurveyLinkId = SurveyLink;
    /// An answer 答卷 to a survey.
    SurveyAnswerId = SurveyAnswer;
    /// A reminder of a survey.
    SurveyReminderId = SurveyReminder;
    /// A rectification task 整改事项 after a failed survey.
    SurveyTaskId = SurveyTask;
    /// A version of a district's policy 政策包.
    PolicyPackId = PolicyPack;
    /// A renovation project 改造项目.
    ProjectId = Project;
    /// A step of a renovation project.
    ProjectStepId = ProjectStep;
    /// A version of a renovation plan 改造方案.
    PlanVersionId = PlanVersion;
    /// An item of a renovation plan 改造内容.
    PlanItemId = PlanItem;
    /// A piece of evidence for a project's requirement 依据.
    EvidenceId = Evidence;
    /// A drawing or picture of a renovation plan.
    PlanDrawingId = PlanDrawing;
    /// A deadline of a renovation project.
    ProjectDeadlineId = ProjectDeadline;
    /// Whose word counts as a department's 部门代表.
    DelegateId = Delegate;
    /// A joint review 联合审查 of a project's plan.
    JointReviewId = JointReview;
    /// A round of a joint review: on one version of the plan.
    ReviewRoundId = ReviewRound;
    /// An item that a round reviews.
    ReviewItemId = ReviewItem;
    /// A department's invitation to a round.
    ReviewInvitationId = ReviewInvitation;
    /// A department's opinion 意见 on an item.
    ReviewOpinionId = ReviewOpinion;
    /// An answer to an opinion, its acceptance or a ruling on it.
    ReviewResponseId = ReviewResponse;
    /// A meeting 联席会议 of a joint review.
    ReviewMeetingId = ReviewMeeting;
    /// The end of a joint review.
    ReviewClosureId = ReviewClosure;
    /// What a piece of evidence names in another slice: a vote, a survey.
    ReferenceId = Reference;
    /// A consultation 征询 of a community.
    ConsultationId = Consultation;
    /// A round of a consultation.
    ConsultationRoundId = ConsultationRound;
    /// What a household said once: a visit, or its own word.
    StanceId = Stance;
    /// The key that a visitor's phone gave a visit, or an answer taken at the door.
    VisitKey = Visit;
    /// A correction of a wrongly entered stance.
    StanceCorrectionId = StanceCorrection;
    /// A visit that came again with other content.
    VisitClashId = VisitClash;
    /// Who is to visit a household in a round.
    AssignmentId = Assignment;
    /// An objection to a renovation 异议.
    ConsultationObjectionId = ConsultationObjection;
    /// A unit that shares an objection.
    ObjectionUnitId = ObjectionUnit;
    /// A step of an objection.
    ObjectionStepId = ObjectionStep;
    /// A withdrawal of an objection by staff, proposed by one and confirmed by another.
    ObjectionWithdrawalId = ObjectionWithdrawal;
    /// An application for a renovation 改造申请.
    ApplicationId = Application;
    /// A merge of two applications.
    ApplicationMergeId = ApplicationMerge;
    /// A source 资金来源: one document of one channel.
    FundingSourceId = FundingSource;
    /// An item of a plan that money was given to.
    FundingLineId = FundingLine;
    /// Money of a source for an item 资金安排.
    FundingAllocationId = FundingAllocation;
    /// A contract against an allocation.
    FundingCommitmentId = FundingCommitment;
    /// What an allocation or a commitment gave back.
    FundingReleaseId = FundingRelease;
    /// An invoice that sources pay on.
    FundingInvoiceId = FundingInvoice;
    /// A payment against a commitment.
    FundingPaymentId = FundingPayment;
    /// What went back to its channel.
    FundingReturnId = FundingReturn;
    /// A pledge 承诺 of a household.
    PledgeId = Pledge;
    /// The books 账套 of a management area.
    BookId = Book;
    /// An account 科目 of the books; a unit's is its sub-account 分户账.
    LedgerAccountId = LedgerAccount;
    /// A journal 记账凭证.
    JournalId = Journal;
    /// An amount reserved 预留 on accounts.
    ReservationId = Reservation;
    /// A closed period 结账.
    PeriodId = Period;
    /// A scheme 筹集方案 of what units pay into the repair fund.
    SchemeId = Scheme;
    /// A unit's bill 交存通知.
    BillId = Bill;
    /// A use 使用 of the repair fund.
    FundUseId = FundUse;
    /// An operation 业务单 on the repair fund.
    FundOperationId = FundOperation;
    /// A payment of the repair fund.
    PaymentId = Payment;
    /// A subsidy budget 补助预算.
    BudgetId = Budget;
    /// A subsidy claim 补助申请.
    ClaimId = Claim;
}
