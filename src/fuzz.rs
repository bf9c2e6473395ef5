//! Fuzzing: parsers of what others send, fed with edits of what they may send.
//!
//! Each target is a test of bolero, which `cargo test` runs for a moment with random edits. Built with `--cfg fuzzing_libfuzzer` and the
//! counters of LLVM's `sancov-module`, it has libFuzzer drive it.

#![allow(clippy::expect_used)]

use std::fmt;

use ::http::{HeaderName, HeaderValue, StatusCode};
use bolero::TypeGenerator;
use zeroize::Zeroizing;

use crate::host::tests::host;
use crate::http::Response;
use crate::provider::Provider;
use crate::schema::block::Block;
use crate::value::{Set, Type, Value, json, msgpack};

/// What a target made of an input.
#[derive(PartialEq, Eq)]
pub(crate) enum Made {
    /// Nothing: it was refused.
    Nothing,
    /// Something.
    Something,
}

/// Inputs that `cargo test` tries.
pub(crate) const SHORT: usize = 5_000;
/// The longest input.
const LONGEST: usize = 4096;

/// Runs a target, which is the test that this stands in, on edits of seeds, with tokens that mean something to it put in now and then.
macro_rules! fuzz {
    ($seeds:expr, $tokens:expr, $target:expr) => {{
        use std::sync::atomic::{AtomicUsize, Ordering};

        let (seeds, tokens, accepted) = ($seeds, $tokens, AtomicUsize::new(0));
        let target = std::panic::AssertUnwindSafe($target);
        bolero::check!()
            .with_iterations($crate::fuzz::SHORT)
            .with_type::<$crate::fuzz::Script>()
            .map(|script| script.input(&seeds, tokens))
            .for_each(|input| {
                if target(&input.0) == $crate::fuzz::Made::Something {
                    accepted.fetch_add(1, Ordering::Relaxed);
                }
            });
        let accepted = accepted.into_inner();
        assert!(accepted > 0, "not one input was accepted, so little was tried");
    }};
}
pub(crate) use fuzz;

/// How an input is made: which seed, and what is done to it.
#[derive(Debug, TypeGenerator)]
pub(crate) struct Script {
    seed: u8,
    edits: [Option<Edit>; 5],
}

#[derive(Debug, TypeGenerator)]
struct Edit {
    at: u16,
    what: What,
}

#[derive(Debug, TypeGenerator)]
enum What {
    Flip(u8),
    Set(u8),
    Remove(u8),
    RetrySafety(u8),
    Cut,
    /// The rest is that of another seed.
    Splice(u8, u16),
    Insert(u8),
    Overwrite(u8),
    InsertBytes(u32),
}

/// Bytes for a target, shown as text.
pub(crate) struct Input(pub(crate) Vec<u8>);

impl Script {
    pub(crate) fn input(&self, seeds: &[Vec<u8>], tokens: &[&[u8]]) -> Input {
        let mut input = pick(seeds, self.seed).clone();
        for Edit { at, what } in self.edits.iter().flatten() {
            let at = usize::from(*at) % (input.len() + 1);
            what.apply(&mut input, at, seeds, tokens);
        }
        input.truncate(LONGEST);
        Input(input)
    }
}

impl What {
    fn apply(&self, input: &mut Vec<u8>, at: usize, seeds: &[Vec<u8>], tokens: &[&[u8]]) {
        let whole = input.len();
        let end = |length: usize| (at + length).min(whole);
        let span = |length: u8| at..end(1 + usize::from(length % 16));
        match *self {
            Self::Flip(bit) => input[span(0)].iter_mut().for_each(|byte| *byte ^= 1 << (bit % 8)),
            Self::Set(value) => input[span(0)].fill(value),
            Self::Remove(length) => drop(input.drain(span(length))),
            Self::RetrySafety(length) => {
                let copy = input[span(length)].to_vec();
                input.splice(at..at, copy);
            }
            Self::Cut => input.truncate(at),
            Self::Splice(seed, from) => {
                let other = pick(seeds, seed);
                let from = usize::from(from) % (other.len() + 1);
                input.splice(at.., other[from..].iter().copied());
            }
            Self::Insert(token) => drop(input.splice(at..at, pick(tokens, token).iter().copied())),
            Self::Overwrite(token) => {
                let token = pick(tokens, token);
                input.splice(at..end(token.len()), token.iter().copied());
            }
            Self::InsertBytes(bytes) => drop(input.splice(at..at, bytes.to_le_bytes())),
        }
    }
}

fn pick<T>(from: &[T], number: u8) -> &T {
    &from[usize::from(number) % from.len()]
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.0.escape_ascii())
    }
}

/// Pieces of JSON that turn one kind of value into another.
pub(crate) const JSON_TOKENS: &[&[u8]] = &[
    b"null",
    b"true",
    b"[]",
    b"{}",
    b"\"\"",
    b"\"\\u0000\"",
    b"\"\\ud800\"",
    b"-0",
    b"1e999",
    b"1e-999",
    b"9223372036854775808",
    b"253402300800",
    b"0.1",
    b"[[[[[[[[",
    b"{\"a\":",
    b",",
    b":",
    "\"\u{fffd}\u{1f512}\"".as_bytes(),
];

fn provider() -> Provider {
    let host = host(&[], |_| Err(std::io::ErrorKind::NotFound.into()));
    Provider::of_program("terraform-provider-apikeys".as_ref(), host, Default::default())
}

/// The types that come over the wire, each with a value in which everything is given.
fn examples() -> Vec<(Type, Value)> {
    let provider = provider();
    let resources = provider.resources().map(|resource| resource.schema().ty());
    let data_sources = provider.data_sources().map(|source| source.schema().ty());
    let lists = provider.lists().map(|list| list.schema().ty());
    let types = resources
        .chain(data_sources)
        .chain(lists)
        .chain([provider.schema().ty()]);
    types
        .map(|ty| {
            let example = example(&ty);
            (ty, example)
        })
        .collect()
}

fn example(ty: &Type) -> Value {
    match ty {
        Type::Bool => true.into(),
        Type::Number => Value::Number((-7_i64).into()),
        Type::String => "2035-07-06T11:00:00+02:00".into(),
        Type::List(element) => Value::List(vec![example(element), Value::Unknown]),
        Type::Set(element) => Value::Set(Set::new([example(element)])),
        Type::Map(element) => Value::Map([("key".to_owned(), example(element))].into()),
        Type::Object(members) => {
            let members = members.iter().map(|(name, ty)| (name.clone(), example(ty)));
            Value::Object(members.collect())
        }
    }
}

fn to_json(value: &Value) -> serde_json::Value {
    use serde_json::Value as Json;
    match value {
        Value::Null | Value::Unknown => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(number) => serde_json::from_str(&number.to_string()).unwrap_or_default(),
        Value::String(text) => Json::String(text.to_string()),
        Value::List(elements) => elements.iter().map(to_json).collect(),
        Value::Set(set) => set.iter().map(to_json).collect(),
        Value::Map(members) | Value::Object(members) => Json::Object(
            members
                .iter()
                .map(|(name, value)| (name.clone(), to_json(value)))
                .collect(),
        ),
    }
}

/// What decodes has to encode, and decode again to the same.
fn goes_round(value: &Value, ty: &Type) {
    let bytes = msgpack::encode(value, ty).expect("what was decoded is of its type");
    let again = msgpack::decode(&bytes, ty).expect("what was encoded can be decoded");
    assert!(again == *value, "another value came back: {value:?} {again:?}");
}

#[test]
fn msgpack() {
    let examples = examples();
    let seeds = examples
        .iter()
        .filter_map(|(ty, value)| msgpack::encode(value, ty).ok());
    let tokens: &[&[u8]] = &[
        b"\xc0",
        b"\xc2",
        b"\xd4\x00\x00",
        b"\xc7\x00\x0c",
        b"\xdd\xff\xff\xff\xff",
        b"\xdf\xff\xff\xff\xff",
        b"\xdb\xff\xff\xff\xff",
        b"\xcb\x7f\xf0\x00\x00\x00\x00\x00\x00",
        b"\xcf\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\xa41e99",
        b"\x92\xc4\x08\"string\"\xa1x",
        b"\x90",
        b"\x80",
    ];
    fuzz!(seeds.collect::<Vec<_>>(), tokens, |input: &[u8]| {
        let mut made = Made::Nothing;
        for (ty, _) in &examples {
            if let Ok(value) = msgpack::decode(input, ty) {
                goes_round(&value, ty);
                made = Made::Something;
            }
        }
        made
    });
}

#[test]
fn state_json() {
    let examples = examples();
    let seeds = examples
        .iter()
        .map(|(_, value)| to_json(value).to_string().into_bytes());
    fuzz!(seeds.collect::<Vec<_>>(), JSON_TOKENS, |input: &[u8]| {
        let mut made = Made::Nothing;
        for (ty, _) in &examples {
            if let Ok(value) = json::decode(input, ty) {
                goes_round(&value, ty);
                made = Made::Something;
            }
        }
        made
    });
}

/// An answer with a status, a header and a body out of an input: its first byte chooses.
pub(crate) fn answer(input: &[u8], headers: &[(&'static str, &'static str)]) -> Response {
    const STATUSES: [u16; 13] = [200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 409, 429, 503];
    let (first, body) = input.split_first().unwrap_or((&0, &[]));
    let status = STATUSES[usize::from(*first) % STATUSES.len()];
    let (name, value) = headers[usize::from(*first) / STATUSES.len() % headers.len()];
    let headers = [(HeaderName::from_static(name), HeaderValue::from_static(value))];
    Response {
        status: StatusCode::from_u16(status).unwrap_or_default(),
        headers: headers.into_iter().collect(),
        body: Zeroizing::new(body.to_vec()),
    }
}

/// The inputs of [`answer`] with these bodies.
pub(crate) fn answers(bodies: &[&str]) -> Vec<Vec<u8>> {
    bodies.iter().map(|body| [b"\0", body.as_bytes()].concat()).collect()
}

/// A state that an answer has led to is of its schema.
pub(crate) fn expect_of_schema<B: Block>(state: &B) {
    let object = Value::Object(state.to_object());
    goes_round(&object, &B::schema().ty());
}
