//! A report to text. Renderers only read; they decide nothing.

pub(crate) mod align;
pub(crate) mod escape;
