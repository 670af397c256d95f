//! Golden files: requests with what is expected of them, in TOML.

use crate::{
    failure::{Failure, visible_path},
    input::text_file,
    settings::{self, Settings},
};
use oauth1_core::request::{Header, Request, UrlError};
use oauth1_diagnosis::report::Verdict;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{
    fs,
    path::{Path, PathBuf},
};
use toml::Spanned;

/// A golden file of `diagnose check`.
#[derive(PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GoldenFile {
    /// What holds for every case that does not say otherwise.
    #[serde(default)]
    pub(crate) defaults: Settings,
    /// The cases, in the order in which they are checked.
    #[schemars(with = "Vec<GoldenCase>")]
    #[serde(rename = "case")]
    pub(crate) cases: Vec<Spanned<GoldenCase>>,
}

/// One request and what is expected of it.
#[derive(PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GoldenCase {
    /// What the case is called in reports.
    pub(crate) name: String,
    /// The captured request in any form that diagnose reads: a curl command, a signed URL, raw HTTP, …
    pub(crate) input: Option<String>,
    /// The same in a file, counted from the golden file's directory and not outside of it.
    pub(crate) input_file: Option<PathBuf>,
    /// The same in parts.
    pub(crate) request: Option<GoldenRequest>,
    /// Sign the request of `request` with these protocol parameters, and compare what comes of it.
    pub(crate) sign: Option<GoldenProtocol>,
    /// The base string that the client's code made.
    pub(crate) base_string: Option<String>,
    /// The URL as the client's code was given it, where another was sent.
    pub(crate) typed_url: Option<String>,
    /// For this case, in place of the file's `defaults`.
    #[serde(default)]
    pub(crate) settings: Settings,
    /// What must come of it.
    #[serde(default)]
    pub(crate) expect: Expectations,
}

/// A request in parts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GoldenRequest {
    /// GET, POST, …
    pub(crate) method: String,
    /// The whole URL, as it is sent.
    pub(crate) url: String,
    /// Names and values, in their order.
    #[serde(default)]
    pub(crate) headers: Vec<(String, String)>,
    /// The body, as it is sent.
    #[serde(default)]
    pub(crate) body: String,
}

/// The protocol parameters of a request that is to be signed; decoded.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GoldenProtocol {
    /// `oauth_consumer_key`.
    pub(crate) consumer_key: String,
    /// `oauth_token`.
    pub(crate) token: Option<String>,
    /// `oauth_signature_method`.
    pub(crate) signature_method: String,
    /// `oauth_timestamp`, in seconds since 1970.
    pub(crate) timestamp: Option<u64>,
    /// `oauth_nonce`.
    pub(crate) nonce: Option<String>,
    /// Whether `oauth_version="1.0"` is sent.
    #[serde(default)]
    pub(crate) version: bool,
    /// `oauth_callback`.
    pub(crate) callback: Option<String>,
    /// `oauth_verifier`.
    pub(crate) verifier: Option<String>,
    /// `oauth_body_hash`.
    pub(crate) body_hash: Option<String>,
    /// The header's realm, which is not signed.
    pub(crate) realm: Option<String>,
}

/// What must come of a case. What is left out is not compared, but a captured request must be valid unless `verdict` says
/// otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expectations {
    /// `valid`, `invalid` or `undetermined`.
    pub(crate) verdict: Option<ExpectedVerdict>,
    /// The ids of the mistakes that explain an invalid signature.
    pub(crate) mistakes: Option<Vec<String>>,
    /// The right base string.
    pub(crate) base_string: Option<String>,
    /// The right signature, not percent-encoded.
    pub(crate) signature: Option<String>,
    /// The right Authorization header; compared by what it says, whatever the order of its parameters.
    pub(crate) authorization: Option<String>,
}

/// A verdict as golden files write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ExpectedVerdict {
    Valid,
    Invalid,
    Undetermined,
}

impl GoldenRequest {
    /// The request, without its protocol parameters.
    pub(crate) fn request(&self) -> Result<Request, UrlError> {
        let mut request = Request::from_url(self.method.as_bytes(), self.url.as_bytes())?;
        let headers = self.headers.iter().map(|(name, value)| Header {
            name: name.clone().into_bytes(),
            value: value.clone().into_bytes(),
        });
        request.headers.extend(headers);
        request.body = self.body.clone().into_bytes();
        Ok(request)
    }
}

/// A golden file, and its text.
pub(crate) fn read(path: &Path) -> Result<(GoldenFile, String), Failure> {
    let text = text_file("the golden file", path)?;
    let mut file: GoldenFile = settings::parse(&text)?;
    let directory = path.parent().unwrap_or(Path::new("."));
    file.defaults = file.defaults.rooted(directory);
    Ok((file, text))
}

impl From<Verdict> for ExpectedVerdict {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Valid => Self::Valid,
            Verdict::Invalid => Self::Invalid,
            Verdict::Undetermined => Self::Undetermined,
        }
    }
}

impl ExpectedVerdict {
    /// As it is written.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Undetermined => "undetermined",
        }
    }
}

/// The golden files that the paths name: files as they are, directories with all `.toml` files below them.
pub(crate) fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let before = files.len();
            collect(path, &mut files).map_err(|error| Failure::io("PATH", path, &error))?;
            if files.len() == before {
                return Err(Failure::usage(
                    format!("there is no .toml file in {}", visible_path(path)),
                    "diagnose check --init INPUT prints a first one.",
                ));
            }
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let mut entries: Vec<PathBuf> = fs::read_dir(directory)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    entries.sort();
    for path in entries {
        // A link to a directory could lead round in a circle.
        if path.is_dir() && !path.is_symlink() {
            collect(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            files.push(path);
        }
    }
    Ok(())
}
