//! The conditions of each command: what must be true, by which clause, and from when it can be.
//! Absent on purpose: states (`state`), and the arithmetic of dates (`periods`).

use crate::{
    kernel::{Code, Outcome, RuleBroken, UtcTime},
    voting::{
        model::Command,
        rules::{
            count::Weight,
            pack_use::{no_paper, not_adopted, not_in_force, refusals},
            periods::broken,
            state::{Blocker, Facts},
        },
    },
};

/// Every unmet condition of a command.
pub(super) fn blockers(command: Command, facts: &Facts<'_>) -> Outcome<Vec<Blocker>> {
    let found = match command {
        Command::FreezeRoll => freezing(facts),
        Command::GiveNotice => announcing(facts)?,
        Command::Open => {
            let noticed = facts.noticed_at.unwrap_or(facts.now);
            vec![
                objections(facts.roll_objections_open, "roll_objections"),
                notice_over(facts, noticed)?,
                not_before("opens_at", facts.now, facts.opens_at),
                before("closes_at", facts.now, facts.closes_at),
            ]
        }
        // Until the announced opening, even where the vote has to wait beyond it: the log tells a
        // lawful amendment from one after the opening by that time alone, and whoever objects ever
        // later could keep a vote from opening.
        Command::AmendRoll | Command::ObjectToRoll => {
            vec![before("opens_at", facts.now, facts.opens_at)]
        }
        Command::Deliver | Command::AnnounceSitting | Command::RecordProxy => {
            vec![before("closes_at", facts.now, facts.closes_at)]
        }
        Command::Cast | Command::Remind | Command::SignIn | Command::TransferUnit => {
            within_window(facts).into()
        }
        Command::RegisterSheet => {
            let [opened, not_closed] = within_window(facts);
            vec![no_paper(facts.pack), opened, not_closed]
        }
        Command::Extend => {
            vec![before("closes_at", facts.now, facts.closes_at), once(facts), extension(facts)]
        }
        Command::Close => vec![not_before("closes_at", facts.now, facts.closes_at)],
        Command::IssueSheets => {
            vec![no_paper(facts.pack), before("closes_at", facts.now, facts.closes_at)]
        }
        Command::AccountSheets => vec![sheets(facts)],
        Command::Count | Command::Recount | Command::Overturn => {
            vec![sheets(facts), account(facts)]
        }
        // Before the publication the publicity has no end yet: nothing is too late.
        Command::ObjectToResult | Command::DisputeBallot => {
            vec![before("publicity", facts.now, publicity_end(facts)?)]
        }
        Command::Publish => vec![uncounted(facts)],
        Command::Confirm => vec![
            not_before("publicity", facts.now, publicity_end(facts)?)
                .map(|blocker| with_clause(blocker, &facts.pack.periods.publicity.clause)),
            objections(facts.result_objections_open, "result_objections"),
            recheck(facts),
            objections(facts.disputes_open, "ballot_disputes_open"),
            uncounted(facts),
        ],
        Command::EditAgenda
        | Command::UnfreezeRoll
        | Command::SpoilSheet
        | Command::KeySheet
        | Command::ScanSheet
        | Command::RecheckSheets
        | Command::RuleDispute
        | Command::RecordChallenge
        | Command::Void => Vec::new(),
    };
    Ok(found.into_iter().flatten().collect())
}

fn freezing(facts: &Facts<'_>) -> Vec<Option<Blocker>> {
    let mut found = pack(facts, facts.now);
    found.extend([agenda(facts), roll_faults(facts), roll_total(facts)]);
    found
}

fn announcing(facts: &Facts<'_>) -> Outcome<Vec<Option<Blocker>>> {
    let mut found = pack(facts, facts.opens_at.unwrap_or(facts.now));
    let notice = notice(facts, facts.now)?;
    found.extend([agenda(facts), roll_total(facts), window(facts), notice]);
    Ok(found)
}

fn within_window(facts: &Facts<'_>) -> [Option<Blocker>; 2] {
    [
        not_before("opens_at", facts.now, facts.opens_at),
        before("closes_at", facts.now, facts.closes_at),
    ]
}

fn blocker(code: Code, rule: RuleBroken) -> Blocker {
    Blocker { code, rule, earliest: None }
}

fn with_clause(blocker: Blocker, clause: &str) -> Blocker {
    Blocker { rule: RuleBroken { clause: clause.to_owned(), ..blocker.rule }, ..blocker }
}

/// The pack must be in force when the vote opens, and the engine must keep all of it.
fn pack(facts: &Facts<'_>, day: UtcTime) -> Vec<Option<Blocker>> {
    let day = day.local_date();
    let outdated = [not_in_force(facts.pack, day), not_adopted(facts.pack, day)];
    outdated.into_iter().chain(refusals(facts.pack).into_iter().map(Some)).collect()
}

fn agenda(facts: &Facts<'_>) -> Option<Blocker> {
    let rule = || broken("agenda", "物业管理条例 14", facts.items.to_string(), "≥ 1".to_owned());
    (facts.items == 0).then(|| blocker(Code::NotReady, rule()))
}

fn roll_faults(facts: &Facts<'_>) -> Option<Blocker> {
    let clause = "法释〔2009〕7号 8-9";
    let rule = || broken("roll_faults", clause, facts.roll_faults.to_string(), "0".to_owned());
    (facts.roll_faults > 0).then(|| blocker(Code::RollIncomplete, rule()))
}

fn roll_total(facts: &Facts<'_>) -> Option<Blocker> {
    let Weight { area, heads } = facts.roll;
    let have = || format!("{heads} heads, {} m²", facts.roll.area_value());
    let rule = || broken("roll_total", "民法典 278", have(), "> 0 heads, > 0 m²".to_owned());
    (heads == 0 || area == 0).then(|| blocker(Code::EmptyScope, rule()))
}

fn window(facts: &Facts<'_>) -> Option<Blocker> {
    let clause = &facts.pack.periods.window_min_days.clause;
    let (Some(opens_at), Some(closes_at)) = (facts.opens_at, facts.closes_at) else {
        let rule = broken("window", clause, "-".to_owned(), "opens_at, closes_at".to_owned());
        return Some(blocker(Code::NotReady, rule));
    };
    let rule = facts.dates().window_fault(opens_at, closes_at)?;
    Some(blocker(Code::NotReady, rule))
}

/// The announced opening must leave the notice its clear days.
fn notice(facts: &Facts<'_>, noticed_at: UtcTime) -> Outcome<Option<Blocker>> {
    let earliest = facts.dates().earliest_opening(noticed_at)?;
    let opens_at = facts.opens_at.filter(|opens_at| *opens_at < earliest);
    Ok(opens_at.map(|opens_at| {
        let clause = &facts.pack.periods.notice.clause;
        let rule = broken("notice", clause, opens_at.to_string(), format!("≥ {earliest}"));
        Blocker { earliest: Some(earliest), ..blocker(Code::TooEarly, rule) }
    }))
}

fn notice_over(facts: &Facts<'_>, noticed_at: UtcTime) -> Outcome<Option<Blocker>> {
    let earliest = facts.dates().earliest_opening(noticed_at)?;
    Ok(not_before("notice", facts.now, Some(earliest))
        .map(|blocker| with_clause(blocker, &facts.pack.periods.notice.clause)))
}

fn publicity_end(facts: &Facts<'_>) -> Outcome<Option<UtcTime>> {
    facts.published_at.map(|at| facts.dates().objections_until(at)).transpose()
}

const ANNOUNCED: &str = "物业管理条例 14（按公告时间）";

/// `now` must have reached `line`; a missing line is never reached.
fn not_before(rule_id: &str, now: UtcTime, line: Option<UtcTime>) -> Option<Blocker> {
    let Some(line) = line else {
        let rule = broken(rule_id, ANNOUNCED, "-".to_owned(), rule_id.to_owned());
        return Some(blocker(Code::NotReady, rule));
    };
    (now < line).then(|| {
        let rule = broken(rule_id, ANNOUNCED, now.to_string(), format!("≥ {line}"));
        Blocker { earliest: Some(line), ..blocker(Code::TooEarly, rule) }
    })
}

/// `now` must lie before `line`: at the line itself the time is up.
fn before(rule_id: &str, now: UtcTime, line: Option<UtcTime>) -> Option<Blocker> {
    let line = line.filter(|line| now >= *line)?;
    let rule = broken(rule_id, ANNOUNCED, now.to_string(), format!("< {line}"));
    Some(blocker(Code::TooLate, rule))
}

fn once(facts: &Facts<'_>) -> Option<Blocker> {
    let most = &facts.pack.switches.max_extensions;
    let (have, need) = (facts.extensions.to_string(), format!("< {}", most.value));
    let rule = broken("max_extensions", &most.clause, have, need);
    (facts.extensions >= u64::from(most.value)).then(|| blocker(Code::TooLate, rule))
}

fn extension(facts: &Facts<'_>) -> Option<Blocker> {
    let clause = &facts.pack.periods.extension_max_days.clause;
    let (Some(closes_at), Some(until)) = (facts.closes_at, facts.extend_to) else {
        let rule = broken("extension", clause, "-".to_owned(), "closes_at".to_owned());
        return Some(blocker(Code::NotReady, rule));
    };
    let rule = facts.dates().extension_fault(closes_at, until)?;
    Some(blocker(Code::NotReady, rule))
}

fn sheets(facts: &Facts<'_>) -> Option<Blocker> {
    let have = facts.sheets_unsettled.to_string();
    let rule = broken("sheets_unsettled", "建房〔2009〕274号 30", have, "0".to_owned());
    (facts.sheets_unsettled > 0).then(|| blocker(Code::NotReady, rule))
}

fn account(facts: &Facts<'_>) -> Option<Blocker> {
    let have = facts.sheets_unaccounted.to_string();
    let need = "issued = returned + spoiled + missing · 发放 = 收回 + 作废 + 未收回".to_owned();
    let rule = broken("sheets_unaccounted", "建房〔2009〕274号 30", have, need);
    (facts.sheets_unaccounted > 0).then(|| blocker(Code::NotReady, rule))
}

/// Paper ballots are read again before the result is final, as many as the last count needs.
fn recheck(facts: &Facts<'_>) -> Option<Blocker> {
    let have = || format!("{} sheets · {0} 张", facts.sheets_unchecked);
    let need = || "re-check finished for the last count · 按最近一次计票完成复核".to_owned();
    let clause = "全国未作规定；本项目的抽样复核";
    let rule = || broken("paper_recheck", clause, have(), need());
    (facts.sheets_unchecked > 0).then(|| blocker(Code::NotReady, rule()))
}

fn uncounted(facts: &Facts<'_>) -> Option<Blocker> {
    let have = facts.rulings_uncounted.to_string();
    let rule = broken("rulings_uncounted", "民法典 278", have, "0".to_owned());
    (facts.rulings_uncounted > 0).then(|| blocker(Code::NotReady, rule))
}

fn objections(open: u64, rule_id: &str) -> Option<Blocker> {
    let clause = "全国未作规定；参照北京市物业管理条例 32";
    let rule = || broken(rule_id, clause, open.to_string(), "0".to_owned());
    (open > 0).then(|| blocker(Code::NotReady, rule()))
}
