//! A `curl` command: the request that curl sends for it. The command is read, never run, and no file it names is opened.
//!
//! What curl changes on the way from the URL to the wire (dot segments, the default port, userinfo, a fragment, raw
//! non-ASCII bytes of the path) is changed here in the same way, as curl 7.88 does it.

use crate::{
    Captured, CapturedRequest, Format, call,
    curl_options::{self, Meaning},
    error::{CaptureError, excerpt},
    format::Spec,
    hints::apply_host_header,
    shell::{self, Command, Word},
    url,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use oauth1_core::{
    base_string_uri::split_authority,
    encode::{percent_decode, percent_encode},
    request::{BodyKind, Header, Request},
};

pub(crate) const SPEC: Spec = Spec {
    name: "curl",
    description: "a curl command, quoted for a POSIX shell; it is read, never run",
    noun: "a curl command",
    looks_like,
    // A command may be quoted in a way that both shells take.
    may_look_like: &[Format::Windows],
    keeps_byte_order_mark: false,
    read: |input, _| read(input, shell::split),
};

/// A longer command is nobody's request.
const MOST_BYTES: usize = 1 << 20;
const MOST_WORDS: usize = 4096;
/// Each URL gets a copy of the data and headers; so many bytes may come of it.
const MOST_COPIED: usize = 8 << 20;

/// Whether a text begins with the word `curl`.
pub(crate) fn looks_like(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"$ ").unwrap_or(text);
    let word = text.split(u8::is_ascii_whitespace).next();
    word.is_some_and(is_curl)
}

/// Reads the command and those that follow it, as browsers copy several requests at once. `split` takes the command that
/// begins at an offset into words.
pub(crate) fn read(
    input: &[u8],
    split: fn(&[u8], usize) -> Result<Command, CaptureError>,
) -> Result<Vec<Captured>, CaptureError> {
    if input.len() > MOST_BYTES {
        return Err(CaptureError::at(
            input,
            MOST_BYTES,
            "expected a command of at most 1 MiB, found a longer one",
            "give a request with a body of that size as raw HTTP",
        ));
    }
    let mut requests = Vec::new();
    let mut next = Some(0);
    while let Some(start) = next {
        let command = split(input, start)?;
        next = command
            .rest
            .and_then(|rest| next_command(input, rest))
            .filter(|_| requests.len() < MOST_WORDS);
        let rest = command.rest.filter(|_| next.is_none());
        let notes: Vec<String> = command
            .notes
            .into_iter()
            .map(str::to_owned)
            .chain(rest.map(|rest| note_on_rest(input, rest)))
            .collect();
        requests.extend(read_command(input, start, command.words, &notes)?);
    }
    Ok(call::numbered(requests))
}

/// Where another curl command begins behind the end of one.
fn next_command(input: &[u8], rest: usize) -> Option<usize> {
    let behind = input.get(rest..)?;
    let operators = behind
        .iter()
        .take_while(|b| b.is_ascii_whitespace() || matches!(b, b';' | b'&'))
        .count();
    looks_like(behind.get(operators..)?).then_some(rest + operators)
}

/// The requests of one command: one for each URL.
fn read_command(
    input: &[u8],
    start: usize,
    words: Vec<Word>,
    notes: &[String],
) -> Result<Vec<CapturedRequest>, CaptureError> {
    if let Some(word) = words.get(MOST_WORDS) {
        return Err(CaptureError::at(
            input,
            word.start,
            format!("expected a command of at most {MOST_WORDS} words, found a longer one"),
            "check that its quotes are closed where they should be",
        ));
    }
    let mut words = words.into_iter().peekable();
    if words.peek().is_some_and(|word| word.bytes == b"$") {
        words.next();
    }
    let Some(name) = words.next().filter(|word| is_curl(&word.bytes)) else {
        return Err(CaptureError::at(
            input,
            start,
            "expected a command that begins with curl",
            "paste the whole command, from the word curl on",
        ));
    };
    let mut requests = Vec::new();
    for mut options in Options::collect(input, words.collect())? {
        options.notes.extend_from_slice(notes);
        let urls = core::mem::take(&mut options.urls);
        let copies = urls.len().saturating_sub(1);
        if let Some(url) = urls.get(1).filter(|_| copies * input.len() > MOST_COPIED) {
            return Err(CaptureError::at(
                input,
                url.start,
                format!(
                    "expected a few URLs with so much data, found {}",
                    urls.len()
                ),
                "paste the command with the URL of the request that is refused",
            ));
        }
        let mut uploads = core::mem::take(&mut options.uploads).into_iter();
        for url in urls {
            let mut options = options.clone();
            options.upload = uploads.next();
            requests.push(options.into_request(input, &url)?);
        }
    }
    if requests.is_empty() {
        return Err(CaptureError::at(
            input,
            name.start,
            "expected a URL among the arguments of curl, found none",
            "paste the whole command; a command over several lines needs a \\ (on Windows a ^) at the end of each but the last",
        ));
    }
    Ok(requests)
}

/// Whether a word is the program's name, with or without a path.
pub(crate) fn is_curl(word: &[u8]) -> bool {
    let name = word
        .rsplit(|&b| b == b'/' || b == b'\\')
        .next()
        .unwrap_or_default();
    name == b"curl" || name == b"curl.exe"
}

fn note_on_rest(input: &[u8], at: usize) -> String {
    let next = input.get(at).copied().unwrap_or_default();
    if next == b'&'
        && input
            .get(at + 1)
            .is_none_or(|b| !matches!(b, b'&' | b' ' | b'>'))
    {
        format!(
            "The shell ends the command at the & without quotes (byte {at}), so what follows it was not sent: put the URL in quotes."
        )
    } else {
        format!("The command ends at byte {at}; what follows is not read.")
    }
}

/// What the options say, before it is put together.
#[derive(Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "one for each switch of curl")]
struct Options {
    method: Option<Vec<u8>>,
    urls: Vec<Word>,
    headers: Vec<Header>,
    /// Names of headers that `-H 'Name:'` takes out.
    removed: Vec<Vec<u8>>,
    /// All `-d` and `--json` pieces, joined.
    data: Option<Vec<u8>>,
    /// Where the first piece of data stands that is a file's.
    data_from_file: Option<usize>,
    /// The same for `--url-query`.
    query_from_file: Option<usize>,
    json: bool,
    form: bool,
    /// The files of `-T`: the first goes to the first URL, and so on.
    uploads: Vec<Vec<u8>>,
    upload: Option<Vec<u8>>,
    get: bool,
    head: bool,
    url_query: Option<Vec<u8>>,
    user: Option<Vec<u8>>,
    bearer: Option<Vec<u8>>,
    user_agent: Option<Vec<u8>>,
    referer: Option<Vec<u8>>,
    cookies: Option<Vec<u8>>,
    request_target: Option<Vec<u8>>,
    path_as_is: bool,
    no_glob: bool,
    default_scheme: Option<Vec<u8>>,
    notes: Vec<String>,
}

impl Options {
    /// The options of the command, or of each of its parts between `--next`.
    fn collect(input: &[u8], words: Vec<Word>) -> Result<Vec<Self>, CaptureError> {
        let mut parts = Vec::new();
        let mut options = Self::default();
        let mut words = words.into_iter();
        let mut only_urls = false;
        while let Some(word) = words.next() {
            if only_urls || !word.bytes.starts_with(b"-") {
                options.urls.push(word);
                continue;
            }
            if word.bytes == b"--" {
                only_urls = true;
                continue;
            }
            for (meaning, attached) in Self::meanings(input, &word)? {
                let argument = match attached {
                    _ if !meaning.takes_argument() => None,
                    Some(attached) => Some(attached),
                    None => Some(words.next().ok_or_else(|| missing_argument(input, &word))?),
                };
                match (meaning, argument) {
                    // Without a URL before it, curl passes over it.
                    (Meaning::Next, _) if options.urls.is_empty() => {}
                    (Meaning::Next, _) => parts.push(core::mem::take(&mut options)),
                    (meaning, Some(argument)) => options.set(meaning, argument),
                    (meaning, None) => options.switch_on(meaning),
                }
            }
        }
        parts.push(options);
        Ok(parts)
    }

    /// The options in one word: one long one, or short ones in a row of which the last may carry its argument.
    fn meanings(input: &[u8], word: &Word) -> Result<Vec<(Meaning, Option<Word>)>, CaptureError> {
        let unknown = |name: &[u8]| {
            let message = format!("expected an option of curl, found {}", excerpt(name));
            let help = "if curl knows it, remove it with its argument; a value follows its option as a word of its own, without =";
            CaptureError::at(input, word.start, message, help)
        };
        if let Some(name) = word.bytes.strip_prefix(b"--") {
            let shown = word.bytes.split(|&b| b == b'=').next().unwrap_or_default();
            let meaning = curl_options::long(name).ok_or_else(|| unknown(shown))?;
            return Ok(vec![(meaning, None)]);
        }
        let mut meanings = Vec::new();
        let mut letters = word.bytes.get(1..).unwrap_or_default();
        if letters.is_empty() {
            return Err(unknown(b"-"));
        }
        while let Some((&letter, rest)) = letters.split_first() {
            let meaning = curl_options::short(letter).ok_or_else(|| unknown(&[b'-', letter]))?;
            let takes_rest = meaning.takes_argument() && !rest.is_empty();
            let attached = takes_rest.then(|| Word {
                start: word.start,
                bytes: rest.to_vec(),
            });
            meanings.push((meaning, attached));
            letters = if takes_rest { &[] } else { rest };
        }
        Ok(meanings)
    }

    fn switch_on(&mut self, meaning: Meaning) {
        match meaning {
            Meaning::Get => self.get = true,
            Meaning::Head => self.head = true,
            Meaning::PathAsIs => self.path_as_is = true,
            Meaning::NoGlob => self.no_glob = true,
            _ => {}
        }
    }

    fn set(&mut self, meaning: Meaning, argument: Word) {
        match meaning {
            Meaning::Url => self.urls.push(argument),
            Meaning::Method => self.method = Some(argument.bytes),
            Meaning::Header => self.header(&argument.bytes),
            Meaning::Data | Meaning::Json => {
                self.json |= meaning == Meaning::Json;
                let content = Content::plain(&argument.bytes);
                self.add_data(&content, argument.start, meaning != Meaning::Json);
            }
            Meaning::DataRaw => {
                self.add_data(&Content::Text(argument.bytes), argument.start, true);
            }
            Meaning::DataEncoded => {
                self.add_data(&Content::urlencoded(&argument.bytes), argument.start, true);
            }
            Meaning::UrlQuery => {
                let content = match argument.bytes.strip_prefix(b"+") {
                    Some(raw) => Content::Text(raw.to_vec()),
                    None => Content::urlencoded(&argument.bytes),
                };
                match content {
                    Content::Text(text) => join(&mut self.url_query, &text, b"&"),
                    Content::File => {
                        self.query_from_file.get_or_insert(argument.start);
                    }
                }
            }
            Meaning::Form => self.form = true,
            Meaning::Upload => self.uploads.push(argument.bytes),
            Meaning::User => self.user = Some(argument.bytes),
            Meaning::Bearer => self.bearer = Some(argument.bytes),
            Meaning::UserAgent => self.user_agent = Some(argument.bytes),
            Meaning::Referer => self.referer = Some(argument.bytes),
            Meaning::Cookie if argument.bytes.contains(&b'=') => {
                join(&mut self.cookies, &argument.bytes, b";");
            }
            Meaning::RequestTarget => self.request_target = Some(argument.bytes),
            Meaning::DefaultScheme => self.default_scheme = Some(argument.bytes),
            Meaning::AwsSignature => self.notes.push(
                "--aws-sigv4 makes an Authorization header of another kind, unless there is one; it is left out here.".into(),
            ),
            Meaning::Config => self
                .notes
                .push("-K reads options from a file; they are not read here.".into()),
            _ => {}
        }
    }

    /// `Name: value`; `Name:` takes curl's own header out; `Name;` is a header with an empty value.
    fn header(&mut self, text: &[u8]) {
        if text.starts_with(b"@") {
            self.notes
                .push("-H reads headers from a file; they are not read here.".into());
            return;
        }
        let colon = text.iter().position(|&b| b == b':');
        let semicolon = text.trim_ascii_end().strip_suffix(b";");
        match (colon, semicolon) {
            (Some(colon), _) => {
                let (name, value) = text.split_at(colon);
                let value = value.get(1..).unwrap_or_default().trim_ascii();
                if value.is_empty() {
                    self.removed.push(name.to_vec());
                } else {
                    self.push_header(name, value);
                }
            }
            (None, Some(name)) => self.push_header(name, b""),
            (None, None) => self.notes.push("A -H without a colon is not sent.".into()),
        }
    }

    fn push_header(&mut self, name: &[u8], value: &[u8]) {
        self.headers.push(Header {
            name: name.trim_ascii_end().to_vec(),
            value: value.to_vec(),
        });
    }

    /// A header of curl's own, unless the user wrote one of that name or took it out.
    fn push_default_header(&mut self, name: &str, value: &[u8]) {
        let same = |other: &[u8]| other.eq_ignore_ascii_case(name.as_bytes());
        let written = self.headers.iter().any(|header| same(&header.name));
        if !written && !self.removed.iter().any(|name| same(name)) {
            self.push_header(name.as_bytes(), value);
        }
    }

    /// Joins a piece of data to the others, `--json` without a separator.
    fn add_data(&mut self, content: &Content, start: usize, separate: bool) {
        let piece = match content {
            Content::Text(text) => text.as_slice(),
            Content::File => {
                self.data_from_file.get_or_insert(start);
                b""
            }
        };
        join(&mut self.data, piece, if separate { b"&" } else { b"" });
    }

    /// The request for a URL, in the order in which curl makes it.
    fn into_request(mut self, input: &[u8], url: &Word) -> Result<CapturedRequest, CaptureError> {
        let typed = self.with_scheme(&url.bytes);
        let mut request = url::request(self.method_sent(), &typed)
            .map_err(|problem| CaptureError::at(input, url.start, problem.message, problem.help))?;
        self.note_what_curl_does_to(&typed, &request.authority);
        request.authority = without_default_port(&request);
        request.path = self.path_sent(&request.path);
        if let Some(target) = self.request_target.take() {
            request = Request::new(&request.method, request.scheme, &request.authority, &target);
        }
        let typed_url = url::typed_if_other(&typed, &request);
        let in_query = if self.get {
            self.data.take()
        } else {
            self.url_query.take()
        };
        if in_query.iter().flatten().any(|&b| b == b' ') && !url.bytes.contains(&b' ') {
            self.notes
                .push("The data that goes into the URL holds a space; curl refuses it.".into());
        }
        url::append_query(&mut request, in_query);

        self.add_own_headers(url::userinfo(&typed));
        request.headers = core::mem::take(&mut self.headers);
        request.body = self.data.take().unwrap_or_default();
        self.check_files(input, request.body_kind())?;
        apply_host_header(&mut request, &mut self.notes);
        Ok(CapturedRequest {
            request,
            scheme_known: true,
            typed_url,
            notes: self.notes,
        })
    }

    fn method_sent(&self) -> &[u8] {
        match &self.method {
            Some(method) => method,
            None if self.head => b"HEAD",
            None if self.upload.is_some() => b"PUT",
            None if self.form || self.data.is_some() && !self.get => b"POST",
            None => b"GET",
        }
    }

    /// curl takes a URL without a scheme for http, unless `--proto-default` names another.
    fn with_scheme(&self, url: &[u8]) -> Vec<u8> {
        let letters = url.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
        if letters > 0
            && url
                .get(letters..)
                .is_some_and(|rest| rest.starts_with(b"://"))
        {
            return url.to_vec();
        }
        let scheme = self.default_scheme.as_deref().unwrap_or(b"http");
        [scheme, b"://", url].concat()
    }

    fn note_what_curl_does_to(&mut self, url: &[u8], authority: &[u8]) {
        if url.contains(&b' ') {
            self.notes
                .push("The URL holds a space; curl refuses it.".into());
        }
        if !self.no_glob
            && (url.contains(&b'{')
                || url
                    .windows(2)
                    .any(|w| matches!(w, [b'[', next] if next.is_ascii_alphanumeric())))
        {
            self.notes.push("curl expands {…} and […] in a URL unless -g is given; here the URL is taken as it stands.".into());
        }
        if authority.iter().any(|&b| b == b'%' || !b.is_ascii()) {
            self.notes.push("curl sends another form of this host (punycode, or with its escapes decoded); here it is taken as it stands.".into());
        }
    }

    /// Dot segments are resolved, bytes beyond ASCII encoded, and a file's name added where the path ends in a slash.
    fn path_sent(&mut self, path: &[u8]) -> Vec<u8> {
        let mut path = if self.path_as_is {
            path.to_vec()
        } else {
            without_dot_segments(path)
        };
        if path.is_empty() {
            path.push(b'/');
        }
        if path.ends_with(b"/")
            && let Some(file) = self
                .upload
                .as_deref()
                .filter(|file| *file != b"-" && *file != b".")
        {
            let name = file.rsplit(|&b| b == b'/').next().unwrap_or_default();
            path.extend_from_slice(percent_encode(name).as_bytes());
        }
        if path.is_ascii() {
            return path;
        }
        self.notes.push("The path holds bytes beyond ASCII; curl sends them percent-encoded, with lower-case hex digits.".into());
        let mut sent = Vec::with_capacity(path.len());
        for byte in path {
            if byte.is_ascii() {
                sent.push(byte);
            } else {
                sent.extend_from_slice(format!("%{byte:02x}").as_bytes());
            }
        }
        sent
    }

    /// The headers that curl adds and that matter to a reader of the request.
    fn add_own_headers(&mut self, userinfo: Option<&[u8]>) {
        if let Some(token) = self.bearer.take() {
            self.push_default_header("Authorization", &[b"Bearer ", token.as_slice()].concat());
        } else if let Some(credentials) = self
            .user
            .take()
            .or_else(|| userinfo.map(|text| percent_decode(text).into_owned()))
        {
            self.notes.push("The user name and password (-u, or before the @ of the URL) make an Authorization: Basic header, unless there is another.".into());
            let mut credentials = credentials;
            if !credentials.contains(&b':') {
                credentials.push(b':');
            }
            let value = format!("Basic {}", STANDARD.encode(credentials));
            self.push_default_header("Authorization", value.as_bytes());
        }
        for (name, value) in [
            ("User-Agent", self.user_agent.take()),
            (
                "Referer",
                self.referer
                    .take()
                    .map(|text| text.strip_suffix(b";auto").unwrap_or(&text).to_vec()),
            ),
            ("Cookie", self.cookies.take()),
        ] {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                self.push_default_header(name, &value);
            }
        }
        if self.form {
            self.notes.push("-F makes a multipart body, whose boundary is not known; the body is left out, and it is not signed.".into());
            self.push_default_header("Content-Type", b"multipart/form-data");
        } else if self.json {
            self.push_default_header("Content-Type", b"application/json");
            self.push_default_header("Accept", b"application/json");
        } else if self.data.is_some() {
            self.push_default_header("Content-Type", b"application/x-www-form-urlencoded");
        }
    }

    /// A file's content is not known here. Where it would be signed, nothing can be said without it.
    fn check_files(&mut self, input: &[u8], kind: BodyKind) -> Result<(), CaptureError> {
        let data_is_signed = self.get || kind == BodyKind::Form;
        let signed = self
            .data_from_file
            .filter(|_| data_is_signed)
            .or(self.query_from_file);
        if let Some(at) = signed {
            return Err(CaptureError::at(
                input,
                at,
                "expected the data that is signed, found the name of a file (@…), which is not read",
                "write the file's content in its place (for a body with --data-raw '…')",
            ));
        }
        if self.data_from_file.is_some() {
            self.notes.push(
                "The body comes from a file, which is not read; a body of this type is not signed."
                    .into(),
            );
        }
        if self.upload.is_some() {
            self.notes
                .push("-T sends a file as the body; it is not read, and it is not signed.".into());
        }
        Ok(())
    }
}

/// One argument of an option for data.
enum Content {
    /// What is sent.
    Text(Vec<u8>),
    /// The argument names a file.
    File,
}

impl Content {
    /// As `-d` takes it: `@file` or the text itself.
    fn plain(argument: &[u8]) -> Self {
        if argument.starts_with(b"@") {
            Self::File
        } else {
            Self::Text(argument.to_vec())
        }
    }

    /// As `--data-urlencode` takes it: `content`, `=content` and `name=content`, of which the content is encoded, or
    /// `@file` and `name@file`.
    fn urlencoded(argument: &[u8]) -> Self {
        let find = |mark: u8| argument.iter().position(|&b| b == mark);
        let (name, content) = match (find(b'='), find(b'@')) {
            (Some(equals), _) => argument.split_at(equals),
            (None, Some(_)) => return Self::File,
            (None, None) => (&b""[..], argument),
        };
        let content = content.strip_prefix(b"=").unwrap_or(content);
        let encoded = percent_encode(content).replace("%20", "+").into_bytes();
        Self::Text(if name.is_empty() {
            encoded
        } else {
            [name, b"=", &encoded].concat()
        })
    }
}

fn missing_argument(input: &[u8], word: &Word) -> CaptureError {
    let shown = if word.bytes.starts_with(b"--") {
        word.bytes.as_slice()
    } else {
        word.bytes.get(..2).unwrap_or_default()
    };
    CaptureError::at(
        input,
        word.start,
        format!(
            "expected an argument after {}, found the end of the command",
            excerpt(shown)
        ),
        "paste the whole command; a command over several lines needs a \\ at the end of each but the last",
    )
}

/// Appends a piece, with a separator when there is something before it.
fn join(joined: &mut Option<Vec<u8>>, piece: &[u8], separator: &[u8]) {
    match joined {
        None => *joined = Some(piece.to_vec()),
        Some(before) => {
            before.extend_from_slice(separator);
            before.extend_from_slice(piece);
        }
    }
}

/// curl leaves the default port out of its Host header, and writes any other as a plain number.
pub(crate) fn without_default_port(request: &Request) -> Vec<u8> {
    let (host, port) = split_authority(&request.authority);
    let Some(port) = port else {
        return request.authority.clone();
    };
    let number = core::str::from_utf8(port)
        .ok()
        .and_then(|port| port.parse::<u16>().ok());
    match number {
        _ if port.is_empty() => host.to_vec(),
        Some(number) if number == request.scheme.default_port() => host.to_vec(),
        Some(number) => [host, b":", number.to_string().as_bytes()].concat(),
        None => request.authority.clone(),
    }
}

/// RFC 3986 §5.2.4.
pub(crate) fn without_dot_segments(path: &[u8]) -> Vec<u8> {
    let Some(path) = path.strip_prefix(b"/") else {
        return path.to_vec();
    };
    let mut kept: Vec<&[u8]> = Vec::new();
    let mut segments = path.split(|&b| b == b'/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            b"." | b".." => {
                if segment == b".." {
                    kept.pop();
                }
                if is_last {
                    kept.push(b"");
                }
            }
            _ => kept.push(segment),
        }
    }
    let mut resolved = Vec::with_capacity(path.len() + 1);
    for segment in kept {
        resolved.push(b'/');
        resolved.extend_from_slice(segment);
    }
    resolved
}

#[cfg(test)]
mod tests {
    //! What curl sends was read off the wire from curl 7.88.1.

    use super::*;
    use oauth1_core::request::Scheme;

    fn read_all(command: &str) -> Vec<CapturedRequest> {
        read(command.as_bytes(), shell::split)
            .unwrap_or_else(|error| panic!("{command}: {error}"))
            .into_iter()
            .filter_map(|captured| captured.request)
            .collect()
    }

    fn read_plain(command: &str) -> CapturedRequest {
        let mut all = read_all(command);
        assert_eq!(all.len(), 1, "{command}");
        all.remove(0)
    }

    fn fail(command: &str) -> CaptureError {
        read(command.as_bytes(), shell::split).unwrap_err()
    }

    /// Method, target, body.
    fn sent(command: &str) -> (String, String, String) {
        let request = read_plain(command).request;
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let query = request
            .query
            .map_or(String::new(), |query| format!("?{}", text(query)));
        (
            text(request.method),
            text(request.path) + &query,
            text(request.body),
        )
    }

    fn header(command: &str, name: &str) -> Option<String> {
        read_plain(command)
            .request
            .header(name)
            .map(|value| String::from_utf8(value.to_vec()).unwrap())
    }

    #[test]
    fn the_method_is_the_one_that_the_data_asks_for() {
        for (command, method) in [
            ("curl http://h/", "GET"),
            ("curl -d a=1 http://h/", "POST"),
            ("curl -F a=1 http://h/", "POST"),
            ("curl --json {} http://h/", "POST"),
            ("curl -G -d a=1 http://h/", "GET"),
            ("curl -I http://h/", "HEAD"),
            ("curl -T f http://h/", "PUT"),
            ("curl -X get -d a=1 http://h/", "get"),
            ("curl --request DELETE http://h/", "DELETE"),
            ("curl -sSLkXPATCH http://h/", "PATCH"),
        ] {
            assert_eq!(sent(command).0, method, "{command}");
        }
    }

    #[test]
    fn data_is_joined_and_has_a_content_type() {
        let form = Some("application/x-www-form-urlencoded".to_owned());
        for (command, body, content_type) in [
            (
                "curl -d a=1 --data b=2 --data-raw @c --data-binary 'd\n' --data-ascii e h",
                "a=1&b=2&@c&d\n&e",
                form.clone(),
            ),
            ("curl -d '' -d b=1 h", "&b=1", form.clone()),
            ("curl -d=1 h", "=1", form.clone()),
            (
                "curl -d x=1 --json '{\"a\":1}' --json '{}' h",
                "x=1{\"a\":1}{}",
                Some("application/json".to_owned()),
            ),
            (
                "curl --json '{}' -d x=1 h",
                "{}&x=1",
                Some("application/json".to_owned()),
            ),
            (
                "curl -d a=1 -H 'content-type: text/plain' h",
                "a=1",
                Some("text/plain".to_owned()),
            ),
            ("curl -d a=1 -H 'Content-Type:' h", "a=1", None),
            (
                "curl -d a=1 -H 'Content-Type;' h",
                "a=1",
                Some(String::new()),
            ),
        ] {
            assert_eq!(sent(command).2, body, "{command}");
            assert_eq!(header(command, "Content-Type"), content_type, "{command}");
        }
    }

    #[test]
    fn urlencoded_data_leaves_the_name_and_writes_spaces_as_plus() {
        let command = "curl --data-urlencode 'a b=c d~*!/é+' --data-urlencode '=x y' --data-urlencode 'just text' \
                       --data-urlencode 'a@b=c@d' --data-urlencode '' --data-urlencode a= h";
        assert_eq!(
            sent(command).2,
            "a b=c+d~%2A%21%2F%C3%A9%2B&x+y&just+text&a@b=c%40d&&a="
        );
    }

    #[test]
    fn get_moves_the_data_into_the_query() {
        for (url, target) in [
            ("http://h", "/?a=1&b=2"),
            ("http://h/p?", "/p?a=1&b=2"),
            ("http://h/p?z=1", "/p?z=1&a=1&b=2"),
            ("'http://h/p?z=1&'", "/p?z=1&a=1&b=2"),
            ("'http://h/p?z=1#f'", "/p?z=1&a=1&b=2"),
        ] {
            let command = format!("curl --get -d a=1 -d b=2 {url}");
            assert_eq!(sent(&command), ("GET".into(), target.into(), String::new()));
            assert_eq!(header(&command, "Content-Type"), None);
        }
        assert_eq!(sent("curl -X POST -G -d a=1 h").0, "POST");
        let both = sent("curl --url-query 'b=2 c' --url-query '+raw=%3a' -d z=1 'http://h/a?q=1'");
        assert_eq!(
            both,
            ("POST".into(), "/a?q=1&b=2+c&raw=%3a".into(), "z=1".into())
        );
    }

    #[test]
    fn dot_segments_are_resolved_unless_forbidden() {
        for (path, resolved) in [
            ("/a/../b/./c?", "/b/c?"),
            ("/..", "/"),
            ("/a/..", "/"),
            ("/a/.", "/a/"),
            ("/a//../b/../../../c", "/c"),
            ("/a/...;x/..b/c..", "/a/...;x/..b/c.."),
            ("/a/%2e%2e/b", "/a/%2e%2e/b"),
            ("?x=1", "/?x=1"),
            ("/a?x=/../y", "/a?x=/../y"),
            ("/%7ea?%7e", "/%7ea?%7e"),
        ] {
            assert_eq!(
                sent(&format!("curl 'http://h{path}'")).1,
                resolved,
                "{path}"
            );
        }
        assert_eq!(sent("curl --path-as-is http://h/a/../b").1, "/a/../b");
        let typed = read_plain("curl http://h/a/../b").typed_url;
        assert_eq!(typed.as_deref(), Some(&b"http://h/a/../b"[..]));
        assert_eq!(read_plain("curl http://h/a/b").typed_url, None);
    }

    #[test]
    fn other_changes_that_curl_makes() {
        assert_eq!(sent("curl 'http://h/é?é'").1, "/%c3%a9?é");
        assert_eq!(
            sent("curl --request-target '/o?y=1' 'http://h/a?z=1'").1,
            "/o?y=1"
        );
        assert_eq!(sent("curl -T 'dir/a file' http://h/up/").1, "/up/a%20file");
        assert_eq!(sent("curl -T - http://h/up/").1, "/up/");
        assert_eq!(sent("curl -T f 'http://h/up?x=1'").1, "/up?x=1");
    }

    #[test]
    fn the_authority_is_the_host_header_that_curl_writes() {
        for (url, authority) in [
            ("http://Example.COM:80", "Example.COM"),
            ("http://example.com:0080/", "example.com"),
            ("https://example.com:443/", "example.com"),
            ("http://example.com:443/", "example.com:443"),
            ("http://example.com:08080/", "example.com:8080"),
            ("http://example.com:/", "example.com"),
            ("http://[::1]:80/", "[::1]"),
            ("http://u:p@example.com/", "example.com"),
        ] {
            let request = read_plain(&format!("curl -g '{url}'")).request;
            assert_eq!(request.authority, authority.as_bytes(), "{url}");
        }
        let other = read_plain("curl -H 'Host: other:99' http://h/");
        assert_eq!(other.request.authority, b"other:99");
        assert!(other.notes[0].contains("other:99"));
    }

    #[test]
    fn a_url_without_scheme_is_http() {
        let bare = read_plain("curl example.com/a");
        assert_eq!(bare.request.scheme, Scheme::Http);
        assert!(bare.scheme_known);
        assert_eq!(
            (bare.request.authority.as_slice(), bare.typed_url),
            (&b"example.com"[..], None)
        );
        assert_eq!(
            read_plain("curl --proto-default https h").request.scheme,
            Scheme::Https
        );
        let query = read_plain("curl 'example.com/a?next=http://other/'").request;
        assert_eq!(
            (query.authority.as_slice(), query.path.as_slice()),
            (&b"example.com"[..], &b"/a"[..])
        );
        assert!(fail("curl ftp://h/").message.contains("http"));
    }

    #[test]
    fn credentials_become_basic_unless_a_header_is_there() {
        for (command, value) in [
            ("curl http://u%40x:p@h/", Some("Basic dUB4OnA=")),
            ("curl http://user@h/", Some("Basic dXNlcjo=")),
            ("curl -u user http://h/", Some("Basic dXNlcjo=")),
            ("curl -u a:b http://u:p@h/", Some("Basic YTpi")),
            (
                "curl -u a:b -H 'authorization: OAuth x=\"y\"' http://h/",
                Some("OAuth x=\"y\""),
            ),
            ("curl -u a:b -H 'Authorization:' http://h/", None),
            (
                "curl -u a:b --oauth2-bearer tok http://h/",
                Some("Bearer tok"),
            ),
        ] {
            assert_eq!(
                header(command, "Authorization").as_deref(),
                value,
                "{command}"
            );
        }
        let notes = read_plain("curl http://u:s3cret@h/").notes.concat();
        assert!(notes.contains("Basic") && !notes.contains("s3cret"));
    }

    #[test]
    fn headers_as_curl_sends_them() {
        let command = "curl -H 'X-A: 1;' -H 'X-B;' -H 'X-C:' -H 'X-D;x' -H 'nocolon' -A ua -e 'ref;auto' -b a=b -b c=d h";
        let captured = read_plain(command);
        let names: Vec<_> = captured
            .request
            .headers
            .iter()
            .map(|h| String::from_utf8_lossy(&h.name))
            .collect();
        assert_eq!(names, ["X-A", "X-B", "User-Agent", "Referer", "Cookie"]);
        assert_eq!(header(command, "x-a").as_deref(), Some("1;"));
        assert_eq!(header(command, "Referer").as_deref(), Some("ref"));
        assert_eq!(header(command, "Cookie").as_deref(), Some("a=b;c=d"));
        assert_eq!(
            header("curl -H 'Cookie: x=1' -b y=2 h", "Cookie").as_deref(),
            Some("x=1")
        );
    }

    #[test]
    fn arguments_of_other_options_are_not_the_url() {
        let command = "/usr/bin/curl -so /dev/null -w '%{http_code}' --max-time 5 -x proxy:1 -c jar --no-progress-meter \
                       --cacert ca --compressed -i -v --retry 3 http://h/p -- ";
        assert_eq!(read_plain(command).request.path, b"/p");
        assert_eq!(sent("$ curl -f -- http://h/p").1, "/p");
    }

    #[test]
    fn each_url_is_a_request_with_all_options_of_its_part() {
        let several = read_all(
            "curl -G -d x=1 http://a/ --url http://b/ http://c/?y --next -d z=2 http://d/ --next",
        );
        let sent: Vec<_> = several
            .iter()
            .map(|captured| {
                let request = &captured.request;
                let query = request.query.as_deref().map(String::from_utf8_lossy);
                (request.authority.as_slice(), query, request.body.as_slice())
            })
            .collect();
        assert_eq!(
            sent,
            [
                (&b"a"[..], Some("x=1".into()), &b""[..]),
                (b"b", Some("x=1".into()), b""),
                (b"c", Some("y&x=1".into()), b""),
                (b"d", None, b"z=2"),
            ]
        );
        assert_eq!(sent_with("curl -d x=1 --next http://a/"), ["POST x=1"]);
        assert_eq!(
            sent_with("curl -T f http://a/ http://b/"),
            ["PUT ", "GET "],
            "a file for the first URL alone"
        );
    }

    /// Method and body of each request.
    fn sent_with(command: &str) -> Vec<String> {
        read_all(command)
            .into_iter()
            .map(|CapturedRequest { request, .. }| {
                String::from_utf8([request.method, b" ".to_vec(), request.body].concat()).unwrap()
            })
            .collect()
    }

    #[test]
    fn commands_that_follow_are_read_as_well() {
        let all =
            "curl http://a/ ;\ncurl -d b=1 \\\n http://b/\ncurl http://c/ && curl -I http://d/";
        assert_eq!(sent_with(all), ["GET ", "POST b=1", "GET ", "HEAD "]);
        let captured = read(all.as_bytes(), shell::split).unwrap();
        assert_eq!(captured[3].place.as_deref(), Some("request 4"));
        let other = read_all("curl http://a/ ; curly http://b/");
        assert!(other[0].notes[0].contains("not read"));
        let error = fail("curl http://a/ ;\n curl -s");
        assert_eq!((error.line, error.column), (2, 2));
    }

    #[test]
    fn a_command_too_long_for_a_request_is_refused() {
        let words = fail(&format!("curl {}http://h/", "-s ".repeat(4095)));
        assert_eq!(words.byte, 5 + 3 * 4095);
        assert!(words.message.contains("4096 words"));
        assert_eq!(
            sent(&format!("curl {}http://h/", "-s ".repeat(4094))).0,
            "GET"
        );
        let limit = 1 << 20;
        let long = |length: usize| format!("curl http://h/{}", "a".repeat(length - 14));
        assert_eq!(sent(&long(limit)).0, "GET");
        for length in [limit + 1, 10 * limit] {
            let bytes = fail(&long(length));
            assert_eq!(bytes.byte, limit);
            assert!(bytes.message.contains("1 MiB"));
        }
        let copies = format!(
            "curl {} -d {}",
            "http://h/ ".repeat(99),
            "a".repeat(1 << 19)
        );
        assert_eq!(fail(&copies).byte, 15);
    }

    #[test]
    fn files_are_never_read() {
        for command in [
            "curl -d @s3cret h",
            "curl --data-urlencode n@f h",
            "curl -G --data-binary @f h",
            "curl --url-query n@f h",
        ] {
            let error = fail(command);
            assert!(error.help.contains("--data-raw"), "{command}");
            assert!(!error.to_string().contains("s3cret"));
        }
        for command in [
            "curl --json @f h",
            "curl -d @f -H 'Content-Type: text/xml' h",
            "curl -T f h",
            "curl -K f h",
            "curl -H @f h",
            "curl -F a=@f h",
            "curl --aws-sigv4 aws:amz h",
        ] {
            let captured = read_plain(command);
            assert_eq!(captured.request.body, b"", "{command}");
            assert_eq!(captured.notes.len(), 1, "{command}: {:?}", captured.notes);
        }
        assert_eq!(
            read_plain("curl -F a=b h").request.body_kind(),
            BodyKind::Multipart
        );
        assert_eq!(header("curl -b file h", "Cookie"), None);
    }

    #[test]
    fn an_ampersand_without_quotes_is_explained() {
        let captured = read_plain("curl http://h/p?a=1&b=2");
        assert_eq!(captured.request.query.as_deref(), Some(&b"a=1"[..]));
        assert!(captured.notes[0].contains("quotes"));
        let piped = read_plain("curl http://h/p?a=1 2>&1 | jq .");
        assert!(piped.notes[0].contains("not read"));
        assert!(read_plain("curl http://h/p;\n").notes.is_empty());
    }

    #[test]
    fn doubtful_urls_are_noted() {
        for (url, note) in [
            ("http://h/a{b}", "expands"),
            ("http://h/a[1-3]", "expands"),
            ("'http://h/a b'", "space"),
            ("http://bücher.example/", "punycode"),
            ("http://exa%6dple.com/", "escapes"),
        ] {
            assert!(
                read_plain(&format!("curl {url}")).notes[0].contains(note),
                "{url}"
            );
        }
        assert!(read_plain("curl 'http://h/a?x[]=1'").notes.is_empty());
        assert!(
            !read_plain("curl http://u%40x@h/")
                .notes
                .concat()
                .contains("punycode")
        );
        assert!(read_plain("curl -g 'http://h/a{b}'").notes.is_empty());
    }

    #[test]
    fn errors_say_where() {
        for (command, byte, message) in [
            ("wget http://h/", 0, "begins with curl"),
            ("curl -s", 0, "URL"),
            ("curl http://h/ --bogus=s3cret x", 15, "found --bogus"),
            ("curl http://h/ -sYs3cret -", 25, "found -"),
            ("curl http://h/ -X", 15, "argument after -X"),
            ("curl 'http://h/\n'", 5, "control byte"),
            ("curl ''", 5, "host"),
        ] {
            let error = fail(command);
            assert_eq!(error.byte, byte, "{command}: {error}");
            assert!(error.message.contains(message), "{command}: {error}");
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
    }
}
