use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use nix::unistd::geteuid;
use rustls::ClientConfig;
use support::host::{Plugin, works};
use support::identity::{self, Identity};
use support::launch::{Launch, patiently};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::UnixStream;

use super::{PROVIDER, frames};

#[tokio::test]
async fn the_socket_lies_in_a_folder_of_ours_that_nobody_else_can_enter() {
    let plugin = Launch::new(PROVIDER).plugin().await;
    let folder = plugin.line.address().parent().unwrap();
    assert_eq!(folder.parent(), Some(plugin.process.temp()));
    let metadata = fs::symlink_metadata(folder).unwrap();
    assert!(metadata.is_dir());
    assert_eq!(metadata.permissions().mode() & 0o7777, 0o700);
    assert_eq!(metadata.uid(), geteuid().as_raw());
}

#[tokio::test]
async fn a_client_without_a_certificate_gets_no_answer_to_any_rpc() {
    let plugin = Launch::new(PROVIDER).plugin().await;
    let anonymous = identity::anonymous(plugin.line.certificate().unwrap());
    refused(&plugin, anonymous).await;
}

#[tokio::test]
async fn a_client_with_a_foreign_certificate_gets_no_answer_to_any_rpc() {
    let plugin = Launch::new(PROVIDER).plugin().await;
    let foreign = Identity::new().client(plugin.line.certificate().unwrap());
    refused(&plugin, foreign).await;
}

#[tokio::test]
async fn a_client_with_the_hosts_certificate_but_not_its_key_gets_no_answer_to_any_rpc() {
    let plugin = Launch::new(PROVIDER).plugin().await;
    let thief = plugin.identity().with_another_key();
    refused(&plugin, thief.client(plugin.line.certificate().unwrap())).await;
}

#[tokio::test]
async fn a_client_in_plain_text_gets_no_answer_to_any_rpc() {
    let plugin = Launch::new(PROVIDER).plugin().await;
    let client = UnixStream::connect(plugin.line.address()).await.unwrap();
    let answer = call_everything(client).await;
    // At most the alert of TLS that this is no TLS.
    assert!(
        answer.len() <= 7 && answer.first().is_none_or(|byte| *byte == 0x15),
        "{answer:?}"
    );
    assert!(works(plugin.connect().await).await);
}

#[tokio::test]
async fn the_host_itself_is_answered_all_of_these_rpcs() {
    let plugin = Launch::new(PROVIDER).plugin().await;
    let mut connection = plugin.tls().await.unwrap();
    connection.write_all(&every_call()).await.unwrap();
    let mut answered = BTreeSet::new();
    while let Some(frame) = patiently(frames::next(&mut connection)).await {
        if frame.kind == frames::HEADERS {
            answered.insert(frame.stream);
        }
    }
    assert_eq!(answered.len(), paths().len());
}

/// Makes sure that nothing is answered to a client, and that it has no effect on the host: not even the shutdown has.
async fn refused(plugin: &Plugin, client: ClientConfig) {
    // In TLS 1.3 the client may think the handshake done before the server has seen its certificate.
    if let Ok(connection) = plugin.tls_as(client).await {
        assert_eq!(call_everything(connection).await, b"");
    }
    assert!(works(plugin.connect().await).await);
}

/// Calls every rpc there is, and gives all that comes back until the provider ends the connection.
async fn call_everything(mut connection: impl AsyncRead + AsyncWrite + Unpin) -> Vec<u8> {
    // The provider may be gone before all is written, and end with an error; what it has said until then counts.
    let _ = connection.write_all(&every_call()).await;
    let mut answer = Vec::new();
    let _ = patiently(connection.read_to_end(&mut answer)).await;
    answer
}

/// A connection's beginning and a call of every rpc.
fn every_call() -> Vec<u8> {
    let streams = (1..).step_by(2);
    let calls = streams
        .zip(paths())
        .flat_map(|(stream, path)| frames::whole_call(stream, &path));
    frames::hello().into_iter().chain(calls).collect()
}

/// The path of every rpc of the protocol, of go-plugin's services and of the health service.
fn paths() -> Vec<String> {
    let table: serde_json::Value = serde_json::from_str(include_str!("../data/tfplugin6-wire.json")).unwrap();
    let rpcs = ["tfplugin6", "plugin"].into_iter().flat_map(|package| {
        let rpcs = table[package]["rpcs"].as_object().unwrap().keys();
        rpcs.map(move |rpc| format!("/{package}.{rpc}"))
    });
    let health = ["Check", "Watch"].map(|rpc| format!("/grpc.health.v1.Health/{rpc}"));
    rpcs.chain(health).collect()
}
