//! Laws that hold for every input: the same request in every form, quoting, and what no input can do.

mod oracle;
#[path = "oracle/packets.rs"]
mod packets;
#[path = "oracle/shapes.rs"]
mod shapes;

use oauth1_capture::{CapturedRequest, Format, Hints, read};
use oauth1_core::{base_string::BaseString, request::Scheme};
use oracle::{check_error, read_as, read_in_every_way};
use packets::{byte_by_byte, packet, pcap};
use proptest::{collection::vec, prelude::*, sample::Index};
use shapes::{SHAPES, long};
use std::{fmt::Write as _, fs, path::Path};

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
            ..Hints::default()
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

    fn as_http_text(&self) -> String {
        let (head, body) = self.sent();
        head + body
    }

    fn as_http(&self) -> CapturedRequest {
        let hints = Hints {
            scheme: Some(self.scheme),
            ..Hints::default()
        };
        request(self.as_http_text().as_bytes(), Format::Http, &hints)
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

    fn as_cmd(&self) -> CapturedRequest {
        let mut text = format!("curl.exe -X {} ^\r\n", self.method).into_bytes();
        if let Some(value) = &self.authorization {
            text.extend(b"  -H ");
            text.extend(cmd_quoted(format!("Authorization: {value}").as_bytes()));
        }
        if let Some(body) = &self.body {
            text.extend(b" ^\n --data-raw ");
            text.extend(cmd_quoted(body.as_bytes()));
        }
        text.extend(b" --path-as-is -g --url ");
        text.extend(cmd_quoted(self.url().as_bytes()));
        request(&text, Format::Windows, &Hints::default())
    }

    fn as_powershell(&self) -> CapturedRequest {
        let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
        let entries: Vec<_> = self
            .headers()
            .iter()
            .map(|(name, value)| format!("  {} = {}\n", quoted(name), quoted(value)))
            .collect();
        let body = self.body.as_ref().map(|body| {
            let escaped = body
                .replace('`', "``")
                .replace('$', "`$")
                .replace('"', "`\"");
            format!(" `\n -Body \"{escaped}\"")
        });
        let text = format!(
            "$h = @{{\n{}}}\nInvoke-RestMethod -Uri {} -CustomMethod {} -Headers $h{}",
            entries.concat(),
            quoted(&self.url()),
            self.method,
            body.unwrap_or_default()
        );
        request(text.as_bytes(), Format::PowerShell, &Hints::default())
    }

    /// `fetch` resolves dot segments, whatever anybody says.
    fn as_fetch(&self) -> Option<CapturedRequest> {
        let path = self.path.to_ascii_lowercase().replace("%2e", ".");
        if path.split('/').any(|segment| matches!(segment, "." | "..")) {
            return None;
        }
        let options = serde_json::json!({
            "method": self.method, "headers": self.headers(), "body": self.body,
        });
        let text = format!(
            "await fetch({}, {options:#});",
            serde_json::json!(self.url())
        );
        Some(request(text.as_bytes(), Format::Fetch, &Hints::default()))
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

    fn as_har(&self) -> CapturedRequest {
        let headers: Vec<_> = self
            .headers()
            .iter()
            .map(|(name, value)| serde_json::json!({"name": name.to_lowercase(), "value": value}))
            .chain([serde_json::json!({"name": ":authority", "value": self.host})])
            .collect();
        let file = serde_json::json!({"log": {"version": "1.2", "entries": [{"request": {
            "method": self.method, "url": self.url(), "headers": headers, "postData": {"text": self.body},
        }}]}});
        request(file.to_string().as_bytes(), Format::Har, &Hints::default())
    }

    fn as_pcap(&self) -> CapturedRequest {
        let hints = Hints {
            scheme: Some(self.scheme),
            ..Hints::default()
        };
        let packets: Vec<_> = (self.as_http_text().as_bytes().chunks(9).enumerate())
            .map(|(index, bytes)| packet(u32::try_from(index * 9).unwrap(), bytes))
            .rev()
            .collect();
        request(&pcap(&packets), Format::Pcap, &hints)
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
            let length = sent.len();
            writeln!(text, "=> Send {what}, {length} bytes (0x{length:x})").unwrap();
            let mut offset = 0;
            for line in sent.split_inclusive("\r\n") {
                let shown = line.strip_suffix("\r\n").unwrap_or(line);
                for start in (0..shown.len().max(1)).step_by(64) {
                    let row = &shown[start..shown.len().min(start + 64)];
                    writeln!(text, "{:04x}: {row}", offset + start).unwrap();
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

/// The formats of API clients.
impl Parts {
    fn as_saved(&self) -> [CapturedRequest; 5] {
        [
            self.as_postman(),
            self.as_insomnia(),
            self.as_bruno(),
            self.as_http_file(),
            self.as_httpie(),
        ]
    }

    fn as_postman(&self) -> CapturedRequest {
        let headers: Vec<_> = self
            .headers()
            .iter()
            .map(|(name, value)| serde_json::json!({"key": name, "value": value}))
            .collect();
        let collection = serde_json::json!({
            "info": {"schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
            "item": [{
                "name": "a",
                "protocolProfileBehavior": {"disableBodyPruning": true},
                "request": {
                    "method": self.method, "url": "{{scheme}}://{{rest}}", "header": headers,
                    "body": {"mode": "raw", "raw": self.body},
                },
            }],
            "variable": [
                {"key": "rest", "value": format!("{}{}", self.host, self.target())},
                {"key": "scheme", "value": self.scheme.as_str()},
            ],
        });
        let text = collection.to_string();
        request(text.as_bytes(), Format::Postman, &Hints::default())
    }

    fn as_insomnia(&self) -> CapturedRequest {
        let headers: Vec<_> = self
            .headers()
            .iter()
            .map(|(name, value)| serde_json::json!({"name": name, "value": value}))
            .collect();
        let export = serde_json::json!({
            "_type": "export", "__export_format": 4,
            "resources": [{
                "_type": "request", "method": self.method, "url": self.url(), "headers": headers,
                "body": {"text": self.body}, "settingEncodeUrl": false,
            }],
        });
        let text = export.to_string();
        request(text.as_bytes(), Format::Insomnia, &Hints::default())
    }

    fn as_bruno(&self) -> CapturedRequest {
        let headers = self.headers();
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| format!("  {name}: {value}\n"))
            .collect();
        let text = format!(
            "meta {{\n  name: a\n}}\n\nhttp {{\n  method: {}\n  url: {}\n  body: text\n}}\n\nheaders {{\n{}}}\n\nbody:text {{\n  {}\n}}\n",
            self.method,
            self.url(),
            headers.concat(),
            self.body.as_deref().unwrap_or_default()
        );
        request(text.as_bytes(), Format::Bruno, &Hints::default())
    }

    fn as_http_file(&self) -> CapturedRequest {
        let text = format!(
            "@host = {}\n### a\n{} {}://{{{{host}}}}{}\n{}\n{}\n",
            self.host,
            self.method,
            self.scheme.as_str(),
            self.target(),
            self.header_lines("\n"),
            self.body.as_deref().unwrap_or_default()
        );
        request(text.as_bytes(), Format::HttpFile, &Hints::default())
    }

    fn as_httpie(&self) -> CapturedRequest {
        let body = self.body.as_deref().unwrap_or_default();
        let text = format!(
            "\x1b[32m{}\x1b[39;49;00m {} HTTP/1.1\n{}Host: {}\nContent-Length: {}\r\n\r\n{body}\n\nHTTP/1.1 401 Unauthorized\r\n\r\n",
            self.method,
            self.target(),
            self.header_lines("\n"),
            self.host,
            body.len()
        );
        let hints = Hints {
            scheme: Some(self.scheme),
            ..Hints::default()
        };
        request(text.as_bytes(), Format::Httpie, &hints)
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

/// As Chrome quotes for the Windows command line, but for backslashes, which are not doubled unless they have to be.
fn cmd_quoted(bytes: &[u8]) -> Vec<u8> {
    let mut quoted = b"^\"".to_vec();
    let mut backslashes = 0;
    for &byte in bytes {
        match byte {
            b'\\' => {
                backslashes += 1;
                quoted.extend(b"^\\");
                continue;
            }
            b'"' => {
                quoted.extend(b"^\\".repeat(backslashes));
                quoted.extend(b"^\\^\"");
            }
            b'\n' => quoted.extend(b"^\n\n"),
            _ if byte.is_ascii_alphanumeric() => quoted.push(byte),
            _ => quoted.extend([b'^', byte]),
        }
        backslashes = 0;
    }
    quoted.extend(b"^\\".repeat(backslashes));
    quoted.extend(b"^\"");
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
        let all = [
            parts.as_curl(),
            parts.as_cmd(),
            parts.as_powershell(),
            parts.as_json(),
            parts.as_har(),
            parts.as_pcap(),
            parts.as_trace(),
            parts.as_python_debug(),
            parts.as_log(),
        ];
        for captured in all.into_iter().chain(parts.as_fetch()) {
            prop_assert_eq!(&BaseString::of(&captured.request), &base_string);
            prop_assert_eq!(&captured.request.body, &expected.request.body);
        }
        for captured in parts.as_saved() {
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

    /// The same for the Windows command line, which drops carriage returns.
    #[test]
    fn quoting_for_windows_round_trips(bytes in vec(1..=255u8, 0..40)) {
        prop_assume!(!bytes.contains(&b'\r'));
        let mut command = b"curl http://h/ --data-raw ".to_vec();
        command.extend(cmd_quoted(&bytes));
        let captured = request(&command, Format::Windows, &Hints::default());
        prop_assert_eq!(&captured.request.body, &bytes);
    }

    /// A string of JSON is one of JavaScript.
    #[test]
    fn strings_of_javascript_round_trip(text in ".{0,40}") {
        let program = format!("fetch('http://h/', {{ method: 'POST', body: {} }})", serde_json::json!(text));
        let captured = request(program.as_bytes(), Format::Fetch, &Hints::default());
        prop_assert_eq!(captured.request.body, text.into_bytes());
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
                ",", "null", "\\ud800", "oauth_", "irm ", "-Uri ", "-Body ", "@{", "$(", "$x", "=", "(", ")", ";", "@'", "\n'@", "fetch(", "const ", "x", "...",
                "x.append(", "new URLSearchParams(", "`${", "//", "/*", "JSON.stringify(", "--next ", "^\"", "^\n", "^%^", "%x%", "C:\\>", "&", "%26", "%3D", " ", "\t", "\0", "\u{feff}", "é", "^",
                "HTTP/1.1 401 U\r\n", "oauth_problem=", "debug_sbs=", "WWW-Authenticate: ", "&amp;", "signature base string: ",
                "{{", "}}", "{{_.a}}", "@a = {{a}}\n", "###\n", "# @name a\n", "'''", "~", "meta {\n", "\n}\n", "url: ", "auth: oauth1", "\x1b[3", "m",
                "\"item\":", "\"request\":", "\"resources\":", "- ", "&a ", "*a",
            ]),
            0..30,
        ),
        start in prop::sample::select(vec!["", "fetch(", "irm http://h/ ", "$x = ", "const x = ", "curl ^\"", "curl ", "GET / HTTP/1.1\r\n", "{", "OAuth ", "http://", "POST&", "{\"_postman_id\":1,", "{\"__export_format\":4,",
            "type: collection.insomnia.rest/5.0\n", "get {\n", "### a\n", "\x1b[32mGET\x1b[39m / HTTP/1.1\r\n"]),
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

/// P28: long inputs, deeply nested or with many parts. How the time grows with their length is measured by
/// `cargo bench -p diagnose-benches --bench growth`.
#[test]
fn long_inputs_do_no_harm() {
    for &shape in SHAPES {
        read_in_every_way(&long(shape, 64 << 10));
    }
    for text in ["A ".repeat(5000), "GET / HTTP/1.1\r\n\r\n".repeat(500)] {
        for step in [1, 2] {
            read_as(&byte_by_byte(text.as_bytes(), step), Some(Format::Pcap));
        }
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
        (
            har.as_bytes(),
            None,
            "an HTTP request in log.entries, found none",
        ),
        (b"curl http://h/", Some(Format::Http), "a curl command"),
        (
            b"GET / HTTP/1.1\r\n\r\n",
            Some(Format::Url),
            "a raw HTTP request",
        ),
        (b"http://h/", Some(Format::Header), "expected"),
        (b"http://h/\0", None, "control byte"),
        (b"curl 'http://h/", None, "closed"),
        (
            b"HTTP/1.1 401 Unauthorized\r\n",
            Some(Format::Http),
            "a provider's answer",
        ),
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
        (b"<html>", Some(Format::Json), "a provider's answer"),
    ] {
        let error = read(input, format, &Hints::default()).unwrap_err();
        check_error(input, &error);
        assert!(error.to_string().contains(told), "{told}: {error}");
    }
}

/// Whatever is asked for, another thing is not taken for it.
#[test]
fn what_cannot_be_of_a_format_is_refused() {
    let of_formats = [
        (Format::Json, "{\"log\": {\"entries\": []}}"),
        (Format::Curl, "curl https://h/?oauth_signature=a"),
        (
            Format::Http,
            "GET /a?oauth_signature=b HTTP/1.1\r\nHost: h\r\n\r\n",
        ),
        (Format::Header, "OAuth oauth_signature=\"a\""),
        (Format::Url, "https://h/?oauth_signature=a"),
        (Format::BaseString, "GET&https%3A%2F%2Fh%2F&oauth_nonce%3Da"),
    ];
    let of_none = [
        "The signature is refused, and nobody knows why.",
        "R&D says: it worked yesterday",
        "request.http",
        "h.example/a?oauth_signature=b",
        "\u{7f}ELF\u{2}\u{1}\u{1}\0\0\0",
        "\0\0\0\0",
        "<html>\n<p>401</p>\n</html>",
        "HTTP/1.1 401 Unauthorized\r\n\r\noauth_problem=signature_invalid",
    ];
    let hints = Hints {
        url: Some("https://example.com/".into()),
        ..Hints::default()
    };
    let mut taken = Vec::new();
    for &asked in Format::ALL {
        let others = of_formats.iter().filter(|(format, _)| *format != asked);
        // An answer may be any text.
        let of_none = of_none
            .iter()
            .filter(|input| asked != Format::Response || input.contains('\0'));
        for input in others.map(|(_, input)| input).chain(of_none) {
            // The URI of a base string that lacks its method and its encoding; a command that every shell takes; one request
            // of a file; the one line that a program prints.
            if asked == Format::BaseString && input.starts_with("https://")
                || asked == Format::Windows && input.starts_with("curl")
                || matches!(asked, Format::HttpFile | Format::Httpie) && input.starts_with("GET /")
                || asked == Format::Prints && input.starts_with("GET&")
            {
                continue;
            }
            let Err(error) = read(input.as_bytes(), Some(asked), &hints) else {
                taken.push(format!("{}: {input}", asked.name()));
                continue;
            };
            check_error(input.as_bytes(), &error);
            assert!(error.message.contains("expected"), "{error}");
            assert!(!error.help.is_empty(), "{error}");
        }
    }
    assert_eq!(taken, Vec::<String>::new());
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
        "curl ^\"https://h/^\" -H ^\"Authorization: s3cr3t",
        "curl ^\"https://h/^\" -u s3cr3t %X%",
        "curl ^\"https://h/^\" --user=s3cr3t",
        "Invoke-WebRequest https://h/ -Headers @{ Authorization = \"s3cr3t",
        "Invoke-WebRequest https://h/ -Headers @{ Authorization = \"s3cr3t $x\" }",
        "Invoke-WebRequest https://h/ -Method Post -Body \"s3cr3t$x\"",
        "Invoke-WebRequest https://h/ -Body 's3cr3t' 's3cr3t'",
        "fetch('https://h/', { headers: { Authorization: 's3cr3t",
        "fetch('https://h/', { headers: { Authorization: `s3cr3t ${x}` } })",
        "fetch('https://h/', { method: 'POST', body: 's3cr3t' + x })",
        "fetch('https://h/', { headers: 's3cr3t' })",
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
