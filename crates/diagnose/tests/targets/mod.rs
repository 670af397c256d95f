//! What must hold for any bytes that reach the program: the bodies of its fuzz targets, which `cargo test` runs as well.
#![allow(dead_code, unused_imports)] // each fuzz target uses its part of this

mod config;
mod connection;
#[path = "../documents/mod.rs"]
mod documents;
mod redact;
mod rendered;

pub(crate) use config::{golden, settings};
pub(crate) use connection::connection;
pub(crate) use redact::redact;
pub(crate) use rendered::rendered;
