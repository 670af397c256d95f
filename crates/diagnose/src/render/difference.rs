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
    page::{BAD, FAINT, GOOD, PLAIN, Page, take_columns},
};
use std::ops::Range;

/// How many windows are shown; the rest is counted.
const MAX_WINDOWS: usize = 3;

/// Columns of equal text shown before the first difference of a window.
const LEAD: usize = 24;

const YOURS: &str = "  yours     ";
const EXPECTED: &str = "  expected  ";

/// A piece of both texts that is shown whole: one equal token, or one difference.
struct Cell {
    same: bool,
    yours: String,
    expected: String,
    /// Where it starts in each text.
    at: (usize, usize),
    width: usize,
}

/// Writes the windows round the differences of two base strings, with what the escapes mean.
pub(crate) fn write(page: &mut Page, yours: &str, expected: &str) {
    let runs = align(yours, expected);
    let room = page.width() - columns(YOURS);
    let cells = cells(yours, expected, &runs, room / 2);
    let windows = windows(&cells, room);
    for (index, window) in windows.iter().take(MAX_WINDOWS).enumerate() {
        if index > 0 {
            page.gap();
        }
        write_window(page, &cells, window.clone());
    }
    let meanings: Vec<_> = runs
        .iter()
        .filter(|run| !run.same)
        .flat_map(|run| {
            [
                (YOURS, &yours[run.yours.clone()]),
                (EXPECTED, &expected[run.expected.clone()]),
            ]
        })
        .filter_map(|(label, text)| Some((label, text, meaning(text)?)))
        .collect();
    write_meanings(page, &meanings);
    let hidden: usize = windows
        .iter()
        .skip(MAX_WINDOWS)
        .map(|window| {
            cells[window.clone()]
                .iter()
                .filter(|cell| !cell.same)
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

/// Cuts the runs into cells; a difference wider than `limit` columns is shortened in its middle.
fn cells(yours: &str, expected: &str, runs: &[Run], limit: usize) -> Vec<Cell> {
    let mut cells = Vec::new();
    for run in runs {
        let at = (run.yours.start, run.expected.start);
        if !run.same {
            let yours = shorten(&yours[run.yours.clone()], limit);
            let expected = shorten(&expected[run.expected.clone()], limit);
            let width = columns(&yours).max(columns(&expected)).max(1);
            cells.push(Cell {
                same: false,
                yours,
                expected,
                at,
                width,
            });
            continue;
        }
        let mut rest = &yours[run.yours.clone()];
        while let Some(length) = token_length(rest) {
            let offset = run.yours.len() - rest.len();
            let text = Visible(&rest[..length]).to_string();
            cells.push(Cell {
                same: true,
                width: columns(&text),
                expected: text.clone(),
                yours: text,
                at: (at.0 + offset, at.1 + offset),
            });
            rest = &rest[length..];
        }
    }
    cells
}

/// The visible form of a difference, in at most `limit` columns.
fn shorten(text: &str, limit: usize) -> String {
    let visible = Visible(text).to_string();
    if columns(&visible) <= limit {
        return visible;
    }
    let head = take_columns(&visible, limit * 2 / 3);
    let tail_columns = limit.saturating_sub(limit * 2 / 3 + 1);
    let tail = visible
        .char_indices()
        .map(|(at, _)| at)
        .find(|&at| columns(&visible[at..]) <= tail_columns)
        .unwrap_or(visible.len());
    format!("{}…{}", &visible[..head], &visible[tail..])
}

/// Chooses the ranges of cells to show so that every difference is in one.
fn windows(cells: &[Cell], room: usize) -> Vec<Range<usize>> {
    let room = room.saturating_sub(2); // an ellipsis at each end
    let mut windows: Vec<Range<usize>> = Vec::new();
    while let Some(first) = cells
        .iter()
        .enumerate()
        .skip(windows.last().map_or(0, |window| window.end))
        .find_map(|(index, cell)| (!cell.same).then_some(index))
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

fn write_window(page: &mut Page, cells: &[Cell], window: Range<usize>) {
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
            let marked = if cell.same { 0 } else { columns(text).max(1) };
            marks.extend(std::iter::repeat_n('^', marked));
            marks.extend(std::iter::repeat_n(' ', cell.width - marked));
        }
        line.extend(cut_after.then_some('…'));
        (line, marks)
    };
    if let Some(cell) = shown.iter().find(|cell| !cell.same) {
        let (yours, expected) = cell.at;
        let place = if yours == expected {
            format!("  at byte {yours}")
        } else {
            format!("  at byte {yours} of yours, {expected} of the expected one")
        };
        page.line(FAINT, &place);
    }
    let (line, marks) = side(|cell| &cell.yours, YOURS);
    page.line(PLAIN, &line);
    page.line(BAD, &marks);
    let (line, marks) = side(|cell| &cell.expected, EXPECTED);
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
            (PLAIN, &format!("{label}{text:width$}  is  ")),
            (PLAIN, meaning),
        );
    }
}

/// What a short differing text decodes to, step by step: `%2520` is `"%20"`, that is a space.
/// `None` where it holds no escape, or whole pairs: these are told as parameters.
fn meaning(text: &str) -> Option<String> {
    let is_short = text.len() <= 24 && text.chars().all(|c| c.is_ascii_graphic());
    if !is_short || !text.contains('%') || text.contains("%3D") || text.contains("%26") {
        return None;
    }
    let once = decode(text).filter(|once| once != text)?;
    let twice = decode(&once).filter(|twice| *twice != once);
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
