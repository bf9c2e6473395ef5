use std::io;
use std::path::Path;

use zeroize::Zeroizing;

use super::auth::session::Session;
use super::auth::sts;
use super::client::Client;
use super::provider_block::{AssumeRole, AssumeRoleWithSaml, AssumeRoleWithWebIdentity, MfaCertification, Settings};
use crate::clouds::shared::empties::{Base, Subject, block};
use crate::host::Host;
use crate::value::{Set, Value};

fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let text = match path.to_str().unwrap_or_default() {
        "/home/.tccli/default.credential" => r#"{"secretId": "file-id", "secretKey": "file-key"}"#,
        "/home/.tccli/default.configure" => r#"{"_sys_param": {"region": "ap-tokyo"}}"#,
        "/home/.tccli/work.credential" => r#"{"secretId": "work-id", "secretKey": "work-key"}"#,
        "/token" => r#"{"web_identity_token": "token"}"#,
        _ => return Err(io::ErrorKind::NotFound.into()),
    };
    Ok(text.as_bytes().to_vec().into())
}

fn look(client: &Client, settings: &Settings, host: &Host) -> String {
    let identity = client.session.as_ref().ok().map(Session::identity);
    let tokens = settings.url(&sts::SERVICE, &host.environment);
    format!(
        "{identity:?} {:?} {:?} {tokens:?}",
        client.endpoint.as_ref().map(|endpoint| &endpoint.url),
        client.region
    )
}

fn bases() -> Vec<Base> {
    let text = Value::string;
    let one = |block: Value| Value::List(vec![block]);
    let only = |block: Value| Value::Set(Set::new([block]));
    let pair = [("secret_id", text("id")), ("secret_key", text("key"))];
    let role = block::<AssumeRole>(&[
        ("role_arn", text("arn")),
        ("session_name", text("me")),
        ("policy", text("{}")),
        ("external_id", text("ext")),
        ("source_identity", text("you")),
        ("serial_number", text("device")),
        ("token_code", text("1")),
    ]);
    let saml = block::<AssumeRoleWithSaml>(&[
        ("saml_assertion", text("a")),
        ("principal_arn", text("p")),
        ("role_arn", text("arn")),
        ("session_name", text("me")),
    ]);
    let web = block::<AssumeRoleWithWebIdentity>(&[
        ("provider_id", text("p")),
        ("web_identity_token_file", text("/token")),
        ("role_arn", text("arn")),
        ("session_name", text("me")),
    ]);
    let device = block::<MfaCertification>(&[("serial_number", text("device")), ("token_code", text("1"))]);
    let more = [
        ("security_token", text("token")),
        ("region", text("ap-seoul")),
        ("protocol", text("HTTP")),
        ("domain", text("example.com")),
        ("cos_domain", text("example.com")),
        ("assume_role", only(role)),
        ("mfa_certification", only(device)),
        ("api_version", text("2017")),
        ("request_method", text("GET")),
        ("signature_method", text("HmacSHA1")),
    ];
    let full = [&pair[..], &more].concat();
    let profile = [("profile", text("work")), ("shared_credentials_dir", text("~/.tccli"))];
    let home = ("HOME", "/home");
    let keys = [
        ("TENCENTCLOUD_SECRET_ID", "env-id"),
        ("TENCENTCLOUD_SECRET_KEY", "env-key"),
    ];
    let variables = [
        home,
        ("USERPROFILE", "/home"),
        keys[0],
        keys[1],
        ("TENCENTCLOUD_SECURITY_TOKEN", "env-token"),
        ("TENCENTCLOUD_REGION", "ap-bangkok"),
        ("TENCENTCLOUD_PROTOCOL", "HTTP"),
        ("TENCENTCLOUD_DOMAIN", "variable"),
        ("TENCENTCLOUD_ASSUME_ROLE_ARN", "env-arn"),
        ("TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME", "env"),
        ("TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION", "600"),
        ("TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID", "env"),
        ("TENCENTCLOUD_MFA_CERTIFICATION_SERIAL_NUMBER", "env"),
        ("TENCENTCLOUD_MFA_CERTIFICATION_TOKEN_CODE", "2"),
    ];
    let files = [
        home,
        ("TENCENTCLOUD_PROFILE", "work"),
        ("TENCENTCLOUD_SHARED_CREDENTIALS_DIR", "~/.tccli"),
    ];
    let pod = [
        ("TKE_REGION", "ap-tokyo"),
        ("TKE_WEB_IDENTITY_TOKEN_FILE", "/token"),
        ("TKE_PROVIDER_ID", "p"),
        ("TKE_ROLE_ARN", "arn"),
    ];
    let base = Base::new::<Settings>;
    vec![
        base(&[], &[]),
        base(&[], &[home]),
        base(&[], &variables),
        base(&[], &files),
        base(&full, &variables),
        base(&full, &[]),
        base(&pair, &keys),
        base(&profile, &[home]),
        base(&[("cam_role_name", Value::string("r"))], &variables),
        base(&[("assume_role_with_saml", one(saml))], &variables),
        base(&[("assume_role_with_web_identity", one(web))], &[]),
        base(&[("enable_pod_oidc", true.into())], &pod),
    ]
}

#[test]
fn what_is_empty_counts_as_absent() {
    const ROLE: &str = "a block that does not say what it needs is an error, as with the official provider: to go on would be to act as \
                        somebody else";
    const PAIR: &str = "an argument that is written and empty puts the profile before the variables, and an empty token beside an id is none, as \
                        with the official provider";
    let deviations = [
        ("assume_role", ROLE),
        ("assume_role_with_saml", ROLE),
        ("assume_role_with_web_identity", ROLE),
        ("mfa_certification", ROLE),
        ("secret_id", PAIR),
        ("secret_key", PAIR),
        ("security_token", PAIR),
    ];
    let subject = Subject::<Client> { read, look };
    subject.expect(&["TENCENTCLOUD_", "TKE_"], &bases(), &deviations);
}
