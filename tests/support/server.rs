//! An HTTP server that follows a script, byte by byte, and complains when nobody called it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Received {
    /// `POST`.
    pub method: String,
    /// Path and query as sent.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
}

impl Received {
    /// The first value of a header, name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("not JSON ({error}): {:?}", self.body))
    }

    /// `POST /agents?x=1`.
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// What the server answers to one request.
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    /// Sent one after the other, each as a write of its own.
    pieces: Vec<Vec<u8>>,
    /// A message is awaited before each piece but the first.
    gate: Option<Receiver<()>>,
    ending: Ending,
}

#[derive(PartialEq)]
enum Ending {
    /// In good order.
    Good,
    /// The connection closes where the body is not over.
    Cut,
    /// Nothing more comes, the connection stays open.
    Stall,
}

impl Reply {
    /// An answer with a body of any kind.
    pub fn new(status: u16, content_type: &str, body: impl AsRef<[u8]>) -> Self {
        let headers = if content_type.is_empty() {
            Vec::new()
        } else {
            vec![("Content-Type".to_owned(), content_type.to_owned())]
        };
        Self { status, headers, pieces: vec![body.as_ref().to_vec()], gate: None, ending: Ending::Good }
    }

    /// A JSON answer.
    pub fn json(status: u16, body: impl AsRef<str>) -> Self {
        Self::new(status, "application/json", body.as_ref())
    }

    /// A stream of events, in one piece.
    pub fn sse(body: impl AsRef<[u8]>) -> Self {
        Self::new(200, "text/event-stream", body)
    }

    /// A stream of events in these pieces.
    pub fn sse_pieces<T: AsRef<[u8]>>(pieces: impl IntoIterator<Item = T>) -> Self {
        Self::sse("").in_pieces(pieces)
    }

    /// Sends its body in these pieces.
    pub fn in_pieces<T: AsRef<[u8]>>(mut self, pieces: impl IntoIterator<Item = T>) -> Self {
        self.pieces = pieces.into_iter().map(|piece| piece.as_ref().to_vec()).collect();
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Calls itself something else.
    pub fn relabelled(mut self, content_type: &str) -> Self {
        self.headers = vec![("Content-Type".to_owned(), content_type.to_owned())];
        self
    }

    /// Waits for a message before each piece but the first.
    pub fn gated(mut self, gate: Receiver<()>) -> Self {
        self.gate = Some(gate);
        self
    }

    /// Closes the connection before the body is over.
    pub fn cut(mut self) -> Self {
        self.ending = Ending::Cut;
        self
    }

    /// Sends its pieces and then nothing, without closing.
    pub fn stall(mut self) -> Self {
        self.ending = Ending::Stall;
        self
    }
}

type Answers = dyn FnMut(&Received, usize) -> Option<Reply> + Send;

/// A running server.
pub struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Received>>>,
    expected: Option<usize>,
}

impl Server {
    /// Gives these answers in this order; a request too many, or too few, fails the test.
    pub fn script(replies: impl IntoIterator<Item = Reply>) -> Self {
        let mut replies: Vec<Option<Reply>> = replies.into_iter().map(Some).collect();
        let expected = replies.len();
        let mut server = Self::answering(move |_, number| replies.get_mut(number).and_then(Option::take));
        server.expected = Some(expected);
        server
    }

    /// Answers what the function says; `number` counts the requests from 0.
    pub fn answering(answers: impl FnMut(&Received, usize) -> Option<Reply> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, answers): (_, Arc<Mutex<Box<Answers>>>) =
            (requests.clone(), Arc::new(Mutex::new(Box::new(answers))));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, answers) = (seen.clone(), answers.clone());
                thread::spawn(move || serve(stream, &seen, &answers));
            }
        });
        Self { address, requests, expected: None }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All requests so far.
    pub fn requests(&self) -> Vec<Received> {
        self.requests.lock().unwrap().clone()
    }

    /// The request lines so far.
    pub fn lines(&self) -> Vec<String> {
        self.requests().iter().map(Received::line).collect()
    }

    /// The only request.
    #[track_caller]
    pub fn request(&self) -> Received {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:#?}");
        requests[0].clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if thread::panicking() {
            return;
        }
        if let Some(expected) = self.expected {
            assert_eq!(self.lines().len(), expected, "the script was not followed: {:#?}", self.lines());
        }
    }
}

fn serve(mut stream: TcpStream, seen: &Mutex<Vec<Received>>, answers: &Mutex<Box<Answers>>) {
    let Some(request) = receive(&stream) else { return };
    let reply = {
        let mut seen = seen.lock().unwrap();
        seen.push(request.clone());
        let number = seen.len() - 1;
        drop(seen);
        (answers.lock().unwrap())(&request, number)
    };
    let reply =
        reply.unwrap_or_else(|| Reply::json(599, r#"{"error":"the script has no answer for this request"}"#));
    let _ = answer(&mut stream, reply);
}

fn receive(stream: &TcpStream) -> Option<Received> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers
        .iter()
        .find(|(name, _)| name == "content-length")
        .and_then(|(_, value)| value.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Received { method, path, headers, body: String::from_utf8_lossy(&body).into_owned() })
}

fn answer(stream: &mut TcpStream, reply: Reply) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut head = format!("HTTP/1.1 {} Scripted\r\nConnection: close\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let bodyless = matches!(reply.status, 204 | 304);
    if !bodyless {
        head.push_str("Transfer-Encoding: chunked\r\n");
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    if bodyless {
        return Ok(());
    }
    for (number, piece) in reply.pieces.iter().enumerate() {
        if let (Some(gate), true) = (&reply.gate, number > 0) {
            // A test that died leaves nobody to open the gate.
            gate.recv_timeout(Duration::from_secs(30)).map_err(std::io::Error::other)?;
        }
        if !piece.is_empty() {
            let mut chunk = format!("{:x}\r\n", piece.len()).into_bytes();
            chunk.extend_from_slice(piece);
            chunk.extend_from_slice(b"\r\n");
            stream.write_all(&chunk)?;
        }
    }
    match reply.ending {
        Ending::Good => stream.write_all(b"0\r\n\r\n"),
        Ending::Cut => stream.shutdown(std::net::Shutdown::Both),
        Ending::Stall => {
            // Until the client leaves.
            let _ = stream.read(&mut [0; 1]);
            Ok(())
        }
    }
}
