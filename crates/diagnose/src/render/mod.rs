//! A report to text. Renderers only read; they decide nothing.

mod align;
mod difference;
mod escape;
pub(crate) mod explain;
pub(crate) mod human;
pub(crate) mod json;
mod page;
mod parameters;
#[cfg(test)]
mod samples;

pub(crate) use escape::Visible;
