//! What is wrong with each request, one after the other, while new ones arrive.

use super::{
    record::Recorder,
    ring::{Ring, Seen},
    view,
};
use crate::{
    case::Case,
    render::{
        Visible,
        document::Entry,
        json::{self, Document},
    },
    run::{diagnosed, human_text, print},
};
use oauth1_diagnosis::{
    Limits,
    report::{Report, Severity},
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc;

/// Where more requests than this wait, none is searched for longer than [`HURRY`].
const CROWD: usize = 4;
const HURRY: Duration = Duration::from_secs(1);

/// A request that waits to be diagnosed.
pub(super) struct Arrival {
    pub(super) id: u64,
    /// Method and path, safe to print.
    pub(super) line: String,
    /// What was answered.
    pub(super) status: u16,
    pub(super) case: Case,
}

/// Where the diagnosis is done.
pub(super) struct Desk {
    pub(super) arrivals: mpsc::Receiver<Arrival>,
    pub(super) ring: Arc<Ring>,
    pub(super) recorder: Option<Recorder>,
    pub(super) limits: Limits,
    pub(super) show_secrets: bool,
    pub(super) json: bool,
}

impl Desk {
    /// Works until nothing can arrive any more.
    pub(super) fn work(mut self) {
        while let Some(arrival) = self.arrivals.blocking_recv() {
            self.diagnose(&arrival);
        }
    }

    fn diagnose(&mut self, arrival: &Arrival) {
        let mut limits = self.limits;
        if self.arrivals.len() > CROWD {
            limits.time_limit = limits.time_limit.min(HURRY);
        }
        let case = &arrival.case;
        let report = diagnosed(case, limits, self.show_secrets);
        let (entry, view) = view::of(case, &report, &arrival.line);
        self.ring.finish(
            arrival.id,
            Seen {
                answer: entry.answer,
                told: worst(&entry),
                view,
            },
        );
        if let Some(recorder) = &mut self.recorder
            && let Some(note) = recorder.keep(arrival.id, case, &report)
        {
            anstream::eprintln!("note: {note}");
        }
        // A reader that went away is no reason to stop: there is still the page.
        let _ = if self.json {
            print(&event(arrival, &report))
        } else {
            let place = format!(
                "{}. {}, answered {}",
                arrival.id, arrival.line, arrival.status
            );
            print(format!("\n{}", human_text(case, &report, Some(&place))).as_bytes())
        };
    }
}

/// The first thing that is wrong, safe to print.
fn worst(entry: &Entry) -> String {
    let mut problems = entry.problems.iter();
    let worst = problems.find(|problem| problem.severity == Severity::Error);
    worst.map_or(String::new(), |problem| Visible(&problem.title).to_string())
}

/// The line of a script's reader.
fn event(arrival: &Arrival, report: &Report) -> Vec<u8> {
    let document = Document {
        id: None,
        report,
        notes: &arrival.case.notes_for_json(),
        error: None,
    };
    let report: Value = serde_json::to_value(&document).unwrap_or_default();
    let mut line = json::harmless(&json!({
        "event": "request",
        "id": arrival.id,
        "request": arrival.line,
        "status": arrival.status,
        "report": report,
    }));
    line.push(b'\n');
    line
}
