use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;

/// A request as it goes on the wire; `Host`, `Connection` and `Content-Length` are added.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path and query, encoded.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn new(method: &str, target: &str) -> Self {
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            ..Self::default()
        }
    }

    pub(crate) fn body(mut self, body: impl ToString) -> Self {
        self.body = body.to_string();
        self
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(other, _)| other != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }
}

/// How an exchange can end without a whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    NoAnswer,
    Truncated,
}

/// Sends a request to `http://host:port` and reads until the other side closes.
pub(crate) fn send(url: &str, request: &Request) -> Result<Answer, Broken> {
    let mut stream = TcpStream::connect(authority(url)).unwrap();
    stream.write_all(wire(url, request, "close").as_bytes()).unwrap();
    let mut bytes = Vec::new();
    // An abrupt end leaves in `bytes` what came before it.
    let _ = stream.read_to_end(&mut bytes);
    parse(&String::from_utf8(bytes).unwrap())
}

/// A connection that is kept from one request to the next.
#[derive(Debug)]
pub(crate) struct Connection {
    url: String,
    stream: TcpStream,
}

impl Connection {
    pub(crate) fn open(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            stream: TcpStream::connect(authority(url)).unwrap(),
        }
    }

    /// Sends a request and reads its answer, which has to say how long it is.
    pub(crate) fn send(&mut self, request: &Request) -> Result<Answer, Broken> {
        // A connection that the other side has closed may take the bytes or not; the answer is missing either way.
        let _ = self.stream.write_all(wire(&self.url, request, "keep-alive").as_bytes());
        let mut bytes = Vec::new();
        loop {
            let mut chunk = [0; 4096];
            let read = self.stream.read(&mut chunk).unwrap_or(0);
            bytes.extend_from_slice(&chunk[..read]);
            match parse(&String::from_utf8(bytes.clone()).unwrap()) {
                Err(_) if read > 0 => {}
                parsed => return parsed,
            }
        }
    }
}

fn wire(url: &str, request: &Request, connection: &str) -> String {
    let mut text = format!("{} {} HTTP/1.1\r\n", request.method, request.target);
    if !request.headers.iter().any(|(name, _)| name == "host") {
        text += &format!("host: {}\r\n", authority(url));
    }
    for (name, value) in &request.headers {
        text += &format!("{name}: {value}\r\n");
    }
    let length = request.body.len();
    text + &format!("connection: {connection}\r\ncontent-length: {length}\r\n\r\n") + &request.body
}

pub(crate) fn authority(url: &str) -> &str {
    url.strip_prefix("http://").unwrap()
}

fn parse(text: &str) -> Result<Answer, Broken> {
    let (head, body) = text.split_once("\r\n\r\n").ok_or(Broken::NoAnswer)?;
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let answer = Answer {
        status,
        headers: headers.collect(),
        body: body.to_owned(),
    };
    match answer
        .header("content-length")
        .map(|length| length.parse::<usize>().unwrap())
    {
        Some(length) if length != body.len() => Err(Broken::Truncated),
        _ => Ok(answer),
    }
}
