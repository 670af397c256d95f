//! Where do two base strings differ, and how do they line up?
//!
//! First whole pieces are compared (the parts and the pairs, cut at `&` and `%26`), so that a pair
//! that is missing or stands elsewhere shows as that pair. Then what was replaced is compared
//! escape by escape, so that `%2B` against `%2520` shows as exactly that.

use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::ops::Range;

/// A stretch of both texts: equal on both sides, or what stands there in each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// Whether both sides read the same.
    pub(crate) same: bool,
    /// Bytes of the first text; empty where it has nothing.
    pub(crate) yours: Range<usize>,
    /// Bytes of the second text; empty where it has nothing.
    pub(crate) expected: Range<usize>,
}

/// Above this number of tokens a stretch is taken as replaced whole: aligning it would take long
/// and nobody could read the result.
const MAX_TOKENS: usize = 4096;

/// Equal stretches of fewer bytes than this, between two differences, are coincidence.
const SHORTEST_MATCH: usize = 3;

/// Lines two texts up. The runs cover both texts, in order; neighbours are never of the same kind.
pub(crate) fn align(yours: &str, expected: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let pieces = (Cut::pieces(yours), Cut::pieces(expected));
    for run in compare(Algorithm::Patience, &pieces.0, &pieces.1) {
        if run.same {
            push(&mut runs, run);
        } else {
            for run in refine(yours, expected, run) {
                push(&mut runs, run);
            }
        }
    }
    runs
}

/// Compares a replaced stretch escape by escape; leaves it whole when little of it is the same.
fn refine(yours: &str, expected: &str, run: Run) -> Vec<Run> {
    let your_tokens = Cut::tokens(yours, run.yours.clone());
    let expected_tokens = Cut::tokens(expected, run.expected.clone());
    let mut runs = compare(Algorithm::Myers, &your_tokens, &expected_tokens);
    let last = runs.len().saturating_sub(1);
    for (index, run) in runs.iter_mut().enumerate() {
        let between_differences = index > 0 && index < last;
        run.same &= !between_differences || run.yours.len() >= SHORTEST_MATCH;
    }
    // Two fifths of the text must be the same, or pointing at the rest says nothing.
    let same: usize = runs
        .iter()
        .filter(|run| run.same)
        .map(|run| run.yours.len())
        .sum();
    if same * 5 < run.yours.len() + run.expected.len() {
        return vec![run];
    }
    runs
}

/// Adds a run, joined to the one before when both are of the same kind.
fn push(runs: &mut Vec<Run>, run: Run) {
    match runs.last_mut() {
        Some(last) if last.same == run.same => {
            last.yours.end = run.yours.end;
            last.expected.end = run.expected.end;
        }
        _ => runs.push(run),
    }
}

/// A stretch of text cut into tokens.
struct Cut<'a> {
    text: &'a str,
    /// Where each token starts, and where the last one ends: one more entry than tokens.
    bounds: Vec<usize>,
}

impl<'a> Cut<'a> {
    /// Cuts a base string at its separators; each separator is a piece of its own.
    fn pieces(text: &'a str) -> Self {
        let mut bounds = vec![0];
        for (at, _) in text.match_indices(['&', '%']) {
            let rest = &text[at..];
            if rest.starts_with('&') {
                bounds.extend([at, at + 1]);
            } else if rest.starts_with("%26") {
                bounds.extend([at, at + 3]);
            }
        }
        bounds.push(text.len());
        bounds.dedup();
        Self { text, bounds }
    }

    /// Cuts into escapes (`%2520`, `%26`) and single characters.
    fn tokens(text: &'a str, range: Range<usize>) -> Self {
        let mut bounds = vec![range.start];
        let mut rest = &text[range.clone()];
        while let Some(length) = token_length(rest) {
            rest = &rest[length..];
            bounds.push(range.end - rest.len());
        }
        Self { text, bounds }
    }

    fn ranges(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        self.bounds.windows(2).map(|pair| pair[0]..pair[1])
    }

    /// The bytes that a range of tokens covers.
    fn bytes(&self, tokens: Range<usize>) -> Range<usize> {
        self.bounds[tokens.start]..self.bounds[tokens.end]
    }
}

/// The length of the first escape or character; `None` at the end.
pub(crate) fn token_length(text: &str) -> Option<usize> {
    let is_escape = |text: &str| {
        let bytes = text.as_bytes();
        bytes.len() >= 2 && bytes[..2].iter().all(u8::is_ascii_hexdigit)
    };
    let first = text.chars().next()?;
    Some(match text.strip_prefix('%') {
        Some(rest) if rest.strip_prefix("25").is_some_and(is_escape) => 5,
        Some(rest) if is_escape(rest) => 3,
        _ => first.len_utf8(),
    })
}

/// Compares two texts token by token.
fn compare(algorithm: Algorithm, yours: &Cut, expected: &Cut) -> Vec<Run> {
    let old: Vec<&str> = yours.ranges().map(|token| &yours.text[token]).collect();
    let new: Vec<&str> = expected
        .ranges()
        .map(|token| &expected.text[token])
        .collect();
    let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let run = |same, o: Range<usize>, n: Range<usize>| Run {
        same,
        yours: yours.bytes(o),
        expected: expected.bytes(n),
    };
    let (old_end, new_end) = (old.len() - end, new.len() - end);
    let mut runs = vec![run(true, 0..start, 0..start)];
    if old_end.max(new_end) - start > MAX_TOKENS {
        runs.push(run(false, start..old_end, start..new_end));
    } else {
        let ops = capture_diff_slices(algorithm, &old[start..old_end], &new[start..new_end]);
        runs.extend(ops.into_iter().map(|op| {
            let shift = |range: Range<usize>| range.start + start..range.end + start;
            run(
                matches!(op, DiffOp::Equal { .. }),
                shift(op.old_range()),
                shift(op.new_range()),
            )
        }));
    }
    runs.push(run(true, old_end..old.len(), new_end..new.len()));
    runs.retain(|run| !run.yours.is_empty() || !run.expected.is_empty());
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::escape::tests::hostile_text;
    use proptest::prelude::*;

    /// The differences as (yours, expected) texts.
    fn differences<'a>(yours: &'a str, expected: &'a str) -> Vec<(&'a str, &'a str)> {
        align(yours, expected)
            .into_iter()
            .filter(|run| !run.same)
            .map(|run| (&yours[run.yours], &expected[run.expected]))
            .collect()
    }

    #[test]
    fn an_escape_is_not_torn() {
        let yours = "GET&http%3A%2F%2Fh%2F&q%3Dhello%2Bworld%26z%3D1";
        let expected = "GET&http%3A%2F%2Fh%2F&q%3Dhello%2520world%26z%3D1";
        assert_eq!(differences(yours, expected), [("%2B", "%2520")]);
    }

    #[test]
    fn a_method_is_compared_whole() {
        assert_eq!(differences("GET&u&p", "POST&u&p"), [("GET", "POST")]);
    }

    #[test]
    fn a_missing_pair_is_one_difference() {
        let yours = "GET&u&a%3D1%26c%3D3";
        let expected = "GET&u&a%3D1%26b%3D2%26c%3D3";
        let found = differences(yours, expected);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, "");
        assert!(found[0].1.contains("b%3D2"), "{found:?}");
    }

    #[test]
    fn a_slash_at_the_end_is_one_escape() {
        let found = differences("GET&http%3A%2F%2Fh%2Fa&p", "GET&http%3A%2F%2Fh%2Fa%2F&p");
        assert_eq!(found, [("", "%2F")]);
    }

    proptest! {
        #[test]
        fn the_runs_cover_both_texts_and_tell_the_truth(yours in hostile_text(), expected in hostile_text()) {
            let runs = align(&yours, &expected);
            let (mut y, mut e) = (0, 0);
            let mut previous = None;
            for run in runs {
                prop_assert_eq!((run.yours.start, run.expected.start), (y, e));
                prop_assert_eq!(run.same, yours[run.yours.clone()] == expected[run.expected.clone()]);
                prop_assert_ne!(previous, Some(run.same));
                (y, e, previous) = (run.yours.end, run.expected.end, Some(run.same));
            }
            prop_assert_eq!((y, e), (yours.len(), expected.len()));
        }

        #[test]
        fn equal_texts_have_no_difference(text in hostile_text()) {
            prop_assert_eq!(differences(&text, &text), []);
        }
    }
}
