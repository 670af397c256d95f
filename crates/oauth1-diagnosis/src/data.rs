//! How are the data files read that are part of the program? `build.rs` has made `MessagePack` of them, whose texts are borrowed
//! where they stand.

use rmp_serde::decode::Error;
use serde::Deserialize;

/// A file that is one list; its entries are called by what they are.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<T> {
    #[serde(rename = "client", alias = "provider", alias = "task")]
    entries: Vec<T>,
}

/// The entries of a file, in `MessagePack`.
pub(crate) fn entries<T: Deserialize<'static>>(file: &'static [u8]) -> Result<Vec<T>, Error> {
    rmp_serde::from_slice::<File<T>>(file).map(|file| file.entries)
}
