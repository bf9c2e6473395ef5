//! The provider as a process: how a host starts it, trusts it and ends it.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

#[tokio::test]
async fn probe() {
    let host = support::host::Host::start().await;
    println!("{}", host.plugin.line.0);
    let exit = host.shutdown().await;
    println!("{} {:?} {}", exit.status, exit.left, exit.stderr);
}
