//! The base string URI (§3.4.1.2).
use crate::request::Request;
use alloc::string::String;
/// `scheme://host[:port]/path`, unencoded as it stands in §3.4.1.2; non-ASCII path bytes make it bytes.
pub fn base_string_uri(_request: &Request) -> alloc::vec::Vec<u8> {
    todo!()
}
/// Splits an authority into host and port text (`[::1]:80`, `h:`, `h`).
pub fn split_authority(_authority: &[u8]) -> (&[u8], Option<&[u8]>) {
    todo!()
}
/// For display.
pub fn display(_uri: &[u8]) -> String {
    todo!()
}
