//! Which is the likeliest recipe that turns this request into what the client sent?

pub(crate) mod choice;
pub mod encoders;
pub mod evidence;
pub(crate) mod facts;
pub(crate) mod leaves;
pub(crate) mod mac;
pub mod mistakes;
pub mod report;
pub mod runtime;
pub(crate) mod search;
pub mod stages;
pub(crate) mod texts;
