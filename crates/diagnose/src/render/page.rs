//! Lines of a bounded width, with colour.
//!
//! Everything is written with colour; the stream that it is printed to takes the colour out again
//! where the terminal, `NO_COLOR` or a pipe asks for it.

use super::escape::{columns, is_log_command};
use anstyle::{AnsiColor, Style};

pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const DOUBTFUL: Style = AnsiColor::Yellow.on_default().bold();
pub(crate) const STRONG: Style = Style::new().bold();
pub(crate) const FAINT: Style = Style::new().dimmed();
pub(crate) const PLAIN: Style = Style::new();

/// Flowing text is never set narrower than this.
pub(crate) const NARROWEST: usize = 20;

/// A text under construction.
pub(crate) struct Page {
    text: String,
    width: usize,
}

impl Page {
    /// An empty page of that many columns; narrow terminals get lines of 40 all the same.
    pub(crate) fn new(width: usize) -> Self {
        Self {
            text: String::new(),
            width: width.max(40),
        }
    }

    /// The number of columns.
    pub(crate) const fn width(&self) -> usize {
        self.width
    }

    /// One empty line, unless there is one already or nothing stands above.
    pub(crate) fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// One line as it is, without the blanks at its end.
    pub(crate) fn line(&mut self, style: Style, line: &str) {
        self.text.push_str(&paint(style, line.trim_end()));
        self.text.push('\n');
    }

    /// Flowing text after a label; the lines that follow stand under the text's first letter.
    pub(crate) fn item(
        &mut self,
        (label_style, label): (Style, &str),
        (style, text): (Style, &str),
    ) {
        let indent = columns(label);
        let mut lead = paint(label_style, label);
        for line in wrap(text, self.width.saturating_sub(indent)) {
            self.text.push_str(&lead);
            self.text.push_str(&paint(style, &line));
            self.text.push('\n');
            lead = " ".repeat(indent);
        }
    }

    /// Flowing text, indented.
    pub(crate) fn paragraph(&mut self, indent: usize, style: Style, text: &str) {
        self.item((PLAIN, &" ".repeat(indent)), (style, text));
    }

    /// The finished text.
    pub(crate) fn finish(self) -> String {
        self.text
    }
}

fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Breaks text at blanks into lines of at most `width` columns; a longer word is cut.
///
/// No line but the first starts with what a build log would take for a command: a capture may hold it.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(NARROWEST);
    let mut lines = vec![String::new()];
    for word in text.split([' ', '\n']).filter(|word| !word.is_empty()) {
        let mut rest = word;
        loop {
            let line = lines.last_mut().expect("starts with one line");
            let separator = usize::from(!line.is_empty());
            let free = width.saturating_sub(columns(line) + separator);
            if fits(rest, free) || (is_log_command(rest) && !line.is_empty()) {
                line.extend((separator == 1).then_some(' '));
                line.push_str(rest);
                break;
            }
            if !line.is_empty() {
                lines.push(String::new());
                continue;
            }
            let end = cuts(rest, width)
                .filter(|&end| !is_log_command(&rest[end..]))
                .last()
                .unwrap_or(rest.len());
            line.push_str(&rest[..end]);
            rest = &rest[end..];
        }
    }
    lines
}

/// Whether the text fits in that many columns; does not read further than it has to.
pub(crate) fn fits(text: &str, width: usize) -> bool {
    text.is_empty() || cuts(text, width).last() == Some(text.len())
}

/// The start of a visible text that fits in that many columns, with an ellipsis where it is cut.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if fits(text, width) {
        return text.to_owned();
    }
    let end = cuts(text, width.saturating_sub(1)).last().unwrap_or(0);
    format!("{}…", &text[..end])
}

/// The ends of all starts of `text` that fit in that many columns.
fn cuts(text: &str, width: usize) -> impl Iterator<Item = usize> + '_ {
    text.char_indices().scan(0, move |used, (at, c)| {
        let end = at + c.len_utf8();
        *used += columns(&text[at..end]);
        (*used <= width).then_some(end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_whole_where_they_fit() {
        let lines = wrap("one two three four five six seven", 20);
        assert_eq!(lines, ["one two three four", "five six seven"]);
    }

    #[test]
    fn a_long_word_is_cut_and_nothing_is_lost() {
        let word = "x".repeat(50);
        let lines = wrap(&word, 20);
        assert!(lines.iter().all(|line| line.len() <= 20));
        assert_eq!(lines.concat(), word);
    }

    #[test]
    fn a_build_log_command_never_starts_a_line() {
        for start in 1..25 {
            let text = format!("a {} ::error file=x::y and ##[group]z", "x".repeat(start));
            let glued = format!("{}::error", "x".repeat(start));
            for line in [wrap(&text, 20), wrap(&glued, 20)].concat() {
                assert!(
                    !line.starts_with("::") && !line.starts_with("##["),
                    "{line:?}"
                );
            }
        }
    }
}
