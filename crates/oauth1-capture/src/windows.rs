//! A `curl` command as the Windows command line takes it, and as browsers copy it there ("Copy as cURL (cmd)").
//!
//! Two programs read such a command one after the other. `cmd.exe` takes out `^`, which makes the character behind it an
//! ordinary one, and leaves what stands between quotes alone. Then the C runtime of `curl.exe` splits the rest into
//! arguments and takes out the quotes and the backslashes before them.

use crate::{
    Format, curl,
    error::{CaptureError, excerpt},
    format::Spec,
    shell::{Command, Word},
};

pub(crate) const SPEC: Spec = Spec {
    name: "cmd",
    description: "a curl command quoted for the Windows command line (Copy as cURL (cmd)); it is read, never run",
    noun: "a curl command for the Windows command line",
    looks_like,
    // A command may be quoted in a way that both shells take.
    may_look_like: &[Format::Curl],
    keeps_byte_order_mark: false,
    read: |input, _| curl::read(input, split),
};

fn looks_like(text: &[u8]) -> bool {
    let prompt = prompt_length(text);
    let command = text.get(prompt..).unwrap_or_default();
    curl::looks_like(command) && (prompt > 0 || is_quoted_for_windows(command))
}

/// The first sign outside quotes that only one of the two shells has decides.
fn is_quoted_for_windows(command: &[u8]) -> bool {
    let mut is_quoted = false;
    let mut escapes = false;
    let mut before = b' ';
    for (at, &byte) in command.iter().enumerate() {
        let behind = command.get(at + 1).copied();
        let is_escaped = core::mem::take(&mut escapes);
        match byte {
            _ if is_escaped => {}
            b'\\' if !is_quoted && matches!(behind, Some(b'\r' | b'\n')) => return false,
            b'\\' => escapes = true,
            b'"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            b'\'' => return false,
            b'^' if before == b' ' && matches!(behind, Some(b'"' | b'\r' | b'\n')) => return true,
            b'%' if before == b'"' && behind == Some(b'"') => return true,
            _ => {}
        }
        before = byte;
    }
    false
}

/// The length of a prompt such as `C:\Users\me>`.
fn prompt_length(text: &[u8]) -> usize {
    const LONGEST_PATH: usize = 260;
    match text {
        [drive, b':', b'\\', ..] if drive.is_ascii_alphabetic() => text
            .iter()
            .take(LONGEST_PATH)
            .take_while(|&&b| b != b'\n')
            .position(|&b| b == b'>')
            .map_or(0, |end| end + 1),
        _ => 0,
    }
}

/// Splits the command that begins at an offset into words.
fn split(input: &[u8], start: usize) -> Result<Command, CaptureError> {
    let rest = input.get(start..).unwrap_or_default();
    let blank = rest.len() - rest.trim_ascii_start().len();
    let start = start + blank + prompt_length(rest.trim_ascii_start());
    let as_cmd = unescape(input, start, Quotes::Protect)?;
    let mut notes = Vec::new();
    let line = if as_cmd.is_old_copy {
        notes.push(
            "Inside quotes the Windows command line leaves ^ as it is, but this command was copied by a browser that wrote it there as well: it is taken out.",
        );
        unescape(input, start, Quotes::AreOrdinary)?
    } else {
        as_cmd
    };
    if line.has_doubled_backslashes {
        notes.push(
            "Browsers double every backslash when they copy a request for this command line, but curl gets both unless a quote follows: if a browser sent the request, it had one.",
        );
    }
    if line.has_lost_characters {
        notes.push(
            "A space behind a ^ stands for a character beyond ASCII, which Chrome cannot copy for this command line: copy as cURL (bash) instead.",
        );
    }
    Ok(Command {
        words: arguments(input, &line.bytes)?,
        rest: line.end.filter(|&end| {
            let rest = input.get(end..).unwrap_or_default();
            !rest.iter().all(u8::is_ascii_whitespace)
        }),
        notes,
    })
}

/// What `"` does to the characters behind it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    /// `^` and operators are ordinary characters up to the next `"`: what `cmd.exe` does.
    Protect,
    /// Nothing: what Chrome took for granted for some years.
    AreOrdinary,
}

/// A command line as `cmd.exe` hands it on.
struct Line {
    /// Each byte with its place in the input.
    bytes: Vec<(usize, u8)>,
    /// Where it ended, if not with the input.
    end: Option<usize>,
    /// Whether it holds, inside quotes, what only a browser writes there.
    is_old_copy: bool,
    /// Whether there are two backslashes that a browser wrote for one and that stay two.
    has_doubled_backslashes: bool,
    /// Whether a `^` makes a space an ordinary one, which nobody needs.
    has_lost_characters: bool,
}

fn unescape(input: &[u8], start: usize, quotes: Quotes) -> Result<Line, CaptureError> {
    let peek = |at: usize| input.get(at).copied();
    let mut line = Line {
        bytes: Vec::new(),
        end: None,
        is_old_copy: false,
        has_doubled_backslashes: false,
        has_lost_characters: false,
    };
    let mut quote = None;
    let mut at = start;
    while let Some(byte) = peek(at) {
        match byte {
            0 => return Err(nul(input, at)),
            b'\r' => {}
            b'\n' => {
                if let Some(quote) = quote.filter(|_| !line.is_old_copy) {
                    return Err(not_closed(input, quote));
                }
                line.end = Some(at);
                break;
            }
            b'&' | b'|' | b'<' | b'>' if quote.is_none() => {
                drop_file_descriptor(&mut line.bytes, byte);
                line.end = Some(at);
                break;
            }
            b'"' => {
                line.bytes.push((at, byte));
                if quotes == Quotes::Protect {
                    quote = if quote.is_some() { None } else { Some(at) };
                }
            }
            b'^' if quote.is_none() => {
                let caret = at;
                line.has_doubled_backslashes |= input
                    .get(at..)
                    .and_then(|behind| behind.strip_prefix(b"^\\^\\"))
                    .is_some_and(|behind| {
                        !behind.starts_with(b"^\\") && !behind.starts_with(b"^\"")
                    });
                at = escaped(input, at);
                line.has_lost_characters |= at == caret + 1 && peek(at) == Some(b' ');
                match peek(at) {
                    None => break,
                    Some(0) => return Err(nul(input, at)),
                    Some(byte) => line.bytes.push((at, byte)),
                }
            }
            b'%' => {
                refuse_variable(input, at)?;
                line.bytes.push((at, byte));
            }
            _ => {
                let behind = input.get(at..).unwrap_or_default();
                line.is_old_copy |= behind.starts_with(b"^\\^\"") || behind.starts_with(b"^%^");
                line.bytes.push((at, byte));
            }
        }
        at += 1;
    }
    Ok(line)
}

/// Where the character stands that a `^` makes an ordinary one. A line end right behind the `^` disappears, and the
/// character behind it is the one.
fn escaped(input: &[u8], caret: usize) -> usize {
    let skip_return = |at: usize| at + usize::from(input.get(at) == Some(&b'\r'));
    let at = skip_return(caret + 1);
    if input.get(at) == Some(&b'\n') {
        skip_return(at + 1)
    } else {
        at
    }
}

/// The digit right before `<` or `>` (`2>`) is no word.
fn drop_file_descriptor(bytes: &mut Vec<(usize, u8)>, operator: u8) {
    if matches!(operator, b'<' | b'>')
        && let [.., (_, b' '), (_, b'0'..=b'9')] = bytes.as_slice()
    {
        bytes.pop();
    }
}

/// `%NAME%` stands for a variable. Two percent-encoded bytes with text between them look the same.
fn refuse_variable(input: &[u8], at: usize) -> Result<(), CaptureError> {
    let is_encoded = |percent: usize| {
        input
            .get(percent + 1..percent + 3)
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    let behind = input.get(at + 1..).unwrap_or_default();
    let length = behind
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_')
        .count();
    let end = at + 1 + length;
    if length == 0 || input.get(end) != Some(&b'%') || is_encoded(at) && is_encoded(end) {
        return Ok(());
    }
    let name = behind.get(..length).unwrap_or_default();
    Err(CaptureError::at(
        input,
        at,
        format!(
            "expected text as it was sent, found the variable %{}%",
            excerpt(name)
        ),
        "write its value in its place (echo shows it)",
    ))
}

/// Splits a command line into arguments as the Microsoft C runtime does.
fn arguments(input: &[u8], line: &[(usize, u8)]) -> Result<Vec<Word>, CaptureError> {
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    let mut quote = None;
    let mut rest = line.iter().copied().peekable();
    while let Some((at, byte)) = rest.next() {
        if quote.is_none() && matches!(byte, b' ' | b'\t') {
            words.extend(word.take());
            continue;
        }
        let bytes = &mut word
            .get_or_insert_with(|| Word {
                start: at,
                bytes: Vec::new(),
            })
            .bytes;
        match byte {
            b'\\' => {
                let mut count = 1;
                while rest.next_if(|&(_, next)| next == b'\\').is_some() {
                    count += 1;
                }
                // Before a quote two backslashes are one, and one that is left over makes the quote an ordinary one.
                let before_quote = rest.peek().is_some_and(|&(_, next)| next == b'"');
                let kept = if before_quote { count / 2 } else { count };
                bytes.extend(core::iter::repeat_n(b'\\', kept));
                if before_quote && count % 2 == 1 {
                    bytes.push(b'"');
                    rest.next();
                }
            }
            b'"' if quote.is_some() && rest.next_if(|&(_, next)| next == b'"').is_some() => {
                bytes.push(b'"');
            }
            b'"' => quote = if quote.is_some() { None } else { Some(at) },
            _ => bytes.push(byte),
        }
    }
    words.extend(word);
    match quote {
        Some(at) => Err(not_closed(input, at)),
        None => Ok(words),
    }
}

fn not_closed(input: &[u8], at: usize) -> CaptureError {
    CaptureError::at(
        input,
        at,
        "expected the double quote (\") that opens here to be closed, found the end of the command",
        "paste the whole command; a quote inside quotes is written \\\"",
    )
}

fn nul(input: &[u8], at: usize) -> CaptureError {
    CaptureError::at(
        input,
        at,
        "expected a command, found a NUL byte, which no argument of a command can hold",
        "paste the command as text; give a body with NUL bytes as raw HTTP or as JSON",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(input: &str) -> Vec<String> {
        let command = split(input.as_bytes(), 0).unwrap_or_else(|error| panic!("{input}: {error}"));
        command
            .words
            .into_iter()
            .map(|word| String::from_utf8(word.bytes).unwrap())
            .collect()
    }

    #[test]
    fn carets_are_taken_out_and_quotes_protect_them() {
        assert_eq!(
            words(r#"a ^"b c^" ^^ x^&y "d^e&f" ^|"#),
            ["a", "b c", "^", "x&y", "d^e&f", "|"]
        );
        assert_eq!(
            words(r#"^"^{^\^"a^\^":^\^"^%^41^%^\^"^}^""#),
            [r#"{"a":"%41%"}"#]
        );
    }

    #[test]
    fn backslashes_count_before_a_quote_alone() {
        assert_eq!(
            words(r#"C:\a\ "b\\" "c\"d" "\\\"" \x "say ""hi""" "" '"#),
            [
                r"C:\a\",
                r"b\",
                r#"c"d"#,
                r#"\""#,
                r"\x",
                r#"say "hi""#,
                "",
                "'"
            ]
        );
    }

    #[test]
    fn a_caret_continues_a_line_and_two_line_ends_are_one() {
        assert_eq!(words("a ^\r\n  b ^\n c\r\nd"), ["a", "b", "c"]);
        assert_eq!(words("a ^\"b^\n\nc^\r\n\r\nd^\""), ["a", "b\nc\nd"]);
        assert_eq!(words("a^\n&b"), ["a&b"]);
        assert_eq!(words("a ^"), ["a"]);
    }

    #[test]
    fn operators_end_the_command() {
        for (input, rest) in [
            ("a b&c", Some(3)),
            ("a b | c", Some(4)),
            ("a b > c", Some(4)),
            ("a b 2>&1", Some(5)),
            ("a b\r\n \r\n", None),
            ("a b \r\nc", Some(5)),
        ] {
            assert_eq!(words(input), ["a", "b"], "{input}");
            assert_eq!(split(input.as_bytes(), 0).unwrap().rest, rest, "{input}");
        }
        assert_eq!(words(r#"a "b&c" (d) e;f"#), ["a", "b&c", "(d)", "e;f"]);
    }

    #[test]
    fn what_older_browsers_wrote_inside_quotes_is_taken_out_and_noted() {
        let old = r#"curl "http://h/?a=1^&b=^%^41" ^
  -H "x: ^\^"y^\^"""#;
        assert_eq!(
            words(old),
            ["curl", "http://h/?a=1&b=%41", "-H", r#"x: "y""#]
        );
        assert!(split(old.as_bytes(), 0).unwrap().notes.len() == 1);
        assert!(
            split(br#"curl ^"x: ^\^"y^\^"^""#, 0)
                .unwrap()
                .notes
                .is_empty()
        );
        assert_eq!(words(r#""a=1^&b""#), ["a=1^&b"]);
    }

    #[test]
    fn what_a_browsers_copy_loses_is_noted() {
        for (input, count) in [
            (r#"curl ^"a^ b^""#, 1),
            (r#"curl ^"a^\^\b^""#, 1),
            (r#"curl ^"a^\^\^\^"b^""#, 0),
            ("curl ^\n ^\"a^\n\n b^\"", 0),
        ] {
            let notes = split(input.as_bytes(), 0).unwrap().notes;
            assert_eq!(notes.len(), count, "{input}: {notes:?}");
        }
    }

    #[test]
    fn variables_are_named_and_percent_encoding_is_none() {
        for (input, byte) in [
            ("a %TOKEN%", 2),
            (r#"a "b%x_1%""#, 4),
            ("a %DATE%", 2),
            ("%9%", 0),
        ] {
            let error = split(input.as_bytes(), 0).err().unwrap();
            assert_eq!(error.byte, byte, "{input}");
            assert!(error.message.contains("variable %"), "{error}");
        }
        for input in ["%C3%A9", "%41x%42", "%%20", "100%", "%^TOKEN^%", "a% b%"] {
            assert_eq!(
                words(input).concat(),
                input.replace(['^', ' '], ""),
                "{input}"
            );
        }
    }

    #[test]
    fn what_is_not_closed_says_where_it_opens() {
        for (input, line, column) in [
            ("curl ^\n \"http://h/", 2, 2),
            ("curl ^\n ^\"http://h/", 2, 3),
            ("curl \"http://h/\n\"", 1, 6),
        ] {
            let error = split(input.as_bytes(), 0).err().unwrap();
            assert_eq!((error.line, error.column), (line, column), "{input}");
            assert!(error.message.contains("closed"), "{input}");
        }
        for (input, byte) in [("a\0", 1), ("a^\0", 2)] {
            assert_eq!(split(input.as_bytes(), 0).err().unwrap().byte, byte);
        }
    }

    #[test]
    fn it_is_told_from_a_posix_command() {
        for input in [
            "curl ^\"http://h/^\"",
            "curl.exe ^\"http://h/^\"",
            "curl \"http://h/\" ^\r\n  -H \"a: it's\"",
            "curl \"http://h/caf\"%\"C3\"%\"A9\" -H \"a: \"\"it's\"\"\"",
            "C:\\Users\\me>curl http://h/",
            "C:\\tools\\curl.exe -d ^\n a=1 http://h/",
        ] {
            assert!(looks_like(input.as_bytes()), "{input}");
        }
        for input in [
            "curl 'http://h/' -d '^\"'",
            "curl \"http://h/\" \\\n -d ^\"a",
            "curl $'^\"'",
            "curl \"http://h/\"",
            "curl http://h/ -d \"a ^\" -d \"\\\" ^\"",
            "curly ^\"http://h/^\"",
            "C:\\Users\\me>dir",
        ] {
            assert!(!looks_like(input.as_bytes()), "{input}");
        }
    }

    #[test]
    fn a_prompt_and_several_commands_are_read() {
        let all = "C:\\Users\\me>curl ^\"http://a/^\" &\r\ncurl ^\"http://b/^\" ^\r\n  -d ^\"c=^%^3D^\"\r\n";
        let captured = curl::read(all.as_bytes(), split).unwrap();
        let requests: Vec<_> = captured
            .into_iter()
            .filter_map(|captured| captured.request)
            .map(|captured| (captured.request.authority, captured.request.body))
            .collect();
        assert_eq!(
            requests,
            [
                (b"a".to_vec(), Vec::new()),
                (b"b".to_vec(), b"c=%3D".to_vec())
            ]
        );
    }
}
