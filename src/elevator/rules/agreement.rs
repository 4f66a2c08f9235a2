//! The agreement of the payers: its text, and when it may be signed.
//!
//! 上海市城市更新条例 33: a vote under the Code first, then disputes by talk, mediation, suit; 济南:
//! written objections first (2019, art. 11), and the own consent of whoever gives private space.

use std::fmt::Write as _;

use crate::{
    elevator::model::{Cost, Share, ShareBasis},
    kernel::{Code, Fen, Outcome, Refusal, RuleBroken},
};

/// The text that is signed; its SHA-256 is the digest that a signature names.
#[must_use]
pub fn agreement_text(
    (name, number): (&str, i32),
    (cost, shares): (&Cost, &[Share]),
    terms: &str,
) -> String {
    let shared = Fen(cost.cost.0 - cost.subsidy.0);
    let basis = match cost.basis {
        ShareBasis::Area => "楼层系数 × 专有部分面积",
        ShareBasis::Equal => "楼层系数（不计面积）",
    };
    let mut text = format!(
        "加装电梯费用分摊协议\n{name}\n第 {number} 版\n总造价 {} 元\n补贴 {} 元\n业主分摊合计 {shared} 元\n\
         分摊方式 {basis}，最大余数法，精确到分\n\n房号 楼层 面积 系数 金额\n",
        cost.cost, cost.subsidy
    );
    for share in shares {
        let area = share.area.map_or_else(|| "—".to_owned(), |area| area.to_string());
        let (whole, part) = (share.per_mille / 1000, share.per_mille % 1000);
        // Writing to a string can't fail.
        let _ = writeln!(
            text,
            "{} {} {area} {whole}.{part:03} {}",
            share.unit_code, share.floor, share.share
        );
    }
    text.push_str("\n占用专有空间\n");
    for share in shares {
        if let Some(what) = &share.private_space {
            let _ = writeln!(text, "{} {what}", share.unit_code);
        }
    }
    text.push_str("\n约定\n");
    text.push_str(terms.trim());
    text.push('\n');
    text
}

/// What stands behind an agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ground {
    /// Linked votes.
    pub votes: usize,
    /// Linked votes that are not confirmed, or did not pass.
    pub votes_missing: usize,
    /// Objections that stand in the way.
    pub objections: i64,
}

/// Whether the agreement may be signed.
///
/// # Errors
/// `elevator_vote_missing` unless there are linked votes and all are confirmed and passed;
/// `elevator_objections_open` with their number.
pub fn may_sign(ground: Ground) -> Outcome<()> {
    if ground.votes == 0 || ground.votes_missing > 0 {
        let passed = ground.votes - ground.votes_missing;
        return Err(Refusal::rule(
            Code::ElevatorVoteMissing,
            RuleBroken {
                rule_id: "elevator_votes".to_owned(),
                clause: "民法典 278(7)；上海市城市更新条例 33".to_owned(),
                have: passed.to_string(),
                need: ground.votes.max(1).to_string(),
            },
        ));
    }
    if ground.objections > 0 {
        return Err(Refusal::rule(
            Code::ElevatorObjectionsOpen,
            RuleBroken {
                rule_id: "elevator_objections".to_owned(),
                clause: "济南 2019 年加装电梯规定 11".to_owned(),
                have: ground.objections.to_string(),
                need: "0".to_owned(),
            },
        )
        .with("open", ground.objections));
    }
    Ok(())
}
