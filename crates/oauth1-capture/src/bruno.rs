//! A Bruno request (`.bru`): its blocks, and what Bruno sends for them.
//!
//! A block is a name and `{`, lines, and `}` at the beginning of a line. In most blocks each line is `name: value`; a `~`
//! in front turns it off. The URL holds its query; `params:query` only repeats it.

use crate::{
    Captured, Hints,
    detect::first_line,
    error::{CaptureError, excerpt},
    format::Spec,
    http::{Line, Lines},
    saved::{
        Attempt, FORM, Field, Names, OAuth, Placement, Problem, Saved, all_of, encode_component,
        form, place, with_path_values,
    },
    variables::Variables,
};
use oauth1_core::encode::percent_decode;

pub(crate) const SPEC: Spec = Spec {
    name: "bruno",
    description: "a Bruno request (.bru)",
    noun: "a Bruno request",
    looks_like,
    may_look_like: &[],
    keeps_byte_order_mark: false,
    read,
};

const METHODS: [&str; 9] = [
    "get", "post", "put", "delete", "patch", "options", "head", "connect", "trace",
];

const NAMES: Names = Names {
    parameters: [
        ("oauth_consumer_key", "consumer_key"),
        ("oauth_token", "access_token"),
        ("oauth_signature_method", "signature_method"),
        ("oauth_timestamp", "timestamp"),
        ("oauth_nonce", "nonce"),
        ("oauth_version", "version"),
        ("oauth_callback", "callback_url"),
        ("oauth_verifier", "verifier"),
    ],
    realm: "realm",
    consumer_secret: "consumer_secret",
    token_secret: "token_secret",
    private_key: "private_key",
    body_hash: "include_body_hash",
};

fn looks_like(text: &[u8]) -> bool {
    let line = core::str::from_utf8(first_line(text)).unwrap_or_default();
    opening(line).is_some_and(|name| name == "meta" || METHODS.contains(&name))
}

/// The name in the first line of a block: `post {`, `tags [`.
fn opening(line: &str) -> Option<&str> {
    let name = line.trim_end().strip_suffix(['{', '['])?.trim_end();
    let is_name = |b: u8| b.is_ascii_alphanumeric() || b":-_".contains(&b);
    (!name.is_empty() && name.bytes().all(is_name)).then_some(name)
}

fn read(input: &[u8], hints: &Hints) -> Result<Vec<Captured>, CaptureError> {
    let file = File::read(input)?;
    let name = file.value("meta", "name").map_or("?", |pair| &pair.value);
    let attempt = Attempt {
        place: place(&[name]),
        is_signed: true,
        result: file.request(hints),
    };
    all_of(input, vec![attempt], "the file")
}

/// `name: value`.
struct Pair {
    name: String,
    value: String,
    at: usize,
}

impl Pair {
    fn field(&self) -> Field<'_> {
        Field {
            name: &self.name,
            text: &self.value,
            at: self.at,
        }
    }
}

/// A block and the lines in it, without those of pairs that are turned off.
struct Block<'a> {
    name: &'a str,
    at: usize,
    pairs: Vec<Pair>,
    text: String,
}

struct File<'a> {
    blocks: Vec<Block<'a>>,
}

impl<'a> File<'a> {
    fn read(input: &'a [u8]) -> Result<Self, CaptureError> {
        let fail = |line: &Line<'_>, message: String| {
            let help = "paste the whole .bru file as Bruno has written it";
            CaptureError::at(input, line.start, message, help)
        };
        let utf8 = |line: &Line<'a>| {
            core::str::from_utf8(line.text).map_err(|_| {
                fail(
                    line,
                    "expected text in UTF-8, found another byte".to_owned(),
                )
            })
        };
        let mut blocks = Vec::new();
        let mut lines = Lines::new(input);
        while let Some(first) = lines.next() {
            let text = utf8(&first)?;
            if text.trim().is_empty() {
                continue;
            }
            let Some(name) = opening(text) else {
                let message = "expected a block such as get { … }, found another line";
                return Err(fail(&first, message.to_owned()));
            };
            let mut inside = Vec::new();
            loop {
                let Some(line) = lines.next() else {
                    let name = excerpt(name.as_bytes());
                    let message = format!(
                        "expected a }} at the beginning of a line to close {name}, which opens here, found the end of the file"
                    );
                    return Err(fail(&first, message));
                };
                let text = utf8(&line)?;
                if text.starts_with(['}', ']']) {
                    break;
                }
                inside.push((line.start, text));
            }
            blocks.push(Block::new(name, first.start, &inside));
        }
        Ok(Self { blocks })
    }

    fn block(&self, name: &str) -> Option<&Block<'a>> {
        self.blocks.iter().rev().find(|block| block.name == name)
    }

    fn pairs(&self, name: &str) -> &[Pair] {
        self.block(name).map_or(&[], |block| &block.pairs)
    }

    fn value(&self, block: &str, name: &str) -> Option<&Pair> {
        self.pairs(block)
            .iter()
            .rev()
            .find(|pair| pair.name == name)
    }

    fn request(&self, hints: &Hints) -> Result<Captured, Problem> {
        let is_request = |block: &&Block<'_>| block.name == "http" || METHODS.contains(&block.name);
        let Some(request) = self.blocks.iter().find(is_request) else {
            return Err(Problem {
                at: 0,
                message: "expected a block such as get { … }, found none: this is no request"
                    .to_owned(),
                help: "paste the .bru file of the request, not that of an environment or a collection",
            });
        };
        let variables = self.pairs("vars:pre-request").iter();
        let variables = Variables::new(variables.map(|pair| {
            let name = pair.name.trim_start_matches('@');
            (name.to_owned(), pair.value.clone())
        }));
        let method = match self.value("http", "method") {
            Some(pair) => variables.fill(&pair.value, pair.at)?,
            None => request.name.to_ascii_uppercase(),
        };
        let (url, at) = match self.value(request.name, "url") {
            Some(pair) => (variables.fill(&pair.value, pair.at)?, pair.at),
            None => (String::new(), request.at),
        };
        let url = self.with_path_values(&url, &variables)?;
        let is_encoded = self
            .value("settings", "encodeUrl")
            .is_some_and(|pair| pair.value == "true");
        let encode = if is_encoded { encoded } else { str::to_owned };
        let mut saved = Saved::new("Bruno", &method, &url, at, encode)?;
        for pair in self.pairs("headers") {
            saved.push_filled_header(&pair.field(), &variables)?;
        }
        let body = self.value(request.name, "body");
        self.body(
            body.map_or("none", |pair| &pair.value),
            &mut saved,
            &variables,
        )?;
        let auth = self.value(request.name, "auth");
        let oauth = match auth.map(|pair| pair.value.as_str()) {
            Some("oauth1") => Some(self.oauth(&mut saved, &variables)?),
            Some("inherit") => {
                saved.note("The request takes its authentication from the collection or the folder, which this file does not hold.");
                None
            }
            _ => None,
        };
        Ok(saved.into_captured(oauth, None, hints))
    }

    fn oauth(&self, saved: &mut Saved, variables: &Variables<'_>) -> Result<OAuth, Problem> {
        let placement = self.value("auth:oauth1", "placement");
        let placement = match placement.map(|pair| pair.value.as_str()) {
            Some("query") => Placement::Query,
            Some("body") => Placement::Body,
            _ => Placement::Header,
        };
        let mut key = String::new();
        if let Some(pair) = self.value("auth:oauth1", NAMES.private_key) {
            if pair.value.starts_with("@file(") {
                saved.note(
                    "The private key is in a file, which is not read: give --private-key-file.",
                );
            } else {
                // Bruno takes a key in one line as well.
                key = pair.value.replace("\\n", "\n");
            }
        }
        let fields: Vec<_> = self
            .pairs("auth:oauth1")
            .iter()
            .map(|pair| match pair.field() {
                field if field.name == NAMES.private_key => Field {
                    text: &key,
                    ..field
                },
                field => field,
            })
            .collect();
        OAuth::read(&NAMES, &fields, placement, variables)
    }

    fn body(
        &self,
        mode: &str,
        saved: &mut Saved,
        variables: &Variables<'_>,
    ) -> Result<(), Problem> {
        let (name, content_type) = match mode {
            "json" => ("body:json", "application/json"),
            "text" => ("body:text", "text/plain"),
            "xml" => ("body:xml", "application/xml"),
            "sparql" => ("body:sparql", "application/sparql-query"),
            "formUrlEncoded" => {
                saved.push_default_header("Content-Type", FORM);
                let mut pairs = Vec::new();
                for pair in self.pairs("body:form-urlencoded") {
                    let name = variables.fill(&pair.name, pair.at)?;
                    pairs.push((name, variables.fill(&pair.value, pair.at)?));
                }
                saved.set_body(form(
                    pairs
                        .iter()
                        .map(|(name, value)| (name.as_str(), value.as_str())),
                ));
                return Ok(());
            }
            "multipartForm" => {
                saved.set_multipart();
                return Ok(());
            }
            "file" => return saved.set_file(self.block("body:file").map_or(0, |block| block.at)),
            "graphql" => {
                saved.push_default_header("Content-Type", "application/json");
                saved.note("Bruno makes the body of a GraphQL query when it sends it; it is left out, and it is not signed.");
                return Ok(());
            }
            _ => return Ok(()),
        };
        saved.push_default_header("Content-Type", content_type);
        match self.block(name).or_else(|| self.block("body")) {
            Some(block) => saved.set_filled_body(&block.text, block.at, variables),
            None => Ok(()),
        }
    }

    /// `:id` in the path stands for the value in `params:path`.
    fn with_path_values(&self, url: &str, variables: &Variables<'_>) -> Result<String, Problem> {
        let mut values = std::collections::HashMap::new();
        for pair in self.pairs("params:path") {
            values.insert(pair.name.clone(), variables.fill(&pair.value, pair.at)?);
        }
        let path_end = url.find(['?', '#']).unwrap_or(url.len());
        let (path, rest) = url.split_at(path_end);
        Ok(with_path_values(path, &values) + rest)
    }
}

impl<'a> Block<'a> {
    /// Every block is read both ways; its name says which one counts. A line that is no pair is no mistake in a text.
    fn new(name: &'a str, at: usize, lines: &[(usize, &str)]) -> Self {
        let outdented = lines
            .iter()
            .map(|(_, line)| line.strip_prefix("  ").unwrap_or(line));
        let text = outdented.collect::<Vec<_>>().join("\n");
        let mut pairs = Vec::new();
        let mut lines = lines.iter();
        while let Some(&(start, line)) = lines.next() {
            let line_start = line;
            let line = line.trim_start();
            let Some((name, value)) = split_pair(line) else {
                continue;
            };
            let at = start + (line_start.len() - value.len());
            let value = value.trim();
            let value = match value.strip_prefix("'''") {
                Some(begun) => multiline(begun, &mut lines),
                None => value.to_owned(),
            };
            if let Some(name) = name {
                pairs.push(Pair { name, value, at });
            }
        }
        Self {
            name,
            at,
            pairs,
            text,
        }
    }
}

/// Name and value of `name: value` and `"quo\"ted": value`; no name when the pair is turned off. An annotation (`@…` in a
/// line of its own) is no pair.
fn split_pair(line: &str) -> Option<(Option<String>, &str)> {
    let (is_on, line) = match line.strip_prefix('~') {
        Some(line) => (false, line),
        None => (true, line),
    };
    let (name, rest) = if let Some(quoted) = line.strip_prefix('"') {
        let mut escaped = false;
        let end = quoted.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\';
            ends
        })?;
        let (name, rest) = quoted.split_at_checked(end)?;
        (
            name.replace("\\\"", "\""),
            rest.strip_prefix('"')?.trim_start().strip_prefix(':')?,
        )
    } else {
        let (name, rest) = line.split_once(':')?;
        if name.starts_with('@') && name.contains(['(', ' ']) {
            return None;
        }
        (name.trim().to_owned(), rest)
    };
    Some((is_on.then_some(name), rest))
}

/// The text up to the closing `'''`; each of its lines is indented by four.
fn multiline<'l>(begun: &str, lines: &mut impl Iterator<Item = &'l (usize, &'l str)>) -> String {
    if let Some((value, _)) = begun.split_once("'''") {
        return value.to_owned();
    }
    let mut value = begun.to_owned();
    for (_, line) in lines {
        let (line, is_last) = match line.split_once("'''") {
            Some((line, _)) => (line, true),
            None => (*line, false),
        };
        value.push('\n');
        value.push_str(line.get(4..).unwrap_or_default());
        if is_last {
            break;
        }
    }
    value.trim().to_owned()
}

/// The setting "URL encoding": each segment of the path is encoded once; names and values of the query are encoded
/// whatever they hold, so that an escape in them is encoded again.
fn encoded(url: &str) -> String {
    let origin = url.find("://").map_or(0, |at| at + 3);
    let origin = url
        .get(origin..)
        .and_then(|rest| rest.find('/'))
        .map_or(url.len(), |at| origin + at);
    let origin = origin.min(url.find('?').unwrap_or(url.len()));
    let (origin, rest) = url.split_at(origin);
    let (path, query) = match rest.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (rest, None),
    };
    let path = path
        .split('/')
        .map(|segment| encode(&percent_decode(segment.as_bytes())));
    let mut sent = format!("{origin}{}", path.collect::<Vec<_>>().join("/"));
    if let Some(query) = query {
        let pairs = query
            .split('&')
            .filter(|pair| !pair.is_empty() && !pair.starts_with('='));
        let pairs = pairs.map(|pair| match pair.split_once('=') {
            Some((name, value)) => {
                let name = encode(name.as_bytes());
                format!("{name}={}", encode(value.as_bytes()))
            }
            None => encode(pair.as_bytes()),
        });
        sent.push('?');
        sent.push_str(&pairs.collect::<Vec<_>>().join("&"));
    }
    sent
}

fn encode(bytes: &[u8]) -> String {
    encode_component(bytes, |_, _| false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use oauth1_core::parameters::collect_parameters;

    fn captured(input: &str) -> Captured {
        read(input.as_bytes(), &Hints::default()).unwrap().remove(0)
    }

    #[test]
    fn the_first_block_tells() {
        assert!(looks_like(b"meta {\n  name: a\n}\n"));
        assert!(looks_like(b"get {"));
        assert!(!looks_like(b"{\"a\": 1}") && !looks_like(b"function {") && !looks_like(b"GET /"));
    }

    #[test]
    fn pairs_in_all_their_forms() {
        for (line, pair) in [
            ("a: b", Some((Some("a"), " b"))),
            ("a:", Some((Some("a"), ""))),
            ("~a: b", Some((None, " b"))),
            (r#""a: \"b\"": c"#, Some((Some("a: \"b\""), " c"))),
            (r#"~"a": b"#, Some((None, " b"))),
            ("@a: b", Some((Some("@a"), " b"))),
            ("@description('a: b')", None),
            ("\"a", None),
            ("a", None),
        ] {
            let found = split_pair(line);
            let found = found
                .as_ref()
                .map(|(name, value)| (name.as_deref(), *value));
            assert_eq!(found, pair, "{line}");
        }
    }

    #[test]
    fn the_setting_encodes_the_query_again_and_the_path_once() {
        assert_eq!(
            encoded("http://h:80/a%20b/\u{e9}!?c=%20&d&=e&f=+#"),
            "http://h:80/a%20b/%C3%A9!?c=%2520&d&f=%2B%23"
        );
        assert_eq!(encoded("http://h?a=b"), "http://h?a=b");
        assert_eq!(encoded("h"), "h");
    }

    #[test]
    fn secrets_go_with_the_request_and_are_not_shown() {
        let captured = captured(
            "post {\n  url: h/a\n  body: none\n  auth: oauth1\n}\nauth:oauth1 {\n  consumer_key: k\n  consumer_secret: {{s}}\n  token_secret: t0ken\n  private_key: -----BEGIN\\nx\n  timestamp: 1\n}\n",
        );
        assert!(captured.consumer_secret.is_none());
        assert_eq!(captured.token_secret.as_ref().unwrap().expose(), b"t0ken");
        assert_eq!(
            captured.private_key.as_ref().unwrap().expose(),
            b"-----BEGIN\nx"
        );
        let request = captured.request.as_ref().unwrap();
        let notes = request.notes.concat();
        assert!(
            notes.contains("client secret") && notes.contains("{{s}}"),
            "{notes}"
        );
        assert!(!notes.contains("t0ken"));
        let parameters = collect_parameters(&request.request);
        assert_eq!(parameters.get("oauth_version"), Some(&b"1.0"[..]));
        assert_eq!(parameters.get("oauth_nonce"), None);
        assert_eq!(request.request.scheme.as_str(), "http");
    }

    #[test]
    fn what_the_file_does_not_hold_is_noted() {
        let captured = captured("get {\n  url: http://h/\n  auth: inherit\n}\n");
        assert!(
            captured
                .request
                .unwrap()
                .notes
                .concat()
                .contains("collection")
        );
    }

    #[test]
    fn errors_say_where() {
        for (input, line, column, told) in [
            ("meta {\n}\n", 1, 1, "this is no request"),
            ("get {\n  url: http://h/\n", 1, 1, "close get"),
            ("get {\n}\nwhat\n", 3, 1, "another line"),
            ("get {\n}\n", 1, 1, "URL of the request"),
            ("get {\n  url: {{h}}\n}\n", 2, 7, "{{h}}"),
            (
                "get {\n  url: http://h/\n  body: file\n}\nheaders {\n  content-type: application/x-www-form-urlencoded\n}\nbody:file {\n  file: @file(s3cret)\n}\n",
                8,
                1,
                "name of a file",
            ),
        ] {
            let error = read(input.as_bytes(), &Hints::default()).unwrap_err();
            assert_eq!((error.line, error.column), (line, column), "{error}");
            assert!(error.to_string().contains(told), "{error}");
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
        assert_eq!(
            read(b"get {\n\xff\n}", &Hints::default()).unwrap_err().line,
            2
        );
    }
}
