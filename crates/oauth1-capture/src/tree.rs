//! What does a JSON or YAML document say? Its values as a tree, each with the place where it stands.

use crate::{
    error::CaptureError,
    json::{Members, syntax_error},
};
use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::value::RawValue;

/// A tree deeper than this is no collection of requests; the limit keeps the time in proportion to the length.
const DEEPEST: usize = 64;

const HELP: &str = "export the collection again, and paste the whole file";

/// A value and the byte offset where it begins.
pub(crate) struct Node {
    pub(crate) at: usize,
    pub(crate) value: Value,
}

/// Numbers are text: nothing here counts with them, and their digits are what is sent.
pub(crate) enum Value {
    Null,
    Bool(bool),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    /// The member of that name; of several the last, as JavaScript has it. `null` counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        let mut members = self.members().iter().rev();
        let (_, node) = members.find(|(key, _)| key == name)?;
        (!matches!(node.value, Value::Null)).then_some(node)
    }

    /// Members of an object; none of anything else.
    pub(crate) fn members(&self) -> &[(String, Self)] {
        match &self.value {
            Value::Map(members) => members,
            _ => &[],
        }
    }

    /// Elements of a list; none of anything else.
    pub(crate) fn elements(&self) -> &[Self] {
        match &self.value {
            Value::List(elements) => elements,
            _ => &[],
        }
    }

    /// The text of a string, a number or a boolean.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            Value::Bool(true) => Some("true"),
            Value::Bool(false) => Some("false"),
            _ => None,
        }
    }

    /// The text of a member.
    pub(crate) fn text_of(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Self::text)
    }

    /// Whether a text anywhere in it holds these words.
    pub(crate) fn mentions(&self, words: &str) -> bool {
        match &self.value {
            Value::Text(text) => text.contains(words),
            Value::List(elements) => elements.iter().any(|node| node.mentions(words)),
            Value::Map(members) => members.iter().any(|(_, node)| node.mentions(words)),
            Value::Null | Value::Bool(_) => false,
        }
    }

    /// Whether a member says yes.
    pub(crate) fn is_on(&self, name: &str) -> bool {
        self.text_of(name) == Some("true")
    }
}

/// Reads a JSON document. `shape` says what to write, for one that is none.
pub(crate) fn from_json(input: &[u8], shape: &'static str) -> Result<Node, CaptureError> {
    let text = utf8(input)?;
    let root: &RawValue =
        serde_json::from_str(text).map_err(|error| syntax_error(input, &error, shape))?;
    json_node(input, root, DEEPEST)
}

fn json_node(input: &[u8], raw: &RawValue, deeper: usize) -> Result<Node, CaptureError> {
    let start = input.as_ptr().addr();
    let at = raw.get().as_ptr().addr().saturating_sub(start);
    let bad_escape = |_| {
        let message = "expected text, found an escape that stands for no character";
        CaptureError::at(input, at, message, HELP)
    };
    let value = match raw.get().as_bytes().first() {
        Some(b'{' | b'[') if deeper == 0 => return Err(too_deep(input, at)),
        Some(b'{') => {
            let Members(members) = serde_json::from_str(raw.get()).map_err(bad_escape)?;
            let node = |(name, raw)| Ok((name, json_node(input, raw, deeper - 1)?));
            Value::Map(members.into_iter().map(node).collect::<Result<_, _>>()?)
        }
        Some(b'[') => {
            let raws: Vec<&RawValue> = serde_json::from_str(raw.get()).map_err(bad_escape)?;
            let node = |raw| json_node(input, raw, deeper - 1);
            Value::List(raws.into_iter().map(node).collect::<Result<_, _>>()?)
        }
        Some(b'"') => Value::Text(serde_json::from_str(raw.get()).map_err(bad_escape)?),
        _ => plain(raw.get()),
    };
    Ok(Node { at, value })
}

/// Reads the first document of a YAML stream.
pub(crate) fn from_yaml(input: &[u8]) -> Result<Node, CaptureError> {
    let text = utf8(input)?;
    let mut place = Place::new(text);
    let mut open: Vec<Open> = Vec::new();
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| {
            let at = place.byte_of(error.marker().index());
            // The parser's sentences are about syntax and hold nothing of the document but single characters.
            let what: String = error.info().chars().filter(|c| !c.is_control()).collect();
            CaptureError::at(input, at, format!("expected YAML: {what}"), HELP)
        })?;
        let at = place.byte_of(span.start.index());
        let mut done = match event {
            Event::SequenceStart(..) | Event::MappingStart(..) if open.len() == DEEPEST => {
                return Err(too_deep(input, at));
            }
            Event::SequenceStart(..) => {
                open.push(Open {
                    at,
                    value: Value::List(Vec::new()),
                    key: None,
                });
                continue;
            }
            Event::MappingStart(..) => {
                open.push(Open {
                    at,
                    value: Value::Map(Vec::new()),
                    key: None,
                });
                continue;
            }
            Event::Scalar(text, ScalarStyle::Plain, ..) => Node {
                at,
                value: plain(&text),
            },
            Event::Scalar(text, ..) => Node {
                at,
                value: Value::Text(text.into_owned()),
            },
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(Open { at, value, .. }) => Node { at, value },
                None => continue,
            },
            Event::Alias(_) => {
                let message = "expected a value, found a YAML alias (*…)";
                let help = "write in its place what it stands for";
                return Err(CaptureError::at(input, at, message, help));
            }
            Event::Nothing
            | Event::StreamStart
            | Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::StreamEnd => continue,
        };
        let Some(parent) = open.last_mut() else {
            return Ok(done);
        };
        match (&mut parent.value, parent.key.take()) {
            (Value::List(elements), _) => elements.push(done),
            (Value::Map(members), Some(key)) => members.push((key, done)),
            _ => match core::mem::replace(&mut done.value, Value::Null) {
                Value::Text(key) => parent.key = Some(key),
                other => {
                    done.value = other;
                    let Some(key) = done.text() else {
                        let message = "expected a name before the colon, found another value";
                        return Err(CaptureError::at(input, done.at, message, HELP));
                    };
                    parent.key = Some(key.to_owned());
                }
            },
        }
    }
    let message = "expected YAML, found the end of the text";
    Err(CaptureError::at(input, input.len(), message, HELP))
}

/// A list or an object that is being read, and the key whose value comes next.
struct Open {
    at: usize,
    value: Value,
    key: Option<String>,
}

/// What stands without quotes.
fn plain(text: &str) -> Value {
    match text {
        "null" | "~" | "" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => Value::Text(text.to_owned()),
    }
}

/// Byte offsets of characters that are asked for in the order of the text.
struct Place<'a> {
    rest: core::str::Chars<'a>,
    characters: usize,
    length: usize,
}

impl<'a> Place<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            rest: text.chars(),
            characters: 0,
            length: text.len(),
        }
    }

    fn byte_of(&mut self, index: usize) -> usize {
        while self.characters < index && self.rest.next().is_some() {
            self.characters += 1;
        }
        self.length - self.rest.as_str().len()
    }
}

fn utf8(input: &[u8]) -> Result<&str, CaptureError> {
    core::str::from_utf8(input).map_err(|error| {
        CaptureError::at(
            input,
            error.valid_up_to(),
            "expected text in UTF-8, found a byte that is not UTF-8",
            "save the file as UTF-8",
        )
    })
}

fn too_deep(input: &[u8], at: usize) -> CaptureError {
    let message =
        format!("expected a collection, found lists and objects more than {DEEPEST} deep");
    CaptureError::at(input, at, message, HELP)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_yaml_give_the_same_tree_with_places() {
        let json = r#"{"é": 1, "list": ["é", true, null, {"a": "b\n"}], "number": 1e5, "x": 2}"#;
        let yaml = "é: 1\nlist:\n  - 'é'\n  - true\n  - ~\n  - a: |\n      b\nnumber: 1e5\nx: 2\n";
        for root in [
            from_json(json.as_bytes(), "").unwrap(),
            from_yaml(yaml.as_bytes()).unwrap(),
        ] {
            assert_eq!(root.text_of("é"), Some("1"));
            assert_eq!(root.text_of("number"), Some("1e5"));
            let list = root.get("list").unwrap().elements();
            assert_eq!(list.len(), 4);
            assert_eq!(list[0].text(), Some("é"));
            assert!(matches!(list[2].value, Value::Null));
            assert_eq!(list[3].text_of("a"), Some("b\n"));
            assert!(root.get("none").is_none() && list[0].get("é").is_none());
        }
        for (root, text) in [
            (from_json(json.as_bytes(), "").unwrap(), json),
            (from_yaml(yaml.as_bytes()).unwrap(), yaml),
        ] {
            let number = root.get("number").unwrap();
            assert_eq!(Some(number.at), text.find("1e5"));
        }
    }

    #[test]
    fn of_two_members_the_last_counts() {
        let root = from_json(br#"{"a": "1", "a": "2"}"#, "").unwrap();
        assert_eq!(root.text_of("a"), Some("2"));
    }

    #[test]
    fn a_tree_is_read_down_to_the_limit() {
        let lists = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        let told = |error: CaptureError| (error.column, error.to_string().contains("64 deep"));
        assert!(from_json(lists(DEEPEST).as_bytes(), "").is_ok());
        assert!(from_yaml(lists(DEEPEST).as_bytes()).is_ok());
        let (json, yaml) = (
            from_json(lists(DEEPEST + 1).as_bytes(), "").err(),
            from_yaml(lists(DEEPEST + 1).as_bytes()).err(),
        );
        for error in [json, yaml] {
            assert_eq!(error.map(told), Some((DEEPEST + 1, true)));
        }
        // The parsers have limits of their own.
        assert!(from_json(lists(10 * DEEPEST).as_bytes(), "").is_err());
        assert!(from_yaml(lists(10 * DEEPEST).as_bytes()).is_err());
    }

    #[test]
    fn errors_say_where() {
        for (error, line, column, told) in [
            (from_json(b"{\"a\":\n x}", "write it").err(), 2, 2, "JSON"),
            (from_json(b"{\"a\": \"\\ud800\"}", "").err(), 1, 7, "escape"),
            (from_json(b"[\"\xff\"]", "").err(), 1, 3, "UTF-8"),
            (from_json("[".repeat(70).as_bytes(), "").err(), 1, 70, "EOF"),
            (
                from_json(("[".repeat(70) + &"]".repeat(70)).as_bytes(), "").err(),
                1,
                65,
                "64 deep",
            ),
            (from_yaml(b"a: b\nc: [d\n").err(), 3, 1, "YAML"),
            (from_yaml(b"a: &x 1\nb: *x\n").err(), 2, 4, "alias"),
            (from_yaml(b"? [a]\n: b\n").err(), 1, 3, "name before"),
            (from_yaml(b"# nothing\n").err(), 2, 1, "end"),
            (from_yaml("[".repeat(70).as_bytes()).err(), 1, 65, "64 deep"),
        ] {
            let error = error.unwrap();
            assert_eq!((error.line, error.column), (line, column), "{error}");
            assert!(error.to_string().contains(told), "{error}");
        }
    }
}
