//! What came of a case, and how it compares with what was expected.

use super::{
    Checked, Known,
    golden::{Expectations, ExpectedVerdict, GoldenCase, GoldenProtocol, GoldenRequest},
    signature_in,
};
use crate::{
    case::{Case, Defaults},
    cli::CheckArgs,
    failure::Failure,
    input,
    render::document::{Difference, Entry, Problem},
    run::{Answer, report},
    runtime::Threads,
    settings::Settings,
};
use oauth1_core::{
    authorization::{Authorization, format_authorization},
    method::SignatureMethod,
    parameters::{Source, collect_parameters},
    request::Request,
    sign::{Freshness, Protocol, Signed, SigningKey},
};
use oauth1_diagnosis::{
    evidence::Evidence,
    report::{Report, Severity},
};
use serde_json::{Map, Value, json};
use std::path::Path;

/// What came of a case.
pub(super) struct Outcome {
    /// The values that can be compared with the expected ones.
    pub(super) actual: Expectations,
    report: Report,
    notes: Vec<String>,
}

/// Signs or diagnoses the case.
pub(super) fn of(
    case: &GoldenCase,
    file: &Settings,
    directory: &Path,
    known: &Known,
    args: &CheckArgs,
) -> Result<Outcome, Failure> {
    // The golden file goes before the project's own settings, and what the command line says before both.
    let mut given = known.given.copy();
    let settings = case.settings.clone().rooted(directory).or(file);
    settings.fill(&mut given)?;
    known.project.fill(&mut given)?;
    match &case.sign {
        Some(protocol) => signed(case, protocol, &given, args),
        None => captured(case, &given, directory, args),
    }
}

/// A captured request, or a base string alone.
fn captured(
    case: &GoldenCase,
    given: &Defaults,
    directory: &Path,
    args: &CheckArgs,
) -> Result<Outcome, Failure> {
    let mut object = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        object.extend(value.map(|value| (name.to_owned(), value)));
    };
    let input = match (&case.input, &case.input_file, &case.request) {
        (Some(text), None, None) => Some(text.clone()),
        (None, Some(file), None) => {
            let text = input::included("the capture", directory, file)?;
            Some(String::from_utf8(text).map_err(|_| {
                Failure::usage(
                    "the capture is not UTF-8 text",
                    "give it to diagnose itself; golden files hold text.",
                )
            })?)
        }
        (None, None, Some(request)) => {
            put("request", Some(json!(request)));
            None
        }
        (None, None, None) if case.base_string.is_some() => None,
        _ => {
            return Err(Failure::usage(
                "a case has one of `input`, `input_file` and `request`",
                "leave the others out.",
            ));
        }
    };
    put("input", input.map(Value::String));
    put("base_string", case.base_string.clone().map(Value::String));
    put("typed_url", case.typed_url.clone().map(Value::String));
    let read = Case::from_json(&object, given)?;
    let report = report(
        &read.evidence,
        args.common.limits(),
        &Threads::all_cores(),
        args.common.secrets.show_secrets,
    );
    let ids = report.mistakes.iter().map(|mistake| mistake.id.to_owned());
    let actual = Expectations {
        verdict: Some(report.verdict.into()),
        mistakes: Some(ids.collect()),
        base_string: Some(report.canonical.base_string.clone()),
        signature: report.canonical.signature.clone(),
        authorization: report.canonical.authorization.clone(),
    };
    Ok(Outcome {
        actual,
        report,
        notes: read.notes_for_json(),
    })
}

/// A request that is signed here.
fn signed(
    case: &GoldenCase,
    protocol: &GoldenProtocol,
    given: &Defaults,
    args: &CheckArgs,
) -> Result<Outcome, Failure> {
    let Some(request) = &case.request else {
        return Err(Failure::usage(
            "`sign` needs a request in parts",
            "give `request` with method, url, headers and body.",
        ));
    };
    let (signed, key) = sign(request, protocol, given)?;
    let documented = documented_signature(&case.expect, &signed, &key)?;
    let evidence = Evidence {
        request: Some(with_signature(&signed.request, protocol, &documented)),
        base_string: case.expect.base_string.clone().map(String::into_bytes),
        ..Evidence::default()
    };
    let mut read = Case {
        evidence,
        ..Case::default()
    };
    read.add_defaults(given);
    let report = report(
        &read.evidence,
        args.common.limits(),
        &Threads::all_cores(),
        args.common.secrets.show_secrets,
    );
    // PLAINTEXT's signature is the secrets.
    let is_secret = key.method() == SignatureMethod::Plaintext;
    let actual = Expectations {
        verdict: None,
        mistakes: None,
        base_string: Some(signed.base_string.as_str().to_owned()),
        signature: (!is_secret).then_some(signed.signature),
        authorization: (!is_secret).then_some(signed.authorization),
    };
    Ok(Outcome {
        actual,
        report,
        notes: Vec::new(),
    })
}

/// The signature that the case expects: as it stands there, in its header, or that of its base string.
fn documented_signature(
    expect: &Expectations,
    signed: &Signed,
    key: &SigningKey,
) -> Result<String, Failure> {
    if let Some(signature) = &expect.signature {
        return Ok(signature.clone());
    }
    if let Some(signature) = expect.authorization.as_deref().and_then(signature_in) {
        return Ok(signature);
    }
    match &expect.base_string {
        Some(text) => key
            .sign(text.as_bytes())
            .map_err(|error| Failure::usage(error.to_string(), "look at this case's key.")),
        None => Ok(signed.signature.clone()),
    }
}

/// The request as a client sends it that makes the documented signature.
fn with_signature(request: &Request, protocol: &GoldenProtocol, signature: &str) -> Request {
    let mut request = request.clone();
    let header = {
        let parameters = collect_parameters(&request);
        let pairs: Vec<(&[u8], &[u8])> = parameters
            .list
            .iter()
            .filter(|one| one.source == Source::Header)
            .map(|one| match &*one.name {
                b"oauth_signature" => (&b"oauth_signature"[..], signature.as_bytes()),
                name => (name, &*one.value),
            })
            .collect();
        format_authorization(protocol.realm.as_deref(), &pairs)
    };
    for field in &mut request.headers {
        if field.name.eq_ignore_ascii_case(b"Authorization") {
            field.value = header.clone().into_bytes();
        }
    }
    request
}

/// Signs a request in parts with the parameters that a golden file gives.
pub(super) fn sign(
    request: &GoldenRequest,
    protocol: &GoldenProtocol,
    given: &Defaults,
) -> Result<(Signed, SigningKey), Failure> {
    let usage =
        |message: String| Failure::usage(message, "look at this case's `request` and `sign`.");
    let plain = request
        .request()
        .map_err(|error| usage(error.to_string()))?;
    let method =
        SignatureMethod::from_name(protocol.signature_method.as_bytes()).ok_or_else(|| {
            usage("`signature_method` is none of RFC 5849's and of its relatives".into())
        })?;
    let credentials = crate::sign::signing_credentials(method, &given.credentials)?;
    let key = SigningKey::new(method, &credentials).map_err(|error| usage(error.to_string()))?;
    let freshness = match (protocol.timestamp, &protocol.nonce) {
        (Some(timestamp), Some(nonce)) => Some(Freshness { timestamp, nonce }),
        (None, None) => None,
        _ => {
            return Err(usage(
                "`sign` has one of timestamp and nonce, and needs both".into(),
            ));
        }
    };
    let signed = Protocol {
        consumer_key: &protocol.consumer_key,
        token: protocol.token.as_deref(),
        freshness,
        version: protocol.version,
        callback: protocol.callback.as_deref(),
        verifier: protocol.verifier.as_deref(),
        body_hash: protocol.body_hash.as_deref(),
        realm: protocol.realm.as_deref(),
    }
    .sign(plain, &key, Source::Header)
    .map_err(|error| usage(error.to_string()))?;
    Ok((signed, key))
}

const BASE_STRING: &str = "base string";

/// An expectation that was not met: which one, both texts, and what to say.
struct Unmet {
    id: &'static str,
    field: &'static str,
    expected: String,
    actual: String,
}

impl Outcome {
    /// The case as it is reported.
    pub(super) fn checked(&self, case: &GoldenCase, place: (String, usize)) -> Checked {
        let unmet = self.unmet(case);
        let mut entry = Entry::new(
            case.name.clone(),
            Some(place),
            &self.report,
            self.notes.clone(),
        );
        if unmet.is_empty() {
            entry.answer = Answer::Right;
            "All is as expected.".clone_into(&mut entry.headline);
            entry.problems.clear();
            entry.difference = None;
        } else {
            entry.answer = Answer::Wrong;
            "This is not what was expected.".clone_into(&mut entry.headline);
            let of_check = unmet.iter().map(|unmet| Problem {
                id: unmet.id,
                severity: Severity::Error,
                title: format!("The {} is not the expected one", unmet.field),
                detail: unmet.says(),
                fix: "",
            });
            entry.problems.splice(0..0, of_check);
            let of_base_string = unmet.iter().find(|unmet| unmet.field == BASE_STRING);
            if let Some(unmet) = of_base_string {
                entry.difference = Some(Difference {
                    yours: unmet.expected.clone(),
                    expected: unmet.actual.clone(),
                });
            }
        }
        Checked {
            entry,
            failures: unmet.iter().map(Unmet::says).collect(),
            report: Some(self.report.clone()),
        }
    }

    fn unmet(&self, case: &GoldenCase) -> Vec<Unmet> {
        let (expect, actual) = (&case.expect, &self.actual);
        let mut unmet = Vec::new();
        let mut compare =
            |id, field, expected: Option<String>, actual: Option<String>, same: bool| {
                if let Some(expected) = expected
                    && !same
                {
                    unmet.push(Unmet {
                        id,
                        field,
                        expected,
                        actual: actual.unwrap_or_else(|| "not known without secrets".to_owned()),
                    });
                }
            };
        let verdict = expect
            .verdict
            .or(actual.verdict.map(|_| ExpectedVerdict::Valid));
        let word =
            |verdict: Option<ExpectedVerdict>| verdict.map(|verdict| verdict.as_str().to_owned());
        compare(
            "check-verdict",
            "verdict",
            word(verdict),
            word(actual.verdict),
            verdict == actual.verdict,
        );
        let joined = |ids: &Option<Vec<String>>| ids.as_ref().map(|ids| ids.join(" + "));
        compare(
            "check-mistakes",
            "explanation",
            joined(&expect.mistakes),
            joined(&actual.mistakes),
            expect.mistakes == actual.mistakes,
        );
        compare(
            "check-base-string",
            BASE_STRING,
            expect.base_string.clone(),
            actual.base_string.clone(),
            expect.base_string == actual.base_string,
        );
        compare(
            "check-signature",
            "signature",
            expect.signature.clone(),
            actual.signature.clone(),
            expect.signature == actual.signature,
        );
        let same_header = match (&expect.authorization, &actual.authorization) {
            (Some(expected), Some(actual)) => says_the_same(expected, actual),
            _ => false,
        };
        compare(
            "check-authorization",
            "Authorization header",
            expect.authorization.clone(),
            actual.authorization.clone(),
            same_header,
        );
        unmet
    }
}

impl Unmet {
    fn says(&self) -> String {
        let Self {
            field,
            expected,
            actual,
            ..
        } = self;
        if *field == BASE_STRING {
            let same = expected
                .bytes()
                .zip(actual.bytes())
                .take_while(|(a, b)| a == b);
            return format!(
                "{field}: another one was expected; they differ from byte {} on",
                same.count()
            );
        }
        format!("{field}: expected `{expected}`, and it is `{actual}`")
    }
}

/// Whether two Authorization headers have the same realm and the same parameters.
fn says_the_same(a: &str, b: &str) -> bool {
    let parts = |text: &str| {
        let parsed = Authorization::parse(text.as_bytes())?;
        let mut pairs: Vec<(Vec<u8>, Vec<u8>)> = parsed
            .parameters
            .iter()
            .map(|one| (one.name.to_vec(), one.value.to_vec()))
            .collect();
        pairs.sort();
        Some((parsed.realm.as_deref().map(<[u8]>::to_vec), pairs))
    };
    match (parts(a), parts(b)) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}
