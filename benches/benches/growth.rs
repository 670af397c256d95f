//! How does the time to read a capture grow with its length? Every format's reader gets long inputs of the worst shapes at
//! two lengths in the same run; a ratio far above that of the lengths is a way to hang the tool (L21), and an exit code of 1.
//!
//! `cargo bench -p diagnose-benches --bench growth`

use oauth1_capture::{Format, Hints, detect, read};
use packets::byte_by_byte;
use shapes::{SHAPES, long};
use std::{
    hint::black_box,
    process::ExitCode,
    time::{Duration, Instant},
};

#[path = "../../crates/oauth1-capture/tests/oracle/packets.rs"]
mod packets;
#[path = "../../crates/oauth1-capture/tests/oracle/shapes.rs"]
mod shapes;

/// The lengths and how much longer the second may take than the first, of which it has eight times the bytes: quadratic time is
/// 64, and what outgrows a cache may take twice its share.
const SHORT: u32 = 64 << 10;
const LONG: u32 = 8 * SHORT;
const LIMIT: f64 = 24.0;
/// Less than this is noise.
const NOISE: Duration = Duration::from_millis(20);

fn main() -> ExitCode {
    let mut steepest = (0.0, String::new());
    let mut slowest = (0.0, String::new());
    let mut broken = false;
    let mut measure = |name: String, short: &dyn Fn(), long: &dyn Fn()| {
        // The long one first: most are done with here.
        let long = fastest(1, long);
        let nanoseconds = 1e9 * long.as_secs_f64() / f64::from(LONG);
        if nanoseconds > slowest.0 {
            slowest = (nanoseconds, name.clone());
        }
        if long < NOISE {
            return;
        }
        let ratio = long.as_secs_f64() / fastest(3, short).as_secs_f64();
        if ratio > LIMIT {
            println!("{ratio:5.1} times, {long:.1?}: {name}");
            broken = true;
        }
        if ratio > steepest.0 {
            steepest = (ratio, name);
        }
    };
    for &shape in SHAPES {
        let (a, b) = (long(shape, SHORT as usize), long(shape, LONG as usize));
        let name = |what: &str| {
            format!("{what}: {}{}…", shape.0, shape.1)
                .escape_debug()
                .to_string()
        };
        measure(name("detection"), &|| _ = black_box(detect(&a)), &|| {
            _ = black_box(detect(&b));
        });
        for &format in Format::ALL {
            measure(name(format.name()), &|| read_as(&a, format), &|| {
                read_as(&b, format);
            });
        }
    }
    for (text, step) in [
        ("A ", 1),
        ("A ", 2),
        ("GET / HTTP/1.1\r\n\r\n", 1),
        ("GET / HTTP/1.1\r\n\r\n", 2),
    ] {
        let [a, b] =
            [SHORT, LONG].map(|bytes| byte_by_byte(&long(("", text), bytes as usize / 8), step));
        let name = format!("packets of a byte in the worst order: {text}…")
            .escape_debug()
            .to_string();
        measure(name, &|| read_as(&a, Format::Pcap), &|| {
            read_as(&b, Format::Pcap);
        });
    }
    println!(
        "at most {:.1} times for 8 times the bytes: {}",
        steepest.0, steepest.1
    );
    println!("at most {:.0} ns a byte: {}", slowest.0, slowest.1);
    ExitCode::from(u8::from(broken))
}

fn fastest(rounds: usize, work: &dyn Fn()) -> Duration {
    let round = |_| {
        let begun = Instant::now();
        work();
        begun.elapsed()
    };
    (0..rounds).map(round).min().unwrap_or_default()
}

fn read_as(input: &[u8], format: Format) {
    let hints = Hints {
        method: Some("POST".into()),
        url: Some("https://example.com/p?q=1".into()),
        ..Hints::default()
    };
    drop(black_box(read(input, Some(format), &hints)));
}
