//! What is the right call in a given language, and which functions go wrong? The entries of `fixtures/calls.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::data;

/// One step of a signature.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// Stable name, for `diagnose explain`.
    pub id: &'static str,
    /// What is to be done, as a heading.
    pub title: &'static str,
    /// How RFC 5849 wants it, in a sentence or two.
    pub rule: &'static str,
    /// The ids of the mistakes that the right call mends.
    pub mistakes: Vec<&'static str>,
    /// The right call, one a language.
    #[serde(rename = "call")]
    pub calls: Vec<Call>,
}

/// How one language does it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// The language.
    pub language: &'static str,
    /// Code that does it right.
    pub right: &'static str,
    /// Functions and habits that go wrong.
    pub wrong: Vec<&'static str>,
    /// Why they do; may be empty.
    pub why: &'static str,
}

/// The languages, in the order in which they are shown.
pub const LANGUAGES: [&str; 9] = [
    "Python",
    "JavaScript",
    "Java",
    "C#",
    "PHP",
    "Ruby",
    "Go",
    "Perl",
    "Rust",
];

static TASKS: LazyLock<Vec<Task>> = LazyLock::new(|| {
    // The test at the end of this file keeps the entries readable; without them no call would be shown.
    parse().unwrap_or_default()
});

fn parse() -> Result<Vec<Task>, rmp_serde::decode::Error> {
    data::entries(include_bytes!(concat!(env!("OUT_DIR"), "/calls.msgpack")))
}

/// Every step.
pub fn all() -> &'static [Task] {
    &TASKS
}

/// The step whose right call mends a mistake.
pub fn that_mends(mistake: &str) -> Option<&'static Task> {
    all().iter().find(|task| task.mistakes.contains(&mistake))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mistakes::{self, Stage};
    use std::collections::BTreeSet;

    #[test]
    fn every_step_is_shown_in_every_language() {
        let tasks = parse().unwrap();
        let mut mended = BTreeSet::new();
        for task in &tasks {
            let languages: Vec<&str> = task.calls.iter().map(|call| call.language).collect();
            assert_eq!(languages, LANGUAGES, "{}", task.id);
            assert!(
                task.calls.iter().all(|call| !call.right.trim().is_empty()),
                "{}",
                task.id
            );
            for id in &task.mistakes {
                assert!(mistakes::find(id).is_some(), "{id}");
                assert!(mended.insert(id), "{id} is mended twice");
            }
        }
        // Few have no call that mends them: what only the server or the address decides. No call mends a provider's rule.
        let of_clients = mistakes::all().filter(|one| one.stage != Stage::Provider);
        assert!(of_clients.count() - mended.len() < 12);
    }
}
