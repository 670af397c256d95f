//! How a signature is made, stage by stage: what a terminal and a page show in their own ways.

use super::Visible;
use oauth1_core::{
    base_string_uri::base_string_uri,
    encode::percent_encode,
    method::SignatureMethod,
    parameters::{Source, collect_parameters},
    request::Request,
};
use serde::Serialize;

/// One stage. All its text is safe to print.
#[derive(Serialize)]
pub(crate) struct Stage {
    pub(crate) title: &'static str,
    /// Of RFC 5849.
    pub(crate) section: &'static str,
    /// What is done, in sentences.
    pub(crate) says: String,
    /// What comes of it.
    pub(crate) lines: Vec<Line>,
}

/// A line of what comes of a stage.
#[derive(Serialize)]
pub(crate) struct Line {
    /// Where a parameter came from.
    pub(crate) from: Option<&'static str>,
    pub(crate) text: String,
}

impl Stage {
    pub(crate) fn new(
        title: &'static str,
        section: &'static str,
        says: &str,
        lines: impl IntoIterator<Item = String>,
    ) -> Self {
        Self {
            title,
            section,
            says: says.to_owned(),
            lines: lines
                .into_iter()
                .map(|text| Line {
                    from: None,
                    text: Visible(&text).to_string(),
                })
                .collect(),
        }
    }
}

/// From the request, which has its protocol parameters already, to its base string.
pub(crate) fn of_base_string(request: &Request, base_string: &str) -> Vec<Stage> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let collected = collect_parameters(request);
    let parameters: Vec<_> = collected
        .list
        .iter()
        .filter(|one| &*one.name != b"oauth_signature")
        .collect();
    let decoded = parameters.iter().map(|one| Line {
        from: Some(match one.source {
            Source::Header => "header",
            Source::Query => "query",
            Source::Body => "body",
        }),
        text: format!(
            "{} = \"{}\"",
            Visible(&text(&one.name)),
            Visible(&text(&one.value))
        ),
    });
    let mut sorted: Vec<(String, String)> = parameters
        .iter()
        .map(|one| (percent_encode(&one.name), percent_encode(&one.value)))
        .collect();
    sorted.sort();
    let sorted = sorted.iter().map(|(name, value)| format!("{name}={value}"));
    let mut stages = vec![
        Stage::new(
            "The request method",
            "3.4.1.1",
            "As it is sent; standard methods in capitals.",
            [text(&request.method)],
        ),
        Stage::new(
            "The base string URI",
            "3.4.1.2",
            "Scheme and host in small letters, the port only where it is not the default, the path as it is sent (a slash where \
             there is none), without query and fragment.",
            [text(&base_string_uri(request))],
        ),
        Stage::new(
            "The parameters",
            "3.4.1.3.1",
            "From the query, the form body and the protocol parameters; each name and value decoded. realm and oauth_signature \
             are left out.",
            [],
        ),
        Stage::new(
            "The parameters, encoded and sorted",
            "3.6, 3.4.1.3.2",
            "Every byte but letters, digits and - . _ ~ becomes % and two hex digits in capitals. Then they are sorted by name, \
             and those of one name by value, byte by byte.",
            sorted,
        ),
        Stage::new(
            "The normalized parameters",
            "3.4.1.3.2",
            "Joined with &.",
            [collected.normalized()],
        ),
        Stage::new(
            "The signature base string",
            "3.4.1.1",
            "Method, URI and normalized parameters, the last two encoded once more, joined with &. A % of the line above is %25 \
             here, and that is right.",
            [base_string.to_owned()],
        ),
    ];
    stages[2].lines = decoded.collect();
    stages
}

/// From the base string to the signature. What is hidden is said to be so by `key` and `signature` themselves.
pub(crate) fn of_signature(method: SignatureMethod, key: &str, signature: &str) -> [Stage; 2] {
    let signature = [signature.to_owned()];
    let joined_key = || {
        Stage::new(
            "The key",
            "3.4.2",
            "Client secret and token secret, each encoded, joined with &. The & stays where there is no token.",
            [key.to_owned()],
        )
    };
    if method.is_rsa() {
        return [
            Stage::new(
                "The key",
                "3.4.3",
                "The client's private key. Secrets play no part.",
                [],
            ),
            Stage::new(
                "The signature",
                "3.4.3",
                "RSASSA-PKCS1-v1_5 over the base string, then Base64 with padding and without line breaks.",
                signature,
            ),
        ];
    }
    if method == SignatureMethod::Plaintext {
        return [
            joined_key(),
            Stage::new(
                "The signature",
                "3.4.4",
                "PLAINTEXT: the key itself. The base string plays no part.",
                [key.to_owned()],
            ),
        ];
    }
    let says = format!(
        "{} of the base string with that key; the digest in Base64 with padding.",
        method.name()
    );
    [
        joined_key(),
        Stage::new("The signature", "3.4.2", &says, signature),
    ]
}
