//! Proxies in the log: what an agent may not do is found by both programs, who name the same leaf.

use jiugai::ballot_log::Leaf;

use super::both;
use crate::support::vote_log::{CLOSES, DAY, OPENS, ORDINARY, SPECIAL, Spec, VoteLog};

/// Leaves of a vote of nine heads in which one agent stands for three of them.
pub struct Proxies {
    pub log: VoteLog,
    /// The agent's three powers; the third covers the first item only.
    powers: [u64; 3],
    /// The ballots by them.
    ballots: [u64; 3],
    /// A power that its principal revoked, and its end.
    revoked: [u64; 2],
}

pub fn proxies() -> Proxies {
    let mut log = VoteLog::begin(
        12,
        &Spec {
            heads: vec![vec![10_000]; 9],
            items: vec![("ordinary", ORDINARY), ("special", SPECIAL)],
            policy: "first_valid",
            max_changes: 0,
            invalid_participates: false,
        },
    );
    log.limit_proxies(3);
    let hour = DAY / 24;
    let first = log.proxy((1, "agent-a"), OPENS - DAY, None);
    let second = log.proxy((2, "agent-a"), OPENS, None);
    // A fourth head of the agent, revoked before the third power is given.
    let given = log.proxy((4, "agent-a"), OPENS, None);
    let end = log.end_proxy(given, OPENS + 1);
    let third = log.proxy((3, "agent-a"), OPENS + 2, Some(&[1]));
    log.online(0, OPENS + hour, &["for", "for"]);
    let ballots = [
        log.by_proxy(1, (first, OPENS + hour), &["for", "against"]),
        log.by_proxy(2, (second, OPENS + hour), &["for", "for"]),
        log.by_proxy(3, (third, OPENS + hour), &["for", "invalid"]),
    ];
    log.online(5, OPENS + 2 * hour, &["for", "for"]);
    log.online(6, OPENS + 2 * hour, &["against", "for"]);
    log.close(CLOSES);
    log.tally();
    Proxies { log, powers: [first, second, third], ballots, revoked: [given, end] }
}

/// A change, the leaf that it shows at, the rule that it breaks.
pub struct Change {
    pub name: &'static str,
    pub make: fn(&mut Proxies) -> u64,
    rule: &'static str,
}

fn at(leaf: u64) -> usize {
    usize::try_from(leaf).unwrap()
}

fn power(log: &mut VoteLog, seq: u64) -> &mut jiugai::ballot_log::Proxy {
    let Leaf::Proxy(proxy) = &mut log.leaves[at(seq)] else { panic!("a proxy") };
    proxy
}

fn ballot(log: &mut VoteLog, seq: u64) -> &mut jiugai::ballot_log::Ballot {
    let Leaf::Ballot(ballot) = &mut log.leaves[at(seq)] else { panic!("a ballot") };
    ballot
}

pub const CHANGES: &[Change] = &[
    Change {
        name: "a ballot whose proxy was taken out",
        make: |of| {
            let power = at(of.powers[0]);
            of.log.leaves[power] = of.log.leaves[at(of.revoked[1])].clone();
            of.log.openings[power] = Default::default();
            of.ballots[0]
        },
        rule: "proxy",
    },
    Change {
        name: "more owners of one agent than the manifest allows",
        make: |of| {
            of.log.limit_proxies(2);
            of.powers[2]
        },
        rule: "proxy",
    },
    Change {
        name: "a ballot after the proxy had expired",
        make: |of| {
            power(&mut of.log, of.powers[1]).until = OPENS + 1;
            of.ballots[1]
        },
        rule: "proxy",
    },
    Change {
        name: "a ballot by a revoked proxy",
        make: |of| {
            let (who, opening) = {
                let opening = of.log.who(4);
                (opening.commitment(), opening)
            };
            let leaf = ballot(&mut of.log, of.ballots[0]);
            (leaf.under, leaf.who) = (Some(of.revoked[0]), who);
            of.log.openings[at(of.ballots[0])].who = Some(opening);
            of.ballots[0]
        },
        rule: "proxy",
    },
    Change {
        name: "a ballot by the proxy of another owner",
        make: |of| {
            ballot(&mut of.log, of.ballots[0]).under = Some(of.powers[1]);
            of.ballots[0]
        },
        rule: "proxy",
    },
    Change {
        name: "a proxy's choice beyond its items",
        make: |of| {
            let what = of.log.what(&["for", "for"]);
            ballot(&mut of.log, of.ballots[2]).what = what.commitment();
            of.log.openings[at(of.ballots[2])].what = Some(what);
            of.ballots[2]
        },
        rule: "proxy",
    },
    Change {
        name: "a proxy that one person entered",
        make: |of| {
            power(&mut of.log, of.powers[0]).by = vec!["clerk-a".to_owned(); 2];
            of.powers[0]
        },
        rule: "proxy",
    },
    Change {
        name: "one agent under two commitments",
        make: |of| {
            let seq = of.powers[1];
            let mut opening = of.log.openings[at(seq)].agent.clone().unwrap();
            opening.salt = "01".repeat(32);
            power(&mut of.log, seq).agent = opening.commitment();
            of.log.openings[at(seq)].agent = Some(opening);
            seq
        },
        rule: "proxy",
    },
    Change {
        name: "an owner's own ballot that names a proxy",
        make: |of| {
            ballot(&mut of.log, of.ballots[0]).channel = "online".to_owned();
            of.ballots[0]
        },
        rule: "proxy",
    },
    Change {
        name: "a proxy that ends after its ballot",
        make: |of| {
            // In the place of the next ballot.
            let seq = of.ballots[2] + 1;
            let mut end = of.log.leaves[at(of.revoked[1])].clone();
            if let Leaf::ProxyEnd(end) = &mut end {
                end.proxy = of.powers[2];
            }
            of.log.leaves[at(seq)] = end;
            of.log.openings[at(seq)] = Default::default();
            seq
        },
        rule: "proxy",
    },
    Change {
        name: "two ballots of one head by its agent",
        make: |of| {
            let again = of.ballots[1];
            let who = of.log.who(1);
            let leaf = ballot(&mut of.log, again);
            (leaf.under, leaf.who) = (Some(of.powers[0]), who.commitment());
            of.log.openings[at(again)].who = Some(who);
            again
        },
        rule: "duplicate",
    },
];

#[test]
fn what_an_agent_may_not_do_is_named_by_both() {
    let mut logs = vec![("the control".to_owned(), proxies().log.files())];
    let mut leaves = Vec::new();
    for change in CHANGES {
        let mut of = proxies();
        leaves.push((change.make)(&mut of));
        logs.push((change.name.to_owned(), of.log.files()));
    }
    let said = both(&logs, &proxies().log.key().vkey());
    assert_eq!((said[0].exit, &said[0].faults), (0, &Vec::new()));
    let count = serde_json::to_value(proxies().log.count()).unwrap();
    assert_eq!(serde_json::Value::Array(said[0].items.clone()), count);
    for ((change, said), leaf) in CHANGES.iter().zip(&said[1..]).zip(leaves) {
        assert_eq!(said.exit, 1, "{}", change.name);
        assert!(said.names(leaf, change.rule), "{}: {:?}", change.name, said.faults);
    }
}

fn reading(log: &mut VoteLog, seq: u64) -> &mut jiugai::ballot_log::PaperKey {
    let Leaf::PaperKey(key) = &mut log.leaves[at(seq)] else { panic!("a reading") };
    key
}

/// A vote of three heads with one sheet, signed by the agent of the second; the change gets the log, the
/// ballot's leaf, and the powers of the second head and of the third.
fn on_paper(change: fn(&mut VoteLog, u64, [u64; 2])) -> (VoteLog, u64) {
    let mut log = VoteLog::begin(
        13,
        &Spec {
            heads: vec![vec![10_000]; 3],
            items: vec![("ordinary", ORDINARY)],
            policy: "first_valid",
            max_changes: 0,
            invalid_participates: false,
        },
    );
    let serials = log.issue(&[1]);
    let powers = [(1, "agent-a"), (2, "agent-b")].map(|of| log.proxy(of, OPENS, None));
    log.batch(OPENS + DAY, &[&serials[0]]);
    for clerk in ["clerk-c", "clerk-d"] {
        let read = log.read_sheet(&serials[0], clerk, &["for"]);
        reading(&mut log, read).under = Some(powers[0]);
    }
    let seq = log.paper(1, (&serials[0], OPENS + DAY), &["for"]);
    ballot(&mut log, seq).under = Some(powers[0]);
    change(&mut log, seq, powers);
    log.close(CLOSES);
    log.close_paper([1, 1, 0, 0]);
    log.tally();
    (log, seq)
}

#[test]
fn a_sheet_that_an_agent_signed_needs_the_power_of_its_own_head() {
    let good: [fn(&mut VoteLog, u64, [u64; 2]); 2] = [
        |_, _, _| {},
        |log, seq, _| {
            for read in [seq - 2, seq - 1] {
                reading(log, read).under = None;
            }
            ballot(log, seq).under = None;
        },
    ];
    let bad: [fn(&mut VoteLog, u64, [u64; 2]); 5] = [
        |log, seq, powers| ballot(log, seq).under = Some(powers[1]),
        |log, seq, _| ballot(log, seq).under = Some(seq),
        |log, _, powers| power(log, powers[0]).until = OPENS + DAY,
        |log, seq, _| ballot(log, seq).channel = "proxy".to_owned(),
        // Two people did not read the same signature.
        |log, seq, _| reading(log, seq - 1).under = None,
    ];
    let made: Vec<_> = good.into_iter().chain(bad).map(on_paper).collect();
    let logs: Vec<_> = made.iter().map(|(log, _)| (String::new(), log.files())).collect();
    let said = both(&logs, &made[0].0.key().vkey());
    for (index, (said, (_, seq))) in said.iter().zip(&made).enumerate() {
        let rule = if index == 6 { "paper" } else { "proxy" };
        let is_named = said.names(*seq, rule);
        assert_eq!(
            (said.exit, is_named),
            (u64::from(index > 1), index > 1),
            "{index}: {:?}",
            said.faults
        );
    }
}
