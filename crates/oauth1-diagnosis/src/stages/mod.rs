//! The stages of a signature, a file a stage: which mistakes happen there.

pub mod encoding;
pub mod findings;
pub mod joining;
pub mod key;
pub mod method;
pub mod order;
pub mod parameters;
pub mod provider;
pub mod signature;
pub mod uri;
