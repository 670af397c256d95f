//! The fixtures name mistakes by their ids: is each one in the registry?
use diagnose_tests::{
    fixtures, golden,
    peers::{self, Ids},
};
use oauth1_diagnosis::mistakes;
use serde_json::Value;

fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(list) => list.iter().flat_map(strings).collect(),
        _ => vec![],
    }
}

#[test]
fn every_id_is_in_the_registry() {
    let mut ids: Vec<String> = golden::deviations()
        .into_iter()
        .flat_map(|deviation| deviation.explained_by.concat())
        .collect();
    let peers: Ids = peers::ids();
    ids.extend(
        peers
            .into_values()
            .flat_map(|choices| choices.into_values().flatten()),
    );
    for file in ["incidents/mutations.jsonl", "incidents/incidents.jsonl"] {
        for line in fixtures::json_lines::<Value>(file) {
            for field in ["explained_by", "named", "finds"] {
                ids.extend(line.get(field).iter().flat_map(|value| strings(value)));
            }
        }
    }
    assert!(ids.len() > 200, "only {} ids", ids.len());
    let unknown: Vec<_> = ids
        .iter()
        .filter(|id| mistakes::find(id).is_none())
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
