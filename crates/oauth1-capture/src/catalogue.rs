//! Which answers of which providers are known? The entries of `fixtures/providers/answers.toml`, which says what they mean.

use serde::Deserialize;
use std::sync::LazyLock;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    // The test at the end of this file keeps the entries readable; without them no answer would be known.
    parse().unwrap_or_default()
});

fn parse() -> Result<Catalogue, toml::de::Error> {
    toml::from_str(include_str!("../../../fixtures/providers/answers.toml"))
}

/// All that is known of answers.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Catalogue {
    base_string_after: Vec<String>,
    #[serde(rename = "reason")]
    reasons: Vec<Reason>,
    #[serde(rename = "provider")]
    providers: Vec<Provider>,
    #[serde(rename = "answer")]
    entries: Vec<Entry>,
}

/// What an answer refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Refused {
    /// The signature.
    Signature,
    /// Something else: the signature was not what was refused.
    Other,
    /// The answer does not say what.
    Unsaid,
    /// Nothing: the request was accepted.
    Nothing,
}

/// Why a request is refused, whoever says so.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    pub(crate) id: String,
    pub(crate) refused: Refused,
    says: String,
    pub(crate) todo: String,
}

impl Reason {
    /// The sentence about a provider, from its capital letter to its last word.
    pub(crate) fn says(&self, provider: Option<&Provider>) -> String {
        let name = provider.map_or("the provider", |provider| &provider.name);
        let sentence = self.says.replace("{provider}", name);
        let mut letters = sentence.chars();
        letters
            .next()
            .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
            .unwrap_or_default()
    }
}

/// Who answers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provider {
    pub(crate) id: String,
    pub(crate) name: String,
    #[serde(default)]
    hosts: Vec<String>,
}

/// One known answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// For whoever maintains the list.
    #[allow(dead_code, reason = "read by the test of the entries")]
    id: String,
    provider: Option<String>,
    #[serde(default)]
    known_from: Vec<String>,
    reason: String,
    texts: Vec<Vec<String>>,
    #[serde(default)]
    whole: bool,
    pub(crate) means: Option<String>,
    pub(crate) todo: Option<String>,
    expected_signature: Option<[String; 2]>,
    #[allow(dead_code, reason = "read by the test of the entries")]
    source: String,
}

impl Catalogue {
    pub(crate) fn get() -> &'static Self {
        &CATALOGUE
    }

    /// The first entry that fits the texts of an answer.
    pub(crate) fn entry(&self, texts: &[&[u8]]) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.fits(texts))
    }

    pub(crate) fn reason(&self, id: &str) -> Option<&Reason> {
        self.reasons.iter().find(|reason| reason.id == id)
    }

    pub(crate) fn reason_of(&self, entry: &Entry) -> Option<&Reason> {
        self.reason(&entry.reason)
    }

    pub(crate) fn provider_of(&self, entry: &Entry) -> Option<&Provider> {
        self.provider(entry.provider.as_deref()?)
    }

    /// The names of those whose words an entry has.
    pub(crate) fn known_from(&self, entry: &Entry) -> Vec<&str> {
        let providers = entry.known_from.iter().filter_map(|id| self.provider(id));
        providers.map(|provider| provider.name.as_str()).collect()
    }

    fn provider(&self, id: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.id == id)
    }

    /// The provider that has a host.
    pub(crate) fn provider_at(&self, host: &str) -> Option<&Provider> {
        let is_of = |name: &String| {
            host.strip_suffix(name.as_str())
                .is_some_and(|before| before.is_empty() || before.ends_with('.'))
        };
        self.providers
            .iter()
            .find(|provider| provider.hosts.iter().any(is_of))
    }

    /// Where a text goes on behind each piece that stands in front of a base string.
    pub(crate) fn behind_base_string_marks<'a>(
        &'static self,
        text: &'a [u8],
    ) -> impl Iterator<Item = usize> + use<'a> {
        let pieces = self.base_string_after.iter();
        pieces.flat_map(move |piece| Occurrences::new(text, piece).map(|(_, end)| end))
    }
}

impl Entry {
    fn fits(&self, texts: &[&[u8]]) -> bool {
        self.texts.iter().any(|pieces| {
            if self.whole {
                let is_all = |text: &&[u8]| {
                    let text = text.trim_ascii();
                    let text = text.strip_suffix(b".").unwrap_or(text);
                    pieces
                        .iter()
                        .any(|piece| match_at(text, 0, piece.as_bytes()) == Some(text.len()))
                };
                texts.iter().any(is_all)
            } else {
                pieces.iter().all(|piece| {
                    let mut texts = texts.iter();
                    texts.any(|text| Occurrences::new(text, piece).next().is_some())
                })
            }
        })
    }

    /// The signature that the provider computed, where its answer holds it.
    pub(crate) fn expected_signature<'a>(&self, texts: &[&'a [u8]]) -> Option<&'a [u8]> {
        let [before, after] = self.expected_signature.as_ref()?;
        texts.iter().find_map(|text| {
            let (_, start) = Occurrences::new(text, before).next()?;
            let rest = text.get(start..)?;
            let (end, _) = Occurrences::new(rest, after).next()?;
            rest.get(..end).map(<[u8]>::trim_ascii)
        })
    }
}

/// The places where a piece stands in a text: where each begins and ends.
struct Occurrences<'a, 'p> {
    text: &'a [u8],
    piece: &'p [u8],
    at: usize,
}

impl<'a, 'p> Occurrences<'a, 'p> {
    fn new(text: &'a [u8], piece: &'p str) -> Self {
        Self {
            text,
            piece: piece.as_bytes(),
            at: 0,
        }
    }
}

impl Iterator for Occurrences<'_, '_> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        let first = *self.piece.first()?;
        loop {
            let rest = self.text.get(self.at..)?;
            let start = self.at + rest.iter().position(|b| b.eq_ignore_ascii_case(&first))?;
            self.at = start + 1;
            if let Some(end) = match_at(self.text, start, self.piece) {
                self.at = end;
                return Some((start, end));
            }
        }
    }
}

/// Where a piece ends that begins at a place of a text: in any case, as whole words, with any white space for a space.
fn match_at(text: &[u8], start: usize, piece: &[u8]) -> Option<usize> {
    let word_at = |text: &[u8], at: Option<usize>| {
        at.and_then(|at| text.get(at))
            .is_some_and(|&b| b.is_ascii_alphanumeric() || b == b'_')
    };
    let mut at = start;
    for (index, expected) in piece.iter().enumerate() {
        if *expected == b' ' {
            let rest = text.get(at..).unwrap_or_default();
            let blanks = rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
            let between_words =
                word_at(piece, index.checked_sub(1)) && word_at(piece, Some(index + 1));
            if blanks == 0 && between_words {
                return None;
            }
            at += blanks;
        } else if text.get(at)?.eq_ignore_ascii_case(expected) {
            at += 1;
        } else {
            return None;
        }
    }
    let joined_before = word_at(piece, Some(0)) && word_at(text, start.checked_sub(1));
    let joined_behind = word_at(piece, piece.len().checked_sub(1)) && word_at(text, Some(at));
    (!joined_before && !joined_behind).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_entries_are_complete_and_refer_to_each_other() {
        let all = parse().unwrap();
        let mut ids = BTreeSet::new();
        let reasons = all.reasons.iter().map(|reason| &reason.id);
        let providers = all.providers.iter().map(|provider| &provider.id);
        let entries = all.entries.iter().map(|entry| &entry.id);
        for id in reasons.chain(providers).chain(entries) {
            assert!(ids.insert(id), "{id} is there twice");
        }
        for reason in &all.reasons {
            assert!(!reason.says.ends_with('.'), "{}", reason.id);
            assert!(reason.todo.ends_with('.'), "{}", reason.id);
        }
        for host in all.providers.iter().flat_map(|provider| &provider.hosts) {
            assert_eq!(*host, host.to_lowercase());
        }
        for entry in &all.entries {
            let id = &entry.id;
            assert!(all.reason_of(entry).is_some(), "{id}: no such reason");
            for provider in entry.provider.iter().chain(&entry.known_from) {
                assert!(all.provider(provider).is_some(), "{id}: no {provider}");
            }
            assert!(
                entry.provider.is_none() || entry.known_from.is_empty(),
                "{id}: known_from is for words without a provider"
            );
            assert!(!entry.texts.is_empty() && !entry.source.is_empty(), "{id}");
            for pieces in &entry.texts {
                assert!(!pieces.is_empty(), "{id}: a list without pieces fits all");
                for piece in pieces {
                    assert!(piece.len() > 3, "{id}: {piece:?} is too short to tell");
                    assert_eq!(piece.trim(), piece, "{id}");
                }
            }
            let means = entry.means.as_deref().unwrap_or("…");
            assert!(!means.ends_with('.'), "{id}: the full stop is added");
            let todo = entry.todo.as_deref().unwrap_or(".");
            assert!(todo.ends_with('.'), "{id}");
        }
    }

    #[test]
    fn a_piece_is_whole_words_in_any_case_with_any_white_space() {
        let find = |text: &str, piece| Occurrences::new(text.as_bytes(), piece).next();
        assert_eq!(
            find("an INVALID \n signature", "invalid signature"),
            Some((3, 22))
        );
        assert_eq!(find("invalidsignature", "invalid signature"), None);
        for (text, fits) in [
            (r#"{"code":32}"#, true),
            (r#"{"code" : 32, "#, false),
            (r#"{"code":  32, "#, true),
            (r#"{"code":325}"#, false),
        ] {
            assert_eq!(find(text, r#""code": 32"#).is_some(), fits, "{text}");
        }
        assert_eq!(find("my_oauth_problem=a", "oauth_problem="), None);
        assert_eq!(find("", "a"), None);
    }

    #[test]
    fn a_host_belongs_to_its_provider_with_all_before_a_dot() {
        let id = |host| {
            Catalogue::get()
                .provider_at(host)
                .map(|provider| provider.id.as_str())
        };
        assert_eq!(id("www.flickr.com"), Some("flickr"));
        assert_eq!(id("flickr.com"), Some("flickr"));
        assert_eq!(id("notflickr.com"), None);
        assert_eq!(id("flickr.com.example"), None);
    }
}
