//! Words of a POSIX shell command line, each with the place where it begins.
//!
//! Quotes (`'…'`, `"…"`, `\`, and `$'…'`, which bash, zsh and POSIX 2024 have) are removed as the shell removes them.
//! Nothing is expanded: where a shell would put in a variable or the output of a command, what was sent cannot be
//! known, and that is an error.

use crate::error::{CaptureError, excerpt};

/// One word, unquoted.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    /// Byte offset of its first byte in the input, quote or not.
    pub(crate) start: usize,
    /// What the program gets as its argument.
    pub(crate) bytes: Vec<u8>,
}

/// A simple command.
#[derive(Debug)]
pub(crate) struct Command {
    /// Its words.
    pub(crate) words: Vec<Word>,
    /// Where the shell ended it (at a line end, `&`, `|`, `;`, a redirection, …), when something follows.
    pub(crate) rest: Option<usize>,
    /// What the reader should know about how it is quoted.
    pub(crate) notes: Vec<&'static str>,
}

/// Splits the first simple command from an offset of the input on into words.
///
/// # Errors
/// A quote that is not closed, something that the shell would expand, and a NUL byte, which no argument can hold.
pub(crate) fn split(input: &[u8], start: usize) -> Result<Command, CaptureError> {
    Splitter {
        input,
        at: start,
        words: Vec::new(),
        word: None,
    }
    .run()
}

struct Splitter<'a> {
    input: &'a [u8],
    /// The offset of the next byte to read.
    at: usize,
    words: Vec<Word>,
    /// The word that is being read. An empty pair of quotes makes an empty word, so `None` and empty differ.
    word: Option<Word>,
}

impl Splitter<'_> {
    fn run(mut self) -> Result<Command, CaptureError> {
        self.skip_blank_lines();
        let mut rest = None;
        while let Some(byte) = self.peek(0) {
            match byte {
                b' ' | b'\t' => {
                    self.words.extend(self.word.take());
                    self.at += 1;
                }
                b'\r' if self.peek(1) == Some(b'\n') => self.at += 1,
                b'#' if self.word.is_none() => self.skip_comment(),
                b'\n' | b'&' | b'|' | b';' | b'<' | b'>' | b'(' | b')' => {
                    rest = Some(self.at);
                    break;
                }
                b'\'' => self.single_quoted()?,
                b'"' => self.double_quoted()?,
                b'$' if self.peek(1) == Some(b'\'') => self.ansi_c_quoted()?,
                b'$' if self.peek(1) == Some(b'"') => {
                    self.at += 1;
                    self.double_quoted()?;
                }
                b'$' | b'`' => self.dollar_or_backquote()?,
                b'\\' => self.backslash(),
                _ => self.take()?,
            }
        }
        self.drop_file_descriptor(rest);
        self.words.extend(self.word.take());
        let follows = |at: &usize| {
            let rest = self.input.get(*at..).unwrap_or_default();
            !rest.iter().all(|b| b.is_ascii_whitespace() || *b == b';')
        };
        Ok(Command {
            words: self.words,
            rest: rest.filter(follows),
            notes: Vec::new(),
        })
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.input.get(self.at + ahead).copied()
    }

    /// The word being read, begun here if none was.
    fn open(&mut self) -> &mut Vec<u8> {
        let start = self.at;
        &mut self
            .word
            .get_or_insert_with(|| Word {
                start,
                bytes: Vec::new(),
            })
            .bytes
    }

    /// Takes the next byte as it is.
    fn take(&mut self) -> Result<(), CaptureError> {
        if let Some(byte) = self.peek(0) {
            if byte == 0 {
                return Err(self.nul());
            }
            self.open().push(byte);
            self.at += 1;
        }
        Ok(())
    }

    fn nul(&self) -> CaptureError {
        CaptureError::at(
            self.input,
            self.at,
            "expected a shell command, found a NUL byte, which no argument of a command can hold",
            "paste the command as text; give a body with NUL bytes as raw HTTP or as JSON",
        )
    }

    fn skip_blank_lines(&mut self) {
        while self.peek(0).is_some_and(|b| b.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn skip_comment(&mut self) {
        while self.peek(0).is_some_and(|b| b != b'\n') {
            self.at += 1;
        }
    }

    /// The digits that stand right before `<` or `>` (`2>`) are no word.
    fn drop_file_descriptor(&mut self, end: Option<usize>) {
        let redirects = end
            .and_then(|at| self.input.get(at))
            .is_some_and(|b| matches!(b, b'<' | b'>'));
        if redirects
            && self
                .word
                .as_ref()
                .is_some_and(|word| word.bytes.iter().all(u8::is_ascii_digit))
        {
            self.word = None;
        }
    }

    /// Outside quotes a backslash keeps the next byte; before a line end both go.
    fn backslash(&mut self) {
        match (self.peek(1), self.peek(2)) {
            (Some(b'\n'), _) => self.at += 2,
            (Some(b'\r'), Some(b'\n')) => self.at += 3,
            (Some(byte), _) => {
                self.open().push(byte);
                self.at += 2;
            }
            (None, _) => {
                self.open().push(b'\\');
                self.at += 1;
            }
        }
    }

    fn single_quoted(&mut self) -> Result<(), CaptureError> {
        let quote = self.at;
        self.open();
        self.at += 1;
        loop {
            match self.peek(0) {
                None => return Err(self.not_closed(quote, "single quote (')")),
                Some(b'\'') => break,
                Some(_) => self.take()?,
            }
        }
        self.at += 1;
        Ok(())
    }

    /// In double quotes a backslash is one only before `$`, a backquote, `"`, `\` and a line end.
    fn double_quoted(&mut self) -> Result<(), CaptureError> {
        let quote = self.at;
        self.open();
        self.at += 1;
        loop {
            match self.peek(0) {
                None => return Err(self.not_closed(quote, "double quote (\")")),
                Some(b'"') => break,
                Some(b'$' | b'`') => self.dollar_or_backquote()?,
                Some(b'\\') => match (self.peek(1), self.peek(2)) {
                    (Some(b'$' | b'`' | b'"' | b'\\' | b'\n'), _) | (Some(b'\r'), Some(b'\n')) => {
                        self.backslash();
                    }
                    _ => self.take()?,
                },
                Some(_) => self.take()?,
            }
        }
        self.at += 1;
        Ok(())
    }

    /// A `$` that begins no expansion is itself.
    fn dollar_or_backquote(&mut self) -> Result<(), CaptureError> {
        let expands = match (self.peek(0), self.peek(1)) {
            (Some(b'`'), _) => true,
            (_, Some(next)) => next.is_ascii_alphanumeric() || b"_{(@*#?-$!".contains(&next),
            _ => false,
        };
        if !expands {
            return self.take();
        }
        let behind = self.input.get(self.at + 1..).unwrap_or_default();
        let name = behind.strip_prefix(b"{").unwrap_or(behind);
        let is_name = |b: &&u8| b.is_ascii_alphanumeric() || **b == b'_';
        let length = name.iter().take_while(is_name).count();
        let found = if self.peek(0) == Some(b'`') || behind.starts_with(b"(") {
            "a command whose output the shell puts in ($(…) or `…`)".to_owned()
        } else if length > 0 {
            let name = name.get(..length).unwrap_or_default();
            format!("the shell variable ${}", excerpt(name))
        } else {
            "a $ that the shell replaces".to_owned()
        };
        Err(CaptureError::at(
            self.input,
            self.at,
            format!("expected text as it was sent, found {found}"),
            "write its value in its place (bash -x shows it), or quote it with ' if it was sent as it stands",
        ))
    }

    /// `$'…'`: backslash escapes as in C.
    fn ansi_c_quoted(&mut self) -> Result<(), CaptureError> {
        let quote = self.at;
        self.open();
        self.at += 2;
        loop {
            match self.peek(0) {
                None => return Err(self.not_closed(quote, "quote ($')")),
                Some(b'\'') => break,
                Some(b'\\') => self.escape()?,
                Some(_) => self.take()?,
            }
        }
        self.at += 1;
        Ok(())
    }

    fn escape(&mut self) -> Result<(), CaptureError> {
        let Some(letter) = self.peek(1) else {
            return self.take();
        };
        let byte = match letter {
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'a' => 0x07,
            b'b' => 0x08,
            b'v' => 0x0b,
            b'f' => 0x0c,
            b'e' | b'E' => 0x1b,
            b'\\' | b'\'' | b'"' | b'?' => letter,
            b'0'..=b'7' => return self.byte_escape(1, 8, 3),
            b'x' => return self.byte_escape(2, 16, 2),
            b'u' => return self.character_escape(4),
            b'U' => return self.character_escape(8),
            b'c' if self.peek(2).is_some_and(|b| b.is_ascii() && b != b'\'') => {
                let control = self.peek(2).unwrap_or_default().to_ascii_uppercase() & 0x1f;
                return self.push_escaped(&[control], 3);
            }
            // Not an escape: the backslash stays, and what follows it is read for itself.
            _ => return self.take(),
        };
        self.push_escaped(&[byte], 2)
    }

    fn push_escaped(&mut self, bytes: &[u8], length: usize) -> Result<(), CaptureError> {
        if bytes == [0] {
            return Err(self.nul());
        }
        self.open().extend_from_slice(bytes);
        self.at += length;
        Ok(())
    }

    /// The number written in up to `most` digits, `skip` bytes ahead, and how many digits there were.
    fn number(&self, skip: usize, radix: u32, most: usize) -> (u32, usize) {
        let digits = self
            .input
            .get(self.at + skip..)
            .unwrap_or_default()
            .iter()
            .take(most);
        digits
            .map_while(|&b| char::from(b).to_digit(radix))
            .fold((0, 0), |(value, count), digit| {
                (value.wrapping_mul(radix).wrapping_add(digit), count + 1)
            })
    }

    /// `\NNN` and `\xHH`; the value is cut to eight bits.
    fn byte_escape(&mut self, skip: usize, radix: u32, most: usize) -> Result<(), CaptureError> {
        let (value, count) = self.number(skip, radix, most);
        if count == 0 {
            return self.take();
        }
        let [.., byte] = value.to_be_bytes();
        self.push_escaped(&[byte], skip + count)
    }

    /// `\uHHHH` and `\UHHHHHHHH`, as UTF-8. Two escapes that are a UTF-16 surrogate pair are one character: so browsers
    /// write one.
    fn character_escape(&mut self, most: usize) -> Result<(), CaptureError> {
        let (mut value, count) = self.number(2, 16, most);
        if count == 0 {
            return self.take();
        }
        let mut length = 2 + count;
        if (0xd800..0xdc00).contains(&value)
            && self.peek(length) == Some(b'\\')
            && self.peek(length + 1) == Some(b'u')
        {
            let (low, digits) = self.number(length + 2, 16, 4);
            if (0xdc00..0xe000).contains(&low) {
                value = 0x1_0000 + ((value - 0xd800) << 10) + (low - 0xdc00);
                length += 2 + digits;
            }
        }
        let Some(character) = char::from_u32(value) else {
            return Err(CaptureError::at(
                self.input,
                self.at,
                "expected the number of a character after \\u, found another",
                "write the character itself, or its bytes as \\xHH",
            ));
        };
        self.push_escaped(character.encode_utf8(&mut [0; 4]).as_bytes(), length)
    }

    fn not_closed(&self, at: usize, quote: &str) -> CaptureError {
        CaptureError::at(
            self.input,
            at,
            format!(
                "expected the {quote} that opens here to be closed, found the end of the input"
            ),
            "paste the whole command; a quote inside quotes is written '\\''",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*, sample::select};

    fn words(input: &str) -> Vec<String> {
        let command = split(input.as_bytes(), 0).unwrap();
        command
            .words
            .into_iter()
            .map(|word| String::from_utf8(word.bytes).unwrap())
            .collect()
    }

    fn fail(input: &str) -> CaptureError {
        split(input.as_bytes(), 0).unwrap_err()
    }

    #[test]
    fn blanks_separate_and_quotes_join() {
        assert_eq!(
            words("  a 'b c'\t\"d e\"f'g'\\ h  ''"),
            ["a", "b c", "d efg h", ""]
        );
    }

    #[test]
    fn backslashes_by_the_quotes_around_them() {
        assert_eq!(
            words(r#"\a\'\\ 'b\c' "d\e\$\`\"\\" '\'"#),
            ["a'\\", r"b\c", r#"d\e$`"\"#, r"\"]
        );
        assert_eq!(words("a\\"), ["a\\"]);
    }

    #[test]
    fn a_line_ends_the_command_unless_continued() {
        assert_eq!(
            words("\n a \\\n b\\\nc \\\r\n d \"e\\\nf\"\n"),
            ["a", "bc", "d", "ef"]
        );
        let command = split(b"a b\nc", 0).unwrap();
        assert_eq!((command.words.len(), command.rest), (2, Some(3)));
        assert_eq!(split(b"a b\r\n \n", 0).unwrap().rest, None);
    }

    #[test]
    fn operators_end_the_command() {
        for (input, rest) in [
            ("a b&c=d", Some(3)),
            ("a b | jq", Some(4)),
            ("a b;", None),
            ("a b; c", Some(3)),
            ("a b >f", Some(4)),
            ("a b 2>&1", Some(5)),
            ("a b && c", Some(4)),
        ] {
            assert_eq!(words(input), ["a", "b"], "{input}");
            assert_eq!(split(input.as_bytes(), 0).unwrap().rest, rest, "{input}");
        }
        assert_eq!(words("a b#c # d 'e"), ["a", "b#c"]);
    }

    #[test]
    fn escapes_of_dollar_quotes() {
        assert_eq!(
            words(r"$'\n\t\r\a\b\v\f\e\E'"),
            ["\n\t\r\x07\x08\x0b\x0c\x1b\x1b"]
        );
        assert_eq!(words(r#"$'\\ \' \" \? \q' x"#), ["\\ ' \" ? \\q", "x"]);
        assert_eq!(
            words(r"$'\x41\x4a4\101\1018\u00e9x\u21 \U1F600\ud83d\ude00\cA'"),
            ["AJ4AA8éx! 😀😀\x01"]
        );
        assert_eq!(
            split(br"$'\xe9\377\777'", 0).unwrap().words[0].bytes,
            b"\xe9\xff\xff"
        );
        assert_eq!(words(r"$'\xg\uz\8'"), [r"\xg\uz\8"]);
        assert_eq!(fail(r"$'\ud83d'").byte, 2);
    }

    #[test]
    fn what_is_not_closed_says_where_it_opens() {
        for (input, byte) in [("a 'b", 2), ("a \"b'", 2), ("a b$'c\\'", 3)] {
            let error = fail(input);
            assert_eq!(error.byte, byte, "{input}");
            assert!(error.message.contains("closed"), "{input}");
        }
    }

    #[test]
    fn expansions_are_errors_that_name_the_variable() {
        for (input, byte, found) in [
            ("a $TOKEN", 2, "$TOKEN"),
            ("a \"b$x_1-\"", 4, "$x_1"),
            ("a ${x_1:-s3cret}", 2, "$x_1;"),
            ("a $(b)", 2, "output"),
            ("a \"`b`\"", 3, "output"),
            ("a $$", 2, "replaces"),
        ] {
            let error = fail(input);
            assert_eq!(error.byte, byte, "{input}");
            assert!(error.to_string().contains(found), "{error}");
        }
        assert_eq!(
            words("a$ '$b' \"$\" \\$c $%"),
            ["a$", "$b", "$", "$c", "$%"]
        );
    }

    #[test]
    fn nul_is_no_part_of_an_argument() {
        for (input, byte) in [
            ("a b\0", 3),
            ("'\0'", 1),
            ("$'ab\\0'", 4),
            ("$'\\u0000'", 2),
        ] {
            let error = fail(input);
            assert_eq!(error.byte, byte);
            assert!(error.message.contains("NUL"));
        }
    }

    #[test]
    fn words_know_where_they_begin() {
        let starts: Vec<_> = split(b" a  'b' \"\"c", 0)
            .unwrap()
            .words
            .iter()
            .map(|word| word.start)
            .collect();
        assert_eq!(starts, [1, 4, 8]);
    }
    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// The words are those that this machine's `sh` makes. Its search path is empty, so that nothing else can run.
        #[cfg(unix)]
        #[test]
        fn words_are_those_of_sh(pieces in vec(select(vec![
            "a", "b=c", " ", "\t", "'", "'", "\"", "\"", "\\", "\\\n", "%s", "é", "#", ".", "~x", "{a,b}",
        ]), 0..12)) {
            let text = pieces.concat();
            let output = std::process::Command::new("/bin/sh")
                .args(["-c", &format!("printf '%s\\0' first {text}")])
                .env_clear()
                .env("PATH", "")
                .output()
                .unwrap();
            match split(format!("first {text}").as_bytes(), 0) {
                Err(_) => prop_assert!(!output.status.success()),
                Ok(command) => {
                    let mut words = Vec::new();
                    for word in command.words {
                        words.extend(word.bytes);
                        words.push(0);
                    }
                    prop_assert_eq!(words, output.stdout);
                }
            }
        }
    }
}
