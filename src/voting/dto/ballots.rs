//! Ballots over HTTP.

use serde::{Deserialize, Serialize};

use super::{HeldProxyOut, RollUnitOut};
use crate::ballot_log::Openings;
use crate::kernel::{Area, BallotId, Code, HeadId, ItemId, Outcome, Refusal, UtcTime, VoteId};
use crate::voting::model::{AttemptRow, Channel, Choice, LogPlace, Receipt};

/// A choice on an item.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChoiceIn {
    /// The item.
    pub item_id: ItemId,
    /// `for`, `against` or `abstain`.
    pub choice: Choice,
}

/// A ballot to be cast.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BallotIn {
    /// For which head; may be left out by an owner who stands for one only. An agent names the head
    /// of the principal.
    #[serde(default)]
    pub head_id: Option<HeadId>,
    /// The choices; an item left out is blank and counts as an abstention. An agent names only items
    /// that the proxy covers: the others stay open to the owner, on paper.
    pub choices: Vec<ChoiceIn>,
}

impl BallotIn {
    /// The choices, none of them `invalid`: only a paper sheet can be that.
    ///
    /// # Errors
    /// `invalid_field` with the pointer.
    pub fn into_choices(self) -> Outcome<Vec<(ItemId, Choice)>> {
        if let Some(index) = self.choices.iter().position(|c| c.choice == Choice::Invalid) {
            let pointer = format!("/choices/{index}/choice");
            return Err(Refusal::field(Code::InvalidField, &pointer, "for, against or abstain"));
        }
        Ok(self.choices.into_iter().map(|choice| (choice.item_id, choice.choice)).collect())
    }
}

/// What the owner gets for a ballot: proof that it was taken. `leaf` and `openings` say how one
/// voted; the page behind `receipt_url` does not.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ReceiptOut {
    /// The ballot.
    pub ballot_id: BallotId,
    /// 回执码: the first 20 hexadecimal digits of the leaf's hash.
    pub receipt: String,
    /// The page that shows, to whoever has the code, that the ballot was taken.
    pub receipt_url: String,
    /// The vote.
    pub vote_id: VoteId,
    /// The head that voted.
    pub head_id: HeadId,
    /// The area that the ballot carries.
    pub area: Area,
    /// When it was taken (legal time).
    pub cast_at: UtcTime,
    /// How it came in.
    pub channel: Channel,
    /// Its sequence number in the vote's public log.
    pub seq: u64,
    /// The leaf of the log, verbatim.
    pub leaf: String,
    /// What opens the leaf's commitments: salt and text.
    pub openings: Openings,
    /// The proof file (C2SP tlog-proof@v1) with the signed checkpoint.
    pub proof: String,
}

impl ReceiptOut {
    /// A receipt with its proof.
    #[must_use]
    pub fn new(receipt: Receipt, proof: String, public_url: &str) -> Self {
        let Receipt { ballot_id, receipt, vote_id, head_id, area, cast_at, channel, log } = receipt;
        let LogPlace { seq, leaf, openings, .. } = log;
        let receipt_url = format!("{public_url}/api/v1/public/receipts/{receipt}.html");
        Self {
            ballot_id,
            receipt,
            receipt_url,
            vote_id,
            head_id,
            area,
            cast_at,
            channel,
            seq,
            leaf,
            openings,
            proof,
        }
    }
}

/// A head for which the caller stands on the roll.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct HeadOut {
    /// The head.
    pub head_id: HeadId,
    /// The area that its ballot carries: the sum over its units.
    pub area: Area,
    /// Its units.
    pub units: Vec<RollUnitOut>,
    /// Whether the caller may cast for it; else the co-owners agreed on another voter.
    pub may_cast: bool,
    /// Who acts for it, where somebody does.
    pub proxy: Option<HeldProxyOut>,
    /// Its ballots so far; an agent sees only those that were cast by the proxy.
    /// How often its ballot may still be changed on line before the close.
    pub changes_left: u32,
    /// Its ballots so far.
    pub ballots: Vec<BallotOut>,
}

/// A ballot of the caller's own head.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct BallotOut {
    /// The ballot.
    pub ballot_id: BallotId,
    /// 回执码.
    pub receipt: String,
    /// How it came in.
    pub channel: Channel,
    /// When it was taken.
    pub cast_at: UtcTime,
    /// Whether it stands.
    pub stands: bool,
    /// What it says.
    pub choices: Vec<ChoiceIn>,
}

/// A ballot that was refused.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AttemptOut {
    /// The head, where it could be told.
    pub head_id: Option<HeadId>,
    /// How it came in.
    pub channel: Channel,
    /// When.
    pub at: UtcTime,
    /// The code of the refusal.
    pub reason: String,
}

impl From<AttemptRow> for AttemptOut {
    fn from(row: AttemptRow) -> Self {
        Self { head_id: row.head_id, channel: row.channel, at: row.at, reason: row.reason }
    }
}
