//! A program that signs and sends a request, in the user's language.
//!
//! The programs are the templates beside this file's crate, `templates/`. Secrets are never in a program: it reads them from the
//! environment when it runs.

use crate::{
    cli::{Emit, Place, SignArgs},
    failure::Failure,
    sign::Product,
};
use minijinja::{Environment, UndefinedBehavior, context, syntax::SyntaxConfig};
use oauth1_core::{
    base_string_uri::base_string_uri,
    method::SignatureMethod,
    parameters::{Source, split_form},
    request::Request,
};

/// A language that programs are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Python,
    Javascript,
    Rust,
    Php,
    Csharp,
    Java,
    Go,
}

impl Language {
    /// The language that an emission asks for, if it asks for a program.
    pub(crate) const fn of(emit: Emit) -> Option<Self> {
        Some(match emit {
            Emit::Python => Self::Python,
            Emit::Javascript => Self::Javascript,
            Emit::Rust => Self::Rust,
            Emit::Php => Self::Php,
            Emit::Csharp => Self::Csharp,
            Emit::Java => Self::Java,
            Emit::Go => Self::Go,
            _ => return None,
        })
    }

    const fn template(self) -> &'static str {
        match self {
            Self::Python => include_str!("../../templates/python.j2"),
            Self::Javascript => include_str!("../../templates/javascript.j2"),
            Self::Rust => include_str!("../../templates/rust.j2"),
            Self::Php => include_str!("../../templates/php.j2"),
            Self::Csharp => include_str!("../../templates/csharp.j2"),
            Self::Java => include_str!("../../templates/java.j2"),
            Self::Go => include_str!("../../templates/go.j2"),
        }
    }

    /// The text as a literal of the language.
    fn literal(self, text: &str) -> String {
        if self == Self::Php {
            // Nothing but these two means anything between single quotes.
            return format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'"));
        }
        let mut literal = String::from("\"");
        for c in text.chars() {
            match c {
                '"' | '\\' => literal.extend(['\\', c]),
                '\n' => literal.push_str("\\n"),
                '\r' => literal.push_str("\\r"),
                '\t' => literal.push_str("\\t"),
                // Java before 18 reads a source in the machine's own charset.
                c if super::escape::is_plain(c) && (self != Self::Java || c.is_ascii()) => {
                    literal.push(c);
                }
                c => literal.push_str(&self.escape(c)),
            }
        }
        literal.push('"');
        literal
    }

    /// A character that must not stand in a source text as it is.
    fn escape(self, c: char) -> String {
        let number = u32::from(c);
        match self {
            Self::Rust => format!("\\u{{{number:x}}}"),
            Self::Javascript => format!("\\u{{{number:X}}}"),
            // \u of these begins an escape even outside of literals in Java, and takes four digits only.
            Self::Java => {
                if number < 0x80 {
                    format!("\\{number:03o}")
                } else {
                    let mut room = [0; 2];
                    let units = c.encode_utf16(&mut room).iter();
                    let units = units.map(|unit| format!("\\u{unit:04x}"));
                    units.collect::<Vec<_>>().concat()
                }
            }
            Self::Python | Self::Csharp | Self::Go if number > 0xFFFF => format!("\\U{number:08x}"),
            Self::Python | Self::Csharp | Self::Go | Self::Php => format!("\\u{number:04x}"),
        }
    }
}

/// The program.
///
/// # Errors
/// When the request holds bytes that no text of the language can.
pub(crate) fn program(
    product: &Product,
    args: &SignArgs,
    language: Language,
) -> Result<String, Failure> {
    let request = product.plain;
    let text = |bytes: &[u8]| {
        String::from_utf8(bytes.to_vec()).map_err(|_| {
            Failure::usage(
                "the request holds bytes that are not UTF-8, and a program would have to build them",
                "print it with --emit http, and send that.",
            )
        })
    };
    let query = request.query.as_deref().unwrap_or_default();
    let form = request.form_body().unwrap_or_default();
    let pairs = split_form(query, Source::Query)
        .into_iter()
        .chain(split_form(form, Source::Body))
        .map(|one| Ok((text(&one.name)?, text(&one.value)?)))
        .collect::<Result<Vec<_>, Failure>>()?;
    let headers = request
        .headers
        .iter()
        .map(|one| Ok((text(&one.name)?, text(&one.value)?)))
        .collect::<Result<Vec<_>, Failure>>()?;
    let body = (!request.body.is_empty()).then(|| text(&request.body));
    let protocol = product.protocol;
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .keep_trailing_newline(true)
            .build()
            .expect("the usual delimiters"),
    );
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.add_filter("literal", move |text: &str| language.literal(text));
    let (kind, hash) = kind_and_hash(product.method);
    environment
        .render_str(
            language.template(),
            context! {
                method => text(&request.method)?,
                url => text(&super::emit::url(request))?,
                base_string_uri => text(&base_string_uri(request))?,
                parameters => pairs,
                has_content_type => request.header("Content-Type").is_some(),
                headers => headers,
                body => body.transpose()?,
                is_form => request.form_body().is_some(),
                consumer_key => protocol.consumer_key,
                token => protocol.token,
                callback => protocol.callback,
                verifier => protocol.verifier,
                body_hash => protocol.body_hash,
                version => protocol.version,
                signature_method => product.method.name(),
                kind => kind,
                hash => hash,
                // A program that is to be used more than once makes its own.
                timestamp => args.timestamp.map(|seconds| seconds.to_string()),
                nonce => &args.nonce,
                realm => protocol.realm,
                // As a quoted string of RFC 9110 section 5.6.4.
                realm_quoted => protocol.realm.map(|realm| realm.replace('\\', r"\\").replace('"', "\\\"")),
                url_joint => if request.query.is_some() { "&" } else { "?" },
                url_without_query => text(&super::emit::url(&Request { query: None, ..request.clone() }))?,
                place => match args.place {
                    Place::Header => "header",
                    Place::Query => "query",
                    Place::Body => "body",
                },
            },
        )
        .map_err(|error| {
            Failure::usage(
                format!("the template of this language is broken: {error}"),
                "please report this line; another --emit works.",
            )
        })
}

const fn kind_and_hash(method: SignatureMethod) -> (&'static str, &'static str) {
    match method {
        SignatureMethod::HmacSha1 => ("hmac", "sha1"),
        SignatureMethod::HmacSha256 => ("hmac", "sha256"),
        SignatureMethod::HmacSha512 => ("hmac", "sha512"),
        SignatureMethod::RsaSha1 => ("rsa", "sha1"),
        SignatureMethod::RsaSha256 => ("rsa", "sha256"),
        SignatureMethod::RsaSha512 => ("rsa", "sha512"),
        SignatureMethod::Plaintext => ("plaintext", "sha1"),
    }
}
