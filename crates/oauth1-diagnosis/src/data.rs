//! How are the data files read that are part of the program? `build.rs` has made JSON of them.

use serde::{Deserialize, de::DeserializeOwned};

/// A file that is one list; its entries are called by what they are.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<T> {
    #[serde(rename = "client", alias = "provider", alias = "task")]
    entries: Vec<T>,
}

/// The entries of a file, in JSON.
pub(crate) fn entries<T: DeserializeOwned>(text: &str) -> Result<Vec<T>, serde_json::Error> {
    serde_json::from_str::<File<T>>(text).map(|file| file.entries)
}
