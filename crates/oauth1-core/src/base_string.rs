//! The signature base string (§3.4.1.1): build and parse.
use crate::request::Request;
use alloc::{string::String, vec::Vec};
use core::ops::Range;
/// A canonical base string; always ASCII.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseString(String);
impl BaseString {
    /// Builds it from a request.
    pub fn of(_request: &Request) -> Self {
        todo!()
    }
    /// Joins three parts that are still unencoded: method, base string URI, normalized parameters.
    pub fn from_parts(_method: &[u8], _uri: &[u8], _normalized: &[u8]) -> Self {
        todo!()
    }
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
/// A base string split into its parts, with byte spans into the text given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedBaseString {
    /// Span of the method.
    pub method: Range<usize>,
    /// Span of the encoded URI.
    pub uri: Range<usize>,
    /// Span of the whole third part.
    pub parameters: Range<usize>,
    /// The pairs of the third part.
    pub pairs: Vec<ParsedPair>,
}
/// One pair of the third part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedPair {
    /// Span of the doubly encoded name.
    pub name: Range<usize>,
    /// Span of the doubly encoded value; empty range at the end when there is no `%3D`.
    pub value: Range<usize>,
    /// Whether there was a `%3D`.
    pub has_equals: bool,
    /// Name, decoded twice.
    pub decoded_name: Vec<u8>,
    /// Value, decoded twice.
    pub decoded_value: Vec<u8>,
}
/// Why text is no base string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BaseStringError {
    /// number of raw `&` is not two
    Separators {
        /// how many there are
        found: usize,
    },
    /// empty text
    Empty,
}
/// Parses text as a base string (lenient about encodings, strict about the two `&`).
pub fn parse(_text: &[u8]) -> Result<ParsedBaseString, BaseStringError> {
    todo!()
}
