//! Shared helpers of the tests: readers of `fixtures/`, a clock for the search, and an independent implementation to compare with.
pub mod fixtures;
pub mod golden;
pub mod naive;
pub mod peers;
pub mod reference;
pub mod runtime;
pub mod targets;
pub mod visible;
pub mod wrong_client;
