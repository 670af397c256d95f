//! How is captured text shown so that it cannot drive the terminal or hide anything?
//!
//! Every text that comes from a capture passes through [`Visible`] before it is printed. What is
//! left is one column or two wide, does not move the cursor, does not change the reading direction
//! and can be told from its neighbours by eye. It can be turned back: `\\` is a backslash, `\n`,
//! `\r`, `\t` are what they are in most languages, `\u{…}` is a code point.

use std::fmt::{self, Write as _};
use unicode_width::UnicodeWidthChar;

/// Text from a capture; its `Display` form is safe to print.
#[derive(Clone, Copy)]
pub(crate) struct Visible<'a>(pub(crate) &'a str);

impl fmt::Display for Visible<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, c) in self.0.chars().enumerate() {
            match c {
                // In a build log, a line that starts with one of these is a command.
                ':' | '#' if index == 0 && is_log_command(self.0) => write_code_point(f, c)?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                c if is_plain(c) => f.write_char(c)?,
                c => write_code_point(f, c)?,
            }
        }
        Ok(())
    }
}

fn write_code_point(f: &mut fmt::Formatter<'_>, c: char) -> fmt::Result {
    write!(f, "\\u{{{:X}}}", u32::from(c))
}

/// Whether a build log would take a line with this text for a command.
pub(crate) fn is_log_command(text: &str) -> bool {
    text.starts_with("::") || text.starts_with("##[")
}

/// Whether a character may be printed as it is: it has a width, it is no blank but the ordinary
/// one, and it says nothing to the terminal.
pub(crate) fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~')
        || !(c.is_control()
            || c.is_whitespace()
            || c.width().unwrap_or(0) == 0
            // Never a character, and forbidden in XML.
            || u32::from(c) & 0xFFFE == 0xFFFE
            || matches!(c,
                '\u{FDD0}'..='\u{FDEF}' // never a character either
                | '\u{AD}' // soft hyphen
                | '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' // reading direction
                | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' | '\u{2800}')) // blank letters
}

/// The number of columns that text takes on a terminal.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use diagnose_tests::visible::{is_forbidden, unescape};
    use proptest::prelude::*;

    /// Text in which the dangerous code points are common.
    pub(crate) fn hostile_text() -> impl Strategy<Value = String> {
        let pieces = prop_oneof![
            any::<char>().prop_map(String::from),
            "[a-zA-Z0-9%&=~.-]{0,12}",
            prop::sample::select(vec![
                "\u{1b}[31m",
                "\u{1b}]8;;http://x\u{7}",
                "\u{9b}2J",
                "\r\n",
                "\u{202e}",
                "\u{200b}",
                "\u{feff}",
                "\u{a0}",
                "\u{ad}",
                "\u{2028}",
                "::error::",
                "\\u{41}",
                "%252",
                "%26",
                "%3D",
                "e\u{301}",
                "界",
                "👨‍👩‍👧",
            ])
            .prop_map(String::from),
        ];
        prop::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        /// P30, for a single text.
        #[test]
        fn visible_text_is_harmless_and_can_be_turned_back(text in hostile_text()) {
            let visible = Visible(&text).to_string();
            prop_assert!(!visible.chars().any(is_forbidden), "{visible:?}");
            prop_assert_eq!(unescape(&visible), Some(text));
        }
    }

    #[test]
    fn every_forbidden_code_point_is_escaped() {
        for c in (0..=0x1_FFFF)
            .filter_map(char::from_u32)
            .filter(|&c| is_forbidden(c))
        {
            assert!(!is_plain(c), "{:X}", u32::from(c));
        }
    }

    #[test]
    fn no_text_starts_as_a_build_log_command() {
        assert_eq!(Visible("::error::x").to_string(), "\\u{3A}:error::x");
        assert_eq!(Visible("##[group]").to_string(), "\\u{23}#[group]");
        assert_eq!(Visible("a::b").to_string(), "a::b");
    }

    #[test]
    fn blanks_that_look_alike_are_told_apart() {
        assert_eq!(Visible("a\u{a0}b c").to_string(), "a\\u{A0}b c");
        assert_eq!(Visible("cafe\u{301}").to_string(), "cafe\\u{301}");
    }
}
