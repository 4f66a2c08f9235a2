//! What a vote of a composite decision lacks, in words, Chinese and English.

use serde::{Deserialize, Serialize};

use crate::voting::{model::MemberOutcome, rules::explain::Dimension};

/// A test that was not met, as far as its sentence needs it. Areas are m², two decimals.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MissedTest {
    /// `participation_by_area` and so on.
    pub rule_id: String,
    /// What it measures.
    pub dimension: Dimension,
    /// The part.
    pub have: String,
    /// The whole that the part is measured against.
    pub whole: String,
    /// The least part that meets the line.
    pub need: String,
    /// What is missing, with a minus sign.
    pub margin: String,
    /// The clause.
    pub clause: String,
}

/// A sentence.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, utoipa::ToSchema)]
pub struct Words {
    /// In Chinese.
    #[schema(
        example = "昌盛三院：参与表决面积 240.00 平方米，共 400.00 平方米，至少需 266.67 平方米，\
        差 26.67 平方米（民法典 278 第二款）"
    )]
    pub zh: String,
    /// In English.
    #[schema(example = "昌盛三院: 240.00 of 400.00 m² took part; at least 266.67 needed, \
        26.67 short (民法典 278 第二款)")]
    pub en: String,
}

/// What the vote at that place lacks; `None` where it passed.
#[must_use]
pub fn lack(place: &str, outcome: MemberOutcome, tests: &[MissedTest]) -> Option<Words> {
    let (zh, en) = match outcome {
        MemberOutcome::Passed => return None,
        MemberOutcome::Missing => {
            ("尚未发起表决".to_owned(), "no vote stands there yet".to_owned())
        }
        MemberOutcome::Undecided => {
            ("表决结果尚未确定".to_owned(), "the vote has no final result yet".to_owned())
        }
        MemberOutcome::Voided => (
            "表决已作废，须重新表决".to_owned(),
            "the vote was voided; it must be held again".to_owned(),
        ),
        MemberOutcome::Failed if tests.is_empty() => {
            ("未对该事项表决".to_owned(), "the matter was not voted on".to_owned())
        }
        MemberOutcome::Failed => {
            let told: Vec<_> = tests.iter().map(sentence).collect();
            let join =
                |of: fn(&Words) -> &str, by| told.iter().map(of).collect::<Vec<_>>().join(by);
            (join(|words| &words.zh, "；"), join(|words| &words.en, "; "))
        }
    };
    Some(Words { zh: format!("{place}：{zh}"), en: format!("{place}: {en}") })
}

fn sentence(test: &MissedTest) -> Words {
    let MissedTest { have, whole, need, clause, .. } = test;
    let short = test.margin.trim_start_matches('-');
    let is_approval = test.rule_id.starts_with("approval");
    let (what_zh, what_en) =
        if is_approval { ("同意", "were in favour") } else { ("参与表决", "took part") };
    let (kind_zh, unit_zh, unit_en) = match test.dimension {
        Dimension::Area => ("面积", "平方米", "m²"),
        Dimension::Heads => ("人数", "人", "owners"),
    };
    Words {
        zh: format!(
            "{what_zh}{kind_zh} {have} {unit_zh}，共 {whole} {unit_zh}，至少需 {need} {unit_zh}，差 \
             {short} {unit_zh}（{clause}）"
        ),
        en: format!(
            "{have} of {whole} {unit_en} {what_en}; at least {need} needed, {short} short ({clause})"
        ),
    }
}
