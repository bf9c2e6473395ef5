//! Fuzzing on stable: parsers of what others send, fed with mutations of what they may send.
//!
//! Short in every test run. `APIKEYS_FUZZ_SECONDS` sets how long each target runs instead, `APIKEYS_FUZZ_SEED` repeats a run.

#![allow(clippy::expect_used)]

use std::env;
use std::fmt::Write;
use std::hash::{BuildHasher, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

use ::http::{HeaderName, HeaderValue, StatusCode};
use zeroize::Zeroizing;

use crate::host::tests::world;
use crate::http::Answer;
use crate::provider::Provider;
use crate::schema::block::Block;
use crate::value::Set;
use crate::value::{Type, Value, json, msgpack};

/// What a target made of an input.
#[derive(PartialEq, Eq)]
pub(crate) enum Made {
    /// Nothing: it was refused.
    Nothing,
    /// Something. Such inputs are worth mutating further.
    Something,
}

/// Executions without a time that is set.
const SHORT: u64 = 5_000;
/// The most inputs that are kept for mutation.
const CORPUS: usize = 400;
/// The longest input.
const LONGEST: usize = 4096;

/// Runs a target on mutations of `seeds`, with `tokens` that mean something to it put in now and then. A panic fails the test, and
/// tells the input.
pub(crate) fn fuzz(name: &str, seeds: Vec<Vec<u8>>, tokens: &[&[u8]], target: impl Fn(&[u8]) -> Made) {
    let seconds = env::var("APIKEYS_FUZZ_SECONDS")
        .ok()
        .and_then(|seconds| seconds.parse().ok());
    let limit = seconds.map(Duration::from_secs);
    let seed = env::var("APIKEYS_FUZZ_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| RandomState::new().hash_one(name));
    let mut random = Random(seed);
    let mut corpus = seeds;
    let begun = Instant::now();
    let (mut executions, mut accepted) = (0_u64, 0_u64);
    while limit.map_or(executions < SHORT, |limit| begun.elapsed() < limit) {
        let input = random.mutation(&corpus, tokens);
        let made = catch_unwind(AssertUnwindSafe(|| target(&input)));
        executions += 1;
        match made {
            Ok(Made::Nothing) => {}
            Ok(Made::Something) => {
                accepted += 1;
                if corpus.len() < CORPUS {
                    corpus.push(input);
                } else {
                    let place = random.below(corpus.len());
                    corpus[place] = input;
                }
            }
            Err(panic) => {
                let hex = input.iter().fold(String::new(), |mut hex, byte| {
                    let _ = write!(hex, "{byte:02x}");
                    hex
                });
                let text = input.escape_ascii();
                eprintln!("{name}: seed {seed}, execution {executions}, input {hex}\n{text}");
                resume_unwind(panic);
            }
        }
    }
    let took = begun.elapsed().as_secs_f64();
    eprintln!("{name}: seed {seed}, {executions} executions in {took:.1} s, {accepted} accepted");
    assert!(accepted > 0, "{name}: not one input was accepted, so little was tried");
}

/// Pseudo-random numbers that a seed repeats: SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Below `end`; 0 where that is 0.
    fn below(&mut self, end: usize) -> usize {
        (self.next() % (end.max(1) as u64)) as usize
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    fn mutation(&mut self, corpus: &[Vec<u8>], tokens: &[&[u8]]) -> Vec<u8> {
        let mut input = self.pick(corpus).clone();
        for _ in 0..=self.below(4) {
            self.mutate(&mut input, corpus, tokens);
        }
        input.truncate(LONGEST);
        input
    }

    fn mutate(&mut self, input: &mut Vec<u8>, corpus: &[Vec<u8>], tokens: &[&[u8]]) {
        let at = self.below(input.len());
        let span = at..(at + 1 + self.below(16)).min(input.len()).max(at);
        match self.below(8) {
            0 if !input.is_empty() => input[at] ^= 1 << self.below(8),
            1 if !input.is_empty() => input[at] = *self.pick(&[0, 1, 0x7f, 0x80, 0xc0, 0xff, b'"', b'-', b'9', b'}']),
            2 if !input.is_empty() => drop(input.drain(span)),
            3 if !input.is_empty() => {
                let copy = input[span].to_vec();
                input.splice(at..at, copy);
            }
            4 => {
                let other = self.pick(corpus);
                let from = self.below(other.len());
                input.splice(at.., other[from..].iter().copied());
            }
            5 => input.truncate(at),
            6 => {
                let token = *self.pick(tokens);
                input.splice(at..at, token.iter().copied());
            }
            _ => {
                let token = *self.pick(tokens);
                let end = (at + token.len()).min(input.len());
                input.splice(at..end, token.iter().copied());
            }
        }
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
    let world = world(&[], |_| Err(std::io::ErrorKind::NotFound.into()));
    Provider::of_program("terraform-provider-apikeys".as_ref(), world, Default::default())
}

/// The types that come over the wire, each with a value in which everything is given.
fn examples() -> Vec<(Type, Value)> {
    let provider = provider();
    let resources = provider.resources().map(|resource| resource.schema().ty());
    let types = resources.chain([provider.schema().ty()]);
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
    fuzz("msgpack", seeds.collect(), tokens, |input| {
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
    fuzz("state_json", seeds.collect(), JSON_TOKENS, |input| {
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
pub(crate) fn answer(input: &[u8], headers: &[(&'static str, &'static str)]) -> Answer {
    const STATUSES: [u16; 13] = [200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 409, 429, 503];
    let (first, body) = input.split_first().unwrap_or((&0, &[]));
    let status = STATUSES[usize::from(*first) % STATUSES.len()];
    let (name, value) = headers[usize::from(*first) / STATUSES.len() % headers.len()];
    let headers = [(HeaderName::from_static(name), HeaderValue::from_static(value))];
    Answer {
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
