//! The values that a program printed: literals in quotes and bare words, each with the label before it.

use crate::{base_string::trim_blanks, detect::contains, http::Lines, literal::read_literal};

/// Something that was printed.
#[derive(Default)]
pub(crate) struct Value {
    /// The letters and digits of the label, in lower case; empty when there is none.
    pub(crate) label: String,
    pub(crate) bytes: Vec<u8>,
    /// Where it begins.
    pub(crate) start: usize,
    /// Whether quotes show where it begins and ends.
    pub(crate) is_quoted: bool,
    /// Whether it was broken over several lines, which are joined.
    pub(crate) is_broken: bool,
    /// How many bytes PHP's `var_dump` says it has, where that is not what is there.
    pub(crate) counted: Option<usize>,
}

/// All of them, in order.
pub(crate) fn values(text: &[u8]) -> Vec<Value> {
    let mut scanner = Scanner {
        text,
        at: 0,
        gap: 0,
        label: String::new(),
        unclosed: Vec::new(),
        values: Vec::new(),
    };
    scanner.run();
    scanner.values
}

/// Words that a label has when a value follows it.
const LABEL_WORDS: [&str; 15] = [
    "base",
    "sbs",
    "text",
    "message",
    "msg",
    "data",
    "payload",
    "tosign",
    "to sign",
    "key",
    "secret",
    "signature",
    "hmac",
    "digest",
    "hash",
];

/// Where `METHOD&http%3A` or one of its relatives begins, which nothing but a base string holds.
pub(crate) fn find_base_string(text: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let rest = text.get(from..)?;
        let at = from + rest.iter().position(|&b| b == b'&' || b == b'%')?;
        from = at + 1;
        let rest = text.get(at..)?;
        let Some(uri) = [&b"%2526"[..], b"%26", b"&"]
            .iter()
            .find_map(|joint| rest.strip_prefix(*joint))
        else {
            continue;
        };
        let scheme = uri.get(..4).unwrap_or_default();
        let behind = uri.get(4..).unwrap_or_default();
        let behind = match behind {
            [b's' | b'S', rest @ ..] => rest,
            _ => behind,
        };
        let is_uri = scheme.eq_ignore_ascii_case(b"http")
            && (behind.starts_with(b":") || behind.starts_with(b"%"));
        let before = text.get(..at)?;
        let letters = before
            .iter()
            .rev()
            .take(11)
            .take_while(|b| b.is_ascii_alphabetic())
            .count();
        let in_front = before.get(..at - letters).and_then(<[u8]>::last);
        let is_word = in_front.is_none_or(|&b| !b.is_ascii_alphanumeric() && !b"%_&".contains(&b));
        if is_uri && (3..=10).contains(&letters) && is_word {
            return Some(at - letters);
        }
    }
}

/// Base64 of a digest of SHA-1, SHA-256 or SHA-512 with its `=`, percent-encoded or not, or the digest in hex digits.
pub(crate) fn is_signature(text: &[u8]) -> bool {
    let mut digits = text;
    let mut padding = 0;
    while let Some(rest) = [&b"="[..], b"%3D", b"%3d"]
        .iter()
        .find_map(|end| digits.strip_suffix(*end))
    {
        digits = rest;
        padding += 1;
    }
    let length = digits.len().saturating_sub(2 * count(digits, b'%'));
    let is_base64 = |b: &u8| b.is_ascii_alphanumeric() || b"+/%-_".contains(b);
    matches!((length, padding), (27 | 43, 1) | (86, 2)) && digits.iter().all(is_base64)
        || is_hex_digest(text)
}

/// The digest of SHA-1, SHA-256 or SHA-512 in hex digits; a secret may look the same.
pub(crate) fn is_hex_digest(text: &[u8]) -> bool {
    matches!(text.len(), 40 | 64 | 128) && text.iter().all(u8::is_ascii_hexdigit)
}

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
    /// Where the text begins that belongs to no value yet.
    gap: usize,
    /// The label that stands on a line of its own, or in quotes.
    label: String,
    /// Quotes that are known to have no partner in what is left.
    unclosed: Vec<u8>,
    values: Vec<Value>,
}

impl<'a> Scanner<'a> {
    fn run(&mut self) {
        let mut line_start = true;
        while let Some(&byte) = self.text.get(self.at) {
            if line_start && self.bare_base_string() {
                continue;
            }
            line_start = byte == b'\n';
            if line_start {
                self.bare(self.gap, self.at);
                self.at += 1;
                self.gap = self.at;
            } else if self.unclosed.contains(&byte)
                || !opens(self.text, self.at)
                || !self.literal(byte)
            {
                self.at += 1;
            }
        }
        self.bare(self.gap, self.at);
    }

    fn slice(&self, from: usize, to: usize) -> &'a [u8] {
        self.text.get(from..to).unwrap_or_default()
    }

    fn line_end(&self, from: usize) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        from + rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len())
    }

    /// The label of a value that has this before it: one that was kept for it counts first.
    fn label(&mut self, before: &[u8]) -> String {
        let kept = core::mem::take(&mut self.label);
        if kept.is_empty() {
            letters(before)
        } else {
            kept
        }
    }

    /// Reads the literal that opens here: a value, or the label of one. False when it is never closed.
    fn literal(&mut self, quote: u8) -> bool {
        let before = self.slice(self.gap, self.at);
        if quote == b'"'
            && let Some(count) = php_count(before)
        {
            return self.php_string(count);
        }
        let Some(literal) = read_literal(self.text, self.at) else {
            self.unclosed.push(quote);
            return false;
        };
        let start = self.at;
        let after = self.text.get(literal.end..).unwrap_or_default();
        if let Some(value) = after_separator(after) {
            self.label = letters(&literal.bytes);
            self.at = literal.end + after.len() - value.len();
            self.gap = self.at;
            return true;
        }
        let joined = literal.without_raw_line_ends();
        // A line end right before the closing quote was printed; one in the middle comes from a terminal or a mail.
        let is_broken = !literal.bytes.starts_with(&joined);
        let is_base_string = find_base_string(&joined) == Some(0);
        if is_broken && !is_base_string {
            // Rather a stray quote than so long a key.
            return false;
        }
        let mut bytes = if is_broken { joined } else { literal.bytes };
        self.at = literal.end;
        if is_base_string {
            let in_parentheses = without_prefix(before).ends_with(b"(");
            while let Some(next) = self.next_part(in_parentheses)
                && let Some(part) = read_literal(self.text, next)
            {
                bytes.extend_from_slice(&part.bytes);
                self.at = part.end;
            }
        }
        self.gap = self.at;
        if bytes.is_empty() && self.label.is_empty() {
            return true;
        }
        let label = self.label(label_before(before));
        self.values.push(Value {
            label,
            bytes,
            start,
            is_quoted: true,
            is_broken,
            counted: None,
        });
        true
    }

    /// The quote of a literal that continues the one before: `'…' + '…'`, or in parentheses `'…'` on the next line.
    fn next_part(&self, in_parentheses: bool) -> Option<usize> {
        let rest = self.text.get(self.at..)?;
        let blank = |text: &[u8]| text.iter().take_while(|b| b.is_ascii_whitespace()).count();
        let blanks = blank(rest);
        let (white, after) = rest.split_at_checked(blanks)?;
        let (length, is_joined) = match after.strip_prefix(b"+") {
            Some(behind) => (blanks + 1 + blank(behind), true),
            None => (blanks, in_parentheses && white.contains(&b'\n')),
        };
        let quote = match rest.get(length..)? {
            [b'b' | b'u', b'\'' | b'"', ..] => length + 1,
            _ => length,
        };
        let is_quote = rest.get(quote).is_some_and(|b| b"'\"`".contains(b));
        (is_joined && is_quote).then_some(self.at + quote)
    }

    /// `string(123) "…"`: the length counts, not the quotes, and nothing is escaped.
    fn php_string(&mut self, count: usize) -> bool {
        let before = self.slice(self.gap, self.at);
        let start = self.at;
        let rest = self.text.get(start + 1..).unwrap_or_default();
        let closes = |at| rest.get(at) == Some(&b'"');
        let is_end =
            |at: &usize| closes(*at) && rest.get(at + 1).is_none_or(u8::is_ascii_whitespace);
        let length = if closes(count) {
            count
        } else {
            (0..rest.len()).find(is_end).unwrap_or(rest.len())
        };
        let shown = rest.get(..length).unwrap_or_default();
        let joined: Vec<u8> = shown
            .iter()
            .copied()
            .filter(|b| !b"\r\n".contains(b))
            .collect();
        let is_broken = length != count && joined.len() == count;
        let counted = (length != count && !is_broken).then_some(count);
        let bytes = if is_broken { joined } else { shown.to_vec() };
        self.at = (start + length + 2).min(self.text.len());
        self.gap = self.at;
        let label = self.label(before);
        self.values.push(Value {
            label,
            bytes,
            start,
            is_quoted: true,
            is_broken,
            counted,
        });
        true
    }

    /// A base string without quotes on the line that begins here, and what follows it there. False when there is none.
    fn bare_base_string(&mut self) -> bool {
        // What nobody sees is no part of a label.
        const HIDDEN: [&str; 4] = ["\u{feff}", "\u{200b}", "\u{200c}", "\u{200d}"];
        let end = self.line_end(self.at);
        let line = self.slice(self.at, end);
        let Some(at) = find_base_string(line) else {
            return false;
        };
        let mut before = line.get(..at).unwrap_or_default();
        while let Some(rest) = HIDDEN
            .iter()
            .find_map(|hidden| before.strip_suffix(hidden.as_bytes()))
        {
            before = rest;
        }
        let at = before.len();
        let rest = line.get(at..).unwrap_or_default();
        if (0..before.len()).any(|at| opens(before, at)) {
            return false;
        }
        let start = self.at + at;
        let rest = rest.strip_suffix(b"\r").unwrap_or(rest);
        let (bytes, tail) = without_tail(rest);
        let mut bytes = uncurled(bytes).to_vec();
        let mut is_broken = false;
        if tail.is_empty() {
            self.at = (end + 1).min(self.text.len());
            is_broken = self.join_next_lines(&mut bytes, line.len());
        } else {
            self.at = start + rest.len() - tail.len();
        }
        self.gap = self.at;
        let label = self.label(before);
        self.values.push(Value {
            label,
            bytes,
            start,
            is_broken,
            ..Value::default()
        });
        true
    }

    /// Joins the lines that can only be more of a base string. Whether there was one.
    fn join_next_lines(&mut self, bytes: &mut Vec<u8>, first_length: usize) -> bool {
        let mut lines = Lines::new(self.text);
        lines.at = self.at;
        let mut ampersands = count(bytes, b'&');
        let mut last_length = first_length;
        let mut joined = false;
        for line in lines {
            let text = line.text;
            let fits = |b: &u8| b.is_ascii_alphanumeric() || b"-._~%&+*".contains(b);
            let is_wrapped = last_length >= 40 && text.len() <= first_length;
            let more = count(text, b'&');
            let is_more = if more > 0 {
                // A key has its `&` too, but a base string has only two.
                ampersands + more <= 2
            } else {
                text.contains(&b'%') || text.len() < 16
            };
            if text.is_empty()
                || !text.iter().all(fits)
                || !is_wrapped
                || !is_more
                || is_signature(text)
            {
                break;
            }
            bytes.extend_from_slice(text);
            ampersands += more;
            last_length = text.len();
            joined = true;
            self.at = self
                .line_end(line.start)
                .saturating_add(1)
                .min(self.text.len());
        }
        joined
    }

    /// What stands without quotes, and without a base string, on a line or the rest of one.
    fn bare(&mut self, from: usize, to: usize) {
        let text = self.slice(from, to);
        match Bare::new(uncurled(text.trim_ascii())) {
            Bare::Value { label, value } => {
                let offset = value.as_ptr().addr() - text.as_ptr().addr();
                let label = self.label(label);
                self.values.push(Value {
                    label,
                    bytes: value.to_vec(),
                    start: from + offset,
                    ..Value::default()
                });
            }
            Bare::Label(label) => self.label = letters(label),
            Bare::Prose => {}
        }
    }
}

/// Text without quotes.
enum Bare<'a> {
    Value {
        label: &'a [u8],
        value: &'a [u8],
    },
    /// The value follows on the next line.
    Label(&'a [u8]),
    Prose,
}

impl<'a> Bare<'a> {
    fn new(text: &'a [u8]) -> Self {
        if !text.iter().any(u8::is_ascii_alphanumeric) {
            return Self::Prose;
        }
        let last = text
            .rsplit(u8::is_ascii_whitespace)
            .next()
            .unwrap_or_default();
        let before = text.get(..text.len() - last.len()).unwrap_or_default();
        let alone = Self::Value {
            label: b"",
            value: text,
        };
        let at_end = Self::Value {
            label: before,
            value: last,
        };
        if find_base_string(text) == Some(0) || before.is_empty() && is_signature(text) {
            return alone;
        }
        let is_labelled = match label_end(text) {
            Some(end) => {
                let (label, rest) = text.split_at(end);
                if let Some(value) = after_separator(rest) {
                    let value = uncurled(value.trim_ascii());
                    return if value.iter().any(u8::is_ascii_alphanumeric) {
                        Self::Value { label, value }
                    } else {
                        Self::Label(label)
                    };
                }
                true
            }
            None => false,
        };
        if before.is_empty() {
            alone
        } else if matches!(before.trim_ascii_end(), [.., b':' | b'='])
            || is_labelled && (last.contains(&b'&') || is_signature(last))
        {
            at_end
        } else if is_labelled {
            Self::Label(text)
        } else {
            Self::Prose
        }
    }
}

/// Where the label ends whose words say what follows: behind the first of the words, up to a separator.
fn label_end(text: &[u8]) -> Option<usize> {
    const LONGEST: usize = 160;
    let lower = text.get(..text.len().min(LONGEST))?.to_ascii_lowercase();
    let found = LABEL_WORDS.iter().filter_map(|word| {
        let at = lower
            .windows(word.len())
            .position(|part| part == word.as_bytes())?;
        Some(at + word.len())
    });
    let word_end = found.min()?;
    let rest = text.get(word_end..)?;
    let separator = rest.iter().position(|b| b":=>".contains(b));
    Some(word_end + separator.unwrap_or(rest.len()))
}

/// Whether a quote stands here that opens, and is no apostrophe: no letter or digit is before it but a prefix such as `b`.
fn opens(text: &[u8], at: usize) -> bool {
    let is_quote = text.get(at).is_some_and(|b| b"'\"`".contains(b));
    let before = text.get(at.saturating_sub(2)..at).unwrap_or_default();
    is_quote
        && without_prefix(before)
            .last()
            .is_none_or(|b| !b.is_ascii_alphanumeric() && !b"%\\".contains(b))
}

/// What stands before a literal, without a prefix such as `b`.
fn without_prefix(before: &[u8]) -> &[u8] {
    match before {
        [rest @ .., b'b' | b'u' | b'r' | b'B' | b'$' | b'@'] => rest,
        _ => before,
    }
}

/// What stands before a literal, if it is its label and not the call or the list that it is in.
fn label_before(before: &[u8]) -> &[u8] {
    let before = without_prefix(before);
    match before.trim_ascii_end().last() {
        Some(b'(' | b'[' | b'{' | b',') => b"",
        _ => before,
    }
}

/// What follows `:`, `=`, `=>`, `->` or `]=>`; but not `==`, which ends base64.
fn after_separator(text: &[u8]) -> Option<&[u8]> {
    let text = trim_start(text);
    let text = text.strip_prefix(b"]").unwrap_or(text);
    let text = trim_start(text);
    if text.starts_with(b"==") {
        return None;
    }
    [&b"=>"[..], b"->", b":=", b":", b"=", b">"]
        .iter()
        .find_map(|separator| text.strip_prefix(*separator))
        .map(trim_start)
}

fn trim_start(text: &[u8]) -> &[u8] {
    let blanks = text.iter().take_while(|b| b" \t".contains(b)).count();
    text.get(blanks..).unwrap_or_default()
}

/// A base string and what was printed behind it on the same line: a key or a signature, with or without a label.
fn without_tail(text: &[u8]) -> (&[u8], &[u8]) {
    let blank = text.iter().position(u8::is_ascii_whitespace);
    let (first, tail) = text.split_at(blank.unwrap_or(text.len()));
    let last = trim_blanks(tail);
    let is_key = count(last, b'&') == 1
        && ![&b"="[..], b"%3D", b"%3d", b" "]
            .iter()
            .any(|part| contains(last, part));
    let is_second_value = is_key || is_signature(last) || label_end(tail).is_some();
    if is_second_value {
        (first, trim_blanks(tail))
    } else {
        (trim_blanks(text), b"")
    }
}

/// Without the curly quotes that a word processor or a mail made of straight ones.
fn uncurled(text: &[u8]) -> &[u8] {
    let open = ["\u{201c}", "\u{2018}", "\u{201e}"];
    let close = ["\u{201d}", "\u{2019}", "\u{201c}"];
    let begin = open
        .iter()
        .find_map(|quote| text.strip_prefix(quote.as_bytes()));
    let rest = begin.unwrap_or(text);
    let end = close
        .iter()
        .find_map(|quote| rest.strip_suffix(quote.as_bytes()));
    end.unwrap_or(rest)
}

/// The number in `string(123) `, which PHP's `var_dump` puts before a string.
fn php_count(before: &[u8]) -> Option<usize> {
    let before = trim_blanks(before).strip_suffix(b")")?;
    let digits = before
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_digit())
        .count();
    let (name, digits) = before.split_at_checked(before.len() - digits)?;
    name.ends_with(b"string(").then_some(())?;
    core::str::from_utf8(digits).ok()?.parse().ok()
}

/// The letters and digits of the end of a label, in lower case.
fn letters(label: &[u8]) -> String {
    const LONGEST: usize = 60;
    let end = label
        .get(label.len().saturating_sub(LONGEST)..)
        .unwrap_or_default();
    end.iter()
        .filter(|b| b.is_ascii_alphanumeric())
        .map(|b| char::from(b.to_ascii_lowercase()))
        .collect()
}

pub(crate) fn count(text: &[u8], byte: u8) -> usize {
    memchr::memchr_iter(byte, text).count()
}
