//! A call of JavaScript's `fetch`, as browsers copy it ("Copy as fetch") and as programs write it: the request that it
//! sends.
//!
//! The program is read, never run. Literals are known, and so are variables that hold them, `new Headers`,
//! `new URLSearchParams`, `new FormData` and what is appended to them, and `JSON.stringify` of literals.

use crate::{
    Captured, CapturedRequest, Hints,
    call::{self, Body, Call, not_known},
    error::{CaptureError, excerpt},
    format::Spec,
    program::{Cursor, DEEPEST, Text, Value, Variables},
    url,
};
use oauth1_core::encode::{percent_decode, percent_encode};
use std::collections::BTreeMap;

pub(crate) const SPEC: Spec = Spec {
    name: "fetch",
    description: "a call of JavaScript's fetch, as browsers copy it",
    noun: "a fetch call",
    looks_like,
    may_look_like: &[],
    keeps_byte_order_mark: false,
    read,
};

fn looks_like(text: &[u8]) -> bool {
    const FIRST: [&[u8]; 14] = [
        b"fetch",
        b"await",
        b"window",
        b"globalThis",
        b"const",
        b"let",
        b"var",
        b"import",
        b"export",
        b"async",
        b"function",
        b"return",
        b"try",
        b"use",
    ];
    let mut cursor = Cursor::new(text);
    skip_space(&mut cursor);
    // The prompt of Node's console.
    cursor.take_while(|b| matches!(b, b'>' | b' '));
    cursor.take_while(|b| matches!(b, b'(' | b'"' | b'\''));
    let word = cursor.take_while(is_name_byte);
    FIRST.contains(&word)
        && text
            .windows(b"fetch(".len())
            .any(|window| window == b"fetch(")
}

/// Reads all calls of `fetch` in a program.
fn read(input: &[u8], hints: &Hints) -> Result<Vec<Captured>, CaptureError> {
    let mut program = Program {
        cursor: Cursor::new(input),
        variables: Variables::new(),
        requests: Vec::new(),
        hints,
        depth: DEEPEST,
    };
    program.run()?;
    if program.requests.is_empty() {
        return Err(CaptureError::at(
            input,
            0,
            "expected a call of fetch, found none",
            "paste the whole call, from the word fetch on, with the variables that it takes",
        ));
    }
    Ok(call::numbered(program.requests))
}

struct Program<'a> {
    cursor: Cursor<'a>,
    variables: Variables,
    requests: Vec<CapturedRequest>,
    hints: &'a Hints,
    /// How much deeper expressions may be nested.
    depth: usize,
}

impl<'a> Program<'a> {
    /// Looks for assignments, for what is added to the things that variables hold, and for calls of `fetch`. All else is
    /// passed over.
    fn run(&mut self) -> Result<(), CaptureError> {
        let mut before: &[u8] = b"";
        loop {
            skip_space(&mut self.cursor);
            let at = self.cursor.at;
            let Some(byte) = self.cursor.peek() else {
                return Ok(());
            };
            if !is_name_byte(byte) {
                self.cursor.at += 1;
                if matches!(byte, b'"' | b'\'' | b'`') {
                    self.skip_string(byte);
                }
                before = b"";
                continue;
            }
            let word = self.name();
            match word {
                b"fetch" if before != b"function" => self.fetch(at)?,
                _ => self.statement(at, word)?,
            }
            before = word;
        }
    }

    /// Goes past the quote that closes a string which nobody asks for, if there is one: an apostrophe may be part of
    /// something else, such as a regular expression.
    fn skip_string(&mut self, quote: u8) {
        let mut escaped = false;
        let length = self.cursor.rest().iter().position(|&byte| {
            let ends = !escaped && (byte == quote || byte == b'\n' && quote != b'`');
            escaped = byte == b'\\' && !escaped;
            ends
        });
        match length {
            Some(length) if self.cursor.rest().get(length) == Some(&quote) => {
                self.cursor.at += length + 1;
            }
            _ => {}
        }
    }

    /// What may follow a name that begins a statement: `= …`, `.append(…)`, `.set(…)`, `.member = …`.
    fn statement(&mut self, at: usize, name: &[u8]) -> Result<(), CaptureError> {
        skip_space(&mut self.cursor);
        if self.is_assignment() {
            let value = self.whole_expression()?;
            self.variables.set(name, value);
            return Ok(());
        }
        if self.variables.get_mut(name).is_none() {
            return Ok(());
        }
        if self.cursor.eat(b"+=") {
            let right = self.whole_expression()?;
            let left = self.variables.read(at, name, &excerpt(name));
            self.variables.set(name, joined(at, left, right));
            return Ok(());
        }
        let mut path = Vec::new();
        loop {
            if self.cursor.eat(b".") {
                path.push(Value::Text(self.name().to_vec()));
            } else if self.cursor.eat(b"[") {
                let mut keys = self.sequence(at, b']')?;
                path.extend(keys.pop().map(|(_, key)| key));
            } else {
                break;
            }
        }
        let method = match path.last() {
            Some(Value::Text(member)) if member == b"append" => Some(false),
            Some(Value::Text(member)) if member == b"set" => Some(true),
            _ => None,
        };
        match method {
            Some(replaces) if self.cursor.eat(b"(") => {
                path.pop();
                let mut arguments = self.sequence(at, b')')?.into_iter().map(|(_, value)| value);
                if let (Some(key), Some(value)) = (arguments.next(), arguments.next()) {
                    path.push(key);
                    self.add(name, at, &path, value, replaces);
                }
            }
            _ => {
                skip_space(&mut self.cursor);
                if !path.is_empty() && self.is_assignment() {
                    let value = self.whole_expression()?;
                    self.add(name, at, &path, value, true);
                }
            }
        }
        Ok(())
    }

    /// Adds a name and a value to what a variable holds.
    fn add(&mut self, variable: &[u8], at: usize, path: &[Value], value: Value, replaces: bool) {
        if let Some(held) = self.variables.get_mut(variable) {
            held.add(at, path, value, replaces);
        }
    }

    /// Goes past a single `=`.
    fn is_assignment(&mut self) -> bool {
        let rest = self.cursor.rest();
        !rest.starts_with(b"==") && !rest.starts_with(b"=>") && self.cursor.eat(b"=")
    }

    /// An expression up to the end of its statement; what follows it there makes something else of it.
    fn whole_expression(&mut self) -> Result<Value, CaptureError> {
        let value = self.expression()?;
        let at = self.cursor.at;
        self.cursor.take_while(|b| matches!(b, b' ' | b'\t'));
        let ends = matches!(
            self.cursor.rest(),
            [] | [b'\r' | b'\n' | b';' | b',' | b')' | b']' | b'}', ..] | [b'/', b'/' | b'*', ..]
        );
        Ok(match value {
            value if ends => value,
            Value::Unknown(_) => value,
            _ => Value::unknown(at, "the result of an expression"),
        })
    }

    /// `fetch(url, options)`; the cursor is behind the name.
    fn fetch(&mut self, at: usize) -> Result<(), CaptureError> {
        skip_space(&mut self.cursor);
        let start = self.cursor.at;
        if !self.cursor.eat(b"(") {
            return Ok(());
        }
        let mut arguments = self.sequence(start, b')')?.into_iter();
        let request = request(
            self.cursor.input,
            at,
            arguments.next(),
            arguments.next(),
            self.hints,
        )?;
        self.requests.push(request);
        Ok(())
    }

    /// A value, or several with `+` between them.
    fn expression(&mut self) -> Result<Value, CaptureError> {
        let Some(depth) = self.depth.checked_sub(1) else {
            return Err(CaptureError::at(
                self.cursor.input,
                self.cursor.at,
                "expected a request, found values that are nested too deep",
                "write the text that was sent in their place",
            ));
        };
        self.depth = depth;
        let value = self.sum();
        self.depth += 1;
        value
    }

    fn sum(&mut self) -> Result<Value, CaptureError> {
        skip_space(&mut self.cursor);
        let at = self.cursor.at;
        let mut value = self.term()?;
        loop {
            let end = self.cursor.at;
            skip_space(&mut self.cursor);
            let rest = self.cursor.rest();
            if !rest.starts_with(b"+") || rest.starts_with(b"+=") || rest.starts_with(b"++") {
                self.cursor.at = end;
                return Ok(value);
            }
            self.cursor.at += 1;
            skip_space(&mut self.cursor);
            let right = self.term()?;
            value = joined(at, value, right);
        }
    }

    fn term(&mut self) -> Result<Value, CaptureError> {
        let at = self.cursor.at;
        match self.cursor.peek() {
            Some(b'"' | b'\'' | b'`') => {
                let value = self.string()?;
                self.postfix(at, "a string".into(), value)
            }
            Some(b'{') => self.object(at),
            Some(b'[') => {
                self.cursor.at += 1;
                let elements = self.sequence(at, b']')?;
                let list = elements.into_iter().map(|(_, value)| value).collect();
                self.postfix(at, "a list".into(), Value::List(list))
            }
            Some(b'(') => {
                self.cursor.at += 1;
                let mut values = self.sequence(at, b')')?;
                let value = match (values.pop(), values.is_empty()) {
                    (Some((_, value)), true) => value,
                    _ => Value::unknown(at, "the result of an expression"),
                };
                self.postfix(at, "an expression".into(), value)
            }
            Some(b'0'..=b'9' | b'-') => Ok(self.number(at)),
            Some(byte) if is_name_byte(byte) => self.named(at),
            _ => Ok(Value::unknown(at, "the result of an expression")),
        }
    }

    /// A name, and what it stands for.
    fn named(&mut self, at: usize) -> Result<Value, CaptureError> {
        let name = self.name();
        let value = match name {
            b"true" | b"false" => Value::Word(String::from_utf8_lossy(name).into_owned()),
            b"null" | b"undefined" => Value::Nothing,
            b"await" => return self.expression(),
            b"new" => {
                skip_space(&mut self.cursor);
                let class = self.name();
                let arguments = self.arguments()?;
                constructed(at, class, arguments)
            }
            b"function" | b"async" | b"class" => return Ok(Value::unknown(at, "a function")),
            b"fetch" => {
                self.fetch(at)?;
                return Ok(Value::unknown(at, "the answer to a request"));
            }
            b"JSON" if self.cursor.eat(b".stringify") => stringified(at, &self.arguments()?),
            _ => {
                let shown = excerpt(name);
                self.variables.read(at, name, &shown)
            }
        };
        self.postfix(at, excerpt(name), value)
    }

    /// The arguments of a call, if there is one.
    fn arguments(&mut self) -> Result<Vec<Value>, CaptureError> {
        let start = self.cursor.at;
        if !self.cursor.eat(b"(") {
            return Ok(Vec::new());
        }
        let arguments = self.sequence(start, b')')?;
        Ok(arguments.into_iter().map(|(_, value)| value).collect())
    }

    /// `.member`, `[…]` and `(…)` behind a value. `shown` says in a message what it is.
    fn postfix(
        &mut self,
        at: usize,
        mut shown: String,
        mut value: Value,
    ) -> Result<Value, CaptureError> {
        loop {
            let start = self.cursor.at;
            if self.cursor.eat(b".") || self.cursor.eat(b"?.") {
                let member = self.name();
                if member == b"toString" && self.cursor.eat(b"(") {
                    self.sequence(start, b')')?;
                    value = match written(&value) {
                        Some(text) => Value::Text(text),
                        None => value,
                    };
                    continue;
                }
                shown = format!("{shown}.{}", excerpt(member));
                let entry = match value {
                    Value::Table(entries) => entries
                        .into_iter()
                        .rfind(|(name, _)| name == member)
                        .map(|(_, value)| value),
                    _ => None,
                };
                value = entry.unwrap_or_else(|| {
                    Value::unknown(at, format!("the value of {}", short(&shown)))
                });
            } else if self.cursor.eat(b"[") {
                self.sequence(start, b']')?;
                value = Value::unknown(at, format!("a part of {}", short(&shown)));
            } else if self.cursor.eat(b"(") {
                self.sequence(start, b')')?;
                value = Value::unknown(at, format!("the result of {}(…)", short(&shown)));
            } else {
                return Ok(value);
            }
        }
    }

    /// Expressions with commas between them up to a closing bracket, each with its place. The cursor is behind the opening
    /// one, which stands at `start`.
    fn sequence(&mut self, start: usize, close: u8) -> Result<Vec<(usize, Value)>, CaptureError> {
        let mut values = Vec::new();
        loop {
            skip_space(&mut self.cursor);
            let at = self.cursor.at;
            match self.cursor.peek() {
                None => return Err(self.cursor.not_closed(start, "bracket")),
                Some(byte) if byte == close => {
                    self.cursor.at += 1;
                    return Ok(values);
                }
                Some(b',') => self.cursor.at += 1,
                Some(_) => {
                    let value = self.element()?;
                    values.push((at, value));
                }
            }
        }
    }

    /// One expression of a sequence, up to the comma or bracket behind it.
    fn element(&mut self) -> Result<Value, CaptureError> {
        let at = self.cursor.at;
        let value = if self.cursor.eat(b"...") {
            self.expression()?;
            Value::unknown(at, "the parts of something (...)")
        } else {
            self.expression()?
        };
        skip_space(&mut self.cursor);
        if matches!(self.cursor.peek(), Some(b',' | b')' | b']' | b'}')) && self.cursor.at > at {
            return Ok(value);
        }
        self.skip_element(at)?;
        Ok(match value {
            Value::Unknown(_) => value,
            _ => Value::unknown(at, "the result of an expression"),
        })
    }

    /// Goes to the comma or closing bracket that ends an expression, by a byte at least.
    fn skip_element(&mut self, start: usize) -> Result<(), CaptureError> {
        let mut open = 0_usize;
        loop {
            skip_space(&mut self.cursor);
            match self.cursor.peek() {
                // Whoever reads the brackets around it says so.
                None => return Ok(()),
                Some(b',' | b')' | b']' | b'}') if open == 0 && self.cursor.at > start => {
                    return Ok(());
                }
                Some(b'"' | b'\'' | b'`') => {
                    self.string()?;
                }
                Some(byte) => {
                    match byte {
                        b'(' | b'[' | b'{' => open += 1,
                        b')' | b']' | b'}' => open = open.saturating_sub(1),
                        _ => {}
                    }
                    self.cursor.at += 1;
                }
            }
        }
    }

    /// `{ name: value, … }`
    fn object(&mut self, start: usize) -> Result<Value, CaptureError> {
        self.cursor.at += 1;
        let mut entries: Vec<(Vec<u8>, Value)> = Vec::new();
        let mut unknown = None;
        loop {
            skip_space(&mut self.cursor);
            let at = self.cursor.at;
            let key = match self.cursor.peek() {
                None => return Err(self.cursor.not_closed(start, "brace ({)")),
                Some(b'}') => {
                    self.cursor.at += 1;
                    return Ok(unknown.unwrap_or_else(|| Value::Table(last_of_each(entries))));
                }
                Some(b',') => {
                    self.cursor.at += 1;
                    continue;
                }
                Some(b'"' | b'\'') => self.string()?,
                Some(b'[') => {
                    self.cursor.at += 1;
                    let mut names = self.sequence(at, b']')?;
                    names.pop().map_or(Value::Nothing, |(_, name)| name)
                }
                Some(b'.') if self.cursor.eat(b"...") => {
                    match self.element()? {
                        Value::Table(others) => entries.extend(others),
                        Value::Nothing => {}
                        _ => {
                            unknown.get_or_insert_with(|| {
                                Value::unknown(at, "an object with the parts of another (...)")
                            });
                        }
                    }
                    continue;
                }
                Some(byte) if is_name_byte(byte) => Value::Text(self.name().to_vec()),
                Some(_) => Value::unknown(at, "the name of a member"),
            };
            skip_space(&mut self.cursor);
            let value = if self.cursor.eat(b":") {
                skip_space(&mut self.cursor);
                self.element()?
            } else if let (Some(b',' | b'}'), Some(name)) = (self.cursor.peek(), key.as_text()) {
                let (name, shown) = (name.to_vec(), excerpt(name));
                self.variables.read(at, &name, &shown)
            } else {
                self.skip_element(at)?;
                Value::unknown(at, "a function")
            };
            match key.as_text() {
                Some(name) => entries.push((name.to_vec(), value)),
                None => {
                    unknown.get_or_insert_with(|| {
                        Value::unknown(at, "an object with a name that is not known")
                    });
                }
            }
        }
    }

    /// A number in the one form that JavaScript writes it in.
    fn number(&mut self, at: usize) -> Value {
        let sign = self.cursor.eat(b"-");
        let digits = self
            .cursor
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_'));
        let text = String::from_utf8_lossy(digits);
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (&*text, None),
        };
        let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let is_plain = all_digits(whole)
            && (whole == "0" || !whole.starts_with('0'))
            && fraction.is_none_or(|text| all_digits(text) && !text.ends_with('0'))
            && text.len() <= 15
            && !(sign && text == "0")
            && !(whole == "0" && fraction.is_some_and(|text| text.starts_with("00000")));
        if is_plain {
            Value::Word(format!("{}{text}", if sign { "-" } else { "" }))
        } else {
            Value::unknown(at, "a number or expression")
        }
    }

    fn name(&mut self) -> &'a [u8] {
        self.cursor.take_while(is_name_byte)
    }

    /// `"…"`, `'…'` or a template.
    fn string(&mut self) -> Result<Value, CaptureError> {
        let start = self.cursor.at;
        let quote = self.cursor.next().unwrap_or_default();
        let is_template = quote == b'`';
        let mut text = Text::default();
        let mut unknown = None;
        loop {
            text.push(self.cursor.take_while(|b| {
                b != quote
                    && b != b'\\'
                    && !matches!((b, is_template), (b'\n', false) | (b'$', true))
            }));
            match self.cursor.next() {
                Some(byte) if byte == quote => {
                    return Ok(unknown.unwrap_or_else(|| Value::Text(text.finish())));
                }
                Some(b'\\') => escape(&mut self.cursor, &mut text),
                Some(b'$') if self.cursor.peek() == Some(b'{') => {
                    let at = self.cursor.at - 1;
                    self.cursor.at += 1;
                    let mut values = self.sequence(at, b'}')?;
                    let value = values.pop().map(|(_, value)| value);
                    match value.as_ref().and_then(written) {
                        Some(inner) => text.push(&inner),
                        None => {
                            unknown.get_or_insert(match value {
                                Some(Value::Unknown(inner)) => Value::Unknown(inner),
                                _ => Value::unknown(at, "a value that is no text"),
                            });
                        }
                    }
                }
                Some(b'$') => text.push(b"$"),
                None | Some(_) => {
                    let what = if is_template { "template (`)" } else { "quote" };
                    return Err(self.cursor.not_closed(start, what));
                }
            }
        }
    }
}

/// What `+` makes of two values.
fn joined(at: usize, left: Value, right: Value) -> Value {
    match (left, right) {
        (Value::Unknown(unknown), _) | (_, Value::Unknown(unknown)) => Value::Unknown(unknown),
        (Value::Word(_), Value::Word(_)) => Value::unknown(at, "the result of an expression"),
        (left, right) => match (written(&left), written(&right)) {
            (Some(left), Some(right)) => Value::Text([left, right].concat()),
            _ => Value::unknown(at, "the result of an expression"),
        },
    }
}

/// A backslash and what follows it; the cursor is behind the backslash.
fn escape(cursor: &mut Cursor<'_>, text: &mut Text) {
    let Some(letter) = cursor.next() else {
        return;
    };
    let byte = match letter {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 0x08,
        b'f' => 0x0c,
        b'v' => 0x0b,
        b'0' => 0,
        b'\n' => return,
        b'\r' => {
            cursor.eat(b"\n");
            return;
        }
        b'x' | b'u' => {
            let number = if letter == b'u' && cursor.eat(b"{") {
                let number = cursor.hex(8);
                cursor.eat(b"}");
                number
            } else {
                cursor.hex(if letter == b'x' { 2 } else { 4 })
            };
            if let Some(number) = number {
                text.push_unit(number);
            }
            return;
        }
        _ => letter,
    };
    text.push(&[byte]);
}

/// White space and comments.
fn skip_space(cursor: &mut Cursor<'_>) {
    loop {
        cursor.take_while(|b| b.is_ascii_whitespace());
        if cursor.eat(b"//") {
            cursor.take_while(|b| b != b'\n');
        } else if cursor.eat(b"/*") {
            cursor.skip_past(b"*/");
        } else {
            return;
        }
    }
}

/// Letters beyond ASCII may be part of a name.
const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || !byte.is_ascii()
}

/// A name with its members, for a message.
fn short(shown: &str) -> String {
    const LONGEST: usize = 60;
    match shown.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", shown.get(..end).unwrap_or_default()),
        None => shown.to_owned(),
    }
}

/// The members of an object: of those with one name the last counts, in the place of the first.
fn last_of_each(members: Vec<(Vec<u8>, Value)>) -> Vec<(Vec<u8>, Value)> {
    let mut places = BTreeMap::new();
    let mut kept: Vec<(Vec<u8>, Value)> = Vec::new();
    for (name, value) in members {
        let place = *places.entry(name.clone()).or_insert(kept.len());
        match kept.get_mut(place) {
            Some(member) => member.1 = value,
            None => kept.push((name, value)),
        }
    }
    kept
}

/// What a value becomes in a text.
fn written(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::Form(pairs) => Some(form(pairs)),
        Value::Nothing => Some(b"null".to_vec()),
        value => value.as_text().map(<[u8]>::to_vec),
    }
}

/// `URLSearchParams` as text: spaces become `+`, `*` stays and `~` does not.
fn form(pairs: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let mut form = Vec::new();
    for (name, value) in pairs {
        if !form.is_empty() {
            form.push(b'&');
        }
        form_encode(name, &mut form);
        form.push(b'=');
        form_encode(value, &mut form);
    }
    form
}

fn form_encode(text: &[u8], form: &mut Vec<u8>) {
    for &byte in text {
        match byte {
            b' ' => form.push(b'+'),
            b'*' => form.push(b'*'),
            b'~' => form.extend(b"%7E"),
            _ => form.extend(percent_encode(&[byte]).as_bytes()),
        }
    }
}

/// `new Class(…)`
fn constructed(at: usize, class: &[u8], arguments: Vec<Value>) -> Value {
    let count = arguments.len();
    let argument = arguments.into_iter().next().unwrap_or(Value::Nothing);
    let unknown = |argument| match argument {
        Value::Unknown(unknown) => Value::Unknown(unknown),
        _ => Value::unknown(at, format!("new {}(…)", excerpt(class))),
    };
    match class {
        b"FormData" => Value::Multipart,
        b"URL" if count == 1 => argument,
        b"Headers" => match pairs(argument) {
            Ok(entries) => Value::Table(entries),
            Err(argument) => unknown(argument),
        },
        b"URLSearchParams" => match argument {
            Value::Text(text) => Value::Form(decoded(&text)),
            Value::Form(pairs) => Value::Form(pairs),
            argument => {
                let texts = pairs(argument).map(|entries| {
                    entries
                        .into_iter()
                        .map(|(name, value)| Some((name, written(&value)?)))
                        .collect::<Option<Vec<_>>>()
                });
                match texts {
                    Ok(Some(pairs)) => Value::Form(pairs),
                    Ok(None) => unknown(Value::Nothing),
                    Err(argument) => unknown(argument),
                }
            }
        },
        _ => unknown(Value::Nothing),
    }
}

/// Names and values, from an object or a list of pairs; whatever else it is comes back.
fn pairs(value: Value) -> Result<Vec<(Vec<u8>, Value)>, Value> {
    match value {
        Value::Nothing => Ok(Vec::new()),
        Value::Table(entries) => Ok(entries),
        Value::List(values) => values
            .into_iter()
            .map(|pair| match pair {
                Value::List(pair) => {
                    let [name, value] = <[Value; 2]>::try_from(pair).map_err(Value::List)?;
                    match name.as_text() {
                        Some(name) => Ok((name.to_vec(), value)),
                        None => Err(name),
                    }
                }
                other => Err(other),
            })
            .collect(),
        other => Err(other),
    }
}

/// The pairs of a query, decoded.
fn decoded(query: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let decode = |text: &[u8]| {
        let spaced: Vec<u8> = text
            .iter()
            .map(|&b| if b == b'+' { b' ' } else { b })
            .collect();
        percent_decode(&spaced).into_owned()
    };
    query
        .strip_prefix(b"?")
        .unwrap_or(query)
        .split(|&b| b == b'&')
        .filter(|piece| !piece.is_empty())
        .map(|piece| {
            let mut parts = piece.splitn(2, |&b| b == b'=');
            let mut next = || decode(parts.next().unwrap_or_default());
            (next(), next())
        })
        .collect()
}

/// `JSON.stringify(…)` of a literal.
fn stringified(at: usize, arguments: &[Value]) -> Value {
    let mut json = Vec::new();
    match arguments {
        [Value::Unknown(unknown)] => Value::Unknown(unknown.clone()),
        [value] if write_json(value, &mut json).is_some() => Value::Text(json),
        _ => Value::unknown(at, "the result of JSON.stringify(…)"),
    }
}

/// Appends a value as JSON without blanks; `None` for what is not known or no JSON.
fn write_json(value: &Value, json: &mut Vec<u8>) -> Option<()> {
    let text = |text: &[u8]| serde_json::to_string(core::str::from_utf8(text).ok()?).ok();
    match value {
        Value::Text(value) => json.extend(text(value)?.bytes()),
        Value::Word(word) => json.extend(word.bytes()),
        Value::Nothing => json.extend(b"null"),
        Value::List(values) => {
            json.push(b'[');
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    json.push(b',');
                }
                write_json(value, json)?;
            }
            json.push(b']');
        }
        Value::Table(entries) => {
            json.push(b'{');
            for (index, (name, value)) in entries.iter().enumerate() {
                // Names that are numbers come first, in another order than written.
                if name.first().is_some_and(u8::is_ascii_digit) {
                    return None;
                }
                if index > 0 {
                    json.push(b',');
                }
                json.extend(text(name)?.bytes());
                json.push(b':');
                write_json(value, json)?;
            }
            json.push(b'}');
        }
        Value::Bytes(_)
        | Value::Unit(_)
        | Value::Form(_)
        | Value::Multipart
        | Value::Unknown(_) => return None,
    }
    Some(())
}

/// The request that a call of `fetch` sends.
fn request(
    input: &[u8],
    at: usize,
    url: Option<(usize, Value)>,
    options: Option<(usize, Value)>,
    hints: &Hints,
) -> Result<CapturedRequest, CaptureError> {
    let Some((url_at, url)) = url else {
        return Err(CaptureError::at(
            input,
            at,
            "expected a URL as the first argument of fetch, found none",
            "paste the whole call",
        ));
    };
    let url = call::text(input, url_at, "the URL", url)?;
    let (options_at, entries) = match options {
        None => (at, Vec::new()),
        Some((at, Value::Nothing)) => (at, Vec::new()),
        Some((at, Value::Table(entries))) => (at, entries),
        Some((_, Value::Unknown(unknown))) => {
            return Err(not_known(input, "the options of fetch", &unknown));
        }
        Some((at, _)) => {
            return Err(CaptureError::at(
                input,
                at,
                "expected an object as the options of fetch, found something else",
                "write fetch(url, { method, headers, body })",
            ));
        }
    };
    let mut method = b"GET".to_vec();
    let mut headers = Vec::new();
    let mut body = None;
    for (name, value) in entries {
        match name.as_slice() {
            b"method" if !matches!(value, Value::Nothing) => {
                method = method_sent(call::text(input, options_at, "the method", value)?);
            }
            b"headers" => {
                headers = pairs(value).map_err(|value| match value {
                    Value::Unknown(unknown) => not_known(input, "the headers", &unknown),
                    _ => CaptureError::at(
                        input,
                        options_at,
                        "expected the headers as an object or as a list of pairs, found something else",
                        "write headers: { \"Name\": \"value\" }",
                    ),
                })?;
            }
            b"body" => body = body_sent(input, options_at, value)?,
            _ => {}
        }
    }
    let mut notes = Vec::new();
    for (_, value) in &mut headers {
        if let Value::Text(text) = value {
            *text = as_latin_1(text, &mut notes);
        }
    }
    let mut captured = Call {
        url_at,
        url: url.trim_ascii().to_vec(),
        query: None,
        method,
        headers,
        body,
        notes,
    }
    .into_request(input, hints)?;
    let request = &mut captured.request;
    request.path = path_sent(&request.path);
    if let Some(query) = &mut request.query {
        *query = encoded(query, |byte| matches!(byte, b'"' | b'\'' | b'<' | b'>'));
    }
    captured.typed_url = url::typed_if_other(&url, request);
    Ok(captured)
}

/// Six methods are sent in capitals however they are written; others are sent as written.
fn method_sent(method: Vec<u8>) -> Vec<u8> {
    const KNOWN: [&[u8]; 6] = [b"DELETE", b"GET", b"HEAD", b"OPTIONS", b"POST", b"PUT"];
    let known = KNOWN
        .iter()
        .find(|known| known.eq_ignore_ascii_case(&method));
    known.map_or(method, |known| known.to_vec())
}

fn body_sent(input: &[u8], at: usize, value: Value) -> Result<Option<Body>, CaptureError> {
    const FORM: &[u8] = b"application/x-www-form-urlencoded;charset=UTF-8";
    const TEXT: &[u8] = b"text/plain;charset=UTF-8";
    Ok(Some(match value {
        Value::Nothing => return Ok(None),
        Value::Form(pairs) => Body::Bytes(form(&pairs), Some(FORM)),
        Value::Multipart => Body::Multipart,
        // It may be a form.
        Value::Unknown(unknown) => Body::Unknown(unknown, Some(FORM)),
        value => Body::Bytes(call::text(input, at, "the body", value)?, Some(TEXT)),
    }))
}

/// A header's value is sent in Latin-1; `fetch` refuses one that has other characters.
fn as_latin_1(text: &[u8], notes: &mut Vec<String>) -> Vec<u8> {
    let latin_1 = core::str::from_utf8(text).ok().and_then(|text| {
        text.chars()
            .map(|character| u8::try_from(u32::from(character)).ok())
            .collect::<Option<Vec<u8>>>()
    });
    latin_1.unwrap_or_else(|| {
        notes.push("A header's value holds a character beyond Latin-1; fetch refuses it.".into());
        text.to_vec()
    })
}

/// Dot segments are resolved, encoded ones as well, and what no path can hold is encoded.
fn path_sent(path: &[u8]) -> Vec<u8> {
    let is_dot = |segment: &[u8]| segment == b"." || segment.eq_ignore_ascii_case(b"%2e");
    let is_two_dots = |segment: &[u8]| {
        [&b".."[..], b".%2e", b"%2e.", b"%2e%2e"]
            .iter()
            .any(|dots| segment.eq_ignore_ascii_case(dots))
    };
    let mut kept: Vec<&[u8]> = Vec::new();
    let mut segments = path
        .get(1..)
        .unwrap_or_default()
        .split(|&b| b == b'/' || b == b'\\')
        .peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        if is_two_dots(segment) {
            kept.pop();
        }
        if !is_two_dots(segment) && !is_dot(segment) {
            kept.push(segment);
        } else if is_last {
            kept.push(b"");
        }
    }
    let joined = [b"/", kept.join(&b'/').as_slice()].concat();
    encoded(&joined, |byte| {
        matches!(byte, b'"' | b'<' | b'>' | b'^' | b'`' | b'{' | b'}')
    })
}

/// Percent-encodes bytes beyond ASCII, control bytes, spaces, and those that a test names.
fn encoded(text: &[u8], also: impl Fn(u8) -> bool) -> Vec<u8> {
    let mut sent = Vec::with_capacity(text.len());
    for &byte in text {
        if byte <= b' ' || byte >= 0x7f || also(byte) {
            sent.extend_from_slice(format!("%{byte:02X}").as_bytes());
        } else {
            sent.push(byte);
        }
    }
    sent
}

#[cfg(test)]
mod tests {
    //! What `fetch` sends was read off the wire from Node.js 20.

    use super::*;

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

    /// The body that an expression makes, and its type.
    fn sent(expression: &str) -> (String, Option<String>) {
        let program = format!(
            "const x = 'X', n = 5;\nfetch('http://h/', {{ method: 'POST', body: {expression} }})"
        );
        let request = read_plain(&program).request;
        let kind = request
            .header("Content-Type")
            .map(|value| String::from_utf8(value.to_vec()).unwrap());
        (String::from_utf8(request.body).unwrap(), kind)
    }

    #[test]
    fn strings_with_all_their_escapes() {
        for (literal, text) in [
            (
                r#""a\"b\'\n\r\t\b\f\v\\\/\q""#,
                "a\"b'\n\r\t\x08\x0c\x0b\\/q",
            ),
            (r"'\u00e9\u{1F600}\ud83d\ude00\xe9\x41'", "é😀😀éA"),
            (r"'\ud83d!'", "\u{fffd}!"),
            ("'a\\\nb\\\r\nc'", "abc"),
            ("`a\n$ {b} \\` \\${c} ${x}${n}`", "a\n$ {b} ` ${c} X5"),
            ("'a' + x + \"b\" + `c`", "aXbc"),
            ("(x)", "X"),
            ("/* comment ' */ x // another `\n", "X"),
        ] {
            assert_eq!(sent(literal).0, text, "{literal}");
        }
    }

    #[test]
    fn bodies_have_the_type_that_fetch_gives_them() {
        const FORM: &str = "application/x-www-form-urlencoded;charset=UTF-8";
        for (body, text, kind) in [
            ("'a=b'", "a=b", Some("text/plain;charset=UTF-8")),
            (
                "new URLSearchParams({ 'a b': 'c~*é', n })",
                "a+b=c%7E*%C3%A9&n=5",
                Some(FORM),
            ),
            ("new URLSearchParams('?a=%62+c&d')", "a=b+c&d=", Some(FORM)),
            (
                "new URLSearchParams([['a', 'b'], ['a', x]])",
                "a=b&a=X",
                Some(FORM),
            ),
            (
                "new URLSearchParams({ a: 1 }).toString()",
                "a=1",
                Some("text/plain;charset=UTF-8"),
            ),
            ("new FormData()", "", Some("multipart/form-data")),
            ("null", "", None),
            ("undefined", "", None),
            (
                "JSON.stringify({ b: [1, -2.5, true, null, \"\\u00e9\\n\"], 'a': {}, b: x })",
                "{\"b\":\"X\",\"a\":{}}",
                Some("text/plain;charset=UTF-8"),
            ),
            (
                "JSON.stringify([1, 0, -2.5, true, null, \"\\u00e9\\n\\u0001\"])",
                "[1,0,-2.5,true,null,\"é\\n\\u0001\"]",
                Some("text/plain;charset=UTF-8"),
            ),
        ] {
            assert_eq!(
                sent(body),
                (text.to_owned(), kind.map(str::to_owned)),
                "{body}"
            );
        }
    }

    #[test]
    fn headers_in_all_their_forms() {
        for headers in [
            "{ 'A': 'b', \"C\": 'dé' }",
            "[['A', 'b'], ['C', 'dé']]",
            "new Headers({ A: 'b', C: 'dé' })",
            "{ A: 'x', ...{ A: 'b' }, ['C']: `dé`, }",
        ] {
            let request =
                read_plain(&format!("fetch('http://h/', {{ headers: {headers} }})")).request;
            assert_eq!(request.header("a"), Some(&b"b"[..]), "{headers}");
            assert_eq!(request.header("c"), Some(&b"d\xe9"[..]), "{headers}");
            assert_eq!(request.headers.len(), 2, "{headers}");
        }
    }

    #[test]
    fn variables_hold_what_was_assigned_and_added() {
        let all = read_all(
            "const h = new Headers(); h.append('A', '1'); h.set(\"a\", '2'); h['B'] = '3'
             let o = { method: 'put', headers: h, body: null };
             o.headers.C = '4'; o.method = 'patch';
             var q = new URLSearchParams(); q.append('a', 'b c'); q.append('d', 5);
             let u = 'http://h/p?'
             u += q;
             async function f() { return await window.fetch(u, o).then(() => fetch(`${u}&e=${q.toString()}`)); }",
        );
        assert_eq!(all.len(), 2);
        let request = &all[0].request;
        assert_eq!(request.method, b"patch");
        assert_eq!(request.query.as_deref(), Some(&b"a=b+c&d=5"[..]));
        assert_eq!(request.header("B"), Some(&b"3"[..]));
        assert_eq!(
            all[1].request.query.as_deref(),
            Some(&b"a=b+c&d=5&e=a=b+c&d=5"[..])
        );
    }

    #[test]
    fn urls_are_changed_as_fetch_changes_them() {
        for (url, target) in [
            ("http://h", "/"),
            ("http://h?a", "/?a"),
            ("http://h/a/./b/../c/%2E%2e/d/..", "/a/"),
            ("http://h/..//a\\\\b", "//a/b"),
            (
                "http://h/é {b}|[c]?é '{d}'|#top",
                "/%C3%A9%20%7Bb%7D|[c]?%C3%A9%20%27{d}%27|",
            ),
            ("http://h/%7e?%7e%zz", "/%7e?%7e%zz"),
        ] {
            let request = read_plain(&format!("fetch(\"{url}\")")).request;
            let mut sent = request.path;
            if let Some(query) = request.query {
                sent.push(b'?');
                sent.extend(query);
            }
            assert_eq!(String::from_utf8(sent).unwrap(), target, "{url}");
        }
        for (method, sent) in [("post", "POST"), ("Delete", "DELETE"), ("patch", "patch")] {
            let request =
                read_plain(&format!("fetch('http://h/', {{ method: '{method}' }})")).request;
            assert_eq!(request.method, sent.as_bytes());
        }
    }

    #[test]
    fn what_is_not_known_is_named() {
        for (program, found) in [
            ("fetch(url)", "the variable url"),
            ("fetch(`http://h/${id}`)", "the variable id"),
            ("fetch('http://h/' + f(1))", "the result of f(…)"),
            ("fetch(process.env.URL)", "the value of process.env"),
            (
                "const u = a ? 'http://b/' : 'http://c/'; fetch(u)",
                "the variable a",
            ),
            ("fetch('http://h/', options)", "the variable options"),
            ("fetch('http://h/', { headers: h() })", "the result of h(…)"),
            (
                "fetch('http://h/', { headers: { Authorization: `OAuth ${sign(x)}` } })",
                "the result of sign(…)",
            ),
            (
                "fetch('http://h/', { method: 'POST', body: b })",
                "the variable b",
            ),
            ("fetch('http://h/', { ...o })", "the parts of another"),
            (
                "const p = new URLSearchParams(); p.append('a', Date.now()); fetch('http://h/', { method: 'POST', body: p })",
                "additions",
            ),
        ] {
            let error = fail(program);
            assert!(error.message.contains(found), "{program}: {error}");
        }
        let json = read_plain(
            "fetch('http://h/', { method: 'POST', body: JSON.stringify(o), headers: { 'Content-Type': 'application/json', 'X-Id': id() } })",
        );
        assert_eq!((json.request.body.len(), json.notes.len()), (0, 2));
        assert!(json.notes.concat().contains("X-Id"));
    }

    #[test]
    fn errors_say_where() {
        for (program, line, column, message) in [
            ("fetch('http://s3cret", 1, 7, "closed"),
            (
                "fetch(\"http://h/\", {\n  \"body\": \"s3cret\n",
                2,
                11,
                "closed",
            ),
            ("fetch('http://h/', {\n 'body': 's3cret'", 1, 20, "brace"),
            ("fetch('http://h/'", 1, 6, "bracket"),
            ("fetch(`http://s3cret", 1, 7, "template"),
            ("fetch()", 1, 1, "first argument"),
            ("fetch('/s3cret')", 1, 7, "http://"),
            ("fetch({ url: 's3cret' })", 1, 7, "names and values"),
            ("fetch('http://h/', 's3cret')", 1, 20, "an object"),
            (
                "fetch('http://h/', { headers: 's3cret' })",
                1,
                20,
                "headers",
            ),
            ("const f = fetch;", 1, 1, "found none"),
        ] {
            let error = fail(program);
            assert_eq!(
                (error.line, error.column),
                (line, column),
                "{program}: {error}"
            );
            assert!(error.message.contains(message), "{program}: {error}");
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
        let deep = fail(&format!("fetch({}", "[".repeat(1000)));
        assert!(deep.message.contains("nested"));
    }

    #[test]
    fn what_has_nothing_to_do_with_a_call_is_passed_over() {
        let program = "import fetch from 'node-fetch'; const re = /it's/; if (a == b) { c(d => e) }
            function fetch2(x = 1) { return `${x}` } /* fetch('http://no/') */
            class A { async m() { try { await fetch('http://h/') } catch (e) { throw `it's ${e}` } } }
            // don't";
        assert_eq!(read_plain(program).request.authority, b"h");
    }

    #[test]
    fn it_is_told_by_its_call() {
        for text in [
            "fetch(\"http://h/\")",
            "await fetch('http://h/')",
            "// a comment\nconst x = 1;\nfetch(x)",
            "(async () => { await fetch(x) })()",
            "\"use strict\"; fetch(x)",
        ] {
            assert!(looks_like(text.as_bytes()), "{text}");
        }
        for text in [
            "fetch",
            "const x = 1",
            "GET /fetch( HTTP/1.1",
            "{\"fetch(\": 1}",
            "let us fetch",
        ] {
            assert!(!looks_like(text.as_bytes()), "{text}");
        }
    }
}
