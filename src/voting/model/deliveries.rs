//! Deliveries 送达 of a vote's papers to the units of its roll, as they are recorded and checked.

use diesel::{Insertable, Queryable, Selectable};

use crate::kernel::{AccountId, DeliveryId, DeliveryPhotoId, UnitId, UtcTime, VoteId};
use crate::platform::db::schema::{delivery_photos, unit_deliveries};

crate::text_enum! {
    /// How papers were brought.
    pub enum DeliveryMethod {
        /// 当面.
        InPerson = "in_person",
        /// 短信.
        Sms = "sms",
        /// 邮寄.
        Post = "post",
        /// 张贴, with a photo. By itself it reaches no unit.
        PostedNotice = "posted_notice",
    }
}

crate::text_enum! {
    /// What became of it.
    pub enum DeliveryOutcome {
        /// 已送达.
        Delivered = "delivered",
        /// 未送达, with the reason.
        Failed = "failed",
    }
}

crate::text_enum! {
    /// Where a unit stands, by its best record; in rising order.
    pub enum DeliveryStatus {
        /// 无记录: nothing is recorded.
        Nothing = "nothing",
        /// 未送达: every attempt failed.
        Failed = "failed",
        /// 仅张贴: a notice was posted, nothing else.
        PostedOnly = "posted_only",
        /// 待复核: delivered, and checked by nobody yet.
        Unchecked = "unchecked",
        /// 已复核: delivered, and another person has checked it.
        Checked = "checked",
    }
}

/// A delivery that is to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    /// The unit's number.
    pub unit_code: String,
    /// How.
    pub method: DeliveryMethod,
    /// Whether it succeeded.
    pub outcome: DeliveryOutcome,
    /// When.
    pub delivered_at: UtcTime,
    /// Who took it, or how it was signed for.
    pub receiver: Option<String>,
    /// The number of a parcel or a message; anything else.
    pub note: Option<String>,
    /// Why it failed.
    pub failure_reason: Option<String>,
    /// The photo or scan that shows it.
    pub photo_id: Option<DeliveryPhotoId>,
}

/// A delivery record 送达记录.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = unit_deliveries)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct DeliveryRow {
    pub id: DeliveryId,
    pub vote_id: VoteId,
    pub unit_id: UnitId,
    pub unit_code: String,
    pub method: DeliveryMethod,
    pub outcome: DeliveryOutcome,
    pub failure_reason: Option<String>,
    pub delivered_at: UtcTime,
    pub receiver: Option<String>,
    pub note: Option<String>,
    pub photo_id: Option<DeliveryPhotoId>,
    pub replaces_id: Option<DeliveryId>,
    pub correction_reason: Option<String>,
    pub recorded_at: UtcTime,
    pub recorded_by: AccountId,
    pub recorder_name: String,
    pub checked_at: Option<UtcTime>,
    pub checked_by: Option<AccountId>,
    pub checker_name: Option<String>,
}

/// A photo without its content.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = delivery_photos)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct DeliveryPhotoRow {
    pub id: DeliveryPhotoId,
    pub digest: String,
    pub media_type: String,
    pub size_bytes: i64,
    pub width: i32,
    pub height: i32,
    pub uploaded_at: UtcTime,
    pub uploader_name: String,
}

/// A new photo.
#[derive(Debug, Insertable)]
#[diesel(table_name = delivery_photos)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct NewDeliveryPhoto<'a> {
    pub id: DeliveryPhotoId,
    pub vote_id: VoteId,
    pub digest: &'a str,
    pub media_type: &'a str,
    pub size_bytes: i64,
    pub width: i32,
    pub height: i32,
    pub content: &'a [u8],
    pub uploaded_at: UtcTime,
    pub uploaded_by: AccountId,
    pub uploader_name: &'a str,
}

/// What a list of units with their deliveries is narrowed by.
#[derive(Debug, Clone, Default)]
pub struct DeliveryFilter {
    /// These only; all where empty.
    pub statuses: Vec<DeliveryStatus>,
    /// One building only.
    pub building: Option<String>,
    /// A part of the unit's number.
    pub search: Option<String>,
}
