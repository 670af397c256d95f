//! `diagnose serve` against clients, browsers and pages that mean no good: the faults F01 to F40, by number, where they are not
//! tested beside the code (the framing of requests in `serve/wire.rs`, links and rights of `--record` below).
#![cfg(unix)]

mod common;

use common::{
    diagnose,
    serving::{CLIENT_SECRET, Serving, TOKEN_SECRET, body, exchange, status},
};
use diagnose_tests::naive;
use std::{
    collections::BTreeSet,
    fs,
    io::{Read, Write},
    net::TcpStream,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant, UNIX_EPOCH},
};

fn now() -> u64 {
    UNIX_EPOCH.elapsed().unwrap().as_secs()
}

/// A request signed by the second implementation of the tests; `nonce` as it is sent, and as it is signed.
fn signed(host: &str, timestamp: u64, nonce: (&str, &str), secret: &str) -> String {
    let timestamp = timestamp.to_string();
    let pairs = [
        ("oauth_consumer_key", "ck"),
        ("oauth_nonce", nonce.1),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", &timestamp),
        ("oauth_token", "tk"),
    ];
    let pairs: Vec<_> = pairs
        .iter()
        .map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec()))
        .collect();
    let uri = naive::base_string_uri(&format!("http://{host}/items")).unwrap();
    let base_string = naive::base_string("GET", &uri, &pairs);
    let key = naive::key(secret.as_bytes(), TOKEN_SECRET.as_bytes());
    let signature =
        naive::encode(naive::hmac_sha1(key.as_bytes(), base_string.as_bytes()).as_bytes());
    let sent = nonce.0;
    format!(
        "GET /items HTTP/1.1\r\nHost: {host}\r\nAuthorization: OAuth oauth_consumer_key=\"ck\", oauth_token=\"tk\", \
         oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"{timestamp}\", oauth_nonce=\"{sent}\", \
         oauth_signature=\"{signature}\"\r\n\r\n"
    )
}

fn send(host: &str, request: &str) -> u16 {
    status(&exchange(host, request.as_bytes()))
}

/// F26, F28: what was accepted once is not accepted again, however it is spelled, nor what is too old or too new.
#[test]
fn replays_are_refused() {
    let server = Serving::start(&[]);
    let host = server.address();
    let request =
        |timestamp, sent, signed_as| signed(host, timestamp, (sent, signed_as), CLIENT_SECRET);
    let time = now();
    assert_eq!(send(host, &request(time, "nonce1", "nonce1")), 200);
    let answer = exchange(host, request(time, "nonce1", "nonce1").as_bytes());
    assert!(answer.contains("the nonce was used before"), "{answer}");
    server.event();
    // The signature is right, so the report says why it was refused all the same.
    let notes = server.event()["report"]["notes"].to_string();
    assert!(
        notes.contains("Refused: the nonce was used before"),
        "{notes}"
    );
    assert_eq!(send(host, &request(time, "n%6Fnce1", "nonce1")), 401);
    for other in [time - 400, time + 400, 9_999_999_999] {
        let answer = exchange(host, request(other, "nonce2", "nonce2").as_bytes());
        assert_eq!(status(&answer), 401, "{answer}");
        assert!(answer.contains("the server's time"), "{answer}");
    }
    // A stranger without the secret uses up no nonce.
    assert_eq!(
        send(host, &signed(host, time, ("nonce3", "nonce3"), "guessed")),
        401
    );
    assert_eq!(send(host, &request(time, "nonce3", "nonce3")), 200);
}

/// F27: of fifty at once, one.
#[test]
fn one_of_many_replays_is_the_first() {
    let server = Serving::start(&[]);
    let host = server.address();
    let request = signed(host, now(), ("nonce", "nonce"), CLIENT_SECRET);
    let accepted = thread::scope(|scope| {
        let threads: Vec<_> = (0..50)
            .map(|_| scope.spawn(|| send(host, &request) == 200))
            .collect();
        threads
            .into_iter()
            .map(|one| u32::from(one.join().unwrap()))
            .sum::<u32>()
    });
    assert_eq!(accepted, 1);
}

/// F20: whatever is wrong with a signature, the answer is the same, and nothing in it could be sent as a signature. K18.
#[test]
fn the_answer_tells_nothing_to_sign_with() {
    for persona in ["rfc5849", "alteryx", "twitter", "lti", "zotero"] {
        let server = Serving::start(&["--as", persona, "--max-mistakes", "1"]);
        let host = server.address();
        let right = signed(host, now(), ("nonce", "nonce"), CLIENT_SECRET);
        let answers: BTreeSet<String> = [
            right.replacen("GET", "PUT", 1),
            right.replacen("/items", "/items/", 1),
            right.replacen("/items", "/items?a=b", 1),
            right.replacen("oauth_nonce=\"nonce", "oauth_nonce=\"nonc", 1),
            signed(host, now(), ("nonce", "nonce"), "another secret"),
            signed(host, now(), ("nonce", "nonce"), ""),
        ]
        .iter()
        .map(|request| exchange(host, request.as_bytes()))
        .collect();
        assert_eq!(answers.len(), 1, "{persona}: {answers:?}");
        let answer = answers.first().unwrap();
        let digits = |c: char| c.is_ascii_alphanumeric() || "+/".contains(c);
        let words = answer.split(|c| !digits(c));
        let digests: Vec<&str> = words
            .filter(|word| [27, 43, 86].contains(&word.len()))
            .collect();
        assert!(digests.is_empty(), "{persona}: {digests:?} in {answer}");
        assert!(
            !answer.contains("%26") && !answer.contains(CLIENT_SECRET),
            "{answer}"
        );
    }
}

/// F21: who guesses secrets gets no further.
#[test]
fn no_more_than_fifty_a_second() {
    let server = Serving::start(&["--max-mistakes", "0"]);
    let host = server.address();
    let began = Instant::now();
    let statuses: Vec<u16> = (0..120)
        .map(|n| {
            let nonce = n.to_string();
            send(host, &signed(host, now(), (&nonce, &nonce), "guessed"))
        })
        .collect();
    let seconds = usize::try_from(began.elapsed().as_secs()).unwrap();
    let verified = statuses.iter().filter(|&&status| status == 401).count();
    let refused = statuses.iter().filter(|&&status| status == 429).count();
    assert_eq!(verified + refused, 120, "{statuses:?}");
    // One second's worth more than the whole seconds that it took.
    assert!(verified <= 50 * (seconds + 2), "{verified} in {seconds} s");
    assert!(refused > 0 || seconds > 2, "{statuses:?}");
}

/// F12, F34 to F38: what is odd about a connection, and is not in the framing of a request.
#[test]
fn odd_connections_are_answered() {
    let server = Serving::start(&["--max-mistakes", "0"]);
    let host = server.address();
    let right = signed(host, now(), ("nonce", "nonce"), CLIENT_SECRET);
    // F12
    assert_eq!(
        send(host, &right.replacen(&format!("Host: {host}\r\n"), "", 1)),
        400
    );
    assert_eq!(
        send(host, &right.replacen("Host:", "Host: other\r\nHost:", 1)),
        400
    );
    // F34: closed for writing after the head, and still answered.
    let mut stream = TcpStream::connect(host).unwrap();
    stream.write_all(right.as_bytes()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert_eq!(status(&answer), 200);
    // Closed in the middle.
    assert_eq!(send(host, "GET / HTTP/1.1\r\nHost: h\r\n"), 408);
    let mut stream = TcpStream::connect(host).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n").unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert_eq!(status(&answer), 400);
    // F37
    let head = right.replacen("GET", "HEAD", 1);
    let answer = exchange(host, head.as_bytes());
    assert_eq!((status(&answer), body(&answer)), (401, ""), "{answer}");
    assert!(answer.contains("Content-Length: "), "{answer}");
    // F38
    let two = format!("{right}{right}");
    let answer = exchange(host, two.as_bytes());
    assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{answer}");
    assert!(answer.contains("Connection: close"), "{answer}");
    // F35: gone before the answer.
    for _ in 0..20 {
        let mut stream = TcpStream::connect(host).unwrap();
        stream.write_all(right.as_bytes()).unwrap();
        drop(stream);
    }
    assert_eq!(send(host, &right), 401, "a replay, and the server is there");
}

/// F04, F24: silent clients take up room, and the others are served when they are let go.
#[test]
fn silent_clients_do_not_keep_others_out() {
    let server = Serving::start(&[]);
    let host = server.address();
    let silent: Vec<TcpStream> = (0..40).map(|_| TcpStream::connect(host).unwrap()).collect();
    let began = Instant::now();
    assert_eq!(
        send(
            host,
            &signed(host, now(), ("nonce", "nonce"), CLIENT_SECRET)
        ),
        200
    );
    assert!(
        began.elapsed() < Duration::from_secs(15),
        "{:?}",
        began.elapsed()
    );
    drop(silent);
}

/// F33: it ends while a request is arriving, and while one is searched for.
#[test]
fn it_ends_when_it_is_told_to() {
    let server = Serving::start(&["--time-limit", "60"]);
    let host = server.address().to_owned();
    let mut arriving = TcpStream::connect(&host).unwrap();
    arriving
        .write_all(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\na")
        .unwrap();
    let searched = signed(&host, now(), ("nonce", "nonce"), "another secret").replacen(
        "/items",
        "/Items/x;y/../%7e?a=1&b=%20&c=+&d=%C3%A9&e=(*)&a=0&f[]=1&g=%25&h",
        1,
    );
    assert_eq!(send(&host, &searched), 401);
    thread::sleep(Duration::from_millis(300));
    let took = server.interrupt();
    assert!(took < Duration::from_secs(1), "{took:?}");
}

/// F29: with hardly any descriptors, it waits without work until there are some again.
#[test]
fn without_descriptors_it_waits() {
    let mut shell = Command::new("sh");
    shell.args([
        "-c",
        "ulimit -n 24; exec \"$0\" \"$@\"",
        env!("CARGO_BIN_EXE_diagnose"),
    ]);
    let server = Serving::start_by(shell, &[]);
    let host = server.address();
    let many: Vec<TcpStream> = (0..30).map(|_| TcpStream::connect(host).unwrap()).collect();
    thread::sleep(Duration::from_millis(300));
    let before = ticks(server.pid());
    thread::sleep(Duration::from_secs(1));
    let used = ticks(server.pid()) - before;
    // Of a hundred in a second.
    assert!(used < 25, "{used}");
    drop(many);
    assert_eq!(
        send(
            host,
            &signed(host, now(), ("nonce", "nonce"), CLIENT_SECRET)
        ),
        200
    );
}

/// The processor time that a process used, in hundredths of a second.
fn ticks(pid: u32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

/// The memory of a process, in KiB.
fn memory(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// F25: what is taken is not kept for ever. A thousand requests of a MiB; `LOAD=10000` sends ten times as many.
#[test]
fn memory_stays_flat() {
    let server = Serving::start(&["--max-mistakes", "0"]);
    let host = server.address();
    let head = "POST /items HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nContent-Length: 1048576\r\n\r\n";
    let request = [head.as_bytes(), &vec![b'a'; 1 << 20]].concat();
    let count: usize = std::env::var("LOAD").map_or(1_000, |count| count.parse().unwrap());
    let send_some = |count: usize| {
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..count / 4 {
                        let answer = exchange(host, &request);
                        assert!([400, 429].contains(&status(&answer)), "{answer}");
                    }
                });
            }
        });
    };
    send_some(count / 4);
    let before = memory(server.pid());
    send_some(count);
    let after = memory(server.pid());
    assert!(after < before + 64 * 1024, "{before} KiB, then {after} KiB");
    let ids: BTreeSet<u64> = (0..10)
        .map(|_| server.event()["id"].as_u64().unwrap())
        .collect();
    assert_eq!(ids.len(), 10);
}

fn temporary(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    let _ = fs::remove_file(&path);
    path
}

/// F01, F30: nothing is opened that others could misuse.
#[test]
fn a_directory_of_others_is_not_written_to() {
    let target = temporary("serve-record-target");
    fs::create_dir(&target).unwrap();
    let link = temporary("serve-record-link");
    symlink(&target, &link).unwrap();
    let open = temporary("serve-record-open");
    fs::create_dir(&open).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
    for (directory, why) in [
        (&link, "a link"),
        (&open, "others can write there"),
        (&target.join("a/b"), "No such file"),
    ] {
        let refused = diagnose(["serve", "--record", directory.to_str().unwrap()]).run();
        assert_eq!(refused.status, 2, "{refused:?}");
        assert!(refused.stderr.contains(why), "{refused:?}");
    }
    for option in ["--listen", "--page"] {
        let refused = diagnose(["serve", option, "0.0.0.0:0"]).run();
        assert_eq!(refused.status, 2, "{refused:?}");
    }
}

/// A request to the page's listener, with these header lines.
fn ask(server: &Serving, line: &str, headers: &str) -> String {
    let (address, _) = server.page_and_token();
    exchange(
        address,
        format!("{line} HTTP/1.1\r\n{headers}\r\n").as_bytes(),
    )
}

const ROUTES: [&str; 8] = [
    "GET /",
    "GET /page.js",
    "GET /page.css",
    "GET /api/after/0",
    "GET /api/requests/1",
    "POST /api/diagnose",
    "GET /none",
    "OPTIONS /api/diagnose",
];

/// F11, F13, F16, F17: whatever is asked, by another name or from another page, is not answered.
#[test]
fn the_page_answers_to_nobody_else() {
    let server = Serving::start(&[]);
    let (address, token) = server.page_and_token();
    let port = address.rsplit(':').next().unwrap();
    let token = format!("Authorization: Bearer {token}\r\n");
    for route in ROUTES {
        for host in [
            format!("Host: evil.example:{port}\r\n"),
            "Host: 127.0.0.1\r\n".to_owned(),
            format!("Host: 127.0.0.1:{port}\r\nHost: evil.example\r\n"),
            format!("Host: u@127.0.0.1:{port}\r\n"),
            String::new(),
        ] {
            let answer = ask(&server, route, &format!("{host}{token}"));
            assert!(
                [400, 421].contains(&status(&answer)),
                "{route} {host}: {answer}"
            );
        }
        for origin in [
            "Origin: null",
            "Origin: http://evil.example",
            "Origin: https://127.0.0.1",
            "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Site: same-site",
        ] {
            let headers = format!("Host: {address}\r\n{origin}\r\n{token}");
            assert_eq!(
                status(&ask(&server, route, &headers)),
                403,
                "{route} {origin}"
            );
        }
    }
    for host in [
        address.to_owned(),
        format!("localhost:{port}"),
        format!("[::1]:{port}"),
    ] {
        let headers = format!(
            "Host: {host}\r\nOrigin: http://{host}\r\nSec-Fetch-Site: same-origin\r\n{token}"
        );
        assert_eq!(status(&ask(&server, "GET /", &headers)), 200, "{host}");
    }
}

/// F14, F15, F18, F19, F22: no token, no data; and no answer that another page could read or frame.
#[test]
fn the_page_shows_nothing_without_the_token() {
    let server = Serving::start(&[]);
    let (address, token) = server.page_and_token();
    assert_eq!(token.len(), 32);
    let host = format!("Host: {address}\r\n");
    for headers in [
        String::new(),
        "Authorization: Bearer x\r\n".to_owned(),
        "Authorization: Bearer \r\n".to_owned(),
        format!("Authorization: {token}\r\n"),
        format!("Cookie: token={token}\r\n"),
    ] {
        for route in [
            "GET /api/after/0",
            "GET /api/requests/1",
            "POST /api/diagnose",
        ] {
            assert_eq!(
                status(&ask(&server, route, &format!("{host}{headers}"))),
                401,
                "{route} {headers}"
            );
        }
    }
    let in_query = format!("GET /api/requests/1?token={token}");
    assert_eq!(status(&ask(&server, &in_query, &host)), 401);
    // F14: the form that a page of any origin may send.
    let simple = format!("{host}Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{{}}");
    assert_eq!(status(&ask(&server, "POST /api/diagnose", &simple)), 401);
    for route in ROUTES {
        let answer = ask(&server, route, &host).to_ascii_lowercase();
        assert!(!answer.contains("access-control-"), "{route}: {answer}");
        assert!(!answer.contains("set-cookie"), "{route}: {answer}");
        for header in [
            "frame-ancestors 'none'",
            "default-src 'none'",
            "x-frame-options: deny",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            "cache-control: no-store",
            "cross-origin-opener-policy: same-origin",
            "cross-origin-resource-policy: same-origin",
        ] {
            assert!(answer.contains(header), "{route}: {header}: {answer}");
        }
    }
    let upgrade = format!("{host}Upgrade: websocket\r\nConnection: Upgrade\r\n");
    assert_ne!(status(&ask(&server, "GET /", &upgrade)), 101);
    for line in ["CONNECT example.com:443", "TRACE /"] {
        assert_ne!(status(&ask(&server, line, &host)) / 100, 2, "{line}");
    }
}

/// With the token, the page gets all there is to see, and no secret is in it.
#[test]
fn the_page_shows_no_secret() {
    let server = Serving::start(&["--max-mistakes", "1"]);
    let host = server.address();
    let wrong = signed(host, now(), ("nonce", "nonce"), CLIENT_SECRET).replacen("GET", "PUT", 1);
    assert_eq!(send(host, &wrong), 401);
    server.event();
    let (address, token) = server.page_and_token();
    let headers = format!("Host: {address}\r\nAuthorization: Bearer {token}\r\n");
    for (route, told) in [
        ("GET /api/after/0", "signed another method than it sent"),
        ("GET /api/requests/1", "The signature base string"),
    ] {
        let answer = ask(&server, route, &headers);
        assert!(answer.contains(told), "{route}: {answer}");
        for secret in [CLIENT_SECRET, TOKEN_SECRET] {
            assert!(!answer.contains(secret), "{route}: {answer}");
        }
    }
}

/// A pasted capture is diagnosed, and what cannot be is told; what was filled in wrongly is not passed over.
#[test]
fn what_is_pasted_is_diagnosed() {
    let server = Serving::start(&["--max-mistakes", "1"]);
    let (address, token) = server.page_and_token();
    let paste = |pasted: serde_json::Value| {
        let text = pasted.to_string();
        let headers = format!(
            "Host: {address}\r\nAuthorization: Bearer {token}\r\nContent-Length: {}\r\n\r\n{text}",
            text.len()
        );
        ask(&server, "POST /api/diagnose", &headers)
    };
    let input = fs::read_to_string(common::DEMO).unwrap();
    let secrets = |more: serde_json::Value| {
        let mut pasted = serde_json::json!({"input": input, "scheme": "http", "consumer_secret": "j49sk3j29djd",
            "token_secret": "dh893hdasih9"});
        pasted
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        pasted
    };
    for (pasted, told) in [
        (secrets(serde_json::json!({})), "method-wrong"),
        (
            secrets(serde_json::json!({"provider": "twitter"})),
            "X / Twitter",
        ),
        (
            secrets(serde_json::json!({"provider": "nobody"})),
            "no provider of that name",
        ),
        (serde_json::json!({"input": ""}), "error"),
        (
            serde_json::json!({"input": "nonsense"}),
            "no form that is known",
        ),
        (
            serde_json::json!({"base_string": "GET&http%3A%2F%2Fh&"}),
            "GET",
        ),
    ] {
        let answer = paste(pasted);
        assert_eq!(status(&answer), 200, "{answer}");
        assert!(answer.contains(told), "{told}: {answer}");
        assert!(!answer.contains("j49sk3j29djd"), "{answer}");
    }
    assert_eq!(status(&paste(serde_json::json!({"input": 7}))), 400);
    assert_eq!(status(&paste(serde_json::json!({"scheme": "ftp"}))), 400);
}

/// F32: without `--forward`, nothing is connected to.
#[test]
fn nothing_is_connected_to() {
    let server = Serving::start(&[]);
    let host = server.address();
    let mut request = signed(host, now(), ("nonce", "nonce"), CLIENT_SECRET);
    request = request.replacen("GET /items", "GET http://192.0.2.1/items", 1);
    send(host, &request);
    server.event();
    let own = format!("/proc/{}/net/tcp", server.pid());
    // State 02 is a connection that is asked for; 192.0.2.1 is 010200C0.
    let table = fs::read_to_string(own).unwrap();
    assert!(!table.contains("010200C0"), "{table}");
}
