//! A string literal as a program prints it: what stands between the quotes, its escapes undone.

/// A literal that was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Literal {
    /// What it stands for.
    pub(crate) bytes: Vec<u8>,
    /// Behind its closing quote.
    pub(crate) end: usize,
    /// Where in `bytes` line ends stand that are not written as escapes.
    raw_line_ends: Vec<usize>,
}

/// Reads the literal whose opening quote stands at an offset; `None` when it is never closed.
///
/// The escapes are those of Python, JavaScript, JSON, Java, C#, Ruby, Go, PHP and Perl, which agree where they overlap.
/// A backslash before anything else is one, and so it stays.
pub(crate) fn read_literal(input: &[u8], at: usize) -> Option<Literal> {
    let quote = *input.get(at)?;
    let mut literal = Literal {
        bytes: Vec::new(),
        end: at + 1,
        raw_line_ends: Vec::new(),
    };
    loop {
        let rest = input.get(literal.end..)?;
        match *rest.first()? {
            b'\\' => {
                let length = literal.escape(rest);
                literal.end += length;
            }
            byte if byte == quote => {
                literal.end += 1;
                return Some(literal);
            }
            byte => {
                if byte == b'\n' || rest.starts_with(b"\r\n") {
                    literal.raw_line_ends.push(literal.bytes.len());
                }
                literal.bytes.push(byte);
                literal.end += 1;
            }
        }
    }
}

impl Literal {
    /// Without the line ends that a terminal or a mail put between its quotes.
    pub(crate) fn without_raw_line_ends(&self) -> Vec<u8> {
        let mut kept = Vec::with_capacity(self.bytes.len());
        let mut from = 0;
        for &at in &self.raw_line_ends {
            kept.extend_from_slice(self.bytes.get(from..at).unwrap_or_default());
            from = at + 1;
        }
        kept.extend_from_slice(self.bytes.get(from..).unwrap_or_default());
        kept
    }

    /// Undoes the escape that a text begins with, and returns its length.
    fn escape(&mut self, text: &[u8]) -> usize {
        let byte = match text.get(1) {
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'a') => 0x07,
            Some(b'b') => 0x08,
            Some(b'v') => 0x0b,
            Some(b'f') => 0x0c,
            Some(b'e') => 0x1b,
            Some(&byte @ (b'\\' | b'\'' | b'"' | b'`' | b'/' | b'$' | b'@' | b'#')) => byte,
            Some(b'x') => match number(text, 2, 16, 2) {
                (value, length @ 1..) => {
                    self.bytes.push(u8::try_from(value).unwrap_or_default());
                    return 2 + length;
                }
                _ => b'\\',
            },
            Some(b'u') => return self.unicode(text),
            Some(b'0'..=b'7') => {
                let (value, length) = number(text, 1, 8, 3);
                self.bytes
                    .push(u8::try_from(value & 0xff).unwrap_or_default());
                return 1 + length;
            }
            _ => b'\\',
        };
        self.bytes.push(byte);
        if byte == b'\\' && text.get(1) != Some(&b'\\') {
            1
        } else {
            2
        }
    }

    /// `\uXXXX`, also as a surrogate pair, and `\u{X…}`.
    fn unicode(&mut self, text: &[u8]) -> usize {
        let (value, length) = if text.get(2) == Some(&b'{') {
            let (value, digits) = number(text, 3, 16, 6);
            let closed = text.get(3 + digits) == Some(&b'}');
            (value, if closed { digits + 4 } else { 0 })
        } else {
            let (high, digits) = number(text, 2, 16, 4);
            let (low, low_digits) = number(text, 8, 16, 4);
            let is_pair = (0xd800..0xdc00).contains(&high)
                && text.get(6..8) == Some(b"\\u")
                && (0xdc00..0xe000).contains(&low);
            match (digits, low_digits) {
                (4, 4) if is_pair => (0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00), 12),
                (4, _) => (high, 6),
                _ => (0, 0),
            }
        };
        let Some(character) = char::from_u32(value).filter(|_| length > 0) else {
            self.bytes.push(b'\\');
            return 1;
        };
        let mut buffer = [0; 4];
        self.bytes
            .extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
        length
    }
}

/// The number that some digits at an offset make, and how many there are.
fn number(text: &[u8], at: usize, radix: u32, longest: usize) -> (u32, usize) {
    let digits = text.get(at..).unwrap_or_default().iter().take(longest);
    let digits = digits.map_while(|&b| char::from(b).to_digit(radix));
    digits.fold((0, 0), |(value, count), digit| {
        (value * radix + digit, count + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        let literal = read_literal(text.as_bytes(), 0).unwrap();
        assert_eq!(literal.end, text.len(), "{text}");
        literal.bytes
    }

    #[test]
    fn escapes_are_undone() {
        for (text, expected) in [
            (r"'a\n\r\t\\\'\''", &b"a\n\r\t\\''"[..]),
            (r#""\"'\/\$\e""#, b"\"'/$\x1b"),
            (r"'\xe9\x0a\xC3\xa9'", b"\xe9\n\xc3\xa9"),
            (r"'\0\012\1011'", b"\0\nA1"),
            (r"'\u0026\u00e9\u{feff}'", "&é\u{feff}".as_bytes()),
            (r"'\ud83d\ude00'", "😀".as_bytes()),
            (
                r"'\q\x\u12\ud800\u{110000}\u{41'",
                br"\q\x\u12\ud800\u{110000}\u{41",
            ),
        ] {
            assert_eq!(bytes(text), expected, "{text}");
        }
    }

    #[test]
    fn a_literal_ends_at_its_own_quote() {
        let literal = read_literal(b"x='a\"b' c'", 2).unwrap();
        assert_eq!((literal.bytes.as_slice(), literal.end), (&b"a\"b"[..], 7));
        for open in ["'", "'a", r"'a\'", "'a\\"] {
            assert_eq!(read_literal(open.as_bytes(), 0), None, "{open}");
        }
        assert_eq!(read_literal(b"", 0), None);
    }

    #[test]
    fn raw_line_ends_are_told_from_escaped_ones() {
        let literal = read_literal(b"'a\nb\r\n\\nc\n'", 0).unwrap();
        assert_eq!(literal.bytes, b"a\nb\r\n\nc\n");
        assert_eq!(literal.without_raw_line_ends(), b"ab\nc");
    }
}
