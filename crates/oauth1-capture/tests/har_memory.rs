//! A HAR file of any size is read in little memory. (A test of its own, for it counts every byte that is allocated.)

use oauth1_capture::{Hints, read_har};
use peak_alloc::PeakAlloc;
use std::{
    io::{self, Read},
    ops::ControlFlow,
};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Gives out its parts one after the other, each as often as it says.
struct Repeated {
    parts: Vec<(&'static [u8], usize)>,
    part: usize,
    times: usize,
    at: usize,
}

impl Read for Repeated {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut length = 0;
        while let Some(&(bytes, count)) = self.parts.get(self.part) {
            if self.times == count {
                (self.part, self.times) = (self.part + 1, 0);
            } else if self.at == bytes.len() {
                (self.times, self.at) = (self.times + 1, 0);
            } else {
                let step = (bytes.len() - self.at).min(buffer.len() - length);
                if step == 0 {
                    break;
                }
                buffer[length..length + step].copy_from_slice(&bytes[self.at..self.at + step]);
                (length, self.at) = (length + step, self.at + step);
            }
        }
        Ok(length)
    }
}

/// Reads a file made of parts; says how many signed requests it holds, and how much memory that took beyond what was
/// taken before.
fn measure(parts: Vec<(&'static [u8], usize)>) -> (usize, usize) {
    let file = Repeated {
        parts,
        part: 0,
        times: 0,
        at: 0,
    };
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let summary = read_har(file, &Hints::default(), &mut |_| ControlFlow::Continue(())).unwrap();
    (summary.signed, ALLOCATOR.peak_usage() - before)
}

const KILOBYTE: &[u8] = &[b'a'; 1 << 10];
const BEGIN: &[u8] = br#"{"log": {"entries": [{}"#;
const END: &[u8] = b"]}}";
/// An entry up to the text of its body, and what comes after that.
const FORM: &[u8] = br#", {"request": {"method": "POST", "url": "https://h/?oauth_token=a", "headers": [{"name": "Content-Type",
    "value": "application/x-www-form-urlencoded"}], "postData": {"text": ""#;
const FORM_END: &[u8] = br#""}}, "response": {"status": 307, "redirectURL": "?oauth_token=b"}}"#;
const RESPONSE: &[u8] = br#", {"request": {"method": "GET", "url": "https://h/?oauth_token=a"},
    "response": {"status": 200, "content": {"text": ""#;
const RESPONSE_END: &[u8] = br#""}}}"#;
const HEADERS: &[u8] =
    br#", {"request": {"method": "GET", "url": "https://h/?oauth_token=a", "headers": [{}"#;
const HEADERS_END: &[u8] = b"]}}";

#[test]
fn a_large_file_is_read_in_little_memory() {
    const MOST: usize = 61 << 20;
    // Files of 100 MiB; the last two are smaller, for they take longer.
    for (name, parts) in [
        (
            "one long response",
            vec![
                (BEGIN, 1),
                (RESPONSE, 1),
                (KILOBYTE, 100 << 10),
                (RESPONSE_END, 1),
                (END, 1),
            ],
        ),
        (
            "one long form",
            vec![
                (BEGIN, 1),
                (FORM, 1),
                (KILOBYTE, 100 << 10),
                (FORM_END, 1),
                (END, 1),
            ],
        ),
        (
            "long headers",
            vec![
                (BEGIN, 1),
                (HEADERS, 1),
                (br#", {"name": "a", "value": ""#, 1),
                (KILOBYTE, 100 << 10),
                (br#""}"#, 1),
                (HEADERS_END, 1),
                (END, 1),
            ],
        ),
        (
            "many headers",
            vec![
                (BEGIN, 1),
                (HEADERS, 1),
                (b", {}", 1 << 20),
                (HEADERS_END, 1),
                (END, 1),
            ],
        ),
        (
            "many entries",
            vec![
                (BEGIN, 1),
                (
                    br#", {"request": {"method": "GET", "url": "https://h/"}}"#,
                    50 << 10,
                ),
                (RESPONSE, 1),
                (RESPONSE_END, 1),
                (END, 1),
            ],
        ),
    ] {
        let (signed, peak) = measure(parts);
        assert_eq!(signed, 1, "{name}");
        assert!(peak < MOST, "{name}: {} MiB", peak >> 20);
    }
    // Redirects that lead nowhere, with forms as long as they may be.
    let redirect = [(FORM, 1), (KILOBYTE, 1 << 10), (FORM_END, 1)];
    let mut parts = vec![(BEGIN, 1)];
    (0..12).for_each(|_| parts.extend(redirect));
    parts.push((END, 1));
    let (signed, peak) = measure(parts);
    assert_eq!(signed, 12);
    assert!(peak < MOST, "redirects: {} MiB", peak >> 20);
}
