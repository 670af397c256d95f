//! The binary. SKELETON.
mod render;
fn main() {}
