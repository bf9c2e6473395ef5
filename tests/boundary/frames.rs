//! HTTP/2 and gRPC by hand: what a well-behaved library would never send.

use tokio::io::{AsyncRead, AsyncReadExt};

pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const GOAWAY: u8 = 7;
pub const WINDOW_UPDATE: u8 = 8;
pub const CONTINUATION: u8 = 9;

pub const END_STREAM: u8 = 1;
pub const END_HEADERS: u8 = 4;

/// The longest frame a server takes that has not said otherwise.
pub const MAX_FRAME_SIZE: usize = 16_384;

/// What every connection begins with.
pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What a client begins with: the preface, and settings that change nothing.
pub fn hello() -> Vec<u8> {
    [PREFACE, &frame(SETTINGS, 0, 0, b"")].concat()
}

/// A frame of any type, whole.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// The beginning of a call: the headers of a request to this path.
pub fn call(stream: u32, path: &str) -> Vec<u8> {
    frame(HEADERS, END_HEADERS, stream, &headers(path))
}

/// A whole call with an empty message.
pub fn whole_call(stream: u32, path: &str) -> Vec<u8> {
    [call(stream, path), frame(DATA, END_STREAM, stream, &message(0, b""))].concat()
}

/// A gRPC message that claims this length, and what there is of it.
pub fn message(length: u32, content: &[u8]) -> Vec<u8> {
    [&[0][..], &length.to_be_bytes(), content].concat()
}

/// The header block of a call: HPACK without compression.
pub fn headers(path: &str) -> Vec<u8> {
    // `:method: POST` and `:scheme: http`, then literals. Names are indices in the static table, but for the last.
    let mut block = vec![0x83, 0x86];
    let mut literal = |name: &[u8], value: &str| {
        block.extend_from_slice(name);
        block.push(u8::try_from(value.len()).unwrap());
        block.extend_from_slice(value.as_bytes());
    };
    literal(&[0x04], path);
    literal(&[0x01], "localhost");
    literal(&[0x0f, 0x10], "application/grpc");
    literal(b"\0\x02te", "trailers");
    block
}

/// The head of a frame that came.
pub struct Head {
    pub kind: u8,
    pub flags: u8,
    pub stream: u32,
}

/// The next frame; none when the connection has ended, however that happened.
pub async fn next(connection: &mut (impl AsyncRead + Unpin)) -> Option<Head> {
    let mut head = [0; 9];
    connection.read_exact(&mut head).await.ok()?;
    let [a, b, c, kind, flags, rest @ ..] = head;
    let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
    connection.read_exact(&mut payload).await.ok()?;
    Some(Head {
        kind,
        flags,
        stream: u32::from_be_bytes(rest) & 0x7fff_ffff,
    })
}
