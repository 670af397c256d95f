//! The golden vectors of `fixtures/golden/`, as its README describes them.
use crate::fixtures::{self, Pair};
use oauth1_core::request::{Request, UrlError};
use serde::{Deserialize, de::DeserializeOwned};
use std::{fs, path::Path};

/// What a request vector and a deviation share: the request and its secrets.
#[derive(Deserialize, Debug)]
pub struct Signed {
    /// Method as sent.
    pub method: String,
    /// URL as it travels.
    pub url: String,
    /// Realm of the header.
    pub realm: Option<String>,
    /// What travels in the header, decoded.
    #[serde(default)]
    pub header_parameters: Vec<Pair>,
    /// Content-Type.
    pub content_type: Option<String>,
    /// Body as it travels.
    pub body: Option<String>,
    /// Decoded.
    pub client_secret: Option<String>,
    /// Decoded.
    pub token_secret: Option<String>,
    /// Below `fixtures/golden/`.
    pub private_key_file: Option<String>,
}

impl Signed {
    /// The request without a signature.
    ///
    /// # Errors
    /// When the URL is not http or https.
    pub fn request(&self) -> Result<Request, UrlError> {
        self.request_with(&[])
    }

    /// The request with more parameters in its header.
    ///
    /// # Errors
    /// When the URL is not http or https.
    pub fn request_with(&self, more: &[(&str, &str)]) -> Result<Request, UrlError> {
        let mut parameters = self.header_parameters.clone();
        parameters.extend(more.iter().map(|&(n, v)| (n.to_owned(), v.to_owned())));
        fixtures::request(
            &self.method,
            &self.url,
            self.realm.as_deref(),
            &parameters,
            self.content_type.as_deref(),
            self.body.as_deref(),
        )
    }

    /// The PEM text of the private key.
    pub fn private_key(&self) -> Option<String> {
        private_key(self.private_key_file.as_deref())
    }
}

fn private_key(file: Option<&str>) -> Option<String> {
    Some(fixtures::text(&format!("golden/{}", file?)))
}

/// A vector with its id.
#[derive(Deserialize, Debug)]
pub struct Vector {
    /// Unique.
    pub id: String,
    /// What it shows.
    #[serde(flatten)]
    pub kind: Kind,
}

/// The kinds of vector; the fields are those of the README.
#[derive(Deserialize, Debug)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[expect(
    missing_docs,
    reason = "fixtures/golden/README.md describes every field"
)]
#[expect(clippy::large_enum_variant, reason = "there are two hundred of them")]
pub enum Kind {
    Request {
        #[serde(flatten)]
        signed: Signed,
        signature_method: String,
        decoded: Vec<Pair>,
        encoded: Vec<Pair>,
        sorted: Vec<String>,
        normalized_parameters: String,
        base_string_uri: String,
        base_string: String,
        signing_key: Option<String>,
        signature: Option<String>,
        authorization: Option<String>,
    },
    BaseStringUri {
        url: String,
        base_string_uri: String,
    },
    Normalization {
        query: Option<String>,
        decoded: Vec<Pair>,
        encoded: Vec<Pair>,
        sorted: Vec<String>,
        normalized_parameters: String,
    },
    Encoding {
        input: String,
        output: String,
    },
    Signature {
        signature_method: String,
        base_string: String,
        client_secret: Option<String>,
        token_secret: Option<String>,
        private_key_file: Option<String>,
        signing_key: Option<String>,
        signature: String,
    },
    BodyHash {
        body: String,
        hash: String,
        body_hash: String,
    },
    Parse {
        place: String,
        text: String,
        parsed: Vec<Pair>,
    },
}

/// A published value that RFC 5849 does not give.
#[derive(Deserialize, Debug)]
pub struct Deviation {
    /// Unique.
    pub id: String,
    /// The request.
    #[serde(flatten)]
    pub signed: Signed,
    /// The signature that the source gives.
    pub signature: Option<String>,
    /// The base string that the source gives.
    pub base_string: Option<String>,
    /// What RFC 5849 gives in place of `signature` or `base_string`.
    pub right: String,
    /// The URL that the client's code was given.
    pub typed_url: Option<String>,
    /// Sets of mistake ids; one has to be found.
    pub explained_by: Vec<Vec<String>>,
}

/// Every vector that follows RFC 5849, in the order of the file names.
pub fn vectors() -> Vec<Vector> {
    read_folder("golden")
}

/// Every published deviation.
pub fn deviations() -> Vec<Deviation> {
    read_folder("golden/deviations")
}

fn read_folder<T: DeserializeOwned>(name: &str) -> Vec<T> {
    #[derive(Deserialize)]
    struct File<T> {
        vector: Vec<T>,
    }
    let folder = fixtures::path(name);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    files.sort();
    let read = |path: &Path| -> File<T> {
        let text = fs::read_to_string(path).expect("a listed file can be read");
        toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    files.iter().flat_map(|path| read(path).vector).collect()
}
