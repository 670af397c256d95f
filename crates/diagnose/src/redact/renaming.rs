//! Other words for the words of a request, so that nothing in it can be recognised and its shape stays.
//!
//! A word is a run of letters and digits. The words are put in order, and each becomes `r01`, `r02`, … (`R01` when it begins
//! with a capital, `001` when with a digit), filled up to its length; so equal words stay equal, and what is sorted mostly
//! stays sorted. Punctuation and percent-encoding stay: they are what signatures fail of. Doing it twice changes nothing.

use std::collections::{BTreeMap, BTreeSet};

/// Words that say nothing about anybody: of the protocol, and of addresses everywhere.
const HARMLESS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "9",
    "access",
    "api",
    "application",
    "authorize",
    "body",
    "callback",
    "charset",
    "consumer",
    "example",
    "false",
    "form",
    "hash",
    "hmac",
    "http",
    "https",
    "initiate",
    "json",
    "key",
    "localhost",
    "method",
    "multipart",
    "nonce",
    "null",
    "oauth",
    "octet",
    "oob",
    "plain",
    "plaintext",
    "realm",
    "request",
    "rest",
    "rsa",
    "sha1",
    "sha256",
    "sha512",
    "signature",
    "stream",
    "text",
    "timestamp",
    "token",
    "true",
    "urlencoded",
    "utf",
    "v1",
    "v2",
    "v3",
    "verifier",
    "version",
    "x",
    "xml",
];

/// The new words.
pub(super) struct Renaming(BTreeMap<Vec<u8>, Vec<u8>>);

/// One byte of a text, and how it is written there.
#[derive(Clone, Copy)]
struct Piece {
    byte: u8,
    /// How often its `%` is encoded itself; `None` when the byte stands as it is.
    escape: Option<usize>,
    /// Whether its hexadecimal digits are small letters.
    is_small: bool,
}

impl Renaming {
    /// New words for those of the texts.
    pub(super) fn of(texts: &[&[u8]]) -> Self {
        let mut words: BTreeSet<(Vec<u8>, Vec<u8>)> = BTreeSet::new();
        for text in texts {
            Self::split(text, |word| {
                if !is_harmless(plain(word)) {
                    words.insert((word.to_ascii_lowercase(), word.to_vec()));
                }
                Vec::new()
            });
        }
        let digits = words.len().to_string().len().max(2);
        let renamed = words.into_iter().enumerate().map(|(rank, (_, word))| {
            // A digit after a `%` would make an escape of it.
            let first = match word.first() {
                Some(b'A'..=b'Z') => 'R',
                Some(b'0'..=b'9') => '0',
                _ => 'r',
            };
            let fill = if first == '0' { '0' } else { 'x' };
            let mut new = format!("{first}{:0digits$}", rank + 1);
            while new.len() < plain(&word).len() {
                new.push(fill);
            }
            (word, new.into_bytes())
        });
        Self(renamed.collect())
    }

    /// The text with its words replaced.
    pub(super) fn apply(&self, text: &[u8]) -> Vec<u8> {
        Self::split(text, |word| {
            let new = self.0.get(word).map_or(plain(word), Vec::as_slice);
            new.to_vec()
        })
    }

    /// The words that are no more in the texts, which therefore may not be in what is printed.
    pub(super) fn gone(&self) -> impl Iterator<Item = &[u8]> {
        let words = self.0.iter().map(|(old, new)| (plain(old), new));
        let changed = words.filter(|(old, new)| old != new);
        changed.map(|(old, _)| old)
    }

    /// Hands the words over, and puts what comes back in their place. A word that follows a `%` that is no escape, or the escape
    /// of one, comes with a `%`: it is another word than the same elsewhere.
    fn split(text: &[u8], mut replace: impl FnMut(&[u8]) -> Vec<u8>) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len());
        let mut word = Vec::new();
        let mut follows_percent = false;
        let end = Piece {
            byte: b' ',
            escape: None,
            is_small: false,
        };
        let pieces = harmless_letters(pieces(text));
        let last = pieces.len();
        for (at, piece) in pieces.into_iter().chain([end]).enumerate() {
            let is_plain = piece.escape.is_none();
            if is_plain && piece.byte.is_ascii_alphanumeric() {
                if word.is_empty() && follows_percent {
                    word.push(b'%');
                }
                word.push(piece.byte);
                continue;
            }
            if !word.is_empty() {
                out.extend(replace(&word));
                word.clear();
            }
            if at < last {
                put(piece, &mut out);
            }
            follows_percent = piece.byte == b'%';
        }
        out
    }
}

/// A word without the `%` that it follows.
fn plain(word: &[u8]) -> &[u8] {
    word.strip_prefix(b"%").unwrap_or(word)
}

/// Whether the word says nothing; a one with zeros is what becomes of timestamps.
pub(super) fn is_harmless(word: &[u8]) -> bool {
    if let Some(zeros) = word.strip_prefix(b"1")
        && zeros.iter().all(|&byte| byte == b'0')
    {
        return true;
    }
    let word = word.to_ascii_lowercase();
    core::str::from_utf8(&word).is_ok_and(|word| HARMLESS.contains(&word))
}

/// Takes a text apart; `%2541` is one piece as `%41` is.
fn pieces(text: &[u8]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let (piece, length) = escape(&text[at..]).unwrap_or((
            Piece {
                byte,
                escape: None,
                is_small: false,
            },
            1,
        ));
        pieces.push(piece);
        at += length;
    }
    pieces
}

fn escape(text: &[u8]) -> Option<(Piece, usize)> {
    let rest = text.strip_prefix(b"%")?;
    let mut depth = 0;
    let mut tail = rest;
    while let Some(next) = tail.strip_prefix(b"25") {
        let is_escape = next
            .first_chunk()
            .is_some_and(|pair: &[u8; 2]| pair.iter().all(u8::is_ascii_hexdigit));
        if !is_escape {
            break;
        }
        depth += 1;
        tail = next;
    }
    let pair: &[u8; 2] = tail.first_chunk()?;
    let digits = core::str::from_utf8(pair).ok()?;
    let byte = u8::from_str_radix(digits, 16)
        .ok()
        .filter(|_| pair.iter().all(u8::is_ascii_hexdigit))?;
    let piece = Piece {
        byte,
        escape: Some(depth),
        is_small: pair.iter().any(u8::is_ascii_lowercase),
    };
    Some((piece, 1 + depth * 2 + 2))
}

fn put(piece: Piece, out: &mut Vec<u8>) {
    let Some(depth) = piece.escape else {
        return out.push(piece.byte);
    };
    let digits = if piece.is_small {
        format!("{:02x}", piece.byte)
    } else {
        format!("{:02X}", piece.byte)
    };
    out.extend_from_slice(format!("%{}{digits}", "25".repeat(depth)).as_bytes());
}

/// Letters beyond ASCII become one letter of the same length, and escaped letters and digits one of their kind.
fn harmless_letters(mut pieces: Vec<Piece>) -> Vec<Piece> {
    let bytes: Vec<u8> = pieces.iter().map(|piece| piece.byte).collect();
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            let length = c.len_utf8();
            let new = match length {
                2 => "é",
                3 => "€",
                4 => "😀",
                _ => "",
            };
            for (piece, byte) in pieces[at..].iter_mut().zip(new.bytes()) {
                piece.byte = byte;
            }
            at += length;
        }
        for piece in pieces[at..].iter_mut().take(chunk.invalid().len()) {
            piece.byte = 0xFF;
        }
        at += chunk.invalid().len();
    }
    for piece in pieces.iter_mut().filter(|piece| piece.escape.is_some()) {
        piece.byte = match piece.byte {
            b'a'..=b'z' => b'x',
            b'A'..=b'Z' => b'X',
            b'0'..=b'9' => b'0',
            other => other,
        };
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn renamed(text: &str) -> String {
        let renaming = Renaming::of(&[text.as_bytes()]);
        String::from_utf8(renaming.apply(text.as_bytes())).unwrap()
    }

    #[test]
    fn words_go_and_the_shape_stays() {
        assert_eq!(renamed("alice=Wonder+land"), "r01xx=R03xxx+r02x");
        assert_eq!(renamed("a%20bc%2520de"), "r01%20r02%2520r03");
        assert_eq!(renamed("oauth_token=99887766"), "oauth_token=00100000");
        assert_eq!(renamed("caf%C3%A9 ü"), "r01%C3%A9 é");
        assert_eq!(renamed("日 🎉 %E6%97%A5"), "€ 😀 %E2%82%AC");
        assert_eq!(renamed("%41%2562"), "%58%2578");
        assert_eq!(renamed("250%"), "001%");
        assert_eq!(renamed("%0G:0G"), "%r01:002");
        assert_eq!(renamed("%252pi"), "%25r01");
    }

    proptest! {
        #[test]
        fn twice_is_once(text in "[ -~é€]{0,60}|(%|%25|2|5|[0-9a-zA-Z]|%[0-9a-fA-F]){0,20}") {
            let once = renamed(&text);
            prop_assert_eq!(renamed(&once), once);
        }

        #[test]
        fn no_word_is_left(text in "[a-z]{6}([=&/+][a-zA-Z0-9]{6,9}){1,6}") {
            let renaming = Renaming::of(&[text.as_bytes()]);
            let new = renaming.apply(text.as_bytes());
            let words = |text: &[u8]| -> Vec<Vec<u8>> {
                let is_end = |byte: &u8| !byte.is_ascii_alphanumeric();
                text.split(is_end).map(<[u8]>::to_vec).collect()
            };
            for word in words(text.as_bytes()) {
                let is_left = words(&new).contains(&word);
                prop_assert!(!is_left || is_harmless(&word) || renaming.0[&word] == word, "{word:?}");
            }
        }
    }
}
