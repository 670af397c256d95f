//! Which parameters are signed (§3.4.1.3.1) and in what order (§3.4.1.3.2).
use crate::{authorization::Authorization, request::Request};
use alloc::{borrow::Cow, string::String, vec::Vec};
/// Where a parameter was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// The Authorization header.
    Header,
    /// The query of the URL.
    Query,
    /// The form body.
    Body,
}
/// One parameter: decoded, with the text it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter<'a> {
    /// Decoded.
    pub name: Cow<'a, [u8]>,
    /// Decoded.
    pub value: Cow<'a, [u8]>,
    /// As on the wire (for a header: between the quotes).
    pub raw_name: &'a [u8],
    /// As on the wire; `None` when there was no `=`.
    pub raw_value: Option<&'a [u8]>,
    /// Where it was sent.
    pub source: Source,
}
/// All parameters of a request, in the order header, query, body, each as sent; `realm` left out, `oauth_signature` kept.
#[derive(Clone, Debug)]
pub struct Parameters<'a> {
    /// The parameters.
    pub list: Vec<Parameter<'a>>,
    /// The parsed Authorization header (OAuth scheme), when there is one.
    pub authorization: Option<Authorization<'a>>,
}
/// Collects (§3.4.1.3.1).
pub fn collect_parameters(_request: &Request) -> Parameters<'_> {
    todo!()
}
/// Splits a query or form body into parameters: `&` separates, empty pieces give nothing, first `=` splits, form decoding.
pub fn split_form(_text: &[u8], _source: Source) -> Vec<Parameter<'_>> {
    todo!()
}
impl Parameters<'_> {
    /// First decoded value with that name.
    pub fn get(&self, _name: &str) -> Option<&[u8]> {
        todo!()
    }
    /// §3.4.1.3.2: encoded, sorted, joined; `oauth_signature` left out.
    pub fn normalized(&self) -> String {
        todo!()
    }
}
