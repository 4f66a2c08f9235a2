//! A vote at random that keeps every rule: whatever may happen to ballots, sheets and disputes, in
//! any order that is allowed. Absent on purpose: the count; that is `VoteLog::count`.

use std::collections::{BTreeMap, BTreeSet};

use jiugai::ballot_log::Leaf;

use crate::support::vote_log::{
    CLOSES, DAY, Dice, LinesOf, OPENS, ORDINARY, SPECIAL, Spec, VoteLog,
};

/// All of them for.
const UNANIMOUS: LinesOf =
    [("at_least", 1, 1), ("at_least", 1, 1), ("at_least", 1, 1), ("at_least", 1, 1)];
const CLASSES: [(&str, LinesOf); 3] =
    [("ordinary", ORDINARY), ("special", SPECIAL), ("unanimous", UNANIMOUS)];
const POLICIES: [&str; 3] = ["first_valid", "last_valid", "online_first"];
const CHOICES: [&str; 3] = ["for", "against", "abstain"];
const CLERKS: [&str; 4] = ["clerk-a", "clerk-b", "clerk-c", "clerk-d"];

type Choices = Vec<&'static str>;

struct Sheet {
    serial: String,
    head: usize,
    is_spoiled: bool,
    returned_at: Option<i64>,
    readings: Vec<(usize, Choices)>,
    decision: Option<Choices>,
    is_cast: bool,
}

/// A ballot that was taken.
struct Taken {
    seq: u64,
    at: i64,
    head: usize,
    is_online: bool,
    is_valid: bool,
}

struct Vote {
    log: VoteLog,
    dice: Dice,
    spec: Spec,
    now: i64,
    closes_at: i64,
    ballots: Vec<Taken>,
    void: BTreeSet<u64>,
    sheets: Vec<Sheet>,
    /// Disputes without an answer: leaf and ballot.
    disputes: Vec<(u64, u64)>,
    /// By head: the leaf of its agent's power.
    powers: BTreeMap<usize, u64>,
}

/// A whole vote from a seed.
pub fn random_vote(seed: u64) -> VoteLog {
    let mut dice = Dice(seed);
    let heads = 1 + dice.below(24);
    random_vote_of(dice, heads)
}

/// A whole vote of so many heads.
pub fn random_vote_of(mut dice: Dice, heads: usize) -> VoteLog {
    let spec = spec(&mut dice, heads);
    let log = VoteLog::begin(dice.next(), &spec);
    let mut vote = Vote {
        log,
        dice,
        spec,
        now: OPENS,
        closes_at: CLOSES,
        ballots: Vec::new(),
        void: BTreeSet::new(),
        sheets: Vec::new(),
        disputes: Vec::new(),
        powers: BTreeMap::new(),
    };
    for _ in 0..2 * vote.spec.heads.len() + vote.dice.below(20) {
        vote.step_while_open();
    }
    vote.close();
    vote.log.tally();
    for _ in 0..vote.dice.below(3) {
        vote.dispute();
        vote.answer();
        vote.log.tally();
    }
    vote.log
}

fn spec(dice: &mut Dice, heads: usize) -> Spec {
    let area = |dice: &mut Dice| 1 + u64::try_from(dice.below(20_000)).unwrap();
    let heads =
        (0..heads).map(|_| (0..1 + dice.below(3) / 2).map(|_| area(dice)).collect()).collect();
    Spec {
        heads,
        items: (0..1 + dice.below(3)).map(|_| CLASSES[dice.below(3)]).collect(),
        policy: POLICIES[dice.below(3)],
        max_changes: u32::try_from(dice.below(3)).unwrap(),
        invalid_participates: dice.below(2) == 0,
    }
}

impl Vote {
    fn pass_time(&mut self) {
        let left = self.closes_at - 1 - self.now;
        let step = [0, 1, 1_000_000, DAY / 24][self.dice.below(4)];
        self.now += step.min(left);
    }

    fn step_while_open(&mut self) {
        self.pass_time();
        match self.dice.below(16) {
            0..=5 => self.cast_online(),
            6..=7 => self.issue(),
            8 => self.spoil(),
            9..=10 => self.bring_back(),
            11..=13 => self.advance_sheet(),
            14 => self.dispute(),
            _ if self.dice.below(2) == 0 => self.answer(),
            _ => self.extend(),
        }
    }

    /// A choice for each item, sometimes blank, sometimes invalid throughout or on one item.
    fn choices(&mut self) -> Choices {
        let items = self.spec.items.len();
        let mut choices: Choices = (0..items).map(|_| CHOICES[self.dice.below(3)]).collect();
        match self.dice.below(10) {
            0 => choices = vec!["invalid"; items],
            1 => choices[self.dice.below(items)] = "invalid",
            2 => choices = vec!["abstain"; items],
            _ => {}
        }
        choices
    }

    fn head(&mut self) -> usize {
        self.dice.below(self.spec.heads.len())
    }

    /// Whether an online ballot of the head is taken now.
    fn is_taken(&self, head: usize) -> bool {
        let counts = |ballot: &&Taken| {
            ballot.head == head && ballot.is_valid && !self.void.contains(&ballot.seq)
        };
        let valid: Vec<&Taken> = self.ballots.iter().filter(counts).collect();
        let on_line = valid.iter().filter(|ballot| ballot.is_online).count();
        let first = valid.iter().min_by_key(|ballot| (ballot.at, ballot.seq));
        self.spec.policy == "last_valid"
            || on_line <= usize::try_from(self.spec.max_changes).unwrap()
                && (self.spec.policy != "first_valid" || first.is_none_or(|first| first.is_online))
    }

    fn cast_online(&mut self) {
        let head = self.head();
        if !self.is_taken(head) {
            self.log.attempt(head, self.now, "duplicate_ballot");
            return;
        }
        let choices = self.choices();
        let is_proxy = self.dice.below(12) == 0;
        let under = is_proxy.then(|| self.power(head));
        let seq = self.log.online(head, self.now, &choices);
        let earlier = self.ballots.iter().rfind(|ballot| ballot.head == head);
        let replaces = earlier.map(|ballot| ballot.seq);
        if let Some(Leaf::Ballot(ballot)) = self.log.leaves.last_mut() {
            ballot.replaces = replaces;
            if is_proxy {
                ballot.channel = "proxy".to_owned();
                ballot.under = under;
            }
        }
        self.keep((seq, self.now), (head, !is_proxy), &choices);
    }

    /// The power of an agent for the head; one is given where there is none.
    fn power(&mut self, head: usize) -> u64 {
        if let Some(power) = self.powers.get(&head) {
            return *power;
        }
        let agent = ["agent-a", "agent-b"][self.dice.below(2)];
        let power = self.log.proxy((head, agent), self.now, None);
        self.powers.insert(head, power);
        power
    }

    fn keep(&mut self, (seq, at): (u64, i64), (head, is_online): (usize, bool), choices: &[&str]) {
        let is_valid = choices.iter().any(|choice| *choice != "invalid");
        self.ballots.push(Taken { seq, at, head, is_online, is_valid });
    }

    fn issue(&mut self) {
        let heads: Vec<usize> = (0..1 + self.dice.below(3)).map(|_| self.head()).collect();
        let serials = self.log.issue(&heads);
        let sheets = heads.into_iter().zip(serials).map(|(head, serial)| Sheet {
            serial,
            head,
            is_spoiled: false,
            returned_at: None,
            readings: Vec::new(),
            decision: None,
            is_cast: false,
        });
        self.sheets.extend(sheets);
    }

    /// One of the sheets that are as asked.
    fn pick(&mut self, is_wanted: impl Fn(&Sheet) -> bool) -> Option<usize> {
        let wanted = self.sheets.iter().enumerate().filter(|(_, sheet)| is_wanted(sheet));
        let wanted: Vec<usize> = wanted.map(|(at, _)| at).collect();
        (!wanted.is_empty()).then(|| wanted[self.dice.below(wanted.len())])
    }

    fn spoil(&mut self) {
        let Some(at) = self.pick(|sheet| !sheet.is_spoiled && sheet.returned_at.is_none()) else {
            return;
        };
        self.sheets[at].is_spoiled = true;
        let (serial, head) = (self.sheets[at].serial.clone(), self.sheets[at].head);
        if self.dice.below(3) == 0 {
            self.log.spoil(&serial, None);
            return;
        }
        let again = self.log.issue(&[head]).remove(0);
        self.log.spoil(&serial, Some(&again));
        self.sheets.push(Sheet {
            serial: again,
            head,
            is_spoiled: false,
            returned_at: None,
            readings: Vec::new(),
            decision: None,
            is_cast: false,
        });
    }

    fn bring_back(&mut self) {
        let mut serials = Vec::new();
        for _ in 0..1 + self.dice.below(4) {
            let is_out = |sheet: &Sheet| !sheet.is_spoiled && sheet.returned_at.is_none();
            let Some(at) = self.pick(is_out) else { break };
            self.sheets[at].returned_at = Some(self.now);
            serials.push(self.sheets[at].serial.clone());
        }
        if !serials.is_empty() {
            self.log.batch(self.now, &serials.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }

    /// One step of one sheet: first reading, second, decision, ballot.
    fn advance_sheet(&mut self) {
        let lies = |s: &Sheet| s.returned_at.is_some() && !s.is_spoiled && !s.is_cast;
        let Some(at) = self.pick(lies) else { return };
        let choices = self.choices();
        let repeats = self.dice.below(3) > 0;
        let sheet = &mut self.sheets[at];
        let first = self.dice.below(CLERKS.len());
        let free = |taken: &[(usize, Choices)]| {
            let is_free = |clerk: &usize| taken.iter().all(|(taken, _)| taken != clerk);
            (first..first + CLERKS.len()).map(|clerk| clerk % CLERKS.len()).find(is_free).unwrap()
        };
        let clerk = free(&sheet.readings);
        match (sheet.readings.as_slice(), &sheet.decision) {
            ([], _) => {
                self.log.read_sheet(&sheet.serial, CLERKS[clerk], &choices);
                sheet.readings.push((clerk, choices));
            }
            ([(_, read)], _) => {
                let choices = if repeats { read.clone() } else { choices };
                self.log.read_sheet(&sheet.serial, CLERKS[clerk], &choices);
                sheet.readings.push((clerk, choices));
            }
            ([(_, a), (_, b)], None) if a != b => {
                self.log.decide(&sheet.serial, CLERKS[clerk], &choices);
                sheet.decision = Some(choices);
            }
            ([(_, read), ..], decision) => {
                let says = decision.clone().unwrap_or_else(|| read.clone());
                sheet.is_cast = true;
                let (head, returned_at) = (sheet.head, sheet.returned_at.unwrap());
                let seq = self.log.paper(head, (&sheet.serial, returned_at), &says);
                self.keep((seq, returned_at), (head, false), &says);
            }
        }
    }

    fn dispute(&mut self) {
        if !self.ballots.is_empty() {
            let ballot = self.ballots[self.dice.below(self.ballots.len())].seq;
            let dispute = self.log.challenge(ballot);
            self.disputes.push((dispute, ballot));
        }
    }

    fn answer(&mut self) {
        if self.disputes.is_empty() {
            return;
        }
        let (dispute, ballot) = self.disputes.swap_remove(self.dice.below(self.disputes.len()));
        let upheld = self.dice.below(2) == 0;
        self.log.rule(dispute, upheld);
        if upheld {
            self.void.insert(ballot);
        }
    }

    fn extend(&mut self) {
        self.closes_at += 1 + i64::try_from(self.dice.below(3)).unwrap() * DAY;
        self.log.extend(self.now, self.closes_at);
    }

    /// The last moment, the close, and what may follow it.
    fn close(&mut self) {
        self.now = self.closes_at - 1;
        self.cast_online();
        self.bring_back();
        self.log.close(self.closes_at);
        for _ in 0..4 * self.sheets.len() {
            match self.dice.below(8) {
                0 => self.dispute(),
                1 => self.answer(),
                2 => {
                    let head = self.head();
                    self.log.attempt(head, self.closes_at, "vote_closed");
                }
                _ => self.advance_sheet(),
            }
        }
        let count = |is: fn(&Sheet) -> bool| {
            u64::try_from(self.sheets.iter().filter(|sheet| is(sheet)).count()).unwrap()
        };
        let spoiled = count(|sheet| sheet.is_spoiled);
        let returned = count(|sheet| !sheet.is_spoiled && sheet.returned_at.is_some());
        let issued = count(|_| true);
        self.log.close_paper([issued, returned, spoiled, issued - returned - spoiled]);
    }
}
