//! One connection of `serve`, in the time of the test: however its bytes arrive, it is answered in time, with one of few answers.

use diagnose::fuzzing;
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, duplex, split},
    runtime,
    time::{Instant, sleep},
};

/// All that a refusal may be.
const REFUSALS: [u16; 7] = [400, 405, 408, 413, 414, 431, 505];
/// Five seconds for a head, ten for a body, five to write the answer, and half a one to let the client read it.
const LONGEST: Duration = Duration::from_millis(20_500);

/// How a client behaves.
struct Client {
    /// So many bytes at a time.
    piece: usize,
    /// So many milliseconds between them.
    pause: u64,
    end: End,
}

enum End {
    /// It says that it sends no more.
    Close,
    /// It waits for the answer.
    Wait,
    /// It reads nothing.
    Deaf,
}

/// Z10. The first line says how the bytes after it arrive: `close`, `wait` or `deaf`, how many at a time, and how many milliseconds
/// lie between them.
pub(crate) fn connection(bytes: &[u8]) {
    let line = bytes.iter().position(|&byte| byte == b'\n');
    let (line, stream) = bytes.split_at(line.map_or(0, |at| at + 1));
    let line = String::from_utf8_lossy(line);
    let mut words = line.split_whitespace();
    let end = match words.next() {
        Some("wait") => End::Wait,
        Some("deaf") => End::Deaf,
        _ => End::Close,
    };
    let mut number = |default| {
        words
            .next()
            .and_then(|word| word.parse().ok())
            .unwrap_or(default)
    };
    let client = Client {
        end,
        piece: usize::try_from(number(7)).unwrap_or(1).max(1),
        pause: number(0),
    };
    let (answer, took) = answered(stream, &client);
    assert!(took <= LONGEST, "{took:?}");
    check_answer(stream, &answer);
    if client.pause == 0 && matches!(client.end, End::Close) {
        let at_once = Client {
            piece: stream.len().max(1),
            ..client
        };
        let (same, _) = answered(stream, &at_once);
        assert_eq!(without_go_on(&answer), without_go_on(&same));
    }
}

/// What comes back, and how long the server takes.
fn answered(stream: &[u8], client: &Client) -> (Vec<u8>, Duration) {
    let runtime = runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let (ours, mut its) = duplex(1 << 12);
        let (mut from, mut to) = split(ours);
        let server = async {
            let began = Instant::now();
            fuzzing::connection(&mut its).await;
            drop(its);
            began.elapsed()
        };
        let send = async {
            for piece in stream.chunks(client.piece) {
                if client.pause > 0 {
                    sleep(Duration::from_millis(client.pause)).await;
                }
                if to.write_all(piece).await.is_err() {
                    return;
                }
            }
            match client.end {
                End::Close => drop(to.shutdown().await),
                End::Wait | End::Deaf => sleep(2 * LONGEST).await,
            }
        };
        let receive = async {
            let mut answer = Vec::new();
            if !matches!(client.end, End::Deaf) {
                // An error is as good as an end.
                let _ = from.read_to_end(&mut answer).await;
            }
            answer
        };
        let (took, (), answer) = tokio::join!(server, send, receive);
        (answer, took)
    })
}

const GO_ON: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

fn without_go_on(answer: &[u8]) -> &[u8] {
    answer.strip_prefix(GO_ON).unwrap_or(answer)
}

/// Nothing, a refusal, or the request itself, to its end and no further.
fn check_answer(stream: &[u8], answer: &[u8]) {
    let answer = without_go_on(answer);
    if answer.is_empty() {
        return;
    }
    let mut fields = [httparse::EMPTY_HEADER; 8];
    let mut response = httparse::Response::new(&mut fields);
    let head = response.parse(answer).expect("a response");
    let head = head
        .is_complete()
        .then(|| head.unwrap())
        .expect("a whole head");
    let body = &answer[head..];
    let length = response
        .headers
        .iter()
        .find(|field| field.name == "Content-Length");
    assert_eq!(
        length.expect("a length").value,
        body.len().to_string().as_bytes()
    );
    let status = response.code.expect("a status");
    if status != 200 {
        assert!(REFUSALS.contains(&status), "{status}");
        return;
    }
    assert!(stream.starts_with(body));
    let mut fields = [httparse::EMPTY_HEADER; 64];
    let mut request = httparse::Request::new(&mut fields);
    // It is stricter about the target.
    let Ok(httparse::Status::Complete(head)) = request.parse(body) else {
        return;
    };
    let values = |name: &str| -> Vec<&[u8]> {
        let named = request
            .headers
            .iter()
            .filter(|field| field.name.eq_ignore_ascii_case(name));
        named.map(|field| field.value).collect()
    };
    match (
        values("Transfer-Encoding").as_slice(),
        values("Content-Length").as_slice(),
    ) {
        ([], []) => assert_eq!(body.len(), head),
        ([], [length]) => {
            let length: usize = std::str::from_utf8(length)
                .expect("digits")
                .parse()
                .expect("a number");
            assert_eq!(body.len(), head + length);
        }
        ([_], []) => assert_eq!(end_of_chunks(&body[head..]), Some(body.len() - head)),
        both => panic!("two servers may read it in two ways: {both:?}"),
    }
}

/// Where a chunked body ends that has no more behind its trailer.
fn end_of_chunks(body: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let Ok(httparse::Status::Complete((line, size))) = httparse::parse_chunk_size(&body[at..])
        else {
            return None;
        };
        at += line;
        if size == 0 {
            break;
        }
        at += usize::try_from(size).ok()? + 2;
    }
    let trailer = &body[at..];
    if trailer == b"\r\n" {
        return Some(at + 2);
    }
    let end = trailer
        .windows(4)
        .position(|window| window == b"\r\n\r\n")?;
    Some(at + end + 4)
}
