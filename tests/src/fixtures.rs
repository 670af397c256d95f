//! Where the fixtures are, how they are read, and how a request is written down in them.
use oauth1_core::{
    encode::percent_encode,
    request::{Header, Request, UrlError},
};
use serde::de::DeserializeOwned;
use std::{fmt::Write as _, fs, path::PathBuf};

/// The path of a file below `fixtures/`.
pub fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../fixtures")
        .join(name)
}

/// The text of a file below `fixtures/`.
///
/// # Panics
/// When it cannot be read: a test without its data has failed.
pub fn text(name: &str) -> String {
    let path = path(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The file below `fixtures/` read as JSON, one value a line.
///
/// # Panics
/// When a line is not what `T` says, with its number.
pub fn json_lines<T: DeserializeOwned>(name: &str) -> Vec<T> {
    parse_json_lines(name, &text(name))
}

/// As [`json_lines`], from text; `name` is for the message.
///
/// # Panics
/// When a line is not what `T` says, with its number.
pub fn parse_json_lines<T: DeserializeOwned>(name: &str, text: &str) -> Vec<T> {
    text.lines()
        .enumerate()
        .map(|(number, line)| {
            serde_json::from_str(line)
                .unwrap_or_else(|error| panic!("{name}:{}: {error}", number + 1))
        })
        .collect()
}

/// A name and a value, decoded.
pub type Pair = (String, String);

/// A request built from its parts; `header_parameters` (decoded) travel in the Authorization header.
///
/// # Errors
/// When `url` is not an http or https URL.
pub fn request(
    method: &str,
    url: &str,
    realm: Option<&str>,
    header_parameters: &[Pair],
    content_type: Option<&str>,
    body: Option<&str>,
) -> Result<Request, UrlError> {
    let mut request = Request::from_url(method.as_bytes(), url.as_bytes())?;
    if realm.is_some() || !header_parameters.is_empty() {
        request.headers.push(header(
            "Authorization",
            &authorization(realm, header_parameters),
        ));
    }
    if let Some(content_type) = content_type {
        request.headers.push(header("Content-Type", content_type));
    }
    request.body = body.unwrap_or_default().as_bytes().to_vec();
    Ok(request)
}

/// One header field.
pub fn header(name: &str, value: &str) -> Header {
    Header {
        name: name.as_bytes().to_vec(),
        value: value.as_bytes().to_vec(),
    }
}

fn authorization(realm: Option<&str>, parameters: &[Pair]) -> String {
    let mut text = format!("OAuth realm=\"{}\"", realm.unwrap_or_default());
    for (name, value) in parameters {
        let (name, value) = (
            percent_encode(name.as_bytes()),
            percent_encode(value.as_bytes()),
        );
        write!(text, ", {name}=\"{value}\"").expect("writing to a String does not fail");
    }
    text
}
