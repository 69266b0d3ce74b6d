//! Calls to tools on this machine; the local services never leave it.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::{Host, Url};

/// The longest that a probe or a tool call takes.
const LIMIT: Duration = Duration::from_secs(2);

/// As much of an answer as is read.
const LARGEST_ANSWER: u64 = 1 << 20;

/// What a tool answered.
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body as text.
    pub body: String,
}

/// What a probe found.
pub struct Probe {
    /// Whether something sensible answers there.
    pub reachable: bool,
    /// The HTTP status, when it came to that.
    pub status: Option<u16>,
    /// How long it took.
    pub latency_ms: u64,
    /// Why it is not reachable.
    pub reason: Option<String>,
}

/// Knocks at an address: 401 and 403 count as somebody at home, a server's own failure does not.
pub async fn probe(address: &str) -> Probe {
    let started = Instant::now();
    let found = match Url::parse(address) {
        // The handshake of TLS is not spoken here: an open port is all that can be said.
        Ok(url) if url.scheme() == "https" => connect(&url).await.map(|_| None),
        _ => call("GET", address, None).await.map(|reply| Some(reply.status)),
    };
    let latency_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    match found {
        Ok(status) => {
            let reachable = status.is_none_or(|status| status < 500);
            let reason = status.filter(|_| !reachable).map(|status| format!("answered HTTP {status}"));
            Probe { reachable, status, latency_ms, reason }
        }
        Err(reason) => Probe { reachable: false, status: None, latency_ms, reason: Some(reason) },
    }
}

/// One request with an optional JSON body to a plain `http` address on this machine.
///
/// # Errors
/// When the address is elsewhere, nobody answers in time, or the answer is not HTTP.
pub async fn call(method: &str, address: &str, body: Option<&str>) -> Result<Reply, String> {
    let url = Url::parse(address).map_err(|error| error.to_string())?;
    if url.scheme() != "http" {
        return Err(format!("the local services speak plain http to tools, not {}", url.scheme()));
    }
    let exchange = async {
        let mut stream = connect(&url).await?;
        // HTTP/1.0 has neither chunks nor kept connections: the answer ends where the stream does.
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let mut request = format!("{method} {}{query} HTTP/1.0\r\nHost: {}\r\n", url.path(), url.authority());
        if let Some(body) = body {
            request +=
                &format!("Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        } else {
            request += "\r\n";
        }
        stream.write_all(request.as_bytes()).await.map_err(|error| error.to_string())?;
        let mut answer = Vec::new();
        stream.take(LARGEST_ANSWER).read_to_end(&mut answer).await.map_err(|error| error.to_string())?;
        parse(&String::from_utf8_lossy(&answer)).ok_or_else(|| "the answer is not HTTP".to_owned())
    };
    tokio::time::timeout(LIMIT, exchange).await.unwrap_or_else(|_| Err("no answer within 2 s".to_owned()))
}

async fn connect(url: &Url) -> Result<TcpStream, String> {
    let host = match url.host() {
        Some(Host::Ipv4(ip)) if ip.is_loopback() => ip.to_string(),
        Some(Host::Ipv6(ip)) if ip.is_loopback() => ip.to_string(),
        Some(Host::Domain("localhost")) => "localhost".to_owned(),
        other => {
            let host = other.map(|host| host.to_string()).unwrap_or_default();
            return Err(format!("{host} is not on this machine, which the local services never leave"));
        }
    };
    let port = url.port_or_known_default().unwrap_or(80);
    match tokio::time::timeout(LIMIT, TcpStream::connect((host.as_str(), port))).await {
        Ok(connected) => connected.map_err(|error| format!("{host}:{port}: {error}")),
        Err(_) => Err(format!("{host}:{port}: no connection within 2 s")),
    }
}

fn parse(answer: &str) -> Option<Reply> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.strip_prefix("HTTP/1.")?.get(2..5)?.parse().ok()?;
    Some(Reply { status, body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_an_answer() {
        let reply = parse("HTTP/1.1 404 Not Found\r\nServer: x\r\n\r\n{}").expect("an answer");
        assert_eq!((reply.status, reply.body.as_str()), (404, "{}"));
        assert!(parse("SSH-2.0-x\r\n\r\n").is_none());
    }

    #[tokio::test]
    async fn stays_on_this_machine() {
        let probe = probe("https://api.example.com/v1").await;
        assert!(!probe.reachable && probe.reason.is_some_and(|reason| reason.contains("api.example.com")));
    }
}
