//! What curl (`-v`, `--trace-ascii`, `--trace`, and libcurl in other programs) and `wget -d` print about a transfer.
//!
//! Three ways to write the same events: what was sent, what came back, and remarks, which say whether TLS was in use.

use crate::{
    Captured, CapturedRequest, Format, Hints, curl,
    error::CaptureError,
    exchange::{Exchange, into_captured},
    format::Spec,
    http::{Line, Lines, field_name, is_request_line},
    shell,
    url::is_http_url,
};
use oauth1_core::request::Scheme;
use std::borrow::Cow;

pub(crate) const SPEC: Spec = Spec {
    name: "trace",
    description: "what curl -v, curl --trace-ascii or wget -d prints",
    noun: "the trace of a transfer",
    looks_like,
    // What is printed may hold one, or look as if it did.
    may_look_like: &[Format::BaseString],
    keeps_byte_order_mark: false,
    read,
};

const REQUEST_BEGIN: &[u8] = b"---request begin---";
const SENT_HEADER: &[u8] = b"=> Send header, ";

/// How a trace is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `> ` and `< ` before each line.
    Verbose,
    /// `=> Send header, 90 bytes (0x5a)`, then rows with an offset.
    Dump,
    /// `---request begin---`.
    Wget,
}

/// The first line that tells decides.
fn kind(text: &[u8]) -> Option<Kind> {
    Lines::new(text).find_map(|line| {
        let text = plain(line.text);
        if marked(&text, b'>').is_some_and(is_request_line) {
            Some(Kind::Verbose)
        } else if text.starts_with(SENT_HEADER) {
            Some(Kind::Dump)
        } else if text.starts_with(REQUEST_BEGIN) {
            Some(Kind::Wget)
        } else {
            None
        }
    })
}

fn looks_like(text: &[u8]) -> bool {
    kind(text).is_some()
}

fn read(input: &[u8], hints: &Hints) -> Result<Vec<Captured>, CaptureError> {
    let mut trace = Trace::default();
    let mut notes = Vec::new();
    match kind(input) {
        None => {}
        Some(Kind::Verbose) => {
            trace.read_verbose(input);
            trace.take_from_command(input, &mut notes);
        }
        Some(Kind::Dump) => trace.read_dump(input, &mut notes),
        Some(Kind::Wget) => trace.read_wget(input),
    }
    let nothing = "paste the trace from the line > GET /path HTTP/1.1 (curl) or ---request begin--- (wget) on";
    let mut cases = into_captured(input, &trace.exchanges, hints, nothing)?;
    if let Some(case) = cases.first_mut() {
        case.notes.extend(notes);
    }
    Ok(cases)
}

/// What a line of `curl -v` may belong to.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Nothing,
    RequestHead,
    ResponseHead,
    ResponseBody,
}

#[derive(Default)]
struct Trace {
    exchanges: Vec<Exchange>,
    /// What the remarks on the connection say.
    scheme: Option<Scheme>,
}

impl Trace {
    fn begin(&mut self, body_hidden: Option<&'static str>) {
        self.exchanges.push(Exchange {
            body_hidden,
            scheme: self.scheme,
            ..Exchange::default()
        });
    }

    /// A remark of curl: each new connection says its port, and TLS, before or after that, is never silent.
    fn remark(&mut self, text: &[u8]) {
        let text = String::from_utf8_lossy(text);
        let text = text.trim_start();
        let has = |part| text.contains(part);
        if text.starts_with("Trying ") {
            self.scheme = None;
        } else if has("SSL connection using")
            || has("TLS handshake")
            || has("ALPN")
            || has("https: connection")
        {
            self.scheme = Some(Scheme::Https);
        } else if let Some(rest) = ["Connected to ", "Established connection to "]
            .iter()
            .find_map(|start| text.strip_prefix(start))
        {
            let port = rest.split(" port ").nth(1).unwrap_or_default();
            let port = port.split(|c: char| !c.is_ascii_digit()).next();
            self.scheme = match port {
                Some("443") => Some(Scheme::Https),
                Some("80") => Some(Scheme::Http),
                _ => self.scheme.or(Some(Scheme::Http)),
            };
        }
    }

    fn read_verbose(&mut self, input: &[u8]) {
        const SHOW: &str = "give curl --trace-ascii - instead of -v, which shows it";
        let mut part = Part::Nothing;
        for line in Lines::new(input) {
            let text = plain(line.text);
            if let Some(remark) = marked(&text, b'*') {
                self.remark(remark);
            } else if let Some(sent) = marked(&text, b'>') {
                if is_request_line(sent) {
                    self.begin(Some(SHOW));
                    part = Part::RequestHead;
                }
                if part == Part::RequestHead {
                    self.sent(&line, sent, &mut part);
                }
            } else if let Some(received) = marked(&text, b'<')
                .filter(|text| part != Part::ResponseBody || text.starts_with(b"HTTP/"))
            {
                self.received(received, &mut part);
            } else if is_count_of_data(&text) {
                // `{ [5 bytes data]`: how much, not what.
            } else if part == Part::RequestHead && (text.is_empty() || field_name(&text).is_some())
            {
                // libcurl in another program marks the first line alone.
                self.sent(&line, &text, &mut part);
            } else if part == Part::ResponseBody && !is_progress(&text) {
                self.body_line(&text);
            }
        }
        for exchange in &mut self.exchanges {
            if exchange.response_body.ends_with(b"\n") {
                exchange.response_body.pop();
            }
        }
    }

    fn sent(&mut self, line: &Line<'_>, text: &[u8], part: &mut Part) {
        if let Some(exchange) = self.exchanges.last_mut() {
            exchange.request.push(line.start, &[text, b"\r\n"].concat());
        }
        if text.is_empty() {
            *part = Part::Nothing;
        }
    }

    fn received(&mut self, text: &[u8], part: &mut Part) {
        let Some(exchange) = self.exchanges.last_mut() else {
            return;
        };
        if text.starts_with(b"HTTP/") {
            // A response before this one was interim (100 Continue).
            exchange.response_head.clear();
            exchange.response_body.clear();
        }
        exchange.response_head.extend_from_slice(text);
        exchange.response_head.extend_from_slice(b"\r\n");
        *part = if text.is_empty() {
            Part::ResponseBody
        } else {
            Part::ResponseHead
        };
    }

    /// A line of the response's body, which may end in a remark where it has no line end of its own.
    fn body_line(&mut self, text: &[u8]) {
        let Some(exchange) = self.exchanges.last_mut() else {
            return;
        };
        let remark = b"* Connection #";
        let end = crate::detect::find(text, remark);
        let text = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
        exchange.response_body.extend_from_slice(text);
        exchange.response_body.push(b'\n');
    }

    /// The command above the trace says what `-v` does not: the body, and the scheme of the first request.
    fn take_from_command(&mut self, input: &[u8], notes: &mut Vec<String>) {
        let Some(exchange) = self.exchanges.first_mut() else {
            return;
        };
        let Some(command) = command_above(input) else {
            return;
        };
        let body = &command.request.body;
        let length = format!("Content-Length: {}\r\n", body.len()).to_ascii_lowercase();
        let head = exchange.request.text.to_ascii_lowercase();
        if exchange.scheme.is_none() {
            exchange.scheme = Some(command.request.scheme);
        }
        if !body.is_empty() && crate::detect::contains(&head, length.as_bytes()) {
            exchange.request.push(0, body);
            exchange.body_hidden = None;
            notes.push(
                "curl -v does not show the body that was sent; it is taken from the command above the trace."
                    .into(),
            );
        }
    }

    fn read_dump(&mut self, input: &[u8], notes: &mut Vec<String>) {
        let mut dump = Dump::default();
        for line in Lines::new(input) {
            let text = without_time(line.text);
            if let Some(remark) = text.strip_prefix(b"== Info:") {
                self.close(&mut dump);
                self.remark(remark);
            } else if let Some(section) = Section::new(&line, text) {
                self.close(&mut dump);
                dump.section = Some(section);
            } else if let Some(section) = &mut dump.section {
                dump.is_hex = section.row(text, dump.is_hex);
            }
        }
        self.close(&mut dump);
        if dump.has_hole {
            notes.push("Rows of what was sent are missing in the trace: paste all of it.".into());
        }
        let dots = |exchange: &Exchange| {
            let end = exchange
                .request
                .text
                .windows(4)
                .position(|w| w == b"\r\n\r\n");
            let (head, body) = exchange
                .request
                .text
                .split_at(end.unwrap_or(exchange.request.text.len()));
            let line = crate::detect::first_line(head);
            body.contains(&b'.') || line.windows(2).any(|pair| pair == b"..")
        };
        if dump.is_hex == Some(false) && self.exchanges.iter().any(dots) {
            notes.push(
                "--trace-ascii shows a dot for each byte that is not printable ASCII; --trace shows what it was."
                    .into(),
            );
        }
    }

    /// Puts a section where it belongs.
    fn close(&mut self, dump: &mut Dump) {
        let Some(mut section) = dump.section.take() else {
            return;
        };
        section.fill(section.length);
        let was_sent = matches!(section.what, What::SentHeader | What::SentData);
        dump.has_hole |= was_sent && section.has_hole;
        match section.what {
            What::SentHeader => {
                if is_request_line(crate::detect::first_line(&section.bytes)) {
                    self.begin(None);
                }
                if let Some(exchange) = self.exchanges.last_mut() {
                    exchange.request.push(section.start, &section.bytes);
                }
            }
            What::SentData => {
                if let Some(exchange) = self.exchanges.last_mut() {
                    exchange.request.push(section.start, &section.bytes);
                }
            }
            What::ReceivedHeader => {
                for line in Lines::new(&section.bytes) {
                    self.received(line.text, &mut Part::Nothing);
                }
            }
            What::ReceivedData => {
                if let Some(exchange) = self.exchanges.last_mut() {
                    exchange.response_body.extend_from_slice(&section.bytes);
                }
            }
            What::Other => {}
        }
    }

    fn read_wget(&mut self, input: &[u8]) {
        const SHOW: &str =
            "give it to wget with --post-data or --body-data, whose text wget -d prints";
        let mut lines = Lines::new(input);
        while let Some(line) = lines.next() {
            if line.text.starts_with(REQUEST_BEGIN) {
                self.begin(Some(SHOW));
                let ends = |line: &Line<'_>| line.text.starts_with(b"---request end---");
                while let Some(line) = lines.next().filter(|line| !ends(line)) {
                    self.sent(&line, line.text, &mut Part::Nothing);
                }
            } else if line.text.starts_with(b"---response begin---") {
                let ends = |line: &Line<'_>| line.text.starts_with(b"---response end---");
                while let Some(line) = lines.next().filter(|line| !ends(line)) {
                    self.received(line.text, &mut Part::Nothing);
                }
            } else if let Some(data) = [&b"[BODY data: "[..], b"[POST data: "]
                .iter()
                .find_map(|start| line.text.strip_prefix(*start))
            {
                if let Some(exchange) = self.exchanges.last_mut() {
                    let body = data.strip_suffix(b"]").unwrap_or(data);
                    exchange.request.push(line.start, body);
                    exchange.body_hidden = None;
                }
            } else if line.text.starts_with(b"--")
                && let Some(url) = line
                    .text
                    .split(|&b| b == b' ')
                    .rfind(|word| is_http_url(word))
            {
                let is_https = url
                    .get(..5)
                    .is_some_and(|s| s.eq_ignore_ascii_case(b"https"));
                self.scheme = Some(if is_https {
                    Scheme::Https
                } else {
                    Scheme::Http
                });
            }
        }
    }
}

/// A `--trace` or `--trace-ascii` file that is being read.
#[derive(Default)]
struct Dump {
    section: Option<Section>,
    /// Whether its rows are in hex digits: known from the first row of what was sent.
    is_hex: Option<bool>,
    /// Whether rows of what was sent are missing.
    has_hole: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    SentHeader,
    SentData,
    ReceivedHeader,
    ReceivedData,
    /// TLS records: nobody's text.
    Other,
}

/// `=> Send header, 90 bytes (0x5a)` and the rows below it.
struct Section {
    what: What,
    start: usize,
    length: usize,
    bytes: Vec<u8>,
    /// Whether rows are missing.
    has_hole: bool,
}

impl Section {
    fn new(line: &Line<'_>, text: &[u8]) -> Option<Self> {
        let known = [
            (SENT_HEADER, What::SentHeader),
            (b"=> Send data, ", What::SentData),
            (b"<= Recv header, ", What::ReceivedHeader),
            (b"<= Recv data, ", What::ReceivedData),
            (b"=> Send ", What::Other),
            (b"<= Recv ", What::Other),
        ];
        let (what, rest) = known
            .into_iter()
            .find_map(|(start, what)| Some((what, text.strip_prefix(start)?)))?;
        let length = rest.split(|&b| b == b' ').next();
        let length = length.and_then(|digits| core::str::from_utf8(digits).ok()?.parse().ok());
        Some(Self {
            what,
            start: line.start,
            length: length.unwrap_or_default(),
            bytes: Vec::new(),
            has_hole: false,
        })
    }

    /// A row: the offset in hex digits, a colon, a space, and bytes as text or in hex.
    fn row(&mut self, text: &[u8], is_hex: Option<bool>) -> Option<bool> {
        let digits = text.iter().take_while(|b| b.is_ascii_hexdigit()).count();
        let (offset, rest) = text.split_at_checked(digits)?;
        let offset = core::str::from_utf8(offset).ok()?;
        // What stands on a terminal between the rows is no row.
        let Some((offset, row)) = usize::from_str_radix(offset, 16)
            .ok()
            .zip(rest.strip_prefix(b":"))
            .filter(|&(offset, _)| digits >= 4 && offset <= self.length)
        else {
            return is_hex;
        };
        let row = row.strip_prefix(b" ").unwrap_or(row);
        let is_hex = is_hex.or_else(|| (self.what == What::SentHeader).then(|| is_in_hex(row)));
        if self.what == What::Other {
            return is_hex;
        }
        self.fill(offset);
        if is_hex == Some(true) {
            self.bytes
                .extend(row.chunks(3).map_while(hex_pair).take(16));
        } else {
            self.bytes.extend_from_slice(row);
        }
        is_hex
    }

    /// A text row ends where the line did: what is missing up to the next offset is the line end, and blanks before it
    /// if copying lost them. More than a row's width is missing where rows were left out.
    fn fill(&mut self, offset: usize) {
        const WIDTH: usize = 64;
        match offset.saturating_sub(self.bytes.len()) {
            0 => {}
            1 => self.bytes.push(b' '),
            gap @ 2..=WIDTH => {
                self.bytes.resize(self.bytes.len() + gap - 2, b' ');
                self.bytes.extend_from_slice(b"\r\n");
            }
            _ => self.has_hole = true,
        }
    }
}

fn is_in_hex(row: &[u8]) -> bool {
    row.len() > 48 && row.chunks(3).take(16).all(|pair| hex_pair(pair).is_some())
}

/// Two hex digits and a space.
fn hex_pair(text: &[u8]) -> Option<u8> {
    let digit = |at| char::from(*text.get(at)?).to_digit(16);
    let value = digit(0)? * 16 + digit(1)?;
    (text.get(2) == Some(&b' ')).then(|| u8::try_from(value).ok())?
}

/// What follows the mark and a space, or nothing.
fn marked(text: &[u8], mark: u8) -> Option<&[u8]> {
    match text.split_first()? {
        (&first, rest) if first == mark => {
            if rest.is_empty() {
                Some(rest)
            } else {
                rest.strip_prefix(b" ")
            }
        }
        _ => None,
    }
}

/// A line without the colours of a terminal and without its time.
fn plain(line: &[u8]) -> Cow<'_, [u8]> {
    if !line.contains(&0x1b) {
        return Cow::Borrowed(without_time(line));
    }
    let mut kept = Vec::new();
    let mut rest = line;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte == 0x1b
            && let Some(code) = after.strip_prefix(b"[")
        {
            let parameters = code.iter().take_while(|b| !b.is_ascii_alphabetic()).count();
            rest = code.get(parameters + 1..).unwrap_or_default();
        } else {
            kept.push(byte);
        }
    }
    Cow::Owned(without_time(&kept).to_vec())
}

/// A line without what `--trace-time` and `--trace-ids` put before it: `12:34:56.123456 [0-0] `.
fn without_time(line: &[u8]) -> &[u8] {
    let mut rest = line;
    if let Some((time, after)) = line.split_at_checked(16)
        && time.get(2) == Some(&b':')
        && time.get(5) == Some(&b':')
        && time.get(8) == Some(&b'.')
        && time.ends_with(b" ")
    {
        rest = after;
    }
    if let Some(ids) = rest.strip_prefix(b"[")
        && let Some(end) = ids.iter().position(|b| !b.is_ascii_digit() && *b != b'-')
        && let Some(after) = ids.get(end..).and_then(|ids| ids.strip_prefix(b"] "))
    {
        rest = after;
    }
    rest
}

/// `{ [5 bytes data]` or `} [5 bytes data]`.
fn is_count_of_data(text: &[u8]) -> bool {
    (text.starts_with(b"{ [") || text.starts_with(b"} [")) && text.ends_with(b"data]")
}

/// A line of curl's progress meter, whose times are `--:--:--` as long as they are not known.
fn is_progress(text: &[u8]) -> bool {
    crate::detect::contains(text, b":--:--") || text.starts_with(b"  % Total")
}

/// The request of the curl command that stands above the trace, if one does and it can be read.
fn command_above(input: &[u8]) -> Option<CapturedRequest> {
    let begins = Lines::new(input).find(|line| {
        let text = plain(line.text);
        [b'*', b'>', b'<', b'{', b'}']
            .iter()
            .any(|&mark| marked(&text, mark).is_some())
            || text.starts_with(b"  % Total")
    })?;
    let above = input.get(..begins.start)?;
    // `$ `, or a longer prompt.
    let mut words = above.split_inclusive(u8::is_ascii_whitespace);
    let mut at = 0;
    loop {
        let word = words.next()?;
        if curl::is_curl(word.trim_ascii()) {
            let read = curl::read(above.get(at..)?, shell::split).ok()?;
            return read.into_iter().next()?.request;
        }
        at += word.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(input: &[u8]) -> Vec<Captured> {
        read(input, &Hints::default()).unwrap()
    }

    fn read_one(input: &[u8]) -> (CapturedRequest, Vec<String>) {
        let mut all = read_all(input);
        assert_eq!(all.len(), 1);
        let case = all.remove(0);
        (case.request.unwrap(), case.notes)
    }

    #[test]
    fn what_curl_marks_is_the_request_and_the_response() {
        let mut all = read_all(
            b"*   Trying 127.0.0.1:80...\r\n* Connected to h (127.0.0.1) port 80 (#0)\r\n> GET /a?b=c HTTP/1.1\r\n\
              > Host: h\r\n> \r\n{ [5 bytes data]\r\n< HTTP/1.1 100 Continue\r\n<\r\n< HTTP/1.1 401 Unauthorized\r\n\
              < \x1b[1mA\x1b[0m: b\r\n< \r\n  0     0    0     0      0      0 --:--:-- --:--:--\r\n\
              < no\r\nline\r\nmore* Connection #0 to host h left intact\r\n",
        );
        let case = all.remove(0);
        let request = case.request.unwrap();
        assert_eq!(
            (request.request.scheme, request.scheme_known),
            (Scheme::Http, true)
        );
        assert_eq!(request.request.path, b"/a");
        assert_eq!(request.notes, Vec::<String>::new());
        let response = case.response.unwrap();
        assert_eq!(response.status, Some(401));
        assert_eq!(response.headers[0].name, b"A");
        assert_eq!(response.body, b"< no\nline\nmore");
    }

    #[test]
    fn libcurl_marks_the_first_line_alone() {
        let (request, _) = read_one(
            b"* ALPN: server accepted h2\n* Established connection to h (127.0.0.1 port 8443) from x port 1\n\
              > POST /a HTTP/2\nHost: h\nAuthorization: OAuth a=\"b\"\n\nnot a header: of it\n< HTTP/2 200\n<\n",
        );
        assert_eq!(request.request.scheme, Scheme::Https);
        assert_eq!(request.request.headers.len(), 2);
    }

    #[test]
    fn the_scheme_is_what_the_connection_says() {
        for (remarks, scheme) in [
            (
                "* Connected to h (::1) port 443 (#0)\n",
                Some(Scheme::Https),
            ),
            ("* Connected to h (::1) port 443\n", Some(Scheme::Https)),
            (
                "* Connected to h (::1) port 8080 (#0)\n",
                Some(Scheme::Http),
            ),
            (
                "* Connected to h (::1) port 8443 (#0)\n* ALPN: offers h2\n",
                Some(Scheme::Https),
            ),
            (
                "*   Trying 127.0.0.1:8443...\n* SSL connection using TLSv1.3\n* Established connection to h (1 port 8443) from 2 port 3\n",
                Some(Scheme::Https),
            ),
            (
                "* Connected to h (::1) port 443 (#0)\n*   Trying 127.0.0.1:80...\n* Connected to h (::1) port 80 (#0)\n",
                Some(Scheme::Http),
            ),
            (
                "* Reusing existing https: connection with host h\n",
                Some(Scheme::Https),
            ),
            ("* Trying\n", None),
            ("", None),
        ] {
            let input = format!("{remarks}> GET /a HTTP/1.1\n> Host: h\n>\n");
            let (request, _) = read_one(input.as_bytes());
            let expected = (scheme.unwrap_or(Scheme::Https), scheme.is_some());
            assert_eq!(
                (request.request.scheme, request.scheme_known),
                expected,
                "{remarks}"
            );
        }
    }

    #[test]
    fn a_body_that_is_not_shown_is_asked_for() {
        let head = "> POST /a HTTP/1.1\n> Host: h\n> Content-Length: 3\n> Content-Type: ";
        let form = format!("{head}application/x-www-form-urlencoded\n>\n");
        let (request, _) = read_one(form.as_bytes());
        assert_eq!(request.request.body, b"");
        assert!(request.notes[0].contains("parameters are missing"));
        assert!(request.notes[0].contains("--trace-ascii"));
        let (json, _) = read_one(format!("{head}application/json\n>\n").as_bytes());
        assert!(!json.notes[0].contains("parameters"));
        let (none, _) = read_one(b"> POST /a HTTP/1.1\n> Host: h\n> Content-Length: 0\n>\n");
        assert_eq!(none.notes, Vec::<String>::new());
    }

    #[test]
    fn the_command_above_says_body_and_scheme() {
        let trace = "> POST /a HTTP/1.1\n> Host: h\n> Content-Length: 3\n> Content-Type: application/x-www-form-urlencoded\n>\n";
        let with = format!("me@here:~$ curl -v \\\n -d 'b=c' https://h/a\n{trace}");
        let (request, notes) = read_one(with.as_bytes());
        assert_eq!(request.request.body, b"b=c");
        assert_eq!(
            (request.request.scheme, request.scheme_known),
            (Scheme::Https, true)
        );
        assert!(notes[0].contains("command"));
        let other = format!("$ curl -v -d 'b=cd' http://h/a\n{trace}");
        assert_eq!(read_one(other.as_bytes()).0.request.body, b"");
    }

    #[test]
    fn rows_are_joined_by_their_offsets() {
        let (request, notes) = read_one(
            b"12:00:00.000000 == Info: Connected to h (127.0.0.1) port 80 (#0)\n12:00:00.000000 [0-0] => Send header, 58 bytes (0x3a)\n\
              0000: POST /a.. HTTP/1.1\n0014: Host:\n0019:  h.exam\n0020: ple\n0025: Content-Length: 5\n0038: \nnot a row\n\
              => Send data, 5 bytes (0x5)\n0000: a.c=d\n=> Send SSL data, 5 bytes (0x5)\n0000: .....\n",
        );
        let request = request.request;
        assert_eq!(request.path, b"/a..");
        assert_eq!(request.header("Host"), Some(&b"h.example"[..]));
        assert_eq!(request.body, b"a.c=d");
        assert!(notes[0].contains("dot"));
    }

    #[test]
    fn rows_of_hex_digits_are_the_bytes() {
        let bytes = b"POST /\xc3\xa9 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n";
        let rows = |bytes: &[u8]| {
            let mut rows = Vec::new();
            for (index, row) in bytes.chunks(16).enumerate() {
                let hex: Vec<_> = row.iter().map(|b| format!("{b:02x} ")).collect();
                let text: String = row.iter().map(|_| '.').collect();
                rows.push(format!("{:04x}: {:48}{text}\n", index * 16, hex.concat()));
            }
            rows.concat()
        };
        let input = format!(
            "=> Send header, {} bytes (0x0)\n{}=> Send data, 2 bytes (0x2)\n{}",
            bytes.len(),
            rows(bytes),
            rows(b"\x00\n")
        );
        let (request, notes) = read_one(input.as_bytes());
        assert_eq!(request.request.path, "/é".as_bytes());
        assert_eq!(request.request.body, b"\x00\n");
        assert_eq!(notes, Vec::<String>::new());
    }

    #[test]
    fn rows_that_are_missing_are_noted() {
        let (request, notes) = read_one(
            b"=> Send header, 29 bytes (0x1d)\n0000: POST /a HTTP/1.1\n0012: Host: h\n001b: \n\
              => Send data, 99999999999 bytes (0x174876e7ff)\n0000: b=c\n",
        );
        assert_eq!(request.request.body, b"b=c");
        assert!(notes[0].contains("missing"));
    }

    #[test]
    fn wget_shows_request_body_and_response() {
        let mut all = read_all(
            b"--2026-01-01 00:00:00--  https://h/a\n---request begin---\nPOST /a HTTP/1.1\nHost: h\nContent-Length: 3\n\n\
              ---request end---\n[POST data: b=c]\n---response begin---\nHTTP/1.1 200 OK\n\n---response end---\n",
        );
        let case = all.remove(0);
        let request = case.request.unwrap();
        assert_eq!(request.request.body, b"b=c");
        assert_eq!(
            (request.request.scheme, request.scheme_known),
            (Scheme::Https, true)
        );
        assert_eq!(case.response.unwrap().status, Some(200));
    }

    #[test]
    fn errors_say_where_and_show_nothing() {
        let error = read(
            b"* x\n> GET / HTTP/1.1\n> Host: h\n> s3cret\n>\n",
            &Hints::default(),
        )
        .unwrap_err();
        assert_eq!((error.line, error.column), (4, 1));
        assert!(!error.to_string().contains("s3cret"));
        let none = read(b"* Connected to h\n", &Hints::default()).unwrap_err();
        assert!(none.message.contains("found none") && none.help.contains("---request begin---"));
    }
}
