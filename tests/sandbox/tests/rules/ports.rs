use std::collections::VecDeque;
use std::io;
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use sandbox::{Cloud, Fault, FaultKind, Options, Sandbox};
use serde_json::Value;

use crate::client::{Broken, Connection, Request, authority, send};
use crate::scaleway_client::{KEYS, call};

#[test]
fn a_closed_port_refuses_until_it_is_opened_again() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let url = sandbox.url(Cloud::Aws);
    for _ in 0..2 {
        sandbox.close(Cloud::Aws).unwrap();
        assert_eq!(refusal(&url), io::ErrorKind::ConnectionRefused);
    }
    sandbox.reset();
    assert_eq!(refusal(&url), io::ErrorKind::ConnectionRefused);
    assert_eq!(call(&sandbox, "GET", KEYS, Value::Null).status, 200);
    for _ in 0..2 {
        sandbox.open(Cloud::Aws).unwrap();
        assert_eq!((sandbox.url(Cloud::Aws), status(&url)), (url.clone(), 200));
    }
    sandbox.close(Cloud::Aws).unwrap();
    assert_eq!(refusal(&url), io::ErrorKind::ConnectionRefused);
}

#[test]
#[cfg(unix)]
fn a_port_that_is_closed_and_opened_is_never_given_to_somebody_else() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut held = VecDeque::new();
                while !is_over.load(Ordering::Relaxed) {
                    held.extend(TcpListener::bind("127.0.0.1:0"));
                    if held.len() > 60 {
                        held.pop_front();
                    }
                }
            });
        }
        let turned = (0..10_000).try_for_each(|_| {
            sandbox.close(Cloud::Aws)?;
            sandbox.open(Cloud::Aws)
        });
        is_over.store(true, Ordering::Relaxed);
        turned.unwrap();
    });
    assert_eq!(status(&sandbox.url(Cloud::Aws)), 200);
}

#[test]
fn a_closed_port_leaves_no_connection_open() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let url = sandbox.url(Cloud::Aws);
    let mut kept = Connection::open(&url);
    for _ in 0..2 {
        assert_eq!(kept.send(&journal()).unwrap().status, 200);
    }
    sandbox.close(Cloud::Aws).unwrap();
    assert_eq!(kept.send(&journal()).unwrap_err(), Broken::NoAnswer);
    sandbox.open(Cloud::Aws).unwrap();
    assert_eq!(kept.send(&journal()).unwrap_err(), Broken::NoAnswer);
    assert_eq!(status(&url), 200);
}

#[test]
fn a_request_under_way_gets_no_answer_when_the_port_is_closed() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    sandbox.fault(Fault {
        cloud: Cloud::Scaleway,
        operation: None,
        kind: FaultKind::Delay {
            milliseconds: 3_600_000,
        },
        times: 1,
    });
    let url = sandbox.url(Cloud::Scaleway);
    let client = thread::spawn(move || send(&url, &Request::new("GET", KEYS)));
    sandbox.wait_for_call("ListAPIKeys", Duration::from_secs(60)).unwrap();
    sandbox.close(Cloud::Scaleway).unwrap();
    assert_eq!(client.join().unwrap().unwrap_err(), Broken::NoAnswer);
}

fn journal() -> Request {
    Request::new("GET", "/_sandbox/journal")
}

fn status(url: &str) -> u16 {
    send(url, &journal()).unwrap().status
}

fn refusal(url: &str) -> io::ErrorKind {
    TcpStream::connect(authority(url)).unwrap_err().kind()
}
