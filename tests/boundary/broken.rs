//! What somebody with the right certificate can send all the same.

use support::launch::patiently;
use tokio::io::{AsyncRead, AsyncWrite};

use super::frames::{
    self, CONTINUATION, DATA, END_STREAM, GOAWAY, HEADERS, MAX_FRAME_SIZE, RST_STREAM, SETTINGS, WINDOW_UPDATE, call,
    frame, hello, message,
};

/// Something that no client should send.
pub struct Case {
    pub name: &'static str,
    /// From the connection's beginning on.
    pub bytes: Vec<u8>,
    pub outcome: Outcome,
}

/// How the provider takes it.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It ends the connection.
    Hangup,
    /// It ends the call, and another one on the same connection is answered.
    Refusal,
    /// It waits for more, and another call on the same connection is answered.
    Patience,
}

/// The largest message the provider takes.
const MESSAGE_LIMIT: u32 = 256 << 20;

const PLAN: &str = "/tfplugin6.Provider/PlanResourceChange";
const PING: &str = "/grpc.health.v1.Health/Check";

const PLAIN_BUT_CALLED_COMPRESSED: &[u8] = b"\x01\0\0\0\x04data";

pub fn all() -> Vec<Case> {
    [connections(), calls()].into_iter().flatten().collect()
}

/// What breaks a connection.
fn connections() -> Vec<Case> {
    let too_long = vec![0; MAX_FRAME_SIZE + 1];
    let longest_length = [&[0xff, 0xff, 0xff, DATA, 0], &1_u32.to_be_bytes()[..]].concat();
    let unfinished = frame(HEADERS, 0, 1, &frames::headers(PLAN));
    let endless: Vec<_> = (0..10_000).flat_map(|_| frame(CONTINUATION, 0, 1, b"")).collect();
    #[rustfmt::skip]
    let cases = [
        ("garbage in place of the preface", b"\xffgarbage\0".repeat(10)),
        ("HTTP/1.1 in place of the preface", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec()),
        ("garbage after the preface", [frames::PREFACE, &b"\xffgarbage\0".repeat(10)[..]].concat()),
        ("garbage after the settings", [hello(), b"\xffgarbage\0".repeat(10)].concat()),
        ("a frame that is too long", [hello(), call(1, PLAN), frame(DATA, 0, 1, &too_long)].concat()),
        ("the head of the longest frame that can be said", [hello(), call(1, PLAN), longest_length].concat()),
        ("settings of a stream", [hello(), frame(SETTINGS, 0, 1, b"")].concat()),
        ("settings that are cut off", [hello(), frame(SETTINGS, 0, 0, b"\0\x03\0")].concat()),
        ("data of a call that was never begun", [hello(), frame(DATA, 0, 7, b"data")].concat()),
        ("a call with an even number", [hello(), call(2, PLAN)].concat()),
        ("headers that are no HPACK", [hello(), frame(HEADERS, frames::END_HEADERS, 1, &[0xff; 64])].concat()),
        ("headers that never end", [hello(), unfinished, endless].concat()),
        ("a window that overflows", [hello(), frame(WINDOW_UPDATE, 0, 0, &i32::MAX.to_be_bytes())].concat()),
    ];
    cases
        .into_iter()
        .map(|(name, bytes)| Case {
            name,
            bytes,
            outcome: Outcome::Hangup,
        })
        .collect()
}

/// What breaks a call.
fn calls() -> Vec<Case> {
    #[rustfmt::skip]
    let cases = [
        ("a message of 4 GiB - 1", message(u32::MAX, b"data"), 0, Outcome::Refusal),
        ("a message above the limit", message(MESSAGE_LIMIT + 1, b"data"), 0, Outcome::Refusal),
        ("a message that ends early", message(1000, b"data"), END_STREAM, Outcome::Refusal),
        ("a message that is no protocol buffer", message(4, b"\xff\xff\xff\xff"), END_STREAM, Outcome::Refusal),
        ("a message in an unknown compression", PLAIN_BUT_CALLED_COMPRESSED.to_vec(), END_STREAM, Outcome::Refusal),
        ("a message head that is cut off", vec![0, 0], END_STREAM, Outcome::Refusal),
        ("a message that never ends", message(1000, b"data"), 0, Outcome::Patience),
        ("a call without a message that never ends", vec![], 0, Outcome::Patience),
    ];
    cases
        .into_iter()
        .map(|(name, data, flags, outcome)| Case {
            name,
            bytes: [
                hello(),
                call(1, PLAN),
                frame(DATA, flags, 1, &data),
                frames::whole_call(3, PING),
            ]
            .concat(),
            outcome,
        })
        .collect()
}

/// What the provider makes of it, once it is clear.
pub async fn outcome(connection: &mut (impl AsyncRead + AsyncWrite + Unpin), case: &Case) -> Outcome {
    let (mut refused, mut answered) = (false, false);
    while let Some(frame) = patiently(frames::next(connection)).await {
        let ends = frame.kind == RST_STREAM || frame.kind == HEADERS && frame.flags & END_STREAM != 0;
        match frame.stream {
            1 if ends => refused = true,
            3 if ends => answered = true,
            0 if frame.kind == GOAWAY => return Outcome::Hangup,
            _ => {}
        }
        match case.outcome {
            Outcome::Refusal if refused && answered => return Outcome::Refusal,
            Outcome::Patience if answered && !refused => return Outcome::Patience,
            _ => {}
        }
    }
    Outcome::Hangup
}
