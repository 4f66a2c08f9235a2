//! Who is invited to a round, and about which items each is asked.

use std::collections::BTreeSet;

use crate::{
    joint_review::model::{
        Department, Departments, InviteSource, Invited, PlanItem, ReviewSettings, Round,
    },
    kernel::{Code, LocalDate, Outcome, Refusal, UtcTime, WorkCalendar},
};

/// What is needed of the round before: who was invited, why, and which items each is concerned with.
#[derive(Debug, Clone)]
pub struct Before {
    /// The department.
    pub department: String,
    /// Why it was invited.
    pub source: InviteSource,
    /// The same for people.
    pub reason: String,
    /// Keys of the items that it was asked about or spoke of.
    pub keys: BTreeSet<String>,
}

/// The round before, as the next one needs it.
#[must_use]
pub fn before(round: &Round) -> Vec<Before> {
    let of = |invitation: &crate::joint_review::model::Invitation| {
        let department = &invitation.row.department;
        let spoke = |id| {
            round.opinions.iter().any(|one| one.department == *department && one.item_id == id)
        };
        let items = round.items.iter();
        let concern =
            items.filter(|item| invitation.asked.contains(&item.position) || spoke(item.id));
        Before {
            department: department.clone(),
            source: invitation.row.source,
            reason: invitation.row.reason.clone(),
            keys: concern.map(|item| item.item_key.clone()).collect(),
        }
    };
    round.invitations.iter().map(of).collect()
}

/// The position of an item within its plan, counted from 1.
#[must_use]
pub fn position(index: usize) -> i32 {
    i32::try_from(index).unwrap_or(i32::MAX).saturating_add(1)
}

/// The departments of a round: by the content of the plan, by the policy, by the desk's wish, and
/// whoever was asked earlier about an item that is still there. Whom the content invites is asked about
/// the items that concern it; whom only policy or desk invites, about everything.
///
/// # Errors
/// `invalid_field` for a wish that names no department of the data.
pub fn invited(
    (items, data): (&[PlanItem], &Departments),
    settings: &ReviewSettings,
    before: &[Before],
) -> Outcome<Vec<Invited>> {
    for (index, wish) in settings.wishes.iter().enumerate() {
        must_be_known(data, &wish.department, &format!("/invite/{index}/department"))?;
    }
    let one = |department| of_department(department, items, (settings, before));
    Ok(data.department.iter().filter_map(one).collect())
}

/// Refuses a department that the data does not hold.
///
/// # Errors
/// `invalid_field`.
pub fn must_be_known<'a>(
    data: &'a Departments,
    name: &str,
    pointer: &str,
) -> Outcome<&'a Department> {
    data.department.iter().find(|one| one.name == name).ok_or_else(|| {
        let known: Vec<&str> = data.department.iter().map(|one| one.name.as_str()).collect();
        Refusal::field(Code::InvalidField, pointer, format!("one of {}", known.join("、")))
    })
}

fn of_department(
    department: &Department,
    items: &[PlanItem],
    (settings, before): (&ReviewSettings, &[Before]),
) -> Option<Invited> {
    let name = &department.name;
    let wish = settings.wishes.iter().find(|wish| wish.department == *name);
    let earlier = before.iter().find(|known| known.department == *name);
    let of_desk = earlier.filter(|known| known.source == InviteSource::Desk);
    let positions = |wanted: &dyn Fn(&PlanItem) -> bool| -> BTreeSet<i32> {
        let found = items.iter().enumerate().filter(|(_, item)| wanted(item));
        found.map(|(index, _)| position(index)).collect()
    };
    let content = positions(&|item| department.items.contains(&item.code));
    let kept = positions(&|item| earlier.is_some_and(|known| known.keys.contains(&item.key)));
    let is_policy = settings.policy.contains(name);
    let (source, reason, is_everything) = if let Some(wish) = wish {
        (InviteSource::Desk, wish.reason.clone(), true)
    } else if let Some(known) = of_desk {
        (InviteSource::Desk, known.reason.clone(), true)
    } else if !content.is_empty() {
        let titles: BTreeSet<&str> = items
            .iter()
            .filter(|item| department.items.contains(&item.code))
            .map(|item| item.title.as_str())
            .collect();
        let titles: Vec<&str> = titles.into_iter().collect();
        (InviteSource::Content, titles.join("、"), false)
    } else if is_policy {
        (InviteSource::Policy, "政策包要求 · the district's policy".to_owned(), true)
    } else if !kept.is_empty() {
        (InviteSource::Earlier, "前轮已征询 · asked in an earlier round".to_owned(), false)
    } else {
        return None;
    };
    let asked = if is_everything { positions(&|_| true) } else { &content | &kept };
    Some(Invited { department: name.clone(), source, reason, asked: asked.into_iter().collect() })
}

/// The end of the last of so many working days after a day, which is not counted itself.
///
/// # Errors
/// `calendar_missing` beyond the loaded years.
pub fn due_at(from: LocalDate, days: u32, calendar: &WorkCalendar) -> Outcome<UtcTime> {
    let mut day = from;
    for _ in 0..days {
        day = calendar.working_day_from(day.plus_days(1))?;
    }
    Ok(day.ends_at())
}
