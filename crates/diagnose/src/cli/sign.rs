//! `diagnose sign`.

use super::{SecretArgs, filled};
use clap::{Args, ValueEnum, builder::NonEmptyStringValueParser};
use oauth1_core::{
    method::SignatureMethod,
    parameters::Source,
    request::{Header, Request},
};
use std::ffi::OsString;

#[derive(Args)]
pub(crate) struct SignArgs {
    /// The method: GET, POST, …
    #[arg(value_parser = method)]
    pub(crate) method: String,

    /// The whole URL with its query, as it will be sent
    #[arg(value_parser = url)]
    pub(crate) url: String,

    /// A header to send, `Name: value`; may be repeated
    #[arg(long = "header", short = 'H', value_name = "NAME: VALUE", value_parser = header, help_heading = "Request")]
    pub(crate) headers: Vec<Header>,

    /// A parameter of the form body, decoded; may be repeated
    #[arg(
        long,
        value_name = "NAME=VALUE",
        value_parser = pair,
        conflicts_with = "body",
        help_heading = "Request"
    )]
    pub(crate) form: Vec<(String, String)>,

    /// The body as it will be sent; signed only where its Content-Type is a form, unless --body-hash is given
    #[arg(
        long,
        value_name = "TEXT|@FILE",
        value_parser = filled(),
        allow_hyphen_values = true,
        help_heading = "Request"
    )]
    pub(crate) body: Option<OsString>,

    /// The client's identifier (consumer key)
    #[arg(long, value_name = "KEY", value_parser = NonEmptyStringValueParser::new(), help_heading = "Protocol parameters")]
    pub(crate) consumer_key: String,

    /// The token, where there is one
    #[arg(long, value_name = "TOKEN", help_heading = "Protocol parameters")]
    pub(crate) token: Option<String>,

    /// The signature method
    #[arg(
        long,
        value_name = "NAME",
        value_enum,
        default_value = "HMAC-SHA1",
        ignore_case = true,
        help_heading = "Protocol parameters"
    )]
    pub(crate) method_name: MethodName,

    /// The nonce; a random one when left out
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new(), help_heading = "Protocol parameters")]
    pub(crate) nonce: Option<String>,

    /// Seconds since 1970; the present time when left out
    #[arg(long, value_name = "SECONDS", value_parser = timestamp, help_heading = "Protocol parameters")]
    pub(crate) timestamp: Option<u64>,

    /// The header's realm, which is never signed
    #[arg(long, value_name = "TEXT", help_heading = "Protocol parameters")]
    pub(crate) realm: Option<String>,

    /// `oauth_callback`, in a request for temporary credentials: a URL, or `oob`
    #[arg(long, value_name = "URL", help_heading = "Protocol parameters")]
    pub(crate) callback: Option<String>,

    /// `oauth_verifier`, in a request for token credentials
    #[arg(long, value_name = "TEXT", help_heading = "Protocol parameters")]
    pub(crate) verifier: Option<String>,

    /// Send and sign `oauth_body_hash`, made with this hash
    #[arg(
        long,
        value_name = "HASH",
        value_enum,
        help_heading = "Protocol parameters"
    )]
    pub(crate) body_hash: Option<BodyHashName>,

    /// Leave `oauth_version="1.0"` out
    #[arg(long, help_heading = "Protocol parameters")]
    pub(crate) omit_version: bool,

    /// Where the protocol parameters travel
    #[arg(
        long,
        value_enum,
        default_value_t = Place::Header,
        help_heading = "Output"
    )]
    pub(crate) place: Place,

    /// What is printed
    #[arg(
        long,
        value_enum,
        default_value_t = Emit::Header,
        conflicts_with = "steps",
        help_heading = "Output"
    )]
    pub(crate) emit: Emit,

    /// Print how the signature is made, step by step, with the sections of RFC 5849
    #[arg(long, help_heading = "Output")]
    pub(crate) steps: bool,

    #[command(flatten)]
    pub(crate) secrets: SecretArgs,
}

/// A signature method by its name.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum MethodName {
    #[value(name = "HMAC-SHA1")]
    HmacSha1,
    #[value(name = "HMAC-SHA256")]
    HmacSha256,
    #[value(name = "HMAC-SHA512")]
    HmacSha512,
    #[value(name = "RSA-SHA1")]
    RsaSha1,
    #[value(name = "RSA-SHA256")]
    RsaSha256,
    #[value(name = "RSA-SHA512")]
    RsaSha512,
    #[value(name = "PLAINTEXT")]
    Plaintext,
}

impl From<MethodName> for SignatureMethod {
    fn from(name: MethodName) -> Self {
        match name {
            MethodName::HmacSha1 => Self::HmacSha1,
            MethodName::HmacSha256 => Self::HmacSha256,
            MethodName::HmacSha512 => Self::HmacSha512,
            MethodName::RsaSha1 => Self::RsaSha1,
            MethodName::RsaSha256 => Self::RsaSha256,
            MethodName::RsaSha512 => Self::RsaSha512,
            MethodName::Plaintext => Self::Plaintext,
        }
    }
}

/// The hash of `oauth_body_hash`.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum BodyHashName {
    /// The draft's own
    Sha1,
    /// Mastercard's
    Sha256,
}

/// Where the protocol parameters travel.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Place {
    /// The Authorization header (RFC 5849 section 3.5.1)
    Header,
    /// The query of the URL (section 3.5.3)
    Query,
    /// The form body (section 3.5.2)
    Body,
}

impl From<Place> for Source {
    fn from(place: Place) -> Self {
        match place {
            Place::Header => Self::Header,
            Place::Query => Self::Query,
            Place::Body => Self::Body,
        }
    }
}

/// A form in which a signed request is printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Emit {
    /// The value of the Authorization header
    Header,
    /// The signed URL
    Url,
    /// A command for the shell
    Curl,
    /// The request as it travels
    Http,
    /// All stages, for programs
    Json,
    /// What is signed
    BaseString,
    /// The value of `oauth_signature`, not percent-encoded
    Signature,
    /// A program that signs and sends it
    Python,
    /// The same
    Javascript,
    /// The same
    Rust,
    /// The same
    Php,
    /// The same
    Csharp,
    /// The same
    Java,
    /// The same
    Go,
}

impl Emit {
    /// Whether what is printed holds the signature.
    pub(crate) const fn has_signature(self) -> bool {
        matches!(
            self,
            Self::Header | Self::Url | Self::Curl | Self::Http | Self::Json | Self::Signature
        )
    }
}

fn method(text: &str) -> Result<String, &'static str> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if text.is_empty() || !text.bytes().all(is_token) {
        return Err("a method such as GET or POST was expected");
    }
    Ok(text.to_owned())
}

/// A URL that can be sent as it is.
fn url(text: &str) -> Result<String, String> {
    Request::from_url(b"GET", text.as_bytes()).map_err(|error| error.to_string())?;
    let cannot_travel = |byte: u8| !byte.is_ascii_graphic() || b"\"<>\\^`{|}".contains(&byte);
    if let Some(at) = text.bytes().position(cannot_travel) {
        return Err(format!(
            "byte {at} cannot stand in a URL: write it percent-encoded, a space as %20"
        ));
    }
    if text.contains('#') {
        return Err("a #fragment is never sent: leave it out, or write a # as %23".to_owned());
    }
    if let Some(at) = oauth1_core::encode::first_broken_escape(text.as_bytes()) {
        return Err(format!(
            "the % at byte {at} begins no escape: write a percent sign as %25"
        ));
    }
    Ok(text.to_owned())
}

fn header(text: &str) -> Result<Header, &'static str> {
    let (name, value) = text.split_once(':').ok_or("`Name: value` was expected")?;
    let value = value.trim();
    if method(name).is_err() || value.bytes().any(|byte| byte.is_ascii_control()) {
        return Err("`Name: value` was expected, on one line");
    }
    Ok(Header {
        name: name.as_bytes().to_vec(),
        value: value.as_bytes().to_vec(),
    })
}

fn pair(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text
        .split_once('=')
        .ok_or("NAME=VALUE was expected; NAME= sends an empty value")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn timestamp(text: &str) -> Result<u64, &'static str> {
    text.parse()
        .ok()
        .filter(|seconds| *seconds > 0)
        .ok_or("seconds since 1970 were expected")
}
