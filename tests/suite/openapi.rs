//! The document says what the server does: it is current, complete, and lists every handler.

use std::{collections::BTreeSet, path::PathBuf};

use serde_json::Value;

/// Operations that need no token, and why.
pub const PUBLIC: &[(&str, &str)] = &[
    ("livez", "a probe"),
    ("readyz", "a probe"),
    ("metrics", "by address"),
    ("sign_in", "gives the token"),
    ("request_code", "the way to a token"),
    ("sign_in_by_code", "gives the token"),
    ("refresh_session", "the refresh token is the proof"),
    ("list_demo_inbox", "demo only; 404 elsewhere"),
    ("get_public_notice", "hangs on the notice board; 404 before"),
    ("get_public_notice_page", "hangs on the notice board; 404 before"),
    ("get_receipt", "by its code; no choice, no name"),
    ("get_receipt_page", "by its code; no choice, no name"),
    ("get_log_checkpoint", "the log is there to be checked; size and root"),
    ("get_log_keys", "keys that check the log"),
    ("get_log_tile", "hashes; leaves after the close, commitments only"),
    ("get_public_openings", "after the close, as far as the pack publishes"),
    ("get_public_bundle", "after the close, as far as the pack publishes"),
    ("get_certificate", "sums only; once confirmed"),
    ("get_certificate_json", "sums only; once confirmed"),
    ("get_certificate_page", "sums only; once confirmed"),
    ("get_deployment_checkpoint", "size and root"),
    ("get_deployment_tile", "checkpoints of votes' logs"),
    ("get_log_checkpoint_cosigned", "the log is there to be checked; size and root"),
    ("get_log_checkpoint_page", "to be posted; size and root"),
    ("list_log_checkpoints", "to be posted; size and root"),
    ("get_deployment_keys", "keys that check the log"),
    ("add_checkpoint", "a witness; the checkpoint's signature is the proof"),
    ("get_witness", "what a witness saw: sizes and roots"),
    ("get_public_result", "sums only; hidden until it is published"),
    ("get_public_result_page", "sums only; hidden until it is published"),
    ("list_public_official_results", "sums only; once a second person confirmed"),
    ("get_public_official_result", "sums only; once a second person confirmed"),
    ("get_survey_by_link", "the token is the proof; questions and the own unit"),
    ("answer_survey_by_link", "the token is the proof"),
    ("get_survey_page", "the token is the proof; the same as a page"),
    ("post_survey_page", "the token is the proof; the same as a page"),
    ("get_public_survey_result", "sums only; after the close, small numbers hidden"),
    ("list_public_objections", "what was raised and what was changed; no name, no unit"),
    ("list_public_projects", "names and stages of projects"),
    (
        "get_public_project",
        "stages, fixed plans, what residents changed; no name, no unit, no draft",
    ),
    ("get_public_drawing", "drawings of fixed plans, without metadata"),
    ("get_elevator_board", "states and counts of entrances; no name, no unit"),
];

const TAGS: &[&str] = &[
    "operations",
    "demo",
    "identity",
    "registry",
    "voting",
    "consultation",
    "elevator",
    "official_result",
    "survey",
    "joint_review",
    "ledger",
    "fund",
    "renovation",
    "funding",
    "witness",
];

/// One operation of the document.
pub struct Operation {
    pub method: String,
    pub path: String,
    pub id: String,
    pub value: Value,
}

impl Operation {
    pub fn is_public(&self) -> bool {
        PUBLIC.iter().any(|(id, _)| *id == self.id)
    }
}

pub fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(jiugai::app::openapi::document()).unwrap();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, value) in item.as_object().unwrap() {
            if ["get", "post", "put", "patch", "delete"].contains(&method.as_str()) {
                found.push(Operation {
                    method: method.to_uppercase(),
                    path: path.clone(),
                    id: value["operationId"].as_str().unwrap_or_default().to_owned(),
                    value: value.clone(),
                });
            }
        }
    }
    found
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The function's name after each annotation in a source text.
fn handlers(text: &str) -> Vec<String> {
    let annotations = text.split("#[utoipa::path(").skip(1);
    let names = annotations.map(|rest| {
        let after = rest.split("fn ").nth(1).unwrap_or_default();
        after.split(['(', '<']).next().unwrap_or_default().trim().to_owned()
    });
    names.collect()
}

#[test]
fn the_committed_document_is_current() {
    let path = root().join("openapi/openapi.json");
    let current = jiugai::app::openapi::document().to_pretty_json().unwrap() + "\n";
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &current).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = committed.lines().zip(current.lines()).find(|(one, two)| one != two);
    assert!(
        committed == current,
        "openapi/openapi.json is not current; `make generated` or \
         `jiugai openapi -o openapi/openapi.json` writes it. First difference: {differs:?}"
    );
}

#[test]
fn the_words_of_an_enum_are_those_of_the_json() {
    let document = serde_json::to_value(jiugai::app::openapi::document()).unwrap();
    let words = document["components"]["schemas"]["Stage"]["enum"].clone();
    assert_eq!(words, serde_json::to_value(jiugai::renovation::Stage::ALL).unwrap());
}

#[test]
fn every_handler_is_an_operation_of_the_same_name() {
    let sources = crate::tidy::files(&root(), &["src"], "rs");
    let texts = sources.iter().map(|path| std::fs::read_to_string(root().join(path)).unwrap());
    let written: BTreeSet<String> = texts.flat_map(|text| handlers(&text)).collect();
    let listed: BTreeSet<String> = operations().into_iter().map(|one| one.id).collect();
    let unmounted: Vec<_> = written.difference(&listed).collect();
    let unnamed: Vec<_> = listed.difference(&written).collect();
    assert!(unmounted.is_empty(), "annotated, but not mounted: {unmounted:?}");
    assert!(unnamed.is_empty(), "operation_id is not the function's name: {unnamed:?}");
    assert_eq!(operations().len(), listed.len(), "operation ids are unique");
}

/// Names of handlers with a JSON body, and places of routes that no annotation describes.
fn bodies_and_strays() -> (Vec<String>, Vec<String>) {
    let (mut bodies, mut strays) = (Vec::new(), Vec::new());
    for path in crate::tidy::files(&root(), &["src"], "rs") {
        let text = std::fs::read_to_string(root().join(&path)).unwrap();
        for rest in text.split("#[utoipa::path(").skip(1) {
            let signature = rest.split("fn ").nth(1).unwrap_or_default();
            let signature = signature.split('{').next().unwrap_or_default();
            if signature.contains("Body<") {
                bodies.push(signature.split('(').next().unwrap_or_default().to_owned());
            }
        }
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        for (at, line) in lines.iter().enumerate() {
            let mut methods = ["get", "post", "put", "patch", "delete"].iter();
            let is_route = methods.any(|method| line.starts_with(&format!("#[{method}(\"")));
            if is_route && lines[at - 1] != ")]" {
                strays.push(format!("{path}:{}", at + 1));
            }
        }
    }
    (bodies, strays)
}

#[test]
fn every_route_and_every_body_is_described() {
    let (bodies, strays) = bodies_and_strays();
    assert!(strays.is_empty(), "no #[utoipa::path(…)] above: {strays:?}");
    let operations = operations();
    let bare = operations.iter().filter(|one| one.value["requestBody"].is_null());
    let bare: Vec<&str> = bare.map(|one| one.id.as_str()).collect();
    let missing: Vec<_> = bodies.iter().filter(|name| bare.contains(&&***name)).collect();
    assert!(missing.is_empty(), "request_body is missing: {missing:?}");
}

fn faults(operation: &Operation) -> Vec<String> {
    let Operation { id, value, path, .. } = operation;
    let mut found = Vec::new();
    let mut need = |is_there: bool, sentence: &str| {
        if !is_there {
            found.push(format!("{id}: {sentence}"));
        }
    };
    need(value["summary"].as_str().is_some_and(|text| text.len() > 3), "a summary");
    let tags: Vec<&str> =
        value["tags"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    need(tags.len() == 1 && TAGS.contains(&tags[0]), "one tag, a slice's name");
    let is_secured = value["security"]
        .as_array()
        .is_some_and(|all| !all.is_empty() && all.iter().all(|one| one.get("bearer").is_some()));
    let is_open = value["security"].as_array().is_some_and(|all| all == &[serde_json::json!({})]);
    need(is_secured != is_open, "security bearer, or security(()) for a public operation");
    need(is_open == operation.is_public(), "public operations are listed in this test");
    need(id.contains('_') || operation.is_public(), "a name of verb and resource");
    need(path.starts_with("/api/v1/") || operation.is_public(), "a path under /api/v1");
    let responses = value["responses"].as_object().unwrap();
    need(responses.keys().any(|status| status.starts_with('2')), "an answer of success");
    need(responses.contains_key("500") && responses.contains_key("503"), "answers of failure");
    let all_told = responses.values().all(|one| one["description"].as_str().is_some());
    need(all_told, "a description of each answer");
    found
}

#[test]
fn every_operation_is_complete() {
    let found: Vec<String> = operations().iter().flat_map(faults).collect();
    assert!(found.is_empty(), "{} gaps:\n{}", found.len(), found.join("\n"));
    for (id, _) in PUBLIC {
        let is_there = operations().iter().any(|operation| operation.id == *id);
        assert!(is_there, "{id} is gone: remove it from the list");
    }
}

#[test]
fn a_planted_gap_of_each_kind_is_found() {
    let mut bare = Operation {
        method: "GET".to_owned(),
        path: "/things".to_owned(),
        id: "things".to_owned(),
        value: serde_json::json!({ "responses": { "404": {} } }),
    };
    assert_eq!(faults(&bare).len(), 8, "{:?}", faults(&bare));
    bare.id = "list_things".to_owned();
    bare.path = "/api/v1/things".to_owned();
    bare.value = serde_json::json!({
        "summary": "Things", "tags": ["voting"], "security": [{ "bearer": [] }],
        "responses": { "200": { "description": "" }, "500": { "description": "" },
                       "503": { "description": "" } },
    });
    assert_eq!(faults(&bare), Vec::<String>::new());
    let text = "#[utoipa::path(get)]\n#[get(\"/x\")]\npub async fn list_x<T>() {}";
    assert_eq!(handlers(text), ["list_x"]);
}

/// The names of schemas that a source file declares: two of one name would be one in the document.
fn schema_names(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut is_schema, mut alias) = (false, None);
    for line in text.lines().map(str::trim) {
        is_schema |= line.contains("ToSchema)]") || line.starts_with("crate::text_enum!");
        is_schema |= line.contains("ToSchema, ") && line.starts_with("#[derive");
        if let Some(rest) = line.strip_prefix("#[schema(as = ") {
            alias = Some(rest.trim_end_matches(")]").to_owned());
        }
        let declared = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum "));
        if let Some(rest) = declared {
            let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
            if std::mem::take(&mut is_schema) {
                names.push(alias.take().unwrap_or_else(|| rest[..end].to_owned()));
            }
            alias = None;
        }
    }
    names
}

#[test]
fn no_two_schemas_have_one_name() {
    let mut known = std::collections::BTreeMap::new();
    let mut faults = Vec::new();
    let mut directories = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                for name in schema_names(&std::fs::read_to_string(&path).unwrap()) {
                    if let Some(first) = known.insert(name.clone(), path.clone()) {
                        faults.push(format!("{name}: {} and {}", first.display(), path.display()));
                    }
                }
            }
        }
    }
    assert!(known.len() > 300, "{} are found", known.len());
    assert!(faults.is_empty(), "{faults:#?}");
    let planted =
        "#[derive(Debug, utoipa::ToSchema)]\n#[schema(as = B)]\npub struct A {\n}\npub struct C;";
    assert_eq!(schema_names(planted), ["B"]);
}
