//! What is wrong or doubtful in a request or in a base string, whatever the signature.

use oauth1_core::{
    authorization::{Authorization, IssueKind},
    encode::{first_broken_escape, percent_decode},
    method::SignatureMethod,
    parameters::{Parameter, Parameters, Source},
    request::{Request, Scheme},
};

use crate::{
    encoders::holds_escape,
    evidence::Evidence,
    facts::{Facts, count, find, show},
    mistakes::Mistake,
    report::{Finding, Severity},
    stages::{
        encoding, findings as page, joining, order, parameters,
        signature::{self, Digest},
        uri,
    },
};

/// The parameters of the protocol itself (RFC 5849 §3.1, §2 and the body hash draft).
const PROTOCOL: [&str; 10] = [
    "oauth_consumer_key",
    "oauth_token",
    "oauth_signature_method",
    "oauth_signature",
    "oauth_timestamp",
    "oauth_nonce",
    "oauth_version",
    "oauth_callback",
    "oauth_verifier",
    "oauth_body_hash",
];

/// Collects findings.
#[derive(Default)]
pub(crate) struct Findings(pub Vec<Finding>);

impl Findings {
    /// Whether the request is refused for one of them.
    pub(crate) fn has_errors(&self) -> bool {
        self.0
            .iter()
            .any(|finding| finding.severity == Severity::Error)
    }

    pub(crate) fn add(
        &mut self,
        severity: Severity,
        mistake: &'static Mistake,
        detail: impl Into<String>,
    ) {
        let detail = detail.into();
        if self
            .0
            .iter()
            .any(|known| known.id == mistake.id && known.detail == detail)
        {
            return;
        }
        self.0.push(Finding {
            id: mistake.id,
            severity,
            title: mistake.title,
            detail,
            fix: mistake.fix,
        });
    }
}

/// What a request shows by itself.
pub(crate) fn of_request(
    facts: &Facts<'_>,
    signature: Option<&[u8]>,
    evidence: &Evidence,
) -> Findings {
    let mut findings = Findings::default();
    host(&mut findings, facts.request);
    authorization(&mut findings, facts.request);
    places(&mut findings, &facts.parameters);
    required(&mut findings, facts, signature, evidence);
    values(&mut findings, facts);
    freshness(&mut findings, facts, evidence);
    method(&mut findings, facts, signature);
    steps(&mut findings, facts, evidence.scheme_assumed);
    content(&mut findings, facts);
    findings
}

fn host(findings: &mut Findings, request: &Request) {
    if request.authority.is_empty() {
        findings.add(
            Severity::Error,
            &page::HOST_MISSING,
            "the request has no Host header and no host in its target",
        );
    }
    let hosts = request.header_values("host").count();
    if hosts > 1 {
        findings.add(
            Severity::Error,
            &page::HOST_MISSING,
            format!(
                "the request has {hosts} Host headers; no server can tell which one was signed"
            ),
        );
    }
    if request.authority.contains(&b'@') {
        findings.add(
            Severity::Warning,
            &page::USERINFO_IN_URL,
            "a user name stands in the authority of the request",
        );
    }
}

fn authorization(findings: &mut Findings, request: &Request) {
    let mut oauth = 0;
    for value in request.header_values("authorization") {
        let Some(parsed) = Authorization::parse(value) else {
            if find(value, b"oauth_consumer_key").is_some() {
                findings.add(
                    Severity::Error,
                    &page::HEADER_SCHEME,
                    format!(
                        "the Authorization header begins with `{}`, not with `OAuth `",
                        show(value.split(|byte| *byte == b' ').next().unwrap_or_default())
                    ),
                );
            }
            continue;
        };
        oauth += 1;
        for issue in &parsed.issues {
            let at = format!(
                "{} (byte {} of the header's value)",
                issue.kind,
                issue.span.start + 1
            );
            match issue.kind {
                kind if kind.is_fatal() => {
                    findings.add(Severity::Error, &page::HEADER_MALFORMED, at);
                }
                IssueKind::NotEncoded | IssueKind::Unquoted => {
                    findings.add(Severity::Warning, &page::HEADER_QUOTING, at);
                }
                _ => findings.add(Severity::Note, &page::HEADER_QUOTING, at),
            }
        }
    }
    if oauth > 1 {
        findings.add(
            Severity::Error,
            &page::HEADER_MALFORMED,
            format!("there are {oauth} OAuth Authorization headers"),
        );
    }
}

fn places(findings: &mut Findings, parameters: &Parameters<'_>) {
    let mut used: Vec<Source> = Vec::new();
    for name in PROTOCOL {
        let places: Vec<Source> = parameters
            .list
            .iter()
            .filter(|parameter| parameter.name.as_ref() == name.as_bytes())
            .map(|parameter| parameter.source)
            .collect();
        if places.len() > 1 {
            findings.add(
                Severity::Error,
                &page::OAUTH_PARAMETER_DUPLICATE,
                format!("`{name}` was sent {} times", places.len()),
            );
        }
        for place in places {
            if !used.contains(&place) {
                used.push(place);
            }
        }
    }
    if used.len() > 1 {
        let names: Vec<String> = used.iter().map(ToString::to_string).collect();
        findings.add(
            Severity::Error,
            &page::OAUTH_PARAMETERS_IN_TWO_PLACES,
            format!(
                "oauth_ parameters are in the {}",
                names.join(" and in the ")
            ),
        );
    }
    for parameter in &parameters.list {
        let name = parameter.name.as_ref();
        if matches!(name, b"oauth_token_secret" | b"oauth_consumer_secret") {
            findings.add(
                Severity::Error,
                &page::SECRET_SENT,
                format!("`{}` travels in the {}", show(name), parameter.source),
            );
        }
        if let Some(meant) = misspelled(name) {
            findings.add(
                Severity::Error,
                &page::PARAMETER_MISSPELLED,
                format!(
                    "`{}` was sent; the parameter is called `{meant}`",
                    show(name)
                ),
            );
        }
        let raw = [parameter.raw_name, parameter.raw_value.unwrap_or_default()];
        if parameter.source != Source::Header
            && raw.iter().any(|text| first_broken_escape(text).is_some())
        {
            findings.add(
                Severity::Warning,
                &page::ESCAPE_BROKEN,
                format!(
                    "`{}` in the {} holds a `%` without two hexadecimal digits; servers read that differently",
                    show(name),
                    parameter.source
                ),
            );
        }
    }
}

/// The protocol parameter that a name was meant to be: one or two letters off, or another case.
fn misspelled(name: &[u8]) -> Option<&'static str> {
    let name = core::str::from_utf8(name).ok()?;
    if PROTOCOL.contains(&name)
        || matches!(
            name,
            "oauth_token_secret" | "oauth_consumer_secret" | "oauth_realm"
        )
    {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    if !lower.starts_with("oauth") && !lower.starts_with("auth_") {
        return None;
    }
    PROTOCOL.into_iter().find(|meant| {
        lower == **meant
            || lower.replace('-', "_") == **meant
            || (lower.len() > 9 && distance(&lower, meant) <= 2)
    })
}

/// Edit distance, counted up to 3.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len().abs_diff(b.len()) > 2 {
        return 3;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let next = (diagonal + usize::from(x != y))
                .min(row[j] + 1)
                .min(row[j + 1] + 1);
            diagonal = row[j + 1];
            row[j + 1] = next;
        }
    }
    row[b.len()]
}

fn required(
    findings: &mut Findings,
    facts: &Facts<'_>,
    signature: Option<&[u8]>,
    evidence: &Evidence,
) {
    let mut sent = facts.parameters.list.iter();
    if !sent.any(Parameter::is_protocol) {
        findings.add(
            Severity::Error,
            &page::AUTHORIZATION_MISSING,
            "the request carries no oauth_ parameter at all: it was sent unsigned, or the header was lost on the way",
        );
        return;
    }
    let plaintext = facts.get("oauth_signature_method") == Some(b"PLAINTEXT");
    for name in PROTOCOL.iter().take(6) {
        let optional = matches!(*name, "oauth_token")
            || (plaintext && matches!(*name, "oauth_timestamp" | "oauth_nonce"));
        let there = match *name {
            // With a base string to compare, a request that is not signed yet will do.
            "oauth_signature" => signature.is_some() || evidence.base_string.is_some(),
            name => facts.get(name).is_some(),
        };
        if !optional && !there {
            findings.add(
                Severity::Error,
                &page::OAUTH_PARAMETER_MISSING,
                format!("`{name}` is missing"),
            );
        }
    }
}

fn values(findings: &mut Findings, facts: &Facts<'_>) {
    if let Some(version) = facts.get("oauth_version")
        && version != b"1.0"
    {
        findings.add(
            Severity::Error,
            &page::VERSION_WRONG,
            format!(
                "`oauth_version` is `{}`; it must be `1.0` or be left out",
                show(version)
            ),
        );
    }
    if let Some(timestamp) = facts.get("oauth_timestamp") {
        let digits = !timestamp.is_empty() && timestamp.iter().all(u8::is_ascii_digit);
        if !digits || timestamp.iter().all(|digit| *digit == b'0') {
            findings.add(
                Severity::Error,
                &page::TIMESTAMP_NOT_INTEGER,
                format!(
                    "`oauth_timestamp` is `{}`; it must be a positive whole number of seconds",
                    show(timestamp)
                ),
            );
        } else if timestamp.len() >= 12 {
            findings.add(
                Severity::Error,
                &page::TIMESTAMP_MILLISECONDS,
                format!(
                    "`oauth_timestamp` is `{}`: {} digits are milliseconds, not seconds",
                    show(timestamp),
                    timestamp.len()
                ),
            );
        }
    }
    match facts.get("oauth_nonce") {
        Some(b"") => findings.add(
            Severity::Error,
            &page::NONCE_EMPTY,
            "`oauth_nonce` is empty",
        ),
        Some(nonce) if nonce.len() > 64 || nonce.len() < 6 => findings.add(
            Severity::Note,
            &page::NONCE_LENGTH,
            format!(
                "`oauth_nonce` is {} bytes long; some providers take no fewer than 6 and no more than 64",
                nonce.len()
            ),
        ),
        _ => {}
    }
    if facts.get("oauth_token") == Some(b"") {
        findings.add(
            Severity::Note,
            &page::TOKEN_EMPTY,
            "`oauth_token` is sent and empty; it has to be signed as `oauth_token=`, and some providers refuse it",
        );
    }
}

/// Timestamp and nonce against the clock and against requests sent before.
fn freshness(findings: &mut Findings, facts: &Facts<'_>, evidence: &Evidence) {
    let timestamp = facts.get("oauth_timestamp");
    let seconds = timestamp
        .and_then(|text| core::str::from_utf8(text).ok())
        .and_then(|text| text.parse::<u64>().ok());
    if let (Some(now), Some(seconds)) = (evidence.now, seconds)
        && now.abs_diff(seconds) > 300
    {
        findings.add(
            Severity::Warning,
            &page::TIMESTAMP_FAR,
            format!(
                "`oauth_timestamp` is {} seconds {}; providers refuse more than about 300",
                now.abs_diff(seconds),
                if seconds < now {
                    "in the past"
                } else {
                    "in the future"
                }
            ),
        );
    }
    let Some(nonce) = facts.get("oauth_nonce") else {
        return;
    };
    let reused = evidence.earlier.iter().any(|earlier| {
        let earlier = Facts::new(earlier, None, &[]);
        earlier.get("oauth_nonce") == Some(nonce)
            && earlier.get("oauth_timestamp") == timestamp
            && earlier.get("oauth_consumer_key") == facts.get("oauth_consumer_key")
    });
    if reused {
        findings.add(
            Severity::Warning,
            &page::NONCE_REUSED,
            format!(
                "the nonce `{}` was sent before with the same timestamp",
                show(nonce)
            ),
        );
    }
}

fn method(findings: &mut Findings, facts: &Facts<'_>, signature: Option<&[u8]>) {
    let Some(name) = facts.get("oauth_signature_method") else {
        return;
    };
    let Some(method) = SignatureMethod::from_name(name) else {
        let squeezed: String = String::from_utf8_lossy(name)
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_uppercase();
        let meant = SignatureMethod::ALL
            .into_iter()
            .find(|method| method.name().replace('-', "") == squeezed);
        match meant {
            Some(meant) => findings.add(
                Severity::Error,
                &page::PARAMETER_MISSPELLED,
                format!(
                    "`oauth_signature_method` is `{}`; it is written `{}`",
                    show(name),
                    meant.name()
                ),
            ),
            None => findings.add(
                Severity::Error,
                &page::SIGNATURE_METHOD_UNKNOWN,
                format!(
                    "`oauth_signature_method` is `{}`, which neither RFC 5849 nor common use knows",
                    show(name)
                ),
            ),
        }
        return;
    };
    let secure = facts.request.scheme == Scheme::Https;
    if method == SignatureMethod::Plaintext && !secure {
        findings.add(
            Severity::Warning,
            &page::PLAINTEXT_WITHOUT_TLS,
            "PLAINTEXT sends the secrets themselves, here over http",
        );
    }
    if let Some((signature, digest)) = signature
        .zip(Digest::of(method))
        .filter(|_| !method.is_rsa())
    {
        signature_text(findings, method, signature, digest);
    }
}

/// The form of an HMAC signature: what its text tells without any secret.
fn signature_text(
    findings: &mut Findings,
    method: SignatureMethod,
    signature: &[u8],
    digest: Digest,
) {
    let readings = signature::readings(signature);
    let likeliest = readings
        .iter()
        .filter(|reading| reading.matcher.fits(digest.length()))
        .min_by_key(|reading| (reading.weight(), reading.cost()));
    if let Some(reading) = likeliest {
        for found in reading.choices.iter().flat_map(|choice| &choice.found) {
            findings.add(Severity::Error, found.mistake, found.detail.clone());
        }
        return;
    }
    let other = Digest::ALL.into_iter().find(|other| {
        readings
            .iter()
            .any(|reading| reading.weight() == 0 && reading.matcher.fits(other.length()))
    });
    let other = other.map_or_else(String::new, |other| {
        format!(
            ", this is the length of HMAC-{}",
            other.name().replace('-', "")
        )
    });
    let detail = format!(
        "the signature has {} characters; {} gives {}{other}",
        signature.len(),
        method.name(),
        digest.length().div_ceil(3) * 4
    );
    findings.add(Severity::Error, &page::SIGNATURE_LENGTH, detail);
}

/// What the steps of §2 ask for, where the path tells which step it is.
fn steps(findings: &mut Findings, facts: &Facts<'_>, scheme_assumed: bool) {
    let path = facts.request.path.to_ascii_lowercase();
    let holds = |words: &[&str]| {
        words
            .iter()
            .any(|word| find(&path, word.as_bytes()).is_some())
    };
    let temporary = holds(&["request_token", "requesttoken", "/initiate"]);
    let token = holds(&["access_token", "accesstoken"]);
    if temporary && facts.get("oauth_callback").is_none() {
        findings.add(
            Severity::Warning,
            &page::CALLBACK_MISSING,
            "this looks like a request for temporary credentials; `oauth_callback` is missing (`oob` when there is none)",
        );
    }
    if token && facts.get("oauth_verifier").is_none() && facts.get("x_auth_mode").is_none() {
        findings.add(
            Severity::Warning,
            &page::VERIFIER_MISSING,
            "this looks like a request for token credentials; `oauth_verifier` is missing",
        );
    }
    if (temporary || token) && facts.request.scheme == Scheme::Http && !scheme_assumed {
        findings.add(
            Severity::Warning,
            &page::TOKEN_REQUEST_WITHOUT_TLS,
            "credentials are asked for over http; RFC 5849 requires TLS here",
        );
    }
    if facts
        .typed
        .as_ref()
        .is_some_and(|typed| !typed.userinfo.is_empty())
    {
        findings.add(
            Severity::Warning,
            &page::USERINFO_IN_URL,
            "the URL holds a user name or password",
        );
    }
}

fn content(findings: &mut Findings, facts: &Facts<'_>) {
    let request = facts.request;
    let types = request.header_values("content-type").count();
    if types > 1 {
        findings.add(
            Severity::Warning,
            &page::CONTENT_TYPE_AMBIGUOUS,
            format!("there are {types} Content-Type headers; a server cannot tell whether the body is a form"),
        );
    }
    let form = request.header("content-type").is_some_and(|value| {
        find(
            &value.to_ascii_lowercase(),
            b"application/x-www-form-urlencoded",
        )
        .is_some()
    });
    if form && request.form_body().is_none() && types == 1 && !request.body.is_empty() {
        findings.add(
            Severity::Warning,
            &page::CONTENT_TYPE_AMBIGUOUS,
            "the body says that it is a form, but it is compressed or its type is only mentioned; it was not read as one",
        );
    }
    for name in [
        "x-http-method-override",
        "x-http-method",
        "x-method-override",
    ] {
        if let Some(value) = request.header(name) {
            findings.add(
                Severity::Note,
                &crate::stages::method::METHOD_OVERRIDE,
                format!("`{name}: {}` makes some servers see another method than the one that was signed", show(value)),
            );
        }
    }
    if let Some(forwarded) = request.header("x-forwarded-host")
        && forwarded != request.authority.as_slice()
    {
        findings.add(
            Severity::Note,
            &uri::HOST_WRONG,
            format!(
                "`X-Forwarded-Host: {}` differs from Host `{}`; servers behind a proxy may sign either",
                show(forwarded),
                show(&request.authority)
            ),
        );
    }
}

/// What no correct base string can contain, and what is doubtful in one.
pub(crate) fn of_base_string(text: &[u8]) -> Findings {
    let mut findings = Findings::default();
    let joints = count(text, b'&');
    let parts: Vec<&[u8]> = text.splitn(3, |byte| *byte == b'&').collect();
    if joints == 0 && find(text, b"%26").is_some() {
        findings.add(
            Severity::Error,
            &joining::BASE_STRING_ENCODED_AGAIN,
            "there is no `&` between the parts, only `%26`",
        );
        return findings;
    }
    if joints < 2 {
        findings.add(
            Severity::Error,
            &joining::PARTS_JOINED_WRONG,
            format!("a base string has exactly two `&`; this one has {joints}"),
        );
    } else if joints > 2 {
        findings.add(
            Severity::Error,
            &joining::PARAMETERS_NOT_ENCODED,
            format!("a base string has exactly two `&`; this one has {joints}: the third part is not encoded"),
        );
    }
    let lower_hex = |text: &[u8]| {
        text.windows(3).position(|w| {
            w[0] == b'%'
                && w[1..].iter().all(u8::is_ascii_hexdigit)
                && w[1..].iter().any(u8::is_ascii_lowercase)
        })
    };
    if let Some(at) = lower_hex(text) {
        findings.add(
            Severity::Error,
            &encoding::HEX_LOWER_CASE,
            format!(
                "`{}` at byte {}: the digits must be upper case",
                show(&text[at..at + 3]),
                at
            ),
        );
    }
    if let Some(method) = parts.first()
        && method.iter().any(u8::is_ascii_lowercase)
        && method.iter().all(u8::is_ascii_alphabetic)
    {
        findings.add(
            Severity::Error,
            &crate::stages::method::METHOD_CASE,
            format!("the method is written `{}`", show(method)),
        );
    }
    if let Some(raw) = text.iter().position(|byte| {
        !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'%' | b'&'))
    }) && joints == 2
    {
        let mistake: &'static Mistake = if text[raw] == b'+' {
            &encoding::SPACE_AS_PLUS
        } else if raw < parts[0].len() + 1 + parts[1].len() {
            &uri::URI_NOT_ENCODED
        } else if raw + 1 == text.len() {
            &joining::TRAILING_SEPARATOR
        } else {
            &encoding::RESERVED_KEPT
        };
        findings.add(
            Severity::Error,
            mistake,
            format!("a raw `{}` at byte {raw}: outside the two `&`, only unreserved characters and `%` can occur", show(&text[raw..=raw])),
        );
    }
    if let [_, uri_part, parameters] = parts.as_slice() {
        uri_findings(&mut findings, uri_part);
        if joints == 2 {
            parameter_findings(&mut findings, parameters);
        }
    }
    findings
}

fn uri_findings(findings: &mut Findings, part: &[u8]) {
    let decoded = percent_decode(part);
    if find(&decoded, b"%3A%2F%2F").is_some() {
        findings.add(
            Severity::Error,
            &encoding::DOUBLE_ENCODED,
            "the URI is encoded twice",
        );
        return;
    }
    let Some(parts) = crate::facts::UrlParts::split(&decoded) else {
        findings.add(
            Severity::Error,
            &uri::PATH_ONLY,
            format!("`{}` is no URI with scheme and host", show(&decoded)),
        );
        return;
    };
    let default = (parts.scheme == b"http" && parts.port == b":80")
        || (parts.scheme == b"https" && parts.port == b":443");
    for (wrong, mistake, what) in [
        (
            default,
            &uri::PORT_DEFAULT_KEPT,
            "the default port is written",
        ),
        (
            parts.host.iter().any(u8::is_ascii_uppercase),
            &uri::HOST_CASE,
            "the host has upper-case letters",
        ),
        (
            parts.scheme.iter().any(u8::is_ascii_uppercase),
            &uri::SCHEME_CASE,
            "the scheme has upper-case letters",
        ),
        (
            parts.path.is_empty(),
            &uri::PATH_EMPTY,
            "the path is empty; it must be `/`",
        ),
        (
            parts.query.is_some(),
            &uri::QUERY_IN_URI,
            "the query is still on the URI",
        ),
        (
            parts.fragment.is_some(),
            &uri::FRAGMENT_IN_URI,
            "a fragment is still on the URI",
        ),
        (
            !parts.userinfo.is_empty(),
            &uri::HOST_USERINFO,
            "user information stands before the host",
        ),
    ] {
        if wrong {
            findings.add(
                Severity::Error,
                mistake,
                format!("{what}: `{}`", show(&decoded)),
            );
        }
    }
}

fn parameter_findings(findings: &mut Findings, part: &[u8]) {
    if !part.is_empty() && find(part, b"%3D").is_none() && find(part, b"%253D").is_some() {
        findings.add(
            Severity::Error,
            &joining::PARAMETERS_DOUBLE_ENCODED,
            "the third part is encoded twice: it holds `%253D` and no `%3D`",
        );
        return;
    }
    let decoded = percent_decode(part);
    let pairs: Vec<&[u8]> = decoded.split(|byte| *byte == b'&').collect();
    let split = |pair: &'_ [u8]| -> (Vec<u8>, Vec<u8>) {
        let at = pair
            .iter()
            .position(|byte| *byte == b'=')
            .unwrap_or(pair.len());
        (
            pair[..at].to_vec(),
            pair.get(at + 1..).unwrap_or_default().to_vec(),
        )
    };
    let split: Vec<(Vec<u8>, Vec<u8>)> = pairs.iter().map(|pair| split(pair)).collect();
    if split.iter().any(|(name, _)| name == b"oauth_signature") {
        findings.add(
            Severity::Error,
            &parameters::SIGNATURE_SIGNED,
            "`oauth_signature` is among the signed parameters",
        );
    }
    if !part.is_empty() && pairs.iter().any(|pair| pair.is_empty()) {
        findings.add(
            Severity::Error,
            &joining::TRAILING_SEPARATOR,
            "two `%26` stand side by side, or one at an end",
        );
    }
    for (name, value) in &split {
        for text in [name, value] {
            let raw: Vec<u8> = text
                .iter()
                .copied()
                .filter(|byte| {
                    !(byte.is_ascii_alphanumeric()
                        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'%'))
                })
                .collect();
            if raw.contains(&b'+') {
                findings.add(
                    Severity::Error,
                    &encoding::SPACE_AS_PLUS,
                    format!(
                        "`{}` holds a `+` (written `%2B`): a space is `%2520`, a plus `%252B`",
                        show(text)
                    ),
                );
            } else if !raw.is_empty() {
                findings.add(
                    Severity::Error,
                    &encoding::NOT_ENCODED,
                    format!(
                        "`{}` holds `{}`, encoded once only; names and values are encoded twice",
                        show(text),
                        show(&raw)
                    ),
                );
            }
            let once = percent_decode(text);
            if holds_escape(&once) {
                findings.add(
                    Severity::Warning,
                    &encoding::DOUBLE_ENCODED,
                    format!(
                        "`{}` stands for the text `{}`; if the value was meant to be `{}`, it is encoded once too often",
                        show(text),
                        show(&once),
                        show(&percent_decode(&once))
                    ),
                );
            }
        }
    }
    if !split.is_sorted() {
        findings.add(
            Severity::Error,
            &order::NOT_SORTED,
            "the parameters are not in ascending order of their encoded names and values",
        );
    }
}
