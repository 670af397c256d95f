//! Shared inputs of the benches: three requests of growing size, and rounds that take turns.
use oauth1_core::{
    encode::percent_encode,
    key::{Secret, SharedSecrets},
    method::SignatureMethod,
    parameters::Source,
    request::{Header, Request},
    sign::{Freshness, Protocol, Signed, SigningCredentials, SigningKey},
};
use std::time::{Duration, Instant};

/// A request before it is signed. All are sent with five or six protocol parameters, as in their sources.
pub struct Input {
    /// For the table.
    pub name: &'static str,
    /// Upper case.
    pub method: &'static str,
    /// Without query.
    pub url: &'static str,
    /// Decoded pairs of the query.
    pub query: Vec<(String, String)>,
    /// Decoded pairs of the form body.
    pub form: Vec<(String, String)>,
    /// Client identifier.
    pub consumer_key: &'static str,
    /// Client secret.
    pub consumer_secret: &'static str,
    /// Token and its secret.
    pub token: Option<(&'static str, &'static str)>,
    /// `oauth_timestamp`.
    pub timestamp: u64,
    /// `oauth_nonce`.
    pub nonce: &'static str,
}

impl Input {
    /// The request as it travels, without protocol parameters.
    ///
    /// # Panics
    /// Never: the URLs are constants.
    pub fn request(&self) -> Request {
        let query = if self.query.is_empty() {
            String::new()
        } else {
            format!("?{}", encoded(&self.query))
        };
        let url = format!("{}{query}", self.url);
        let mut request = Request::from_url(self.method.as_bytes(), url.as_bytes())
            .expect("the inputs have http and https URLs");
        if !self.form.is_empty() {
            request.headers.push(Header {
                name: b"Content-Type".to_vec(),
                value: b"application/x-www-form-urlencoded".to_vec(),
            });
            request.body = encoded(&self.form).into_bytes();
        }
        request
    }

    /// What it is signed with.
    pub fn secrets(&self) -> SharedSecrets {
        SharedSecrets {
            client: Secret::new(self.consumer_secret),
            token: self.token.map(|(_, secret)| Secret::new(secret)),
        }
    }

    /// The key for HMAC-SHA1.
    ///
    /// # Panics
    /// Never: HMAC takes shared secrets.
    pub fn signing_key(&self) -> SigningKey {
        let credentials = SigningCredentials::SharedSecrets(self.secrets());
        SigningKey::new(SignatureMethod::HmacSha1, &credentials).expect("HMAC takes secrets")
    }

    /// The protocol parameters.
    pub fn protocol(&self) -> Protocol<'_> {
        let fresh = Freshness {
            timestamp: self.timestamp,
            nonce: self.nonce,
        };
        Protocol {
            token: self.token.map(|(token, _)| token),
            version: true,
            ..Protocol::new(self.consumer_key, fresh)
        }
    }

    /// Signs a request with the protocol parameters in the Authorization header.
    ///
    /// # Panics
    /// When the request is signed already.
    pub fn sign(&self, request: Request, key: &SigningKey) -> Signed {
        let signed = self.protocol().sign(request, key, Source::Header);
        signed.unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }
}

impl Input {
    /// The request with a signature that no mistake makes, the SHA-1 of "abc" (FIPS 180-4): a search for it tries everything.
    pub fn signed_elsewhere(&self) -> Request {
        const ELSEWHERE: &str = "qZk%2BNkcGgWq6PiVxeFDCbJzQ2J0%3D";
        let mut request = self.sign(self.request(), &self.signing_key()).request;
        for header in &mut request.headers {
            if header.name.eq_ignore_ascii_case(b"Authorization") {
                let value = String::from_utf8_lossy(&header.value);
                let end = value.find("oauth_signature=").unwrap_or(value.len());
                let value = format!("{}oauth_signature=\"{ELSEWHERE}\"", &value[..end]);
                header.value = value.into_bytes();
            }
        }
        request
    }
}

fn encoded(pairs: &[(String, String)]) -> String {
    let pair = |(name, value): &(String, String)| {
        let (name, value) = (
            percent_encode(name.as_bytes()),
            percent_encode(value.as_bytes()),
        );
        format!("{name}={value}")
    };
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let pair = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
    pairs.iter().map(pair).collect()
}

/// 5 parameters (the Alteryx example), 11 (Twitter's status update with three more of its parameters) and 100 in the query.
pub fn inputs() -> [Input; 3] {
    [
        Input {
            name: "5 parameters",
            method: "GET",
            url: "https://server.domain.com/gallery/api/admin/v1/workflows/",
            query: vec![],
            form: vec![],
            consumer_key: "abc123",
            consumer_secret: "secret",
            token: None,
            timestamp: 1_540_946_480,
            nonce: "000001",
        },
        Input {
            name: "11 parameters",
            method: "POST",
            url: "https://api.twitter.com/1.1/statuses/update.json",
            query: owned(&[("include_entities", "true")]),
            form: owned(&[
                (
                    "status",
                    "Hello Ladies + Gentlemen, a signed OAuth request!",
                ),
                ("lat", "37.7821120598956"),
                ("long", "-122.400612831116"),
                ("trim_user", "true"),
            ]),
            consumer_key: "xvz1evFS4wEEPTGEFPHBog",
            consumer_secret: "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
            token: Some((
                "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
                "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
            )),
            timestamp: 1_318_622_958,
            nonce: "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
        },
        Input {
            name: "100 parameters",
            method: "GET",
            url: "https://api.example.com/1.1/search.json",
            query: (0..100)
                .map(|number| {
                    (
                        format!("name{number:02}"),
                        format!("value {number} & é=more"),
                    )
                })
                .collect(),
            form: vec![],
            consumer_key: "consumer-key",
            consumer_secret: "consumer-secret",
            token: Some(("token", "token-secret")),
            timestamp: 1_540_946_480,
            nonce: "0123456789abcdef",
        },
    ]
}

/// A clock that stands still while other programs have the processor: that of this thread, where the system tells it
/// (Linux), and wall time elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch {
    wall: Instant,
    cpu: Option<Duration>,
}

impl Stopwatch {
    /// Begins to measure.
    pub fn start() -> Self {
        Self {
            wall: Instant::now(),
            cpu: cpu_time(),
        }
    }

    /// Time since the start.
    pub fn elapsed(&self) -> Duration {
        match (self.cpu, cpu_time()) {
            (Some(before), Some(now)) => now.saturating_sub(before),
            _ => self.wall.elapsed(),
        }
    }
}

#[cfg(target_os = "linux")]
fn cpu_time() -> Option<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).ok()
}

#[cfg(not(target_os = "linux"))]
fn cpu_time() -> Option<Duration> {
    None
}

/// How long is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// For figures that are told.
    Full,
    /// To see in CI what has changed much.
    Short,
}

/// Runs the contenders in turns, so that a noisy machine is noisy for all, and gives each one's median of calls a second.
pub fn medians<const N: usize>(length: Length, mut contenders: [&mut dyn FnMut(); N]) -> [f64; N] {
    // Short ones, so that other programs disturb only some of them.
    const ROUND: Duration = Duration::from_millis(3);
    let rounds = match length {
        Length::Full => 301,
        Length::Short => 31,
    };
    let mut rates = [(); N].map(|()| Vec::with_capacity(rounds));
    for round in 0..=rounds {
        for (contender, rates) in contenders.iter_mut().zip(&mut rates) {
            let rate = calls_a_second(contender, ROUND);
            // The first round warms up.
            if round > 0 {
                rates.push(rate);
            }
        }
    }
    rates.map(median)
}

fn calls_a_second(contender: &mut dyn FnMut(), round: Duration) -> f64 {
    let stopwatch = Stopwatch::start();
    // Reading the thread's clock costs more than a call: it is read once a round.
    let end = Instant::now() + round;
    let mut calls = 0_u32;
    while Instant::now() < end {
        for _ in 0..16 {
            contender();
        }
        calls += 16;
    }
    f64::from(calls) / stopwatch.elapsed().as_secs_f64()
}

/// The middle value.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
