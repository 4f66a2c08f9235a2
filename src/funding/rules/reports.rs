//! The reports of the authorities: which channels, which columns, as data.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::funding::model::FundingReport;

const TEXT: &str = include_str!("../../../seed/reference/funding-reports.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    report: Vec<FundingReport>,
}

/// All reports, in order. A test holds that the text can be read.
pub static REPORTS: LazyLock<Vec<FundingReport>> =
    LazyLock::new(|| read(TEXT).map(|file| file.report).unwrap_or_default());

fn read(text: &str) -> Result<File, toml::de::Error> {
    toml::from_str(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::funding::model::Channel;

    #[test]
    fn every_channel_but_the_rest_has_its_report_and_each_name_stands_once() {
        let reports = read(TEXT).unwrap().report;
        assert_eq!(reports.len(), REPORTS.len());
        for channel in Channel::ALL.iter().filter(|channel| **channel != Channel::Other) {
            let of_it = reports.iter().filter(|report| report.channels.contains(channel));
            assert_eq!(of_it.count(), 1, "{channel}");
        }
        for report in &reports {
            let same = reports.iter().filter(|other| other.name == report.name);
            assert!(same.count() == 1 && !report.columns.is_empty(), "{}", report.name);
        }
    }
}
