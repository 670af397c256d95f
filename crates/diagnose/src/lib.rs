//! `diagnose`: why is this OAuth 1.0a signature refused?
//!
//! The way of a request is `gather` (what was given) → `oauth1_diagnosis` → `render`; this file holds the table of exit
//! statuses.
//!
//! It is the library of one program, and no more of it is public than the program and its fuzz targets call: what others can
//! build upon are the crates that it stands on.

mod batch;
mod case;
mod check;
mod cli;
mod failure;
pub mod fuzzing;
mod gather;
mod input;
mod redact;
mod render;
mod response;
mod run;
mod runtime;
mod secrets;
mod serve;
mod settings;
mod sign;
mod verify;

use run::Answer;
use std::process::{ExitCode, exit};

/// Does what the command line says, and tells by the exit status what came of it.
pub fn main() -> ExitCode {
    // A message of a panic may hold captured text or a secret; the place is enough to find the bug.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map_or(String::new(), |place| format!(" at {place}"));
        anstream::eprintln!(
            "error: internal error{place}\n  This is a bug of diagnose; please report this line."
        );
        exit(2);
    }));
    match run::run() {
        Ok(Answer::Right) => ExitCode::SUCCESS,
        Ok(Answer::Wrong) => ExitCode::from(1),
        Ok(Answer::Unknown) => ExitCode::from(2),
        Err(failure) => {
            anstream::eprintln!("{failure}");
            ExitCode::from(2)
        }
    }
}
