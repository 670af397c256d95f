//! Verifying; see the brief.
