//! Instants in UTC, cut to microseconds (PostgreSQL drops nanoseconds, SQLite keeps them), and
//! legal days in Asia/Shanghai, which has had no summer time since 1991.

use std::{fmt, str::FromStr};

use chrono::{
    DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const SHANGHAI_SECONDS: i32 = 8 * 3600;

/// A UTC instant with microsecond precision.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::Timestamp)]
pub struct UtcTime(NaiveDateTime);

impl UtcTime {
    /// The instant, cut to microseconds.
    #[must_use]
    pub fn new(instant: DateTime<Utc>) -> Self {
        Self::from_naive(instant.naive_utc())
    }

    fn from_naive(naive: NaiveDateTime) -> Self {
        let micros = naive.nanosecond() / 1000 * 1000;
        Self(naive.with_nanosecond(micros).unwrap_or(naive))
    }

    /// The instant as chrono has it.
    #[must_use]
    pub fn to_chrono(self) -> DateTime<Utc> {
        self.0.and_utc()
    }

    /// The legal day in China that this instant falls on.
    #[must_use]
    pub fn local_date(self) -> LocalDate {
        LocalDate((self.0 + TimeDelta::seconds(i64::from(SHANGHAI_SECONDS))).date())
    }

    /// The instant plus a span (negative to go back).
    #[must_use]
    pub fn plus(self, span: TimeDelta) -> Self {
        Self(self.0 + span)
    }

    /// Seconds from `earlier` to this instant.
    #[must_use]
    pub fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).num_seconds()
    }

    /// Microseconds since 1970.
    #[must_use]
    pub fn micros(self) -> i64 {
        self.0.and_utc().timestamp_micros()
    }

    /// `2026-03-01 08:30:00`, in China's time, for people.
    #[must_use]
    pub fn local_text(self) -> String {
        (self.0 + TimeDelta::seconds(i64::from(SHANGHAI_SECONDS)))
            .format("%Y-%m-%d %H:%M:%S")
            .to_string()
    }
}

impl fmt::Display for UtcTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.and_utc().to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
    }
}
impl FromStr for UtcTime {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        DateTime::parse_from_rfc3339(text)
            .map(|instant| Self::new(instant.with_timezone(&Utc)))
            .map_err(|_| {
                format!("{text} is not an RFC 3339 instant such as 2026-03-01T08:30:00+08:00")
            })
    }
}
impl Serialize for UtcTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for UtcTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
impl utoipa::PartialSchema for UtcTime {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .format(Some(utoipa::openapi::SchemaFormat::Custom("date-time".to_owned())))
            .into()
    }
}
impl utoipa::ToSchema for UtcTime {}

/// A legal day in Asia/Shanghai.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::Date)]
pub struct LocalDate(pub NaiveDate);

impl LocalDate {
    /// The day, or `None` where the calendar has none.
    #[must_use]
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(Self)
    }

    /// 00:00 of the day in China: the instant at which it begins.
    #[must_use]
    pub fn starts_at(self) -> UtcTime {
        let midnight = self.0.and_time(chrono::NaiveTime::MIN);
        UtcTime(midnight - TimeDelta::seconds(i64::from(SHANGHAI_SECONDS)))
    }

    /// 24:00 of the day in China: the instant at which it has ended (half-open periods end here).
    #[must_use]
    pub fn ends_at(self) -> UtcTime {
        self.plus_days(1).starts_at()
    }

    /// The day `days` later; the last day of chrono's calendar at the most.
    #[must_use]
    pub fn plus_days(self, days: u32) -> Self {
        Self(self.0.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX))
    }

    /// The calendar year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// Days from `earlier` to this day.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).num_days()
    }
}

impl fmt::Display for LocalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
impl FromStr for LocalDate {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .map(Self)
            .map_err(|_| format!("{text} is not a day such as 2026-03-01"))
    }
}
impl Serialize for LocalDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for LocalDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
impl utoipa::PartialSchema for LocalDate {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .format(Some(utoipa::openapi::SchemaFormat::Custom("date".to_owned())))
            .into()
    }
}
impl utoipa::ToSchema for LocalDate {}

/// China's offset, for showing instants to people.
#[must_use]
pub fn shanghai() -> FixedOffset {
    FixedOffset::east_opt(SHANGHAI_SECONDS).unwrap_or_else(|| chrono::Offset::fix(&Utc))
}

macro_rules! sql_as {
    ($name:ident, $inner:ty, $sql:ty, $wrap:expr) => {
        impl<DB: diesel::backend::Backend> diesel::serialize::ToSql<$sql, DB> for $name
        where
            $inner: diesel::serialize::ToSql<$sql, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, DB>,
            ) -> diesel::serialize::Result {
                self.0.to_sql(out)
            }
        }
        impl<DB: diesel::backend::Backend> diesel::deserialize::FromSql<$sql, DB> for $name
        where
            $inner: diesel::deserialize::FromSql<$sql, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                <$inner>::from_sql(bytes).map($wrap)
            }
        }
    };
}
sql_as!(UtcTime, NaiveDateTime, diesel::sql_types::Timestamp, UtcTime::from_naive);
sql_as!(LocalDate, NaiveDate, diesel::sql_types::Date, LocalDate);
