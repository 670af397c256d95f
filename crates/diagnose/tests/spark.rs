//! The book's example of `diagnose batch` on Apache Spark: captures of real clients through real Spark, in several partitions.
//!
//! Needs Java, and `pyspark` under `target/adapters/spark-venv/`, which `.ci/run` installs; without them it is skipped, unless
//! `REQUIRE_ADAPTERS` is set.

mod common;

use common::diagnose;
use diagnose_tests::fixtures;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::Path,
    process::{Command, Stdio},
};

/// The secrets of most captures. Those get them from the environment, the others have their own.
const SECRETS: [(&str, &str, &str); 2] = [
    ("consumer_secret", "OAUTH1_CONSUMER_SECRET", "s3cr3tKey"),
    ("token_secret", "OAUTH1_TOKEN_SECRET", "t0kenSecret"),
];

/// What `spark/run.py` prints.
#[derive(Deserialize)]
struct Told {
    /// Partition and report: from a file of lines, and from Parquet.
    text: Vec<(u32, String)>,
    parquet: Vec<(u32, String)>,
    /// By `rdd.pipe`.
    pipe: Vec<String>,
    /// Where no more than one report was asked for.
    first: String,
    /// Why nothing came of a program that does not start.
    refused: String,
}

#[test]
fn each_report_of_spark_is_the_one_of_batch_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let python = root.join("target/adapters/spark-venv/bin/python");
    let java = Command::new("java")
        .arg("-version")
        .stderr(Stdio::null())
        .status();
    if java.is_err() || !python.exists() {
        assert!(
            env::var_os("REQUIRE_ADAPTERS").is_none(),
            "Java or PySpark is not installed"
        );
        eprintln!("Java or PySpark is not installed: skipped");
        return;
    }

    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("spark");
    // What an earlier run has left.
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir(&directory).unwrap();
    let file = directory.join("lines.jsonl");
    fs::write(&file, lines()).unwrap();

    let mut alone = diagnose(["batch", "--max-mistakes", "1"]).stdin(&lines());
    let mut spark = Command::new(&python);
    for (_, variable, secret) in SECRETS {
        alone = alone.env(variable, secret);
        spark.env(variable, secret);
    }
    let alone: Vec<Value> = alone.run().stdout.lines().map(comparable).collect();
    let output = spark
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spark/run.py"))
        .arg(root.join("docs/examples/diagnose_spark.py"))
        .arg(env!("CARGO_BIN_EXE_diagnose"))
        .arg(&file)
        .arg(directory.join("parquet"))
        .current_dir(&directory)
        .env("PYSPARK_PYTHON", &python)
        .env_remove("SPARK_HOME")
        .output()
        .unwrap();
    let (stdout, log) = (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{log}");
    for (_, _, secret) in SECRETS {
        assert!(!stdout.contains(secret) && !log.contains(secret));
    }
    let told: Told = serde_json::from_str(&stdout).unwrap();

    // The partitions of a file are its pieces, one after the other: with the order within each, that of the whole is kept.
    assert!(partitions(&told.text) > 2);
    let text: Vec<Value> = told.text.iter().map(|(_, one)| comparable(one)).collect();
    assert_same(&text, &alone);
    let pipe: Vec<Value> = told.pipe.iter().map(|one| comparable(one)).collect();
    assert_same(&pipe, &alone);
    assert_same(&[comparable(&told.first)], &alone[..1]);

    assert!(partitions(&told.parquet) > 2);
    let parquet = told.parquet.iter().map(|(_, one)| comparable(one));
    let parquet: Vec<Value> = by_id(parquet).into_values().collect();
    let (broken, readable): (Vec<Value>, Vec<Value>) =
        alone.into_iter().partition(|one| one["id"].is_null());
    assert_eq!(broken.len(), 1);
    let readable: Vec<Value> = by_id(readable.into_iter()).into_values().collect();
    assert_same(&parquet, &readable);

    // A program that ends early fails the job; lines are never lost in silence.
    assert!(
        told.refused.contains(" gave 0 reports for "),
        "{}",
        told.refused
    );
}

/// The captures, with a line among them that is no JSON and no UTF-8, and an empty one.
fn lines() -> Vec<u8> {
    let captures: Vec<Map<String, Value>> = fixtures::json_lines("peers/captures.jsonl");
    let mut lines = Vec::new();
    for (number, mut capture) in captures.into_iter().enumerate() {
        if SECRETS
            .iter()
            .all(|(field, _, secret)| capture[*field] == *secret)
        {
            for (field, _, _) in SECRETS {
                capture.remove(field);
            }
        }
        if number == 100 {
            lines.extend_from_slice(b"\xff\n\n");
        }
        serde_json::to_writer(&mut lines, &capture).unwrap();
        lines.push(b'\n');
    }
    lines
}

/// A report without what is different each time: how long it took, and where in the input of its process a bad line stood.
fn comparable(report: &str) -> Value {
    let mut report: Value = serde_json::from_str(report).unwrap();
    report["search"]["elapsed_ms"].take();
    report["error"]
        .as_object_mut()
        .map(|error| error.remove("line"));
    report
}

fn partitions(reports: &[(u32, String)]) -> usize {
    let numbers: BTreeSet<u32> = reports.iter().map(|(number, _)| *number).collect();
    numbers.len()
}

fn by_id(reports: impl Iterator<Item = Value>) -> BTreeMap<String, Value> {
    reports
        .map(|report| (report["id"].to_string(), report))
        .collect()
}

fn assert_same(reports: &[Value], expected: &[Value]) {
    assert_eq!(reports.len(), expected.len());
    for (report, expected) in reports.iter().zip(expected) {
        assert_eq!(report, expected);
    }
}
