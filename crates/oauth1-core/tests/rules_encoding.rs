//! Rules 119–123 (§3.6, percent-encoding).

mod common;

use common::*;
use oauth1_core::encode::{
    first_broken_escape, form_decode, is_unreserved, percent_decode, percent_encode,
    percent_encode_into,
};

/// §3.6, written out by hand.
const UNRESERVED: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

#[test]
fn rule_119_text_is_encoded_as_utf_8_and_bytes_as_they_are() {
    assert_eq!(percent_encode("\u{3001}".as_bytes()), "%E3%80%81");
    assert_eq!(percent_encode("\u{1f980}".as_bytes()), "%F0%9F%A6%80");
    assert_eq!(percent_encode(b"\xFF\x00"), "%FF%00");
}

#[test]
fn rule_120_unreserved_characters_are_never_encoded() {
    assert_eq!(percent_encode(UNRESERVED).as_bytes(), UNRESERVED);
}

#[test]
fn rule_121_all_others_always_are() {
    // From the tests of signpost and Scribe.
    assert_eq!(
        percent_encode(b":/?#[]@!$&'()*+,;="),
        "%3A%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D"
    );
    assert_eq!(percent_encode(b" %^\x7F\n"), "%20%25%5E%7F%0A");
}

#[test]
fn rule_122_hexadecimal_digits_are_in_upper_case() {
    assert_eq!(percent_encode(b"\xab\xcd\xef"), "%AB%CD%EF");
    assert_eq!(normalized(&get("http://h/?a=%ab%Cd%eF")), "a=%AB%CD%EF");
}

#[test]
fn rule_123_all_256_bytes() {
    for byte in 0..=255 {
        let expected = if UNRESERVED.contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        };
        assert_eq!(percent_encode(&[byte]), expected);
        assert_eq!(is_unreserved(byte), UNRESERVED.contains(&byte));
        // Long enough that whole words are looked at, with the byte in every lane.
        for lane in 0..8 {
            let mut text = *b"abcdefghijklmnop";
            text[lane] = byte;
            let (head, tail) = ("abcdefgh", "ijklmnop");
            let expected = format!("{}{expected}{}{tail}", &head[..lane], &head[lane + 1..]);
            assert_eq!(percent_encode(&text), expected);
        }
        let mut appended = b"x".to_vec();
        percent_encode_into(&[byte], &mut appended);
        assert_eq!(appended, format!("x{expected}").into_bytes());
        for escape in [format!("%{byte:02X}"), format!("%{byte:02x}")] {
            assert_eq!(*percent_decode(escape.as_bytes()), [byte]);
            assert_eq!(*form_decode(escape.as_bytes()), [byte]);
            assert_eq!(first_broken_escape(escape.as_bytes()), None);
        }
    }
}

#[test]
fn only_two_hexadecimal_digits_make_an_escape() {
    for first in 0..=255 {
        for second in 0..=255 {
            let text = [b'%', first, second];
            let is_escape = first.is_ascii_hexdigit() && second.is_ascii_hexdigit();
            assert_eq!(percent_decode(&text).len(), if is_escape { 1 } else { 3 });
        }
    }
    assert_eq!(first_broken_escape(b"a%20%2"), Some(4));
    assert_eq!(first_broken_escape(b"%%20"), Some(0));
    assert_eq!(*percent_decode(b"%%41%4%"), *b"%A%4%");
}
