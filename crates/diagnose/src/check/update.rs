//! Writes what came of failing cases into their file; everything else in it stays as it is.

use super::{Checked, outcome::Outcome};
use crate::{failure::Failure, input::text_file, run::Answer};
use std::{fs, path::Path};
use toml_edit::{Array, DocumentMut, Item, Table, value};

/// Brings the expectations of the failing cases up to date, and tells which.
pub(super) fn write(path: &Path, cases: &[(Checked, Option<Outcome>)]) -> Result<(), Failure> {
    let failing = |(checked, _): &(Checked, Option<Outcome>)| checked.entry.answer == Answer::Wrong;
    if !cases.iter().any(failing) {
        return Ok(());
    }
    let text = text_file("the golden file", path)?;
    let unreadable = || Failure::usage("the golden file has changed meanwhile", "run it again.");
    let mut document: DocumentMut = text.parse().map_err(|_| unreadable())?;
    let tables = document
        .get_mut("case")
        .and_then(Item::as_array_of_tables_mut)
        .ok_or_else(unreadable)?;
    for (table, case) in tables.iter_mut().zip(cases) {
        if let (true, (checked, Some(outcome))) = (failing(case), case) {
            update(table, outcome);
            anstream::eprintln!("updated: {}", crate::render::Visible(&checked.entry.name));
        }
    }
    fs::write(path, document.to_string()).map_err(|error| Failure::output(&error))
}

/// Only what the case compares already is changed, and the verdict, which every captured case compares.
fn update(table: &mut Table, outcome: &Outcome) {
    let actual = &outcome.actual;
    let expect = table.entry("expect").or_insert(Item::Table(Table::new()));
    let Some(expect) = expect.as_table_like_mut() else {
        return;
    };
    if let Some(verdict) = actual.verdict {
        expect.insert("verdict", value(verdict.as_str()));
    }
    if expect.contains_key("mistakes")
        && let Some(ids) = &actual.mistakes
    {
        expect.insert("mistakes", value(ids.iter().collect::<Array>()));
    }
    for (name, text) in [
        ("base_string", &actual.base_string),
        ("signature", &actual.signature),
        ("authorization", &actual.authorization),
    ] {
        if expect.contains_key(name)
            && let Some(text) = text
        {
            expect.insert(name, value(text.as_str()));
        }
    }
}
