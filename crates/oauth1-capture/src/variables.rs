//! What does `{{name}}` stand for? The variables of a capture, put in where their names stand.

use crate::{error::excerpt, saved::Problem};
use core::cell::Cell;
use std::collections::HashMap;

/// Values may hold further names. One that holds itself ends here.
const DEEPEST: usize = 10;

/// How long all texts of a capture may be, filled in: a few short variables can name each other so that they grow without
/// end, and a long text that a folder holds may count for every request in it.
const LONGEST: usize = 64 << 20;

/// Names and values; of two with the same name the last counts.
pub(crate) struct Variables<'o> {
    values: HashMap<String, String>,
    /// Variables that those in here hide.
    outer: Option<&'o Self>,
    room: Cell<usize>,
}

impl<'o> Variables<'o> {
    pub(crate) fn new(values: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            values: values.into_iter().collect(),
            outer: None,
            room: Cell::new(LONGEST),
        }
    }

    /// Variables of a folder inside another.
    pub(crate) fn inside(
        outer: &'o Self,
        values: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        Self {
            outer: Some(outer),
            ..Self::new(values)
        }
    }

    fn value(&self, name: &str) -> Option<&String> {
        let outer = || self.outer.and_then(|outer| outer.value(name));
        self.values.get(name).or_else(outer)
    }

    /// A text with the values in place of the names. `at` is where the text stands.
    pub(crate) fn fill(&self, text: &str, at: usize) -> Result<String, Problem> {
        let mut filled = String::with_capacity(text.len());
        self.fill_into(text, DEEPEST, &mut filled)
            .map_err(|message| Problem {
                at,
                message,
                help: "write the value that was sent in its place",
            })?;
        Ok(filled)
    }

    /// The same for text that is not signed: a name without a value stays as it is.
    pub(crate) fn fill_or_keep(&self, text: &str) -> String {
        self.fill(text, 0).unwrap_or_else(|_| text.to_owned())
    }

    fn fill_into(&self, text: &str, deeper: usize, filled: &mut String) -> Result<(), String> {
        self.take_room(text.len())?;
        let mut rest = text;
        while let Some((before, name, after)) = next_name(rest) {
            filled.push_str(before);
            rest = after;
            let shown = || format!("the variable {{{{{}}}}}", excerpt(name.as_bytes()));
            match self.value(name) {
                Some(_) if deeper == 0 => return Err(shown() + " stands for itself"),
                Some(value) => self.fill_into(value, deeper - 1, filled)?,
                None if name.starts_with('$') => {
                    return Err(shown()
                        + " is filled in when the request is sent, so its value is not known");
                }
                None => return Err(shown() + " has no value here"),
            }
        }
        filled.push_str(rest);
        Ok(())
    }

    fn take_room(&self, length: usize) -> Result<(), String> {
        if let Some(outer) = self.outer {
            return outer.take_room(length);
        }
        // One at least, so that values without length come to an end as well.
        let left = self.room.get().checked_sub(length.max(1));
        let left = left.ok_or("the variables make the capture longer than can be read")?;
        self.room.set(left);
        Ok(())
    }
}

/// What comes before the next name, the name, and what comes after it. `{{_.name}}` is Insomnia's way to write it.
fn next_name(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let open = from + text.get(from..)?.find("{{")?;
        let inner = text.get(open + 2..)?;
        let length = inner.find(['{', '}', '\n']).unwrap_or(inner.len());
        let (name, after) = inner.split_at_checked(length)?;
        let name = name.trim();
        let name = name.strip_prefix("_.").unwrap_or(name);
        if let Some(after) = after.strip_prefix("}}")
            && !name.is_empty()
        {
            return Some((text.get(..open)?, name, after));
        }
        // In {{{name}}} the outermost brace is text.
        from = open + if length == 0 { 1 } else { 2 + length };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables() -> Variables<'static> {
        let values = [
            ("a", "1"),
            ("b", "<{{a}}{{ _.a }}>"),
            ("self", "{{self}}"),
            ("a.b", "2"),
        ];
        Variables::new(values.map(|(name, value)| (name.to_owned(), value.to_owned())))
    }

    #[test]
    fn names_are_filled_in_and_all_else_stays() {
        for (text, filled) in [
            ("", ""),
            ("{{a}}/{{ a }}/{{_.a.b}}", "1/1/2"),
            ("{{b}}", "<11>"),
            ("{{{a}}}", "{1}"),
            (
                "{{}} {{a} {{ {a}} }} {{\na}}",
                "{{}} {{a} {{ {a}} }} {{\na}}",
            ),
            (r#"{"x":{"y":{}}}"#, r#"{"x":{"y":{}}}"#),
            ("é{{a}}é{{", "é1é{{"),
        ] {
            assert_eq!(variables().fill(text, 0).ok().unwrap(), filled, "{text}");
        }
    }

    #[test]
    fn names_without_a_value_are_told() {
        for (text, told) in [
            ("{{c}}", "{{c}} has no value"),
            ("{{self}}", "{{self}} stands for itself"),
            ("{{$timestamp}}", "{{$timestamp}} is filled in"),
        ] {
            let problem = variables().fill(text, 7).err().unwrap();
            assert_eq!(problem.at, 7);
            assert!(problem.message.contains(told), "{}", problem.message);
            assert_eq!(variables().fill_or_keep(text), text);
        }
    }

    #[test]
    fn a_folder_hides_what_lies_around_it() {
        let outer = variables();
        let inner = Variables::inside(&outer, [("a".to_owned(), "3".to_owned())]);
        assert_eq!(inner.fill("{{b}}{{a.b}}", 0).ok().unwrap(), "<33>2");
    }

    #[test]
    fn what_grows_without_end_is_refused() {
        let values = (0..9).map(|n| (n.to_string(), format!("{{{{{}}}}}", n + 1).repeat(100)));
        let values = values.chain([("9".to_owned(), String::new())]);
        let problem = Variables::new(values).fill("{{0}}", 0).err().unwrap();
        assert!(problem.message.contains("longer"), "{}", problem.message);
    }
}
