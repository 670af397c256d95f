//! Many cases: one JSON object a line in, one report a line out, in the same order.
//!
//! A reader, one worker a core, and a writer. The lines travel in bundles, and each bundle gets a channel of its own for
//! its reports; the writer takes these channels in the order of the lines. Both queues are short, so memory does not grow
//! with the input, and a slow case holds the others up only when they are far ahead of it.

use crate::{
    case::{self, Case, Defaults},
    cli::BatchArgs,
    failure::Failure,
    gather::{defaults, reads_stdin},
    render::json::{self, ReadError},
    run::{Answer, report, unreadable},
    runtime::{Threads, cores},
};
use oauth1_diagnosis::Limits;
use serde_json::Value;
use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, ErrorKind, Read, Write},
    path::Path,
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, SyncSender, TryRecvError, sync_channel},
    },
    thread,
};

/// No line is longer; the rest of one that is is skipped.
const MAX_LINE_BYTES: usize = crate::input::MAX_BYTES;

/// How many bundles may be read ahead of the one that is written next, for each core.
const LOOK_AHEAD: usize = 64;

/// Handing a line to another core costs a good part of what a right one takes to answer. So long inputs go in bundles: of at
/// most so many lines, and bytes, so that no core is left with all of the work.
const MOST_LINES: usize = 16;
const MOST_BYTES: usize = 1 << 16;
/// And of one line more for each so many that were read: few lines are spread over all cores.
const LINES_BEFORE_MORE: usize = 64;

/// Lines of the input that one worker answers.
struct Bundle {
    lines: Vec<Line>,
    /// Where their reports go.
    reply: SyncSender<Vec<Reply>>,
}

/// One line of the input.
struct Line {
    /// 1-based.
    number: usize,
    text: Vec<u8>,
}

/// One line of the output.
struct Reply {
    text: Vec<u8>,
    answer: Answer,
}

/// What holds for every line.
struct Settings {
    defaults: Defaults,
    limits: Limits,
    show_secrets: bool,
}

/// Runs to the end of the input, or until nobody reads the output any more.
pub(crate) fn run(args: &BatchArgs) -> Result<Answer, Failure> {
    let file = args.file.as_deref().unwrap_or(Path::new("-"));
    let common = &args.common;
    reads_stdin(&[
        ("the lines", Some(file.as_os_str())),
        (
            "--consumer-secret",
            common.secrets.consumer_secret.as_deref(),
        ),
        ("--token-secret", common.secrets.token_secret.as_deref()),
    ])?;
    let mut notes = Vec::new();
    let settings = Arc::new(Settings {
        defaults: defaults(common, &mut notes)?,
        limits: common.limits(),
        show_secrets: common.secrets.show_secrets,
    });
    for note in notes {
        anstream::eprintln!("note: {note}");
    }
    let input: Box<dyn Read + Send> = if file == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(file).map_err(|error| Failure::io("FILE", file, &error))?)
    };
    let workers = cores();
    let (to_workers, bundles) = sync_channel::<Bundle>(workers);
    let (to_writer, replies) = sync_channel(workers * LOOK_AHEAD);
    let bundles = Arc::new(Mutex::new(bundles));
    // Not scoped threads: when the output is closed, nobody waits for a reader that is blocked on its input.
    for _ in 0..workers {
        let (bundles, settings) = (Arc::clone(&bundles), Arc::clone(&settings));
        thread::spawn(move || work(&bundles, &settings));
    }
    let reader = thread::spawn(move || read_lines(input, &to_workers, &to_writer));
    match write_replies(&replies) {
        Ok(answer) => match reader.join() {
            Ok(Err(error)) => Err(Failure::io("the lines of", file, &error)),
            _ => Ok(answer),
        },
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Answer::Unknown),
        Err(error) => Err(Failure::output(&error)),
    }
}

/// Hands the lines out, until the input or the interest in it ends. Empty lines are skipped.
fn read_lines(
    input: impl Read,
    workers: &SyncSender<Bundle>,
    writer: &SyncSender<Receiver<Vec<Reply>>>,
) -> io::Result<()> {
    let mut input = BufReader::with_capacity(MOST_BYTES, input);
    let mut lines = Vec::new();
    let hand_out = |lines: &mut Vec<Line>| {
        let lines = std::mem::take(lines);
        let (reply, reply_here) = sync_channel(1);
        writer.send(reply_here).is_ok() && workers.send(Bundle { lines, reply }).is_ok()
    };
    for number in 1.. {
        let mut text = Vec::new();
        if input
            .by_ref()
            .take(MAX_LINE_BYTES as u64 + 1)
            .read_until(b'\n', &mut text)?
            == 0
        {
            break;
        }
        if text.len() > MAX_LINE_BYTES && !text.ends_with(b"\n") {
            skip_line(&mut input)?;
        }
        if !text.trim_ascii().is_empty() {
            lines.push(Line { number, text });
        }
        // Nobody waits for a line that has not come yet: what is in the buffer is read without fail.
        let more = lines.len() < (1 + number / LINES_BEFORE_MORE).min(MOST_LINES)
            && input.buffer().contains(&b'\n');
        if !lines.is_empty() && !more && !hand_out(&mut lines) {
            return Ok(());
        }
    }
    Ok(())
}

fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        let end = buffer.iter().position(|&byte| byte == b'\n');
        let used = end.map_or(buffer.len(), |at| at + 1);
        let done = end.is_some() || buffer.is_empty();
        input.consume(used);
        if done {
            return Ok(());
        }
    }
}

/// Answers lines until there are no more.
fn work(bundles: &Mutex<Receiver<Bundle>>, settings: &Settings) {
    loop {
        let bundle = match bundles.lock() {
            Ok(bundles) => bundles.recv(),
            Err(_) => return,
        };
        let Ok(Bundle { lines, reply }) = bundle else {
            return;
        };
        let replies = lines.iter().map(|line| answer(line, settings)).collect();
        // The writer may be gone; then these were the last lines anyway.
        let _ = reply.send(replies);
    }
}

/// The report of one line.
fn answer(line: &Line, settings: &Settings) -> Reply {
    let mut id = None;
    let result = read_line(&line.text, &settings.defaults, &mut id);
    let (report, notes, error) = match result {
        Ok(case) => {
            let report = report(
                &case.evidence,
                settings.limits,
                &Threads::one_core(),
                settings.show_secrets,
            );
            (report, case.notes_for_json(), None)
        }
        Err(failure) => {
            let error = failure.to_json();
            // The line counts within the whole input, the column within the line.
            (
                unreadable(),
                Vec::new(),
                Some(ReadError {
                    line: line.number,
                    ..error
                }),
            )
        }
    };
    let document = json::Document {
        id: Some(id.as_ref().unwrap_or(&Value::Null)),
        report: &report,
        notes: &notes,
        error,
    };
    let mut text = json::render(&document);
    text.push(b'\n');
    Reply {
        answer: report.verdict.into(),
        text,
    }
}

/// Reads a line; `id` is known also where the rest of the object is wrong.
fn read_line(text: &[u8], defaults: &Defaults, id: &mut Option<Value>) -> Result<Case, Failure> {
    if text.len() > MAX_LINE_BYTES {
        return Err(Failure::usage(
            "this line is longer than 16 MiB",
            "give one request a line.",
        ));
    }
    let object = case::parse_object(text.trim_ascii_end())?;
    *id = object.get("id").cloned();
    Case::from_json(&object, defaults)
}

/// Writes the reports in order; the answer is the worst of all.
fn write_replies(replies: &Receiver<Receiver<Vec<Reply>>>) -> io::Result<Answer> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut worst = Answer::Right;
    while let Some(replies) = next(replies, &mut out)? {
        for reply in next(&replies, &mut out)?.unwrap_or_default() {
            out.write_all(&reply.text)?;
            worst = worst.max(reply.answer);
        }
    }
    out.flush()?;
    Ok(worst)
}

/// Takes the next message. Before it waits, what is ready is written out: a program that sends a
/// line and reads its report gets it at once.
fn next<T>(from: &Receiver<T>, out: &mut impl Write) -> io::Result<Option<T>> {
    match from.try_recv() {
        Ok(message) => Ok(Some(message)),
        Err(TryRecvError::Disconnected) => Ok(None),
        Err(TryRecvError::Empty) => {
            out.flush()?;
            Ok(from.recv().ok())
        }
    }
}
