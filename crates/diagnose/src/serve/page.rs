//! The page for the browser: an empty page for anybody, and what is to be seen on it for who has the token of this run.
//!
//! Any web page that is open in the same browser can send requests to this listener. So none is answered that was not sent to
//! this address by its own name, or that a page of another origin sent; and the token is not a cookie, which every port of this
//! machine would be sent.

use super::{accept, names_of, ring::Ring, view};
use crate::{
    case::{Case, Defaults},
    cli::SchemeName,
    failure::Failure,
    render::{document::word, json},
    run::diagnosed,
};
use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use oauth1_capture::Hints;
use oauth1_core::key::Secret;
use oauth1_diagnosis::{Limits, providers};
use serde::Deserialize;
use serde_json::{json, value::RawValue};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use subtle::ConstantTimeEq;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::spawn_blocking,
    time::timeout,
};

/// How long a question for news is left open where there is none.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a connection lasts at most.
const CONNECTION: Duration = Duration::from_secs(60);
const HEAD_DEADLINE: Duration = Duration::from_secs(5);
/// The longest capture that can be pasted.
const MOST_PASTED: usize = 8 << 20;
/// The most requests of a pasted capture that are diagnosed.
const MOST_CASES: usize = 20;
/// How many pasted captures are diagnosed at a time.
const AT_A_TIME: usize = 2;

/// What the page is made of.
pub(super) struct Page {
    pub(super) ring: Arc<Ring>,
    pub(super) known: Arc<Defaults>,
    pub(super) limits: Limits,
    pub(super) token: String,
    /// Where clients send their requests.
    pub(super) capture: String,
    pub(super) address: SocketAddr,
}

struct Shared {
    page: Page,
    at_a_time: Semaphore,
}

/// Serves the page until the program ends.
pub(super) async fn listen(listener: TcpListener, page: Page) {
    let router = router(page);
    accept(listener, |stream| {
        let router = router.clone();
        async move { connection(stream, router).await }
    })
    .await;
}

async fn connection(stream: TcpStream, router: Router) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_DEADLINE)
        .keep_alive(false)
        .max_headers(64)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    // A browser that goes away is no news.
    let _ = timeout(CONNECTION, connection).await;
}

fn router(page: Page) -> Router {
    let shared = Arc::new(Shared {
        page,
        at_a_time: Semaphore::new(AT_A_TIME),
    });
    let asset = |kind: &'static str, text: &'static str| {
        get(move || async move { ([(header::CONTENT_TYPE, kind)], text) })
    };
    let for_the_token = Router::new()
        .route("/after/{change}", get(news))
        .route("/requests/{id}", get(one))
        .route("/diagnose", post(pasted))
        .layer(DefaultBodyLimit::max(MOST_PASTED))
        .layer(from_fn_with_state(Arc::clone(&shared), with_token))
        .with_state(Arc::clone(&shared));
    Router::new()
        .route(
            "/",
            asset("text/html; charset=utf-8", include_str!("assets/page.html")),
        )
        .route(
            "/page.css",
            asset("text/css; charset=utf-8", include_str!("assets/page.css")),
        )
        .route(
            "/page.js",
            asset(
                "text/javascript; charset=utf-8",
                include_str!("assets/page.js"),
            ),
        )
        .route(
            "/icon.svg",
            asset("image/svg+xml", include_str!("assets/icon.svg")),
        )
        .nest("/api", for_the_token)
        .layer(from_fn_with_state(shared, guarded))
}

/// Refuses what was not sent to this listener by its own pages, and says to the browser what its answers are not for.
async fn guarded(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let mut response = match refused(request.headers(), shared.page.address) {
        Some((status, why)) => (status, why).into_response(),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; \
             frame-ancestors 'none'; require-trusted-types-for 'script'",
        ),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (
            header::HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            header::HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn refused(headers: &HeaderMap, address: SocketAddr) -> Option<(StatusCode, &'static str)> {
    let only = |name| {
        let mut values = headers.get_all(name).iter();
        let value = values.next().and_then(|value| value.to_str().ok());
        if values.next().is_some() { None } else { value }
    };
    let own = names_of(address);
    let Some(host) = only(header::HOST).filter(|host| own.iter().any(|own| own == host)) else {
        return Some((
            StatusCode::MISDIRECTED_REQUEST,
            "this page is not at that address",
        ));
    };
    let own_origin = format!("http://{host}");
    let is_own_origin = |origin: &HeaderValue| origin == own_origin.as_str();
    let is_own_site = |site: &HeaderValue| site == "same-origin" || site == "none";
    if !headers.get_all(header::ORIGIN).iter().all(is_own_origin)
        || !headers.get_all("sec-fetch-site").iter().all(is_own_site)
    {
        return Some((StatusCode::FORBIDDEN, "another page may not ask this"));
    }
    None
}

/// Lets pass who has the token.
async fn with_token(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let expected = format!("Bearer {}", shared.page.token);
    let sent = request.headers().get(header::AUTHORIZATION);
    let is_right = sent.is_some_and(|sent| sent.as_bytes().ct_eq(expected.as_bytes()).into());
    if is_right {
        next.run(request).await
    } else {
        let why =
            "open the whole address that diagnose serve printed, with what stands behind the #";
        (StatusCode::UNAUTHORIZED, why).into_response()
    }
}

/// The requests that changed after that change; where none did, the answer waits for one.
async fn news(State(shared): State<Arc<Shared>>, Path(change): Path<u64>) -> Response {
    let ring = &shared.page.ring;
    let mut changes = ring.changes();
    let _ = timeout(PATIENCE, changes.wait_for(|&now| now != change)).await;
    let mut requests = Vec::new();
    let (now, oldest) = ring.after(change, |taken| {
        let seen = taken.seen.as_ref();
        requests.push(json!({
            "id": taken.id,
            "at": taken.at,
            "line": taken.line,
            "status": taken.status,
            "answer": seen.map(|seen| word(seen.answer)),
            "told": seen.map(|seen| &seen.told),
        }));
    });
    Json(json!({
        "capture": shared.page.capture,
        "change": now,
        "oldest": oldest,
        "requests": requests,
    }))
    .into_response()
}

/// All there is to see of one request.
async fn one(State(shared): State<Arc<Shared>>, Path(id): Path<u64>) -> Response {
    match shared.page.ring.view(id) {
        Some(view) => as_json(Body::from(view)),
        None => (StatusCode::NOT_FOUND, "this request is no longer kept").into_response(),
    }
}

fn as_json(body: impl Into<Body>) -> Response {
    let body: Body = body.into();
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// A capture that was pasted, and what was filled in beside it. What is left empty is taken from the command line.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
struct Pasted {
    input: String,
    base_string: String,
    scheme: Option<SchemeName>,
    provider: String,
    consumer_secret: Option<String>,
    token_secret: Option<String>,
}

/// The main job, for a capture in any form.
async fn pasted(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    // The error of the parser would repeat what was sent.
    let Ok(pasted) = serde_json::from_slice::<Pasted>(&body) else {
        return (StatusCode::BAD_REQUEST, "this is not what the page sends").into_response();
    };
    let Ok(_permit) = shared.at_a_time.acquire().await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let for_thread = Arc::clone(&shared);
    let views = spawn_blocking(move || views(pasted, &for_thread.page)).await;
    match views {
        Ok(Ok(views)) => as_json(json::harmless(&json!({"views": views}))),
        Ok(Err(failure)) => {
            let error = failure.to_json();
            as_json(json::harmless(&json!({"error": {
                "message": error.message,
                "line": failure.line(),
                "help": failure.help(),
            }})))
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn views(pasted: Pasted, page: &Page) -> Result<Vec<Box<RawValue>>, Failure> {
    let Pasted {
        input,
        base_string,
        scheme,
        provider,
        consumer_secret,
        token_secret,
    } = pasted;
    let provider = match provider.trim() {
        "" => None,
        name => Some(providers::find(name).ok_or_else(|| {
            Failure::usage(
                "no provider of that name is known",
                "diagnose explain providers lists those that are.",
            )
        })?),
    };
    let hints = Hints {
        scheme: scheme.map(Into::into),
        signed_elsewhere: !base_string.trim().is_empty(),
        ..Hints::default()
    };
    let captured = if input.trim().is_empty() && hints.signed_elsewhere {
        vec![oauth1_capture::Captured::default()]
    } else {
        oauth1_capture::read(input.as_bytes(), None, &hints)?
    };
    let cases = captured.into_iter().take(MOST_CASES).enumerate();
    cases
        .map(|(index, captured)| {
            let mut case = Case::default();
            case.add(captured);
            let evidence = &mut case.evidence;
            if hints.signed_elsewhere {
                evidence.base_string = Some(base_string.trim().as_bytes().to_vec());
            }
            let given = |secret: &Option<String>| secret.as_deref().map(Secret::new);
            evidence.consumer_secret = given(&consumer_secret).or(evidence.consumer_secret.take());
            evidence.token_secret = given(&token_secret).or(evidence.token_secret.take());
            evidence.provider = provider.map(|known| known.id.to_owned());
            case.add_defaults(&page.known);
            // It may have been captured long ago.
            case.evidence.now = None;
            let report = diagnosed(&case, page.limits, false);
            let name = case.place.clone().unwrap_or_else(|| match index {
                0 => "What was pasted".to_owned(),
                index => format!("request {}", index + 1),
            });
            let (_, view) = view::of(&case, &report, &name);
            let view = String::from_utf8_lossy(&view).into_owned();
            RawValue::from_string(view).map_err(|_| {
                Failure::usage("the report cannot be shown", "use diagnose in a terminal.")
            })
        })
        .collect()
}
