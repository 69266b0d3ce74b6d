//! Whole processes beside curl doing the same, in one run: start, one request, a 64 MiB stream.
//!
//! `cargo bench --bench process` prints medians and ratios; README quotes them.
#![allow(clippy::print_stdout)] // a benchmark reports on stdout

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RA: &str = env!("CARGO_BIN_EXE_ra");

fn main() {
    // `cargo test --benches` only wants to know that this builds.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let origin = serve();
    let ra = |args: &[&str]| {
        let mut command = Command::new(RA);
        command.args(args).env("RECURSIV_API_KEY", "sk_live_bench").env("RECURSIV_API_BASE_URL", &origin);
        command
    };
    let curl = |args: &[&str]| {
        let mut command = Command::new("curl");
        command.arg("-sS").args(args);
        command
    };
    let one = format!("{origin}/api/v1/projects?limit=100&offset=0");
    let stream = format!("{origin}/api/v1/agents/a1/chat/stream");
    let post =
        ["-N", "-X", "POST", "-H", "Content-Type: application/json", "-d", "{\"message\":\"Hi\"}", &stream];
    let _ = *CLOCK;
    let chat = ["recursiv", "agent", "chat", "a1", "Hi"];
    report("start (--version)", 40, || ra(&["--version"]), || curl(&["--version"]));
    report("start (--help)", 40, || ra(&["--help"]), || curl(&["--version"]));
    report("one request", 40, || ra(&["recursiv", "project", "list", "-o", "json"]), || curl(&[&one]));
    let (ours, _) = report("64 MiB stream", 7, || ra(&chat), || curl(&post));
    println!("64 MiB stream: {:.0} MB/s of text", TEXT as f64 * EVENTS as f64 / 1e6 / ours.as_secs_f64());
    latency(&mut ra(&["recursiv", "agent", "chat", "p_a1ced", "Hi"]));
    if let Some(kib) = peak(&mut ra(&chat)) {
        println!("64 MiB stream: {:.1} MiB resident at most", kib as f64 / 1024.0);
    }
}

/// Runs both in turn and prints medians and the median of the ratios.
fn report(
    name: &str,
    runs: usize,
    ours: impl Fn() -> Command,
    theirs: impl Fn() -> Command,
) -> (Duration, f64) {
    let mut pairs: Vec<(Duration, Duration)> = (0..=runs).map(|_| (time(ours()), time(theirs()))).collect();
    // The first pair warms the caches.
    pairs.remove(0);
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let ra = median(pairs.iter().map(|(ra, _)| ra.as_secs_f64()).collect());
    let curl = median(pairs.iter().map(|(_, curl)| curl.as_secs_f64()).collect());
    let ratio = median(pairs.iter().map(|(ra, curl)| ra.as_secs_f64() / curl.as_secs_f64()).collect());
    println!("{name}: ra {:.2} ms, curl {:.2} ms, ratio {ratio:.2}", ra * 1e3, curl * 1e3);
    (Duration::from_secs_f64(ra), ratio)
}

/// The time from start to end, output read through a pipe.
fn time(mut command: Command) -> Duration {
    let started = Instant::now();
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("starts");
    let mut buffer = vec![0; 256 * 1024];
    let mut stdout = child.stdout.take().expect("a pipe");
    while stdout.read(&mut buffer).expect("reads") > 0 {}
    assert!(child.wait().expect("ends").success(), "{command:?}");
    started.elapsed()
}

/// The largest resident size while the command ran, where the system tells.
fn peak(command: &mut Command) -> Option<u64> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let status = format!("/proc/{}/status", child.id());
    let mut stdout = child.stdout.take()?;
    let (mut buffer, mut peak) = (vec![0; 256 * 1024], None);
    while stdout.read(&mut buffer).ok()? > 0 {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = line.and_then(|line| line.split_whitespace().next()?.parse().ok()).or(peak);
    }
    child.wait().ok()?;
    peak
}

/// How long a delta takes from the server's write to ra's stdout.
fn latency(command: &mut Command) {
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("starts");
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut waits = Vec::new();
    let mut line = String::new();
    while stdout.read_line(&mut line).expect("reads") > 0 {
        let now = CLOCK.elapsed();
        if let Ok(sent) = line.trim().parse::<u64>() {
            waits.push(now.as_nanos() as u64 - sent);
        }
        line.clear();
    }
    child.wait().expect("ends");
    waits.sort_unstable();
    let at = |share: f64| waits[(waits.len() as f64 * share) as usize] as f64 / 1e3;
    println!(
        "delta to stdout: median {:.0} µs, 99th percentile {:.0} µs ({} deltas)",
        at(0.5),
        at(0.99),
        waits.len()
    );
}

/// One clock for the server's thread and the reader.
static CLOCK: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);

const TEXT: usize = 200;
const EVENTS: usize = 64 * 1024 * 1024 / TEXT;

/// A server for both: a short list, and a long stream sent as fast as it is read.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer(stream));
        }
    });
    origin
}

fn answer(mut stream: TcpStream) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let wants_stream = line.contains("/stream");
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        if header.trim().is_empty() {
            break;
        }
        if let Some(value) = header.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    reader.read_exact(&mut vec![0; length]).ok()?;
    if !wants_stream {
        let body = r#"{"data":[{"id":"p1","name":"one"}],"meta":{"has_more":false}}"#;
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        return stream.write_all(format!("{head}{body}").as_bytes()).ok();
    }
    stream
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        .ok()?;
    if line.contains("/p_a1ced/") {
        for _ in 0..1000 {
            std::thread::sleep(Duration::from_millis(1));
            let sent = CLOCK.elapsed().as_nanos();
            stream
                .write_all(
                    format!("data: {{\"type\":\"text_delta\",\"delta\":\"{sent}\\n\"}}\n\n").as_bytes(),
                )
                .ok()?;
        }
        return stream.write_all(b"data: [DONE]\n\n").ok();
    }
    let event = format!("data: {{\"type\":\"text_delta\",\"delta\":\"{}\"}}\n\n", "x".repeat(TEXT));
    let many = event.repeat(256);
    for _ in 0..EVENTS / 256 {
        stream.write_all(many.as_bytes()).ok()?;
    }
    stream.write_all(b"data: [DONE]\n\n").ok()
}
