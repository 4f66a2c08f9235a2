//! The catalogue of renovation items 基础类、完善类、提升类 (国办发〔2020〕23号), as data.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::renovation::model::ContentItem;

/// The catalogue's text.
pub const TEXT: &str = include_str!("../../../seed/reference/content-items.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    item: Vec<ContentItem>,
}

/// All items, in order. A test holds that the text can be read.
pub static ITEMS: LazyLock<Vec<ContentItem>> = LazyLock::new(|| read(TEXT).unwrap_or_default());

fn read(text: &str) -> Result<Vec<ContentItem>, toml::de::Error> {
    toml::from_str::<Catalogue>(text).map(|catalogue| catalogue.item)
}

/// The item of a code.
#[must_use]
pub fn find(code: &str) -> Option<&'static ContentItem> {
    ITEMS.iter().find(|item| item.code == code)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::renovation::model::ContentClass;

    #[test]
    fn the_catalogue_has_the_three_classes_and_each_code_once() {
        let items = read(TEXT).unwrap();
        let codes: BTreeSet<&str> = items.iter().map(|item| item.code.as_str()).collect();
        assert_eq!((codes.len(), ITEMS.len()), (items.len(), items.len()));
        for class in ContentClass::ALL {
            assert!(items.iter().filter(|item| item.class == *class).count() >= 10, "{class}");
        }
        let prefix = |item: &ContentItem| match item.class {
            ContentClass::Basic => "B",
            ContentClass::Improvement => "I",
            ContentClass::Upgrade => "U",
        };
        assert!(items.iter().all(|item| item.code.starts_with(prefix(item))));
        assert_eq!(find("B01").map(|item| item.zh.as_str()), Some("供水设施改造"));
    }
}
