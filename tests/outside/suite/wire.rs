//! HTTP/1.1 as far as a proxy between the provider and the sandbox needs it.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

pub struct Request {
    pub method: String,
    pub path: String,
    headers: Headers,
    pub body: Vec<u8>,
}

#[derive(Clone)]
pub struct Response {
    pub status: u16,
    headers: Headers,
    pub body: Vec<u8>,
}

type Headers = Vec<(String, String)>;

impl Request {
    /// The next request of a connection; none when the client has closed it.
    pub async fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Self>> {
        let Some((line, headers)) = head(stream).await? else {
            return Ok(None);
        };
        let mut words = line.split(' ').map(str::to_owned);
        let (Some(method), Some(path)) = (words.next(), words.next()) else {
            return Err(io::ErrorKind::InvalidData.into());
        };
        let length = find(&headers, "content-length").and_then(|length| length.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        stream.read_exact(&mut body).await?;
        Ok(Some(Self {
            method,
            path,
            headers,
            body,
        }))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// Has the cloud carry it out, on a connection of its own.
    pub async fn forward(&self, cloud: SocketAddr) -> io::Result<Response> {
        let mut stream = TcpStream::connect(cloud).await?;
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        for (name, value) in self
            .headers
            .iter()
            .filter(|(name, _)| !name.eq_ignore_ascii_case("connection"))
        {
            head += &format!("{name}: {value}\r\n");
        }
        head += "connection: close\r\n\r\n";
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(&self.body).await?;
        Response::read(&mut BufReader::new(stream)).await
    }
}

impl Response {
    /// The answer on a connection that ends with it.
    async fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Self> {
        let invalid = || io::Error::from(io::ErrorKind::InvalidData);
        let (line, mut headers) = head(stream).await?.ok_or_else(invalid)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
        let mut body = Vec::new();
        stream.read_to_end(&mut body).await?;
        headers.retain(|(name, _)| !["connection", "content-length"].contains(&name.to_ascii_lowercase().as_str()));
        Ok(Self {
            status: status.ok_or_else(invalid)?,
            headers,
            body,
        })
    }

    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub fn remove(&mut self, name: &str) {
        self.headers.retain(|(found, _)| !found.eq_ignore_ascii_case(name));
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.remove(name);
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    /// What goes over the wire, said to have a body of this length.
    pub fn bytes(&self, length: usize) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} Status\r\n", self.status);
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        if self.status != 204 {
            head += &format!("content-length: {length}\r\n");
        }
        let mut bytes = (head + "\r\n").into_bytes();
        bytes.extend(&self.body);
        bytes
    }
}

/// The first line and the headers of a message; none at the end of the stream.
async fn head(stream: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<(String, Headers)>> {
    let mut first = String::new();
    if stream.read_line(&mut first).await? == 0 {
        return Ok(None);
    }
    let mut headers = Headers::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match line.trim_end().split_once(':') {
            Some((name, value)) => headers.push((name.to_owned(), value.trim().to_owned())),
            None => return Ok(Some((first.trim_end().to_owned(), headers))),
        }
    }
}

fn find<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}
