//! Characters that nobody sees, and that are signed all the same.

/// Their bytes, and what they are called.
const CHARACTERS: [(&[u8], &str); 16] = [
    (b"\r\n", "a line end (\\r\\n)"),
    (b"\n", "a line end (\\n)"),
    (b"\r", "a carriage return (\\r)"),
    (b"\t", "a tab"),
    (b"\0", "a NUL byte"),
    ("\u{feff}".as_bytes(), "a byte order mark (U+FEFF)"),
    ("\u{a0}".as_bytes(), "a no-break space (U+00A0)"),
    ("\u{ad}".as_bytes(), "a soft hyphen (U+00AD)"),
    ("\u{200b}".as_bytes(), "a zero-width space (U+200B)"),
    ("\u{200c}".as_bytes(), "a zero-width non-joiner (U+200C)"),
    ("\u{200d}".as_bytes(), "a zero-width joiner (U+200D)"),
    ("\u{2060}".as_bytes(), "a word joiner (U+2060)"),
    ("\u{2018}".as_bytes(), "a curly quote (U+2018)"),
    ("\u{2019}".as_bytes(), "a curly quote (U+2019)"),
    ("\u{201c}".as_bytes(), "a curly quote (U+201C)"),
    ("\u{201d}".as_bytes(), "a curly quote (U+201D)"),
];

/// A note on each kind that a text holds, with the place of the first. Nothing of the text is shown: it may be a key.
pub(crate) fn notes(what: &str, text: &[u8]) -> Vec<String> {
    let mut found: Vec<(&str, usize, usize)> = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let character = CHARACTERS.iter().find(|(bytes, _)| rest.starts_with(bytes));
        if let Some(&(bytes, name)) = character {
            if !found.iter().any(|&(other, ..)| other == name) {
                found.push((name, at, bytes.len()));
            }
            at += bytes.len();
        } else {
            at += 1;
        }
    }
    for at in [0, text.len().saturating_sub(1)] {
        if text.get(at) == Some(&b' ') {
            found.push(("a space", at, 1));
        }
    }
    found
        .into_iter()
        .map(|(name, at, length)| {
            let place = if at == 0 {
                "at its beginning".to_owned()
            } else if at + length == text.len() {
                "at its end".to_owned()
            } else {
                format!("at its byte {at}")
            };
            format!("{what} holds {name} {place}, which is signed with it and is hard to see.")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_noted_once_with_its_place() {
        assert_eq!(
            notes("The key", "\u{feff}a\u{200b}b\u{200b}c&d\r\n".as_bytes()),
            [
                "The key holds a byte order mark (U+FEFF) at its beginning, which is signed with it and is hard to see.",
                "The key holds a zero-width space (U+200B) at its byte 4, which is signed with it and is hard to see.",
                "The key holds a line end (\\r\\n) at its end, which is signed with it and is hard to see.",
            ]
        );
        assert_eq!(notes("x", " a b ".as_bytes()).len(), 2);
        assert!(notes("x", b"").is_empty());
        assert!(notes("x", "a b~é%20".as_bytes()).is_empty());
    }
}
