//! What a delivery record 送达记录 must say, and where a unit stands by its records.
//!
//! Papers go to each owner; who can't be reached gets a posted notice (建房〔2009〕274号 22), which by
//! itself reaches nobody: a unit that was only posted counts as not delivered. A record counts once
//! another person has checked it. Absent on purpose: what silence weighs (`silence`).

use crate::{
    kernel::{Code, Outcome, Refusal, UtcTime},
    voting::model::{DeliveryMethod, DeliveryOutcome, DeliveryStatus, NewDelivery},
};

/// Characters of each text of a record at the most.
pub const MOST_TEXT: usize = 200;

/// Decides whether a record says what its method needs: whom, by which number, on which photo.
/// `since` is the announcement; nothing of the vote could be delivered on an earlier day.
///
/// # Errors
/// `invalid_field` with the name of the field.
pub fn check_record(new: &NewDelivery, (since, now): (UtcTime, UtcTime)) -> Outcome<()> {
    let refuse = |field: &str, detail: &str| Err(Refusal::field(Code::InvalidField, field, detail));
    let texts =
        [("receiver", &new.receiver), ("note", &new.note), ("failure_reason", &new.failure_reason)];
    for (field, text) in texts {
        if text.as_ref().is_some_and(|text| text.chars().count() > MOST_TEXT || text.contains('\0'))
        {
            return refuse(field, "at most 200 characters · 不超过 200 字");
        }
    }
    if new.delivered_at > now {
        return refuse("delivered_at", "lies after now · 晚于当前时间");
    }
    if new.delivered_at.local_date() < since.local_date() {
        return refuse("delivered_at", "lies before the notice · 早于公告之日");
    }
    match (new.outcome, new.failure_reason.is_some()) {
        (DeliveryOutcome::Failed, false) => return refuse("failure_reason", "why? · 请写明原因"),
        (DeliveryOutcome::Failed, true) => return Ok(()),
        (DeliveryOutcome::Delivered, true) => {
            return refuse("failure_reason", "it was delivered · 已送达的不填");
        }
        (DeliveryOutcome::Delivered, false) => {}
    }
    match new.method {
        DeliveryMethod::InPerson if new.receiver.is_none() => {
            refuse("receiver", "who signed for it? · 请写明签收人")
        }
        DeliveryMethod::Post | DeliveryMethod::Sms if new.note.is_none() => {
            refuse("note", "the number of the parcel or message · 请写明运单号或短信编号")
        }
        DeliveryMethod::PostedNotice if new.photo_id.is_none() => {
            refuse("photo_id", "a photo of the posted notice · 张贴须附照片")
        }
        DeliveryMethod::InPerson
        | DeliveryMethod::Post
        | DeliveryMethod::Sms
        | DeliveryMethod::PostedNotice => Ok(()),
    }
}

/// Where one record, which nothing replaces, brings its unit.
#[must_use]
pub const fn status_of(
    (method, outcome): (DeliveryMethod, DeliveryOutcome),
    checked_at: Option<UtcTime>,
) -> DeliveryStatus {
    match (outcome, method, checked_at) {
        (DeliveryOutcome::Failed, _, _) => DeliveryStatus::Failed,
        (DeliveryOutcome::Delivered, DeliveryMethod::PostedNotice, _) => DeliveryStatus::PostedOnly,
        (DeliveryOutcome::Delivered, _, None) => DeliveryStatus::Unchecked,
        (DeliveryOutcome::Delivered, _, Some(_)) => DeliveryStatus::Checked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> UtcTime {
        text.parse().unwrap()
    }

    fn fault(change: impl FnOnce(&mut NewDelivery)) -> Option<String> {
        let mut new = NewDelivery {
            unit_code: "1-001".to_owned(),
            method: DeliveryMethod::InPerson,
            outcome: DeliveryOutcome::Delivered,
            delivered_at: at("2026-03-03T02:00:00Z"),
            receiver: Some("本人".to_owned()),
            note: None,
            failure_reason: None,
            photo_id: None,
        };
        change(&mut new);
        let times = (at("2026-03-02T01:00:00Z"), at("2026-03-04T00:00:00Z"));
        check_record(&new, times).err().map(|refusal| refusal.errors()[0].pointer.clone())
    }

    #[test]
    fn each_method_needs_its_proof() {
        use DeliveryMethod as M;
        assert_eq!(fault(|_| ()), None);
        assert_eq!(fault(|new| new.receiver = None).as_deref(), Some("receiver"));
        for method in [M::Post, M::Sms] {
            assert_eq!(fault(|new| new.method = method).as_deref(), Some("note"));
            let note = Some("EMS 1234".to_owned());
            assert_eq!(fault(|new| (new.method, new.note) = (method, note)), None);
        }
        assert_eq!(fault(|new| new.method = M::PostedNotice).as_deref(), Some("photo_id"));
    }

    #[test]
    fn a_failure_has_its_reason_and_a_delivery_has_none() {
        use DeliveryOutcome as O;
        let reason = || Some("无人应门".to_owned());
        let failed = |new: &mut NewDelivery| new.outcome = O::Failed;
        assert_eq!(fault(failed).as_deref(), Some("failure_reason"));
        assert_eq!(fault(|new| (new.outcome, new.failure_reason) = (O::Failed, reason())), None);
        assert_eq!(fault(|new| new.failure_reason = reason()).as_deref(), Some("failure_reason"));
        let long = Some("字".repeat(201));
        assert_eq!(fault(|new| new.note = long).as_deref(), Some("note"));
    }

    #[test]
    fn nothing_is_delivered_before_the_day_of_the_notice_or_after_now() {
        // The day of the notice in China begins at 16:00 UTC of the day before.
        let on = |text| fault(|new| new.delivered_at = at(text));
        assert_eq!(on("2026-03-01T16:00:00Z"), None);
        assert_eq!(on("2026-03-01T15:59:59Z").as_deref(), Some("delivered_at"));
        assert_eq!(on("2026-03-04T00:00:01Z").as_deref(), Some("delivered_at"));
    }

    #[test]
    fn a_posted_notice_is_no_delivery_however_often_it_is_checked() {
        use DeliveryMethod as M;
        let checked = Some(at("2026-03-04T00:00:00Z"));
        let of = |method, checked| status_of((method, DeliveryOutcome::Delivered), checked);
        assert_eq!(of(M::PostedNotice, checked), DeliveryStatus::PostedOnly);
        assert_eq!(of(M::InPerson, checked), DeliveryStatus::Checked);
        assert_eq!(of(M::InPerson, None), DeliveryStatus::Unchecked);
        let failed = status_of((M::InPerson, DeliveryOutcome::Failed), checked);
        assert_eq!(failed, DeliveryStatus::Failed);
        assert!(DeliveryStatus::Checked > DeliveryStatus::Unchecked);
        assert!(DeliveryStatus::PostedOnly > DeliveryStatus::Failed);
    }
}
