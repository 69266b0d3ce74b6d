//! A server from start to stop, and what its faults look like on the wire.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::*;
use crate::local::keys::Keys;

fn options() -> Options {
    Options { pace: Duration::ZERO, ..Options::new(State::Memory, Keys::random()) }
}

/// Sends one request with the key of Recursiv and gives everything that comes until the connection ends.
fn raw(running: &Running, key: &str, line: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(running.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(3))).unwrap();
    let length = body.len();
    write!(
        stream,
        "{line} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {key}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut piece) {
        answer.extend_from_slice(&piece[..read]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

fn with_faults(faults: &[&str]) -> (Running, String) {
    let faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
    let options = Options { faults, ..options() };
    let key = options.keys.recursiv.clone();
    (start(options).unwrap(), key)
}

fn guide() -> String {
    let id = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, b"ra:local/recursiv/agent/guide");
    format!("POST /recursiv/api/v1/agents/{id}/chat/stream")
}

const HELLO: &str = r#"{"message":"What is 2 + 2 + 2 + 2 + 2?"}"#;

#[test]
fn starts_and_stops_at_once() {
    let begun = Instant::now();
    let running = start(options()).unwrap();
    let started = begun.elapsed();
    assert!(raw(&running, "x", "GET /", "").contains("\"version\""));
    assert!(raw(&running, "x", "GET /recursiv/api/v1/nope", "").ends_with("{\"error\":\"Not Found\"}"));
    let address = running.address;
    let begun = Instant::now();
    running.stop();
    assert!(begun.elapsed() < Duration::from_secs(1) && started < Duration::from_secs(1), "{started:?}");
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn stops_with_an_open_stream() {
    let (running, key) = with_faults(&["recursiv:stall=1"]);
    let mut stream = TcpStream::connect(running.address).unwrap();
    let line = guide();
    write!(
        stream,
        "{line} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {key}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{HELLO}",
        HELLO.len()
    )
    .unwrap();
    let mut piece = [0; 64];
    assert!(stream.read(&mut piece).unwrap() > 0);
    let begun = Instant::now();
    running.stop();
    assert!(begun.elapsed() < Duration::from_secs(1));
}

#[test]
fn a_taken_port_is_told() {
    let running = start(options()).unwrap();
    let again = start(Options { port: running.address.port(), ..options() }).err().unwrap();
    assert!(again.to_string().contains("is in use"), "{again}");
}

#[test]
fn many_may_start_on_one_fresh_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("local.db");
    let keys = Keys::random();
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let options = Options::new(State::File(path.clone()), keys.clone());
            std::thread::spawn(move || start(options).map(|running| raw(&running, "x", "GET /", "")))
        })
        .collect();
    for thread in threads {
        assert!(thread.join().unwrap().unwrap().contains("200 OK"));
    }
    let running = start(Options::new(State::File(path), keys.clone())).unwrap();
    let projects = raw(&running, &keys.recursiv, "GET /recursiv/api/v1/projects", "");
    assert!(projects.contains("\"total\":1"), "{projects}");
}

#[test]
fn streams_break_as_told() {
    let whole = {
        let (running, key) = with_faults(&[]);
        raw(&running, &key, &guide(), HELLO)
    };
    assert!(whole.contains("data: [DONE]") && whole.ends_with("0\r\n\r\n"), "{whole}");
    let events = |text: &str| text.matches("data: ").count();
    for (fault, count, end) in
        [("cut=3", 3, false), ("cut-in=2", 3, false), ("error=2", 3, true), ("stall=2", 2, false)]
    {
        let (running, key) = with_faults(&[&format!("recursiv POST /agents/*/chat/stream:{fault}")]);
        let text = raw(&running, &key, &guide(), HELLO);
        assert_eq!((events(&text), text.ends_with("0\r\n\r\n")), (count, end), "{fault}: {text}");
        assert!(!text.contains("[DONE]"));
    }
}

#[test]
fn answers_break_as_told() {
    for (fault, parts) in [
        ("429=7", vec!["429", "retry-after: 7", "{\"error\":\"Too many requests\"}"]),
        ("503", vec!["503", "api_error"]),
        ("html", vec!["200", "text/html", "<!DOCTYPE"]),
        ("empty", vec!["200 OK", "content-length: 0"]),
        ("redirect=http://other.example/x", vec!["302", "location: http://other.example/x"]),
        ("half", vec!["200 OK", "\r\n{\"data\":[{\"id\""]),
    ] {
        let (running, key) = with_faults(&[&format!("recursiv GET /projects:{fault},count=1")]);
        let text = raw(&running, &key, "GET /recursiv/api/v1/projects", "");
        for part in parts {
            assert!(text.contains(part), "{fault}: {text}");
        }
        assert!(!text.contains("has_more"));
        assert!(raw(&running, &key, "GET /recursiv/api/v1/projects", "").contains("has_more"), "{fault}");
    }
    let (running, key) = with_faults(&["recursiv:latency=200ms"]);
    let begun = Instant::now();
    raw(&running, &key, "GET /recursiv/api/v1/projects", "");
    assert!(begun.elapsed() >= Duration::from_millis(200));
}

#[test]
fn every_described_route_is_served() {
    let (running, _) = with_faults(&[]);
    let text = raw(&running, "x", "GET /recursiv/api/v1/openapi.json", "");
    let document: Value = serde_json::from_str(text.split_once("\r\n\r\n").unwrap().1).unwrap();
    let mut lines = Vec::new();
    for (path, verbs) in document["paths"].as_object().unwrap() {
        let path: Vec<&str> =
            path.split('/').map(|part| if part.starts_with('{') { "none" } else { part }).collect();
        for verb in verbs.as_object().unwrap().keys() {
            lines.push(format!("{} /recursiv/api/v1{}", verb.to_uppercase(), path.join("/")));
        }
    }
    assert!(lines.len() > 90);
    // A minute's calls are limited, and each server counts its own.
    for some in lines.chunks(50) {
        let (running, key) = with_faults(&[]);
        for line in some {
            let text = raw(&running, &key, line, "");
            assert!(
                !text.ends_with("{\"error\":\"Not Found\"}") && text.contains("x-request-id"),
                "{line}: {text}"
            );
        }
    }
}
