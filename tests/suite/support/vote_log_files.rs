//! The files of a made-up log: tiles, openings, checkpoint, certificate, receipts; and its own plain
//! count, which shares nothing with the verifier's.

use std::io::Write;

use jiugai::{
    kernel::{Ratio, Threshold},
    voting::{ClassRule, ItemCount, Weight, recheck_draws, recheck_sample},
};

use super::*;

/// What a head's ballots say on an item, in the order of the log.
struct Said<'a> {
    at: i64,
    online: bool,
    by_agent: bool,
    choices: &'a [String],
}

impl Said<'_> {
    /// What an agent's power leaves out: the owner said nothing there.
    fn leaves_out(&self, at: usize) -> bool {
        self.by_agent && self.choices[at] == "invalid"
    }
}

/// What stands of a head's ballots on an item.
fn standing<'a>(of_head: &[Said<'a>], at: usize, rules: &Rules) -> &'a str {
    let last = rules.duplicate_policy == "last_valid";
    let (mut stands, mut online, mut left) = ("invalid", false, rules.max_changes);
    for said in of_head {
        let choice = said.choices[at].as_str();
        if choice == "invalid" {
            continue;
        }
        if stands != "invalid" && !last {
            if !(online && said.online && left > 0) {
                continue;
            }
            left -= 1;
        }
        (stands, online) = (choice, said.online);
    }
    stands
}

impl VoteLog {
    pub fn encoded(&self) -> Vec<Vec<u8>> {
        self.leaves.iter().map(|leaf| leaf.encode().unwrap()).collect()
    }

    pub(super) fn manifest_of(&self) -> &Manifest {
        let Leaf::Manifest(manifest) = &self.leaves[0] else { panic!("no manifest") };
        manifest
    }

    fn what_of(&self, seq: usize) -> What {
        serde_json::from_str(&self.openings[seq].what.as_ref().unwrap().text).unwrap()
    }

    fn who_of(&self, seq: usize) -> Who {
        serde_json::from_str(&self.openings[seq].who.as_ref().unwrap().text).unwrap()
    }

    /// The serials of the sheets with a ballot, sorted, each with the area of its head.
    pub fn cast_sheets(&self) -> Vec<(String, u64)> {
        let mut heads: BTreeMap<&str, u64> = BTreeMap::new();
        let mut cast = BTreeMap::new();
        let areas = self.areas();
        for leaf in &self.leaves {
            match leaf {
                Leaf::PaperIssue(issue) => {
                    heads.extend(issue.sheets.iter().map(|(serial, head)| (serial.as_str(), *head)))
                }
                Leaf::Ballot(Ballot { serial: Some(serial), .. }) => {
                    let area = areas.get(&heads[serial.as_str()]).copied();
                    cast.insert(serial.clone(), area.unwrap_or_default());
                }
                _ => {}
            }
        }
        cast.into_iter().collect()
    }

    /// The area of each head of the roll, as it was amended.
    fn areas(&self) -> BTreeMap<u64, u64> {
        let mut roll: BTreeMap<(&str, &str), (u64, u64)> = BTreeMap::new();
        for leaf in &self.leaves {
            match leaf {
                Leaf::Roll(unit) => {
                    roll.insert((&unit.building, &unit.unit), (unit.head, unit.area));
                }
                Leaf::RollAmend(unit) => {
                    let name = (unit.building.as_str(), unit.unit.as_str());
                    match unit.head {
                        Some(head) => roll.insert(name, (head, unit.area)),
                        None => roll.remove(&name),
                    };
                }
                _ => {}
            }
        }
        let mut areas: BTreeMap<u64, u64> = BTreeMap::new();
        roll.values().for_each(|(head, area)| *areas.entry(*head).or_default() += area);
        areas
    }

    /// Reads again, all alike, what the count asks for, where there is paper.
    pub fn recheck(&mut self) {
        let sheets = self.cast_sheets();
        if sheets.is_empty() {
            return;
        }
        if let Some((draws, drawn)) = self.sample("dice") {
            self.draw(Some(("dice", draws)), sheets.len());
            self.reread(&drawn, &[]);
        } else {
            self.draw(None, sheets.len());
            let all: Vec<String> = sheets.into_iter().map(|(serial, _)| serial).collect();
            self.reread(&all, &[]);
        }
    }

    /// Draws and the serials that the seed draws, as the engine works them out from the count so far;
    /// `None` where every sheet is read.
    pub fn sample(&self, seed: &str) -> Option<(u64, Vec<String>)> {
        let sheets = self.cast_sheets();
        let areas: Vec<u64> = sheets.iter().map(|(_, area)| *area).collect();
        let paper = Weight { area: areas.iter().sum(), heads: u64::try_from(areas.len()).unwrap() };
        let weight = |sum: Sum| Weight { area: sum.area, heads: sum.heads };
        let line = |line: &Line| {
            let part = |number| u32::try_from(number).unwrap();
            let ratio = Ratio::new(part(line.num), part(line.den)).unwrap();
            Threshold { comparator: line.comparator.parse().unwrap(), ratio }
        };
        let counted = self.count();
        let classes: Vec<ClassRule> = self
            .manifest_of()
            .items
            .iter()
            .map(|item| {
                let lines = &item.lines;
                ClassRule::plain([
                    line(&lines.participation_by_area),
                    line(&lines.participation_by_heads),
                    line(&lines.approval_by_area),
                    line(&lines.approval_by_heads),
                ])
            })
            .collect();
        let items: Vec<(ItemCount, &ClassRule)> = counted
            .iter()
            .map(|tally| ItemCount {
                total: weight(tally.total),
                participating: weight(tally.participating),
                in_favour: weight(tally.in_favour),
                ..ItemCount::default()
            })
            .zip(&classes)
            .collect();
        if self.manifest_of().rules.silence.is_some() {
            return None;
        }
        let draws = recheck_draws(&items, paper)?;
        let places = recheck_sample(seed, draws, &areas);
        Some((draws, places.iter().map(|place| sheets[*place].0.clone()).collect()))
    }

    /// Draws what is read again: by a seed as often as is said, or all.
    pub fn draw(&mut self, seed: Option<(&str, u64)>, sheets: usize) -> u64 {
        let at = CLOSES + 4 * DAY;
        self.push(Leaf::RecheckDraw(RecheckDraw {
            at,
            by: "officer-a".to_owned(),
            sheets: u64::try_from(sheets).unwrap(),
            draws: seed.map(|(_, draws)| draws),
            seed: seed.map(|(text, _)| text.to_owned()),
            source: seed.map(|_| "双色球 2026034 期".to_owned()),
            drawn_at: seed.map(|_| at),
        }))
    }

    /// These sheets are read again, in leaves of 200; the sequence number of the last.
    pub fn reread(&mut self, sheets: &[String], differ: &[&str]) -> u64 {
        let parts = u64::try_from(sheets.len().div_ceil(200)).unwrap();
        let mut last = 0;
        for (part, sheets) in (1..).zip(sheets.chunks(200)) {
            let differ = differ.iter().filter(|one| sheets.iter().any(|sheet| sheet == *one));
            last = self.push(Leaf::Recheck(Recheck {
                at: CLOSES + 5 * DAY,
                part,
                parts,
                by: vec!["reader-a".to_owned(), "reader-b".to_owned()],
                read: sheets
                    .iter()
                    .zip([0, 1].iter().cycle())
                    .map(|(s, r)| (s.clone(), *r))
                    .collect(),
                differ: differ.map(|serial| (*serial).to_owned()).collect(),
            }));
        }
        last
    }

    /// Counts the ballots so far, by hand.
    pub fn count(&self) -> Vec<ItemTally> {
        let manifest = self.manifest_of();
        let mut disputes: BTreeMap<u64, u64> = BTreeMap::new();
        let (mut void, mut corrected) = (Vec::new(), BTreeMap::new());
        for (seq, leaf) in (0..).zip(&self.leaves) {
            match leaf {
                Leaf::Challenge(challenge) => drop(disputes.insert(seq, challenge.ballot)),
                // Where a leaf was dropped, a ruling may name nothing.
                Leaf::Ruling(ruling) => match disputes.get(&ruling.challenge) {
                    Some(ballot) if ruling.what.is_some() => {
                        let read = self.what_of(usize::try_from(seq).unwrap());
                        corrected.insert(*ballot, read);
                    }
                    Some(ballot) if ruling.upheld => void.push(*ballot),
                    _ => {}
                },
                _ => {}
            }
        }
        let areas = self.areas();
        let whats: Vec<Option<What>> = (0..self.leaves.len())
            .map(|seq| {
                let is_ballot = matches!(self.leaves[seq], Leaf::Ballot(_));
                let again = corrected.remove(&u64::try_from(seq).unwrap());
                is_ballot.then(|| again.unwrap_or_else(|| self.what_of(seq)))
            })
            .collect();
        let mut said: BTreeMap<u64, Vec<Said<'_>>> = BTreeMap::new();
        for (seq, leaf) in self.leaves.iter().enumerate() {
            let Leaf::Ballot(ballot) = leaf else { continue };
            if void.contains(&u64::try_from(seq).unwrap()) {
                continue;
            }
            let online = ballot.channel == "online";
            let choices = whats[seq].as_ref().unwrap().choices.as_slice();
            let of_head = said.entry(self.who_of(seq).head).or_default();
            let by_agent = ballot.channel == "proxy";
            of_head.push(Said { at: ballot.at, online, by_agent, choices });
        }
        let online_first = manifest.rules.duplicate_policy == "online_first";
        for of_head in said.values_mut() {
            of_head.sort_by_key(|said| (online_first && !said.online, said.at));
        }
        let item = |at: usize| self.count_item(at, &areas, &said);
        (0..manifest.items.len()).map(item).collect()
    }

    fn count_item(
        &self,
        at: usize,
        areas: &BTreeMap<u64, u64>,
        said: &BTreeMap<u64, Vec<Said<'_>>>,
    ) -> ItemTally {
        let manifest = self.manifest_of();
        let rules = &manifest.rules;
        let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
        let mut voted = Vec::new();
        for (head, of_head) in said {
            if of_head.iter().all(|said| said.leaves_out(at)) {
                continue;
            }
            voted.push(*head);
            let stands = standing(of_head, at, rules);
            let sum = sums.entry(stands).or_default();
            sum.area += areas.get(head).unwrap_or(&0);
            sum.heads += 1;
        }
        let of = |choice: &str| sums.get(choice).copied().unwrap_or_default();
        let mut participating = Sum::default();
        for (choice, sum) in &sums {
            if *choice != "invalid" || rules.invalid_participates {
                participating.area += sum.area;
                participating.heads += sum.heads;
            }
        }
        let heads = u64::try_from(areas.len()).unwrap();
        let total = Sum { area: areas.values().sum(), heads };
        let lines = &manifest.items[at].lines;
        let met = |line: &Line, part: u64, whole: u64| {
            let (part, whole) = (u128::from(part) * u128::from(line.den), u128::from(whole));
            let need = whole * u128::from(line.num);
            if line.comparator == "at_least" { part >= need } else { part > need }
        };
        let passed = participating.area > 0
            && participating.heads > 0
            && met(&lines.participation_by_area, participating.area, total.area)
            && met(&lines.participation_by_heads, participating.heads, total.heads)
            && met(&lines.approval_by_area, of("for").area, participating.area)
            && met(&lines.approval_by_heads, of("for").heads, participating.heads);
        let tally = ItemTally {
            position: manifest.items[at].position,
            total,
            participating,
            in_favour: of("for"),
            against: of("against"),
            abstain: of("abstain"),
            invalid: of("invalid"),
            silent: None,
            with_clause: None,
            passed,
        };
        self.with_clause(tally, areas, &voted)
    }

    /// The text of the certificate of the last count.
    pub fn certificate(&self) -> Option<String> {
        let last = self.leaves.iter().rposition(|leaf| matches!(leaf, Leaf::Tally(_)))?;
        let Leaf::Tally(tally) = &self.leaves[last] else { return None };
        let manifest = self.manifest_of();
        let root = STANDARD.encode(tree_of(&self.encoded()[..=last]).head().unwrap().root);
        let closed = self.leaves.iter().find_map(|leaf| match leaf {
            Leaf::Close(close) => Some(close.at),
            _ => None,
        });
        let mut disputed = std::collections::BTreeSet::new();
        let mut disputes = BTreeMap::new();
        for (seq, leaf) in (0_u64..).zip(&self.leaves[..=last]) {
            match leaf {
                Leaf::Challenge(challenge) => drop(disputes.insert(seq, challenge.ballot)),
                Leaf::Ruling(ruling) => drop(disputes.remove(&ruling.challenge)),
                _ => {}
            }
        }
        disputed.extend(disputes.into_values());
        let rules = &manifest.rules;
        let mut text = format!(
            "jiugai-vote-certificate/1\norigin {}\nsize {}\nroot {root}\nvote {}\nrules {} {} {}\n\
             closed {}\n",
            self.origin_of_certificate(),
            last + 1,
            manifest.vote,
            rules.pack,
            rules.version,
            rules.digest,
            closed.unwrap_or_default()
        );
        for item in &tally.items {
            let passed = if item.passed { "passed" } else { "failed" };
            let (yes, part, total) = (item.in_favour, item.participating, item.total);
            text += &format!(
                "item {} {} {} {} {} {} {} {passed}\n",
                item.position, yes.area, yes.heads, part.area, part.heads, total.area, total.heads
            );
            text += &self.clause_lines(item);
        }
        if let Some(terms) = &rules.silence {
            text += &format!("relied {}\n", terms.relied);
        }
        for line in self.question_lines(&tally.items) {
            text += &format!("{line}\n");
        }
        Some(text + &format!("challenged {}\n", disputed.len()))
    }

    /// The name that the log had when the result was certified.
    fn origin_of_certificate(&self) -> String {
        let is_certificate = |leaf: &Leaf| matches!(leaf, Leaf::Certificate(_));
        let last = self.leaves.iter().rposition(is_certificate).unwrap_or(self.leaves.len());
        let later = self.leaves[last..].iter().find_map(|leaf| match leaf {
            Leaf::Incident(incident) => Some(incident.origin.clone()),
            _ => None,
        });
        later.unwrap_or_else(|| self.origin())
    }

    /// Everything that is published, with all openings.
    pub fn files(&self) -> Files {
        let encoded = self.encoded();
        let mut files = tile_files(&encoded);
        files.insert("checkpoint".to_owned(), self.checkpoint(&encoded).into_bytes());
        files.insert("vkey".to_owned(), format!("{}\n", self.key().vkey()).into_bytes());
        if let Some(text) = self.certificate() {
            let note = sign_note(&text, &[&self.key()]).unwrap();
            files.insert("certificate".to_owned(), note.into_bytes());
        }
        let mut lines = String::new();
        for (seq, openings) in self.openings.iter().enumerate() {
            if *openings != Openings::default() {
                let mut line = serde_json::to_value(openings).unwrap();
                line["seq"] = seq.into();
                lines += &format!("{line}\n");
            }
        }
        files.insert("openings.jsonl".to_owned(), lines.into_bytes());
        files
    }

    fn checkpoint(&self, leaves: &[Vec<u8>]) -> String {
        let head: Head = tree_of(leaves).head().unwrap();
        let text = Checkpoint { origin: self.origin(), head }.text();
        sign_note(&text, &[&self.key()]).unwrap()
    }

    /// The receipt of a leaf in the log of the first `size` leaves.
    pub fn receipt(&self, seq: u64, size: usize) -> String {
        let leaves = &self.encoded()[..size];
        let hashes = tree_of(leaves).prove(seq).unwrap();
        Proof { index: seq, hashes, checkpoint: self.checkpoint(leaves) }.text()
    }
}

pub fn tree_of(leaves: &[Vec<u8>]) -> Tree {
    let mut tree = Tree::default();
    leaves.iter().for_each(|leaf| drop(tree.append(leaf).unwrap()));
    tree
}

/// Hash tiles and entry bundles.
pub fn tile_files(leaves: &[Vec<u8>]) -> Files {
    let mut levels =
        vec![leaves.iter().map(|leaf| jiugai::platform::tlog::leaf_hash(leaf)).collect()];
    while let Some(below) = levels.last().filter(|below: &&Vec<[u8; 32]>| below.len() >= 256) {
        let above = below.chunks_exact(256).map(subtree).collect();
        levels.push(above);
    }
    let mut files = Files::new();
    for tile in TilePath::list(u64::try_from(leaves.len()).unwrap()) {
        let (level, index, width) = tile.place();
        let from = usize::try_from(index * 256).unwrap();
        let range = from..from + usize::try_from(width).unwrap();
        let content =
            if tile.is_entries() { bundle(&leaves[range]) } else { levels[level][range].concat() };
        files.insert(tile.path(), content);
    }
    files
}

/// The root of 256 hashes.
fn subtree(hashes: &[[u8; 32]]) -> [u8; 32] {
    let mut hashes = hashes.to_vec();
    while hashes.len() > 1 {
        let join = |pair: &[[u8; 32]]| {
            let digest = Sha256::new().chain_update([1]).chain_update(pair.concat()).finalize();
            <[u8; 32]>::from(digest)
        };
        hashes = hashes.chunks_exact(2).map(join).collect();
    }
    hashes[0]
}

/// Writes the files under a directory.
pub fn write(files: &Files, directory: &Path) {
    for (path, content) in files {
        let path = directory.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
}

/// Writes the files as a zip bundle.
pub fn write_zip(files: &Files, path: &Path) {
    let mut archive = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    for (name, content) in files {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap();
}
