//! Reports that other programs read, read by parsers that are not ours (P31).

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use scraper::{Html, Selector};
use serde_sarif::sarif::Sarif;

/// What a document says.
pub(crate) struct Read {
    /// What its first case is called, in visible form; in GitHub's annotations, the message that begins with it.
    pub(crate) name: String,
    /// How many parts the document has: elements, results, events or lines.
    pub(crate) parts: usize,
}

fn read_junit(text: &str) -> Read {
    let document = roxmltree::Document::parse(text).expect("XML");
    let case = document
        .descendants()
        .find(|node| node.has_tag_name("testcase"))
        .expect("a test case");
    Read {
        name: case.attribute("name").unwrap().to_owned(),
        parts: document.descendants().count(),
    }
}

fn read_sarif(text: &str) -> Read {
    let log: Sarif = serde_json::from_str(text).expect("SARIF 2.1.0");
    let results = log.runs[0].results.as_ref().expect("results");
    let location = &results[0].locations.as_ref().unwrap()[0];
    let name = location.logical_locations.as_ref().unwrap()[0].name.clone();
    Read {
        name: name.unwrap(),
        parts: results.len(),
    }
}

fn read_html(text: &str) -> Read {
    let document = Html::parse_document(text);
    assert!(document.errors.is_empty(), "{:?}", document.errors);
    let name = document
        .select(&Selector::parse("h2 code").unwrap())
        .next()
        .expect("a name");
    for forbidden in ["script", "img", "link", "iframe", "object", "form", "a"] {
        let selector = Selector::parse(forbidden).unwrap();
        assert_eq!(document.select(&selector).count(), 0, "{forbidden}");
    }
    Read {
        name: name.text().collect(),
        parts: document.select(&Selector::parse("*").unwrap()).count(),
    }
}

fn read_markdown(text: &str) -> Read {
    let mut blocks: Vec<String> = Vec::new();
    let mut is_in_block = false;
    let mut parts = 0;
    for event in Parser::new_ext(text, Options::all()) {
        match event {
            // The parser hands the text of a block over in several pieces.
            Event::Text(text) if is_in_block => {
                blocks.last_mut().expect("it has begun").push_str(&text);
                continue;
            }
            Event::Start(Tag::CodeBlock(_)) => {
                is_in_block = true;
                blocks.push(String::new());
            }
            Event::End(TagEnd::CodeBlock) => is_in_block = false,
            Event::Html(_)
            | Event::InlineHtml(_)
            | Event::Start(Tag::Link { .. } | Tag::Image { .. }) => {
                panic!("not only text: {event:?}")
            }
            _ => {}
        }
        parts += 1;
    }
    let name = blocks[0].strip_suffix('\n').expect("a line");
    Read {
        name: name.to_owned(),
        parts,
    }
}

fn read_github(text: &str) -> Read {
    let decoded = |text: &str| {
        text.replace("%0D", "\r")
            .replace("%0A", "\n")
            .replace("%25", "%")
    };
    let mut messages = Vec::new();
    let mut parts = 0;
    for line in text.lines() {
        parts += 1;
        if let Some(command) = line.strip_prefix("::") {
            let (head, message) = command.split_once("::").expect("a message");
            assert!(["error", "warning", "notice"].contains(&head.split(' ').next().unwrap()));
            messages.push(decoded(message));
        }
    }
    Read {
        name: messages.swap_remove(0),
        parts,
    }
}

type Reader = fn(&str) -> Read;

/// The name of each format, and who reads it.
pub(crate) const FORMATS: [(&str, Reader); 5] = [
    ("junit", read_junit),
    ("sarif", read_sarif),
    ("html", read_html),
    ("markdown", read_markdown),
    ("github", read_github),
];
