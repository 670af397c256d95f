//! The binary. SKELETON.
fn main() {}
