//! `diagnose sign`: from the options to a signed request.

use crate::{
    case::Defaults,
    cli::{BodyHashName, Emit, Now, Place, SignArgs},
    failure::Failure,
    gather::reads_stdin,
    input,
    render::{code, emit, steps},
    run::{Answer, print, width},
    secrets::{self, Credentials},
    settings,
};
use oauth1_core::{
    body_hash::{body_hash_sha1, body_hash_sha256},
    encode::percent_encode,
    key::Secret,
    method::SignatureMethod,
    parameters::{Parameter, Source, split_form},
    request::{Header, Request},
    rsa_key::RsaPrivateKey,
    sign::{self, Freshness, Protocol, Signed, SigningCredentials, SigningKey},
};

/// A request that was signed, and what a page about it needs beside.
pub(crate) struct Product<'a> {
    /// The request before its protocol parameters were added.
    pub(crate) plain: &'a Request,
    pub(crate) protocol: &'a Protocol<'a>,
    pub(crate) method: SignatureMethod,
    pub(crate) signed: &'a Signed,
    /// The HMAC key or PLAINTEXT signature, where there is one and it may be printed.
    pub(crate) shown_key: Option<&'a Secret>,
}

/// Does what the command line says.
pub(crate) fn run(args: &SignArgs) -> Result<Answer, Failure> {
    reads_stdin(&[
        ("--consumer-secret", args.secrets.consumer_secret.as_deref()),
        ("--token-secret", args.secrets.token_secret.as_deref()),
    ])?;
    let method = SignatureMethod::from(args.method_name);
    if args.emit == Emit::Url && args.place != Place::Query {
        return Err(Failure::usage(
            "--emit url prints a URL, and the protocol parameters are not in it",
            "add --place query.",
        ));
    }
    let request = request(args)?;
    let mut notes = Vec::new();
    let mut known = Defaults {
        credentials: secrets::read(&args.secrets, &mut notes)?,
        ..Defaults::default()
    };
    settings::of_project(&mut notes)?.fill(&mut known)?;
    let credentials = signing_credentials(method, &known.credentials)?;
    let key = SigningKey::new(method, &credentials)
        .map_err(|error| Failure::usage(error.to_string(), SIGN_HELP))?;
    let (timestamp, nonce) = (
        args.timestamp.unwrap_or_else(|| Now::Clock.seconds()),
        match &args.nonce {
            Some(nonce) => nonce.clone(),
            None => fresh_nonce()?,
        },
    );
    let body_hash = args.body_hash.map(|hash| match hash {
        BodyHashName::Sha1 => body_hash_sha1(&request.body),
        BodyHashName::Sha256 => body_hash_sha256(&request.body),
    });
    let protocol = Protocol {
        consumer_key: &args.consumer_key,
        token: args.token.as_deref(),
        freshness: Some(Freshness {
            timestamp,
            nonce: &nonce,
        }),
        version: !args.omit_version,
        callback: args.callback.as_deref(),
        verifier: args.verifier.as_deref(),
        body_hash: body_hash.as_deref(),
        realm: args.realm.as_deref(),
    };
    let signed = protocol
        .sign(request.clone(), &key, args.place.into())
        .map_err(|error| Failure::usage(error.to_string(), SIGN_HELP))?;
    let shown_key = match &credentials {
        SigningCredentials::SharedSecrets(shared) if args.secrets.show_secrets => {
            Some(shared.signing_key())
        }
        _ => None,
    };
    let product = Product {
        plain: &request,
        protocol: &protocol,
        method,
        signed: &signed,
        shown_key: shown_key.as_ref(),
    };
    for note in notes {
        anstream::eprintln!("note: {note}");
    }
    let text = if args.steps {
        steps::page(&product, args.place, width()).into_bytes()
    } else {
        if method == SignatureMethod::Plaintext
            && !args.secrets.show_secrets
            && args.emit.has_signature()
        {
            return Err(Failure::usage(
                "the signature of PLAINTEXT is made of the secrets themselves, so it is not printed",
                "add --show-secrets, or print a program that reads them when it runs: --emit python.",
            ));
        }
        match code::Language::of(args.emit) {
            Some(language) => code::program(&product, args, language)?.into_bytes(),
            None => emit::text(&product, args.emit)?,
        }
    };
    print(&text)?;
    Ok(Answer::Right)
}

const SIGN_HELP: &str = "diagnose sign --help shows what goes where.";

/// The request without its protocol parameters.
fn request(args: &SignArgs) -> Result<Request, Failure> {
    let mut request = Request::from_url(args.method.as_bytes(), args.url.as_bytes())
        .map_err(|error| Failure::usage(error.to_string(), SIGN_HELP))?;
    request.headers.clone_from(&args.headers);
    request.body = if args.form.is_empty() {
        input::text_or_file("--body", args.body.as_deref())?.unwrap_or_default()
    } else {
        if request.header("Content-Type").is_none() {
            request.headers.push(Header {
                name: b"Content-Type".to_vec(),
                value: b"application/x-www-form-urlencoded".to_vec(),
            });
        }
        if request.form_body().is_none() {
            return Err(Failure::usage(
                "--form makes a form body, and the Content-Type header names something else",
                "leave that header out, or give the body with --body.",
            ));
        }
        form(args.form.iter().map(|(name, value)| (&**name, &**value)))
    };
    Ok(request)
}

/// The pairs, which are not encoded yet, as a form body or a query.
pub(crate) fn form<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<u8> {
    let encode = |text: &str| percent_encode(text.as_bytes());
    let pairs = pairs.map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    pairs.collect::<Vec<_>>().join("&").into_bytes()
}

/// A query or a form body without its protocol parameters, which are handed over; the other bytes stay as they are.
pub(crate) fn without_protocol(
    text: &[u8],
    source: Source,
    mut taken: impl FnMut(&Parameter<'_>),
) -> Vec<u8> {
    let rest = text.split(|&byte| byte == b'&').filter(|piece| {
        let parameters = split_form(piece, source);
        let protocol = parameters.first();
        let protocol = protocol.filter(|one| one.is_protocol());
        protocol.map(&mut taken).is_none()
    });
    rest.collect::<Vec<_>>().join(&b'&')
}

/// What the method signs with.
pub(crate) fn signing_credentials(
    method: SignatureMethod,
    given: &Credentials,
) -> Result<SigningCredentials, Failure> {
    let name = method.name();
    if method.is_rsa() {
        let pem = given.private_key.as_ref().ok_or_else(|| {
            Failure::usage(
                format!("{name} signs with a private key, and none was given"),
                "give it with --private-key-file.",
            )
        })?;
        let key = RsaPrivateKey::from_pem(pem.expose()).map_err(|error| {
            Failure::usage(
                format!("--private-key-file: {error}"),
                "give a PEM file, PKCS#1 or PKCS#8, without a passphrase.",
            )
        })?;
        return Ok(SigningCredentials::RsaPrivateKey(key));
    }
    let client = given.consumer_secret.as_ref().ok_or_else(|| {
        Failure::usage(
            format!("{name} signs with the client secret, and none was given"),
            "give it with --ask, --consumer-secret @FILE or OAUTH1_CONSUMER_SECRET.",
        )
    })?;
    let shared = secrets::shared(client, given.token_secret.as_ref());
    Ok(SigningCredentials::SharedSecrets(shared))
}

/// A nonce from the operating system's random numbers.
pub(crate) fn fresh_nonce() -> Result<String, Failure> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|_| {
        Failure::usage(
            "the operating system gives no random numbers for the nonce",
            "give one with --nonce.",
        )
    })?;
    Ok(sign::nonce(random))
}
