//! A `.http` or `.rest` file of an editor (VS Code's REST Client, the JetBrains HTTP client, httpyac): requests between
//! `###` lines, with comments, variables, and a query over several lines.

use crate::{
    Captured, Format, Hints,
    error::CaptureError,
    format::Spec,
    http::Lines,
    saved::{Attempt, Field, Problem, Saved, all_of, place},
    url::is_http_url,
    variables::Variables,
};
use oauth1_core::request::BodyKind;

pub(crate) const SPEC: Spec = Spec {
    name: "http-file",
    description: "a .http or .rest file (REST Client, JetBrains, httpyac)",
    noun: "a .http file",
    looks_like,
    // One request alone.
    may_look_like: &[Format::Http],
    keeps_byte_order_mark: false,
    read,
};

/// Something that raw HTTP does not have: a comment, a separator, a variable, or a query that goes on in the next line.
fn looks_like(text: &[u8]) -> bool {
    let mut lines = lines_of(text);
    let mut has_mark = false;
    let Some(line) = lines.find(|line| {
        let kind = Kind::before_request(line.text);
        has_mark |= matches!(
            kind,
            Kind::Separator(_) | Kind::Comment(_) | Kind::Variable(..)
        );
        kind == Kind::Other
    }) else {
        return false;
    };
    let Some(first) = RequestLine::parse(line.text).filter(RequestLine::is_likely) else {
        return false;
    };
    has_mark
        || first.target.contains("{{")
        || lines
            .clone()
            .next()
            .is_some_and(|next| next.text.trim_start().starts_with(['?', '&']))
        || is_followed_by_another(lines)
}

/// Whether there is a `###` with another request behind it.
fn is_followed_by_another<'a>(mut lines: impl Iterator<Item = TextLine<'a>>) -> bool {
    let mut separators = 0;
    lines.any(|line| match Kind::before_request(line.text) {
        Kind::Separator(_) => {
            separators += 1;
            false
        }
        Kind::Other => {
            let is_next = separators > 0;
            separators = 0;
            is_next && RequestLine::parse(line.text).is_some_and(|line| line.is_likely())
        }
        _ => false,
    })
}

/// A line and where it starts.
#[derive(Clone, Copy)]
struct TextLine<'a> {
    start: usize,
    text: &'a str,
}

fn lines_of(input: &[u8]) -> impl Iterator<Item = TextLine<'_>> + Clone {
    Lines::new(input).map(|line| TextLine {
        start: line.start,
        text: core::str::from_utf8(line.text).unwrap_or_default(),
    })
}

/// What a line before a request is.
#[derive(PartialEq)]
enum Kind<'a> {
    Blank,
    /// `###`, and the name after it.
    Separator(&'a str),
    /// What comes after `#` or `//`.
    Comment(&'a str),
    /// `@name = value`
    Variable(&'a str, &'a str),
    Other,
}

impl<'a> Kind<'a> {
    fn before_request(line: &'a str) -> Self {
        let text = line.trim();
        if let Some(name) = line.strip_prefix("###") {
            Self::Separator(name.trim_start_matches('#').trim())
        } else if text.is_empty() {
            Self::Blank
        } else if let Some(comment) = comment(text) {
            Self::Comment(comment)
        } else if let Some((name, value)) =
            text.strip_prefix('@').and_then(|text| text.split_once('='))
        {
            Self::Variable(name.trim(), value.trim())
        } else {
            Self::Other
        }
    }
}

fn comment(line: &str) -> Option<&str> {
    let line = line.trim_start();
    line.strip_prefix('#').or_else(|| line.strip_prefix("//"))
}

/// `GET https://h/path HTTP/1.1`, where method and version may be left out.
struct RequestLine<'a> {
    method: Option<&'a str>,
    target: &'a str,
}

impl<'a> RequestLine<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let line = line.trim();
        let (method, target) = match line.split_once([' ', '\t']) {
            Some((method, target)) if is_method(method) => (Some(method), target.trim_start()),
            _ => (None, line),
        };
        let target = match target.rsplit_once([' ', '\t']) {
            Some((target, version)) if version.starts_with("HTTP/") => target.trim_end(),
            _ => target,
        };
        // Without a method, only an address tells it from any other line.
        let is_request = is_absolute(target) || method.is_some() && !target.is_empty();
        is_request.then_some(Self { method, target })
    }

    /// Whether it is one whatever stands around it.
    fn is_likely(&self) -> bool {
        is_absolute(self.target) || self.target.starts_with('/') && self.method.is_some()
    }
}

fn is_absolute(target: &str) -> bool {
    is_http_url(target.as_bytes()) || target.starts_with("{{")
}

/// A word in capitals, or a common method in other letters.
fn is_method(word: &str) -> bool {
    const METHODS: [&str; 8] = [
        "get", "post", "put", "delete", "patch", "head", "options", "trace",
    ];
    let is_capital = |b: u8| b.is_ascii_uppercase() || b == b'-';
    !word.is_empty() && word.bytes().all(is_capital)
        || METHODS
            .iter()
            .any(|method| word.eq_ignore_ascii_case(method))
}

/// Whether a line after the request line belongs to its URL.
fn continues(line: &str) -> bool {
    let text = line.trim_start();
    text.starts_with(['?', '&'])
        || text.len() < line.len() && !text.is_empty() && comment(text).is_none()
}

fn read(input: &[u8], hints: &Hints) -> Result<Vec<Captured>, CaptureError> {
    if let Err(error) = core::str::from_utf8(input) {
        return Err(CaptureError::at(
            input,
            error.valid_up_to(),
            "expected text in UTF-8, found a byte that is not UTF-8",
            "save the file as UTF-8, or paste the request as raw HTTP",
        ));
    }
    let lines: Vec<_> = lines_of(input).collect();
    let sections: Vec<_> = sections(&lines);
    let variables = sections.iter().flat_map(|section| section.variables.iter());
    let variables =
        Variables::new(variables.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let attempts = sections
        .iter()
        .filter(|section| !section.request.is_empty());
    let attempts = attempts.enumerate().map(|(index, section)| Attempt {
        place: match section.name {
            "" => format!("request {}", index + 1),
            name => place(&[name]),
        },
        is_signed: section
            .request
            .iter()
            .any(|line| line.text.contains("oauth_") || line.text.contains("OAuth")),
        result: section.captured(&variables, hints),
    });
    all_of(input, attempts.collect(), "the file")
}

/// What stands between two separators.
#[derive(Default)]
struct Section<'a> {
    name: &'a str,
    variables: Vec<(&'a str, &'a str)>,
    /// From the request line on; empty when there is no request.
    request: &'a [TextLine<'a>],
}

fn sections<'a>(lines: &'a [TextLine<'a>]) -> Vec<Section<'a>> {
    let mut sections = Vec::new();
    let mut rest = lines;
    let mut name = "";
    loop {
        let is_separator = |line: &TextLine<'_>| line.text.starts_with("###");
        let end = rest.iter().position(is_separator);
        let (section, after) = rest.split_at(end.unwrap_or(rest.len()));
        sections.push(Section::new(name, section));
        let Some((separator, after)) = after.split_first() else {
            return sections;
        };
        name = separator.text.trim_start_matches('#').trim();
        rest = after;
    }
}

impl<'a> Section<'a> {
    fn new(name: &'a str, lines: &'a [TextLine<'a>]) -> Self {
        let mut section = Self {
            name,
            ..Self::default()
        };
        let mut in_script = false;
        for (index, line) in lines.iter().enumerate() {
            // A script that runs before the request: `< {% … %}`, or a file.
            if in_script || line.text.starts_with("< ") {
                in_script = (in_script || line.text.contains("{%")) && !line.text.contains("%}");
                continue;
            }
            match Kind::before_request(line.text) {
                Kind::Blank | Kind::Separator(_) => {}
                Kind::Comment(comment) => {
                    if let Some(name) = comment.trim_start().strip_prefix("@name") {
                        section.name = name.trim_start_matches([' ', '=', '\t']).trim();
                    }
                }
                Kind::Variable(name, value) => section.variables.push((name, value)),
                Kind::Other => {
                    section.request = lines.get(index..).unwrap_or_default();
                    break;
                }
            }
        }
        section
    }

    fn captured(&self, variables: &Variables<'_>, hints: &Hints) -> Result<Captured, Problem> {
        let mut lines = self.request.iter().copied().peekable();
        let first = lines.next().unwrap_or(TextLine { start: 0, text: "" });
        let Some(line) = RequestLine::parse(first.text) else {
            return Err(problem(
                first.start,
                "expected a request line such as GET https://host/path",
            ));
        };
        let mut target = line.target.to_owned();
        while let Some(line) =
            lines.next_if(|line| continues(line.text) || comment(line.text).is_some())
        {
            if comment(line.text).is_none() {
                target.push_str(line.text.trim());
            }
        }
        let target = variables.fill(&target, first.start)?;
        let mut headers = Vec::new();
        for line in lines
            .by_ref()
            .take_while(|line| !line.text.trim().is_empty())
        {
            if comment(line.text).is_some() {
                continue;
            }
            let Some((name, text)) = line.text.split_once(':') else {
                let message = "expected a header (Name: value), found a line without a colon";
                return Err(problem(line.start, message));
            };
            headers.push(Field {
                name,
                text,
                at: line.start,
            });
        }
        let host = headers
            .iter()
            .find(|field| field.name.trim().eq_ignore_ascii_case("host"));
        let url = match host {
            Some(host) if target.starts_with('/') => {
                let host = variables.fill(host.text.trim(), host.at)?;
                // So REST Client decides it.
                let is_tls = host.ends_with(":443") || host.ends_with(":8443");
                format!("{}://{host}{target}", if is_tls { "https" } else { "http" })
            }
            _ => target,
        };
        let mut saved = Saved::new(
            "The client",
            line.method.unwrap_or("GET"),
            &url,
            first.start,
            str::to_owned,
        )?;
        for field in &headers {
            saved.push_filled_header(field, variables)?;
        }
        body(&lines.collect::<Vec<_>>(), &mut saved, variables)?;
        Ok(saved.into_captured(None, None, hints))
    }
}

fn problem(at: usize, message: &str) -> Problem {
    Problem {
        at,
        message: message.to_owned(),
        help: "put an empty line between the headers and the body, and ### between two requests",
    }
}

/// What follows the empty line, without the empty lines at its end. What is done with the answer is not part of it: a
/// script (`> {% … %}`), and files (`>`, `>>`, `<>`).
fn body(
    lines: &[TextLine<'_>],
    saved: &mut Saved,
    variables: &Variables<'_>,
) -> Result<(), Problem> {
    let is_handler = |line: &TextLine<'_>| {
        ["> ", ">> ", ">>! ", "<> "]
            .iter()
            .any(|start| line.text.starts_with(start))
    };
    let lines = lines.split(is_handler).next().unwrap_or_default();
    let is_text = |line: &TextLine<'_>| !line.text.trim().is_empty();
    let Some(start) = lines.iter().position(is_text) else {
        return Ok(());
    };
    let end = lines.iter().rposition(is_text).unwrap_or(start);
    let lines = lines.get(start..=end).unwrap_or_default();
    let at = lines.first().map_or(0, |line| line.start);
    let is_file = |line: &&TextLine<'_>| line.text.starts_with("< ") || line.text.starts_with("<@");
    if let Some(line) = lines.iter().find(is_file) {
        return saved.set_file(line.start);
    }
    let is_form = saved.kind() == BodyKind::Form;
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        // A form may be written with a pair a line.
        let is_joined = is_form && (line.text.starts_with('&') || text.ends_with('&'));
        if index > 0 && !is_joined {
            text.push('\n');
        }
        text.push_str(line.text);
    }
    saved.set_filled_body(&text, at, variables)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(input: &str) -> crate::CapturedRequest {
        let mut all = read(input.as_bytes(), &Hints::default()).unwrap();
        assert_eq!(all.len(), 1);
        all.remove(0).request.unwrap()
    }

    #[test]
    fn what_raw_http_does_not_have_tells_it_apart() {
        for (input, is_it) in [
            ("GET https://h/ HTTP/1.1\nA: b\n", false),
            ("GET https://h/\n", false),
            ("https://h/?a=b", false),
            ("GET https://h/\n  ?a=b", true),
            ("https://h/\n&a=b", true),
            ("GET {{host}}/a", true),
            ("### a\nGET /a", true),
            ("# a\n// b\nPOST https://h/", true),
            ("@a = b\n\nhttp://h/", true),
            ("GET https://h/\n\n###\n\nget https://h/2", true),
            ("GET https://h/\n\n# Title\n\n### Part\n\ntext", false),
            ("# curl\ncurl https://h/", false),
            ("# a\n/usr/bin/curl h", false),
            ("# a\nAuthorization: OAuth a=\"b\"", false),
            ("# nothing", false),
        ] {
            assert_eq!(looks_like(input.as_bytes()), is_it, "{input:?}");
        }
    }

    #[test]
    fn a_request_in_all_its_parts() {
        let request = one(
            "# @name one\n@host=h.example\n@b = {{host}}:8080\nPOST https://{{b}}/a\n  /b\n  ?c=d\n# no\n  &e=f HTTP/1.1\n\n",
        );
        // Only the first line has a version.
        assert_eq!(
            request.request.query.as_deref(),
            Some(&b"c=d&e=f%20HTTP/1.1"[..])
        );
        let request = one(
            "\n< {%\n x = 1\n%}\nPATCH /a b?c HTTP/2\nHost: h:8443\n# A: no\n// B: no\nContent-Type: application/x-www-form-urlencoded\n\n\na=b&\nc=d\n&e=f\ng\n\n\n> {% x %}\n",
        );
        let sent = &request.request;
        assert_eq!(
            (sent.method.as_slice(), sent.path.as_slice()),
            (&b"PATCH"[..], &b"/a%20b"[..])
        );
        assert_eq!(
            (sent.scheme.as_str(), sent.authority.as_slice()),
            ("https", &b"h:8443"[..])
        );
        assert_eq!(sent.headers.len(), 2);
        assert_eq!(sent.body, b"a=b&c=d&e=f\ng");
        assert!(request.notes.concat().contains("percent-encodes"));
    }

    #[test]
    fn requests_without_a_sign_are_left_alone_and_problems_told() {
        let input = "### a\nGET http://h/{{none}}\n\n### b\nGET http://h/?oauth_token={{gone}}\n\n###\n\n### c\nGET http://h/?oauth_token=1\n";
        let all = read(input.as_bytes(), &Hints::default()).unwrap();
        let places: Vec<_> = all
            .iter()
            .map(|captured| captured.place.as_deref())
            .collect();
        assert_eq!(places, [Some("request \"b\""), Some("request \"c\"")]);
        assert!(all[0].unchecked.as_ref().unwrap().contains("{{gone}}"));
    }

    #[test]
    fn errors_say_where() {
        for (input, line, column, told) in [
            ("# a\n", 1, 1, "found none"),
            ("# a\nGET http://{{h}}/", 2, 1, "{{h}}"),
            ("GET http://h/\nA: b\nno header\n", 3, 1, "without a colon"),
            (
                "POST http://h/\nContent-Type: application/x-www-form-urlencoded\n\n< ./secret.txt\n",
                4,
                1,
                "name of a file",
            ),
            ("GET http:///a", 1, 1, "host"),
            ("GET {{$guid}}", 1, 1, "filled in when"),
        ] {
            let error = read(input.as_bytes(), &Hints::default()).unwrap_err();
            assert_eq!((error.line, error.column), (line, column), "{error}");
            assert!(error.to_string().contains(told), "{error}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
        assert_eq!(read(b"GET h\xff", &Hints::default()).unwrap_err().byte, 5);
    }
}
