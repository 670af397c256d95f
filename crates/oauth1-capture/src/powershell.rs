//! `Invoke-WebRequest` and `Invoke-RestMethod` in PowerShell's text: the request that the command sends.
//!
//! The text is read, never run. Variables that were assigned text or a hashtable in it are known; what a command would
//! answer is not.

use crate::{
    Captured, CapturedRequest, Hints,
    call::{self, Body, Call, not_known},
    detect::contains,
    error::{CaptureError, excerpt},
    format::Spec,
    program::{Cursor, DEEPEST, Text, Unknown, Value, Variables},
    url,
};
use oauth1_core::encode::percent_encode;

pub(crate) const SPEC: Spec = Spec {
    name: "powershell",
    description: "a PowerShell command: Invoke-WebRequest or Invoke-RestMethod; it is read, never run",
    noun: "a PowerShell command",
    looks_like,
    may_look_like: &[],
    keeps_byte_order_mark: false,
    read,
};

/// The commands that send a request.
const COMMANDS: [&str; 4] = ["Invoke-WebRequest", "Invoke-RestMethod", "iwr", "irm"];

/// What Windows PowerShell takes for `Invoke-WebRequest` as well.
const ALIASES: [&str; 2] = ["curl", "wget"];

fn looks_like(text: &[u8]) -> bool {
    let prompt = prompt_length(text).unwrap_or_default();
    let text = without_comments(text.get(prompt..).unwrap_or_default());
    let first = text
        .split(u8::is_ascii_whitespace)
        .next()
        .unwrap_or_default();
    let has = |parts: &[&str]| {
        parts
            .iter()
            .any(|part| contains_word(text, part.as_bytes()))
    };
    let begins_script = match text {
        [b'$', letter, ..] => letter.is_ascii_alphabetic() || *letter == b'_',
        [b'[', letter, ..] => letter.is_ascii_alphabetic() && contains(text, b"]::"),
        _ => false,
    };
    is_one_of(first, &COMMANDS)
        || is_one_of(first, &ALIASES) && has(&[" -Uri ", " -UseBasicParsing", " -Headers @"])
        || begins_script
            && has(&[
                "Invoke-WebRequest ",
                "Invoke-RestMethod ",
                "irm ",
                "iwr ",
                " -Uri ",
            ])
}

/// The length of a prompt such as `PS C:\Users\me>`.
fn prompt_length(text: &[u8]) -> Option<usize> {
    const LONGEST_PATH: usize = 260;
    text.strip_prefix(b"PS ")?
        .iter()
        .take(LONGEST_PATH)
        .take_while(|&&b| b != b'\n')
        .position(|&b| b == b'>')
        .map(|end| b"PS >".len() + end)
}

/// Whether a text holds a part, in any case.
fn contains_word(text: &[u8], part: &[u8]) -> bool {
    let first = part.first().map(u8::to_ascii_lowercase);
    text.iter().enumerate().any(|(at, byte)| {
        Some(byte.to_ascii_lowercase()) == first
            && text
                .get(at..at + part.len())
                .is_some_and(|found| found.eq_ignore_ascii_case(part))
    })
}

fn without_comments(text: &[u8]) -> &[u8] {
    let mut cursor = Cursor::new(text);
    loop {
        cursor.take_while(|b| b.is_ascii_whitespace());
        if cursor.eat(b"<#") {
            cursor.skip_past(b"#>");
        } else if cursor.peek() == Some(b'#') {
            cursor.take_while(|b| b != b'\n');
        } else {
            return cursor.rest();
        }
    }
}

fn is_one_of(word: &[u8], names: &[&str]) -> bool {
    names
        .iter()
        .any(|name| word.eq_ignore_ascii_case(name.as_bytes()))
}

/// Reads all commands of the text that send a request.
fn read(input: &[u8], hints: &Hints) -> Result<Vec<Captured>, CaptureError> {
    let mut script = Script {
        cursor: Cursor::new(input),
        variables: Variables::new(),
        requests: Vec::new(),
        hints,
        depth: DEEPEST,
    };
    script.run()?;
    if script.requests.is_empty() {
        return Err(CaptureError::at(
            input,
            0,
            "expected Invoke-WebRequest or Invoke-RestMethod, found neither",
            "paste the whole command, with the variables that it takes",
        ));
    }
    Ok(call::numbered(script.requests))
}

/// What a parameter means for the request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parameter {
    Uri,
    Method,
    Headers,
    Body,
    Form,
    InFile,
    ContentType,
    UserAgent,
    /// It makes an Authorization header of its own.
    Credentials,
    /// Nothing, and it takes a value.
    Other,
    /// Nothing, and it takes no value.
    Switch,
}

/// The parameters of both commands, in PowerShell 5.1 to 7.6.
const PARAMETERS: &[(Parameter, &str)] = &[
    (Parameter::Uri, "Uri"),
    (Parameter::Method, "Method CustomMethod CM"),
    (Parameter::Headers, "Headers"),
    (Parameter::Body, "Body"),
    (Parameter::Form, "Form"),
    (Parameter::InFile, "InFile"),
    (Parameter::ContentType, "ContentType"),
    (Parameter::UserAgent, "UserAgent"),
    (Parameter::Credentials, "Credential Token"),
    (
        Parameter::Other,
        "Authentication Certificate CertificateThumbprint ConnectionTimeoutSeconds ErrorAction EA ErrorVariable EV
         HttpVersion InformationAction InformationVariable MaximumFollowRelLink ML MaximumRedirection MaximumRetryCount
         OperationTimeoutSeconds OutBuffer OutFile OutVariable OV PipeName PipelineVariable PV ProgressAction Proxy
         ProxyCredential ResponseHeadersVariable RHV RetryIntervalSec SessionVariable SV SslProtocol StatusCodeVariable
         TimeoutSec TransferEncoding UnixSocket WarningAction WA WarningVariable WV WebSession",
    ),
    (
        Parameter::Switch,
        "AllowInsecureRedirect AllowUnencryptedAuthentication Debug DisableKeepAlive FollowRelLink FL NoProxy PassThru
         PreserveAuthorizationOnRedirect PreserveHttpMethodOnRedirect ProxyUseDefaultCredentials Resume
         SkipCertificateCheck SkipHeaderValidation SkipHttpErrorCheck UseBasicParsing UseDefaultCredentials Verbose VB",
    ),
];

/// The parameter of a name, or of the beginning of one, which is enough.
fn parameter(name: &[u8]) -> Option<Parameter> {
    let names = || {
        PARAMETERS.iter().flat_map(|(parameter, names)| {
            names
                .split_ascii_whitespace()
                .map(|name| (*parameter, name.as_bytes()))
        })
    };
    let is = |full: &[u8]| full.eq_ignore_ascii_case(name);
    let begins = |full: &[u8]| {
        full.get(..name.len())
            .is_some_and(|beginning| beginning.eq_ignore_ascii_case(name))
    };
    names()
        .find(|(_, full)| is(full))
        .or_else(|| names().find(|(_, full)| begins(full)))
        .map(|(parameter, _)| parameter)
}

/// The arguments of a command, each with its place.
#[derive(Default)]
struct Arguments {
    uri: Option<(usize, Value)>,
    method: Option<(usize, Value)>,
    headers: Option<(usize, Value)>,
    body: Option<(usize, Value)>,
    content_type: Option<(usize, Value)>,
    user_agent: Option<(usize, Value)>,
    is_form: bool,
    in_file: Option<usize>,
    has_credentials: bool,
}

impl Arguments {
    fn set(&mut self, parameter: Parameter, at: usize, value: Value) {
        match parameter {
            Parameter::Uri => self.uri = Some((at, value)),
            Parameter::Method => self.method = Some((at, value)),
            Parameter::Headers => self.headers = Some((at, value)),
            Parameter::Body => self.body = Some((at, value)),
            Parameter::ContentType => self.content_type = Some((at, value)),
            Parameter::UserAgent => self.user_agent = Some((at, value)),
            Parameter::Form => self.is_form = true,
            Parameter::InFile => self.in_file = Some(at),
            Parameter::Credentials => self.has_credentials = true,
            Parameter::Other | Parameter::Switch => {}
        }
    }

    /// The request, as both commands make it.
    fn into_request(
        self,
        input: &[u8],
        command: usize,
        hints: &Hints,
    ) -> Result<CapturedRequest, CaptureError> {
        let Some((url_at, url)) = self.uri else {
            return Err(CaptureError::at(
                input,
                command,
                "expected a URL (-Uri), found none",
                "paste the whole command; one over several lines needs a ` at the end of each but the last",
            ));
        };
        let mut url = call::text(input, url_at, "the URL", url)?;
        if !url.windows(3).any(|part| part == b"://") {
            url.splice(..0, *b"http://");
        }
        let mut notes = Vec::new();
        url::note_what_cannot_travel(&url, &mut notes);
        let method = match self.method {
            None => b"GET".to_vec(),
            Some((at, value)) => {
                let method = call::text(input, at, "the method", value)?.to_ascii_uppercase();
                if method == b"DEFAULT" {
                    b"GET".to_vec()
                } else {
                    method
                }
            }
        };
        let mut headers = match self.headers {
            None | Some((_, Value::Nothing)) => Vec::new(),
            Some((_, Value::Table(entries))) => entries,
            Some((_, Value::Unknown(unknown))) => {
                return Err(not_known(input, "the headers", &unknown));
            }
            Some((at, _)) => {
                return Err(CaptureError::at(
                    input,
                    at,
                    "expected the headers as a hashtable, found something else",
                    "write -Headers @{ \"Name\" = \"value\" }",
                ));
            }
        };
        for (name, value) in [
            ("Content-Type", self.content_type),
            ("User-Agent", self.user_agent),
        ] {
            if let Some((_, value)) = value {
                headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name.as_bytes()));
                headers.push((name.into(), value));
            }
        }
        if self.has_credentials {
            notes.push(
                "-Credential and -Token make an Authorization header of another kind; it is left out here.".into(),
            );
        }
        let mut query = None;
        let default_type = (method == b"POST").then_some(&b"application/x-www-form-urlencoded"[..]);
        let body = match self.body {
            _ if self.is_form => Some(Body::Multipart),
            None | Some((_, Value::Nothing)) => self.in_file.map(|at| {
                let what = "a file (-InFile), which is not read".to_owned();
                Body::Unknown(Unknown { at, what }, default_type)
            }),
            Some((_, Value::Multipart)) => Some(Body::Multipart),
            Some((_, Value::Unknown(unknown))) => Some(Body::Unknown(unknown, default_type)),
            Some((at, Value::Table(entries))) => {
                let form = form(input, at, entries)?;
                if method == b"GET" {
                    notes.push(
                        "-Body is a hashtable: with GET its entries are added to the query.".into(),
                    );
                    query = Some(form);
                    None
                } else {
                    notes.push("-Body is a hashtable: it is sent as a form. The order of its entries may be another.".into());
                    Some(Body::Bytes(form, default_type))
                }
            }
            Some((_, Value::Bytes(bytes))) => Some(Body::Bytes(bytes, default_type)),
            Some((at, value)) => {
                let text = call::text(input, at, "the body", value)?;
                if !text.is_ascii() {
                    notes.push(
                        "The body holds characters beyond ASCII. PowerShell 7.4 and later send them as UTF-8, which is taken here; earlier ones as ISO-8859-1, unless -ContentType names a charset.".into(),
                    );
                }
                Some(Body::Bytes(text, default_type))
            }
        };
        Call {
            url_at,
            url,
            query,
            method,
            headers,
            body,
            notes,
        }
        .into_request(input, hints)
    }
}

/// The entries of a hashtable as .NET writes a form.
fn form(input: &[u8], at: usize, entries: Vec<(Vec<u8>, Value)>) -> Result<Vec<u8>, CaptureError> {
    let mut form = Vec::new();
    for (name, value) in entries {
        let value = match value {
            Value::Nothing => Vec::new(),
            value => call::text(input, at, "a value of the body, which is signed", value)?,
        };
        if !form.is_empty() {
            form.push(b'&');
        }
        form.extend(form_encoded(&name));
        form.push(b'=');
        form.extend(form_encoded(&value));
    }
    Ok(form)
}

/// `WebUtility.UrlEncode`: spaces become `+`, and `!`, `(`, `)` and `*` stay.
fn form_encoded(text: &[u8]) -> Vec<u8> {
    let mut encoded = Vec::new();
    for &byte in text {
        match byte {
            b' ' => encoded.push(b'+'),
            b'!' | b'(' | b')' | b'*' => encoded.push(byte),
            b'~' => encoded.extend(b"%7E"),
            _ => encoded.extend(percent_encode(&[byte]).as_bytes()),
        }
    }
    encoded
}

struct Script<'a> {
    cursor: Cursor<'a>,
    variables: Variables,
    requests: Vec<CapturedRequest>,
    hints: &'a Hints,
    /// How much deeper expressions may be nested.
    depth: usize,
}

impl Script<'_> {
    /// One statement after the other. Braces and parentheses around statements are passed over, so that those inside
    /// are read as well.
    fn run(&mut self) -> Result<(), CaptureError> {
        loop {
            self.skip_space();
            self.prompt();
            let at = self.cursor.at;
            match self.cursor.peek() {
                None => return Ok(()),
                Some(b'$') => self.assignment()?,
                Some(b) if b.is_ascii_alphabetic() => {
                    self.command()?;
                }
                Some(b'[' | b'\'' | b'"' | b'@') => {
                    self.expression()?;
                    self.skip_statement()?;
                }
                Some(_) => self.cursor.at += 1,
            }
            debug_assert!(
                self.cursor.at > at,
                "every statement is at least a byte long"
            );
        }
    }

    /// `PS C:\>` in front of a command.
    fn prompt(&mut self) {
        if let Some(length) = prompt_length(self.cursor.rest()) {
            self.cursor.at += length;
            self.skip_space();
        }
    }

    /// Blanks, comments and continued lines.
    fn skip_blanks(&mut self) {
        loop {
            self.cursor.take_while(|b| matches!(b, b' ' | b'\t'));
            if self.cursor.eat(b"<#") {
                self.cursor.skip_past(b"#>");
            } else if self.cursor.peek() == Some(b'#') {
                self.cursor.take_while(|b| b != b'\n');
            } else if !self.cursor.eat(b"`\n") && !self.cursor.eat(b"`\r\n") {
                return;
            }
        }
    }

    /// The same with line ends and `;`.
    fn skip_space(&mut self) {
        loop {
            self.skip_blanks();
            let separators = self
                .cursor
                .take_while(|b| matches!(b, b'\r' | b'\n' | b';'));
            if separators.is_empty() {
                return;
            }
        }
    }

    /// Goes to the end of a statement, past the strings and brackets in it.
    fn skip_statement(&mut self) -> Result<(), CaptureError> {
        loop {
            self.skip_blanks();
            match self.cursor.peek() {
                None | Some(b'\n' | b';' | b'{' | b'}' | b'|' | b')') => return Ok(()),
                Some(b'\'' | b'"' | b'@' | b'$' | b'(') => {
                    self.term(Mode::Argument)?;
                }
                Some(_) => self.cursor.at += 1,
            }
        }
    }

    /// `$name = …`, `$name.Add(…, …)`, `$name["…"] = …`, `$name.member = …`; anything else is passed over.
    fn assignment(&mut self) -> Result<(), CaptureError> {
        let at = self.cursor.at;
        let Some(name) = self.variable_name() else {
            self.cursor.at += 1;
            return Ok(());
        };
        let mut path = Vec::new();
        loop {
            self.skip_blanks();
            if self.cursor.eat(b".") {
                let member = self.cursor.take_while(is_name_byte);
                if member.eq_ignore_ascii_case(b"Add") && self.cursor.eat(b"(") {
                    let mut arguments = self.list(at, b')')?.into_iter().map(|(_, value)| value);
                    if let (Some(key), Some(value), None) =
                        (arguments.next(), arguments.next(), arguments.next())
                    {
                        path.push(key);
                        self.add(&name, at, &path, value);
                    }
                    return self.skip_statement();
                }
                path.push(Value::Text(member.to_vec()));
            } else if self.cursor.eat(b"[") {
                let mut keys = self.list(at, b']')?;
                path.extend(keys.pop().map(|(_, key)| key));
            } else {
                break;
            }
        }
        if !path.is_empty() {
            if self.is_assignment() {
                let value = self.right_side()?;
                self.add(&name, at, &path, value);
            }
        } else if self.is_assignment() {
            let value = self.right_side()?;
            self.variables.set(&name, value);
        } else if self.cursor.eat(b"+=") {
            let value = self.right_side()?;
            let before = self.variables.read(at, &name, &shown(&name));
            let value = joined(at, &before, &value);
            self.variables.set(&name, value);
        }
        self.skip_statement()
    }

    /// Goes past a single `=`.
    fn is_assignment(&mut self) -> bool {
        !self.cursor.rest().starts_with(b"==") && self.cursor.eat(b"=")
    }

    fn right_side(&mut self) -> Result<Value, CaptureError> {
        self.skip_space();
        self.pipeline()
    }

    /// Sets an entry of what a variable holds.
    fn add(&mut self, variable: &[u8], at: usize, path: &[Value], value: Value) {
        if let Some(held) = self.variables.get_mut(variable) {
            held.add(at, path, value, true);
        }
    }

    /// `$name`, `${name}`, `$env:NAME`, in lower case without the `$`. The cursor stays where it is if there is none.
    fn variable_name(&mut self) -> Option<Vec<u8>> {
        let start = self.cursor.at;
        if !self.cursor.eat(b"$") {
            return None;
        }
        let name = if self.cursor.eat(b"{") {
            let name = self.cursor.take_while(|b| b != b'}' && b != b'\n');
            self.cursor.eat(b"}").then_some(name)
        } else {
            let first = self.cursor.at;
            self.cursor.take_while(is_name_byte);
            if self.cursor.peek() == Some(b':')
                && self
                    .cursor
                    .rest()
                    .get(1)
                    .is_some_and(|&next| is_name_byte(next))
            {
                self.cursor.at += 1;
                self.cursor.take_while(is_name_byte);
            }
            self.cursor.input.get(first..self.cursor.at)
        };
        let name = name.filter(|name| !name.is_empty());
        if name.is_none() {
            self.cursor.at = start;
        }
        name.map(<[u8]>::to_ascii_lowercase)
    }

    /// A command or an expression, and what it is piped into, which makes something else of it.
    fn pipeline(&mut self) -> Result<Value, CaptureError> {
        let starts_word = self.cursor.peek().is_some_and(|b| b.is_ascii_alphabetic());
        let mut value = if starts_word {
            self.command()?
        } else {
            self.expression()?
        };
        loop {
            self.skip_blanks();
            if self.cursor.rest().starts_with(b"||") || !self.cursor.eat(b"|") {
                return Ok(value);
            }
            self.skip_space();
            value = self.command()?;
        }
    }

    /// A command with its arguments.
    fn command(&mut self) -> Result<Value, CaptureError> {
        let at = self.cursor.at;
        let name = self
            .cursor
            .take_while(|b| !b.is_ascii_whitespace() && !b"|;(){}'\",`".contains(&b));
        if is_one_of(name, &COMMANDS) || is_one_of(name, &ALIASES) {
            let arguments = self.arguments()?;
            let request = arguments.into_request(self.cursor.input, at, self.hints)?;
            self.requests.push(request);
            return Ok(Value::unknown(at, "the answer to a request"));
        }
        let is_new_object = name.eq_ignore_ascii_case(b"New-Object");
        if is_new_object {
            self.skip_blanks();
            let start = self.cursor.at;
            self.skip_statement()?;
            let kind = self.cursor.input.get(start..self.cursor.at);
            return Ok(new_object(at, kind.unwrap_or_default()));
        }
        self.skip_statement()?;
        Ok(Value::unknown(
            at,
            format!("the output of {}", excerpt(name)),
        ))
    }

    /// The arguments of a command that sends a request.
    fn arguments(&mut self) -> Result<Arguments, CaptureError> {
        let mut arguments = Arguments::default();
        loop {
            self.skip_blanks();
            let at = self.cursor.at;
            let rest = self.cursor.rest();
            match rest {
                [] | [b'\r' | b'\n' | b';' | b'|' | b')' | b'}' | b'&', ..] => {
                    return Ok(arguments);
                }
                [b'>', ..] | [b'1'..=b'9' | b'*', b'>', ..] => {
                    self.skip_statement()?;
                    return Ok(arguments);
                }
                [b'-', letter, ..] if letter.is_ascii_alphabetic() => {
                    self.cursor.at += 1;
                    let name = self.cursor.take_while(is_name_byte);
                    let Some(parameter) = parameter(name) else {
                        return Err(CaptureError::at(
                            self.cursor.input,
                            at,
                            format!(
                                "expected a parameter of Invoke-WebRequest, found -{}",
                                excerpt(name)
                            ),
                            "if PowerShell knows it, remove it with its value",
                        ));
                    };
                    let has_colon = self.cursor.eat(b":");
                    if parameter == Parameter::Switch && !has_colon {
                        continue;
                    }
                    self.skip_blanks();
                    let value_at = self.cursor.at;
                    if matches!(
                        self.cursor.peek(),
                        None | Some(b'\r' | b'\n' | b';' | b'|' | b')' | b'}')
                    ) {
                        return Err(CaptureError::at(
                            self.cursor.input,
                            at,
                            format!("expected a value after -{}, found none", excerpt(name)),
                            "paste the whole command; one over several lines needs a ` at the end of each but the last",
                        ));
                    }
                    let value = self.term(Mode::Argument)?;
                    arguments.set(parameter, value_at, value);
                }
                [b'@', letter, ..] if is_name_byte(*letter) => {
                    self.cursor.at += 1;
                    let name = self.cursor.take_while(is_name_byte).to_ascii_lowercase();
                    match self
                        .variables
                        .read(at, &name, &format!("@{}", excerpt(&name)))
                    {
                        Value::Table(entries) => {
                            for (name, value) in entries {
                                arguments.set(
                                    parameter(&name).unwrap_or(Parameter::Other),
                                    at,
                                    value,
                                );
                            }
                        }
                        Value::Unknown(unknown) => {
                            return Err(not_known(self.cursor.input, "the parameters", &unknown));
                        }
                        _ => {}
                    }
                }
                _ if arguments.uri.is_none() => {
                    let value = self.term(Mode::Argument)?;
                    arguments.set(Parameter::Uri, at, value);
                }
                _ => {
                    return Err(CaptureError::at(
                        self.cursor.input,
                        at,
                        "expected a parameter such as -Headers, found another value",
                        "put a value with blanks in quotes, and a line that continues behind a `",
                    ));
                }
            }
        }
    }

    /// Terms with `+` between them; other operators make something else of them.
    fn expression(&mut self) -> Result<Value, CaptureError> {
        let at = self.cursor.at;
        let mut value = self.term(Mode::Expression)?;
        loop {
            self.skip_blanks();
            match self.cursor.rest() {
                [b'+', next, ..] if *next != b'=' => {
                    self.cursor.at += 1;
                    self.skip_space();
                    let right = self.term(Mode::Expression)?;
                    value = joined(at, &value, &right);
                }
                [b'-', letter, ..] if letter.is_ascii_alphabetic() => {
                    self.cursor.at += 1;
                    let operator = self.cursor.take_while(is_name_byte);
                    value = Value::unknown(at, format!("the result of -{}", excerpt(operator)));
                    self.skip_blanks();
                    self.term(Mode::Expression)?;
                }
                [b',', ..] => {
                    self.cursor.at += 1;
                    self.skip_space();
                    self.term(Mode::Expression)?;
                    value = Value::unknown(at, "a list");
                }
                _ => return Ok(value),
            }
        }
    }

    /// One value. It goes forward by a byte at least, unless the text or the brackets around it end here.
    fn term(&mut self, mode: Mode) -> Result<Value, CaptureError> {
        let at = self.cursor.at;
        let Some(depth) = self.depth.checked_sub(1) else {
            return Err(CaptureError::at(
                self.cursor.input,
                at,
                "expected a request, found values that are nested too deep",
                "write the text that was sent in their place",
            ));
        };
        self.depth = depth;
        let value = self.term_inside(at, mode);
        self.depth += 1;
        let value = value?;
        self.postfix(at, value)
    }

    fn term_inside(&mut self, at: usize, mode: Mode) -> Result<Value, CaptureError> {
        match self.cursor.rest() {
            [b'\'', ..] => self.single_quoted().map(Value::Text),
            [b'"', ..] => self.double_quoted(),
            [b'@', b'\'' | b'"', ..] => self.here_string(),
            [b'@', b'{', ..] => self.table(),
            [b'@', b'(', ..] => {
                self.cursor.at += 2;
                let values = self.list(at, b')')?;
                Ok(Value::List(
                    values.into_iter().map(|(_, value)| value).collect(),
                ))
            }
            [b'$', b'(', ..] => {
                self.cursor.at += 1;
                self.in_parentheses()
            }
            [b'(', ..] => self.in_parentheses(),
            [b'$', ..] => Ok(self.variable(at)),
            [b'[', ..] if mode == Mode::Expression => self.in_brackets(),

            [b'0'..=b'9', ..] if mode == Mode::Expression => {
                let digits = self
                    .cursor
                    .take_while(|b| b.is_ascii_alphanumeric() || b == b'.');
                Ok(Value::Word(String::from_utf8_lossy(digits).into_owned()))
            }
            _ => Ok(self.bare_word()),
        }
    }

    /// `.member`, `.Method(…)` and `[…]` behind a value.
    fn postfix(&mut self, at: usize, mut value: Value) -> Result<Value, CaptureError> {
        loop {
            match self.cursor.rest() {
                [b'.', letter, ..] if letter.is_ascii_alphabetic() => {
                    self.cursor.at += 1;
                    let member = self.cursor.take_while(is_name_byte);
                    let is_call = self.cursor.eat(b"(");
                    if is_call {
                        self.list(at, b')')?;
                    }
                    let known = match value {
                        Value::Table(entries) if !is_call => {
                            entries.into_iter().find_map(|(name, value)| {
                                name.eq_ignore_ascii_case(member).then_some(value)
                            })
                        }
                        value if is_call && member.eq_ignore_ascii_case(b"ToString") => Some(value),
                        _ => None,
                    };
                    value = known.unwrap_or_else(|| {
                        Value::unknown(at, format!("the member .{}", excerpt(member)))
                    });
                }
                [b'[', ..]
                    if matches!(value, Value::Table(_) | Value::List(_) | Value::Unknown(_)) =>
                {
                    self.cursor.at += 1;
                    self.list(at, b']')?;
                    value = Value::unknown(at, "a part of a variable");
                }
                _ => return Ok(value),
            }
        }
    }

    /// A word without quotes, up to a blank or an operator.
    fn bare_word(&mut self) -> Value {
        let mut text = Text::default();
        let at = self.cursor.at;
        let mut unknown = None;
        while let Some(byte) = self.cursor.peek() {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b'(' | b')' | b'{' | b'}' | b',' => {
                    break;
                }
                b'`' => {
                    self.cursor.at += 1;
                    self.escape(&mut text);
                }
                b'$' => self.piece(&mut text, &mut unknown),
                _ => {
                    self.cursor.at += 1;
                    text.push(&[byte]);
                }
            }
        }
        if self.cursor.at == at && matches!(self.cursor.peek(), Some(b',' | b'|' | b'{')) {
            self.cursor.at += 1;
        }
        unknown.unwrap_or_else(|| Value::Text(text.finish()))
    }

    /// A variable by itself.
    fn variable(&mut self, at: usize) -> Value {
        let Some(name) = self.variable_name() else {
            self.cursor.at += 1;
            return Value::unknown(at, "a $ that stands for something");
        };
        match name.as_slice() {
            b"true" | b"false" => Value::Word(String::from_utf8_lossy(&name).into_owned()),
            b"null" => Value::Nothing,
            _ => {
                let shown = shown(&name);
                self.variables.read(at, &name, &shown)
            }
        }
    }

    fn single_quoted(&mut self) -> Result<Vec<u8>, CaptureError> {
        let quote = self.cursor.at;
        self.cursor.at += 1;
        let mut text = Vec::new();
        loop {
            text.extend_from_slice(self.cursor.take_while(|b| b != b'\''));
            if self.cursor.eat(b"''") {
                text.push(b'\'');
            } else if self.cursor.eat(b"'") {
                return Ok(text);
            } else {
                return Err(self.cursor.not_closed(quote, "single quote (')"));
            }
        }
    }

    fn double_quoted(&mut self) -> Result<Value, CaptureError> {
        let quote = self.cursor.at;
        self.cursor.at += 1;
        let mut text = Text::default();
        let mut unknown = None;
        loop {
            text.push(self.cursor.take_while(|b| !matches!(b, b'"' | b'`' | b'$')));
            if self.cursor.eat(b"\"\"") {
                text.push(b"\"");
            } else if self.cursor.eat(b"\"") {
                return Ok(unknown.unwrap_or_else(|| Value::Text(text.finish())));
            } else {
                self.piece_or_escape(quote, &mut text, &mut unknown)?;
            }
        }
    }

    fn piece_or_escape(
        &mut self,
        quote: usize,
        text: &mut Text,
        unknown: &mut Option<Value>,
    ) -> Result<(), CaptureError> {
        if self.cursor.eat(b"`") {
            self.escape(text);
        } else if self.cursor.rest().starts_with(b"$(") {
            let at = self.cursor.at;
            let value = self.term(Mode::Expression)?;
            insert(at, &value, text, unknown);
        } else if self.cursor.peek() == Some(b'$') {
            self.piece(text, unknown);
        } else {
            return Err(self.cursor.not_closed(quote, "double quote (\")"));
        }
        Ok(())
    }

    /// What a backquote makes of the character behind it.
    fn escape(&mut self, text: &mut Text) {
        let Some(letter) = self.cursor.next() else {
            return;
        };
        let byte = match letter {
            b'0' => 0,
            b'a' => 0x07,
            b'b' => 0x08,
            b'e' => 0x1b,
            b'f' => 0x0c,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 0x0b,
            b'u' if self.cursor.eat(b"{") => {
                if let Some(number) = self.cursor.hex(6) {
                    text.push_unit(number);
                }
                self.cursor.eat(b"}");
                return;
            }
            _ => letter,
        };
        text.push(&[byte]);
    }

    /// A variable inside a text; a `$` that begins none is itself.
    fn piece(&mut self, text: &mut Text, unknown: &mut Option<Value>) {
        let at = self.cursor.at;
        if let Some(name) = self.variable_name() {
            let shown = shown(&name);
            let value = self.variables.read(at, &name, &shown);
            insert(at, &value, text, unknown);
        } else {
            self.cursor.at += 1;
            text.push(b"$");
        }
    }

    /// `@"` and a line end, and everything up to a line that begins with `"@`.
    fn here_string(&mut self) -> Result<Value, CaptureError> {
        let start = self.cursor.at;
        let expands = self.cursor.rest().starts_with(b"@\"");
        self.cursor.at += 2;
        self.cursor
            .take_while(|b| matches!(b, b' ' | b'\t' | b'\r'));
        let end: &[u8] = if expands { b"\n\"@" } else { b"\n'@" };
        let mut text = Text::default();
        let mut unknown = None;
        if self.cursor.rest().starts_with(end) {
            self.cursor.at += end.len();
            return Ok(Value::Text(Vec::new()));
        }
        self.cursor.eat(b"\n");
        loop {
            let plain = self.cursor.take_while(|b| {
                !(matches!(b, b'\r' | b'\n') || expands && matches!(b, b'`' | b'$'))
            });
            text.push(plain);
            let line_end = self.cursor.at;
            self.cursor.eat(b"\r");
            if self.cursor.rest().starts_with(end) {
                self.cursor.at += end.len();
                return Ok(unknown.unwrap_or_else(|| Value::Text(text.finish())));
            }
            self.cursor.eat(b"\n");
            if self.cursor.at > line_end {
                text.push(
                    self.cursor
                        .input
                        .get(line_end..self.cursor.at)
                        .unwrap_or_default(),
                );
            } else if self.cursor.peek().is_none() {
                return Err(self.cursor.not_closed(start, "here-string (@\" or @')"));
            } else {
                self.piece_or_escape(start, &mut text, &mut unknown)?;
            }
        }
    }

    /// `@{ name = value; … }`
    fn table(&mut self) -> Result<Value, CaptureError> {
        let start = self.cursor.at;
        self.cursor.at += 2;
        let mut entries: Vec<(Vec<u8>, Value)> = Vec::new();
        loop {
            self.skip_space();
            if self.cursor.eat(b"}") {
                return Ok(Value::Table(entries));
            }
            if self.cursor.peek().is_none() {
                return Err(self.cursor.not_closed(start, "hashtable (@{)"));
            }
            let at = self.cursor.at;
            let key = match self.cursor.peek() {
                Some(b'\'' | b'"' | b'$' | b'(') => self.term(Mode::Expression)?,
                _ => Value::Text(
                    self.cursor
                        .take_while(|b| is_name_byte(b) || b == b'-')
                        .to_vec(),
                ),
            };
            self.skip_blanks();
            if !self.is_assignment() {
                return Err(CaptureError::at(
                    self.cursor.input,
                    self.cursor.at,
                    "expected = between a name and a value of the hashtable, found something else",
                    "write each entry as \"Name\" = \"value\", on a line of its own or with ; between them",
                ));
            }
            let value = self.right_side()?;
            match key {
                Value::Unknown(unknown) => {
                    return Err(not_known(self.cursor.input, "a name", &unknown));
                }
                key => entries.push((call::text(self.cursor.input, at, "a name", key)?, value)),
            }
        }
    }

    /// `(…)`: what stands inside.
    fn in_parentheses(&mut self) -> Result<Value, CaptureError> {
        let start = self.cursor.at;
        self.cursor.at += 1;
        self.skip_space();
        let value = self.pipeline()?;
        loop {
            self.skip_space();
            if self.cursor.eat(b")") {
                return Ok(value);
            }
            if self.cursor.peek().is_none() {
                return Err(self.cursor.not_closed(start, "parenthesis"));
            }
            self.cursor.at += 1;
            self.skip_statement()?;
        }
    }

    /// Expressions with commas between them, up to a closing bracket.
    fn list(&mut self, start: usize, close: u8) -> Result<Vec<(usize, Value)>, CaptureError> {
        let mut values = Vec::new();
        loop {
            self.skip_space();
            if self.cursor.eat(&[close]) {
                return Ok(values);
            }
            let at = self.cursor.at;
            match self.cursor.peek() {
                None => return Err(self.cursor.not_closed(start, "bracket")),
                Some(b',') => self.cursor.at += 1,
                Some(_) => {
                    let value = self.list_element()?;
                    values.push((at, value));
                    if self.cursor.at == at {
                        self.cursor.at += 1;
                    }
                }
            }
        }
    }

    fn list_element(&mut self) -> Result<Value, CaptureError> {
        let at = self.cursor.at;
        let mut value = self.term(Mode::Expression)?;
        loop {
            self.skip_blanks();
            if self.cursor.peek() != Some(b'+') {
                return Ok(value);
            }
            self.cursor.at += 1;
            self.skip_space();
            let right = self.term(Mode::Expression)?;
            value = joined(at, &value, &right);
        }
    }

    /// `[type]value` and `[type]::Member(…)`.
    fn in_brackets(&mut self) -> Result<Value, CaptureError> {
        let at = self.cursor.at;
        self.cursor.at += 1;
        let kind = self.cursor.take_while(|b| b != b']' && b != b'\n');
        if !self.cursor.eat(b"]") {
            return Ok(Value::unknown(at, "a type"));
        }
        let is = |name: &str| kind.eq_ignore_ascii_case(name.as_bytes());
        if self.cursor.eat(b"::") {
            let member = self.cursor.take_while(is_name_byte);
            let arguments = if self.cursor.eat(b"(") {
                self.list(at, b')')?
            } else {
                Vec::new()
            };
            let is_utf_8 = kind.to_ascii_lowercase().ends_with(b"encoding")
                && member.eq_ignore_ascii_case(b"UTF8");
            if is_utf_8 && self.cursor.eat(b".GetBytes(") {
                let value = self.list(at, b')')?.into_iter().next();
                return Ok(match value {
                    Some((_, Value::Text(text))) => Value::Bytes(text),
                    Some((_, value)) => value,
                    None => Value::Nothing,
                });
            }
            if member.eq_ignore_ascii_case(b"new") && arguments.is_empty() {
                return Ok(new_object(at, kind));
            }
            return Ok(Value::unknown(
                at,
                format!("[{}]::{}", excerpt(kind), excerpt(member)),
            ));
        }
        self.skip_blanks();
        let value = self.term(Mode::Expression)?;
        let number = || {
            let digits = core::str::from_utf8(value.as_text()?).ok()?;
            match digits.strip_prefix("0x") {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => digits.parse().ok(),
            }
        };
        match number().filter(|_| is("char")) {
            Some(unit) => Ok(Value::Unit(unit)),
            None => Ok(value),
        }
    }
}

/// Where a value stands: among the arguments of a command, words need no quotes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Argument,
    Expression,
}

const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// A variable's name as it is written.
fn shown(name: &[u8]) -> String {
    format!("${}", excerpt(name))
}

/// Puts a value into a text.
fn insert(at: usize, value: &Value, text: &mut Text, unknown: &mut Option<Value>) {
    match value {
        Value::Unit(unit) => text.push_unit(*unit),
        Value::Nothing => {}
        value => match value.as_text() {
            Some(inner) => text.push(inner),
            None => {
                unknown.get_or_insert_with(|| match value {
                    Value::Unknown(_) => value.clone(),
                    _ => Value::unknown(at, "a value that is no text"),
                });
            }
        },
    }
}

/// Two texts in a row, as `+` makes one of them.
fn joined(at: usize, left: &Value, right: &Value) -> Value {
    let mut text = Text::default();
    let mut unknown = None;
    insert(at, left, &mut text, &mut unknown);
    insert(at, right, &mut text, &mut unknown);
    unknown.unwrap_or_else(|| Value::Text(text.finish()))
}

/// A new object of a type: an empty hashtable for those that hold names and values.
fn new_object(at: usize, kind: &[u8]) -> Value {
    let kind_lower = kind.to_ascii_lowercase();
    let has = |part: &[u8]| contains(&kind_lower, part);
    if has(b"dictionary") || has(b"hashtable") {
        Value::Table(Vec::new())
    } else if has(b"multipartformdatacontent") {
        Value::Multipart
    } else {
        Value::unknown(at, "an object of a type that is not read")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use oauth1_core::request::BodyKind;

    fn read_all(text: &str) -> Vec<CapturedRequest> {
        read(text.as_bytes(), &Hints::default())
            .unwrap_or_else(|error| panic!("{text}: {error}"))
            .into_iter()
            .filter_map(|captured| captured.request)
            .collect()
    }

    fn read_plain(text: &str) -> CapturedRequest {
        let mut all = read_all(text);
        assert_eq!(all.len(), 1, "{text}");
        all.remove(0)
    }

    fn fail(text: &str) -> CaptureError {
        read(text.as_bytes(), &Hints::default()).unwrap_err()
    }

    fn body(text: &str) -> String {
        String::from_utf8(read_plain(text).request.body).unwrap()
    }

    fn header(text: &str, name: &str) -> Option<String> {
        let request = read_plain(text).request;
        request
            .header(name)
            .map(|value| String::from_utf8(value.to_vec()).unwrap())
    }

    #[test]
    fn quotes_and_backquotes() {
        for (value, text) in [
            (r#"'it''s $x `n ""'"#, "it's $x `n \"\""),
            (
                r#""say ""hi"" `"there`" it's `$5 5$ $""#,
                "say \"hi\" \"there\" it's $5 5$ $",
            ),
            (r#""`n`t`r`0`a`q`u{1F600}""#, "\n\t\r\0\x07q😀"),
            (
                r#""na$([char]239)ve $([char]55357)$([char]0xDE00)!""#,
                "naïve 😀!",
            ),
            ("\"a`\nb\nc\"", "a\nb\nc"),
            (
                "@\"\nit's \"\"quoted`\"\n$x`$\n\"@",
                "it's \"\"quoted\"\nX$",
            ),
            ("@'\r\na $x `n\r\n\r\n'@", "a $x `n\r\n"),
            ("@'\n'@", ""),
            ("\"$x-${x}$($x)_$x\"", "X-XX_X"),
            ("('a' + \"b$x\" + 1)", "abX1"),
            ("([Text.Encoding]::UTF8.GetBytes('é'))", "é"),
            ("plain`,word", "plain,word"),
            ("$x", "X"),
        ] {
            let script =
                format!("$x = 'X'\nInvoke-RestMethod -Uri http://h/ -Method Put -Body {value}");
            assert_eq!(body(&script), text, "{value}");
        }
    }

    #[test]
    fn parameters_in_any_case_and_shortened() {
        let captured = read_plain(
            "iwr http://h/p?a=b `\r\n  -me:pOsT -USEBASIC -Head @{ 'A' = 'b'; C=\"d\"\n e-f = 1 } -TimeoutSec 5 -SkipCert:$true -bod 'x=y' | Select Content",
        );
        let request = captured.request;
        assert_eq!(request.method, b"POST");
        assert_eq!(request.query.as_deref(), Some(&b"a=b"[..]));
        let headers: Vec<_> = request
            .headers
            .iter()
            .map(|header| [header.name.as_slice(), b"=", &header.value].concat())
            .collect();
        assert_eq!(
            headers,
            [
                &b"A=b"[..],
                b"C=d",
                b"e-f=1",
                b"Content-Type=application/x-www-form-urlencoded"
            ]
        );
        assert_eq!(request.body, b"x=y");
        assert_eq!(read_plain("irm h").request.authority, b"h");
    }

    #[test]
    fn the_content_type_is_a_form_for_post_alone() {
        const FORM: &str = "application/x-www-form-urlencoded";
        for (command, expected) in [
            ("irm h -Method Post -Body a=b", Some(FORM)),
            ("irm h -Method Put -Body a=b", None),
            (
                "irm h -Method Post -Body a=b -ContentType text/xml",
                Some("text/xml"),
            ),
            (
                "irm h -Method Post -Body a=b -Headers @{'content-type'='a/b'}",
                Some("a/b"),
            ),
            (
                "irm h -ContentType c/d -Headers @{'content-type'='a/b'}",
                Some("c/d"),
            ),
            ("irm h", None),
        ] {
            assert_eq!(
                header(command, "Content-Type").as_deref(),
                expected,
                "{command}"
            );
        }
        let parts = read_plain("irm h -Method Post -Form @{ a = 'b' }");
        assert_eq!(parts.request.body_kind(), BodyKind::Multipart);
    }

    #[test]
    fn a_hashtable_is_a_form_or_a_query() {
        let table = "@{ 'a b' = 'c&d~(e)*'; f = 5; g = $null }";
        let post = read_plain(&format!("irm h -Method Post -Body {table}"));
        assert_eq!(post.request.body, b"a+b=c%26d%7E(e)*&f=5&g=");
        assert!(post.notes[0].contains("hashtable"));
        let get = read_plain(&format!("irm h?x=1 -Body {table}"));
        assert_eq!(
            get.request.query.as_deref(),
            Some(&b"x=1&a+b=c%26d%7E(e)*&f=5&g="[..])
        );
        assert_eq!(get.request.body, b"");
    }

    #[test]
    fn variables_hold_what_was_assigned_last() {
        let script = r#"
            [Net.ServicePointManager]::SecurityProtocol = 'Tls12'
            $h = New-Object "System.Collections.Generic.Dictionary[[String],[String]]"
            $h.Add("A", "1"); $H["B"] = 'two'
            $h.C = 'three' ; $h.a = 'again'
            $b = [ordered]@{ x = 'y' }   # comment ' with a quote
            <# more
               'comments #>
            $u = 'http://h'
            $u += "/p"
            $p = @{ Uri = $u; Headers = @{}; Method = 'Delete' }
            $p.Headers['D'] = $b.x
            function Send { Invoke-RestMethod @p; $r = (Invoke-WebRequest -Headers $h $u).Content }
        "#;
        let all = read_all(script);
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].request.method, b"DELETE");
        assert_eq!(all[0].request.path, b"/p");
        assert_eq!(all[0].request.header("D"), Some(&b"y"[..]));
        for (name, value) in [("A", "again"), ("B", "two"), ("C", "three")] {
            assert_eq!(all[1].request.header(name), Some(value.as_bytes()));
        }
    }

    #[test]
    fn what_is_not_known_is_named() {
        for (script, found) in [
            ("irm $url", "the variable $url"),
            ("irm \"http://$h/\"", "the variable $h"),
            ("irm $env:URL", "the variable $env:url"),
            ("$u = Get-Url 5\nirm $u", "the output of Get-Url"),
            (
                "irm h -Headers @{ Authorization = \"OAuth $(Get-Date)\" }",
                "the output of Get-Date",
            ),
            (
                "irm h -Headers @{ Authorization = [Guid]::NewGuid() }",
                "[Guid]::NewGuid",
            ),
            (
                "irm h -Method Post -Body ($b | ConvertTo-Json)",
                "the output of ConvertTo-Json",
            ),
            ("irm h -Method Post -InFile f.txt", "a file"),
            ("irm h -Headers $h", "the variable $h"),
            ("irm @p", "the variable @p"),
            ("irm ('a' -f 5)", "the result of -f"),
        ] {
            let error = fail(script);
            assert!(error.message.contains(found), "{script}: {error}");
        }
        let json = read_plain(
            "irm h -Method Post -Body ($b | ConvertTo-Json) -ContentType application/json -Headers @{ 'X' = $x }",
        );
        assert_eq!((json.request.body.len(), json.notes.len()), (0, 2));
        assert_eq!(json.request.header("X"), None);
        let ascii = read_plain("irm h -Method Post -Body 'é'");
        assert!(ascii.notes[0].contains("7.4"));
    }

    #[test]
    fn errors_say_where() {
        for (script, line, column, message) in [
            ("irm 'http://s3cret", 1, 5, "closed"),
            ("irm h `\n -Body \"s3cret", 2, 8, "closed"),
            ("irm h -Headers @{\n 'A' = 's3cret'\n", 1, 16, "hashtable"),
            ("irm h -Headers @{\n 'A' 's3cret' }", 2, 6, "expected ="),
            ("irm h -Body @'\ns3cret", 1, 13, "here-string"),
            ("irm h -Body ('s3cret'", 1, 13, "parenthesis"),
            ("irm h -Bogus s3cret", 1, 7, "-Bogus"),
            ("irm h -Method", 1, 7, "value after -Method"),
            ("irm h s3cret", 1, 7, "another value"),
            ("irm -UseBasicParsing", 1, 1, "-Uri"),
            ("irm h -Headers 's3cret'", 1, 16, "hashtable"),
            ("irm ftp://s3cret/", 1, 5, "http://"),
            ("irm @('s3cret')", 1, 5, "list"),
            ("Get-Date", 1, 1, "found neither"),
        ] {
            let error = fail(script);
            assert_eq!(
                (error.line, error.column),
                (line, column),
                "{script}: {error}"
            );
            assert!(error.message.contains(message), "{script}: {error}");
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
        let deep = fail(&format!("irm {}", "(".repeat(1000)));
        assert!(deep.message.contains("nested"));
    }

    #[test]
    fn it_is_told_by_its_commands() {
        for text in [
            "Invoke-WebRequest http://h/",
            "irm http://h/",
            "PS C:\\> iwr http://h/",
            "# a comment\n$headers = @{}\nInvoke-RestMethod http://h/",
            "[Net.ServicePointManager]::X = 1\nirm http://h/",
            "curl -Uri http://h/",
            "wget http://h/ -UseBasicParsing",
        ] {
            assert!(looks_like(text.as_bytes()), "{text}");
        }
        for text in [
            "curl http://h/",
            "$ curl http://h/",
            "$x = 5",
            "[\"::\", \"irm \"]",
            "PS",
            "#",
        ] {
            assert!(!looks_like(text.as_bytes()), "{text}");
        }
    }
}
