//! Votes in every state, played through the services on a legal clock that is turned back. Days are
//! counted from the day of loading, so that one vote is always about to close.

use chrono::TimeDelta;

use super::{context, district::Communities};
use crate::{
    app::App,
    kernel::{AccountId, Area, CommunityId, HeadId, Outcome, OwnerId, UtcTime, VoteId},
    platform::{
        auth::Reach,
        db::{Actor, WriteContext, WriteTx},
    },
    voting::{
        Cast, Choice, NewItem, NewVote, PartOfCommunity, Reliance, Vote, cast_many,
        confirm_extension, count_vote, draft_vote, find_vote, list_items, list_voters,
        propose_extension, steps,
    },
};

/// Ballots of one transaction.
const BATCH: usize = 250;
/// Longer than the notice of any holiday season.
const NOTICE_DAYS: i64 = 26;
/// Longer than the publicity of a result in any holiday season.
const PUBLICITY_DAYS: i64 = 25;

/// How far a vote has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Until {
    Draft,
    Frozen,
    Noticed,
    Open,
    Closed,
    Counted,
    Published,
    Confirmed,
}

/// Who votes, of a roll in its order.
#[derive(Debug, Clone, Copy)]
enum Turnout {
    /// So many of a hundred heads, of whom so many are for.
    Percent { take_part: usize, in_favour: usize },
    /// Heads of the smallest areas first, all for: heads pass, the area does not.
    SmallestFirst { take_part: usize },
}

/// One vote's story; negative days lie before the loading.
struct Story {
    title: &'static str,
    matter: &'static str,
    noticed: i64,
    window_days: i64,
    until: Until,
    turnout: Turnout,
}

const USUAL: Turnout = Turnout::Percent { take_part: 82, in_favour: 91 };
const SO_FAR: Turnout = Turnout::Percent { take_part: 61, in_favour: 88 };

const XINGFULI: &[Story] = &[
    Story {
        title: "旧改方案：外墙保温、雨污分流、加装充电桩",
        matter: "7",
        noticed: -130,
        window_days: 20,
        until: Until::Confirmed,
        turnout: USUAL,
    },
    Story {
        title: "使用维修资金更换屋面防水",
        matter: "5",
        noticed: -54,
        window_days: 20,
        until: Until::Published,
        turnout: USUAL,
    },
    Story {
        title: "车棚改建为社区食堂",
        matter: "8",
        noticed: -52,
        window_days: 20,
        until: Until::Counted,
        turnout: Turnout::SmallestFirst { take_part: 69 },
    },
];
const HEPING: &[Story] = &[
    Story {
        title: "整治提升方案表决",
        matter: "7",
        noticed: -NOTICE_DAYS - 20,
        window_days: 20,
        until: Until::Open,
        turnout: SO_FAR,
    },
    Story {
        title: "续筹建筑物及其附属设施维修资金",
        matter: "6",
        noticed: -50,
        window_days: 20,
        until: Until::Closed,
        turnout: SO_FAR,
    },
    Story {
        title: "选聘物业服务企业",
        matter: "4",
        noticed: -3,
        window_days: 14,
        until: Until::Noticed,
        turnout: SO_FAR,
    },
];
const DIANXIN: &[Story] = &[
    Story {
        title: "加装电梯方案",
        matter: "7",
        noticed: 0,
        window_days: 14,
        until: Until::Draft,
        turnout: USUAL,
    },
    Story {
        title: "制定管理规约",
        matter: "2",
        noticed: 0,
        window_days: 14,
        until: Until::Frozen,
        turnout: USUAL,
    },
];

/// Plays every story; one that can't go on (the work calendar of a year is missing) stays where it
/// is, and is told.
pub(super) fn load(app: &App, communities: &Communities, told: &mut dyn FnMut(&str)) {
    let Communities { xingfuli, heping, dianxin } = *communities;
    let stories = [(xingfuli, XINGFULI), (heping, HEPING), (dianxin, DIANXIN)];
    let now = app.db.clock().now();
    for (community, stories) in stories {
        for story in stories {
            tell(told, story.title, Player { app, now }.play(community, story));
        }
    }
    let player = Player { app, now };
    tell(told, "加装门禁系统", player.play_extended(heping));
    tell(told, "公共收益分配办法", player.play_voided(xingfuli));
}

fn tell(told: &mut dyn FnMut(&str), title: &str, played: Outcome<()>) {
    match played {
        Ok(()) => told(&format!("  {title}")),
        Err(refusal) => told(&format!("  {title}: stays where it is, {refusal}")),
    }
}

/// Somebody with an account, for what needs two people.
fn person(name: &str) -> WriteContext {
    WriteContext::of(Actor { account_id: Some(AccountId::new()), ..Actor::named(name) })
}

/// Moves the legal clock, and votes along it.
pub(super) struct Player<'a> {
    pub app: &'a App,
    /// The moment of loading.
    pub now: UtcTime,
}

impl Player<'_> {
    fn play(&self, community: CommunityId, story: &Story) -> Outcome<()> {
        self.turn_to(story.noticed - 2);
        let id = self.draft(community, (story.title, story.matter))?;
        self.run(id, story)
    }

    /// A drafted vote is held and confirmed, from that day on; answers the day after.
    pub(super) fn decide(&self, id: VoteId, from: i64) -> Outcome<i64> {
        let noticed = from + 2;
        let (until, turnout) = (Until::Confirmed, USUAL);
        self.run(id, &Story { title: "", matter: "", noticed, window_days: 10, until, turnout })?;
        Ok(noticed + NOTICE_DAYS + 10 + PUBLICITY_DAYS)
    }

    fn run(&self, id: VoteId, story: &Story) -> Outcome<()> {
        let Story { noticed, window_days, until, turnout, .. } = *story;
        if until >= Until::Frozen {
            self.step(id, |tx, vote| steps::freeze_roll(tx, vote, None))?;
        }
        if until < Until::Noticed {
            return Ok(());
        }
        self.turn_to(noticed);
        let window = self.window(noticed, window_days);
        let signer = self.app.log_signer.clone();
        self.step(id, move |tx, vote| steps::give_notice(tx, (vote, &signer), window))?;
        if until < Until::Open {
            return Ok(());
        }
        self.turn_to(noticed + NOTICE_DAYS);
        self.step(id, steps::open)?;
        self.cast(id, turnout)?;
        self.turn_to(noticed + NOTICE_DAYS + window_days);
        self.finish(id, until)
    }

    /// From the close to where the story ends; the clock stands at the announced close.
    fn finish(&self, id: VoteId, until: Until) -> Outcome<()> {
        if until >= Until::Closed {
            self.step(id, steps::close)?;
        }
        if until >= Until::Counted {
            self.step(id, count_vote)?;
        }
        if until >= Until::Published {
            self.step(id, steps::publish)?;
        }
        if until >= Until::Confirmed {
            self.turn_by(TimeDelta::days(PUBLICITY_DAYS));
            self.step(id, steps::confirm)?;
        }
        Ok(())
    }

    fn play_extended(&self, community: CommunityId) -> Outcome<()> {
        let noticed = -NOTICE_DAYS - 16;
        self.turn_to(noticed - 2);
        let id = self.draft(community, ("加装门禁系统", "9"))?;
        self.step(id, |tx, vote| steps::freeze_roll(tx, vote, None))?;
        self.turn_to(noticed);
        let window = self.window(noticed, 18);
        let signer = self.app.log_signer.clone();
        self.step(id, move |tx, vote| steps::give_notice(tx, (vote, &signer), window))?;
        self.turn_to(noticed + NOTICE_DAYS);
        self.step(id, steps::open)?;
        self.cast(id, Turnout::Percent { take_part: 40, in_favour: 80 })?;
        self.turn_to(-1);
        let closes_at = self.now.plus(TimeDelta::days(20));
        let reason = "参与人数不足，延长表决时间";
        self.step_as(id, person("王主任"), move |tx, vote| {
            propose_extension(tx, vote, (closes_at, reason.to_owned()))
        })?;
        self.step_as(id, person("陈副主任"), move |tx, vote| {
            confirm_extension(tx, vote, closes_at)
        })
    }

    fn play_voided(&self, community: CommunityId) -> Outcome<()> {
        self.turn_to(-40);
        let id = self.draft(community, ("公共收益分配办法", "9"))?;
        self.step(id, |tx, vote| steps::freeze_roll(tx, vote, None))?;
        self.turn_to(-30);
        let reason = "议题与已确认的表决重复，业委会撤回";
        self.step(id, move |tx, vote| steps::void(tx, vote, reason.to_owned()))
    }

    /// Turns legal time to so many days from the loading.
    pub(super) fn turn_to(&self, days: i64) {
        self.app.db.clock().set_legal_offset(TimeDelta::days(days));
    }

    fn turn_by(&self, span: TimeDelta) {
        let clock = self.app.db.clock();
        clock.set_legal_offset(clock.legal_offset() + span);
    }

    /// Opening and close as announced. A window that ends on the day of loading ends two hours
    /// after it: that vote is about to close.
    fn window(&self, noticed: i64, days: i64) -> (UtcTime, UtcTime) {
        let opens = noticed + NOTICE_DAYS;
        let late = if opens + days == 0 { TimeDelta::hours(2) } else { TimeDelta::zero() };
        let at = |day: i64| self.now.plus(TimeDelta::days(day));
        (at(opens), at(opens + days).plus(late))
    }

    pub(super) fn draft(
        &self,
        community: CommunityId,
        (title, matter): (&str, &str),
    ) -> Outcome<VoteId> {
        let new = NewVote {
            title: title.to_owned(),
            description: "演示数据".to_owned(),
            community_id: community,
            part: PartOfCommunity::default(),
            rule_pack: "national".to_owned(),
            items: vec![NewItem {
                options: None,
                title: title.to_owned(),
                description: String::new(),
                matters: vec![matter.to_owned()],
            }],
            reliance: Reliance::Strict,
        };
        let reach = Reach::everything();
        let draft = move |tx: &mut WriteTx<'_>| draft_vote(tx, &reach, &new);
        Ok(self.app.db.write_blocking(&context(), "demo.vote", draft)?.id)
    }

    fn step(
        &self,
        id: VoteId,
        step: impl Fn(&mut WriteTx<'_>, &Vote) -> Outcome<()> + Send + Sync + 'static,
    ) -> Outcome<()> {
        self.step_as(id, context(), step)
    }

    fn step_as(
        &self,
        id: VoteId,
        context: WriteContext,
        step: impl Fn(&mut WriteTx<'_>, &Vote) -> Outcome<()> + Send + Sync + 'static,
    ) -> Outcome<()> {
        self.app.db.write_blocking(&context, "demo.vote", move |tx| {
            let vote = find_vote(tx.conn(), id)?;
            step(tx, &vote)
        })
    }

    fn cast(&self, id: VoteId, turnout: Turnout) -> Outcome<()> {
        let (items, voters) = self
            .app
            .db
            .read_blocking(|conn| Ok((list_items(conn, id)?, list_voters(conn, id)?)))?;
        let admitted_at = self.app.db.clock().legal_now();
        let account_id = AccountId::new();
        let ballot = |(head_id, owner_id, choice): (HeadId, OwnerId, Choice)| Cast {
            vote_id: id,
            owner_id,
            account_id,
            head_id: Some(head_id),
            choices: items.iter().map(|item| (item.id, choice)).collect(),
            admitted_at,
            request_id: "demo".to_owned(),
            idempotency: None,
        };
        let casts: Vec<Cast> = choose(voters, turnout).into_iter().map(ballot).collect();
        for batch in casts.chunks(BATCH) {
            let batch = batch.to_vec();
            let cast = move |tx: &mut WriteTx<'_>| {
                cast_many(tx, &batch)?.into_iter().try_for_each(|taken| taken.map(|_| ()))
            };
            self.app.db.write_blocking(&context(), "demo.cast", cast)?;
        }
        Ok(())
    }
}

/// Spread over the roll by a fixed stride, so that every loading gives the same votes.
fn choose(
    mut voters: Vec<(HeadId, OwnerId, Area)>,
    turnout: Turnout,
) -> Vec<(HeadId, OwnerId, Choice)> {
    let count = voters.len();
    match turnout {
        Turnout::SmallestFirst { take_part } => {
            voters.sort_by_key(|(_, _, area)| *area);
            voters.truncate(count.saturating_mul(take_part).div_ceil(100));
            voters.into_iter().map(|(head, owner, _)| (head, owner, Choice::For)).collect()
        }
        Turnout::Percent { take_part, in_favour } => {
            let spread = |index: usize, step: usize| index.saturating_mul(step) % 100;
            let votes = voters.into_iter().enumerate().filter_map(|(index, (head, owner, _))| {
                let choice = match spread(index, 61) {
                    place if place < in_favour => Choice::For,
                    place if place < in_favour.saturating_add(4) => Choice::Abstain,
                    _ => Choice::Against,
                };
                (spread(index, 37) < take_part).then_some((head, owner, choice))
            });
            votes.collect()
        }
    }
}
