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
    let authority = authority(url);
    let mut stream = TcpStream::connect(authority).unwrap();
    let mut head = format!("{} {} HTTP/1.1\r\n", request.method, request.target);
    if !request.headers.iter().any(|(name, _)| name == "host") {
        head += &format!("host: {authority}\r\n");
    }
    for (name, value) in &request.headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += &format!("connection: close\r\ncontent-length: {}\r\n\r\n", request.body.len());
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(request.body.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    // An abrupt end leaves in `bytes` what came before it.
    let _ = stream.read_to_end(&mut bytes);
    parse(&String::from_utf8(bytes).unwrap())
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
