//! What can be known of a program's text without running it: the literals in it, and the variables that hold them.

use crate::{
    detect::find,
    error::{CaptureError, excerpt},
};
use std::collections::BTreeMap;

/// How deep a literal may be nested; nothing that is sent with a request is deeper.
pub(crate) const DEEPEST: usize = 32;

/// How much text variables may be replaced with. A few lines could double it over and over.
const MOST_COPIED: usize = 4 << 20;

/// How many names and values a program may add one by one; no request has more.
const MOST_ENTRIES: usize = 1000;

/// What an expression stands for.
#[derive(Clone)]
pub(crate) enum Value {
    /// Text in UTF-8.
    Text(Vec<u8>),
    /// A number or `true`, as it is written out.
    Word(String),
    /// Bytes that are sent as they are.
    Bytes(Vec<u8>),
    /// A UTF-16 code unit, which may be half of a character.
    Unit(u32),
    /// `null` and the like.
    Nothing,
    /// Values in a row.
    List(Vec<Value>),
    /// Names and values, in the order written.
    Table(Vec<(Vec<u8>, Value)>),
    /// Names and values that are sent as a form.
    Form(Vec<(Vec<u8>, Vec<u8>)>),
    /// What is sent in parts.
    Multipart,
    /// What only the running program knows.
    Unknown(Unknown),
}

/// Something that cannot be known, where it stands and what it is: "the variable $x".
#[derive(Clone, Debug)]
pub(crate) struct Unknown {
    pub(crate) at: usize,
    pub(crate) what: String,
}

impl Value {
    pub(crate) fn unknown(at: usize, what: impl Into<String>) -> Self {
        Self::Unknown(Unknown {
            at,
            what: what.into(),
        })
    }

    /// What it is written as in a text; `None` for what has no such form.
    pub(crate) fn as_text(&self) -> Option<&[u8]> {
        match self {
            Self::Text(text) | Self::Bytes(text) => Some(text),
            Self::Word(word) => Some(word.as_bytes()),
            _ => None,
        }
    }

    /// Adds an entry to the table or form that the names in `path` lead to, in the place of those with its name if it
    /// `replaces` them. When it cannot be told what happens, the whole value is not known any more.
    pub(crate) fn add(&mut self, at: usize, path: &[Self], value: Self, replaces: bool) {
        if !self.is_added(path, value, replaces) {
            *self = Self::unknown(at, "something with additions that are not known");
        }
    }

    fn is_added(&mut self, path: &[Self], value: Self, replaces: bool) -> bool {
        let Some((key, deeper)) = path.split_first() else {
            return false;
        };
        let Some(key) = key.as_text() else {
            return false;
        };
        match self {
            Self::Table(entries) if !deeper.is_empty() => entries
                .iter_mut()
                .find(|(name, _)| name.eq_ignore_ascii_case(key))
                .is_some_and(|(_, inner)| inner.is_added(deeper, value, replaces)),
            Self::Table(entries) if entries.len() < MOST_ENTRIES => {
                if replaces {
                    entries.retain(|(name, _)| !name.eq_ignore_ascii_case(key));
                }
                entries.push((key.to_vec(), value));
                true
            }
            Self::Form(pairs) if pairs.len() < MOST_ENTRIES => {
                let Some(text) = value.as_text() else {
                    return false;
                };
                if replaces {
                    pairs.retain(|(name, _)| name != key);
                }
                pairs.push((key.to_vec(), text.to_vec()));
                true
            }
            // Its parts are not signed, and an object of an unread type stays one.
            Self::Multipart | Self::Unknown(_) => true,
            _ => false,
        }
    }

    /// How much there is to copy; `None` when it is nested too deep.
    fn size(&self, depth: usize) -> Option<usize> {
        /// What a value costs by itself.
        const ONE: usize = 32;
        let depth = depth.checked_sub(1)?;
        Some(match self {
            Self::Text(text) | Self::Bytes(text) => ONE + text.len(),
            Self::Word(word) => ONE + word.len(),
            Self::Unit(_) | Self::Nothing | Self::Multipart | Self::Unknown(_) => ONE,
            Self::List(values) => values
                .iter()
                .try_fold(ONE, |sum, value| Some(sum + value.size(depth)?))?,
            Self::Table(entries) => entries.iter().try_fold(ONE, |sum, (name, value)| {
                Some(sum + name.len() + value.size(depth)?)
            })?,
            Self::Form(pairs) => pairs.iter().fold(ONE, |sum, (name, value)| {
                sum + ONE + name.len() + value.len()
            }),
        })
    }
}

/// Variables and what was assigned to them.
pub(crate) struct Variables {
    values: BTreeMap<Vec<u8>, Value>,
    copied: usize,
}

impl Variables {
    pub(crate) const fn new() -> Self {
        Self {
            values: BTreeMap::new(),
            copied: 0,
        }
    }

    pub(crate) fn set(&mut self, name: &[u8], value: Value) {
        self.values.insert(name.to_vec(), value);
    }

    /// The variable, to add something to its table or form.
    pub(crate) fn get_mut(&mut self, name: &[u8]) -> Option<&mut Value> {
        self.values.get_mut(name)
    }

    /// What a variable holds. `shown` is how it is written in the program.
    pub(crate) fn read(&mut self, at: usize, name: &[u8], shown: &str) -> Value {
        let Some(value) = self.values.get(name) else {
            return Value::unknown(at, format!("the variable {shown}"));
        };
        let left = MOST_COPIED.saturating_sub(self.copied);
        let size = (left > 0).then(|| value.size(DEEPEST)).flatten();
        match size {
            Some(size) if size <= left => {
                self.copied += size;
                value.clone()
            }
            Some(_) | None => {
                self.copied = MOST_COPIED;
                let what = format!("the variable {shown}, with more in it than a request has");
                Value::unknown(at, what)
            }
        }
    }
}

/// A text that is read from its beginning to its end.
pub(crate) struct Cursor<'a> {
    pub(crate) input: &'a [u8],
    /// The offset of the next byte.
    pub(crate) at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) const fn new(input: &'a [u8]) -> Self {
        Self { input, at: 0 }
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.input.get(self.at).copied()
    }

    pub(crate) fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.input.get(self.at..).unwrap_or_default()
    }

    /// Goes past a text, if it is what comes next.
    pub(crate) fn eat(&mut self, text: &[u8]) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// Takes the bytes that a test holds for.
    pub(crate) fn take_while(&mut self, test: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest();
        let length = rest.iter().take_while(|&&byte| test(byte)).count();
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    /// Goes to the byte behind a text, or to the end.
    pub(crate) fn skip_past(&mut self, text: &[u8]) {
        let rest = self.rest();
        let found = find(rest, text);
        self.at += found.map_or(rest.len(), |position| position + text.len());
    }

    /// The number in hex digits that comes next, at least one and at most `most` of them.
    pub(crate) fn hex(&mut self, most: usize) -> Option<u32> {
        let digits = self.rest();
        let length = digits
            .iter()
            .take(most)
            .take_while(|b| b.is_ascii_hexdigit())
            .count();
        let digits = core::str::from_utf8(digits.get(..length)?).ok()?;
        let number = u32::from_str_radix(digits, 16).ok()?;
        self.at += length;
        Some(number)
    }

    /// Something that opens at a place and is never closed.
    pub(crate) fn not_closed(&self, at: usize, what: &str) -> CaptureError {
        CaptureError::at(
            self.input,
            at,
            format!("expected the {what} that opens here to be closed, found the end of the input"),
            "paste all of it, up to the end of the call",
        )
    }
}

/// Text that grows by bytes and by UTF-16 code units, of which two may be one character.
#[derive(Default)]
pub(crate) struct Text {
    bytes: Vec<u8>,
    high: Option<u32>,
}

impl Text {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.flush();
            self.bytes.extend_from_slice(bytes);
        }
    }

    /// A code unit or a whole character; half a pair alone becomes U+FFFD, as when it is sent.
    pub(crate) fn push_unit(&mut self, unit: u32) {
        match (self.high.take(), unit) {
            (Some(high), 0xdc00..=0xdfff) => {
                self.push_char(0x1_0000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
            }
            (high, 0xd800..=0xdbff) => {
                self.high = high;
                self.flush();
                self.high = Some(unit);
            }
            (high, _) => {
                self.high = high;
                self.flush();
                self.push_char(unit);
            }
        }
    }

    fn push_char(&mut self, number: u32) {
        let character = char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER);
        let mut buffer = [0; 4];
        self.bytes
            .extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
    }

    fn flush(&mut self) {
        if let Some(high) = self.high.take() {
            self.push_char(high);
        }
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.flush();
        self.bytes
    }
}

/// A name from the program for a message, in the quotes of Markdown.
pub(crate) fn quoted(name: &[u8]) -> String {
    format!("`{}`", excerpt(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_halves_of_a_pair_are_one_character() {
        let mut text = Text::default();
        for unit in [0xd83d, 0xde00, 0xe9, 0xd83d] {
            text.push_unit(unit);
        }
        text.push(b"a");
        text.push_unit(0xde00);
        text.push_unit(0xd83d);
        text.push_unit(0xd83d);
        assert_eq!(
            String::from_utf8(text.finish()).unwrap(),
            "😀é\u{fffd}a\u{fffd}\u{fffd}\u{fffd}"
        );
    }

    #[test]
    fn variables_do_not_grow_without_bounds() {
        let mut variables = Variables::new();
        variables.set(b"x", Value::Text(vec![b'a'; 1000]));
        for _ in 0..100 {
            let list = vec![variables.read(0, b"x", "x"), variables.read(0, b"x", "x")];
            variables.set(b"x", Value::List(list));
        }
        assert!(variables.copied <= MOST_COPIED);
        let mut nested = Variables::new();
        nested.set(b"x", Value::Nothing);
        for _ in 0..1000 {
            let inner = nested.read(0, b"x", "x");
            nested.set(b"x", Value::List(vec![inner]));
        }
        assert!(
            nested
                .values
                .values()
                .all(|value| value.size(DEEPEST + 2).is_some())
        );
    }

    #[test]
    fn numbers_in_hex_have_a_digit_at_least() {
        let mut cursor = Cursor::new(b"e9g");
        assert_eq!((cursor.hex(4), cursor.hex(4)), (Some(0xe9), None));
        assert_eq!(cursor.at, 2);
    }
}
