//! Which accounts an event may move money between; the database has the same table.

use crate::ledger::model::{
    AccountKind::{self, Bank, Investment, PublicRevenue, Refund, Seller, Subsidy},
    AccountKind::{SubsidyRepayable, Suspense, Unallocated, Unit},
    Event,
};

type Move = (AccountKind, AccountKind);

/// The pairs of debit and credit that an event allows; a reversal allows each pair of any other event,
/// turned round.
pub const fn moves(event: Event) -> &'static [Move] {
    match event {
        Event::OpeningBalance => &[
            (Bank, Unit),
            (Bank, Seller),
            (Bank, Unallocated),
            (Bank, PublicRevenue),
            (Bank, Suspense),
            (Investment, Unit),
            (Investment, Seller),
            (Investment, Unallocated),
        ],
        Event::Deposit => &[(Bank, Unit), (Bank, Suspense)],
        Event::DepositIdentified => {
            &[(Suspense, Unit), (Suspense, Seller), (Suspense, PublicRevenue)]
        }
        Event::SellerDeposit => &[(Bank, Seller)],
        Event::PublicRevenueReceived => &[(Bank, PublicRevenue)],
        Event::PublicRevenueCredited => &[(PublicRevenue, Unit)],
        Event::InterestReceived => &[(Bank, Unallocated)],
        Event::InterestAllocated => &[(Unallocated, Unit), (Unallocated, Seller)],
        Event::Invested => &[(Investment, Bank)],
        Event::InvestmentRedeemed => &[(Bank, Investment), (Bank, Unallocated)],
        Event::ContractorPaid => &[(Unit, Bank), (Seller, Bank)],
        Event::SettlementRecovered => &[(Bank, Unit), (Bank, Seller)],
        Event::SubsidyReceived => &[(Bank, Subsidy)],
        Event::SubsidyCredited => &[(Subsidy, Unit)],
        Event::SubsidyToProject => &[(Subsidy, Bank)],
        Event::ClawbackDue => &[(Unit, SubsidyRepayable), (Subsidy, SubsidyRepayable)],
        Event::ClawbackPaid => &[(SubsidyRepayable, Bank)],
        Event::HouseGone => &[(Unit, Refund), (Seller, Refund)],
        Event::RefundPaid => &[(Refund, Bank)],
        Event::MispaymentRefunded => &[(Unit, Bank), (Suspense, Bank)],
        Event::Reversal => &[],
    }
}

/// Whether an event may debit the one and credit the other.
pub fn is_allowed(event: Event, (debit, credit): Move) -> bool {
    match event {
        Event::Reversal => Event::ALL.iter().any(|one| moves(*one).contains(&(credit, debit))),
        _ => moves(event).contains(&(debit, credit)),
    }
}

/// Whether two people must stand behind a journal (E8-E16, and what the books begin with).
pub const fn needs_checker(event: Event) -> bool {
    match event {
        Event::Deposit
        | Event::DepositIdentified
        | Event::SellerDeposit
        | Event::PublicRevenueReceived
        | Event::PublicRevenueCredited
        | Event::InterestReceived
        | Event::InterestAllocated
        | Event::Invested
        | Event::InvestmentRedeemed => false,
        Event::OpeningBalance
        | Event::ContractorPaid
        | Event::SettlementRecovered
        | Event::SubsidyReceived
        | Event::SubsidyCredited
        | Event::SubsidyToProject
        | Event::ClawbackDue
        | Event::ClawbackPaid
        | Event::HouseGone
        | Event::RefundPaid
        | Event::MispaymentRefunded
        | Event::Reversal => true,
    }
}
