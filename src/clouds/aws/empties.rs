use std::io;
use std::path::Path;

use zeroize::Zeroizing;

use super::auth::metadata::Metadata;
use super::auth::profile::Profile;
use super::auth::session::Session;
use super::client::Client;
use super::endpoint::network;
use super::provider_block::endpoints::Endpoints;
use super::provider_block::{AssumeRole, AssumeRoleWithWebIdentity, DefaultTags, IgnoreTags, Settings};
use crate::clouds::shared::empties::{Base, Subject, block};
use crate::host::Host;
use crate::http;
use crate::value::{Set, Value};

const CONFIG: &str = "\
[default]
aws_access_key_id = file-id
aws_secret_access_key = file-key
region = eu-west-1
endpoint_url = http://file
ca_bundle = /bundle
use_fips_endpoint = true
[profile work]
aws_access_key_id = work-id
aws_secret_access_key = work-key
";

fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    match path.to_str().unwrap_or_default() {
        "/home/.aws/config" => Ok(CONFIG.as_bytes().to_vec().into()),
        "/token" => Ok(b"token".to_vec().into()),
        "/bundle" => {
            let certificate = rcgen::generate_simple_self_signed(["localhost".to_owned()]);
            let certificate = certificate.map_err(io::Error::other)?;
            Ok(certificate.cert.pem().into_bytes().into())
        }
        _ => Err(io::ErrorKind::NotFound.into()),
    }
}

fn look(client: &Client, settings: &Settings, host: &Host) -> String {
    let profile = Profile::find(settings, host);
    let profile = profile.as_ref().ok();
    let identity = client.session.as_ref().ok().map(Session::identity);
    let metadata = profile.map(|profile| Metadata::resolve(settings, &host.environment, profile));
    let network = network::resolve(settings, host, profile).map(|network| {
        let trusts_some = matches!(network.trust, http::Trust::Only(_));
        (network.proxies, trusts_some)
    });
    let numbers = (settings.attempts(), settings.retries(), settings.user_agent());
    format!(
        "{identity:?} {:?} {:?} {:?} {metadata:?} {network:?} {numbers:?} {:?} {profile:?}",
        client.endpoint, client.region, client.tags, settings.sts_region
    )
}

fn list(value: Value) -> Value {
    Value::List(vec![value])
}

fn bases() -> Vec<Base> {
    let text = |text: &str| Value::string(text);
    let set = |one: &str| Value::Set(Set::new([text(one)]));
    let map = || Value::Map([("a".to_owned(), text("b"))].into());
    let arn = || text("arn:aws:iam::123456789012:role/r");
    let role = block::<AssumeRole>(&[
        ("role_arn", arn()),
        ("duration", text("1h")),
        ("external_id", text("ext")),
        ("policy", text("{}")),
        ("policy_arns", set("arn:aws:iam::aws:policy/p")),
        ("session_name", text("me")),
        ("source_identity", text("you")),
        ("tags", map()),
        ("transitive_tag_keys", set("a")),
    ]);
    let web = block::<AssumeRoleWithWebIdentity>(&[
        ("role_arn", arn()),
        ("duration", text("1h")),
        ("policy", text("{}")),
        ("policy_arns", set("arn:aws:iam::aws:policy/p")),
        ("session_name", text("me")),
        ("web_identity_token", text("token")),
    ]);
    let url = |url: &str| {
        Value::Set(Set::new([block::<Endpoints>(&[
            ("apigateway", text(url)),
            ("s3", text("x")),
        ])]))
    };
    let full = [
        ("access_key", text("id")),
        ("secret_key", text("key")),
        ("token", text("token")),
        ("region", text("eu-west-2")),
        ("profile", text("work")),
        ("shared_config_files", list(text("~/.aws/config"))),
        ("allowed_account_ids", set("1")),
        ("retry_mode", text("adaptive")),
        ("no_proxy", text("none")),
        ("custom_ca_bundle", text("/bundle")),
        ("ec2_metadata_service_endpoint", text("http://block")),
        ("ec2_metadata_service_endpoint_mode", text("IPv6")),
        ("skip_metadata_api_check", text("true")),
        ("sts_region", text("eu-west-3")),
        ("user_agent", list(text("word"))),
        ("assume_role", list(role)),
        ("default_tags", list(block::<DefaultTags>(&[("tags", map())]))),
        (
            "ignore_tags",
            list(block::<IgnoreTags>(&[("keys", set("k")), ("key_prefixes", set("p"))])),
        ),
        ("endpoints", url("http://block")),
    ];
    let home = ("HOME", "/home");
    let variables = [
        home,
        ("USERPROFILE", "/home"),
        ("AWS_ACCESS_KEY_ID", "env-id"),
        ("AWS_SECRET_ACCESS_KEY", "env-key"),
        ("AWS_SESSION_TOKEN", "env-token"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_PROFILE", "work"),
        ("AWS_ENDPOINT_URL", "http://variable"),
        ("AWS_CA_BUNDLE", "/bundle"),
        ("HTTP_PROXY", "http://proxy"),
        ("HTTPS_PROXY", "http://proxy"),
        ("NO_PROXY", "some"),
        ("TF_AWS_IGNORE_TAGS_KEYS", "k"),
    ];
    let pod = [
        home,
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"),
        ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/r"),
        ("AWS_ROLE_SESSION_NAME", "me"),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://metadata"),
    ];
    let container = [("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/x")];
    let base = Base::new::<Settings>;
    vec![
        base(&[], &[]),
        base(&[], &[home]),
        base(&[], &variables),
        base(&[], &pod),
        base(&[], &container),
        base(&full, &variables),
        base(&full, &[home]),
        base(&[("assume_role_with_web_identity", list(web))], &variables),
        base(&[("profile", Value::string("work"))], &[home]),
    ]
}

#[test]
fn what_is_empty_counts_as_absent() {
    const OF_LIBRARY: &str =
        "the vendor's library reads it by itself, and takes an empty one for one: it is refused before";
    let deviations = [
        (
            "assume_role",
            "a block that names no role is warned of, as with the official provider",
        ),
        (
            "assume_role_with_web_identity",
            "a block that has no token is an error, as with the official provider: to go on would be to act as somebody else",
        ),
        (
            "http_proxy",
            "an empty proxy is none, whatever the environment says, as with the official provider",
        ),
        (
            "https_proxy",
            "an empty proxy is none, whatever the environment says, as with the official provider",
        ),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", OF_LIBRARY),
        ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", OF_LIBRARY),
        (
            "TF_AWS_DEFAULT_TAGS_x",
            "a tag may have an empty value, and the official provider takes it for one",
        ),
    ];
    let subject = Subject::<Client> { read, look };
    subject.expect(&["AWS_", "TF_AWS_"], &bases(), &deviations);
}
