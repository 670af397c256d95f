//! A first golden file, made from a capture.

use super::golden::ExpectedVerdict;
use crate::{
    case::Case,
    cli::CommonArgs,
    failure::Failure,
    gather::defaults,
    input::{self, Source},
    render::emit,
    run::{Answer, print, report},
    runtime::Threads,
};
use oauth1_capture::Hints;
use oauth1_core::{
    base_string_uri::base_string_uri, parameters::collect_parameters, request::Request,
};
use oauth1_diagnosis::report::Report;
use std::ffi::OsStr;
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value, value};

const HEADER: &str = "\
# Golden file for `diagnose check`. A case that is no longer as expected fails, and is diagnosed.
# `diagnose check --schema` prints what may stand here. Secrets stay outside: env, file, or text for dummies.

";

/// Prints a golden file with a case for each signed request in the capture.
pub(super) fn run(input: &OsStr, common: &CommonArgs) -> Result<Answer, Failure> {
    let mut notes = Vec::new();
    let given = defaults(common, &mut notes)?;
    let Some(Source::Text(text)) = input::read(Some(input))? else {
        return Err(Failure::usage(
            "a capture of this length is too long for a golden file",
            "save one of its requests alone.",
        ));
    };
    let hints = Hints {
        scheme: common.scheme.map(Into::into),
        ..Hints::default()
    };
    let mut cases = ArrayOfTables::new();
    for captured in oauth1_capture::read(&text, None, &hints)? {
        let mut case = Case::default();
        case.add(captured);
        case.add_defaults(&given);
        let report = report(
            &case.evidence,
            common.limits(),
            &Threads::all_cores(),
            false,
        );
        let name = (case.place.clone()).unwrap_or_else(|| format!("request {}", cases.len() + 1));
        cases.push(golden_case(&case, &report, &name)?);
    }
    print(file(cases).as_bytes())?;
    anstream::eprintln!(
        "note: the file holds the request as it was captured, tokens too; `diagnose redact` makes a capture safe to share."
    );
    Ok(Answer::Right)
}

/// A golden file with that one case.
///
/// # Errors
/// When the request cannot stand in one: it holds secrets, or bytes that are no text.
pub(crate) fn golden_file(case: &Case, report: &Report, name: &str) -> Result<String, Failure> {
    let mut cases = ArrayOfTables::new();
    cases.push(golden_case(case, report, name)?);
    Ok(file(cases))
}

fn file(cases: ArrayOfTables) -> String {
    let mut document = DocumentMut::new();
    document.insert("defaults", Item::Table(secrets()));
    document.insert("case", Item::ArrayOfTables(cases));
    format!("{HEADER}{document}")
}

/// Where the secrets come from.
fn secrets() -> Table {
    let from = |variable: &str| {
        let mut table = InlineTable::new();
        table.insert("env", variable.into());
        value(table)
    };
    let mut table = Table::new();
    table.insert("consumer_secret", from("OAUTH1_CONSUMER_SECRET"));
    table.insert("token_secret", from("OAUTH1_TOKEN_SECRET"));
    table
}

fn golden_case(case: &Case, report: &Report, name: &str) -> Result<Table, Failure> {
    let mut table = Table::new();
    table.insert("name", value(name));
    if let Some(request) = &case.evidence.request {
        let method = collect_parameters(request);
        if method.get("oauth_signature_method") == Some(b"PLAINTEXT") {
            return Err(Failure::usage(
                "the signature of PLAINTEXT is made of the secrets, and would stand in the file",
                "write the case by hand, with `request` and `sign`.",
            ));
        }
        table.insert("request", value(request_table(request)?));
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    for (name, bytes) in [
        ("base_string", &case.evidence.base_string),
        ("typed_url", &case.evidence.typed_url),
    ] {
        if let Some(bytes) = bytes {
            table.insert(name, value(text(bytes)));
        }
    }
    let mut expect = Table::new();
    let verdict = ExpectedVerdict::from(report.verdict);
    expect.insert("verdict", value(verdict.as_str()));
    if !report.mistakes.is_empty() {
        let ids = report.mistakes.iter().map(|mistake| mistake.id);
        expect.insert("mistakes", value(ids.collect::<Array>()));
    }
    expect.insert("base_string", value(&report.canonical.base_string));
    table.insert("expect", Item::Table(expect));
    Ok(table)
}

fn request_table(request: &Request) -> Result<InlineTable, Failure> {
    let text = |bytes: &[u8]| {
        String::from_utf8(bytes.to_vec()).map_err(|_| {
            Failure::usage(
                "the request holds bytes that are not UTF-8",
                "keep the capture in a file, and name it with `input_file`.",
            )
        })
    };
    let url = emit::url(request);
    let is_same = |again: Request| {
        again.query == request.query && base_string_uri(&again) == base_string_uri(request)
    };
    if !Request::from_url(&request.method, &url).is_ok_and(is_same) {
        return Err(Failure::usage(
            "no URL says the same as the request: its Host is missing, or an odd one",
            "keep the capture in a file, and name it with `input_file`.",
        ));
    }
    let mut table = InlineTable::new();
    table.insert("method", text(&request.method)?.into());
    table.insert("url", text(&url)?.into());
    let mut headers = Array::new();
    for header in &request.headers {
        let pair: Array = [text(&header.name)?, text(&header.value)?]
            .into_iter()
            .collect();
        headers.push(Value::Array(pair));
    }
    table.insert("headers", Value::Array(headers));
    if !request.body.is_empty() {
        table.insert("body", text(&request.body)?.into());
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::unreadable;
    use oauth1_core::request::Scheme;
    use oauth1_diagnosis::evidence::Evidence;

    /// What could not be read again is not written.
    #[test]
    fn a_request_without_a_host_or_with_a_lone_hash_is_refused() {
        let is_written = |authority: &[u8], path: &[u8]| {
            let mut request = Request::new(b"GET", Scheme::Http, authority, b"/");
            request.path = path.to_vec();
            let case = Case {
                evidence: Evidence {
                    request: Some(request),
                    ..Evidence::default()
                },
                ..Case::default()
            };
            golden_file(&case, &unreadable(), "name").is_ok()
        };
        assert!(is_written(b"h:8080", b"/a"));
        assert!(is_written(b"h", b""));
        assert!(!is_written(b"", b"/a"));
        assert!(!is_written(b"user@h", b"/a"));
        assert!(!is_written(b"h", b"/a#b"));
    }
}
