//! Recordings of a running server: the request as it was sent, the answer byte for byte, a stream's network chunks.
//!
//! `NAME.txt`: `#` comments, `>>>` and the request, `<<<` and the answer, chunked framing removed.
//! `NAME.chunks.txt`: a line for each chunk, the seconds since the request and the bytes as `b'…'`.

use std::io::Write as _;
use std::path::PathBuf;

use crate::support::{Received, Reply, Sandbox, Server};

/// Headers of one connection, which the replaying server writes itself.
const OF_THE_CONNECTION: &[&str] = &["connection", "transfer-encoding", "content-length", "keep-alive"];

/// One exchange.
pub struct Recording {
    /// `POST /api/…`.
    pub line: String,
    sent: Headers,
    /// The request's body.
    pub order: String,
    status: u16,
    headers: Headers,
    /// The answer's body.
    pub body: Vec<u8>,
    /// The body as the network cut it; one piece when nobody wrote that down.
    pub chunks: Vec<Vec<u8>>,
}

/// Names as they were written, and values.
type Headers = Vec<(String, String)>;

/// Where the recordings stand.
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/recall/recordings")
}

impl Recording {
    /// Reads one by its name.
    #[track_caller]
    pub fn named(name: &str) -> Self {
        let read = |ending: &str| std::fs::read_to_string(folder().join(format!("{name}{ending}")));
        let text = read(".txt").unwrap_or_else(|error| panic!("{name}: {error}"));
        let (_, exchange) = text.split_once(">>>\n").unwrap();
        let (request, answer) = exchange.split_once("\n<<<\n").unwrap();
        let (first, sent, order) = parts(request);
        // Each part ends with a line end of the recorder's.
        let (status, headers, body) = parts(answer.strip_suffix('\n').unwrap_or(answer));
        let body = body.as_bytes().to_vec();
        let chunks = match read(".chunks.txt") {
            Ok(lines) => lines.lines().map(chunk).collect(),
            Err(_) => vec![body.clone()],
        };
        assert_eq!(chunks.concat(), body, "{name}: the chunks are another body");
        Self {
            line: first.trim_end_matches(" HTTP/1.1").to_owned(),
            sent,
            order: order.trim().to_owned(),
            status: status.split(' ').nth(1).unwrap().parse().unwrap(),
            headers,
            body,
            chunks,
        }
    }

    /// The answer as it came: its status, its headers, its cuts.
    pub fn reply(&self) -> Reply {
        self.reply_in(&self.chunks)
    }

    /// The answer with its body, or another, in these pieces.
    pub fn reply_in<T: AsRef<[u8]>>(&self, pieces: impl IntoIterator<Item = T>) -> Reply {
        let ours = |name: &str| OF_THE_CONNECTION.contains(&name.to_ascii_lowercase().as_str());
        let headers = self.headers.iter().filter(|(name, _)| !ours(name));
        let reply = Reply::new(self.status, "", "").in_pieces(pieces);
        headers.fold(reply, |reply, (name, value)| reply.header(name, value))
    }

    /// The key it was asked with.
    pub fn key(&self) -> Option<&str> {
        header(&self.sent, "X-API-Key")
    }

    /// The body compressed, flushed after each chunk, as one of the server's runtimes does it.
    pub fn compressed(&self) -> Vec<Vec<u8>> {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        let mut pieces = Vec::new();
        for chunk in &self.chunks {
            gzip.write_all(chunk).unwrap();
            gzip.flush().unwrap();
            pieces.push(std::mem::take(gzip.get_mut()));
        }
        pieces.push(gzip.finish().unwrap());
        pieces
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The workflow it speaks of.
    pub fn workflow(&self) -> &str {
        self.after("/api/workflows/")
    }

    /// The run it speaks of.
    pub fn execution(&self) -> &str {
        self.after("/executions/")
    }

    fn after(&self, mark: &str) -> &str {
        let rest = self.line.split_once(mark).map_or("", |(_, rest)| rest);
        rest.split(['/', '?']).next().unwrap()
    }
}

/// A home with the recorded key.
pub fn sandbox(server: &Server, recording: &Recording) -> Sandbox {
    let home = Sandbox::new().env("RECALL_BASE_URL", server.url());
    match recording.key() {
        Some(key) => home.env("RECALL_API_KEY", key),
        None => home,
    }
}

/// Asserts that a request says the same as the recorded one.
#[track_caller]
pub fn is_like(request: &Received, recording: &Recording) {
    let path = request.line().replace("%3A", ":");
    // `ra` asks for a run's output in any case.
    let asked = if recording.line.contains('?') { path.as_str() } else { path.split('?').next().unwrap() };
    assert_eq!(asked, recording.line);
    for name in ["X-API-Key", "Content-Type", "X-Execution-Mode", "X-Sim-Stream-Protocol"] {
        assert_eq!(request.header(&name.to_ascii_lowercase()), header(&recording.sent, name), "{name}");
    }
    let value =
        |text: &str| (!text.is_empty()).then(|| serde_json::from_str::<serde_json::Value>(text).unwrap());
    assert_eq!(value(&request.body), value(&recording.order));
}

fn header<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// First line, headers, body.
fn parts(message: &str) -> (String, Headers, &str) {
    let (head, body) = message.split_once("\n\n").unwrap_or((message, ""));
    let mut lines = head.trim_end().lines();
    let first = lines.next().unwrap().to_owned();
    let headers = lines.map(|line| line.split_once(": ").unwrap());
    (first, headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(), body)
}

/// The bytes of `   0.247 b'data: …\n\n'`.
fn chunk(line: &str) -> Vec<u8> {
    let literal = line.trim_start().split_once(" b").unwrap().1;
    let quote = literal.chars().next().unwrap();
    let text = literal.strip_prefix(quote).and_then(|text| text.strip_suffix(quote)).unwrap();
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match (byte, byte == b'\\') {
            (_, false) => byte,
            _ => match rest.next().unwrap() {
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'x' => {
                    let digits = [rest.next().unwrap(), rest.next().unwrap()];
                    u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
                }
                escaped => escaped,
            },
        });
    }
    bytes
}
