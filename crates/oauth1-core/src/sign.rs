//! Signing; see the brief.
