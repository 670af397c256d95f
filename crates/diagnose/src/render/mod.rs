//! A report to text. Renderers only read; they decide nothing.

mod align;
pub(crate) mod code;
pub(crate) mod derivation;
mod difference;
pub(crate) mod document;
pub(crate) mod emit;
mod escape;
pub(crate) mod explain;
pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod page;
mod parameters;
#[cfg(test)]
mod samples;
mod shell;
pub(crate) mod steps;
mod summary;

pub(crate) use escape::Visible;
