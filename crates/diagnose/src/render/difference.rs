//! Two base strings under each other, the differences underlined in both.
//!
//! ```text
//!   yours     …Fsearch&q%3Dhello%2B  world%26oauth_consumer_key%3Ddpf43f3p2l4k3l03…
//!                               ^^^
//!   expected  …Fsearch&q%3Dhello%2520world%26oauth_consumer_key%3Ddpf43f3p2l4k3l03…
//!                               ^^^^^
//! ```

use super::{
    align::{Run, align, token_length},
    escape::{Visible, columns},
    page::{BAD, FAINT, GOOD, NARROWEST, PLAIN, Page, cut, fits},
};
use std::ops::Range;

/// Columns of equal text shown before the first difference of a window.
const LEAD: usize = 24;

/// Between an escape and its meaning.
const IS: &str = "  is  ";

/// Two texts, and what each is called in front of its lines.
pub(crate) struct Sides<'a> {
    pub(crate) yours: &'a str,
    pub(crate) expected: &'a str,
    pub(crate) names: [&'static str; 2],
}

impl Sides<'_> {
    /// What stands in front of the lines of each side, equally wide.
    pub(crate) fn labels(&self) -> [String; 2] {
        let width = self.names.map(columns).into_iter().max().unwrap_or(0);
        self.names.map(|name| format!("  {name:width$}  "))
    }
}

/// A piece of both texts that is shown whole: one equal token, or one difference.
struct Cell {
    /// For a difference: where it starts in each text.
    at: Option<(usize, usize)>,
    yours: String,
    expected: String,
    width: usize,
}

/// Writes the first windows round the differences of two base strings, with what the escapes mean; the
/// rest is counted.
pub(crate) fn write(page: &mut Page, sides: &Sides, max_windows: usize) {
    let &Sides {
        yours, expected, ..
    } = sides;
    let labels = sides.labels();
    let runs = align(yours, expected);
    let room = page.width() - columns(&labels[0]);
    let cells = cells(yours, expected, &runs, room);
    let windows = windows(&cells, room);
    for (index, window) in windows.iter().take(max_windows).enumerate() {
        if index > 0 {
            page.gap();
        }
        write_window(page, &labels, &cells, window.clone());
    }
    let meanings: Vec<_> = runs
        .iter()
        .filter(|run| !run.same)
        .flat_map(|run| {
            [
                (labels[0].as_str(), &yours[run.yours.clone()]),
                (labels[1].as_str(), &expected[run.expected.clone()]),
            ]
        })
        .filter(|(label, text)| {
            columns(label) + columns(text) + columns(IS) + NARROWEST <= page.width()
        })
        .filter_map(|(label, text)| Some((label, text, meaning(text)?)))
        .collect();
    write_meanings(page, &meanings);
    let hidden: usize = windows
        .iter()
        .skip(max_windows)
        .map(|window| {
            cells[window.clone()]
                .iter()
                .filter(|cell| cell.at.is_some())
                .count()
        })
        .sum();
    if hidden > 0 {
        let noun = if hidden == 1 {
            "difference"
        } else {
            "differences"
        };
        page.line(FAINT, &format!("  … and {hidden} more {noun} further on"));
    }
}

/// Cuts the runs into cells; a difference wider than half of `room` is shortened in its middle.
fn cells(yours: &str, expected: &str, runs: &[Run], room: usize) -> Vec<Cell> {
    let mut cells = Vec::new();
    for run in runs {
        if !run.same {
            let at = Some((run.yours.start, run.expected.start));
            let yours = shorten(&yours[run.yours.clone()], room / 2);
            let expected = shorten(&expected[run.expected.clone()], room / 2);
            let width = columns(&yours).max(columns(&expected)).max(1);
            cells.push(Cell {
                at,
                yours,
                expected,
                width,
            });
            continue;
        }
        // Of a long stretch only the two ends can be in a window.
        let count = tokens(yours, &run.yours).count();
        let hidden = room..count.saturating_sub(room);
        for (index, token) in tokens(yours, &run.yours).enumerate() {
            if !hidden.contains(&index) {
                let text = Visible(&yours[token]).to_string();
                cells.push(Cell {
                    at: None,
                    width: columns(&text),
                    expected: text.clone(),
                    yours: text,
                });
            } else if index == hidden.start {
                // Too wide for any window.
                cells.push(Cell {
                    at: None,
                    width: room,
                    expected: String::new(),
                    yours: String::new(),
                });
            }
        }
    }
    cells
}

/// The escapes and characters in a range of a text.
fn tokens<'a>(text: &'a str, range: &Range<usize>) -> impl Iterator<Item = Range<usize>> + use<'a> {
    let Range { mut start, end } = *range;
    std::iter::from_fn(move || {
        let token = start..start + token_length(&text[start..end])?;
        start = token.end;
        Some(token)
    })
}

/// The visible form of a difference, in at most `limit` columns.
fn shorten(text: &str, limit: usize) -> String {
    let visible = Visible(text).to_string();
    if fits(&visible, limit) {
        return visible;
    }
    let head = cut(&visible, limit * 2 / 3);
    let mut room = limit - columns(&head);
    let tail = visible
        .char_indices()
        .rev()
        .take_while(|&(at, c)| {
            let width = columns(&visible[at..at + c.len_utf8()]);
            let fits = width <= room;
            room = room.saturating_sub(width);
            fits
        })
        .last()
        .map_or("", |(at, _)| &visible[at..]);
    head + tail
}

/// Chooses the ranges of cells to show so that every difference is in one.
fn windows(cells: &[Cell], room: usize) -> Vec<Range<usize>> {
    let room = room.saturating_sub(2); // an ellipsis at each end
    let mut windows: Vec<Range<usize>> = Vec::new();
    while let Some(first) = cells
        .iter()
        .enumerate()
        .skip(windows.last().map_or(0, |window| window.end))
        .find_map(|(index, cell)| cell.at.map(|_| index))
    {
        let not_before = windows.last().map_or(0, |window| window.end);
        let lead = LEAD.min(room.saturating_sub(cells[first].width));
        let mut start = first;
        let mut width = 0;
        while start > not_before && width + cells[start - 1].width <= lead {
            start -= 1;
            width += cells[start].width;
        }
        width += cells[first].width;
        let mut end = first + 1;
        while end < cells.len() && width + cells[end].width <= room {
            width += cells[end].width;
            end += 1;
        }
        windows.push(start..end);
    }
    windows
}

fn write_window(page: &mut Page, labels: &[String; 2], cells: &[Cell], window: Range<usize>) {
    let cut_before = window.start > 0;
    let cut_after = window.end < cells.len();
    let shown = &cells[window];
    let side = |text: fn(&Cell) -> &str, label: &str| {
        let mut line = label.to_owned();
        let mut marks = " ".repeat(columns(label));
        if cut_before {
            line.push('…');
            marks.push(' ');
        }
        for cell in shown {
            let text = text(cell);
            let fill = cell.width - columns(text);
            line.push_str(text);
            line.extend(std::iter::repeat_n(' ', fill));
            // One mark where this side has nothing: something is missing there.
            let marked = cell.at.map_or(0, |_| columns(text).max(1));
            marks.extend(std::iter::repeat_n('^', marked));
            marks.extend(std::iter::repeat_n(' ', cell.width - marked));
        }
        line.extend(cut_after.then_some('…'));
        (line, marks)
    };
    if let Some((yours, expected)) = shown.iter().find_map(|cell| cell.at) {
        let place = if yours == expected {
            format!("  at byte {yours}")
        } else {
            format!("  at byte {yours} of yours, {expected} of the expected one")
        };
        page.line(FAINT, &place);
    }
    let (line, marks) = side(|cell| &cell.yours, &labels[0]);
    page.line(PLAIN, &line);
    page.line(BAD, &marks);
    let (line, marks) = side(|cell| &cell.expected, &labels[1]);
    page.line(PLAIN, &line);
    page.line(GOOD, &marks);
}

/// What the differing escapes stand for, aligned; each text once, at most six.
fn write_meanings(page: &mut Page, meanings: &[(&str, &str, String)]) {
    let mut told: Vec<(&str, &str)> = Vec::new();
    let width = meanings
        .iter()
        .map(|(_, text, _)| columns(text))
        .max()
        .unwrap_or(0);
    for &(label, text, ref meaning) in meanings {
        if told.len() == 6 {
            break;
        }
        if told.contains(&(label, text)) {
            continue;
        }
        if told.is_empty() {
            page.gap();
        }
        told.push((label, text));
        page.item(
            (PLAIN, &format!("{label}{text:width$}{IS}")),
            (PLAIN, meaning),
        );
    }
}

/// What a short differing text decodes to, step by step: `%2520` is `"%20"`, that is a space.
/// `None` where it holds no escape, no whole character, or whole pairs: these are told as parameters.
fn meaning(text: &str) -> Option<String> {
    let is_short = text.len() <= 24 && text.chars().all(|c| c.is_ascii_graphic());
    if !is_short || !text.contains('%') || text.contains("%3D") || text.contains("%26") {
        return None;
    }
    let once = decode(text).filter(|once| once != text)?;
    let twice = Some(decode(&once)?).filter(|twice| *twice != once);
    let quoted = |text: &str| format!("\"{}\"", Visible(text));
    let last = twice.as_ref().unwrap_or(&once);
    let mut steps = Vec::new();
    if twice.is_some() {
        steps.push(quoted(&once));
    }
    steps.push(match name_of(last) {
        Some(name) => format!("{} ({name})", quoted(last)),
        None => quoted(last),
    });
    Some(steps.join(", that is "))
}

/// Percent-decodes; `None` where that gives no text.
fn decode(text: &str) -> Option<String> {
    String::from_utf8(oauth1_core::encode::percent_decode(text.as_bytes()).into_owned()).ok()
}

/// The name of a single character that is easily misread.
fn name_of(text: &str) -> Option<&'static str> {
    Some(match text {
        " " => "a space",
        "+" => "a plus sign",
        "~" => "a tilde",
        "%" => "a percent sign",
        "\n" => "a line feed",
        "\r\n" => "CR LF, a line end",
        "\t" => "a tab",
        "\u{a0}" => "a no-break space",
        _ => return None,
    })
}
