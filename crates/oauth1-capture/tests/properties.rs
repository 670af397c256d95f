//! Laws that hold for every input: the same request in every form, quoting, and what no input can do.

use oauth1_capture::{CaptureError, CapturedRequest, Format, Hints, detect, read};
use oauth1_core::{base_string::BaseString, request::Scheme};
use proptest::{collection::vec, prelude::*, sample::Index};
use std::{
    fmt::Write,
    fs,
    path::Path,
    time::{Duration, Instant},
};

fn request(input: &[u8], format: Format, hints: &Hints) -> CapturedRequest {
    match read(input, Some(format), hints) {
        Ok(mut all) => all.remove(0).request.expect("a request"),
        Err(error) => panic!("{error}: {:?}", String::from_utf8_lossy(input)),
    }
}

/// A request as its parts are written in every form.
#[derive(Clone, Debug)]
struct Parts {
    method: String,
    scheme: Scheme,
    host: String,
    path: String,
    query: Option<String>,
    authorization: Option<String>,
    body: Option<String>,
}

const FORM: &str = "application/x-www-form-urlencoded";

impl Parts {
    fn target(&self) -> String {
        let query = self
            .query
            .as_ref()
            .map_or(String::new(), |query| format!("?{query}"));
        format!("{}{query}", self.path)
    }

    fn url(&self) -> String {
        format!("{}://{}{}", self.scheme.as_str(), self.host, self.target())
    }

    fn headers(&self) -> Vec<(&str, &str)> {
        let authorization = self
            .authorization
            .as_deref()
            .map(|value| ("Authorization", value));
        let content_type = self.body.as_ref().map(|_| ("Content-Type", FORM));
        authorization.into_iter().chain(content_type).collect()
    }

    fn hints(&self) -> Hints {
        Hints {
            method: Some(self.method.clone()),
            url: Some(self.url()),
            scheme: None,
        }
    }

    /// The header lines, each with the line end given.
    fn header_lines(&self, line_end: &str) -> String {
        let lines: Vec<_> = self
            .headers()
            .iter()
            .map(|(name, value)| format!("{name}: {value}{line_end}"))
            .collect();
        lines.concat()
    }

    fn as_http(&self) -> CapturedRequest {
        let (head, body) = self.sent();
        let text = head + body;
        let hints = Hints {
            scheme: Some(self.scheme),
            ..Hints::default()
        };
        request(text.as_bytes(), Format::Http, &hints)
    }

    fn as_curl(&self) -> CapturedRequest {
        let mut text = format!("curl -X {}", self.method).into_bytes();
        if let Some(value) = &self.authorization {
            text.extend(b" -H ");
            text.extend(double_quoted(format!("Authorization: {value}").as_bytes()));
        }
        if let Some(body) = &self.body {
            text.extend(b" \\\n --data-raw ");
            text.extend(single_quoted(body.as_bytes()));
        }
        text.extend(b" --path-as-is --url ");
        text.extend(single_quoted(self.url().as_bytes()));
        request(&text, Format::Curl, &Hints::default())
    }

    fn as_json(&self) -> CapturedRequest {
        let object = serde_json::json!({
            "method": self.method, "url": self.url(), "headers": self.headers(), "body": self.body,
        });
        request(
            object.to_string().as_bytes(),
            Format::Json,
            &Hints::default(),
        )
    }

    /// The head and the body of the request line by line, as they travel.
    fn sent(&self) -> (String, &str) {
        let body = self.body.as_deref().unwrap_or_default();
        let (method, target, host) = (&self.method, self.target(), &self.host);
        let headers = self.header_lines("\r\n");
        let length = body.len();
        let head = format!(
            "{method} {target} HTTP/1.1\r\nHost: {host}\r\n{headers}Content-Length: {length}\r\n\r\n"
        );
        (head, body)
    }

    /// `curl --trace-ascii`: rows of 64 bytes at most, which end where a line does.
    fn as_trace(&self) -> CapturedRequest {
        let (head, body) = self.sent();
        let mut text = match self.scheme {
            Scheme::Http => "== Info: Connected to h (127.0.0.1) port 8080 (#0)\n".to_owned(),
            Scheme::Https => "== Info: SSL connection using TLSv1.3\n".to_owned(),
        };
        for (what, sent) in [("header", head.as_str()), ("data", body)] {
            let _ = writeln!(text, "=> Send {what}, {} bytes (0x{0:x})", sent.len());
            let mut offset = 0;
            for line in sent.split_inclusive("\r\n") {
                let shown = line.strip_suffix("\r\n").unwrap_or(line);
                for start in (0..shown.len().max(1)).step_by(64) {
                    let row = &shown[start..shown.len().min(start + 64)];
                    let _ = writeln!(text, "{:04x}: {row}", offset + start);
                }
                offset += line.len();
            }
        }
        request(text.as_bytes(), Format::Trace, &Hints::default())
    }

    fn as_python_debug(&self) -> CapturedRequest {
        let (head, body) = self.sent();
        let literal = |text: &str| text.escape_default().to_string();
        let scheme = self.scheme.as_str();
        let text = format!(
            "DEBUG:urllib3.connectionpool:Starting new {} connection (1): h\nsend: b\"{}\"\nsend: b\"{}\"\n",
            scheme.to_uppercase(),
            literal(&head),
            literal(body)
        );
        request(text.as_bytes(), Format::PythonDebug, &Hints::default())
    }

    /// What `requests_oauthlib` logs.
    fn as_log(&self) -> CapturedRequest {
        let literal = |text: &str| format!("b\"{}\"", text.escape_default());
        let headers: Vec<_> = self
            .headers()
            .iter()
            .map(|(name, value)| format!("{}: {}", literal(name), literal(value)))
            .collect();
        let text = format!(
            "Signing request <PreparedRequest [{}]> using client <Client>\nUpdated url: {}\nUpdated headers: {{{}}}\nUpdated body: {}\n",
            self.method,
            self.url(),
            headers.join(", "),
            self.body.as_deref().map_or("None".into(), literal),
        );
        request(text.as_bytes(), Format::Log, &Hints::default())
    }

    fn as_url(&self) -> CapturedRequest {
        request(self.url().as_bytes(), Format::Url, &self.hints())
    }

    fn as_header(&self) -> CapturedRequest {
        let body = self.body.as_deref().unwrap_or_default();
        let text = format!("{}\n{body}", self.header_lines("\n"));
        request(text.as_bytes(), Format::Header, &self.hints())
    }
}

fn parts() -> impl Strategy<Value = Parts> {
    let pairs = "([a-z]{0,3}(%[0-9A-Fa-f]{2}|\\+)?=?[a-zA-Z0-9:/?@!$'()*,;~.-]{0,5}&?){0,4}";
    let authorization = "OAuth (realm=\"[a-z ,]{0,5}\", )?oauth_token=\"[a-zA-Z0-9]{0,5}(%[0-9A-F]{2})?\", oauth_nonce=\"[a-z]{1,4}\"";
    (
        "GET|POST|PUT|DELETE|get",
        prop_oneof![Just(Scheme::Http), Just(Scheme::Https)],
        "example\\.com|Example\\.COM:8080|h:443|h:80|\\[::1\\]:8080|127\\.0\\.0\\.1",
        "(/[a-zA-Z0-9_~;=.-]{0,6}(%[0-9A-Fa-f]{2})?){1,3}",
        proptest::option::of(pairs),
        proptest::option::of(authorization),
        proptest::option::of(pairs),
    )
        .prop_map(
            |(method, scheme, host, path, query, authorization, body)| Parts {
                method,
                scheme,
                host,
                path,
                query,
                authorization,
                body,
            },
        )
}

fn single_quoted(bytes: &[u8]) -> Vec<u8> {
    let mut quoted = vec![b'\''];
    for &byte in bytes {
        match byte {
            b'\'' => quoted.extend(br"'\''"),
            _ => quoted.push(byte),
        }
    }
    quoted.push(b'\'');
    quoted
}

fn double_quoted(bytes: &[u8]) -> Vec<u8> {
    let mut quoted = vec![b'"'];
    for &byte in bytes {
        if b"$`\"\\".contains(&byte) {
            quoted.push(b'\\');
        }
        quoted.push(byte);
    }
    quoted.push(b'"');
    quoted
}

fn backslashed(bytes: &[u8]) -> Vec<u8> {
    let mut quoted = Vec::new();
    for &byte in bytes {
        match byte {
            // A backslash before a line end would remove both.
            b'\n' => quoted.extend(b"'\n'"),
            b'\r' => quoted.extend(b"'\r'"),
            _ => quoted.extend([b'\\', byte]),
        }
    }
    quoted
}

fn ansi_c_quoted(bytes: &[u8]) -> Vec<u8> {
    let mut quoted = b"$'".to_vec();
    for (index, byte) in bytes.iter().enumerate() {
        match index % 3 {
            0 => quoted.extend(format!("\\x{byte:02x}").bytes()),
            1 => quoted.extend(format!("\\{byte:03o}").bytes()),
            _ if b"'\\".contains(byte) => quoted.extend([b'\\', *byte]),
            _ => quoted.push(*byte),
        }
    }
    quoted.push(b'\'');
    quoted
}

/// An error points into the input, agrees with itself about where, and shows nothing that a terminal would act on.
fn check_error(input: &[u8], error: &CaptureError) {
    assert!(error.byte <= input.len(), "{error:?}");
    let before = &input[..error.byte];
    let line = 1 + before.split(|&b| b == b'\n').count() - 1;
    let column = 1 + before.rsplit(|&b| b == b'\n').next().unwrap().len();
    assert_eq!((error.line, error.column), (line, column), "{error:?}");
    let text = error.to_string();
    assert!(!text.contains(char::is_control), "{text:?}");
    assert!(text.len() < 600, "{text:?}");
}

/// Reads an input as every format and as none.
fn read_in_every_way(input: &[u8]) {
    let hints = Hints {
        method: Some("POST".into()),
        url: Some("https://example.com/p?q=1".into()),
        scheme: None,
    };
    let _ = detect(input);
    for format in [None]
        .into_iter()
        .chain(Format::ALL.iter().copied().map(Some))
    {
        match read(input, format, &hints) {
            Err(error) => check_error(input, &error),
            Ok(all) => {
                assert!(!all.is_empty());
                for captured in all {
                    let request = captured.request.as_ref();
                    let notes = request.map_or(&[][..], |request| &request.notes);
                    for note in captured.notes.iter().chain(notes) {
                        assert!(!note.contains(char::is_control), "{note:?}");
                    }
                    let text = captured.base_string.unwrap_or_default();
                    assert!(text.len() <= input.len());
                    if let Some(captured) = request {
                        let _ = BaseString::of(&captured.request);
                    }
                }
            }
        }
    }
}

/// All captures under `fixtures/captures`.
fn valid_inputs() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/captures");
    let mut inputs = Vec::new();
    for format in Format::ALL {
        // Not every format has captures that are text.
        for entry in fs::read_dir(root.join(format.name())).into_iter().flatten() {
            let path = entry.unwrap().path();
            let is_other = |extension: &std::ffi::OsStr| {
                ["options", "md", "py"]
                    .iter()
                    .any(|other| extension == *other)
            };
            if path.is_file() && !path.extension().is_some_and(is_other) {
                inputs.push(fs::read(path).unwrap());
            }
        }
    }
    inputs
}

proptest! {
    /// P14: the same request in every form has the same base string.
    #[test]
    fn every_form_of_a_request_has_the_same_base_string(parts in parts()) {
        let expected = parts.as_http();
        let base_string = BaseString::of(&expected.request);
        for captured in [
            parts.as_curl(),
            parts.as_json(),
            parts.as_trace(),
            parts.as_python_debug(),
            parts.as_log(),
        ] {
            prop_assert_eq!(&BaseString::of(&captured.request), &base_string);
            prop_assert_eq!(&captured.request.body, &expected.request.body);
        }
        if parts.authorization.is_some() {
            prop_assert_eq!(&BaseString::of(&parts.as_header().request), &base_string);
        } else if parts.body.is_none() {
            prop_assert_eq!(&BaseString::of(&parts.as_url().request), &base_string);
        }
    }

    /// P13 for quoting: whatever bytes are quoted in whatever way, the same bytes are read.
    #[test]
    fn quoting_round_trips(bytes in vec(1..=255u8, 0..40)) {
        for quote in [single_quoted, double_quoted, backslashed, ansi_c_quoted] {
            let mut command = b"curl http://h/ --data-raw ".to_vec();
            command.extend(quote(&bytes));
            command.extend(b"''");
            let captured = request(&command, Format::Curl, &Hints::default());
            prop_assert_eq!(&captured.request.body, &bytes);
        }
    }

    /// P13 for prints: whatever Python's repr or Rust's `{:?}` shows, the same bytes are read.
    #[test]
    fn printed_keys_round_trip(
        head in "[a-z\\\\'\"\\n\\t\u{feff}\u{200b}é]{0,6}",
        tail in "[a-z\\\\'\"\\r\\n ]{0,6}",
    ) {
        let base_string = "GET&http%3A%2F%2Fh%2F&a%3Db";
        let key = format!("{head}&{tail}");
        let bytes: Vec<_> = key.bytes().map(|b| format!("\\x{b:02x}")).collect();
        let bytes = bytes.concat();
        for text in [
            format!("{base_string:?} {key:?}"),
            format!("(b'{bytes}', b'{base_string}')"),
            serde_json::json!({"base": base_string, "key": key}).to_string(),
            format!("string({}) \"{key}\"\nstring({}) \"{base_string}\"\n", key.len(), base_string.len()),
        ] {
            let case = read(text.as_bytes(), None, &Hints::default()).unwrap().remove(0);
            prop_assert_eq!(case.base_string.as_deref(), Some(base_string.as_bytes()), "{}", text);
            let read = case.signing_key.as_ref().map(|key| key.expose().to_vec());
            prop_assert_eq!(read, Some(key.clone().into_bytes()), "{}", text);
        }
    }

    /// Every byte but the line end survives in a raw request's target, header and body.
    #[test]
    fn raw_bytes_survive(path in vec(any::<u8>(), 0..20), value in vec(any::<u8>(), 0..20), body in vec(any::<u8>(), 0..20)) {
        prop_assume!(!path.iter().any(|b| b"\r\n?#".contains(b)));
        prop_assume!(!value.iter().any(|b| b"\r\n".contains(b)) && value.trim_ascii() == value);
        let length = format!("\r\nContent-Length: {}\r\n\r\n", body.len());
        let input = [b"GET /", path.as_slice(), b" HTTP/1.1\r\nHost: h\r\nX: ", &value, length.as_bytes(), &body].concat();
        let captured = request(&input, Format::Http, &Hints::default());
        prop_assert_eq!(&captured.request.path[1..], path);
        prop_assert_eq!(captured.request.header("X"), Some(value.as_slice()));
        prop_assert_eq!(captured.request.body, body);
    }

    /// P28: arbitrary bytes.
    #[test]
    fn arbitrary_bytes_do_no_harm(bytes in vec(any::<u8>(), 0..300)) {
        read_in_every_way(&bytes);
    }

    /// P28: the words that the parsers look for, in any order.
    #[test]
    fn any_mixture_of_syntax_does_no_harm(
        pieces in vec(
            prop::sample::select(vec![
                "curl ", "GET ", "POST /", " HTTP/1.1", "\r\n", "\n", "\r", ": ", "Host: h", "Authorization: OAuth ", "=\"", "\",",
                "Transfer-Encoding: chunked", "Content-Length: 5", "\r\n\r\n", "5;a\r\n", "0\r\n", "ffffffffffffffff\r\n",
                "http://", "https://u:p@h:80/", "/../", "?a=b&", "#", "%", "%41", "'", "\"", "$'", "\\", "\\x", "\\u", "d83d", "$", "`",
                "-", "--", "-d ", "-H ", "--no-", "-G ", "-T ", "@", "{", "}", "[", "]", "\"url\":", "\"headers\":", "\"http://h\"",
                ",", "null", "\\ud800", "oauth_", "&", "%26", "%3D", " ", "\t", "\0", "\u{feff}", "é", "^",
            ]),
            0..30,
        ),
        start in prop::sample::select(vec!["", "curl ", "GET / HTTP/1.1\r\n", "{", "OAuth ", "http://", "POST&"]),
    ) {
        read_in_every_way(format!("{start}{}", pieces.concat()).as_bytes());
    }

    /// P28: valid captures with a few bytes changed, removed, repeated or cut off.
    #[test]
    fn damaged_captures_do_no_harm(
        which in any::<Index>(),
        changes in vec((any::<Index>(), any::<Index>(), 0..4, any::<u8>()), 1..6),
    ) {
        let inputs = valid_inputs();
        let mut input = which.get(&inputs).clone();
        for (from, to, kind, byte) in changes {
            if input.is_empty() {
                break;
            }
            let (from, to) = (from.index(input.len()), to.index(input.len()));
            let (from, to) = (from.min(to), from.max(to));
            match kind {
                0 => input[from] = byte,
                1 => drop(input.drain(from..to.min(from + 16))),
                2 => input.extend_from_within(from..to),
                _ => input.truncate(to),
            }
        }
        read_in_every_way(&input);
    }
}

/// P28: no shape takes more than linear time. A megabyte of any of these takes hours in quadratic time; the bound is far
/// above what a loaded machine needs for linear time.
#[test]
fn long_inputs_take_linear_time() {
    const LENGTH: usize = 1 << 20;
    let shapes: &[(&str, &str)] = &[
        ("", "a"),
        ("", " "),
        ("", "\n"),
        ("", "\t\r\n"),
        ("", "&oauth_=%3D"),
        ("GET&", "%26"),
        ("GET /", " x"),
        ("GET / HTTP/1.1\r\n", "a: b\r\n"),
        ("GET / HTTP/1.1\r\n", "Host: b\r\n"),
        ("GET / HTTP/1.1\r\nHost: h\r\n", "a\r\nb: c\r\n"),
        ("GET / HTTP/1.1\r\nHost: h\r\na: b\r\n", " \r\n"),
        ("GET / HTTP/1.1\r\nHost: h\r\na: b\r\n", " b\r\n"),
        ("GET / HTTP/1.1\r\nHost: h\r\n", "Content-Length: 1\r\n"),
        (
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "1\r\na\r\n",
        ),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "0"),
        ("POST / HTTP/1.1\r\nHost: h\r\n\r\n", "\n"),
        ("OAuth ", "a=\"b\",\n"),
        ("Authorization: OAuth ", "a=\"b\",\r\n "),
        ("a: b\n", "c: d\n"),
        ("http://", "a@"),
        ("http://h", "/.."),
        ("curl http://h", "/.."),
        ("curl http://h/", "'\\''"),
        ("curl http://h/", "$'\\x41'"),
        ("curl http://h/ $'", "\\ud83d"),
        ("curl http://h/ ", "\\\n"),
        ("curl http://h/ ", "-d a "),
        ("curl http://h/ ", "-H a:b "),
        ("curl http://h/ ", "-H a: "),
        ("curl http://h/ ", "--no-silent "),
        ("curl http://h/ -", "s"),
        ("curl http://h/ --", "no-"),
        ("curl ", "http://h/ "),
        ("curl http://h/ ", "# "),
        ("[", "["),
        ("{\"url\":\"http://h\",\"headers\":", "["),
        ("{\"url\":\"http://h\",\"headers\":[", "[\"a\",\"b\"],"),
        ("{\"url\":", "\"\\u0041\","),
        ("{", "\"a\":1,"),
        ("> GET / HTTP/1.1\n", "> a: b\n"),
        ("> GET / HTTP/1.1\n", "a: b\n"),
        (
            "",
            "> GET / HTTP/1.1\n> Host: h\n>\n< HTTP/1.1 302\n< Location: /\n<\n",
        ),
        (
            "> GET / HTTP/1.1\n> Host: h\n>\n",
            "* Connected to h port 80 port 80\n",
        ),
        ("> GET / HTTP/1.1\n> Host: h\n>\n", "\x1b[1m"),
        ("curl ", "curl "),
        ("=> Send header, 9 bytes (0x9)\n", "0000: GET / HTTP/1.1\n"),
        (
            "=> Send header, 99999999999 bytes\n0000: GET / HTTP/1.1\n",
            "0001: \n",
        ),
        ("---request begin---\nGET / HTTP/1.1\n", "[BODY data: a]\n"),
        ("send: b'GET / HTTP/1.1\\r\\n'\n", "send: b'"),
        ("send: b'GET / HTTP/1.1\\r\\n", "\\\'"),
        ("send: b'GET / HTTP/1.1\\r\\n'\n", "send: "),
        ("Base64 signature: a\n", "Signing: "),
        ("", "Signing: GET&http%3A&oauth_%3D\nBase64 signature: \n"),
        ("base string is: GET&http%3A\n", "setting token to: a\n"),
        ("", "Updated headers: {'a': b'b', "),
        ("", "GET&http%3A%2F%2Fh\n"),
        ("", "'GET&http%3A%2F%2Fh' "),
        (
            "GET&http%3A%2F%2Fhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh\n",
            "%3D%3D%3D%3D%3D%3D%3D%3D%3D%3D%3D%3D%3D%3D%3D%3D\n",
        ),
        ("'GET&http%3A' ", "'"),
        ("'GET&http%3A' ", "'\""),
        ("'GET&http%3A' ", "'\\"),
        ("'GET&http%3A' ", "'\\\n"),
        ("'GET&http%3A' ", "\"'\n"),
        ("'GET&http%3A'", " + 'a'"),
        ("'GET&http%3A' ", "string(9) \""),
        ("'GET&http%3A' ", "key: "),
        ("key: a ", "GET&http%3A "),
        ("", "&amp;"),
    ];
    for (start, repeated) in shapes {
        let input = [start, repeated.repeat(LENGTH / repeated.len()).as_str()].concat();
        let begun = Instant::now();
        read_in_every_way(input.as_bytes());
        let elapsed = begun.elapsed();
        assert!(
            elapsed < Duration::from_secs(20),
            "{start}{repeated}…: {elapsed:?}"
        );
    }
}

/// What the user is told about inputs that are no capture at all.
#[test]
fn bad_inputs_are_explained() {
    let long = "x".repeat(10 << 20);
    let har = "{\"log\": {\"version\": \"1.2\", \"entries\": []}}";
    for (input, format, told) in [
        (&b""[..], None, "empty"),
        (b" \r\n\t", Some(Format::Curl), "empty"),
        (b"\x7fELF\x02\x01\x01\x00", None, "binary"),
        (b"\xff\xfec\x00u\x00r\x00l\x00", None, "UTF-16"),
        (long.as_bytes(), None, "no form that is known"),
        (long.as_bytes(), Some(Format::Http), "without a space"),
        (har.as_bytes(), Some(Format::Curl), "a HAR file"),
        (har.as_bytes(), None, "HAR files are not read yet"),
        (b"curl http://h/", Some(Format::Http), "a curl command"),
        (
            b"GET / HTTP/1.1\r\n\r\n",
            Some(Format::Url),
            "a raw HTTP request",
        ),
        (b"http://h/", Some(Format::Header), "expected"),
        (b"http://h/\0", None, "control byte"),
        (b"curl 'http://h/", None, "closed"),
        (b"HTTP/1.1 401 Unauthorized\r\n", None, "response"),
        (
            b"Host: h\r\nAccept: */*\r\n",
            None,
            "without a request line",
        ),
        (
            b"oauth_consumer_key=\"k\", oauth_nonce=\"n\"",
            None,
            "Authorization: OAuth",
        ),
        (b"<html>", None, "HTML"),
    ] {
        let error = read(input, format, &Hints::default()).unwrap_err();
        check_error(input, &error);
        assert!(error.to_string().contains(told), "{told}: {error}");
    }
}

/// A secret pasted in the wrong place is not shown again.
#[test]
fn no_error_shows_what_may_be_secret() {
    const SECRET: &str = "s3cr3t";
    for input in [
        "s3cr3t",
        "{\"method\": \"s3cr3t",
        "{\"url\": \"s3cr3t\"}",
        "{\"body\": [\"s3cr3t\"]}",
        "curl -u user:s3cr3t",
        "curl -H 'Authorization: s3cr3t",
        "curl ftp://user:s3cr3t@h/",
        "curl -d @s3cr3t http://h/",
        "POST /s3cr3t?s3cr3t",
        "POST / HTTP/1.1\noauth_token_secret=s3cr3t",
        "POST / HTTP/1.1\n s3cr3t",
        "POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n1\na\ns3cr3t",
        "Authorization: s3cr3t",
        "Authorization: Basic s3cr3t",
        "https:///s3cr3t",
        "https://h/s3cr3t\x01",
        "oauth_token_secret s3cr3t",
    ] {
        for format in [None]
            .into_iter()
            .chain(Format::ALL.iter().copied().map(Some))
        {
            if let Err(error) = read(input.as_bytes(), format, &Hints::default()) {
                assert!(!error.to_string().contains(SECRET), "{input}: {error}");
            }
        }
    }
}
