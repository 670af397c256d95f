//! How does the cost grow? Draws the curves of the book's page on speed: verifying against the number of parameters, the
//! length of the path and of the body, and the search against the number of mistakes and of cores.
//!
//! `cargo bench -p diagnose-benches --bench curves` writes `docs/speed/*.svg` and the table beside them.

use diagnose_benches::{Input, Stopwatch, inputs};
use oauth1_core::{
    key::SharedSecrets,
    method::SignatureMethod,
    request::{Header, Request},
    verify::{UncheckedNonces, Verifier, VerifyingCredentials, VerifyingKey},
};
use oauth1_diagnosis::{Limits, diagnose, evidence::Evidence, runtime::Runtime};
use plotters::prelude::*;
use std::{
    error::Error,
    fmt::Write as _,
    fs,
    hint::black_box,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

/// What is measured at one place of a curve.
type Point = (f64, f64);

/// One drawing, and one part of the table.
#[derive(Default)]
struct Curve {
    file: &'static str,
    title: &'static str,
    across: &'static str,
    up: &'static str,
    points: Vec<Point>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/speed");
    fs::create_dir_all(&folder)?;
    let curves = [parameters(), path(), body(), mistakes(), cores()];
    let mut table = String::new();
    for curve in &curves {
        draw(curve, &folder.join(curve.file))?;
        writeln!(table, "| {} | {} |\n|---:|---:|", curve.across, curve.up)?;
        for (x, y) in &curve.points {
            writeln!(table, "| {x} | {y:.3} |")?;
        }
        table.push('\n');
    }
    fs::write(folder.join("figures.md"), &table)?;
    print!("{table}");
    Ok(())
}

/// Tenfold steps.
fn steps(up_to: u32) -> impl Iterator<Item = usize> {
    (1..=up_to).map(|zeros| 10_usize.pow(zeros))
}

fn parameters() -> Curve {
    let point = |count: usize| {
        // In an order that has nothing to do with the names.
        let names = (0..count).map(|number| number.wrapping_mul(0x9E37_79B9) % 1_000_003);
        let pairs: Vec<String> = names.map(|name| format!("name{name}=a+value%26")).collect();
        let target = format!("/resource?{}", pairs.join("&"));
        verified(count, &target, "")
    };
    Curve {
        file: "parameters.svg",
        title: "Verifying a request with many parameters in no order",
        across: "parameters",
        up: "microseconds for each parameter",
        points: steps(6)
            .map(|count| per_unit(count, point(count)))
            .collect(),
    }
}

fn path() -> Curve {
    let target = |length: usize| format!("/{}", "path/".repeat(length / 5));
    Curve {
        file: "path.svg",
        title: "Verifying a request with a long path",
        across: "bytes of the path",
        ..by_bytes(6, |length| verified(length, &target(length), ""))
    }
}

fn body() -> Curve {
    let form = |length: usize| format!("text={}", "a+b%20".repeat(length / 6));
    Curve {
        file: "body.svg",
        title: "Verifying a request with a long form body",
        across: "bytes of the body",
        ..by_bytes(7, |length| verified(length, "/", &form(length)))
    }
}

/// Up to that power of ten of bytes.
fn by_bytes(up_to: u32, seconds: impl Fn(usize) -> f64) -> Curve {
    let points = steps(up_to).map(|length| per_unit(length, seconds(length)));
    Curve {
        up: "microseconds for each byte",
        points: points.collect(),
        ..Curve::default()
    }
}

fn mistakes() -> Curve {
    Curve {
        file: "mistakes.svg",
        title: "Trying every combination of mistakes, on one core (11 parameters)",
        across: "mistakes at once, at most",
        up: "seconds",
        points: (1..=4)
            .map(|most| (f64::from(most), searched(most, 1)))
            .collect(),
    }
}

fn cores() -> Curve {
    let cores = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(8);
    let one = searched(3, 1);
    Curve {
        file: "cores.svg",
        title: "Trying every combination of three mistakes, on several cores",
        across: "cores",
        up: "times as fast as on one",
        points: (1..=u32::try_from(cores).unwrap_or(1))
            .map(|cores| (f64::from(cores), one / searched(3, cores)))
            .collect(),
    }
}

/// Microseconds for each of the units that there are.
#[expect(clippy::cast_precision_loss, reason = "a curve has few digits")]
fn per_unit(units: usize, seconds: f64) -> Point {
    let units = units as f64;
    (units, 1e6 * seconds / units)
}

/// Seconds to verify a request from the wire.
fn verified(units: usize, target: &str, form: &str) -> f64 {
    let [input, ..] = inputs();
    let url = format!("https://api.example.com{target}");
    let mut request = Request::from_url(b"POST", url.as_bytes()).expect("an https URL");
    if !form.is_empty() {
        request.headers.push(Header {
            name: b"Content-Type".to_vec(),
            value: b"application/x-www-form-urlencoded".to_vec(),
        });
        request.body = form.as_bytes().to_vec();
    }
    let signed = input.sign(request, &input.signing_key()).request;
    let credentials = VerifyingCredentials::SharedSecrets(input.secrets());
    let key =
        VerifyingKey::new(SignatureMethod::HmacSha1, &credentials).expect("HMAC takes secrets");
    let verifier = Verifier::default();
    let verify = || {
        let claim = verifier.read(black_box(&signed)).expect("well-formed");
        let verdict = verifier.verify(&claim, &key, input.timestamp, &mut UncheckedNonces);
        assert_eq!(verdict, Ok(()));
    };
    let calls = (200_000 / units).clamp(1, 2_000);
    fastest(5, || (0..calls).for_each(|_| verify())) / f64::from(u32::try_from(calls).unwrap_or(1))
}

/// Processor time, in seconds.
fn fastest(rounds: u32, mut work: impl FnMut()) -> f64 {
    let mut round = || {
        let stopwatch = Stopwatch::start();
        work();
        stopwatch.elapsed().as_secs_f64()
    };
    (0..rounds).map(|_| round()).fold(f64::INFINITY, f64::min)
}

/// Workers that are threads.
struct Workers {
    start: Instant,
    count: usize,
}

impl Runtime for Workers {
    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
    fn workers(&self) -> usize {
        self.count
    }
    fn run(&self, work: &(dyn Fn(usize) + Sync)) {
        thread::scope(|scope| {
            for worker in 0..self.count {
                scope.spawn(move || work(worker));
            }
        });
    }
}

/// Wall time, in seconds, to try every combination of up to that many mistakes for a signature that none of them makes.
fn searched(mistakes: u32, cores: u32) -> f64 {
    let [_, input, _] = inputs();
    let evidence = unexplained(&input);
    let limits = Limits {
        max_mistakes: mistakes as usize,
        time_limit: Duration::from_secs(600),
    };
    let workers = Workers {
        start: Instant::now(),
        count: cores as usize,
    };
    let report = diagnose(&evidence, limits, &workers);
    assert!(
        report.search.exhausted,
        "the time limit is for other machines"
    );
    workers.start.elapsed().as_secs_f64()
}

fn unexplained(input: &Input) -> Evidence {
    let SharedSecrets { client, token } = input.secrets();
    Evidence {
        request: Some(input.signed_elsewhere()),
        consumer_secret: Some(client),
        token_secret: token,
        ..Evidence::default()
    }
}

fn draw(curve: &Curve, file: &PathBuf) -> Result<(), Box<dyn Error>> {
    let (first, last) = (curve.points[0].0, curve.points[curve.points.len() - 1].0);
    let most = curve.points.iter().map(|point| point.1).fold(0.0, f64::max) * 1.2;
    let area = SVGBackend::new(file, (720, 360)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area);
    chart
        .caption(curve.title, ("sans-serif", 18))
        .margin(12)
        .margin_right(40)
        .x_label_area_size(44)
        .y_label_area_size(64);
    let style = BLUE.stroke_width(2);
    let marks = curve
        .points
        .iter()
        .map(|point| Circle::new(*point, 3, BLUE.filled()));
    // What grows tenfold is drawn in tenfold steps.
    if last / first >= 1000.0 {
        let mut chart = chart.build_cartesian_2d((first..last).log_scale(), 0.0..most)?;
        let mut mesh = chart.configure_mesh();
        mesh.x_label_formatter(&ToString::to_string)
            .x_desc(curve.across)
            .y_desc(curve.up)
            .draw()?;
        chart.draw_series(LineSeries::new(curve.points.iter().copied(), style))?;
        chart.draw_series(marks)?;
    } else {
        let mut chart = chart.build_cartesian_2d(first..last.max(first + 1.0), 0.0..most)?;
        let mut mesh = chart.configure_mesh();
        mesh.x_labels(curve.points.len())
            .x_label_formatter(&ToString::to_string)
            .x_desc(curve.across)
            .y_desc(curve.up)
            .draw()?;
        chart.draw_series(LineSeries::new(curve.points.iter().copied(), style))?;
        chart.draw_series(marks)?;
    }
    area.present()?;
    Ok(())
}
