//! Reads the paths that a source file names: `crate::a::b`, `use crate::{a, b::{c, d}}` and
//! `super::…`, resolved to the crate's root. A small reader on purpose, with tests of its own.

/// A path that a file names, and the line it stands on (from 1).
#[derive(Debug, PartialEq, Eq)]
pub struct Named {
    pub line: usize,
    pub path: Vec<String>,
}

/// The text with comments and the insides of string literals blanked, line for line.
pub fn code_of(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '/' if chars.peek() == Some(&'/') => {
                while chars.peek().is_some_and(|next| *next != '\n') {
                    chars.next();
                }
            }
            '"' => {
                out.push('"');
                while let Some(inner) = chars.next() {
                    match inner {
                        '\\' => drop(chars.next()),
                        '"' => break,
                        '\n' => out.push('\n'),
                        _ => {}
                    }
                }
                out.push('"');
            }
            '\'' => {
                // A character literal such as '"' must not open a string; a lifetime stays.
                let ahead: Vec<char> = chars.clone().take(2).collect();
                match ahead[..] {
                    ['\\', _] => {
                        chars.next();
                        chars.next();
                    }
                    [_, '\''] => {
                        chars.next();
                        chars.next();
                    }
                    _ => out.push('\''),
                }
            }
            _ => out.push(c),
        }
    }
    out
}

/// Every path of our own crate that the file names; `module` is where the file stands.
pub fn named(text: &str, module: &[String]) -> Vec<Named> {
    let code = code_of(text);
    let mut found = Vec::new();
    for root in ["crate::", "super::"] {
        for (at, _) in code.match_indices(root) {
            let before = code[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let line = code[..at].matches('\n').count() + 1;
            let mut base = if root == "crate::" { Vec::new() } else { module.to_vec() };
            let mut rest = &code[at..];
            if root == "crate::" {
                rest = &rest[root.len()..];
            }
            while let Some(after) = rest.strip_prefix("super::") {
                base.pop();
                rest = after;
            }
            let mut leaves = Vec::new();
            leaves_of(rest, &base, &mut leaves);
            found.extend(leaves.into_iter().map(|path| Named { line, path }));
        }
    }
    found
}

/// Adds the leaves of `a::{b, c::d}` under `base`; answers what follows the tree.
fn leaves_of<'a>(text: &'a str, base: &[String], out: &mut Vec<Vec<String>>) -> &'a str {
    let mut text = text.trim_start();
    if let Some(inside) = text.strip_prefix('{') {
        text = inside;
        loop {
            text = leaves_of(text, base, out).trim_start();
            let Some(next) = text.strip_prefix(',') else { break };
            text = next.trim_start();
            if text.starts_with('}') {
                break;
            }
        }
        return text.strip_prefix('}').unwrap_or(text);
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '*');
    let (word, after) = text.split_at(end.unwrap_or(text.len()));
    let mut path = base.to_vec();
    if word != "self" && word != "*" && !word.is_empty() {
        path.push(word.to_owned());
    }
    if let Some(after) = after.strip_prefix("::")
        && after.starts_with(|c: char| c.is_alphabetic() || c == '{' || c == '*' || c == '_')
    {
        return leaves_of(after, &path, out);
    }
    out.push(path);
    let after = after.trim_start();
    match after.strip_prefix("as ") {
        Some(alias) => {
            alias.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_' || c == ' ')
        }
        None => after,
    }
}

#[test]
fn paths_are_read_from_uses_and_from_code() {
    let text = "use crate::{kernel::{Area, id::*}, platform::db};\n\
                // crate::comment::ignored\n\
                let x = \"crate::text::ignored\"; crate::voting::cast();\n\
                use super::model::{self, Vote as V, Item};\nfn f<'a>(c: char) { c == '\"' }\n\
                use super::super::registry::store;\npub(crate) fn g() {}";
    let module = ["voting".to_owned(), "service".to_owned()];
    let read: Vec<String> = named(text, &module)
        .into_iter()
        .map(|named| format!("{} {}", named.line, named.path.join("::")))
        .collect();
    assert_eq!(
        read,
        [
            "1 kernel::Area",
            "1 kernel::id",
            "1 platform::db",
            "3 voting::cast",
            "4 voting::model",
            "4 voting::model::Vote",
            "4 voting::model::Item",
            "6 registry::store",
        ]
    );
}
