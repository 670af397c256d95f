//! One HTML file that works from disk: no script, no font, no picture, nothing that is loaded.

use super::{Entry, severity_word, stopped, tally, word};
use crate::{failure::Failure, render::Visible};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};

/// The page. Every text is made visible first, and the template escapes all that it is given.
pub(super) fn document(entries: &[&Entry]) -> Result<String, Failure> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment
        .render_str(
            include_str!("../../../templates/report.html.j2"),
            context! {
                tally => tally(entries),
                entries => entries.iter().map(|one| entry(one)).collect::<Vec<_>>(),
                version => env!("CARGO_PKG_VERSION"),
            },
        )
        .map_err(|error| {
            Failure::usage(
                format!("the HTML report cannot be written: {error}"),
                "please report this line; --format json works.",
            )
        })
}

fn entry(entry: &Entry) -> Value {
    let visible = |text: &str| Visible(text).to_string();
    let problems = entry.problems.iter().map(|problem| {
        context! {
            id => problem.id,
            severity => severity_word(problem.severity),
            title => &problem.title,
            detail => visible(&stopped(&problem.detail)),
            fix => stopped(problem.fix),
        }
    });
    let place = entry.place.as_ref();
    context! {
        name => visible(&entry.name),
        place => place.map(|(file, line)| visible(&format!("{file}:{line}"))),
        answer => word(entry.answer),
        headline => visible(&entry.headline),
        problems => problems.collect::<Vec<_>>(),
        difference => entry.difference.as_ref().map(|both| Value::from(minijinja::value::Serde(both.pieces()))),
        notes => entry.notes.iter().map(|note| visible(note)).collect::<Vec<_>>(),
    }
}
