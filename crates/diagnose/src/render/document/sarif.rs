//! SARIF 2.1.0, for code scanning.

use super::{Entry, Problem, severity_word, stopped};
use crate::render::{Visible, json};
use oauth1_diagnosis::mistakes;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The log, with one run.
pub(super) fn document(entries: &[&Entry]) -> String {
    let problems = entries.iter().flat_map(|entry| &entry.problems);
    let ids: BTreeSet<&str> = problems.map(|problem| problem.id).collect();
    let rules: Vec<Value> = ids.iter().map(|id| rule(id)).collect();
    let results = entries.iter().flat_map(|entry| {
        let of_entry = move |problem| result(entry, problem);
        entry.problems.iter().map(of_entry)
    });
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "diagnose",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<_>>(),
        }],
    });
    let mut line = json::harmless(&log);
    line.push(b'\n');
    String::from_utf8_lossy(&line).into_owned()
}

fn rule(id: &str) -> Value {
    let Some(mistake) = mistakes::find(id) else {
        return json!({"id": id});
    };
    json!({
        "id": id,
        "shortDescription": {"text": format!("The client {}", mistake.title)},
        "fullDescription": {"text": mistake.what},
        "help": {"text": mistake.fix},
    })
}

fn result(entry: &Entry, problem: &Problem) -> Value {
    let mut text = format!("{}. {}", problem.title, stopped(&problem.detail));
    if !problem.fix.is_empty() {
        text = format!("{text} Fix: {}", problem.fix);
    }
    let mut location = json!({});
    if !entry.name.is_empty() {
        let name = Visible(&entry.name).to_string();
        location["logicalLocations"] = json!([{"name": name, "kind": "member"}]);
    }
    if let Some((file, line)) = &entry.place {
        location["physicalLocation"] = json!({
            "artifactLocation": {"uri": uri(file)},
            "region": {"startLine": line},
        });
    }
    json!({
        "ruleId": problem.id,
        "level": severity_word(problem.severity),
        "message": {"text": Visible(&text).to_string()},
        "locations": [location],
    })
}

/// A path as a relative or absolute URI reference.
fn uri(path: &str) -> String {
    let parts = path.split(['/', std::path::MAIN_SEPARATOR]);
    let parts: Vec<String> = parts
        .map(|part| oauth1_core::encode::percent_encode(part.as_bytes()))
        .collect();
    parts.join("/")
}
