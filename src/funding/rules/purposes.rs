//! What the document of a source names, as codes of items and classes.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::funding::model::{CatalogueItem, FundingTag};
use crate::kernel::{Code, Outcome, Refusal};

/// The text of the tags.
const TEXT: &str = include_str!("../../../seed/reference/funding-tags.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    tag: Vec<FundingTag>,
}

/// All tags, in order. A test holds that the text can be read.
pub static TAGS: LazyLock<Vec<FundingTag>> =
    LazyLock::new(|| read(TEXT).map(|file| file.tag).unwrap_or_default());

fn read(text: &str) -> Result<File, toml::de::Error> {
    toml::from_str(text)
}

/// Words of a document as purposes, each once, with the tag that brought it: a code or a class stands
/// for itself, a tag for its codes.
///
/// # Errors
/// `invalid_field` with the place of a word that is none of these.
pub fn expand(
    words: &[String],
    catalogue: &[CatalogueItem],
) -> Outcome<Vec<(String, Option<String>)>> {
    let mut found: Vec<(String, Option<String>)> = Vec::new();
    let mut keep = |purpose: &str, tag: Option<&str>| {
        if found.iter().all(|(known, _)| known != purpose) {
            found.push((purpose.to_owned(), tag.map(str::to_owned)));
        }
    };
    for (at, word) in words.iter().enumerate() {
        if catalogue.iter().any(|item| item.code == *word || item.class == *word) {
            keep(word, None);
        } else if let Some(tag) = TAGS.iter().find(|tag| tag.name == *word) {
            tag.codes.iter().for_each(|code| keep(code, Some(word)));
        } else {
            let detail =
                "no code or class of the catalogue, and no tag · 既非内容目录编码、类别，也非标签";
            return Err(Refusal::field(Code::InvalidField, &format!("/purposes/{at}"), detail));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tags_can_be_read_and_stand_for_items() {
        let tags = read(TEXT).unwrap().tag;
        assert!(tags.len() == TAGS.len() && tags.iter().all(|tag| !tag.codes.is_empty()));
        let item = |code: &str, class: &str| CatalogueItem {
            code: code.to_owned(),
            class: class.to_owned(),
        };
        let catalogue = [item("B02", "basic"), item("I14", "improvement")];
        let words = ["B02", "sponge", "improvement"].map(str::to_owned);
        let found = expand(&words, &catalogue).unwrap();
        assert_eq!(found.first(), Some(&("B02".to_owned(), None)));
        assert!(found.contains(&("B05".to_owned(), Some("sponge".to_owned()))));
        assert_eq!(found.last(), Some(&("improvement".to_owned(), None)));
        assert_eq!(found.iter().filter(|(purpose, _)| purpose == "B02").count(), 1);
        let refused = expand(&["roads".to_owned()], &catalogue).unwrap_err();
        assert_eq!(refused.code(), Code::InvalidField);
    }
}
