//! A running `diagnose serve`.

use super::diagnose;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, ChildStdout, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

pub(crate) const CLIENT_SECRET: &str = "cs-secret-1";
pub(crate) const TOKEN_SECRET: &str = "ts-secret-2";

/// How long anything may take that is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// The program, in its own process; ended by SIGINT.
pub(crate) struct Serving {
    child: Child,
    lines: Receiver<String>,
    /// Where clients send their requests: `http://127.0.0.1:…`.
    pub(crate) capture: String,
    /// Where the page is, with its token.
    pub(crate) page: String,
}

impl Serving {
    /// With the secrets of the tests, and more options.
    pub(crate) fn start(options: &[&str]) -> Self {
        Self::start_by(Command::new(env!("CARGO_BIN_EXE_diagnose")), options)
    }

    /// As people start it, and how to wait for a line of theirs that holds some words.
    pub(crate) fn for_people(options: &[&str]) -> (Self, impl Fn(&mut Self, &str) -> String) {
        let command = Command::new(env!("CARGO_BIN_EXE_diagnose"));
        let (child, lines) = spawn(command, options);
        let server = Self {
            child,
            lines,
            capture: String::new(),
            page: String::new(),
        };
        let told = |server: &mut Self, words: &str| loop {
            let line = server.lines.recv_timeout(PATIENCE).expect(words);
            if line.contains(words) {
                break line;
            }
        };
        (server, told)
    }

    /// By a command that the program's arguments are added to.
    pub(crate) fn start_by(command: Command, options: &[&str]) -> Self {
        let (child, lines) = spawn(command, &[&["--json"], options].concat());
        let first: Value = serde_json::from_str(&lines.recv_timeout(PATIENCE).unwrap()).unwrap();
        assert_eq!(first["event"], "listening");
        let text = |name: &str| first[name].as_str().unwrap().to_owned();
        Self {
            child,
            lines,
            capture: text("capture"),
            page: text("page"),
        }
    }
    /// The address of the capture listener, without its scheme.
    pub(crate) fn address(&self) -> &str {
        self.capture.split("//").nth(1).unwrap()
    }

    /// The address and the token of the page.
    pub(crate) fn page_and_token(&self) -> (&str, &str) {
        let page = self.page.strip_prefix("http://").unwrap();
        page.split_once("/#").unwrap()
    }

    /// The next event, which must be a request.
    pub(crate) fn event(&self) -> Value {
        let line = self.lines.recv_timeout(PATIENCE).expect("an event");
        let shows = |secret: &str| line.contains(secret);
        assert!(!shows(CLIENT_SECRET) && !shows(TOKEN_SECRET), "{line}");
        let event: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(event["event"], "request", "{event}");
        event
    }

    /// The verdict and the ids of the mistakes of the next request.
    pub(crate) fn verdict(&self) -> Value {
        let event = self.event();
        let report = &event["report"];
        let mistakes = report["mistakes"].as_array().unwrap().iter();
        let ids: Vec<&Value> = mistakes.map(|mistake| &mistake["id"]).collect();
        json!([report["verdict"], ids])
    }

    /// A GET of that target, signed rightly, as it is sent.
    pub(crate) fn signed(&self, target: &str) -> String {
        let url = format!("{}{target}", self.capture);
        let keys = ["--consumer-key", "ck", "--token", "tk"];
        let arguments = ["sign", "GET", &url, "--emit", "http"];
        let printed = diagnose(arguments.into_iter().chain(keys))
            .env("OAUTH1_CONSUMER_SECRET", CLIENT_SECRET)
            .env("OAUTH1_TOKEN_SECRET", TOKEN_SECRET)
            .run();
        assert_eq!(printed.status, 0, "{printed:?}");
        printed.stdout
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends SIGINT; how long it took to end, which must be with status 0.
    pub(crate) fn interrupt(mut self) -> Duration {
        let began = Instant::now();
        self.signal();
        let status = self.child.wait().unwrap();
        assert_eq!(status.code(), Some(0), "{status}");
        began.elapsed()
    }

    /// Ends it; no event may be left.
    pub(crate) fn interrupt_without_events(self) {
        self.signal();
        let left = self.lines.recv_timeout(PATIENCE);
        assert!(left.is_err(), "{left:?}");
    }

    fn signal(&self) {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-INT", &pid]).status().unwrap();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.signal();
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(2) {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(mut command: Command, options: &[&str]) -> (Child, Receiver<String>) {
    let mut child = command
        .arg("serve")
        .args(options)
        .env("OAUTH1_CONSUMER_SECRET", CLIENT_SECRET)
        .env("OAUTH1_TOKEN_SECRET", TOKEN_SECRET)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = lines(child.stdout.take().unwrap());
    (child, lines)
}

fn lines(stdout: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines() {
            let Ok(line) = line else { break };
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

/// Sends the bytes, and reads all that comes back until the connection is closed.
pub(crate) fn exchange(address: &str, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    // It may be refused before all of it was sent.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// The status of an answer; 0 where there is none.
pub(crate) fn status(answer: &str) -> u16 {
    let code = answer.split(' ').nth(1).unwrap_or_default();
    code.parse().unwrap_or(0)
}

/// What stands behind the headers.
pub(crate) fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}
