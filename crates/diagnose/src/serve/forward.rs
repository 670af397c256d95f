//! Passes requests on to one server, as they were signed or signed anew.

use super::{
    names_of,
    wire::{self, Answer},
};
use crate::{
    case::Case,
    cli::Now,
    failure::Failure,
    render::emit,
    secrets::{self, Credentials},
    sign::{fresh_nonce, signing_credentials, without_protocol},
};
use oauth1_capture::{Format, Hints, response::Response};
use oauth1_core::{
    authorization::Authorization,
    method::SignatureMethod,
    parameters::{Source, collect_parameters},
    request::{Header, Request, Scheme},
    sign::{Freshness, Protocol, SigningKey},
};
use oauth1_diagnosis::evidence::Evidence;
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, pki_types::ServerName},
};

/// The longest answer that is passed back.
const MOST: u64 = 16 << 20;
/// How long the server may take for all of it.
const DEADLINE: Duration = Duration::from_secs(15);

/// The one server that requests are passed on to.
pub(super) struct Upstream {
    /// Its scheme, authority and path; method, headers and body are empty.
    base: Request,
    address: SocketAddr,
    /// Where the requests arrive.
    own: SocketAddr,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    resign: bool,
}

impl Upstream {
    /// Reads the URL and looks the host up, once.
    pub(super) async fn new(url: &str, resign: bool, own: SocketAddr) -> Result<Self, Failure> {
        let refuse = |why: &str| {
            Failure::usage(
                format!("--forward: {why}"),
                "give the provider's address, such as https://api.example.com.",
            )
        };
        let base =
            Request::from_url(b"", url.as_bytes()).map_err(|error| refuse(&error.to_string()))?;
        let authority = String::from_utf8_lossy(&base.authority).into_owned();
        if base.query.is_some() || url.contains('@') {
            return Err(refuse(
                "there is more in it than scheme, host, port and path",
            ));
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (
                host.to_owned(),
                port.parse().map_err(|_| refuse("the port is no number"))?,
            ),
            _ => (authority.clone(), base.scheme.default_port()),
        };
        let name = host.trim_matches(['[', ']']).to_owned();
        let address = lookup_host((name.as_str(), port))
            .await
            .map_err(|error| refuse(&format!("the host cannot be found: {error}")))?
            .next()
            .ok_or_else(|| refuse("the host has no address"))?;
        if is_metadata(address.ip()) {
            return Err(refuse(
                "link-local addresses are not forwarded to: cloud machines keep their credentials there",
            ));
        }
        let tls = match base.scheme {
            Scheme::Http => None,
            Scheme::Https => {
                let name = ServerName::try_from(name).map_err(|_| refuse("the host is no name"))?;
                Some((connector()?, name))
            }
        };
        Ok(Self {
            base,
            address,
            own,
            tls,
            resign,
        })
    }

    /// Passes the request of the case on. The server's answer is added to the case, and given back.
    pub(super) async fn pass_on(&self, case: &mut Case) -> Answer {
        let Some(request) = &case.evidence.request else {
            return Answer::text(400, "refused: the request cannot be read");
        };
        if !self.is_of_a_program(request) {
            let why =
                "only a program's requests to this address are passed on, not those of web pages";
            case.notes.push(format!("Not passed on: {why}."));
            return Answer::text(403, &format!("not passed on: {why}"));
        }
        let request = if self.resign {
            match self.signed_anew(request, &case.evidence) {
                Ok(request) => request,
                Err(why) => {
                    case.notes.push(format!("Not passed on: {why}."));
                    return Answer::text(502, &format!("not passed on: {why}"));
                }
            }
        } else {
            self.addressed(request)
        };
        let answered = timeout(DEADLINE, self.exchange(&request)).await;
        let response = match answered {
            Ok(Ok(response)) => response,
            Ok(Err(why)) => return Self::unanswered(case, &why),
            Err(_) => return Self::unanswered(case, "it did not answer in time"),
        };
        case.notes.push(format!(
            "It was passed on{}; the answer is that of the server.",
            if self.resign { ", signed anew" } else { "" }
        ));
        if !self.resign {
            // The answer to another signature says nothing about this one.
            case.answered(&response);
        }
        let headers = response.headers.iter().filter_map(|header| {
            let text = |bytes: &[u8]| {
                let text = core::str::from_utf8(bytes).ok()?;
                (!text.contains(char::is_control)).then(|| text.to_owned())
            };
            let is_for_this_hop = HOP_BY_HOP.iter().any(|name| header.is(name));
            // The body was decoded, so its length is another one.
            let is_of_body = ["Content-Length", "Content-Encoding"]
                .iter()
                .any(|name| header.is(name));
            if is_for_this_hop || is_of_body {
                return None;
            }
            Some((text(&header.name)?, text(&header.value)?))
        });
        Answer {
            status: response.status.unwrap_or(502),
            headers: headers.collect(),
            body: response.body,
        }
    }

    /// Whether no web page can have sent it. One that is open in the same browser could have requests signed and sent in the user's
    /// name, without being able to read the answers; and one that has its own name point here, read them too.
    fn is_of_a_program(&self, request: &Request) -> bool {
        let own = names_of(self.own);
        let is_known = own.iter().any(|own| own.as_bytes() == request.authority)
            || request.authority.eq_ignore_ascii_case(&self.base.authority);
        is_known
            && request.header("Origin").is_none()
            && request
                .header_values("Sec-Fetch-Site")
                .all(|site| site == b"none")
    }

    fn unanswered(case: &mut Case, why: &str) -> Answer {
        case.notes
            .push(format!("The server did not answer: {why}."));
        Answer::text(502, &format!("the server did not answer: {why}"))
    }

    async fn exchange(&self, request: &Request) -> Result<Response, String> {
        let stream = TcpStream::connect(self.address).await;
        let stream = stream.map_err(|error| error.to_string())?;
        let text = match &self.tls {
            None => send(stream, request).await?,
            Some((connector, name)) => {
                let stream = connector.connect(name.clone(), stream).await;
                send(stream.map_err(|error| error.to_string())?, request).await?
            }
        };
        let read = oauth1_capture::read(&text, Some(Format::Response), &Hints::default());
        let captured = read.map_err(|error| error.message)?;
        captured
            .into_iter()
            .find_map(|captured| captured.response)
            .filter(|response| response.status.is_some())
            .ok_or_else(|| "what it sent is no HTTP response".to_owned())
    }

    /// The request as it goes to the server: its signature as it is.
    fn addressed(&self, request: &Request) -> Request {
        let mut passed = request.clone();
        passed.scheme = self.base.scheme;
        let base = self.base.path.strip_suffix(b"/").unwrap_or(&self.base.path);
        passed.path = [base, &request.path].concat();
        passed.authority.clone_from(&self.base.authority);
        let named: Vec<Vec<u8>> = request
            .header_values("Connection")
            .flat_map(|value| value.split(|&byte| byte == b','))
            .map(|name| name.trim_ascii().to_ascii_lowercase())
            .collect();
        passed.headers.retain(|header| {
            let is_known = HOP_BY_HOP
                .iter()
                .chain(&["Host", "Content-Length", "Expect"]);
            !is_known.clone().any(|name| header.is(name))
                && !named.contains(&header.name.to_ascii_lowercase())
        });
        passed.headers.push(Header {
            name: b"Connection".to_vec(),
            value: b"close".to_vec(),
        });
        passed
    }

    /// The same request for that server, signed by RFC 5849 with the credentials of the evidence.
    fn signed_anew(&self, request: &Request, evidence: &Evidence) -> Result<Request, String> {
        let parameters = collect_parameters(request);
        let text = |name: &str| {
            let value = parameters.get(name)?;
            Some(String::from_utf8_lossy(value).into_owned())
        };
        let consumer_key = text("oauth_consumer_key").ok_or("it has no oauth_consumer_key")?;
        let [token, callback, verifier, version, body_hash] = [
            "oauth_token",
            "oauth_callback",
            "oauth_verifier",
            "oauth_version",
            "oauth_body_hash",
        ]
        .map(text);
        let method = parameters
            .get("oauth_signature_method")
            .and_then(SignatureMethod::from_name)
            .unwrap_or(SignatureMethod::HmacSha1);
        if method.is_rsa() {
            // Whoever sends requests here could time the private key's operations.
            return Err("requests are not signed anew with RSA here".to_owned());
        }
        let signature = parameters.list.iter().find(|one| one.is_protocol());
        let place = signature.map_or(Source::Header, |one| one.source);
        let realm = parameters
            .authorization
            .as_ref()
            .and_then(|header| header.realm.as_ref())
            .map(|realm| String::from_utf8_lossy(realm));

        let credentials = Credentials {
            consumer_secret: evidence.consumer_secret.as_ref().map(secrets::copy),
            token_secret: evidence.token_secret.as_ref().map(secrets::copy),
            private_key: None,
        };
        let words = |failure: Failure| failure.to_json().message;
        let credentials = signing_credentials(method, &credentials).map_err(words)?;
        let key = SigningKey::new(method, &credentials).map_err(|error| error.to_string())?;
        let nonce = fresh_nonce().map_err(words)?;
        let freshness = Freshness {
            timestamp: Now::Clock.seconds(),
            nonce: &nonce,
        };
        let protocol = Protocol {
            token: token.as_deref(),
            callback: callback.as_deref(),
            verifier: verifier.as_deref(),
            version: version.is_some(),
            body_hash: body_hash.as_deref(),
            realm: realm.as_deref(),
            ..Protocol::new(&consumer_key, freshness)
        };
        let plain = unsigned(self.addressed(request));
        let signed = protocol.sign(plain, &key, place);
        Ok(signed.map_err(|error| error.to_string())?.request)
    }
}

/// What concerns one connection only (RFC 9110 section 7.6.1).
const HOP_BY_HOP: [&str; 8] = [
    "Connection",
    "Keep-Alive",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Proxy-Connection",
    "TE",
    "Transfer-Encoding",
    "Upgrade",
];

/// Where machines in clouds are told their credentials, and other addresses that are nobody's server.
fn is_metadata(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            address.is_link_local() || address.is_unspecified() || address.is_multicast()
        }
        IpAddr::V6(address) => {
            address.is_unicast_link_local()
                || address.is_unspecified()
                || address.is_multicast()
                || address
                    .to_ipv4_mapped()
                    .is_some_and(|address| is_metadata(address.into()))
        }
    }
}

/// With the certificates that this machine trusts.
fn connector() -> Result<TlsConnector, Failure> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        return Err(Failure::usage(
            "--forward: this machine trusts no certificate, so https cannot be spoken",
            "install the package ca-certificates, or set SSL_CERT_FILE.",
        ));
    }
    let config = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Sends the request, and reads all that comes back: the server closes the connection after its answer.
async fn send<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    request: &Request,
) -> Result<Vec<u8>, String> {
    let told = |error: std::io::Error| error.to_string();
    stream.write_all(&emit::http(request)).await.map_err(told)?;
    stream.flush().await.map_err(told)?;
    let mut text = Vec::new();
    let mut limited = stream.take(MOST + 1);
    loop {
        if wire::is_whole_response(&text, request.method == b"HEAD") {
            return Ok(text);
        }
        match limited.read_buf(&mut text).await {
            Ok(0) => break,
            Ok(_) => {}
            // Some servers close TLS without saying so; what came is looked at all the same.
            Err(_) if !text.is_empty() => break,
            Err(error) => return Err(told(error)),
        }
    }
    if text.len() as u64 > MOST {
        return Err("its answer is longer than 16 MiB".to_owned());
    }
    Ok(text)
}

/// The request without protocol parameters, wherever they were; the other bytes stay as they are.
fn unsigned(mut request: Request) -> Request {
    let is_form = request.form_body().is_some();
    request.headers.retain(|header| {
        !header.is("Authorization") || Authorization::parse(&header.value).is_none()
    });
    let without = |text: &[u8], source| without_protocol(text, source, |_| ());
    request.query = request
        .query
        .map(|query| without(&query, Source::Query))
        .filter(|query| !query.is_empty());
    if is_form {
        request.body = without(&request.body, Source::Body);
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_request_goes_where_machines_keep_credentials() {
        for address in [
            "169.254.169.254",
            "fe80::1",
            "0.0.0.0",
            "::ffff:169.254.169.254",
        ] {
            assert!(is_metadata(address.parse().unwrap()), "{address}");
        }
        for address in ["127.0.0.1", "::1", "10.0.0.1", "192.0.2.1"] {
            assert!(!is_metadata(address.parse().unwrap()), "{address}");
        }
    }
}
