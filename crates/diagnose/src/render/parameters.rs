//! Which parameters differ, decoded: what a person compares with their own code.

use super::{
    difference::Sides,
    escape::{Visible, columns},
    page::{BAD, FAINT, GOOD, PLAIN, Page, cut},
};
use oauth1_core::base_string::{ParsedPair, parse};

/// How many lines are shown; the rest is counted.
const MAX_LINES: usize = 12;

/// How many lines the names of each side take; the rest is cut off.
const MAX_ORDER_LINES: usize = 4;

/// A decoded pair.
type Pair<'a> = (&'a [u8], &'a [u8]);

/// Whether the two sides differ in nothing but the order of their parameters.
pub(crate) fn only_order_differs(sides: &Sides) -> bool {
    let (Ok(yours), Ok(expected)) = (
        parse(sides.yours.as_bytes()),
        parse(sides.expected.as_bytes()),
    ) else {
        return false;
    };
    sides.yours.get(..yours.uri.end) == sides.expected.get(..expected.uri.end)
        && sorted(sides.yours, &yours.pairs) == sorted(sides.expected, &expected.pairs)
}

/// The pairs as they stand in a base string, sorted.
fn sorted<'a>(base_string: &'a str, pairs: &[ParsedPair]) -> Vec<Option<&'a str>> {
    let text_of = |pair: &ParsedPair| base_string.get(pair.name.start..pair.value.end);
    let mut texts: Vec<_> = pairs.iter().map(text_of).collect();
    texts.sort_unstable();
    texts
}

/// Lists the pairs that only one of the base strings has, and says so when only their order
/// differs. Writes nothing where there is nothing to tell, or where a text is no base string.
pub(crate) fn write(page: &mut Page, sides: &Sides) {
    let (Ok(yours), Ok(expected)) = (
        parse(sides.yours.as_bytes()),
        parse(sides.expected.as_bytes()),
    ) else {
        return;
    };
    let labels = sides.labels();
    let yours = decoded(&yours.pairs);
    let expected = decoded(&expected.pairs);
    let extra = without(&yours, &expected);
    let missing = without(&expected, &yours);
    if extra.is_empty() && missing.is_empty() {
        if yours != expected {
            write_orders(page, &labels, &yours, &expected);
        }
        return;
    }
    // One changed value is told by the underlined text already.
    if extra.len() == 1 && missing.len() == 1 && extra[0].0 == missing[0].0 {
        return;
    }
    page.gap();
    page.paragraph(2, PLAIN, "Parameters that only one side has, decoded:");
    let lines = extra
        .iter()
        .map(|pair| (BAD, &labels[0], pair))
        .chain(missing.iter().map(|pair| (GOOD, &labels[1], pair)));
    let room = page.width().saturating_sub(columns(&labels[0]));
    for (style, label, pair) in lines.take(MAX_LINES) {
        let text = text_of(*pair);
        page.line(style, &format!("{label}{}", cut(&text, room)));
    }
    let hidden = (extra.len() + missing.len()).saturating_sub(MAX_LINES);
    if hidden > 0 {
        page.line(FAINT, &format!("  … and {hidden} more"));
    }
}

/// The names in both orders, from the first that stands elsewhere.
fn write_orders(page: &mut Page, labels: &[String; 2], yours: &[Pair], expected: &[Pair]) {
    let same_start = yours
        .iter()
        .zip(expected)
        .take_while(|(a, b)| a == b)
        .count();
    let same_end = yours
        .iter()
        .rev()
        .zip(expected.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let order = |pairs: &[Pair]| {
        let moved = &pairs[same_start..pairs.len() - same_end];
        let name_tells = moved.windows(2).all(|pair| pair[0].0 != pair[1].0);
        let show = |pair: &Pair| {
            if name_tells {
                lossy(pair.0)
            } else {
                text_of(*pair)
            }
        };
        moved.iter().map(show).collect::<Vec<_>>().join(", ")
    };
    page.gap();
    page.paragraph(2, PLAIN, "The parameters are the same, in another order:");
    let room = page.width().saturating_sub(columns(&labels[0]));
    for (label, pairs) in labels.iter().zip([yours, expected]) {
        page.item(
            (PLAIN, label),
            (PLAIN, &cut(&order(pairs), room * MAX_ORDER_LINES)),
        );
    }
}

/// The parts of a base string, one a line, each pair with its decoded meaning beside it.
pub(crate) fn write_pieces(page: &mut Page, base_string: &str) {
    let Ok(parsed) = parse(base_string.as_bytes()) else {
        page.paragraph(4, PLAIN, &Visible(base_string).to_string());
        return;
    };
    let text = |range: std::ops::Range<usize>| base_string.get(range).unwrap_or_default();
    let mut rows = vec![
        (text(parsed.method).to_owned(), String::new()),
        (format!("&{}", text(parsed.uri)), String::new()),
    ];
    for (index, pair) in parsed.pairs.iter().enumerate() {
        let joint = if index == 0 { "&" } else { "%26" };
        let encoded = text(pair.name.start..pair.value.end);
        rows.push((
            format!("{joint}{encoded}"),
            text_of((&pair.decoded_name, &pair.decoded_value)),
        ));
    }
    let column = (page.width() / 2).min(rows.iter().map(|row| columns(&row.0)).max().unwrap_or(0));
    let room = page.width().saturating_sub(column + 6);
    for (encoded, decoded) in rows.iter().take(MAX_LINES * 2) {
        let encoded = Visible(encoded).to_string();
        let encoded = cut(&encoded, column);
        let fill = " ".repeat(column - columns(&encoded));
        page.line(
            PLAIN,
            &format!("    {encoded}{fill}  {}", cut(decoded, room)),
        );
    }
    let hidden = rows.len().saturating_sub(MAX_LINES * 2);
    if hidden > 0 {
        page.line(
            FAINT,
            &format!("    … and {hidden} more (--format json shows all)"),
        );
    }
}

fn decoded(pairs: &[ParsedPair]) -> Vec<Pair<'_>> {
    pairs
        .iter()
        .map(|pair| (&*pair.decoded_name, &*pair.decoded_value))
        .collect()
}

/// The `pairs` that `others` do not have, counted: a pair twice here and once there is left
/// once.
fn without<'a>(pairs: &[Pair<'a>], others: &[Pair]) -> Vec<Pair<'a>> {
    let mut counts = std::collections::HashMap::new();
    for pair in others {
        *counts.entry(*pair).or_insert(0_usize) += 1;
    }
    pairs
        .iter()
        .filter(|pair| match counts.get_mut(*pair) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        })
        .copied()
        .collect()
}

fn text_of((name, value): Pair) -> String {
    format!("{} = \"{}\"", lossy(name), lossy(value))
}

fn lossy(text: &[u8]) -> String {
    Visible(&String::from_utf8_lossy(text)).to_string()
}
