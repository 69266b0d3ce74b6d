//! `ra recall batch` beside a load generator and the official Python SDK, all three on one loopback server.
//!
//! `cargo bench --bench batch` starts its own server, runs 5,000 lines with 64 at once, and prints rate and memory.
//! Beside it runs what is found:
//! - `oha` (`cargo install oha --locked`), on PATH or named by `OHA`: one thread, the same connections, body and key;
//! - the SDK (`pip install simstudio-sdk==0.1.2`) in the Python that `PYTHON` names, else `python3`: a pool of 64.
//!
//! The rounds alternate, so that a machine that is busy for a while is busy for all; medians are compared.
#![allow(clippy::print_stdout)] // a benchmark reports on stdout

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};

const RA: &str = env!("CARGO_BIN_EXE_ra");
const RUNS: usize = 5000;
const AT_ONCE: usize = 64;
const ROUNDS: usize = 5;
const BODY: &str = r#"{"message":"Hello from a batch","priority":2}"#;
const OUTPUT: &str = r#"{"success":true,"executionId":"9d3c1b7a-2f6e-4d58-a1c0-7e5b4f3a2d19","output":{"content":"Hi there!","model":"gpt-4o","tokens":{"prompt":12,"completion":4,"total":16}},"metadata":{"duration":812.4375,"startTime":"2026-03-20T10:15:30.482Z","endTime":"2026-03-20T10:15:31.294Z"}}"#;

fn main() {
    // `cargo test --benches` only wants to know that this builds.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let origin = serve();
    let folder = tempfile::tempdir().expect("a folder");
    let input = folder.path().join("runs.ndjson");
    std::fs::write(&input, format!("{BODY}\n").repeat(RUNS)).expect("the input");
    let results = folder.path().join("results.ndjson");

    let ra = |more: &[&str]| {
        let mut command = Command::new(RA);
        command.env("RECALL_API_KEY", "rk_bench_key").env("RECALL_BASE_URL", &origin);
        command.args(["recall", "batch", "--workflow", "w1", "--concurrency", &AT_ONCE.to_string()]);
        command.arg(&input).args(more);
        command
    };
    let oha = std::env::var("OHA").unwrap_or_else(|_| "oha".to_owned());
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has_oha = works(Command::new(&oha).arg("--version"));
    let has_sdk = works(Command::new(&python).args(["-c", "import simstudio"]));

    let (mut ours, mut theirs, mut sdks) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let seconds = seconds(&mut ra(&[]), RUNS);
        if has_oha {
            theirs.push(oha_rate(&oha, &origin));
        }
        // The SDK takes its time: one round is enough to see a factor of ten.
        if has_sdk && round == 1 {
            sdks.push(sdk_rate(&python, &origin));
        }
        ours.push(RUNS as f64 / seconds);
    }
    // The first round warms the caches.
    let rate = median(&mut ours[1..]);
    println!("ra recall batch: {rate:.0} runs/s ({RUNS} runs, {AT_ONCE} at once, process start included)");
    let beside_oha = match theirs.get_mut(1..).filter(|rates| !rates.is_empty()).map(median) {
        Some(oha) => {
            format!("oha, one thread: {oha:.0} requests/s; ra has {:.0} % of it", rate / oha * 100.0)
        }
        None => "oha is not installed".to_owned(),
    };
    let beside_sdk = match sdks.first() {
        Some(sdk) => format!("SDK, {AT_ONCE} threads: {sdk:.0} runs/s; ra has {:.1} times that", rate / sdk),
        None => "the SDK is not installed".to_owned(),
    };
    println!("{beside_oha}\n{beside_sdk}");
    if let Some(kib) = peak(&mut ra(&[])) {
        println!("resident: {:.1} MiB at most", kib as f64 / 1024.0);
    }
    let synced = seconds(&mut ra(&["--output-file", &results.display().to_string()]), RUNS);
    println!("with --output-file: {:.0} runs/s", RUNS as f64 / synced);
    std::fs::write(&input, format!("{BODY}\n").repeat(100_000)).expect("the input");
    for flags in [&[][..], &["--ordered"]] {
        if let Some(kib) = peak(&mut ra(flags)) {
            println!("100,000 lines {flags:?}: {:.1} MiB resident at most", kib as f64 / 1024.0);
        }
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn works(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// The time from start to end, results read through a pipe and counted.
fn seconds(command: &mut Command, runs: usize) -> f64 {
    let started = Instant::now();
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("starts");
    let mut stdout = child.stdout.take().expect("a pipe");
    let (mut buffer, mut lines) = (vec![0; 256 * 1024], 0);
    while let Ok(length @ 1..) = stdout.read(&mut buffer) {
        lines += buffer[..length].iter().filter(|byte| **byte == b'\n').count();
    }
    assert!(child.wait().expect("ends").success(), "{command:?}");
    assert_eq!(lines, runs);
    started.elapsed().as_secs_f64()
}

/// Requests a second as oha counts them itself: its own start does not count.
fn oha_rate(oha: &str, origin: &str) -> f64 {
    let output = Command::new(oha)
        .args(["--no-tui", "--output-format", "json", "--worker-threads", "1", "-m", "POST"])
        .args(["-n", &RUNS.to_string(), "-c", &AT_ONCE.to_string(), "-d", BODY])
        .args(["-H", "X-API-Key: rk_bench_key", "-T", "application/json"])
        .arg(format!("{origin}/api/workflows/w1/execute"))
        .output()
        .expect("oha runs");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("its report");
    report["summary"]["requestsPerSec"].as_f64().expect("a rate")
}

/// Runs a second of the SDK's own client in a pool of threads, a tenth of the runs, its import not counted.
fn sdk_rate(python: &str, origin: &str) -> f64 {
    const SCRIPT: &str = r#"
import json, sys, time
from concurrent.futures import ThreadPoolExecutor
from simstudio import SimStudioClient
origin, runs, threads, body = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), json.loads(sys.argv[4])
client = SimStudioClient(api_key="rk_bench_key", base_url=origin)
def one(_):
    assert client.execute_workflow("w1", body).success
began = time.monotonic()
with ThreadPoolExecutor(threads) as pool:
    list(pool.map(one, range(runs)))
print(runs / (time.monotonic() - began))
"#;
    let mut child = Command::new(python)
        .args(["-", origin, &(RUNS / 5).to_string(), &AT_ONCE.to_string(), BODY])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("python starts");
    child.stdin.take().expect("a pipe").write_all(SCRIPT.as_bytes()).expect("the script");
    let output = child.wait_with_output().expect("ends");
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("a rate")
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

/// A server on one thread that answers every request at once and keeps its connections.
fn serve() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
        runtime.block_on(async {
            listener.set_nonblocking(true).expect("not blocking");
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            while let Ok((stream, _)) = listener.accept().await {
                let _ = stream.set_nodelay(true);
                tokio::spawn(answer(stream));
            }
        });
    });
    std::thread::sleep(Duration::from_millis(20));
    origin
}

async fn answer(mut stream: tokio::net::TcpStream) -> Option<()> {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json";
    let reply = format!("{head}\r\nContent-Length: {}\r\n\r\n{OUTPUT}", OUTPUT.len());
    let mut seen: Vec<u8> = Vec::new();
    loop {
        let end = loop {
            if let Some(end) = end_of_request(&seen) {
                break end;
            }
            if stream.read_buf(&mut seen).await.ok()? == 0 {
                return None;
            }
        };
        seen.drain(..end);
        stream.write_all(reply.as_bytes()).await.ok()?;
    }
}

/// Where the request at the beginning ends, once it is whole.
fn end_of_request(seen: &[u8]) -> Option<usize> {
    let head = seen.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&seen[..head]).ok()?;
    let mut lines = text.lines().filter_map(|line| line.split_once(':'));
    let length = lines.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length: usize = length.and_then(|(_, value)| value.trim().parse().ok()).unwrap_or(0);
    (seen.len() >= head + length).then_some(head + length)
}
