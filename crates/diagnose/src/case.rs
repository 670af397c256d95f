//! A captured request with its evidence, and a JSON object of `batch` turned into one.

use crate::{
    cli::Now,
    failure::Failure,
    render::json::ReadError,
    response::understand,
    secrets::{self, Credentials},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use oauth1_capture::{Captured, Format, Hints, response::Response};
use oauth1_core::{
    key::Secret,
    request::{Request, Scheme},
};
use oauth1_diagnosis::evidence::Evidence;
use serde_json::{Map, Value};

/// What one diagnosis starts from.
#[derive(Default)]
pub(crate) struct Case {
    /// Where in the capture, for one that may hold several cases.
    pub(crate) place: Option<String>,
    pub(crate) evidence: Evidence,
    /// Why the request that was captured cannot be checked; then it is not in the evidence.
    pub(crate) unchecked: Option<String>,
    /// What the reader of the capture should know.
    pub(crate) notes: Vec<String>,
}

/// What the options say about every case; a line of `batch` may say something else about its own.
#[derive(Default)]
pub(crate) struct Defaults {
    pub(crate) scheme: Option<Scheme>,
    pub(crate) provider: Option<String>,
    pub(crate) credentials: Credentials,
    pub(crate) public_key: Option<Vec<u8>>,
    pub(crate) now: Option<Now>,
}

impl Defaults {
    /// The same once more, for one of several cases.
    pub(crate) fn copy(&self) -> Self {
        Self {
            scheme: self.scheme,
            provider: self.provider.clone(),
            credentials: self.credentials.copy(),
            public_key: self.public_key.clone(),
            now: self.now,
        }
    }
}

impl Case {
    /// Adds what a capture shows.
    pub(crate) fn add(&mut self, captured: Captured) {
        let evidence = &mut self.evidence;
        if let Some(captured) = captured.request {
            evidence.request = Some(captured.request);
            evidence.scheme_assumed = !captured.scheme_known;
            evidence.typed_url = captured.typed_url;
            self.notes.extend(captured.notes);
        }
        self.notes.extend(captured.notes);
        self.unchecked = captured.unchecked;
        self.place = captured.place;
        evidence.earlier = captured.earlier;
        evidence.base_string = captured.base_string;
        evidence.signing_key = captured.signing_key;
        evidence.consumer_secret = captured.consumer_secret;
        evidence.token_secret = captured.token_secret;
        evidence.private_key = captured.private_key;
        evidence.signature = captured.signature;
        if let Some(response) = captured.response {
            self.answered(&response);
        }
    }

    /// The notes, and before them why the request cannot be checked.
    pub(crate) fn notes_for_json(&self) -> Vec<String> {
        let unchecked = self.unchecked.iter();
        unchecked.chain(&self.notes).cloned().collect()
    }

    /// Adds what the provider answered; a base string in it is the one that it expected.
    pub(crate) fn answered(&mut self, response: &Response) {
        let answer = understand(response);
        self.evidence
            .expected_base_string
            .clone_from(&answer.base_string);
        self.evidence.response = Some(answer);
    }

    /// Whether there is an answer and nothing that was answered.
    pub(crate) const fn is_answer_alone(&self) -> bool {
        let evidence = &self.evidence;
        evidence.response.is_some()
            && evidence.request.is_none()
            && evidence.base_string.is_none()
            && self.unchecked.is_none()
    }

    /// Adds what a capture shows that must hold one case.
    fn add_only(&mut self, captured: Vec<Captured>) -> Result<(), Failure> {
        match <[Captured; 1]>::try_from(captured) {
            Ok([captured]) => {
                self.add(captured);
                Ok(())
            }
            Err(several) => Err(wrong(&format!(
                "this object holds {} requests; one a line was expected",
                several.len()
            ))),
        }
    }

    /// Fills in what is not known yet.
    pub(crate) fn add_defaults(&mut self, defaults: &Defaults) {
        let fill = |known: &mut Option<Secret>, default: &Option<Secret>| {
            if known.is_none() {
                *known = default.as_ref().map(secrets::copy);
            }
        };
        let evidence = &mut self.evidence;
        fill(
            &mut evidence.consumer_secret,
            &defaults.credentials.consumer_secret,
        );
        fill(
            &mut evidence.token_secret,
            &defaults.credentials.token_secret,
        );
        fill(&mut evidence.private_key, &defaults.credentials.private_key);
        evidence.public_key = (evidence.public_key.take()).or_else(|| defaults.public_key.clone());
        evidence.provider = (evidence.provider.take()).or_else(|| defaults.provider.clone());
        evidence.now = evidence.now.or_else(|| defaults.now.map(Now::seconds));
    }

    /// Reads an object of `batch`: the request in one of three forms, and the evidence beside it.
    pub(crate) fn from_json(
        object: &Map<String, Value>,
        defaults: &Defaults,
    ) -> Result<Self, Failure> {
        let mut case = Self::default();
        let hints = Hints {
            scheme: scheme(object)?.or(defaults.scheme),
            signed_elsewhere: ["signature", "base_string"]
                .iter()
                .any(|name| object.get(*name).is_some_and(|value| !value.is_null())),
            ..Hints::default()
        };
        if let Some(raw) = field(object, "raw_base64")? {
            let raw = base64_text(raw, "raw_base64")?;
            case.add_only(oauth1_capture::read(&raw, Some(Format::Http), &hints)?)?;
        } else if let Some(request) = object.get("request").filter(|request| !request.is_null()) {
            let text = request.to_string();
            case.add_only(oauth1_capture::read(
                text.as_bytes(),
                Some(Format::Json),
                &hints,
            )?)?;
        } else if let Some(input) = field(object, "input")? {
            case.add_only(oauth1_capture::read(input.as_bytes(), None, &hints)?)?;
        }
        if let Some(text) = field(object, "response")? {
            let captured =
                oauth1_capture::read(text.as_bytes(), Some(Format::Response), &Hints::default())?;
            let response = captured.into_iter().find_map(|captured| captured.response);
            if let Some(response) = &response {
                case.answered(response);
            }
        }
        let evidence = &mut case.evidence;
        let secret = |name| field(object, name).map(|value| value.map(Secret::new));
        let given = |known: &mut Option<Secret>, name| {
            *known = secret(name)?.or(known.take());
            Ok::<_, Failure>(())
        };
        given(&mut evidence.consumer_secret, "consumer_secret")?;
        given(&mut evidence.token_secret, "token_secret")?;
        given(&mut evidence.private_key, "private_key")?;
        given(&mut evidence.signing_key, "signing_key")?;
        let bytes =
            |name| field(object, name).map(|value| value.map(|text| text.as_bytes().to_vec()));
        evidence.public_key = bytes("public_key")?;
        evidence.signature = bytes("signature")?.or(evidence.signature.take());
        evidence.base_string = bytes("base_string")?.or(evidence.base_string.take());
        evidence.typed_url = bytes("typed_url")?.or(evidence.typed_url.take());
        let before = earlier(object, &hints)?;
        if !before.is_empty() {
            evidence.earlier = before;
        }
        evidence.now = now(object)?;
        evidence.provider = provider(object)?;
        if evidence.request.is_none()
            && evidence.base_string.is_none()
            && evidence.response.is_none()
        {
            return Err(wrong(
                "this object has no request: `raw_base64`, `request`, `input`, `base_string` or `response` was expected",
            ));
        }
        case.add_defaults(defaults);
        Ok(case)
    }
}

/// Parses a JSON object; the error says where, and nothing of the text, which may be a secret.
pub(crate) fn parse_object(text: &[u8]) -> Result<Map<String, Value>, Failure> {
    match serde_json::from_slice(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(wrong(
            "a JSON object was expected, `{\"id\": …, \"raw_base64\": …}`",
        )),
        Err(error) => Err(ReadError {
            message: match error.classify() {
                serde_json::error::Category::Eof => "the JSON object breaks off here".into(),
                _ => "this is not JSON; one object a line was expected".into(),
            },
            line: error.line(),
            column: error.column(),
        }
        .into()),
    }
}

/// A text field; `null` is the same as absent.
fn field<'a>(object: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, Failure> {
    match object.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(wrong(&format!("`{name}` must be text"))),
    }
}

fn scheme(object: &Map<String, Value>) -> Result<Option<Scheme>, Failure> {
    match field(object, "scheme")? {
        None => Ok(None),
        Some("http") => Ok(Some(Scheme::Http)),
        Some("https") => Ok(Some(Scheme::Https)),
        Some(_) => Err(wrong("`scheme` must be \"http\" or \"https\"")),
    }
}

/// The id of a provider that is known.
fn provider(object: &Map<String, Value>) -> Result<Option<String>, Failure> {
    match field(object, "provider")? {
        Some(id) if oauth1_diagnosis::providers::find(id).is_none() => Err(wrong(
            "`provider` is none that is known; `diagnose explain providers` lists them",
        )),
        id => Ok(id.map(str::to_owned)),
    }
}

/// Seconds since 1970, or `"now"`.
fn now(object: &Map<String, Value>) -> Result<Option<u64>, Failure> {
    match object.get("now") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text == "now" => Ok(Some(Now::Clock.seconds())),
        Some(value) => match value.as_u64() {
            Some(seconds) => Ok(Some(seconds)),
            None => Err(wrong("`now` must be the seconds since 1970, or \"now\"")),
        },
    }
}

/// The requests before a redirect.
fn earlier(object: &Map<String, Value>, hints: &Hints) -> Result<Vec<Request>, Failure> {
    let name = "earlier_raw_base64";
    let list = match object.get(name) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(wrong(&format!("`{name}` must be a list"))),
    };
    list.iter()
        .map(|item| {
            let text = item
                .as_str()
                .ok_or_else(|| wrong(&format!("`{name}` must hold texts")))?;
            let raw = base64_text(text, name)?;
            let captured = oauth1_capture::read(&raw, Some(Format::Http), hints)?;
            let request = captured.into_iter().find_map(|captured| captured.request);
            let request = request.ok_or_else(|| wrong(&format!("`{name}` must hold requests")))?;
            Ok(request.request)
        })
        .collect()
}

fn base64_text(text: &str, name: &str) -> Result<Vec<u8>, Failure> {
    STANDARD
        .decode(text)
        .map_err(|_| wrong(&format!("`{name}` must be base64 text")))
}

fn wrong(message: &str) -> Failure {
    Failure::from(ReadError {
        message: message.into(),
        line: 1,
        column: 1,
    })
}
