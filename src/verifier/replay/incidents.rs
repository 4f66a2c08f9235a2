//! Incidents: where the log went on under another name, by other keys, because a key was lost or
//! betrayed or an older backup was restored.

use super::{Replay, Rule};
use crate::{
    ballot_log::Incident,
    kernel::hex,
    platform::tlog::split_revision,
    verifier::{note::name_of, tree::Log},
};

/// The log under one of its names.
#[derive(Debug)]
pub(in crate::verifier) struct Era<'a> {
    pub(in crate::verifier) origin: &'a str,
    pub(in crate::verifier) vkeys: &'a [String],
    /// The incident that ended it, and its leaf.
    pub(in crate::verifier) end: Option<(u64, &'a Incident)>,
}

impl Replay {
    /// The names that the log had, in order; only that of the checkpoint where there is no manifest.
    pub(in crate::verifier) fn eras(&self) -> Vec<Era<'_>> {
        let Some(manifest) = &self.manifest else {
            return vec![Era { origin: &self.origin, vkeys: &self.keys, end: None }];
        };
        let mut eras = vec![Era::of(&manifest.vkeys)];
        for (seq, incident) in &self.incidents {
            if let Some(ended) = eras.last_mut() {
                ended.end = Some((*seq, incident));
            }
            eras.push(Era::of(&incident.vkeys));
        }
        eras
    }

    /// The name under which a leaf was written.
    pub(in crate::verifier) fn origin_at(&self, seq: u64) -> Option<&str> {
        let eras = self.eras();
        let covers = |era: &&Era<'_>| era.end.is_none_or(|(end, _)| seq < end);
        eras.iter().find(covers).map(|era| era.origin)
    }

    pub(super) fn go_on(&mut self, seq: u64, incident: Incident) {
        if let Some(message) = self.wrong_with_incident(&incident) {
            self.fault(seq, Rule::Incident, message);
        }
        let reason = &incident.reason;
        let mut told =
            format!("第 {seq} 叶：日志曾中断后续写：{reason} (the log went on after a loss)");
        let lost = incident.size.saturating_sub(seq);
        if lost > 0 {
            told += &format!(
                "；已签名的 {lost} 叶丢失，持有回执者请核对 ({lost} leaves that were signed are lost: \
                 check the receipts)"
            );
        }
        self.findings.warn(&told);
        self.incidents.push((seq, incident));
    }

    fn wrong_with_incident(&self, incident: &Incident) -> Option<&'static str> {
        let eras = self.eras();
        let ended = eras.last()?.origin;
        let next = Era::of(&incident.vkeys).origin;
        let (base, revision) = split_revision(ended);
        let (next_base, next_revision) = split_revision(next);
        let mut by = incident.by.clone();
        by.sort();
        by.dedup();
        if incident.origin != ended {
            Some("所终止的不是此前的名称 (it ends another name than the log had)")
        } else if next_base != base
            || next_revision <= revision
            || incident.vkeys.iter().any(|vkey| name_of(vkey) != next)
        {
            Some("新公钥不属于此日志的下一名称 (its keys are not of a next name of this log)")
        } else if by.len() < 2 {
            Some("续写须由两人决定 (two people are needed to go on)")
        } else {
            None
        }
    }

    /// The checkpoint's keys are those of the last name.
    pub(super) fn finish_names(&mut self) {
        if self.manifest.is_none() {
            return;
        }
        let eras = self.eras();
        let is_named =
            eras.last().is_some_and(|era| self.keys.iter().all(|key| era.vkeys.contains(key)));
        if is_named {
            return;
        }
        if let Some(&(seq, _)) = self.incidents.last() {
            let message = "检查点的公钥不是续写后的公钥 (the checkpoint's key is not the one that the log \
                           went on with)";
            self.fault(seq, Rule::Incident, message);
        } else {
            let message = "清单中没有此公钥 (the manifest does not name the key)";
            self.fault(0, Rule::Manifest, message);
        }
    }

    /// What was signed before an incident is the beginning of this tree, as far as it is there.
    pub(in crate::verifier) fn check_incidents(&mut self, log: &Log) {
        for at in 0..self.incidents.len() {
            let Some((seq, incident)) = self.incidents.get(at) else { continue };
            let (seq, told) = (*seq, incident.root.clone());
            let root = log.root_at(incident.size).filter(|_| incident.size <= seq);
            if root.is_some_and(|root| hex::encode(&root) != told) {
                let message = "已签名的叶被改动 (leaves that were signed were changed)";
                self.fault(seq, Rule::Incident, message);
            }
        }
    }
}

impl<'a> Era<'a> {
    fn of(vkeys: &'a [String]) -> Self {
        Self { origin: vkeys.first().map_or("", |key| name_of(key)), vkeys, end: None }
    }
}
