//! `diagnose.toml` and golden files: what is read of them, and what an error says of them.

use diagnose::fuzzing;
use diagnose_tests::visible::unescape;
use oauth1_capture::{Format, Hints, read};
use oauth1_core::base_string::BaseString;
use toml::Table;

/// Z08: P29 and K05 for `diagnose.toml`.
pub(crate) fn settings(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        check(text, fuzzing::settings);
    }
}

/// Z09: P29 and K05 for golden files; and a request that is written into one is the one that is read out of it.
pub(crate) fn golden(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        check(text, fuzzing::golden_file);
    }
    let captured = read(bytes, Some(Format::Http), &Hints::default()).unwrap_or_default();
    for request in captured.into_iter().filter_map(|captured| captured.request) {
        let request = request.request;
        let Ok(file) = fuzzing::recorded(&request, &String::from_utf8_lossy(bytes)) else {
            continue;
        };
        let file = check(&file, fuzzing::golden_file).expect("what is written can be read");
        let again = fuzzing::requests(file);
        let [again] = again.as_slice() else {
            panic!("one request was written");
        };
        assert_eq!(again.method, request.method);
        assert_eq!(again.headers, request.headers);
        assert_eq!(again.body, request.body);
        let text = |request| BaseString::of(request).as_str().to_owned();
        assert_eq!(text(again), text(&request));
    }
}

/// What was read; it is the same however the file is written.
fn check<T: PartialEq>(text: &str, read: fn(&str) -> Result<T, String>) -> Option<T> {
    let told = match read(text) {
        Ok(told) => told,
        Err(message) => {
            check_message(text, &message);
            return None;
        }
    };
    let again = |text: &str| assert!(read(text).as_ref() == Ok(&told), "{text:?}");
    let table: Table = text.parse().expect("TOML");
    again(&toml::to_string(&table).expect("a table can be written"));
    again(&format!("\u{feff}{}", text.trim_start_matches('\u{feff}')));
    again(text.trim_end_matches(['\r', '\n']));
    // In a text of several lines, a line end is part of what it says.
    if !["\r", "'''", "\"\"\""].iter().any(|it| text.contains(it)) {
        again(&text.replace('\n', "\r\n"));
    }
    Some(told)
}

/// The message names a place in the file. Of what stands there it shows nothing, but for a name that is not known.
fn check_message(text: &str, message: &str) {
    const NO_FIELD: &str = "something else was expected here; a secret is written as { env = \"NAME\" }, { file = \"NAME\" } or \
                            { text = \"…\" }";
    let message = message.strip_prefix("error: ").expect("an error");
    let (said, place) = message.rsplit_once("\n  at line ").expect("a place");
    let place = place.strip_suffix(" of the input").expect("of the file");
    let (line, column) = place.split_once(", column ").expect("a column");
    let line: usize = line.parse().expect("a number");
    let column: usize = column.parse().expect("a number");
    let length = text
        .split('\n')
        .nth(line - 1)
        .expect("a line of the file")
        .len();
    assert!((1..=length + 1).contains(&column), "{place}");
    if said == NO_FIELD {
        return;
    }
    let (kind, name) = said.split_once(" `").expect("a name");
    let alone = || (name.strip_suffix('`').expect("the end of a name"), "");
    let (name, rest) = name.rsplit_once("`, expected ").unwrap_or_else(alone);
    let is_own = |name: &str| {
        name.bytes()
            .all(|byte| byte == b'_' || byte.is_ascii_lowercase())
    };
    assert!(rest.split(['`', ',', ' ']).all(is_own), "{said}");
    match kind {
        "missing field" => assert!(is_own(name), "{said}"),
        "unknown field" => {
            let name = unescape(name).expect("a name in visible form");
            // A table is as good as read before a number in it is found to be too large.
            if let Ok(table) = text.parse() {
                assert!(has_name(&toml::Value::Table(table), &name), "{said}");
            }
        }
        _ => panic!("{said}"),
    }
}

fn has_name(value: &toml::Value, name: &str) -> bool {
    match value {
        toml::Value::Table(table) => {
            table.contains_key(name) || table.values().any(|value| has_name(value, name))
        }
        toml::Value::Array(array) => array.iter().any(|value| has_name(value, name)),
        _ => false,
    }
}
