#![allow(clippy::unwrap_used)]

use std::io;
use std::path::Path;

use zeroize::Zeroizing;

use super::*;
use crate::clouds::scaleway::cloud;
use crate::host::tests::host;
use crate::schema::block::Block;
use crate::value::Value;

const SECRETS: [&str; 6] = [
    "00000000-0000-4000-8000-000000000000",
    "11111111-0000-4000-8000-000000000000",
    "22222222-0000-4000-8000-000000000000",
    "33333333-0000-4000-8000-000000000000",
    "44444444-0000-4000-8000-000000000000",
    "55555555-0000-4000-8000-000000000000",
];
const ID: &str = "SCWAAAAAAAAAAAAAAAAA";

/// Root, an active profile, and two more.
const FULL: &str = "\
access_key: SCWROOTROOTROOTROOT0
secret_key: 00000000-0000-4000-8000-000000000000
active_profile: active
profiles:
  active:
    access_key: SCWACTIVEACTIVE00000
    secret_key: 11111111-0000-4000-8000-000000000000
    default_organization_id: 99999999-0000-4000-8000-000000000000
  named:
    access_key: SCWNAMEDNAMEDNAMED00
    secret_key: \"22222222-0000-4000-8000-000000000000\"
    api_url: https://named.example/
  thin:
    default_region: nl-ams
";

fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let text = match path.to_str().unwrap_or_default() {
        "/home/.config/scw/config.yaml" | "/xdg/scw/config.yml" | "/full" => FULL,
        "/root-only" => "access_key: SCWROOTROOTROOTROOT0\nsecret_key: 00000000-0000-4000-8000-000000000000\n",
        "/half" => "access_key: SCWROOTROOTROOTROOT0\n",
        "/empty" => "",
        "/insecure" => "insecure: true\n",
        "/insecure-yes" => "insecure: yes\nprofiles:\n",
        "/broken" => "secret_key: \"33333333-0000-4000-8000-000000000000\naccess_key: [",
        "/list" => "- a\n",
        "/forbidden" => return Err(io::ErrorKind::PermissionDenied.into()),
        "/wrong" => "access_key: 12345\nsecret_key: no-uuid\n",
        "/missing-active" => "active_profile: gone\n",
        _ => return Err(io::ErrorKind::NotFound.into()),
    };
    Ok(text.as_bytes().to_vec().into())
}

fn resolved(block: &[(&str, Value)], environment: &[(&str, &str)]) -> (Result<Identity, Error>, Option<Diagnostic>) {
    let mut object = Settings::schema().empty_object();
    object.extend(block.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    let object = cloud(chrono::Utc::now).settled(&object);
    resolve(&Settings::from_object(&object).unwrap(), &host(environment, read))
}

type Row<'a> = (Vec<(&'a str, Value)>, Vec<(&'a str, &'a str)>, Result<&'a str, &'a str>);

#[test]
fn the_environment_goes_over_the_block_and_that_over_the_file_and_nothing_is_guessed() {
    let text = Value::string;
    let unknown = || Value::Unknown;
    let variables = [("SCW_ACCESS_KEY", ID), ("SCW_SECRET_KEY", SECRETS[4])];
    let block = [("access_key", text(ID)), ("secret_key", text(SECRETS[5]))];
    let file = |path| ("SCW_CONFIG_PATH", path);
    #[rustfmt::skip]
    let rows: Vec<Row<'_>> = vec![
        // One source.
        (vec![], variables.to_vec(), Ok(SECRETS[4])),
        (block.to_vec(), vec![], Ok(SECRETS[5])),
        (vec![], vec![file("/root-only")], Ok(SECRETS[0])),
        (vec![], vec![("HOME", "/home")], Ok(SECRETS[1])),
        (vec![], vec![("HOME", "/home"), ("XDG_CONFIG_HOME", "/xdg")], Ok(SECRETS[1])),
        (vec![], vec![("HOME", "/home"), ("XDG_CONFIG_HOME", "/nowhere")], Err("no Scaleway credentials")),
        // Older names.
        (vec![], vec![("SCALEWAY_ACCESS_KEY", ID), ("SCALEWAY_TOKEN", SECRETS[4])], Ok(SECRETS[4])),
        (vec![], vec![("SCW_ACCESS_KEY", ID), ("SCW_TOKEN", SECRETS[4]), ("SCALEWAY_TOKEN", SECRETS[3])], Ok(SECRETS[4])),
        (vec![], vec![("SCW_ACCESS_KEY", ID), ("SCALEWAY_ACCESS_KEY", SECRETS[4])], Ok(SECRETS[4])),
        // Several sources.
        (block.to_vec(), variables.to_vec(), Ok(SECRETS[4])),
        (block.to_vec(), vec![file("/full")], Ok(SECRETS[5])),
        (vec![], [variables.to_vec(), vec![file("/full")]].concat(), Ok(SECRETS[4])),
        (vec![("access_key", text("")), ("secret_key", Value::Null)], vec![file("/full")], Ok(SECRETS[1])),
        // Profiles.
        (vec![("profile", text("named"))], vec![file("/full")], Ok(SECRETS[2])),
        (vec![("profile", text("named"))], vec![file("/full"), ("SCW_PROFILE", "active")], Ok(SECRETS[2])),
        (vec![], vec![file("/full"), ("SCW_PROFILE", "named")], Ok(SECRETS[2])),
        (vec![("profile", text("default"))], vec![file("/full")], Ok(SECRETS[0])),
        (vec![("profile", text("thin"))], vec![file("/full")], Ok(SECRETS[0])),
        (vec![("profile", text("gone"))], vec![file("/full")], Err("`profile` of the provider block is \"gone\", but /full has no such profile")),
        (vec![("profile", text("gone"))], vec![], Err("`profile` of the provider block is \"gone\", but there is no config file")),
        (vec![("profile", text("gone"))], [variables.to_vec(), vec![file("/full")]].concat(),
         Err("`profile` of the provider block is \"gone\", but /full has no such profile")),
        (vec![], vec![file("/full"), ("SCW_PROFILE", "gone")], Err("SCW_PROFILE is \"gone\", but /full has no such profile")),
        (vec![], vec![file("/missing-active")], Err("`active_profile` in /missing-active is \"gone\", but /missing-active has no such profile")),
        // Nothing, or half of it.
        (vec![], vec![], Err("no Scaleway credentials")),
        (vec![], vec![file("/empty")], Err("no Scaleway credentials")),
        (vec![], vec![file("/nowhere")], Err("no Scaleway credentials")),
        (vec![], variables[..1].to_vec(), Err("there is SCW_ACCESS_KEY, but no secret key")),
        (vec![], variables[1..].to_vec(), Err("there is SCW_SECRET_KEY, but no access key")),
        (block[1..].to_vec(), vec![], Err("there is `secret_key` of the provider block, but no access key")),
        (vec![], vec![file("/half")], Err("there is `access_key` in /half, but no secret key")),
        // Of no use.
        (vec![], vec![("SCW_SECRET_KEY", "")], Err("the environment variable SCW_SECRET_KEY is set, but empty")),
        (block.to_vec(), vec![("SCALEWAY_TOKEN", "")], Err("the environment variable SCALEWAY_TOKEN is set, but empty")),
        (vec![], [variables.to_vec(), vec![("SCW_TOKEN", ""), ("SCALEWAY_ACCESS_KEY", "")]].concat(), Ok(SECRETS[4])),
        (block.to_vec(), vec![("SCW_PROFILE", ""), ("SCW_CONFIG_PATH", "")], Ok(SECRETS[5])),
        (vec![], vec![file("/full"), ("SCW_PROFILE", "")], Ok(SECRETS[1])),
        (block.to_vec(), vec![file("/broken")], Err("the config file /broken cannot be used: it is not YAML (line 1, column 13)")),
        (block.to_vec(), vec![file("/list")], Err("the config file /list cannot be used: it is not a YAML map")),
        (block.to_vec(), vec![file("/forbidden")], Err("the config file /forbidden cannot be used: it cannot be read (permission denied)")),
        (vec![], vec![file("/wrong")], Err("`access_key` in /wrong is not `SCW` and 17 capital letters or digits")),
        (vec![("access_key", text(ID)), ("secret_key", text("no-uuid"))], vec![], Err("`secret_key` of the provider block is not a UUID")),
        (block.to_vec(), vec![("SCW_API_URL", "api.example")], Err("SCW_API_URL is not a URL that begins with http:// or https://")),
        (block.to_vec(), vec![("SCW_DEFAULT_ORGANIZATION_ID", "mine")], Err("SCW_DEFAULT_ORGANIZATION_ID is not a UUID")),
        (block.to_vec(), vec![("SCW_INSECURE", "maybe")], Err("SCW_INSECURE is not true or false")),
        // Not known yet.
        (vec![block[0].clone(), ("secret_key", unknown())], vec![], Err("the provider argument `secret_key` is not known yet, and this needs the API")),
        (vec![("secret_key", unknown())], variables.to_vec(), Ok(SECRETS[4])),
        (vec![("profile", unknown())], vec![file("/full")], Err("the provider argument `profile` is not known yet, and this needs the API")),
        (vec![("api_url", unknown())], variables.to_vec(), Err("the provider argument `api_url` is not known yet, and this needs the API")),
    ];
    for (block, environment, expected) in rows {
        let (identity, _) = resolved(&block, &environment);
        let found = identity.map(|identity| identity.token.expose().to_owned());
        let expected = expected.map(str::to_owned).map_err(str::to_owned);
        assert_eq!(
            found.map_err(|error| error.message),
            expected,
            "{block:?} {environment:?}"
        );
    }
}

#[test]
fn url_and_organization_come_from_the_same_places_and_the_summary_says_from_where() {
    let (identity, _) = resolved(
        &[("profile", Value::string("named"))],
        &[("SCW_CONFIG_PATH", "/full"), ("SCW_ORGANIZATION", SECRETS[3])],
    );
    let identity = identity.unwrap();
    assert_eq!(identity.url, "https://named.example");
    assert_eq!(identity.organization_id.as_deref(), Some(SECRETS[3]));
    assert_eq!(
        identity.summary,
        "access key from `access_key` of profile \"named\" in /full, \
         secret key from `secret_key` of profile \"named\" in /full, \
         endpoint https://named.example (`api_url` of profile \"named\" in /full)"
    );
    let (identity, _) = resolved(&[], &[("HOME", "/home")]);
    let identity = identity.unwrap();
    assert_eq!(identity.url, "https://api.scaleway.com");
    assert_eq!(
        identity.organization_id.as_deref(),
        Some("99999999-0000-4000-8000-000000000000")
    );
    assert!(
        identity
            .summary
            .ends_with("endpoint https://api.scaleway.com (the default)")
    );
}

#[test]
fn certificates_are_checked_unless_it_is_said_that_they_are_not() {
    let pair = [
        ("access_key", Value::string(ID)),
        ("secret_key", Value::string(SECRETS[5])),
    ];
    for (environment, expected) in [
        (vec![], false),
        (vec![("SCW_INSECURE", "true")], true),
        (vec![("SCW_INSECURE", "0")], false),
        (vec![("SCW_TLSVERIFY", "false")], true),
        (vec![("SCW_TLSVERIFY", "1")], false),
        (vec![("SCW_INSECURE", ""), ("SCW_CONFIG_PATH", "/insecure")], false),
        (vec![("SCW_TLSVERIFY", ""), ("SCW_CONFIG_PATH", "/insecure")], false),
        (vec![("SCW_CONFIG_PATH", "/insecure-yes")], true),
        (vec![("SCW_CONFIG_PATH", "/insecure")], true),
        (vec![("SCW_CONFIG_PATH", "/insecure"), ("SCW_INSECURE", "false")], false),
    ] {
        let (identity, _) = resolved(&pair, &environment);
        let is_insecure = matches!(identity.unwrap().trust, Trust::Insecure);
        assert_eq!(is_insecure, expected, "{environment:?}");
    }
}

#[test]
fn sources_that_disagree_are_told_once_and_those_that_agree_are_not() {
    let pair = [
        ("access_key", Value::string(ID)),
        ("secret_key", Value::string(SECRETS[5])),
    ];
    let (_, disagreement) = resolved(&pair, &[("SCW_SECRET_KEY", SECRETS[5]), ("SCW_ACCESS_KEY", ID)]);
    assert_eq!(disagreement, None);
    let (_, disagreement) = resolved(&pair, &[("SCW_SECRET_KEY", SECRETS[4]), ("SCW_CONFIG_PATH", "/full")]);
    let detail = disagreement.unwrap().detail;
    assert_eq!(
        detail,
        "Environment variables override the provider block, which overrides the config file:\n\
         \n  - access_key: `access_key` of the provider block is used, not `access_key` of profile \"active\" in /full\
         \n  - secret_key: SCW_SECRET_KEY is used, not `secret_key` of the provider block nor `secret_key` of profile \"active\" in /full\
         \n\nRemove those that are not meant."
    );
    assert!(SECRETS.iter().all(|secret| !detail.contains(secret)));
}

#[test]
fn no_error_shows_what_stands_in_a_broken_file() {
    let (identity, _) = resolved(&[], &[("SCW_CONFIG_PATH", "/broken")]);
    assert!(!format!("{:?}", identity.unwrap_err()).contains("33333333"));
}
