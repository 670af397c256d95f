//! Where two base strings first differ, and in what.

use std::ops::Range;

use oauth1_core::encode::{form_decode, percent_decode};

use crate::report::{Component, Mismatch, MismatchSide};

/// The first byte at which the two differ (or the shorter one's end), with the part it is in; `None` when they are equal.
pub(crate) fn first(yours: &[u8], expected: &[u8]) -> Option<Mismatch> {
    if yours == expected {
        return None;
    }
    let at = common_prefix(yours, expected);
    let (left, right) = (Parts::of(yours), Parts::of(expected));
    // Where one text has a joint and the other goes on, the difference is in the part that goes on.
    let component = match right.component(at.min(expected.len().saturating_sub(1))) {
        Component::BaseString => left.component(at.min(yours.len().saturating_sub(1))),
        component => component,
    };
    let kind = kind(yours, expected, &left, &right, at, component);
    let (mut yours_end, mut expected_end) = (token_end(yours, at), token_end(expected, at));
    if component == Component::Method {
        (yours_end, expected_end) = (left.first.max(at), right.first.max(at));
    }
    while component != Component::Method
        && yours_end > at
        && expected_end > at
        && yours[yours_end - 1] == expected[expected_end - 1]
    {
        yours_end -= 1;
        expected_end -= 1;
    }
    Some(Mismatch {
        kind,
        component,
        yours: side(yours, at..yours_end),
        expected: side(expected, at..expected_end),
    })
}

/// Where in `yours` and `expected` one part differs; `None` when it does not.
pub(crate) fn within(yours: &[u8], expected: &[u8], part: Component) -> Option<Range<usize>> {
    let (left, right) = (Parts::of(yours), Parts::of(expected));
    let (left, right) = (left.range(part), right.range(part));
    let (mine, theirs) = (&yours[left.clone()], &expected[right]);
    if mine == theirs {
        return None;
    }
    let start = common_prefix(mine, theirs);
    let same_tail = mine[start..]
        .iter()
        .rev()
        .zip(theirs[start..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    Some(left.start + start..(left.end - same_tail).max(left.start + start))
}

/// One side of a mismatch.
pub(crate) fn side(text: &[u8], range: Range<usize>) -> MismatchSide {
    MismatchSide {
        start: range.start,
        end: range.end,
        text: String::from_utf8_lossy(&text[range]).into_owned(),
    }
}

fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(x, y)| x == y).count()
}

/// The end of the name, value or part that holds the byte.
fn token_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    (0..rest.len())
        .find(|i| {
            rest[*i] == b'&' || rest[*i..].starts_with(b"%26") || rest[*i..].starts_with(b"%3D")
        })
        .map_or(text.len(), |end| at + end)
}

/// The three parts of a text that is meant to be a base string.
struct Parts {
    first: usize,
    second: usize,
    end: usize,
}

impl Parts {
    fn of(text: &[u8]) -> Self {
        let mut joints = (0..text.len()).filter(|at| text[*at] == b'&');
        let first = joints.next().unwrap_or(text.len());
        Self {
            first,
            second: joints.next().unwrap_or(text.len()),
            end: text.len(),
        }
    }

    fn component(&self, at: usize) -> Component {
        if at < self.first {
            Component::Method
        } else if at == self.first || at == self.second {
            Component::BaseString
        } else if at < self.second {
            Component::Url
        } else {
            Component::Parameters
        }
    }

    fn range(&self, part: Component) -> Range<usize> {
        let after = |joint: usize| (joint + 1).min(self.end);
        match part {
            Component::Method => 0..self.first,
            Component::Url => after(self.first)..self.second.max(after(self.first)),
            Component::Parameters => after(self.second)..self.end,
            Component::Key | Component::Signature | Component::BaseString => 0..self.end,
        }
    }
}

fn kind(
    yours: &[u8],
    expected: &[u8],
    left: &Parts,
    right: &Parts,
    at: usize,
    component: Component,
) -> &'static str {
    match component {
        Component::Method => "method",
        Component::BaseString => "separator",
        Component::Url => url_kind(
            &percent_decode(&yours[left.range(component)]),
            &percent_decode(&expected[right.range(component)]),
        ),
        Component::Parameters => parameter_kind(yours, expected, left, right, at),
        Component::Key | Component::Signature => "text",
    }
}

fn url_kind(yours: &[u8], expected: &[u8]) -> &'static str {
    let (Some(mine), Some(theirs)) = (
        crate::facts::UrlParts::split(yours),
        crate::facts::UrlParts::split(expected),
    ) else {
        return "text";
    };
    if mine.scheme != theirs.scheme {
        "scheme"
    } else if mine.userinfo != theirs.userinfo || mine.host != theirs.host {
        "host"
    } else if mine.port != theirs.port {
        "port"
    } else if mine.path.strip_suffix(b"/") == Some(&theirs.path)
        || theirs.path.strip_suffix(b"/") == Some(&mine.path)
    {
        "trailing-slash"
    } else if percent_decode(&mine.path) == percent_decode(&theirs.path)
        && mine.query == theirs.query
    {
        "encoding"
    } else if mine.path != theirs.path {
        "path"
    } else {
        "extra"
    }
}

fn parameter_kind(
    yours: &[u8],
    expected: &[u8],
    left: &Parts,
    right: &Parts,
    at: usize,
) -> &'static str {
    let part = Component::Parameters;
    let (mine, theirs) = (
        pairs(&yours[left.range(part)]),
        pairs(&expected[right.range(part)]),
    );
    let index = theirs
        .iter()
        .position(|pair| right.range(part).start + pair.end > at)
        .unwrap_or(theirs.len());
    let (my_pair, their_pair) = (mine.get(index), theirs.get(index));
    let held = |list: &[Pair], pair: &Pair| list.iter().any(|other| other.text == pair.text);
    match (my_pair, their_pair) {
        (Some(mine_here), Some(theirs_here)) => {
            let (mine_elsewhere, theirs_elsewhere) =
                (held(&theirs, mine_here), held(&mine, theirs_here));
            if mine_elsewhere && theirs_elsewhere {
                "order"
            } else if mine_here.decoded() == theirs_here.decoded() {
                "encoding"
            } else if mine_elsewhere && !theirs_elsewhere {
                "missing"
            } else if theirs_elsewhere && !mine_elsewhere {
                "extra"
            } else if mine_here.name() == theirs_here.name() {
                "value"
            } else {
                "text"
            }
        }
        (Some(_), None) => "extra",
        (None, Some(_)) => "missing",
        (None, None) => "text",
    }
}

struct Pair<'a> {
    text: &'a [u8],
    /// Offset in the part.
    end: usize,
}

impl Pair<'_> {
    fn decoded(&self) -> Vec<u8> {
        form_decode(&percent_decode(self.text)).into_owned()
    }

    fn name(&self) -> Vec<u8> {
        let decoded = percent_decode(self.text);
        let name = decoded
            .split(|byte| *byte == b'=')
            .next()
            .unwrap_or_default();
        form_decode(name).into_owned()
    }
}

/// The pairs of a third part, separated by `%26` or `&`.
fn pairs(text: &[u8]) -> Vec<Pair<'_>> {
    let mut list = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < text.len() {
        let width = if text[at] == b'&' {
            1
        } else if text[at..].starts_with(b"%26") {
            3
        } else {
            at += 1;
            continue;
        };
        list.push(Pair {
            text: &text[start..at],
            end: at,
        });
        at += width;
        start = at;
    }
    list.push(Pair {
        text: &text[start..],
        end: text.len(),
    });
    list
}
