//! Which requests went over a connection, and what was answered? The messages of HTTP/1.x in the bytes of either way.

use crate::{
    Captured, Hints,
    base_string::trim_blanks,
    detect::contains,
    http::{self, Lines, body_in_stream, is_request_line, read_fields, without_version},
    response::{Response, decompressed, status_of},
    tcp::Run,
    url::method_and_url,
};

/// The requests among what a client sent, each with its answer.
pub(crate) fn requests(sent: &[Run], received: &[Run], hints: &Hints) -> Vec<Captured> {
    let mut all: Vec<Captured> = Vec::new();
    for (index, run) in sent.iter().enumerate() {
        let missing = sent.get(index + 1).map(|next| next.missing);
        read_requests(run, missing, hints, &mut all);
    }
    // Answers come in the order of the requests. After a gap nobody knows which is which.
    let is_whole = |runs: &[Run]| runs.iter().skip(1).all(|run| run.missing == 0);
    if let Some(run) = received.first().filter(|_| is_whole(sent)) {
        let mut at = 0;
        for captured in &mut all {
            let method = captured
                .request
                .as_ref()
                .map(|captured| captured.request.method.as_slice());
            let rest = run.bytes.get(at..).unwrap_or_default();
            let Some((response, length)) = read_response(rest, method == Some(b"HEAD")) else {
                break;
            };
            let body = decompressed(&response.headers, response.body, &mut captured.notes);
            captured.response = Some(Response { body, ..response });
            at += length;
        }
    }
    all
}

/// Reads what is sent one request after the other. `missing` says how many bytes were not captured after the end.
fn read_requests(run: &Run, missing: Option<usize>, hints: &Hints, all: &mut Vec<Captured>) {
    let mut rest = run.bytes.get(first_request(run)..).unwrap_or_default();
    while !rest.trim_ascii_start().is_empty() {
        let extent = Extent::of_request(rest);
        let (mut message, after) = rest.split_at(extent.end);
        rest = after;
        if !extent.has_all_headers {
            // The last line may be cut in the middle.
            let end = message.iter().rposition(|&b| b == b'\n');
            message = message
                .get(..end.map_or(0, |end| end + 1))
                .unwrap_or_default();
        }
        let gap = match missing {
            Some(missing) => format!(
                "{missing} bytes of this request were not captured: packets were lost or cut short (tcpdump -s 0 keeps them whole)."
            ),
            None => "The capture ends before the end of this request.".to_owned(),
        };
        let mut captured = match http::read(message, hints) {
            Ok(request) => Captured::from(request),
            // Offsets of the error count from the beginning of the message, which is nowhere in the file.
            Err(error) if extent.is_complete && contains(message, b"oauth_") => {
                unchecked(format!("This request cannot be read: {}.", error.message))
            }
            Err(_) if extent.is_complete => continue,
            Err(_) => unchecked(gap.clone()),
        };
        let is_signed = captured.is_signed();
        if let Some(request) = &mut captured.request {
            captured.place = Some(method_and_url(&request.request));
            let body_matters = is_signed && request.request.form_body().is_some();
            if !extent.has_all_headers || !extent.is_complete && body_matters {
                captured.unchecked = Some(gap);
                captured.request = None;
            } else if !extent.is_complete {
                request.notes.push(gap);
            }
        }
        all.push(captured);
    }
}

/// Where the first request begins: a capture may begin, or go on after a gap, in the middle of a message. One that follows
/// a body begins where a packet does, amid what looks like a line.
fn first_request(run: &Run) -> usize {
    const LONGEST_METHOD: usize = 32;
    let mut starts = run.starts.iter().copied().peekable();
    for line in Lines::new(&run.bytes) {
        let end = line.start + line.text.len();
        while starts.next_if(|&at| at <= line.start).is_some() {}
        if without_version(trim_blanks(line.text)).is_none() {
            continue;
        }
        let amid = core::iter::from_fn(|| starts.next_if(|&at| at < end));
        let found = core::iter::once(line.start).chain(amid).find(|&at| {
            let text = run.bytes.get(at..end).unwrap_or_default();
            text.iter().take(LONGEST_METHOD).any(|&b| b == b' ') && is_request_line(text)
        });
        if let Some(at) = found {
            return at;
        }
    }
    run.bytes.len()
}

fn unchecked(why: String) -> Captured {
    Captured {
        unchecked: Some(why),
        ..Captured::default()
    }
}

/// How far a message goes, and whether all of it is there.
struct Extent {
    end: usize,
    has_all_headers: bool,
    is_complete: bool,
}

impl Extent {
    /// What is not followed by a request is part of the message before, however long that says it is.
    fn of_request(stream: &[u8]) -> Self {
        let mut lines = Lines::new(stream);
        let _ = lines.find(|line| !line.text.is_empty());
        let headers = read_fields(stream, &mut lines, &mut Vec::new());
        let has_all_headers = lines.are_ended() || lines.any(|line| line.text.is_empty());
        let (Ok(headers), true) = (headers, has_all_headers) else {
            return Self {
                end: stream.len(),
                has_all_headers,
                is_complete: has_all_headers,
            };
        };
        let body = body_in_stream(stream, lines.at, &headers, lines.at);
        let after = stream.get(body.end..).unwrap_or_default();
        let next = Lines::new(after).find(|line| !line.text.is_empty());
        let is_followed_by_other = next.is_some_and(|line| !is_request_line(line.text));
        Self {
            end: if is_followed_by_other {
                stream.len()
            } else {
                body.end
            },
            has_all_headers,
            is_complete: body.is_complete,
        }
    }
}

/// The response at the beginning of a stream and its length, with those that announce it (`100 Continue`).
fn read_response(stream: &[u8], to_head: bool) -> Option<(Response, usize)> {
    let mut lines = Lines::new(stream);
    loop {
        let first = lines.find(|line| !line.text.is_empty())?;
        let status = status_of(first.text)?;
        let headers = read_fields(stream, &mut lines, &mut Vec::new()).ok()?;
        if !lines.are_ended() {
            return None;
        }
        if (100..200).contains(&status) && status != 101 {
            continue;
        }
        let has_no_body = to_head || matches!(status, 101 | 204 | 304);
        let body = if has_no_body {
            None
        } else {
            Some(body_in_stream(stream, lines.at, &headers, stream.len()))
        };
        let (body, end) = body.map_or((Vec::new(), lines.at), |body| (body.bytes, body.end));
        return Some((
            Response {
                status: Some(status),
                headers,
                body,
            },
            end,
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use oauth1_core::request::Scheme;

    fn run(missing: usize, bytes: &str) -> Run {
        Run {
            missing,
            bytes: bytes.into(),
            starts: Vec::new(),
        }
    }

    fn read(sent: &[Run], received: &str) -> Vec<Captured> {
        let hints = Hints {
            scheme: Some(Scheme::Http),
            ..Hints::default()
        };
        requests(sent, &[run(0, received)], &hints)
    }

    fn paths(all: &[Captured]) -> Vec<String> {
        let path = |captured: &Captured| {
            let request = captured.request.as_ref();
            request.map_or("-".into(), |request| {
                String::from_utf8(request.request.path.clone()).unwrap()
            })
        };
        all.iter().map(path).collect()
    }

    const FORM: &str = "POST /f?oauth_token=a HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n";

    #[test]
    fn requests_and_answers_are_paired() {
        let sent = format!(
            "HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n{FORM}Content-Length: 3\r\n\r\na=b\r\n{FORM}Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\nX: y\r\n\r\nGET /d HTTP/1.1\r\nHost: h\r\n\r\n"
        );
        let received = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nHTTP/1.1 204 No Content\r\n\r\nHTTP/1.0 401 Unauthorized\r\nX: y\r\n\r\nto the end";
        let all = read(&[run(0, &sent)], received);
        assert_eq!(paths(&all), ["/a", "/f", "/f", "/d"]);
        let bodies: Vec<_> = all
            .iter()
            .map(|captured| captured.request.as_ref().unwrap().request.body.clone())
            .collect();
        assert_eq!(bodies, [&b""[..], b"a=b", b"a=b", b""]);
        assert!(
            all.iter()
                .all(|captured| captured.request.as_ref().unwrap().notes.is_empty())
        );
        let answers: Vec<_> = all
            .iter()
            .map(|captured| captured.response.as_ref().unwrap())
            .map(|response| (response.status.unwrap(), response.body.as_slice()))
            .collect();
        assert_eq!(
            answers,
            [
                (200, &b""[..]),
                (201, b"ok"),
                (204, b""),
                (401, b"to the end")
            ]
        );
        assert_eq!(all[1].place.as_deref(), Some("POST http://h/f"));
    }

    #[test]
    fn a_capture_may_begin_amid_a_message() {
        let all = read(&[run(0, "=b&c\r\nGET /a HTTP/1.1\r\nHost: h\r\n\r\n")], "");
        assert_eq!(paths(&all), ["/a"]);
        assert!(read(&[run(0, "nothing\r\nof the kind")], "").is_empty());
        let mut amid = run(0, "x\r\na=b&c=GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
        assert!(read(&[run(0, "a=b&c=GET /a HTTP/1.1\r\n\r\n")], "").is_empty());
        amid.starts = vec![0, 1, 5, 9, 12, 30];
        assert_eq!(paths(&read(&[amid], "")), ["/a"]);
    }

    #[test]
    fn what_is_missing_is_told() {
        let next = "x\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n";
        for (start, is_checked) in [
            (format!("{FORM}Content-Length: 30\r\n\r\na=b"), false),
            (format!("{FORM}Content-Le"), false),
            (
                format!("{FORM}Transfer-Encoding: chunked\r\n\r\n3\r\na="),
                false,
            ),
            (
                format!(
                    "{}Content-Length: 30\r\n\r\na=b",
                    FORM.replace("Type", "Kind")
                ),
                true,
            ),
        ] {
            let all = read(&[run(0, &start), run(7, next)], "HTTP/1.1 200 OK\r\n\r\n");
            assert_eq!(paths(&all), [if is_checked { "/f" } else { "-" }, "/b"]);
            let told = all[0]
                .unchecked
                .clone()
                .unwrap_or_else(|| all[0].request.as_ref().unwrap().notes.concat());
            assert!(told.contains("7 bytes"), "{told}");
            assert!(all[0].is_signed() && all[0].response.is_none());
            let all = read(&[run(0, &start)], "");
            let told = all[0]
                .unchecked
                .clone()
                .unwrap_or_else(|| all[0].request.as_ref().unwrap().notes.concat());
            assert!(told.contains("The capture ends"), "{told}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_where_it_may_matter() {
        let bad = "GET /?oauth_token=s3cret HTTP/1.1\r\n folded\r\n\r\n";
        let all = read(&[run(0, bad)], "");
        assert!(
            all[0]
                .unchecked
                .as_ref()
                .unwrap()
                .contains("cannot be read")
        );
        assert!(!all[0].unchecked.as_ref().unwrap().contains("s3cret"));
        assert!(read(&[run(0, "GET / HTTP/1.1\r\n folded\r\n\r\n")], "").is_empty());
    }

    #[test]
    fn a_body_longer_than_it_says_is_part_of_its_message() {
        let all = read(
            &[run(0, &format!("{FORM}Content-Length: 1\r\n\r\na=b"))],
            "",
        );
        assert_eq!(all[0].request.as_ref().unwrap().request.body, b"a=b");
    }
}
