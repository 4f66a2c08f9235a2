//! What the keys and words of a rule pack are called in Chinese and English.

const LABELS: &[(&str, &str, &str)] = &[
    ("participation_by_area", "参与表决面积比例", "Participation by area"),
    ("participation_by_heads", "参与表决人数比例", "Participation by heads"),
    ("approval_by_area", "同意面积占参与面积", "Approval by area of those taking part"),
    ("approval_by_heads", "同意人数占参与人数", "Approval by heads of those taking part"),
    ("notice", "表决前公告期", "Notice before the opening"),
    (
        "notice_extra",
        "临时会议公告期（系统一律按完整公告期）",
        "Notice of an extra meeting (not used)",
    ),
    ("window_min_days", "表决时间最短（日）", "Shortest window, days"),
    ("window_max_days", "表决时间最长（日）", "Longest window, days"),
    ("extension_max_days", "延期最长（日）", "Longest extension, days"),
    ("result_due", "计票后公布结果的期限", "Result published within"),
    ("publicity", "结果公示期", "Publicity of the result"),
    ("challenge", "请求法院撤销的期间", "Owners may ask the court within"),
    ("max_extensions", "延期次数上限", "Extensions at most"),
    ("count_parking", "车位计入", "Parking spaces count"),
    ("count_storage", "储藏室计入", "Storage rooms count"),
    ("head_key", "业主人数认定", "What is one head"),
    (
        "developer_pool",
        "建设单位未售、未交付部分合计一人",
        "Developer's unsold and undelivered units are one head",
    ),
    ("invalid_participates", "无效票计入参与", "Invalid ballots take part"),
    ("blank_is_abstain", "空白事项视为弃权", "A blank item is an abstention"),
    ("duplicate_policy", "重复表决", "Which of several ballots stands"),
    ("max_changes", "表决可更改次数", "Changes of a ballot at most"),
    ("silent_rule", "已送达未表决的业主", "Owners who stay silent"),
    ("publish_detail", "公布范围", "What is published"),
    ("paper_allowed", "可用纸质表决票", "Paper ballots are taken"),
    ("proxy_limit", "一名代理人最多代理业主数", "Owners per agent at most"),
    (
        "proxy_excludes_property_staff",
        "物业服务人员不得担任代理人",
        "Staff of the property company may not be agents",
    ),
    ("identity", "网上表决身份认证", "Identity of online voters"),
    (
        "official_platform_required",
        "须用主管部门的表决系统",
        "The authority's own platform must run the vote",
    ),
    ("recognised_platform", "本系统已获认定", "This installation is recognised as that platform"),
    ("permits", "当地法规允许业主规约采用（自身不生效）", "Local law lets the owners' rules adopt"),
    ("objection_limit", "异议比例上限（面积、人数）", "Objectors at most, by area and by heads"),
    ("adopted", "已采用的未表决条款及告知语", "Clause on silence in force, and its warning"),
    (
        "rank_by",
        "通过的选项多于名额时的排序",
        "Order of options that pass, where more pass than may win",
    ),
    ("tie", "末位并列", "A tie for the last place"),
    ("local_basis", "当地主管部门确认", "Confirmed by the authority of the place"),
];

const WORDS: &[(&str, &str, &str)] = &[
    ("ordinary", "一般事项", "ordinary matters"),
    ("special", "特别事项", "special matters"),
    ("unanimous", "全体同意事项", "matters that everybody must agree on"),
    ("first_valid", "以首次有效表决为准", "the first valid one"),
    ("last_valid", "以截止前最后一次有效表决为准", "the last valid one"),
    ("online_first", "网上表决优先", "an online one before paper"),
    ("exact_set", "完全相同的业主组合为一人", "each exact set of owners"),
    ("representative", "按共有人推选的表决人", "the voter whom co-owners named"),
    ("none", "不计入（严格计票）", "take no part: the strict count alone"),
    ("follow_majority", "计入已表决的多数票", "follow the majority"),
    ("objection", "异议不超过比例即通过", "the item passes unless too many object"),
    ("aggregates", "仅公布汇总数", "totals only"),
    ("unit_and_area", "参与房号与面积", "units and areas that took part"),
    ("heads_then_area", "先比同意人数，再比同意面积", "heads for, then area for"),
    ("area_then_heads", "先比同意面积，再比同意人数", "area for, then heads for"),
    ("both", "人数与面积均不少且至少一项更多者在先", "no less of either and more of one"),
    ("run_off", "第二轮表决", "a run-off"),
    ("public_lot", "公开抽签", "a lot drawn in public"),
    ("registered", "名册匹配并验证码", "on the register, with a one-time code"),
    ("real_name", "实名核验", "real name checked"),
    ("face", "人脸核验", "face recognition"),
    ("community", "物业管理区域", "the community"),
    ("building", "楼幢", "building"),
    ("entrance", "单元", "entrance"),
];

fn find<'a>(table: &[(&str, &'static str, &'static str)], key: &'a str) -> (&'a str, &'a str) {
    let found = table.iter().find(|(known, ..)| *known == key);
    found.map_or((key, key), |(_, zh, en)| (*zh, *en))
}

/// What a key is called; itself where it has no name.
pub(super) fn label(key: &str) -> (&str, &str) {
    find(LABELS, key)
}

/// What a word is called; itself where it has no name.
pub(super) fn word(word: &str) -> (&str, &str) {
    find(WORDS, word)
}
