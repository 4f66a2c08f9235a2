//! Proxies: two people enter one into the log, one agent a head, within the limit; a ballot of the
//! channel `proxy` was cast by one that stood, in time, for its own head and items.

use std::collections::{BTreeMap, HashMap};

use super::{Replay, Rule, steps::are_two};
use crate::{
    ballot_log::{Agent, Ballot, Openings, Proxy, ProxyEnd},
    verifier::openings::open,
    voting::{Channel, Choice},
};

const KINDS: [&str; 3] = ["proxy", "guardian", "organisation_agent"];

/// A power, with whether it ended.
#[derive(Debug)]
struct Power {
    proxy: Proxy,
    is_over: bool,
}

/// The powers of the log.
#[derive(Debug, Default)]
pub(super) struct Powers {
    by_leaf: BTreeMap<u64, Power>,
    /// The one commitment of each agent that was opened.
    agents: HashMap<String, String>,
}

impl Powers {
    fn standing(&self) -> impl Iterator<Item = &Proxy> {
        self.by_leaf.values().filter(|power| !power.is_over).map(|power| &power.proxy)
    }
}

impl Replay {
    pub(super) fn empower(&mut self, seq: u64, proxy: Proxy, opened: &Openings) {
        let agent: Option<Agent> =
            open(opened.agent.as_ref(), &proxy.agent, (seq, &mut self.findings));
        let items = self.manifest.as_ref().map_or(0, |manifest| manifest.items.len());
        let most = u32::try_from(items).unwrap_or(u32::MAX);
        let are_items = proxy.items.as_ref().is_none_or(|items| {
            !items.is_empty()
                && items.is_sorted_by(|a, b| a < b)
                && items.iter().all(|item| (1..=most).contains(item))
        });
        let is_whole = are_two(&proxy.by)
            && KINDS.contains(&proxy.kind.as_str())
            && are_items
            && proxy.at < proxy.until
            && proxy.at < self.closes_at
            && self.roll.head(proxy.head).is_some()
            && self.powers.standing().all(|other| other.head != proxy.head);
        if !is_whole {
            let message = "委托不完整 (a proxy is of two people, for a head without another agent, \
                           for items of the ballot, for a time to come)";
            return self.fault(seq, Rule::Proxy, message);
        }
        if let Some(agent) = agent {
            let commitment = self.powers.agents.entry(agent.agent).or_insert(proxy.agent.clone());
            if *commitment != proxy.agent {
                let message = "同一代理人两个承诺 (one agent under two commitments)";
                return self.fault(seq, Rule::Proxy, message);
            }
        }
        let limit = self.manifest.as_ref().and_then(|manifest| manifest.rules.proxy_limit);
        let is_same = |other: &&Proxy| other.kind == "proxy" && other.agent == proxy.agent;
        let have = self.powers.standing().filter(is_same).count();
        let is_over =
            limit.and_then(|limit| usize::try_from(limit).ok()).is_some_and(|l| have >= l);
        if proxy.kind == "proxy" && is_over {
            let message = "代理人受托业主过多 (an agent stands for too many owners)";
            return self.fault(seq, Rule::Proxy, message);
        }
        self.powers.by_leaf.insert(seq, Power { proxy, is_over: false });
    }

    pub(super) fn end_power(&mut self, seq: u64, end: &ProxyEnd) {
        let is_used =
            self.ballots.iter().any(|ballot| ballot.under == Some(end.proxy) && !ballot.is_void);
        let power = self.powers.by_leaf.get_mut(&end.proxy);
        match power.filter(|power| !power.is_over && !is_used) {
            Some(power) => power.is_over = true,
            None => {
                let message =
                    "所终止的委托不存在、已终止或已使用 (ends no proxy that stands unused)";
                self.fault(seq, Rule::Proxy, message);
            }
        }
    }

    /// The head that a ballot's power is for; `who` is the head that was opened.
    pub(super) fn use_power(
        &mut self,
        seq: u64,
        (ballot, channel): (&Ballot, Channel),
        (who, choices): (Option<u64>, Option<&[Choice]>),
    ) -> Option<u64> {
        match (channel, ballot.under) {
            (Channel::Online | Channel::Paper, None) => return None,
            (Channel::Online, Some(_)) => {
                self.fault(seq, Rule::Proxy, "非委托票写有委托 (a proxy of another channel)");
                return None;
            }
            (Channel::Paper, Some(_)) | (Channel::Proxy, _) => {}
        }
        let power = ballot.under.and_then(|under| self.powers.by_leaf.get(&under));
        let power = power.filter(|power| {
            let proxy = &power.proxy;
            let covers =
                |position: u32| proxy.items.as_ref().is_none_or(|items| items.contains(&position));
            let is_within = choices.is_none_or(|choices| {
                (1..).zip(choices).all(|(at, choice)| covers(at) || *choice == Choice::Invalid)
            });
            !power.is_over
                && ballot.serial.is_some() == (channel == Channel::Paper)
                && ballot.at < proxy.until
                && who.is_none_or(|who| who == proxy.head)
                && self.roll.head(proxy.head).is_some()
                && is_within
        });
        let head = power.map(|power| power.proxy.head);
        if head.is_none() {
            let message = "委托票没有有效的委托 (a proxy's ballot under no power that stood for its \
                           head and items)";
            self.fault(seq, Rule::Proxy, message);
        }
        head
    }
}
