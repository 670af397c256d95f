//! What the reader was told beside the capture: the answers to what a form leaves out.

use crate::{
    error::{CaptureError, excerpt},
    url::UrlRequest,
};
use oauth1_core::{
    base_string_uri::split_authority,
    request::{Request, Scheme},
};

/// What the input may leave out (`--method`, `--url`, `--scheme`).
#[derive(Clone, Debug, Default)]
pub struct Hints {
    /// `--method`: for a URL, a header, and a JSON object without one.
    pub method: Option<String>,
    /// `--url`: for a header, a JSON object without one, and a raw request without a Host header.
    pub url: Option<String>,
    /// `--scheme`: overrides what the input says, as behind a proxy that ends TLS.
    pub scheme: Option<Scheme>,
    /// Whether a signature or a base string stands beside the input: then a request that ends without a signature need
    /// not be one that is cut short.
    pub signed_elsewhere: bool,
}

impl Hints {
    /// The method told, `GET` if none was.
    pub(crate) fn method_or_get(&self) -> &[u8] {
        self.method.as_deref().unwrap_or("GET").as_bytes()
    }

    /// The request that `--url` describes; `None` without `--url`.
    pub(crate) fn url_request(&self, method: &[u8]) -> Result<Option<UrlRequest>, CaptureError> {
        let Some(text) = &self.url else {
            return Ok(None);
        };
        let url = text.trim().as_bytes();
        UrlRequest::new(method, url).map(Some).map_err(|problem| {
            let message = format!("the URL given with --url is none: {}", problem.message);
            CaptureError::at(url, problem.at, message, problem.help)
        })
    }

    /// Which scheme a request has, and whether that is known: what was told, else what the input states, else a
    /// guess from the authority.
    pub(crate) fn scheme_of(&self, stated: Option<Scheme>, authority: &[u8]) -> (Scheme, bool) {
        match self.scheme.or(stated) {
            Some(scheme) => (scheme, true),
            None => (likely_scheme(authority), false),
        }
    }

    /// Overrides the scheme that a URL states, and notes it.
    pub(crate) fn override_scheme(&self, request: &mut Request, notes: &mut Vec<String>) {
        if let Some(scheme) = self.scheme
            && scheme != request.scheme
        {
            notes.push(format!(
                "The URL says {}; {} is taken, as --scheme says.",
                request.scheme.as_str(),
                scheme.as_str()
            ));
            request.scheme = scheme;
        }
    }
}

/// http on port 80 and on this machine, https elsewhere: where OAuth 1.0 is in use today, it is used over TLS.
fn likely_scheme(authority: &[u8]) -> Scheme {
    let (host, port) = split_authority(authority);
    let host = host.to_ascii_lowercase();
    let local = host == b"localhost"
        || host.ends_with(b".localhost")
        || host == b"[::1]"
        || host.starts_with(b"127.");
    match port {
        Some(b"80") => Scheme::Http,
        Some(b"443") => Scheme::Https,
        _ if local => Scheme::Http,
        _ => Scheme::Https,
    }
}

/// Takes the authority from the Host header, where there is one: that, not the URL, is what travelled (§3.4.1.2).
pub(crate) fn apply_host_header(request: &mut Request, notes: &mut Vec<String>) {
    let Some(host) = request.header("Host").map(<[u8]>::to_vec) else {
        return;
    };
    if !host.eq_ignore_ascii_case(&request.authority) {
        notes.push(format!(
            "The Host header says {}, the URL says {}: the Host header is what the server sees, so it is taken.",
            excerpt(&host),
            excerpt(&request.authority)
        ));
    }
    request.authority = host;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_told_wins_over_the_one_stated_and_both_over_a_guess() {
        let told = Hints {
            scheme: Some(Scheme::Http),
            ..Hints::default()
        };
        assert_eq!(
            told.scheme_of(Some(Scheme::Https), b"h"),
            (Scheme::Http, true)
        );
        let none = Hints::default();
        assert_eq!(
            none.scheme_of(Some(Scheme::Http), b"h"),
            (Scheme::Http, true)
        );
        assert_eq!(none.scheme_of(None, b"h"), (Scheme::Https, false));
    }

    #[test]
    fn a_guess_is_http_on_port_80_and_on_this_machine() {
        for local in [
            "h:80",
            "localhost:8080",
            "LOCALHOST",
            "app.localhost",
            "127.0.0.1:3000",
            "[::1]:99",
        ] {
            assert_eq!(likely_scheme(local.as_bytes()), Scheme::Http, "{local}");
        }
        for remote in [
            "h",
            "h:443",
            "localhost:443",
            "localhost.example",
            "1270.example",
            "",
        ] {
            assert_eq!(likely_scheme(remote.as_bytes()), Scheme::Https, "{remote}");
        }
    }
}
