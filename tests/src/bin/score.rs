//! Scores the search on a pair of files like `fixtures/peers/captures.jsonl` and `expected.jsonl`, client by client.
use diagnose_tests::{fixtures::parse_json_lines, peers};
use oauth1_diagnosis::Limits;
use std::{env, fs, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [captures_file, expected_file] = arguments.as_slice() else {
        eprintln!("usage: score captures.jsonl expected.jsonl");
        return ExitCode::from(2);
    };
    let read = |name: &String| fs::read_to_string(name).map_err(|error| format!("{name}: {error}"));
    match (read(captures_file), read(expected_file)) {
        (Ok(captures), Ok(expected)) => {
            let captures = parse_json_lines(captures_file, &captures);
            let expected = parse_json_lines(expected_file, &expected);
            for complaint in peers::check_canonical(&captures, &expected) {
                println!("{complaint}");
            }
            peers::score(&captures, &expected, Limits::default()).print();
            ExitCode::SUCCESS
        }
        (Err(error), _) | (_, Err(error)) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}
