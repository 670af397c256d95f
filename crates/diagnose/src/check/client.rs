//! The user's own signer, run over the documented examples.
//!
//! The command gets one JSON object on its standard input and answers on its standard output: in one line when it is started
//! once (`--persistent`), else with all that it prints. An answer is a base string, a signature, an Authorization header or a
//! signed URL, or a JSON object with `base_string`, `signature`, `authorization`, or `skip` with the reason.

use super::{
    Checked, golden, signature_in, vectors,
    vectors::{ClientRequest, Vector},
};
use crate::{
    cli::{CheckArgs, OutputFormat},
    failure::Failure,
    render::{
        Visible,
        document::{Entry, Problem},
        page::{BAD, DOUBTFUL, FAINT, GOOD, PLAIN, Page, STRONG},
    },
    run::{Answer, print, report, width},
    runtime::Threads,
};
use oauth1_core::{
    authorization::Authorization,
    key::Secret,
    parameters::{Source, split_form},
};
use oauth1_diagnosis::{evidence::Evidence, mistakes, report::Severity};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};
use wait_timeout::ChildExt;

/// How long the command may take for one request.
const PATIENCE: Duration = Duration::from_secs(10);

/// No answer is longer.
const MAX_ANSWER: u64 = 1 << 20;

/// What the command said about one request.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    base_string: Option<String>,
    signature: Option<String>,
    authorization: Option<String>,
    skip: Option<String>,
    error: Option<String>,
}

/// What came of one request.
enum Judgement {
    Right,
    Wrong,
    Skipped(String),
    Broken(String),
}

/// Runs the command over all examples, and over the signed cases of the files.
pub(super) fn run(command: &str, args: &CheckArgs, files: &[PathBuf]) -> Result<Answer, Failure> {
    let mut all = vectors::shipped();
    for path in files {
        for vector in vectors::of_file(golden::read(path)?.0, path) {
            all.push(vector?);
        }
    }
    let mut client = Client::new(command, args.persistent)?;
    let mut results = Vec::new();
    for vector in &all {
        let said = client.ask(&vector.request);
        results.push(judge(vector, said, args));
    }
    drop(client);
    let checked = results.iter().filter_map(|(_, checked)| checked.as_ref());
    let worst = checked.map(|checked| checked.entry.answer).max();
    match args.format {
        OutputFormat::Human => print(table(&all, &results, width()).as_bytes())?,
        format => {
            let checked = results.into_iter().filter_map(|(_, checked)| checked);
            super::write(format, &checked.collect::<Vec<_>>())?;
        }
    }
    Ok(worst.unwrap_or(Answer::Unknown))
}

/// Compares an answer with the example; a wrong one is diagnosed.
fn judge(
    vector: &Vector,
    said: Result<Said, String>,
    args: &CheckArgs,
) -> (Judgement, Option<Checked>) {
    let said = match said {
        Ok(Said {
            skip: Some(why), ..
        }) => return (Judgement::Skipped(why), None),
        Ok(Said {
            error: Some(why), ..
        })
        | Err(why) => {
            let checked = broken(vector, &why);
            return (Judgement::Broken(why), Some(checked));
        }
        Ok(said) => said,
    };
    let signature =
        (said.signature.clone()).or_else(|| signature_in(said.authorization.as_deref()?));
    let compared = [
        (&said.base_string, &vector.base_string),
        (&signature, &vector.signature),
    ];
    let mut both = compared
        .iter()
        .filter_map(|(said, right)| Some((said.as_ref()?, right.as_ref()?)))
        .peekable();
    if both.peek().is_none() {
        let why = "nothing in the answer can be compared with what is documented".to_owned();
        return (Judgement::Skipped(why), None);
    }
    if both.all(|(said, right)| said == right) {
        return (Judgement::Right, Some(right(vector)));
    }
    (
        Judgement::Wrong,
        Some(diagnosed(vector, said.base_string, signature, args)),
    )
}

fn entry(vector: &Vector, answer: Answer, headline: &str) -> Entry {
    Entry {
        name: vector.request.id.clone(),
        place: None,
        answer,
        headline: headline.to_owned(),
        problems: Vec::new(),
        difference: None,
        notes: Vec::new(),
    }
}

fn right(vector: &Vector) -> Checked {
    Checked {
        entry: entry(vector, Answer::Right, "As documented."),
        failures: Vec::new(),
        report: None,
    }
}

/// No answer that can be read.
fn broken(vector: &Vector, why: &str) -> Checked {
    let mut entry = entry(vector, Answer::Unknown, "The command gave no answer.");
    entry.problems.push(Problem {
        id: "client-failed",
        severity: Severity::Error,
        title: "The command gave no answer".to_owned(),
        detail: why.to_owned(),
        fix: "",
    });
    Checked {
        entry,
        failures: vec![why.to_owned()],
        report: None,
    }
}

/// Why the answer is another one.
fn diagnosed(
    vector: &Vector,
    base_string: Option<String>,
    signature: Option<String>,
    args: &CheckArgs,
) -> Checked {
    let request = &vector.request;
    let secret = |text: &Option<String>| text.clone().map(Secret::new);
    let evidence = Evidence {
        request: request.with_signature(signature.as_deref()),
        signature: signature.map(String::into_bytes),
        base_string: base_string.map(String::into_bytes),
        consumer_secret: secret(&request.consumer_secret),
        token_secret: secret(&request.token_secret),
        private_key: secret(&request.private_key),
        ..Evidence::default()
    };
    let report = report(
        &evidence,
        args.common.limits(),
        &Threads::all_cores(),
        args.common.secrets.show_secrets,
    );
    let mut entry = Entry::new(request.id.clone(), None, &report, Vec::new());
    entry.answer = Answer::Wrong;
    entry
        .notes
        .push(format!("Documented by {}.", vector.source));
    Checked {
        failures: vec![entry.headline.clone()],
        entry,
        report: Some(report),
    }
}

/// The conformance table.
fn table(all: &[Vector], results: &[(Judgement, Option<Checked>)], width: usize) -> String {
    let mut page = Page::new(width);
    let column = all
        .iter()
        .map(|vector| vector.request.id.len())
        .max()
        .unwrap_or(0);
    let mut counts = [0_usize; 4];
    let mut by_mistake: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (vector, (result, checked)) in all.iter().zip(results) {
        let id = &vector.request.id;
        let (kind, style, word, told) = match result {
            Judgement::Right => (0, GOOD, "ok   ", String::new()),
            Judgement::Wrong => (1, BAD, "FAIL ", explanation(checked.as_ref())),
            Judgement::Skipped(why) => (2, FAINT, "skip ", why.clone()),
            Judgement::Broken(why) => (3, DOUBTFUL, "?    ", why.clone()),
        };
        counts[kind] += 1;
        if let (Judgement::Wrong, Some(checked)) = (result, checked) {
            for mistake in checked.report.iter().flat_map(|report| &report.mistakes) {
                by_mistake.entry(mistake.id).or_default().push(id);
            }
        }
        let label = format!("  {word}{:column$}  ", Visible(id).to_string());
        page.item((style, &label), (PLAIN, &Visible(&told).to_string()));
    }
    let [right, wrong, skipped, broken] = counts;
    page.gap();
    page.line(
        STRONG,
        &format!("{right} right, {wrong} wrong, {skipped} skipped, {broken} without an answer"),
    );
    for (id, examples) in by_mistake {
        let title = mistakes::find(id).map_or("", |mistake| mistake.title);
        page.gap();
        let heading = format!("Your signer {title} [{id}]: {} times", examples.len());
        page.item(
            (BAD, "  - "),
            (STRONG, heading.replace("1 times", "once").as_str()),
        );
        if let Some(mistake) = mistakes::find(id) {
            page.item((GOOD, "    Fix: "), (PLAIN, mistake.fix));
        }
    }
    page.finish()
}

/// What the signer did, in one line.
fn explanation(checked: Option<&Checked>) -> String {
    let Some(checked) = checked else {
        return String::new();
    };
    let of_mistakes = checked.report.iter().flat_map(|report| &report.mistakes);
    let told: Vec<String> = of_mistakes
        .map(|mistake| format!("{} [{}]", mistake.title, mistake.id))
        .collect();
    if told.is_empty() {
        checked.entry.headline.clone()
    } else {
        format!("your signer {}", told.join(", and "))
    }
}

/// The running command.
struct Client<'a> {
    command: &'a str,
    /// Started once, and where its lines come from.
    persistent: Option<(Child, Receiver<String>)>,
    /// It hung or ended: nobody asks it again.
    is_gone: bool,
}

impl<'a> Client<'a> {
    fn new(command: &'a str, is_persistent: bool) -> Result<Self, Failure> {
        let persistent = is_persistent.then(|| {
            let mut child = start(command)?;
            let stdout = child.stdout.take().ok_or_else(no_pipe)?;
            let (to_us, lines) = channel();
            thread::spawn(move || {
                let mut reader = BufReader::new(stdout);
                loop {
                    let mut line = Vec::new();
                    let read = reader
                        .by_ref()
                        .take(MAX_ANSWER)
                        .read_until(b'\n', &mut line);
                    let text = String::from_utf8_lossy(&line).trim().to_owned();
                    if !matches!(read, Ok(1..)) || to_us.send(text).is_err() {
                        break;
                    }
                }
            });
            Ok((child, lines))
        });
        Ok(Self {
            command,
            persistent: persistent
                .transpose()
                .map_err(|error: std::io::Error| cannot_start(&error))?,
            is_gone: false,
        })
    }

    fn ask(&mut self, request: &ClientRequest) -> Result<Said, String> {
        let mut line = serde_json::to_string(request).map_err(|error| error.to_string())?;
        line.push('\n');
        let text = match &mut self.persistent {
            None => once(self.command, &line)?,
            Some(_) if self.is_gone => return Err("the command has ended".to_owned()),
            Some((child, lines)) => {
                let sent = child.stdin.as_mut().map(|stdin| {
                    stdin
                        .write_all(line.as_bytes())
                        .and_then(|()| stdin.flush())
                });
                let Ok(line) = lines.recv_timeout(PATIENCE) else {
                    self.is_gone = true;
                    let ended =
                        !matches!(sent, Some(Ok(()))) || matches!(child.try_wait(), Ok(Some(_)));
                    return Err(if ended {
                        "the command has ended".to_owned()
                    } else {
                        format!("no answer within {} seconds", PATIENCE.as_secs())
                    });
                };
                line
            }
        };
        understand(&text)
    }
}

impl Drop for Client<'_> {
    fn drop(&mut self) {
        if let Some((child, _)) = &mut self.persistent {
            // The end of its input is its sign to end; one that does not is stopped.
            drop(child.stdin.take());
            if !matches!(child.wait_timeout(PATIENCE), Ok(Some(_))) {
                let _ = child.kill();
                let _ = child.wait();
            }
        }
    }
}

fn start(command: &str) -> std::io::Result<Child> {
    let mut shell = if cfg!(windows) {
        let mut shell = Command::new("cmd");
        shell.arg("/C");
        shell
    } else {
        let mut shell = Command::new("sh");
        shell.arg("-c");
        shell
    };
    shell
        .arg(command)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
}

fn no_pipe() -> std::io::Error {
    std::io::Error::other("its output cannot be read")
}

fn cannot_start(error: &std::io::Error) -> Failure {
    Failure::usage(
        format!("the command of --client cannot be started: {error}"),
        "check that it runs in this directory.",
    )
}

/// Starts the command for one request.
fn once(command: &str, line: &str) -> Result<String, String> {
    let mut child = start(command).map_err(|error| error.to_string())?;
    let stdout = child.stdout.take().ok_or_else(|| no_pipe().to_string())?;
    let reader = thread::spawn(move || {
        let mut text = Vec::new();
        stdout.take(MAX_ANSWER).read_to_end(&mut text).map(|_| text)
    });
    if let Some(mut stdin) = child.stdin.take() {
        // A command that does not read its input may answer all the same.
        let _ = stdin.write_all(line.as_bytes());
    }
    match child.wait_timeout(PATIENCE) {
        Ok(Some(status)) if status.success() => {}
        Ok(Some(status)) => return Err(format!("the command failed: {status}")),
        _ => {
            let _ = child.kill();
            let _ = child.wait();
            return Err(format!("no answer within {} seconds", PATIENCE.as_secs()));
        }
    }
    match reader.join() {
        Ok(Ok(text)) => Ok(String::from_utf8_lossy(&text).trim().to_owned()),
        _ => Err("its output cannot be read".to_owned()),
    }
}

/// Tells the forms of an answer apart.
fn understand(text: &str) -> Result<Said, String> {
    if text.is_empty() {
        return Err("the answer is empty".to_owned());
    }
    if text.starts_with('{') {
        return serde_json::from_str(text).map_err(|_| {
            "the answer is no JSON object of base_string, signature, authorization, skip or error".to_owned()
        });
    }
    let value = text
        .strip_prefix("Authorization:")
        .map_or(text, str::trim_start);
    if Authorization::parse(value.as_bytes()).is_some() {
        return Ok(Said {
            authorization: Some(value.to_owned()),
            ..Said::default()
        });
    }
    if text.starts_with("http://") || text.starts_with("https://") {
        let query = text.split_once('?').map_or("", |(_, query)| query);
        let pairs = split_form(query.as_bytes(), Source::Query);
        let mut pairs = pairs.iter();
        let signature = pairs
            .find(|one| &*one.name == b"oauth_signature")
            .ok_or("the answer is a URL without oauth_signature")?;
        return Ok(Said {
            signature: Some(String::from_utf8_lossy(&signature.value).into_owned()),
            ..Said::default()
        });
    }
    Ok(if text.contains("&http") || text.contains("%3A%2F%2F") {
        Said {
            base_string: Some(text.to_owned()),
            ..Said::default()
        }
    } else {
        Said {
            signature: Some(text.to_owned()),
            ..Said::default()
        }
    })
}
