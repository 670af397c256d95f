//! `diagnose serve`: a provider for a while, that shows what is wrong with each request it takes.
//!
//! ```text
//!  client ──▶ wire ──▶ server (verifies, answers) ──▶ client
//!                         │
//!                         ▼
//!                 ring ◀── diagnosing ──▶ terminal, golden files
//!                   │
//!                   ▼
//!                 page ──▶ browser
//! ```
//!
//! There are two listeners. The one for clients takes any Host, for that is part of what is tested, and tells nobody more than
//! whether a signature is right. The one for the page answers only to its own Host and, beyond the empty page, only to who has
//! the token of this run.

mod diagnosing;
mod forward;
mod page;
mod persona;
mod record;
mod ring;
mod server;
mod tls;
mod tokens;
mod view;
pub(crate) mod wire;

use crate::{
    case::{Case, Defaults},
    cli::{Now, ServeArgs},
    failure::Failure,
    gather::defaults,
    render::{Visible, json, page::cut},
    run::{Answer, print},
    sign::fresh_nonce,
};
use diagnosing::{Arrival, Desk};
use forward::Upstream;
use oauth1_capture::{Format, Hints};
use oauth1_core::request::Scheme;
use record::Recorder;
use ring::Ring;
use serde_json::json;
use server::Server;
use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tls::Acceptor;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, mpsc},
    task::spawn_blocking,
};
use wire::Unread;

pub(crate) use persona::Persona;

/// The most connections at a time, of either listener; more wait in the system's queue.
const MOST_CONNECTIONS: usize = 32;
/// The most requests that wait to be diagnosed.
const MOST_WAITING: usize = 16;
/// How long a listener rests when the system gives it no connection.
const REST: Duration = Duration::from_millis(50);

/// What the connections of clients share.
struct Capture {
    hints: Hints,
    known: Arc<Defaults>,
    server: Mutex<Server>,
    upstream: Option<Upstream>,
    ring: Arc<Ring>,
    desk: mpsc::Sender<Arrival>,
}

/// Listens until it is told to stop.
pub(crate) fn run(args: &ServeArgs) -> Result<Answer, Failure> {
    for address in [args.listen, args.page] {
        if !address.ip().is_loopback() && !args.i_know_this_is_public {
            return Err(Failure::usage(
                format!("{address} can be reached by other machines"),
                "listen on 127.0.0.1, or add --i-know-this-is-public.",
            ));
        }
    }
    let mut notes = Vec::new();
    let mut known = defaults(&args.common, &mut notes)?;
    known.now.get_or_insert(Now::Clock);
    if known.provider.is_none() {
        known.provider = args.persona.provider().map(str::to_owned);
    }
    known.scheme.get_or_insert(if args.tls {
        Scheme::Https
    } else {
        Scheme::Http
    });
    if !args.persona.is_recorded() {
        notes.push(
            "How this provider words its answers is not recorded: they are those of the OAuth Problem Reporting extension."
                .to_owned(),
        );
    }
    let credentials = &known.credentials;
    if credentials.consumer_secret.is_none()
        && credentials.private_key.is_none()
        && known.public_key.is_none()
    {
        notes.push(
            "No secret was given, so no signature can be verified, and every request is answered with status 500: give \
             --consumer-secret, --ask or OAUTH1_CONSUMER_SECRET."
                .to_owned(),
        );
    }
    for note in notes {
        anstream::eprintln!("note: {note}");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Failure::usage(format!("no threads can be started: {error}"), "try again.")
        })?;
    let result = runtime.block_on(serve(args, known));
    // What is still diagnosed is given up: the user wants to leave.
    runtime.shutdown_background();
    result.map(|()| Answer::Right)
}

async fn serve(args: &ServeArgs, known: Defaults) -> Result<(), Failure> {
    let acceptor = if args.tls {
        Acceptor::with_own_certificate(args.certificate_file.as_deref())?
    } else {
        Acceptor::Plain
    };
    let recorder = args.record.as_deref().map(Recorder::new).transpose()?;
    let token = fresh_nonce()?;
    let clients = bind("--listen", args.listen).await?;
    let browser = bind("--page", args.page).await?;
    let (capture_at, page_at) = (local(&clients)?, local(&browser)?);
    let upstream = match &args.forwarding.forward {
        Some(url) => Some(Upstream::new(url, args.forwarding.resign, capture_at).await?),
        None => None,
    };
    let stop = stopped()?;

    let scheme = if args.tls { "https" } else { "http" };
    let capture_url = format!("{scheme}://{capture_at}");
    let page_url = format!("http://{page_at}/#{token}");
    announce(args, &capture_url, &page_url)?;

    let known = Arc::new(known);
    let ring = Arc::new(Ring::new());
    let (desk, arrivals) = mpsc::channel(MOST_WAITING);
    let worker = Desk {
        arrivals,
        ring: Arc::clone(&ring),
        recorder,
        limits: args.common.limits(),
        show_secrets: args.common.secrets.show_secrets,
        json: args.json,
    };
    std::thread::spawn(move || worker.work());
    let page = page::Page {
        ring: Arc::clone(&ring),
        known: Arc::clone(&known),
        limits: args.common.limits(),
        token,
        capture: capture_url,
        address: page_at,
    };
    let capture = Arc::new(Capture {
        hints: Hints {
            scheme: known.scheme,
            ..Hints::default()
        },
        known,
        server: Mutex::new(Server::new(args.persona)),
        upstream,
        ring,
        desk,
    });
    tokio::select! {
        () = accept(clients, |stream| {
            let (capture, acceptor) = (Arc::clone(&capture), acceptor.clone());
            async move { capture.connection(stream, acceptor).await }
        }) => {}
        () = page::listen(browser, page) => {}
        () = stop => {}
    }
    Ok(())
}

/// Hands over connections, never more than there may be at a time.
async fn accept<F: Future<Output = ()> + Send + 'static>(
    listener: TcpListener,
    serve: impl Fn(TcpStream) -> F,
) {
    let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else {
            return;
        };
        match listener.accept().await {
            Ok((stream, _)) => {
                let connection = serve(stream);
                tokio::spawn(async move {
                    connection.await;
                    drop(permit);
                });
            }
            // Out of descriptors, or a client that went away: neither ends the program.
            Err(_) => tokio::time::sleep(REST).await,
        }
    }
}

async fn bind(option: &str, address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::usage(
            format!("{option} {address}: {error}"),
            "choose another port; port 0 takes a free one.",
        )
    })
}

fn local(listener: &TcpListener) -> Result<SocketAddr, Failure> {
    listener.local_addr().map_err(|error| {
        Failure::usage(
            format!("the system gives no address: {error}"),
            "try again.",
        )
    })
}

/// The values of Host by which a listener is called on its own machine.
fn names_of(address: SocketAddr) -> [String; 4] {
    let port = address.port();
    let name = |host: &str| format!("{host}:{port}");
    [
        address.to_string(),
        name("127.0.0.1"),
        name("localhost"),
        name("[::1]"),
    ]
}

/// Waits for Ctrl-C, or for being told to end.
fn stopped() -> Result<impl Future<Output = ()>, Failure> {
    let failed = |error: io::Error| {
        Failure::usage(
            format!("signals cannot be waited for: {error}"),
            "try again.",
        )
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
        let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    {
        let _ = failed;
        Ok(async {
            let _ = tokio::signal::ctrl_c().await;
        })
    }
}

/// Says where it listens.
fn announce(args: &ServeArgs, capture: &str, page: &str) -> Result<(), Failure> {
    if args.json {
        let mut line =
            json::harmless(&json!({"event": "listening", "capture": capture, "page": page}));
        line.push(b'\n');
        return print(&line);
    }
    let mut text = format!(
        "Send your program's requests to  {capture}\nWatch them here, or on the page   {page}\n"
    );
    if args.tls {
        text.push_str(
            "The certificate was made just now: tell your program to trust it, or not to check.\n",
        );
    }
    if args.i_know_this_is_public {
        text.push_str("Other machines can reach this. Stop it when you are done.\n");
    }
    text.push_str("Ctrl-C ends it.\n");
    print(text.as_bytes())
}

impl Capture {
    /// One request, one answer.
    async fn connection(self: Arc<Self>, stream: TcpStream, acceptor: Acceptor) {
        let Some(mut stream) = acceptor.accept(stream).await else {
            return;
        };
        let raw = match wire::read(&mut stream).await {
            Err(Unread::Gone) => return,
            Err(Unread::Refused(status, why)) => {
                let answer = wire::Answer::text(status, &format!("refused: {why}"));
                let case = Case {
                    unchecked: Some(format!(
                        "The request was refused with status {status}: {why}."
                    )),
                    ..Case::default()
                };
                let arrival = self.keep(case, status);
                wire::write(&mut stream, &answer, false).await;
                self.hand_on(arrival).await;
                return;
            }
            Ok(raw) => raw,
        };
        let is_head = raw.starts_with(b"HEAD ");
        let this = Arc::clone(&self);
        let Ok((mut case, mut answer)) = spawn_blocking(move || this.take(&raw)).await else {
            return;
        };
        if let Some(upstream) = &self.upstream {
            answer = upstream.pass_on(&mut case).await;
        }
        // It is on the page before the client can know that it was answered.
        let arrival = self.keep(case, answer.status);
        wire::write(&mut stream, &answer, is_head).await;
        self.hand_on(arrival).await;
    }

    /// Reads the request, verifies it, and gives the answer to it.
    fn take(&self, raw: &[u8]) -> (Case, wire::Answer) {
        let mut case = Case::default();
        let read = oauth1_capture::read(raw, Some(Format::Http), &self.hints);
        match read.map(|captured| captured.into_iter().next()) {
            Ok(Some(captured)) => case.add(captured),
            Ok(None) => {}
            Err(error) => case.unchecked = Some(Failure::from(error).to_string()),
        }
        case.add_defaults(&self.known);
        let mut server = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        let (answer, told) = server.answer(&mut case.evidence);
        drop(server);
        case.notes.extend(told);
        (case, answer)
    }

    /// Puts the request where it is seen.
    fn keep(&self, case: Case, status: u16) -> Arrival {
        let line = case.evidence.request.as_ref().map_or_else(
            || "(not readable as a request)".to_owned(),
            |request| {
                let query = match &request.query {
                    Some(_) => &b"?\xE2\x80\xA6"[..],
                    None => b"",
                };
                let line = [&request.method[..], b" ", &request.path, query].concat();
                cut(&Visible(&String::from_utf8_lossy(&line)).to_string(), 120)
            },
        );
        let at = Now::Clock.seconds();
        let id = self.ring.add(at, line.clone(), status);
        Arrival {
            id,
            line,
            status,
            case,
        }
    }

    /// Has it diagnosed. While too many wait, so does this, and the connection counts as open.
    async fn hand_on(&self, arrival: Arrival) {
        // Only when the program ends, nobody takes it.
        let _ = self.desk.send(arrival).await;
    }
}
