//! A request written by hand, for what no client would send.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// What came back.
#[derive(Debug)]
pub struct Raw {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Raw {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("not JSON ({error}): {self:#?}"))
    }
}

/// Sends a request to `http://HOST:PORT`; `headers` are whole lines. A `Host` of their own replaces the right one.
pub fn raw(address: &str, line: &str, headers: &[&str], body: &str) -> Raw {
    let host = address.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).unwrap();
    let mut request = format!(
        "{line} HTTP/1.1\r\nConnection: close\r\nUser-Agent: raw\r\nContent-Length: {}\r\n",
        body.len()
    );
    if !headers.iter().any(|header| header.to_ascii_lowercase().starts_with("host:")) {
        request.push_str(&format!("Host: {host}\r\n"));
    }
    headers.iter().for_each(|header| request.push_str(&format!("{header}\r\n")));
    stream.write_all(format!("{request}\r\n{body}").as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let body = if head.to_ascii_lowercase().contains("transfer-encoding: chunked") {
        unchunked(body)
    } else {
        body.to_owned()
    };
    Raw { status, head: head.to_ascii_lowercase(), body }
}

fn unchunked(mut body: &str) -> String {
    let mut whole = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        if size == 0 || rest.len() < size {
            break;
        }
        whole.push_str(&rest[..size]);
        body = rest[size..].trim_start_matches("\r\n");
    }
    whole
}
