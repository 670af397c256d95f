//! How is a JSON text of any size read in little memory? Strings that are too long never reach the parser.
//!
//! A string longer than the limit, or one for which an element of a long list has no room left, is replaced with `[]`
//! on the way. A text and an array cannot be mistaken for one another, and the JSON stays valid. (A key that long becomes
//! an array too, which is an error; nobody writes such keys.)

use memchr::{memchr_iter, memchr2, memrchr};
use serde_json::error::Category;
use std::io::{self, Read};

/// What may pass.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The bytes of one string.
    pub(crate) string: usize,
    /// The bytes of all strings in one value at [`Limits::depth`], which is dealt with before the next one comes.
    pub(crate) element: usize,
    /// How many arrays and objects lie around such a value.
    pub(crate) depth: usize,
    /// How many arrays and objects may lie in one another: the parser remembers each of them.
    pub(crate) nesting: usize,
}

const REPLACEMENT: &[u8] = b"[]";
const CHUNK: usize = 64 * 1024;

/// A place in a text: 1-based line and column, 0-based byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) byte: usize,
}

impl Place {
    fn after(self, bytes: &[u8]) -> Self {
        let lines = memchr_iter(b'\n', bytes).count();
        let last_line = memrchr(b'\n', bytes).map_or(bytes.len(), |end| bytes.len() - end - 1);
        Self {
            line: self.line + lines,
            column: last_line + if lines == 0 { self.column } else { 1 },
            byte: self.byte + bytes.len(),
        }
    }
}

/// Passes a JSON text on, piece by piece. A piece is a string, or what stands between two strings, or part of that.
pub(crate) struct ShortStrings<R> {
    input: R,
    limits: Limits,
    chunk: Vec<u8>,
    /// How much of the chunk is read.
    at: usize,
    /// What is handed out next, and how much of it is handed out.
    piece: Vec<u8>,
    given: usize,
    /// Whether the piece is there in place of a string.
    is_replaced: bool,
    /// Where the piece begins, and where the next one does.
    start: Place,
    next: Place,
    /// How many arrays and objects are open, and what strings may still take up in the one at the depth that counts.
    open: usize,
    room: usize,
    /// The line and column up to which the parser has read before the piece, as it counts them.
    given_before: (usize, usize),
    is_at_end: bool,
}

/// How the parser counts lines from one, and the bytes it has read of a line.
fn after_byte(line: usize, column: usize, byte: u8) -> (usize, usize) {
    match byte {
        b'\n' => (line + 1, 0),
        _ => (line, column + 1),
    }
}

impl<R: Read> ShortStrings<R> {
    pub(crate) fn new(input: R, limits: Limits) -> Self {
        let start = Place {
            line: 1,
            column: 1,
            byte: 0,
        };
        Self {
            input,
            limits,
            chunk: Vec::new(),
            at: 0,
            piece: Vec::new(),
            given: 0,
            is_replaced: false,
            start,
            next: start,
            open: 0,
            room: limits.element,
            given_before: (1, 0),
            is_at_end: false,
        }
    }

    /// Where the text ends, as far as it is read.
    pub(crate) fn end(&self) -> Place {
        self.next
    }

    /// Where an error of the parser is in the text as it was before anything was left out. The parser takes one byte at
    /// a time and reads no further than the brackets that close after an error, so it is in the last piece or at the end
    /// of the one before.
    pub(crate) fn place_of(&self, error: &serde_json::Error) -> Place {
        let has_place = matches!(error.classify(), Category::Syntax | Category::Data);
        if !has_place || error.line() == 0 {
            return self.end();
        }
        let given = self.piece.get(..self.given).unwrap_or_default();
        let target = (error.line(), error.column());
        let (mut line, mut column) = self.given_before;
        for (index, &byte) in given.iter().enumerate() {
            (line, column) = after_byte(line, column, byte);
            if (line, column) >= target {
                let before = given.get(..index).filter(|_| !self.is_replaced);
                return self.start.after(before.unwrap_or_default());
            }
        }
        self.start
    }

    /// What is left of the chunk; of the next one, if nothing is left.
    fn fill(&mut self) -> io::Result<&[u8]> {
        if self.at == self.chunk.len() {
            self.chunk.resize(CHUNK, 0);
            self.at = 0;
            let length = loop {
                match self.input.read(&mut self.chunk) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => {
                        self.chunk.clear();
                        return Err(error);
                    }
                    Ok(length) => break length,
                }
            };
            self.chunk.truncate(length);
        }
        Ok(self.chunk.get(self.at..).unwrap_or_default())
    }

    /// Takes bytes of the chunk into the piece, or past it.
    fn take(&mut self, length: usize, is_kept: bool) {
        let bytes = self
            .chunk
            .get(self.at..self.at + length)
            .unwrap_or_default();
        self.next = self.next.after(bytes);
        if is_kept {
            self.piece.extend_from_slice(bytes);
        }
        self.at += length;
    }

    /// Makes the next piece; an empty one at the end of the text.
    fn next_piece(&mut self) -> io::Result<()> {
        let (line, column) = self.given_before;
        self.given_before = (self.piece.iter()).fold((line, column), |(line, column), &byte| {
            after_byte(line, column, byte)
        });
        self.piece.clear();
        self.given = 0;
        self.is_replaced = false;
        self.start = self.next;
        if self.open <= self.limits.depth {
            self.room = self.limits.element;
        }
        match self.fill()?.first() {
            None => self.is_at_end = true,
            Some(b'"') => self.string()?,
            Some(_) => self.between()?,
        }
        Ok(())
    }

    /// What comes before the next string.
    fn between(&mut self) -> io::Result<()> {
        let Limits {
            element,
            depth,
            nesting,
            ..
        } = self.limits;
        let (mut open, mut room, mut length) = (self.open, self.room, 0);
        for &byte in self.fill()? {
            match byte {
                b'"' => break,
                b'{' | b'[' if open == nesting => return Err(io::Error::other(TooDeep)),
                b'{' | b'[' => open += 1,
                b'}' | b']' => open = open.saturating_sub(1),
                _ => {}
            }
            if open <= depth {
                room = element;
            }
            length += 1;
        }
        (self.open, self.room) = (open, room);
        self.take(length, true);
        Ok(())
    }

    fn string(&mut self) -> io::Result<()> {
        let longest = self.limits.string.min(self.room).saturating_add(2);
        let mut is_kept = true;
        self.take(1, true);
        loop {
            let rest = self.fill()?;
            if rest.is_empty() {
                // It is not closed, which the parser says.
                return Ok(());
            }
            let found = memchr2(b'"', b'\\', rest);
            let is_closed = found.is_some_and(|at| rest.get(at) == Some(&b'"'));
            let length = found.map_or(rest.len(), |at| at + 1);
            is_kept &= self.piece.len() + length <= longest;
            self.take(length, is_kept);
            if is_closed {
                break;
            }
            if found.is_some() && !self.fill()?.is_empty() {
                self.take(1, is_kept);
            }
        }
        if is_kept {
            self.room = self.room.saturating_sub(self.piece.len());
        } else {
            self.piece.clear();
            self.piece.extend_from_slice(REPLACEMENT);
            self.is_replaced = true;
        }
        Ok(())
    }
}

impl<R: Read> Read for ShortStrings<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.piece.len() && !self.is_at_end {
            self.next_piece()?;
        }
        let rest = self.piece.get(self.given..).unwrap_or_default();
        let length = rest.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(rest) {
            *to = *from;
        }
        self.given += length;
        Ok(length)
    }
}

/// More arrays and objects in one another than the limit.
#[derive(Debug, thiserror::Error)]
#[error("arrays and objects lie too deep in one another")]
pub(crate) struct TooDeep;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    const LIMITS: Limits = Limits {
        string: 4,
        element: 10,
        depth: 1,
        nesting: 5,
    };

    /// Gives out a few bytes at a time, as a pipe may.
    struct Slowly<'a>(&'a [u8], usize);

    impl Read for Slowly<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = self.1.min(buffer.len());
            self.0.read(&mut buffer[..length])
        }
    }

    fn passed(text: &str, limits: Limits) -> String {
        let mut all = String::new();
        let mut at_once = ShortStrings::new(text.as_bytes(), limits);
        at_once.read_to_string(&mut all).unwrap();
        for step in 1..4 {
            let mut slowly = String::new();
            ShortStrings::new(Slowly(text.as_bytes(), step), limits)
                .read_to_string(&mut slowly)
                .unwrap();
            assert_eq!(slowly, all);
        }
        all
    }

    #[test]
    fn long_strings_are_replaced_and_all_else_passes() {
        for (text, expected) in [
            ("", ""),
            (
                r#"{"a": "1234", "b": [1.5e3]}"#,
                r#"{"a": "1234", "b": [1.5e3]}"#,
            ),
            (r#"{"a": "12345", "b": ""}"#, r#"{"a": [], "b": ""}"#),
            // An escaped quote does not close a string, and an escaped backslash does not escape.
            (r#"["\"\"", "\\\\"]"#, r#"["\"\"", "\\\\"]"#),
            (r#"["\"\"\"", "\\\\\\"]"#, "[[], []]"),
            (r#"["12345\", 1"]"#, "[[]]"),
            ("[\"é€\", \"é€é\"]", "[[], []]"),
        ] {
            assert_eq!(passed(text, LIMITS), expected);
        }
    }

    #[test]
    fn the_strings_of_one_element_share_its_room() {
        let text = r#"[["1234", "12", "1234", ""], ["1234", "1234"]]"#;
        let expected = r#"[["1234", "12", [], ""], ["1234", "1234"]]"#;
        let limits = Limits {
            element: 10,
            ..LIMITS
        };
        assert_eq!(passed(text, limits), expected);
    }

    #[test]
    fn a_string_that_is_not_closed_is_left_to_the_parser() {
        assert_eq!(passed("\"abc", LIMITS), "\"abc");
        assert_eq!(passed("\"ab\\", LIMITS), "\"ab\\");
        let error =
            serde_json::from_reader::<_, Value>(ShortStrings::new(&b"\"abcdefghi"[..], LIMITS));
        assert!(error.unwrap_err().is_eof());
    }

    #[test]
    fn what_lies_too_deep_is_refused() {
        let mut reader = ShortStrings::new(&b"[[[[[[1]]]]]]"[..], LIMITS);
        let error = reader.read_to_end(&mut Vec::new()).unwrap_err();
        assert!(error.get_ref().unwrap().is::<TooDeep>());
        assert_eq!(passed("[[[[[1]]]]]", LIMITS), "[[[[[1]]]]]");
    }

    #[test]
    fn an_error_of_the_parser_has_its_place_in_the_whole_text() {
        for (text, byte) in [
            ("{\"a\": 1,, }", 8),
            ("{\n\"a\": \"long\n enough\",\n\"b\": x}", 28),
            ("{\"a\": \"123456789\", \"123456789\": 1}", 19),
            ("[\"123456789\"", 12),
            ("[\"12345", 7),
            ("[\"\u{1}\"]", 2),
        ] {
            let mut reader = ShortStrings::new(text.as_bytes(), LIMITS);
            let error = serde_json::from_reader::<_, Value>(&mut reader).unwrap_err();
            let place = reader.place_of(&error);
            assert_eq!(place.byte, byte, "{text}");
            let before = text[..byte].rsplit('\n').next().unwrap();
            assert_eq!(place.line, 1 + text[..byte].matches('\n').count());
            assert_eq!(place.column, 1 + before.len());
        }
    }

    fn replaced(value: &Value, longest: usize) -> Value {
        let length = |text: &str| json!(text).to_string().len() - 2;
        match value {
            Value::String(text) if length(text) > longest => json!([]),
            Value::Array(list) => list.iter().map(|value| replaced(value, longest)).collect(),
            Value::Object(members) => members
                .iter()
                .map(|(name, value)| (name.clone(), replaced(value, longest)))
                .collect(),
            _ => value.clone(),
        }
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i32>().prop_map(|number| json!(number)),
            "[\"\\\\a-c\u{1}\u{e9}\u{1f600}{\\[,:]{0,8}".prop_map(|text| json!(text)),
        ];
        leaf.prop_recursive(4, 40, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec(("[a-z\"\\\\]{0,3}", inner), 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_value_is_the_same_but_for_long_strings(value in values(), step in 1..9usize) {
            let limits = Limits { string: 12, element: 1000, depth: 0, nesting: 100 };
            let text = value.to_string();
            let passed: Value = serde_json::from_reader(ShortStrings::new(Slowly(text.as_bytes(), step), limits)).unwrap();
            prop_assert_eq!(passed, replaced(&value, 12));
        }
    }
}
