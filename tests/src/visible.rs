//! What may stand in a text that is printed, and how it is turned back: by the rules of the reports, not by their code.

/// Whether a terminal would act on the character, or hide it (P30): listed by hand.
pub fn is_forbidden(c: char) -> bool {
    let code = u32::from(c);
    code < 0x20
        || (0x7F..=0x9F).contains(&code)
        || matches!(code, 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFEFF | 0x61C | 0x2028 | 0x2029)
}

/// Turns the visible form of a text back: `\\` is a backslash, `\n`, `\r` and `\t` are what they are in most languages, `\u{…}` is a
/// code point. `None` for what is none.
pub fn unescape(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next()? {
            '\\' => out.push('\\'),
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'u' => {
                let digits: String = chars.by_ref().take_while(|&c| c != '}').collect();
                let number = u32::from_str_radix(digits.strip_prefix('{')?, 16).ok()?;
                out.push(char::from_u32(number)?);
            }
            _ => return None,
        }
    }
    Some(out)
}
