//! How a host starts the provider, finds it and trusts it.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::Path;

use support::host::{Host, works};
use support::launch::Launch;

/// The provider's program.
const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-apikeys");

#[tokio::test]
async fn without_the_cookie_the_program_explains_itself() {
    for launch in [
        Launch::new(PROVIDER).without("TF_PLUGIN_MAGIC_COOKIE"),
        Launch::new(PROVIDER).variable("TF_PLUGIN_MAGIC_COOKIE", "another"),
    ] {
        let exit = launch.run().exit().await;
        assert_eq!((exit.status.code(), exit.stdout.as_str()), (Some(1), ""));
        for word in ["Terraform", "required_providers", "--debug", "--version", "--help"] {
            assert!(exit.stderr.contains(word), "{word} is not in {:?}", exit.stderr);
        }
    }
}

#[tokio::test]
async fn a_host_certificate_that_cannot_be_read_is_an_error_and_not_plain_text() {
    let no_certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (text, message) in [
        ("nonsense", "reading the host's certificate from PLUGIN_CLIENT_CERT: "),
        (
            no_certificate,
            "parsing the host's certificate from PLUGIN_CLIENT_CERT: ",
        ),
    ] {
        let exit = Launch::new(PROVIDER)
            .variable("PLUGIN_CLIENT_CERT", text)
            .run()
            .exit()
            .await;
        assert_eq!((exit.status.code(), exit.stdout.as_str()), (Some(1), ""));
        assert!(exit.stderr.contains(message), "{}", exit.stderr);
        assert!(exit.left.is_empty());
    }
}

#[tokio::test]
async fn the_answer_is_protocol_6_whatever_versions_the_host_has() {
    for versions in ["5,6", "6,5", "6", "4,5", ""] {
        let plugin = Launch::new(PROVIDER)
            .variable("PLUGIN_PROTOCOL_VERSIONS", versions)
            .plugin()
            .await;
        assert_eq!(plugin.line.fields()[..3], ["1", "6", "unix"], "{versions:?}");
    }
}

#[tokio::test]
async fn the_line_has_six_fields_and_is_all_of_stdout() {
    let host = Host::start(PROVIDER).await;
    let line = host.plugin.line.0.clone();
    let fields = host.plugin.line.fields();
    assert_eq!((fields.len(), fields[4]), (6, "grpc"));
    assert!(fields[5].len() > 50 && !fields[5].contains('='), "{}", fields[5]);
    assert_eq!(host.shutdown().await.stdout, format!("{line}\n"));
}

#[tokio::test]
async fn a_host_that_asks_about_multiplexing_gets_a_seventh_field() {
    let plugin = Launch::new(PROVIDER)
        .variable("PLUGIN_MULTIPLEX_GRPC", "true")
        .plugin()
        .await;
    let fields = plugin.line.fields();
    assert_eq!((fields.len(), fields[6]), (7, "false"));
    assert!(works(plugin.connect().await).await);
}

#[tokio::test]
async fn the_host_can_choose_the_sockets_folder() {
    let chosen = tempfile::tempdir().unwrap();
    let host = Launch::new(PROVIDER)
        .variable("PLUGIN_UNIX_SOCKET_DIR", chosen.path())
        .host()
        .await;
    assert!(host.plugin.line.address().starts_with(chosen.path()));
    host.shutdown().await;
    assert_eq!(fs::read_dir(chosen.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_folder_whose_name_is_too_long_for_a_socket_is_passed_over() {
    let parent = tempfile::tempdir().unwrap();
    let long = parent.path().join("x".repeat(100));
    fs::create_dir(&long).unwrap();
    let host = Launch::new(PROVIDER)
        .variable("PLUGIN_UNIX_SOCKET_DIR", &long)
        .host()
        .await;
    let address = host.plugin.line.address().to_owned();
    assert_eq!(address.parent().and_then(Path::parent), Some(Path::new("/tmp")));
    host.shutdown().await;
    assert!(!address.parent().unwrap().exists());
}

#[tokio::test]
async fn the_host_that_started_the_provider_is_served_over_h2() {
    let plugin = Launch::new(PROVIDER).plugin().await;
    assert_eq!(
        plugin.tls().await.unwrap().get_ref().1.alpn_protocol(),
        Some(&b"h2"[..])
    );
    assert!(works(plugin.connect().await).await);
}

#[tokio::test]
async fn each_process_has_a_certificate_of_its_own() {
    let (first, second) = (
        Launch::new(PROVIDER).plugin().await,
        Launch::new(PROVIDER).plugin().await,
    );
    assert_ne!(first.line.certificate(), second.line.certificate());
}

#[tokio::test]
async fn a_host_without_tls_is_served_in_plain_text() {
    let plugin = Launch::new(PROVIDER).plaintext().plugin().await;
    assert_eq!(plugin.line.fields()[5], "");
    assert!(works(plugin.connect().await).await);
}
