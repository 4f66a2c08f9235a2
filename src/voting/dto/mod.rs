//! What travels over HTTP: In, Patch, Out. Absent on purpose: queries.

mod amendments;
mod ballots;
mod composites;
mod deliveries;
mod disputes;
mod drafts;
mod notices;
mod objections;
mod packs;
mod paper;
mod paper_ledger;
mod proxies;
mod questions;
mod rolls;
mod scans;
mod sittings;
mod votes;

pub use crate::kernel::text::check_text;
pub use amendments::AmendmentIn;
pub use ballots::{AttemptOut, BallotIn, BallotOut, ChoiceIn, HeadOut, ReceiptOut};
pub use composites::{AuthorityIn, CompositeIn, CompositeQuery, CompositeSummary, MemberIn};
pub use deliveries::{
    DeliveriesIn, DeliveryCheckIn, DeliveryCorrectionIn, DeliveryQuery, DeliveryUnitQuery,
};
pub use disputes::{ConfirmationIn, DisputeIn, DisputeQuery, ProposalIn};
pub use drafts::{VoteIn, VotePatch};
pub use notices::{DeliveredIn, NoticeQuery, NoticeSheetQuery};
pub use objections::{AnswerIn, ChallengeIn, ObjectionIn, ObjectionQuery};
pub use packs::{RulePackIn, RulePackOut};
pub use paper::{BuildingQuery, EntriesIn, EntryIn, HourQuery, PrintQuery, SheetQuery};
pub use paper_ledger::{AccountIn, BatchIn, IssueIn, SpoilIn};
pub use proxies::{HeldProxyOut, ProxyConfirmIn, ProxyEndIn, ProxyIn, ProxyQuery};
pub use questions::RunOffOfOut;
pub use rolls::{RollQuery, RollTotalsOut, RollUnitOut};
pub use scans::{RecheckIn, RemoveScanIn};
pub use sittings::{SignInIn, SittingIn, SittingReasonIn};
pub use votes::{
    ExtendIn, ExtensionConfirmIn, FreezeIn, NoticeIn, TransitionOut, VoidIn, VoteOut, VoteQuery,
    VoteSummary,
};
