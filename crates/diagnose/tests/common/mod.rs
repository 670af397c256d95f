//! Runs the built binary.
#![allow(dead_code)] // each test file uses its part of this

pub(crate) mod serving;

use std::{
    ffi::OsStr,
    fmt, fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

/// The request of RFC 5849 §3.1, as printed.
pub(crate) const DEMO: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../fixtures/demo/rfc5849-3.1.http"
);

/// Its signature, as printed: the one of a GET request.
pub(crate) const WRONG_SIGNATURE: &str = "bYT5CMsGcbgUdFHObYMEfcx6bsw=";

/// Its signature by erratum 2550.
pub(crate) const RIGHT_SIGNATURE: &str = "r6/TJjbCOr97/+UU0NsvSne7s5g=";

/// Its secrets, of §1.2 and §3.1.
pub(crate) const SECRETS: [&str; 4] = [
    "--consumer-secret",
    "j49sk3j29djd",
    "--token-secret",
    "dh893hdasih9",
];

/// The demo request with another signature.
pub(crate) fn demo_request(signature: &str) -> Vec<u8> {
    let encode = |text: &str| {
        text.replace('/', "%2F")
            .replace('+', "%2B")
            .replace('=', "%3D")
    };
    let demo = fs::read_to_string(DEMO).unwrap();
    assert!(demo.contains(&encode(WRONG_SIGNATURE)));
    demo.replace(&encode(WRONG_SIGNATURE), &encode(signature))
        .into_bytes()
}

/// A file with this content, in the tests' own directory.
pub(crate) fn temporary_file(name: &str, content: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, content).unwrap();
    path
}

/// A call of the binary, with an empty standard input and no secrets in the environment.
pub(crate) fn diagnose<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Call {
    let mut command = Command::new(env!("CARGO_BIN_EXE_diagnose"));
    command.args(args);
    for name in [
        "OAUTH1_CONSUMER_SECRET",
        "OAUTH1_TOKEN_SECRET",
        "NO_COLOR",
        "CLICOLOR_FORCE",
        "CLICOLOR",
    ] {
        command.env_remove(name);
    }
    Call {
        command,
        stdin: Vec::new(),
    }
}

pub(crate) struct Call {
    command: Command,
    stdin: Vec<u8>,
}

impl Call {
    pub(crate) fn stdin(mut self, bytes: &[u8]) -> Self {
        self.stdin = bytes.to_vec();
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn directory(mut self, path: &Path) -> Self {
        self.command.current_dir(path);
        self
    }

    /// Runs it to the end.
    pub(crate) fn run(mut self) -> Run {
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let bytes = self.stdin;
        // The program may end before it has read everything.
        let writer = thread::spawn(move || drop(stdin.write_all(&bytes)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Run {
            status: output.status.code().expect("ended by itself"),
            stdout: String::from_utf8(output.stdout).expect("output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("messages are UTF-8"),
        }
    }
}

/// The words of a text, each a space from the next.
pub(crate) fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What came of it.
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn json_lines(&self) -> Vec<serde_json::Value> {
        self.stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The words that were printed: where lines break depends on how long the names of the files are.
    pub(crate) fn words(&self) -> String {
        words(&self.stdout)
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "status {}\n{}\n{}",
            self.status, self.stdout, self.stderr
        )
    }
}
