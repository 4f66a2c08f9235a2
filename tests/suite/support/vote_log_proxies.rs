//! Proxies and sales of a log that is made.

use jiugai::{
    ballot_log::{
        Agent, Leaf, Opening, Openings, Proxy, ProxyEnd,
        leaf::{Ballot, Owners, Transfer, canonical},
    },
    kernel::hex,
};
use sha2::{Digest, Sha256};

use super::{CLOSES, DAY, VoteLog};

impl VoteLog {
    /// A unit is sold while the vote is open; its head stays.
    pub fn transfer(&mut self, (unit, building): (&str, &str), (head, at): (u64, i64)) -> u64 {
        let id = "01900000-0000-7000-8000-000000009999".to_owned();
        let owners = self.opening(&Owners { owners: vec![id], voters: Vec::new() });
        let leaf = Transfer {
            at,
            unit: unit.to_owned(),
            building: building.to_owned(),
            head,
            owners: owners.commitment(),
            by: vec!["officer-a".to_owned(), "officer-b".to_owned()],
        };
        let owners = Some(owners);
        self.push_opened(Leaf::Transfer(leaf), Openings { owners, ..Openings::default() })
    }

    /// Lets one agent hold powers for so many heads only.
    pub fn limit_proxies(&mut self, limit: u32) {
        let Some(Leaf::Manifest(manifest)) = self.leaves.first_mut() else { panic!("a manifest") };
        manifest.rules.proxy_limit = Some(limit);
    }

    /// Two people enter the power of an agent for a head: for all items, or for these.
    pub fn proxy(&mut self, of: (usize, &str), at: i64, items: Option<&[u32]>) -> u64 {
        let (head, name) = of;
        let text = canonical(&Agent { agent: name.to_owned() }).unwrap();
        // One salt for one agent.
        let salt = hex::encode(&Sha256::digest(name));
        let agent = Opening { salt, text: String::from_utf8(text).unwrap() };
        let leaf = Proxy {
            at,
            kind: "proxy".to_owned(),
            head: u64::try_from(head).unwrap(),
            agent: agent.commitment(),
            items: items.map(<[u32]>::to_vec),
            until: CLOSES + 90 * DAY,
            document: "ef".repeat(32),
            by: vec!["clerk-a".to_owned(), "clerk-b".to_owned()],
        };
        let openings = Openings { agent: Some(agent), ..Openings::default() };
        self.push_opened(Leaf::Proxy(leaf), openings)
    }

    pub fn end_proxy(&mut self, proxy: u64, at: i64) -> u64 {
        self.push(Leaf::ProxyEnd(ProxyEnd { at, proxy, reason: "revoked".to_owned() }))
    }

    /// A ballot that an agent casts on line.
    pub fn by_proxy(&mut self, head: usize, (under, at): (u64, i64), choices: &[&str]) -> u64 {
        let (ballot, openings) = self.ballot(head, at, choices);
        let ballot = Ballot { channel: "proxy".to_owned(), under: Some(under), ..ballot };
        self.push_opened(Leaf::Ballot(ballot), openings)
    }
}
