//! `diagnose verify`: what a strict provider would answer.

use crate::{
    case::Case,
    cli::{MainArgs, OutputFormat},
    failure::Failure,
    gather::each_case,
    render::{Visible, json},
    run::{Answer, print},
    secrets,
};
use oauth1_core::{
    method::SignatureMethod,
    rsa_key::{RsaPrivateKey, RsaPublicKey},
    verify::{Rejection, UncheckedNonces, Verifier, VerifyingCredentials, VerifyingKey},
};
use oauth1_diagnosis::evidence::Evidence;
use serde_json::json;

/// How far a timestamp may be from `--now`, in seconds: what most providers take.
const WINDOW: u64 = 300;

/// Verifies what INPUT holds. The answer is the worst of all.
pub(crate) fn run(args: &MainArgs) -> Result<Answer, Failure> {
    if args.format.is_document() {
        return Err(Failure::usage(
            "verify prints one line, or JSON",
            "leave --format out, or give --format json.",
        ));
    }
    let mut worst = None;
    each_case(args, &mut |case, is_one_of_several| {
        worst = worst.max(Some(answer(case, args.format, is_one_of_several)?));
        Ok(())
    })?;
    worst.ok_or_else(|| {
        Failure::usage(
            "there is no INPUT to verify",
            "give a captured request: diagnose verify request.http",
        )
    })
}

fn answer(case: &Case, format: OutputFormat, is_one_of_several: bool) -> Result<Answer, Failure> {
    let outcome = verify(case)?;
    let (answer, status) = match &outcome {
        Ok(()) => (Answer::Right, 200),
        Err(rejection) => (Answer::Wrong, rejection.status()),
    };
    let place = case.place.as_deref().filter(|_| is_one_of_several);
    let mut text = if format == OutputFormat::Json {
        let rejection = outcome.as_ref().err();
        json::harmless(&json!({
            "id": place,
            "valid": rejection.is_none(),
            "status": status,
            "rule": rejection.map(ToString::to_string),
            "section": rejection.map(Rejection::section),
        }))
    } else {
        let place = place.map_or(String::new(), |place| format!("{}: ", Visible(place)));
        let told = match &outcome {
            Ok(()) => "valid".to_owned(),
            Err(rejection) => {
                let (rule, section) = (rejection.to_string(), rejection.section());
                format!("{status}, {} (RFC 5849 section {section})", Visible(&rule))
            }
        };
        format!("{place}{told}").into_bytes()
    };
    text.push(b'\n');
    print(&text)?;
    Ok(answer)
}

/// Checks the rules in a provider's order.
fn verify(case: &Case) -> Result<Result<(), Rejection>, Failure> {
    let evidence = &case.evidence;
    let Some(request) = &evidence.request else {
        let why = case.unchecked.clone().unwrap_or_else(|| {
            "only a request can be verified, and INPUT holds something else".to_owned()
        });
        return Err(Failure::usage(why, "give the request as it was sent."));
    };
    let verifier = Verifier {
        methods: SignatureMethod::ALL.to_vec(),
        window: evidence.now.map(|_| WINDOW),
        body_hash: None,
    };
    let claim = match verifier.read(request) {
        Ok(claim) => claim,
        Err(rejection) => return Ok(Err(rejection)),
    };
    let credentials = credentials(evidence, claim.method())?;
    let Ok(key) = VerifyingKey::new(claim.method(), &credentials) else {
        return Ok(Err(Rejection::Method));
    };
    let now = evidence.now.unwrap_or_default();
    Ok(verifier.verify(&claim, &key, now, &mut UncheckedNonces))
}

/// What a request of that method is verified with.
///
/// # Errors
/// When it was not given, or cannot be read.
pub(crate) fn credentials(
    evidence: &Evidence,
    method: SignatureMethod,
) -> Result<VerifyingCredentials, Failure> {
    let missing = |what: &str, help: &str| {
        Failure::usage(
            format!(
                "{} is verified with {what}, and none was given",
                method.name()
            ),
            help,
        )
    };
    let damaged = |error: oauth1_core::rsa_key::KeyError| {
        Failure::usage(
            format!("the key cannot be read: {error}"),
            "give a PEM file.",
        )
    };
    if !method.is_rsa() {
        let client = evidence.consumer_secret.as_ref().ok_or_else(|| {
            let help = "give it with --ask, --consumer-secret @FILE or OAUTH1_CONSUMER_SECRET.";
            missing("the client secret", help)
        })?;
        let shared = secrets::shared(client, evidence.token_secret.as_ref());
        return Ok(VerifyingCredentials::SharedSecrets(shared));
    }
    let key = match (&evidence.public_key, &evidence.private_key) {
        (Some(pem), _) => RsaPublicKey::from_pem(pem).map_err(damaged)?,
        (None, Some(pem)) => RsaPrivateKey::from_pem(pem.expose())
            .map_err(damaged)?
            .public_key(),
        (None, None) => {
            return Err(missing(
                "the client's public key",
                "give it with --public-key-file.",
            ));
        }
    };
    Ok(VerifyingCredentials::RsaPublicKey(key))
}
