//! `diagnose redact`: a capture that can be shown to anybody, and still fails in the same way.
//!
//! Every word is replaced, the secrets are swapped for throw-away ones, and the request is signed again with the same mistakes.
//! Then it is diagnosed again: where it does not fail in the same way, or where something of the capture is left in it, nothing
//! is printed.

mod renaming;
mod request;
mod scan;

use crate::{
    cli::{MainArgs, OutputFormat},
    failure::Failure,
    gather::each_case,
    render::emit,
    run::{Answer, print},
    runtime::Threads,
    secrets,
};
use oauth1_core::{
    key::Secret,
    method::SignatureMethod,
    parameters::collect_parameters,
    request::{Request, Scheme},
    sign::{SigningCredentials, SigningKey},
};
use oauth1_diagnosis::{
    Limits, diagnose,
    evidence::Evidence,
    imitate,
    report::{Component, EvidenceLevel, Report, Severity, Verdict},
};
use std::{collections::HashSet, io::Write};

/// Throw-away secrets: first without anything that is encoded, then with all that encoders differ in.
const DUMMIES: [[&str; 2]; 2] = [
    ["throw-away-client-secret", "throw-away-token-secret"],
    ["throw/away+client secret=&~", "throw/away+token secret=&~"],
];

/// So many signatures are tried for each of the throw-away secrets.
const MOST_TRIES: usize = 16;

/// Prints each signed request of INPUT in its safe form.
pub(crate) fn run(args: &MainArgs) -> Result<Answer, Failure> {
    if args.format != OutputFormat::Human {
        return Err(Failure::usage(
            "redact prints a raw request and has no --format",
            "leave --format out.",
        ));
    }
    let mut answer = None;
    each_case(args, &mut |case, is_one_of_several| {
        if is_one_of_several && args.entry.is_none() {
            return Err(Failure::usage(
                "INPUT holds several signed requests, and a safe capture holds one",
                "choose one with --entry N.",
            ));
        }
        let safe = redact(&case.evidence, args.common.limits())?;
        print(&safe.text)?;
        safe.tell_how_to_check()?;
        answer = Some(Answer::Right);
        Ok(())
    })?;
    answer.ok_or_else(|| {
        Failure::usage(
            "there is no INPUT to redact",
            "give a captured request: diagnose redact request.http --ask",
        )
    })
}

/// A request that can be shown.
#[derive(Debug)]
pub struct Safe {
    /// As HTTP/1.1 sends it.
    pub text: Vec<u8>,
    /// Which the text does not say.
    pub scheme: Scheme,
    /// The throw-away client and token secret.
    pub secrets: [Option<&'static str>; 2],
}

/// Makes a request safe.
///
/// # Errors
/// When it would not fail in the same way, or when anything of it would be left.
pub(crate) fn redact(evidence: &Evidence, limits: Limits) -> Result<Safe, Failure> {
    let Some(original) = &evidence.request else {
        return Err(Failure::usage(
            "only a request can be redacted, and INPUT holds something else",
            "give the request as it was sent.",
        ));
    };
    let Some(consumer_secret) = &evidence.consumer_secret else {
        return Err(Failure::usage(
            "without the client secret the safe request cannot be signed with the same mistakes",
            "give it with --ask, --consumer-secret @FILE or OAUTH1_CONSUMER_SECRET.",
        ));
    };
    let declared = collect_parameters(original)
        .get("oauth_signature_method")
        .and_then(SignatureMethod::from_name);
    if declared.is_none_or(|method| method.is_rsa() || method == SignatureMethod::Plaintext) {
        return Err(Failure::usage(
            "only requests that are signed with an HMAC can be signed again with throw-away secrets",
            "for other methods, share what `diagnose` prints, which shows no secrets.",
        ));
    }
    let before = diagnose(evidence, limits, &Threads::all_cores());
    // More mistakes than before would be another answer already.
    let enough = Limits {
        max_mistakes: match before.mistakes.len() {
            0 => limits.max_mistakes,
            some => some,
        },
        ..limits
    };
    let (plain, renaming) = request::renamed(original);
    let is_empty = |secret: &Secret| secret.expose().is_empty();
    for dummies in DUMMIES {
        // An empty secret is part of the shape.
        let client = if is_empty(consumer_secret) {
            ""
        } else {
            dummies[0]
        };
        let token = (evidence.token_secret.as_ref())
            .map(|secret| if is_empty(secret) { "" } else { dummies[1] });
        let with = |request: Request| Evidence {
            request: Some(request),
            scheme_assumed: false,
            consumer_secret: Some(Secret::new(client)),
            token_secret: token.map(Secret::new),
            now: evidence.now,
            ..Evidence::default()
        };
        let unsigned = with(plain.clone());
        for signature in signatures(&before, &unsigned, limits)
            .into_iter()
            .take(MOST_TRIES)
        {
            let Some(signed) = request::with_signature(&plain, &signature) else {
                break;
            };
            let again = with(signed.clone());
            let after = diagnose(&again, enough, &Threads::all_cores());
            if fails_alike(&before, &after) {
                let text = emit::http(&signed);
                scan::check_secrets(&text, &scan::secrets(evidence))?;
                let mut gone: HashSet<Vec<u8>> = renaming.gone().map(<[u8]>::to_vec).collect();
                gone.extend(scan::dropped(original));
                scan::check_words(&signed, &gone)?;
                return Ok(Safe {
                    text,
                    scheme: signed.scheme,
                    secrets: [Some(client), token],
                });
            }
        }
    }
    Err(Failure::usage(
        "no safe form of this request was found that fails in the same way, so nothing is printed",
        "share the report of `diagnose` in its place; it shows no secrets.",
    ))
}

/// The signatures that the safe request may get.
fn signatures(before: &Report, unsigned: &Evidence, limits: Limits) -> Vec<Vec<u8>> {
    let ids: Vec<&'static str> = before.mistakes.iter().map(|mistake| mistake.id).collect();
    let right = || right_signature(unsigned).into_iter().collect();
    match (before.verdict, before.evidence) {
        (_, EvidenceLevel::Signature) if ids.is_empty() => right(),
        (Verdict::Invalid, EvidenceLevel::Signature) => {
            imitate(unsigned, &ids, limits, &Threads::all_cores())
        }
        // Refused for something else than its signature; that one may be right or not explained.
        _ => right()
            .into_iter()
            .chain(unexplained_signature(unsigned))
            .collect(),
    }
}

/// The signature by RFC 5849.
fn right_signature(unsigned: &Evidence) -> Option<Vec<u8>> {
    sign(unsigned, unsigned.consumer_secret.as_ref()?)
}

/// One that no known mistake gives: of a secret that nobody has.
fn unexplained_signature(unsigned: &Evidence) -> Option<Vec<u8>> {
    sign(unsigned, &Secret::new("a secret that nobody has"))
}

fn sign(unsigned: &Evidence, client: &Secret) -> Option<Vec<u8>> {
    let request = unsigned.request.as_ref()?;
    let method = collect_parameters(request)
        .get("oauth_signature_method")
        .and_then(SignatureMethod::from_name)?;
    let shared = secrets::shared(client, unsigned.token_secret.as_ref());
    let key = SigningKey::new(method, &SigningCredentials::SharedSecrets(shared)).ok()?;
    Some(oauth1_core::sign::sign(request, &key).ok()?.into_bytes())
}

/// Whether two reports say the same, but for the words.
fn fails_alike(before: &Report, after: &Report) -> bool {
    type Said = (
        Verdict,
        EvidenceLevel,
        Vec<&'static str>,
        Option<(&'static str, Component)>,
        Vec<(Severity, &'static str)>,
    );
    let said = |report: &Report| -> Said {
        let mut findings: Vec<_> = report
            .findings
            .iter()
            .map(|finding| (finding.severity, finding.id))
            .collect();
        findings.sort_unstable();
        findings.dedup();
        let mismatch = report.first_mismatch.as_ref();
        (
            report.verdict,
            report.evidence,
            report.mistakes.iter().map(|mistake| mistake.id).collect(),
            mismatch.map(|mismatch| (mismatch.kind, mismatch.component)),
            findings,
        )
    };
    said(before) == said(after)
}

impl Safe {
    /// Says on standard error with which command the safe request is diagnosed.
    fn tell_how_to_check(&self) -> Result<(), Failure> {
        let scheme = self.scheme.as_str();
        let mut command = vec![format!("diagnose safe.http --scheme {scheme}")];
        for (option, secret) in ["--consumer-secret", "--token-secret"]
            .iter()
            .zip(self.secrets)
        {
            if let Some(secret) = secret {
                command.push(format!("{option} '{secret}'"));
            }
        }
        let command = command.join(" ");
        let mut out = anstream::stderr();
        writeln!(
            out,
            "\nnote: It fails in the same way as the capture, with throw-away secrets. Read it before you share it, and tell:\n  {command}"
        )
        .map_err(|error| Failure::output(&error))
    }
}
