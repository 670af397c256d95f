//! How are the data files read that are part of the program?

use serde::{Deserialize, de::DeserializeOwned};

/// A file that is one list; its entries are called by what they are.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<T> {
    #[serde(rename = "client", alias = "provider", alias = "task")]
    entries: Vec<T>,
}

/// The entries of a file.
pub(crate) fn entries<T: DeserializeOwned>(text: &str) -> Result<Vec<T>, toml::de::Error> {
    toml::from_str::<File<T>>(text).map(|file| file.entries)
}
