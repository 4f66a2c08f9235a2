//! The one table of error codes: a stable word, the HTTP status it answers with, and what people
//! read in Chinese and English. A code is never reused for another meaning.

/// Declares the codes, one line each.
macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $status:literal, $en:literal, $zh:literal;)+) => {
        /// A stable error code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* #[doc = $en] $variant,)+ }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The stable word.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $code,)+ } }
            /// The HTTP status.
            #[must_use]
            pub const fn status(self) -> u16 { match self { $(Self::$variant => $status,)+ } }
            /// The title in English.
            #[must_use]
            pub const fn title_en(self) -> &'static str { match self { $(Self::$variant => $en,)+ } }
            /// The title in Chinese.
            #[must_use]
            pub const fn title_zh(self) -> &'static str { match self { $(Self::$variant => $zh,)+ } }
        }
    };
}

codes! {
    // Requests
    MalformedRequest = "malformed_request", 400, "The request can't be read", "请求无法解析";
    InvalidCursor = "invalid_cursor", 400, "The cursor is not one of ours", "分页游标无效";
    Unauthenticated = "unauthenticated", 401, "Sign in first", "请先登录";
    Forbidden = "forbidden", 403, "Your roles do not allow this", "您的角色不允许此操作";
    NotFound = "not_found", 404, "No such thing, or not within your scope", "没有找到，或不在您的权限范围内";
    MethodNotAllowed = "method_not_allowed", 405, "The method is not allowed here", "不支持该请求方法";
    StaleVersion = "stale_version", 409, "Somebody changed this meanwhile", "数据已被他人修改";
    PreconditionFailed = "precondition_failed", 412, "If-Match names an older version", "If-Match 版本已过期";
    AlreadyExists = "already_exists", 409, "This exists already", "已经存在";
    StillReferenced = "still_referenced", 409, "Other records need this", "仍被其他记录引用";
    PayloadTooLarge = "payload_too_large", 413, "The body is too large", "提交内容过大";
    UnsupportedMediaType = "unsupported_media_type", 415, "This media type is not accepted", "不支持的内容类型";
    InvalidField = "invalid_field", 422, "A field breaks its rule", "字段不符合要求";
    IdempotencyKeyReused = "idempotency_key_reused", 422, "The Idempotency-Key was used for another body", "该幂等键已用于其他请求";
    IdempotencyKeyMissing = "idempotency_key_missing", 422, "An Idempotency-Key header is required", "缺少 Idempotency-Key 请求头";
    TooManyRequests = "too_many_requests", 429, "Too many requests; try again later", "请求过于频繁，请稍后再试";
    Internal = "internal", 500, "Something went wrong on our side", "系统内部错误";
    Overloaded = "overloaded", 503, "The server is busy; try again", "系统繁忙，请重试";
    Unavailable = "unavailable", 503, "The database is not available", "数据库暂不可用";
    DeadlineExceeded = "deadline_exceeded", 503, "The request took too long", "请求处理超时";
    StorageFull = "storage_full", 507, "The disk is full", "磁盘已满";
    BodyTimeout = "body_timeout", 408, "The body arrived too slowly", "请求内容传输超时";

    // Identity
    BadCredentials = "bad_credentials", 401, "The sign-in is not accepted", "登录信息不正确";
    SecondFactorRequired = "second_factor_required", 401, "A one-time code of the authenticator is required", "需要动态验证码";
    PasswordChangeRequired = "password_change_required", 401, "Choose a password of your own: send new_password", "请设置新密码";
    TokenExpired = "token_expired", 401, "The token has expired", "令牌已过期";
    SessionRevoked = "session_revoked", 401, "The session was ended", "会话已注销";
    RefreshReused = "refresh_reused", 401, "The refresh token was used before; all its sessions are ended", "刷新令牌被重复使用，相关会话已全部注销";
    WeakPassword = "weak_password", 422, "The password is too short, too long or too common", "密码过短、过长或过于常见";
    CodeNotAccepted = "code_not_accepted", 401, "The one-time code is wrong, used or expired", "验证码错误、已使用或已过期";
    GrantBeyondScope = "grant_beyond_scope", 403, "Nobody grants beyond the own scope", "不能授予超出自身范围的权限";
    ContactOnHold = "contact_on_hold", 409, "A newly bound contact may vote after a hold", "新绑定的联系方式需等待后方可表决";

    // Registry
    InvalidIdNumber = "invalid_id_number", 422, "The identity number is not valid", "证件号码不正确";
    InvalidPhone = "invalid_phone", 422, "The phone number is not valid", "联系电话不正确";
    ImportHasFaults = "import_has_faults", 422, "The file has faults; nothing was imported", "文件存在错误，未导入任何数据";
    ImportUnreadable = "import_unreadable", 422, "The file is not a register that we can read", "无法识别的名册文件";
    ImportStateConflict = "import_state_conflict", 409, "The import is not in a state that allows this", "导入批次当前状态不允许此操作";
    ImportStale = "import_stale", 409, "The register changed since the preview; preview again", "名册在预览后已变更，请重新预览";
    UndoBlocked = "undo_blocked", 409, "Later changes stand on this batch", "后续变更依赖该批次，无法撤销";

    // Voting
    WrongState = "wrong_state", 409, "The vote's state does not allow this", "表决当前状态不允许此操作";
    NotReady = "not_ready", 409, "Conditions are still missing", "条件尚不满足";
    RollIncomplete = "roll_incomplete", 409, "Units lack an area source or an owner", "存在缺少面积来源或业主的专有部分";
    NothingDiffers = "nothing_differs", 409, "The roll says what the register says", "名册与登记一致，无需更正";
    AmendmentStale = "amendment_stale", 409, "The register changed since the proposal; look at the difference again", "提出更正后登记又有变化，请重新核对";
    AmendmentSettled = "amendment_settled", 409, "The amendment was confirmed or withdrawn", "该更正已复核或已撤回";
    CommunityEnded = "community_ended", 409, "The community has merged or split; it takes nothing new", "小区已合并或拆分，不再受理";
    VoteRunning = "vote_running", 409, "A vote of the community is under way", "小区有表决正在进行";
    CommunityBusy = "community_busy", 409, "A survey, consultation or renovation project of the community is under way", "小区有调查、征询或改造项目正在进行";
    BoundaryUnfit = "boundary_unfit", 409, "Buildings or numbers do not fit the new boundaries", "楼栋或房号与新的小区范围不符";
    CompositeNotReady = "composite_not_ready", 409, "Not all votes of the composite decision have passed", "组合表决尚未全部通过";
    CompositeMemberUnfit = "composite_member_unfit", 422, "The vote does not fit the composite decision", "该表决不符合组合表决的要求";
    EmptyScope = "empty_scope", 422, "The scope has no owner or no area", "表决范围内没有业主或面积";
    RulePackInvalid = "rule_pack_invalid", 422, "The rule pack breaks its rules", "规则包不合规";
    RulePackInUse = "rule_pack_in_use", 409, "A used rule pack can't change", "规则包已被使用，不可修改";
    RulePackUnsupported = "rule_pack_unsupported", 409, "This program can't keep that rule of the pack yet", "系统尚不能执行规则包的这项规则";
    RulePackNotInForce = "rule_pack_not_in_force", 409, "The rule pack is not in force on that day", "规则包在该日不适用";
    OfficialPlatformRequired = "official_platform_required", 409, "The authority's own platform must run this vote; record its result with POST /api/v1/official-results", "须使用主管部门的表决系统；其结果可用“登记官方平台表决结果”（/api/v1/official-results）登记核对";
    TooEarly = "too_early", 409, "A lawful period has not ended", "法定期限未满";
    TooLate = "too_late", 409, "The lawful time for this has passed", "已超过规定期限";
    DuplicateBallot = "duplicate_ballot", 409, "This head has already voted", "该业主已表决";
    ChangesExhausted = "changes_exhausted", 409, "This ballot was changed as often as the rules allow", "该表决票已达可更改次数";
    SellerHasVoted = "seller_has_voted", 409, "The seller has voted for this unit; that ballot stands", "出让人已就该房屋表决，其表决有效";
    SellerKeepsHead = "seller_keeps_head", 409, "The head has other units: as the roll is frozen, it stays with the seller", "该业主名下另有房屋，名册已冻结，表决权仍由其行使";
    TransferStale = "transfer_stale", 409, "The register or the roll has other owners since the proposal", "提出过户变更后业主又有变化，请重新提出";
    TransferSettled = "transfer_settled", 409, "The transfer was confirmed or withdrawn", "该过户变更已复核或已撤回";
    NotOnRoll = "not_on_roll", 403, "Not on the frozen roll of this vote", "不在本次表决的业主名册内";
    BallotIncomplete = "ballot_incomplete", 422, "The ballot names an unknown item or names one twice", "表决票事项有误";
    TooManyOptions = "too_many_options", 422, "More options of a question are chosen than it allows", "所选选项多于该议题允许的数目";
    QuestionDecided = "question_decided", 409, "The question is decided; there is nothing to run off", "该议题已有结果，无需第二轮表决";
    SameClerk = "same_clerk", 409, "Another person must do this", "须由另一人办理";
    SheetStateConflict = "sheet_state_conflict", 409, "The sheet is not in a state that allows this", "纸质表决票当前状态不允许此操作";
    NoticeStateConflict = "notice_state_conflict", 409, "This notice needs no delivery by hand", "该告知无需人工送达";
    DeliveryHasFaults = "delivery_has_faults", 422, "Rows of the list are refused; nothing was changed", "清单中有不符合要求的行，未作任何登记";
    DeliveryStateConflict = "delivery_state_conflict", 409, "The delivery record is not in a state that allows this", "该送达记录当前状态不允许此操作";
    ReminderTooSoon = "reminder_too_soon", 409, "Households are reminded once a day at the most", "每日最多催办一次";
    SittingStateConflict = "sitting_state_conflict", 409, "The sitting or the sign-in is not in a state that allows this", "现场会或签到记录当前状态不允许此操作";
    ProxyLimitReached = "proxy_limit_reached", 409, "The agent stands for as many owners as the rules allow", "该代理人受托的业主人数已达上限";
    ProxyAgentExcluded = "proxy_agent_excluded", 409, "The rules do not let this person be an agent", "按规则此人不得担任代理人";
    ProxyExpired = "proxy_expired", 409, "The power of the agent has ended", "委托期限已过";
    ProxyNotCovered = "proxy_not_covered", 409, "The power of the agent does not cover that item", "委托不包括该事项";
    ProxyStateConflict = "proxy_state_conflict", 409, "The proxy is not in a state that allows this", "该委托当前状态不允许此操作";
    DisputeStateConflict = "dispute_state_conflict", 409, "The dispute is not in a state that allows this", "该异议当前状态不允许此操作";
    RulingDiffers = "ruling_differs", 409, "The two people do not rule alike; propose again", "两人的裁决不一致，请重新提出";
    SerialMistyped = "serial_mistyped", 422, "That is no serial: a character is wrong", "编号有误，请核对";
    SheetUnknown = "sheet_unknown", 422, "No sheet of that serial was issued", "未发放过该编号的表决票";
    SheetForged = "sheet_forged", 422, "The sheet's code was not made here", "表决票二维码校验不符，疑似伪造";
    SheetOfOtherVote = "sheet_of_other_vote", 422, "The sheet belongs to another vote", "该票属于另一次表决";
    SheetVoid = "sheet_void", 409, "The sheet was voided", "该票已作废";
    SheetReturned = "sheet_returned", 409, "The sheet was brought back already", "该票已登记回收";
    BatchHasFaults = "batch_has_faults", 422, "Lines of the batch are refused; nothing was registered", "批次中有不能登记的票，未登记任何票";
    ImageUnreadable = "image_unreadable", 422, "The image can't be read", "图片无法读取";
    ImageTooLarge = "image_too_large", 422, "The image has too many pixels", "图片像素过大";
    ScanUnmatched = "scan_unmatched", 422, "Neither name nor code tells which sheet is on the image", "无法判断图片属于哪张表决票";
    ScanStateConflict = "scan_state_conflict", 409, "The scan is not in a state that allows this", "扫描件当前状态不允许此操作";
    AccountMismatch = "account_mismatch", 409, "Issued is not returned + spoiled + missing", "发放数不等于收回、作废与未收回之和";
    NotRepresentative = "not_representative", 409, "The co-owners named somebody else as their voter", "共有人已指定其他表决人";
    EntriesHidden = "entries_hidden", 403, "The log's entries are published after the close", "截止前不公开日志条目";
    LogFrozen = "log_frozen", 503, "The log of this vote contradicts what was signed; an operator must decide", "本次表决的日志与已签名的记录不符，须由运维人员处理";
    CheckpointNotSigned = "checkpoint_not_signed", 403, "No trusted key signed this checkpoint", "检查点没有受信任公钥的签名";
    LogNotContinued = "log_not_continued", 422, "The checkpoint is not shown to continue the one that was cosigned", "不能证明该检查点延续已见证的检查点";
    ResultHidden = "result_hidden", 409, "Results are not computed before the close", "截止前不计算、不显示结果";
    DemoOnly = "demo_only", 404, "Only in demo mode", "仅演示模式可用";
    CalendarMissing = "calendar_missing", 422, "The work calendar of that year is not loaded", "缺少该年度工作日历";

    // Official results
    OfficialResultStateConflict = "official_result_state_conflict", 409, "The official result is not in a state that allows this", "官方平台表决结果当前状态不允许此操作";
    OfficialResultHasFaults = "official_result_has_faults", 422, "Numbers of the official result can't be right; nothing was recorded", "官方平台表决结果的数据有误，未登记";
    OfficialResultEvidenceMissing = "official_result_evidence_missing", 409, "Attach the platform's document first", "请先上传平台出具的依据文件";
    OfficialResultDiffers = "official_result_differs", 409, "The numbers do not give the verdict that the platform states", "按所载数据重新计算，结论与平台不一致";

    // Surveys
    SurveyStateConflict = "survey_state_conflict", 409, "The survey is not in a state that allows this", "调查当前状态不允许此操作";
    SurveyQuestionnaireHasFaults = "survey_questionnaire_has_faults", 422, "The questionnaire can't be asked so; nothing was published", "问卷有误，未发布";
    SurveyAnswerInvalid = "survey_answer_invalid", 422, "The answer does not fit the questionnaire; it was not kept", "答卷不符合要求，未登记";
    SurveyHouseholdUnknown = "survey_household_unknown", 403, "That household is not on the frozen roll, or not yours", "该户不在本次调查的户册内，或不是您的房屋";
    SurveyRollEmpty = "survey_roll_empty", 409, "No residential unit lies in the survey's area", "调查范围内没有住宅";
    SurveyLinkUnknown = "survey_link_unknown", 404, "This link is not valid, or another one took its place", "链接无效或已更换";
    SurveyAnswersExhausted = "survey_answers_exhausted", 409, "This household answered as often as it may", "该户答卷次数已达上限";
    SurveyGateMet = "survey_gate_met", 409, "The gate is met, or the survey has none; there is nothing to repeat", "已达到要求或没有门槛，无需再次调查";
    SurveyRoundRequired = "survey_round_required", 409, "An acceptance of these homes failed; put it right and draft its next round", "该范围验收满意度未达标，请先整改并发起下一轮";
    SurveySideBySide = "survey_side_by_side", 409, "An acceptance of some of these homes is open; it comes first", "这些住户中已有进行中的验收满意度调查";
    SurveyEntryDiffers = "survey_entry_differs", 409, "The second entry is not the first; compare both with the paper", "复录内容与首次录入不一致，请对照原件";
    SurveyEntryNotWaiting = "survey_entry_not_waiting", 409, "This answer does not wait for a second person", "该答卷不需要复核";
    SurveyTasksOpen = "survey_tasks_open", 409, "Rectification is not confirmed yet", "尚有未复核的整改事项";
    SurveyTaskStateConflict = "survey_task_state_conflict", 409, "The task is not in a state that allows this", "整改事项当前状态不允许此操作";

    // Renovation
    ProjectStateConflict = "project_state_conflict", 409, "The project's stage does not allow this", "项目当前阶段不允许此操作";
    ProjectNotReady = "project_not_ready", 409, "The next stage's requirements are not met", "尚不满足进入下一阶段的条件";
    PolicyNotInForce = "policy_not_in_force", 409, "The policy pack is not in force today", "政策包今日不在有效期内";
    PolicyElsewhere = "policy_elsewhere", 409, "The policy pack is of another division", "该政策包不适用于本行政区划";
    PlanFixed = "plan_fixed", 409, "A fixed version of the plan never changes; draft another", "方案版本已固定，不可修改，请另拟新版本";
    PlanNotFixed = "plan_not_fixed", 409, "Fix a version of the plan first", "请先固定一个方案版本";
    PlanNotInVote = "plan_not_in_vote", 409, "The vote is not on the project's current plan version", "该表决不是针对当前方案版本";

    // Joint reviews
    ReviewStateConflict = "review_state_conflict", 409, "The joint review is not in a state that allows this", "联合审查当前状态不允许此操作";
    ReviewUnresolved = "review_unresolved", 409, "Not every opinion is resolved; the list says which", "尚有未落实的审查意见，详见清单";
    ReviewNotDelegate = "review_not_delegate", 403, "You do not speak for this department here", "您不是该部门在此的审查代表";
    ReviewNotInvited = "review_not_invited", 409, "The department is not invited to this round", "该部门未被邀请参加本轮审查";
    ReviewOpinionConflict = "review_opinion_conflict", 409, "The opinion does not stand so that this fits it", "该意见当前状态不允许此操作";

    // Consultations
    ConsultationStateConflict = "consultation_state_conflict", 409, "The consultation is not in a state that allows this", "征询当前状态不允许此操作";
    NotAHousehold = "not_a_household", 422, "That is no dwelling of this community on the register", "不是本小区登记在册的住宅户";
    ConsultationVisitorsUnfit = "consultation_visitors_unfit", 422, "These two visitors do not fit the round", "两名走访人员不符合本轮要求";
    ConsultationConfirmationMissing = "consultation_confirmation_missing", 422, "A stance needs the household's recorded confirmation", "登记态度须有住户的确认记录";
    HouseholdsOwnWord = "households_own_word", 409, "What the household said itself, only the household changes", "住户本人表达的态度只能由住户本人更改";
    CorrectionSettled = "correction_settled", 409, "The correction is settled already", "该更正已处理";
    CorrectionWaiting = "correction_waiting", 409, "A correction of this entry waits already", "该记录已有待复核的更正";
    ConsultationObjectionConflict = "consultation_objection_conflict", 409, "The objection is not in a state that allows this", "异议当前状态不允许此操作";
    ConsultationObjectionShared = "consultation_objection_shared", 409, "Other households share the objection; staff records each one's word", "该异议由多户共同提出，须由工作人员逐户登记";
    ApplicationMerged = "application_merged", 409, "The application is merged into another one", "该申请已并入其他申请";
    ApplicationRowsFaulty = "application_rows_faulty", 422, "Rows of the file can't be read; nothing was entered", "文件中存在错误行，未登记任何申请";
    PledgeStateConflict = "pledge_state_conflict", 409, "The pledge is not in a state that allows this", "承诺当前状态不允许此操作";

    // The ledger
    LedgerMissing = "ledger_missing", 409, "The community has no books of its repair fund yet", "该小区尚未建立维修资金账套";
    JournalInvalid = "journal_invalid", 422, "The journal can't be booked so", "记账凭证不合规";
    BalanceTooLow = "balance_too_low", 409, "An account has less than that available", "账户可用余额不足";
    AccountClosed = "account_closed", 409, "The account is closed", "账户已注销";
    PeriodClosed = "period_closed", 409, "The period of that day is closed", "该日期所属会计期间已结账";
    BankSerialBooked = "bank_serial_booked", 409, "This bank serial is booked already", "该银行流水号已入账";
    ReservationConflict = "reservation_conflict", 409, "The reservation is not in a state that allows this", "该预留当前状态不允许此操作";
    JournalReversed = "journal_reversed", 409, "The journal is reversed already, or is a reversal", "该凭证已冲销，或本身为冲销凭证";

    // The repair fund
    FundPolicyMissing = "fund_policy_missing", 409, "No repair-fund policy or standard of that name applies here", "此处没有适用的维修资金政策或标准";
    FundVoteMissing = "fund_vote_missing", 409, "No confirmed and passed owner vote on this matter stands behind it", "尚无已确认通过的相应业主表决";
    FundUnitOutside = "fund_unit_outside", 422, "The unit is not one of these books, or not of the voted scope", "该房屋不属于本账套或不在表决范围内";
    FundCostIneligible = "fund_cost_ineligible", 422, "The fund does not pay for this", "该费用不得从维修资金列支";
    FundPlanItemUnfit = "fund_plan_item_unfit", 409, "The plan item does not bear this", "方案内容不支持该使用申请";
    FundInvoicePaid = "fund_invoice_paid", 409, "That invoice is paid already", "该发票已支付";
    FundAboveApproved = "fund_above_approved", 409, "More than what is approved and still open", "超过已批准且尚未支付的金额";
    FundStateConflict = "fund_state_conflict", 409, "It is not in a state that allows this", "当前状态不允许此操作";
    FundNothingToClaim = "fund_nothing_to_claim", 409, "Nothing of the audited use is unmatched", "没有尚未申请补助的审定使用额";
    FundBudgetTooLow = "fund_budget_too_low", 409, "More than that is committed already", "低于已占用的补助预算";
    // Funding
    FundingSourceClosed = "funding_source_closed", 409, "Another document took this source's place; it takes no allocation", "该资金来源已由新文件替代，不再安排";
    FundingOutsidePurpose = "funding_outside_purpose", 409, "The source's document does not permit this item", "超出资金文件规定的用途";
    FundingOutsideRegion = "funding_outside_region", 409, "The project lies outside the source's region", "项目不在资金适用地区内";
    FundingOutsideDates = "funding_outside_dates", 409, "The source is not valid today", "不在资金有效期内";
    FundingOutsideProgramme = "funding_outside_programme", 409, "The source pays only for projects of the annual programme", "该资金仅用于已列入年度计划的项目";
    FundingSourceExceeded = "funding_source_exceeded", 409, "More than the source has left", "超过资金来源余额";
    FundingItemExceeded = "funding_item_exceeded", 409, "All sources together would exceed the item's cost", "各渠道资金合计超过该项造价";
    FundingAllocationExceeded = "funding_allocation_exceeded", 409, "More than the allocation has free", "超过该笔安排的可用金额";
    FundingCommitmentExceeded = "funding_commitment_exceeded", 409, "More than the contract has open", "超过合同未支付金额";
    FundingInvoiceExceeded = "funding_invoice_exceeded", 409, "All claims together would exceed the invoice", "各渠道报销合计超过发票金额";
    FundingInvoiceDiffers = "funding_invoice_differs", 409, "The invoice is known with another amount", "该发票已登记，金额不一致";
    FundingPaymentSettled = "funding_payment_settled", 409, "The payment was confirmed or withdrawn", "该笔支付已复核或已撤回";

    // Elevators
    ElevatorStateConflict = "elevator_state_conflict", 409, "The elevator case is not in a state that allows this", "加装电梯事项当前状态不允许此操作";
    ElevatorFloorMissing = "elevator_floor_missing", 422, "Every unit of the entrance needs its floor", "本单元每户均须填写楼层";
    ElevatorNobodyPays = "elevator_nobody_pays", 422, "Nothing is to be shared, or all coefficients are zero", "没有可分摊的金额，或系数全部为零";
    ElevatorSubsidyTooLarge = "elevator_subsidy_too_large", 422, "The subsidy is larger than the cost", "补贴超过总造价";
    ElevatorVoteMissing = "elevator_vote_missing", 409, "No confirmed and passed owner vote stands behind the agreement", "尚无已确认通过的业主表决";
    ElevatorObjectionsOpen = "elevator_objections_open", 409, "Objections are open", "尚有未办结的异议";
    ElevatorConsentMissing = "elevator_consent_missing", 422, "Whose private space is used must say so expressly", "占用专有空间须由该业主明示同意";
    ElevatorDigestDiffers = "elevator_digest_differs", 409, "That is not the text of the current agreement; read it again", "所签文本不是现行协议，请重新阅读";
}
