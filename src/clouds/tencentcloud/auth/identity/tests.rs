#![allow(clippy::unwrap_used)]

use std::io;
use std::path::Path;

use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

use super::*;
use crate::clouds::tencentcloud::cloud;
use crate::host::tests::host;
use crate::schema::block::Block;
use crate::value::{Set, Value};

const DURATION: &str = "TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION";
const MFA_SERIAL_NUMBER: &str = "TENCENTCLOUD_MFA_CERTIFICATION_SERIAL_NUMBER";
const ROLE_ARN: &str = "TENCENTCLOUD_ASSUME_ROLE_ARN";
const SAML_ASSERTION: &str = "TENCENTCLOUD_ASSUME_ROLE_SAML_ASSERTION";
const SECRET_ID: &str = "TENCENTCLOUD_SECRET_ID";
const SECRET_KEY: &str = "TENCENTCLOUD_SECRET_KEY";
const SECURITY_TOKEN: &str = "TENCENTCLOUD_SECURITY_TOKEN";
const SESSION_NAME: &str = "TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME";
const WEB_TOKEN_FILE: &str = "TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN_FILE";

const LOGIN: &str = r#"{"type": "oauth", "secretId": "login-id", "secretKey": "login-key", "token": "login-token", "expiresAt": 1900000000}"#;

fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let text = match path.to_str().unwrap_or_default() {
        "/home/.tccli/default.credential" => r#"{"secretId": "file-id", "secretKey": "file-key"}"#,
        "/home/.tccli/default.configure" => r#"{"_sys_param": {"region": "ap-tokyo", "arrayCount": 10}}"#,
        "/home/.tccli/login.credential" | "/other/default.credential" => LOGIN,
        "/home/.tccli/over.credential" => {
            r#"{"secretId": "a", "secretKey": "b", "type": "oauth", "expiresAt": 1500000000}"#
        }
        "/home/.tccli/role.credential" => {
            r#"{"secretId": "a", "secretKey": "b", "role-arn": "arn", "role-session-name": "s"}"#
        }
        "/home/.tccli/instance.credential" => r#"{"type": "cvm-role"}"#,
        "/home/.tccli/nulls.credential" => r#"{"secretId": null, "secretKey": null, "type": null, "role-arn": null}"#,
        "/home/.tccli/nulls.configure" => r#"{"_sys_param": null}"#,
        "/home/.tccli/broken.credential" => r#"{"secretId": "#,
        "/sdk/.tencentcloud/credentials" => {
            "[default]\nsecret_id = sdk-id\nsecret_key = sdk\\key\"\n[half]\nsecret_id = x\n"
        }
        _ => return Err(io::ErrorKind::NotFound.into()),
    };
    Ok(text.as_bytes().to_vec().into())
}

fn resolved(block: &[(&str, Value)], environment: &[(&str, &str)]) -> Result<Identity, Error> {
    let mut object = Settings::schema().empty_object();
    object.extend(block.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    let settings = Settings::from_object(&cloud(Utc::now).settled(&object)).unwrap();
    let host = Host {
        clock: || DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default(),
        ..host(environment, read)
    };
    let profile = profile(&settings, &host)?;
    resolve(&settings, &host.environment, profile)
}

/// A block with these arguments, the others null.
fn nested<B: Block>(arguments: &[(&str, Value)]) -> Value {
    let mut object = B::schema().empty_object();
    object.extend(
        arguments
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone())),
    );
    Value::Object(object)
}

fn text(text: &str) -> Value {
    Value::string(text)
}

/// The pair and the token that an identity begins with.
fn base(identity: &Identity) -> String {
    match &identity.base {
        Base::Fixed(credentials) => format!(
            "{} {}{}",
            credentials.access_key_id,
            credentials.secret_access_key.expose(),
            credentials
                .session_token
                .as_ref()
                .map_or(String::new(), |token| format!(" {}", token.expose()))
        ),
        Base::Instance { role } => format!("instance {role}"),
        Base::None => "nobody".to_owned(),
    }
}

#[test]
fn static_credentials_go_over_profiles_and_the_instances_role_over_both_and_nothing_is_guessed() {
    let variables = [(SECRET_ID, "env-id"), (SECRET_KEY, "env-key")];
    let block = [("secret_id", text("id")), ("secret_key", text("key"))];
    let empty = [("secret_id", text("")), ("secret_key", text(""))];
    let home = ("HOME", "/home");
    #[rustfmt::skip]
    let rows: Vec<(Vec<(&str, Value)>, Vec<(&str, &str)>, Result<&str, &str>)> = vec![
        (vec![], variables.to_vec(), Ok("env-id env-key")),
        (block.to_vec(), variables.to_vec(), Ok("id key")),
        (block[..1].to_vec(), variables.to_vec(), Ok("id env-key")),
        (vec![], [variables.to_vec(), vec![(SECURITY_TOKEN, "t")]].concat(), Ok("env-id env-key t")),
        (vec![], vec![], Err("no Tencent Cloud credentials")),
        (vec![], variables[..1].to_vec(), Err("there is `secret_id` (or TENCENTCLOUD_SECRET_ID), but no `secret_key` (or TENCENTCLOUD_SECRET_KEY)")),
        (vec![], variables[1..].to_vec(), Err("there is `secret_key` (or TENCENTCLOUD_SECRET_KEY), but no `secret_id` (or TENCENTCLOUD_SECRET_ID)")),
        (vec![("secret_key", Value::Unknown)], variables.to_vec(), Err("the provider argument `secret_key` is not known yet, and this needs the API")),
        // Profiles.
        (vec![], vec![home], Ok("file-id file-key")),
        (vec![], [variables.to_vec(), vec![home]].concat(), Ok("env-id env-key")),
        (vec![], vec![home, variables[0]], Err("there is `secret_id` (or TENCENTCLOUD_SECRET_ID), but no `secret_key` (or TENCENTCLOUD_SECRET_KEY)")),
        (vec![("profile", text("login"))], vec![home], Ok("login-id login-key login-token")),
        (vec![], vec![home, ("TENCENTCLOUD_PROFILE", "login")], Ok("login-id login-key login-token")),
        (vec![("shared_credentials_dir", text("/other"))], vec![home], Ok("login-id login-key login-token")),
        (vec![], vec![home, ("TENCENTCLOUD_SHARED_CREDENTIALS_DIR", "~/.tccli/")], Ok("file-id file-key")),
        (vec![("profile", text("gone"))], vec![home], Err("`profile` of the provider block is \"gone\", but no file has such a profile")),
        (vec![], vec![home, ("TENCENTCLOUD_PROFILE", "gone")], Err("TENCENTCLOUD_PROFILE is \"gone\", but no file has such a profile")),
        (vec![("profile", text("over"))], vec![home], Err("the login in /home/.tccli/over.credential ended at 2017-07-14T02:40:00+00:00")),
        (vec![("profile", text("instance"))], vec![home],
         Err("the file /home/.tccli/instance.credential cannot be used: it stands for the role of the instance: set `cam_role_name`")),
        (vec![("profile", text("broken"))], vec![home],
         Err("the file /home/.tccli/broken.credential cannot be used: it is not as the command line writes it (line 1, column 13)")),
        (vec![("profile", Value::Unknown)], vec![home], Err("the provider argument `profile` is not known yet, and this needs the API")),
        (vec![], vec![("HOME", "/sdk")], Ok("sdk-id sdk\\key\"")),
        (vec![], vec![("HOME", "/nowhere"), ("TENCENTCLOUD_CREDENTIALS_FILE", "/sdk/.tencentcloud/credentials")], Ok("sdk-id sdk\\key\"")),
        (vec![("profile", text("half"))], vec![("HOME", "/sdk")],
         Err("the file /sdk/.tencentcloud/credentials cannot be used: its section \"half\" lacks secret_id or secret_key")),
        // What is written and empty.
        ([&empty[..], &[("profile", text("login"))]].concat(), [variables.to_vec(), vec![home]].concat(), Ok("login-id login-key login-token")),
        (empty.to_vec(), [variables.to_vec(), vec![home]].concat(), Ok("file-id file-key")),
        (empty.to_vec(), variables.to_vec(), Ok("env-id env-key")),
        (empty[..1].to_vec(), [variables.to_vec(), vec![home]].concat(), Ok("file-id file-key")),
        ([&block[..], &[("security_token", text(""))]].concat(), vec![(SECURITY_TOKEN, "t")], Ok("id key")),
        (vec![("security_token", text(""))], [variables.to_vec(), vec![(SECURITY_TOKEN, "t")]].concat(), Ok("env-id env-key t")),
        ([&block[..1], &[("secret_key", text(""))]].concat(), vec![], Err("there is `secret_id` (or TENCENTCLOUD_SECRET_ID), but no `secret_key` (or TENCENTCLOUD_SECRET_KEY)")),
        (vec![("cam_role_name", text("")), ("profile", text("")), ("shared_credentials_dir", text(""))], vec![home], Ok("file-id file-key")),
        // Credentials that nobody needs.
        (vec![("cam_role_name", text("r")), ("profile", text("instance"))], vec![home], Ok("instance r")),
        (vec![("cam_role_name", text("r")), ("profile", text("over"))], vec![home], Ok("instance r")),
        (vec![("cam_role_name", text("r")), ("profile", text("broken"))], vec![home],
         Err("the file /home/.tccli/broken.credential cannot be used: it is not as the command line writes it (line 1, column 13)")),
        (vec![("profile", text("nulls"))], vec![home], Err("the file /home/.tccli/nulls.credential cannot be used: it has no secretId and secretKey")),
        // The instance.
        (vec![("cam_role_name", text("r"))], variables.to_vec(), Ok("instance r")),
        (vec![], vec![("TENCENTCLOUD_CAM_ROLE_NAME", "r")], Ok("instance r")),
    ];
    for (block, environment, expected) in rows {
        let found = resolved(&block, &environment).map(|identity| base(&identity));
        let expected = expected.map(str::to_owned).map_err(str::to_owned);
        assert_eq!(
            found.map_err(|error| error.message),
            expected,
            "{block:?} {environment:?}"
        );
    }
}

#[test]
fn roles_follow_one_another_and_the_environment_fills_in_what_blocks_leave_out() {
    let pair = [(SECRET_ID, "id"), (SECRET_KEY, "key")];
    let of_environment = [(ROLE_ARN, "env-arn"), (SESSION_NAME, "env-session")];
    let with = |more: &[(&'static str, &'static str)]| [&pair[..], more].concat();
    let role = || {
        let block = nested::<crate::clouds::tencentcloud::provider_block::AssumeRole>(&[("role_arn", text("arn"))]);
        ("assume_role", Value::Set(Set::new(vec![block])))
    };
    let saml = |arguments: &[(&str, Value)]| {
        (
            "assume_role_with_saml",
            Value::List(vec![nested::<
                crate::clouds::tencentcloud::provider_block::AssumeRoleWithSaml,
            >(arguments)]),
        )
    };
    let web = |arguments: &[(&str, Value)]| {
        let block = nested::<crate::clouds::tencentcloud::provider_block::AssumeRoleWithWebIdentity>(arguments);
        ("assume_role_with_web_identity", Value::List(vec![block]))
    };
    let pod = [
        ("TKE_REGION", "ap-tokyo"),
        ("TKE_WEB_IDENTITY_TOKEN_FILE", "/token"),
        ("TKE_PROVIDER_ID", "p"),
        ("TKE_ROLE_ARN", "arn"),
    ];
    #[rustfmt::skip]
    let rows: Vec<(Vec<(&str, Value)>, Vec<(&str, &str)>, Result<(&str, usize), &str>)> = vec![
        (vec![], with(&of_environment), Ok(("TENCENTCLOUD_SECRET_ID, then TENCENTCLOUD_ASSUME_ROLE_ARN", 1))),
        (vec![], with(&of_environment[..1]), Ok(("TENCENTCLOUD_SECRET_ID", 0))),
        (vec![role()], with(&of_environment), Ok(("TENCENTCLOUD_SECRET_ID, then `assume_role`", 1))),
        (vec![role()], with(&[]), Err("`assume_role.session_name` is needed, and neither it nor TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME is set")),
        (vec![role()], of_environment.to_vec(), Err("no Tencent Cloud credentials")),
        (vec![role()], with(&[of_environment[1], (DURATION, "soon")]),
         Err("TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION is not a number of seconds from 0 to 43200")),
        (vec![("assume_role", Value::Unknown)], with(&[]), Err("the provider argument `assume_role` is not known yet, and this needs the API")),
        (vec![("profile", text("role"))], vec![("HOME", "/home")], Ok(("`secretId` in /home/.tccli/role.credential, then `role-arn` there", 1))),
        (vec![("cam_role_name", text("r")), role()], with(&of_environment), Ok(("the instance's role \"r\", then `assume_role`", 1))),
        (vec![saml(&[("saml_assertion", text("a")), ("principal_arn", text("p")), ("role_arn", text("r")), ("session_name", text("s"))])], vec![],
         Ok(("`assume_role_with_saml`", 1))),
        (vec![saml(&[])], vec![],
         Err("`assume_role_with_saml.saml_assertion` is needed, and neither it nor TENCENTCLOUD_ASSUME_ROLE_SAML_ASSERTION is set")),
        (vec![], [&of_environment[..], &[(SAML_ASSERTION, "a"), ("TENCENTCLOUD_ASSUME_ROLE_PRINCIPAL_ARN", "p")]].concat(),
         Ok(("TENCENTCLOUD_ASSUME_ROLE_ARN", 1))),
        (vec![web(&[("web_identity_token", text("t"))])], of_environment.to_vec(), Ok(("`assume_role_with_web_identity`", 1))),
        (vec![web(&[])], of_environment.to_vec(), Err("`assume_role_with_web_identity.web_identity_token` is needed, and neither it \
                                                       nor TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN is set")),
        (vec![], with(&[of_environment[0], of_environment[1], (WEB_TOKEN_FILE, "/t")]), Ok(("TENCENTCLOUD_ASSUME_ROLE_ARN", 1))),
        (vec![], with(&[(MFA_SERIAL_NUMBER, "m"), ("TENCENTCLOUD_MFA_CERTIFICATION_TOKEN_CODE", "1")]),
         Ok(("TENCENTCLOUD_SECRET_ID, then `mfa_certification`", 1))),
        (vec![role()], with(&[of_environment[1], (MFA_SERIAL_NUMBER, "m"), ("TENCENTCLOUD_MFA_CERTIFICATION_TOKEN_CODE", "1")]),
         Ok(("TENCENTCLOUD_SECRET_ID, then `assume_role`, then `mfa_certification`", 2))),
        (vec![("enable_pod_oidc", true.into())], pod.to_vec(), Ok(("the pod's identity", 1))),
        (vec![("enable_pod_oidc", true.into())], with(&pod[..3]), Err("`enable_pod_oidc` is set, but the environment has no TKE_ROLE_ARN")),
        (vec![("enable_pod_oidc", false.into())], with(&pod), Ok(("TENCENTCLOUD_SECRET_ID", 0))),
    ];
    for (block, environment, expected) in rows {
        let found = resolved(&block, &environment).map(|identity| (identity.origin, identity.steps.len()));
        let expected = expected
            .map(|(origin, steps)| (origin.to_owned(), steps))
            .map_err(str::to_owned);
        assert_eq!(
            found.map_err(|error| error.message),
            expected,
            "{block:?} {environment:?}"
        );
    }
}

#[test]
fn accounts_that_are_not_allowed_or_forbidden_are_refused() {
    let set = |accounts: &[&str]| Value::Set(Set::new(accounts.iter().copied().map(Value::string)));
    let pair = [("secret_id", text("id")), ("secret_key", text("key"))];
    let accounts =
        |more: Vec<(&str, Value)>| resolved(&[&pair[..], &more].concat(), &[]).map(|identity| identity.accounts);
    assert!(!accounts(vec![]).unwrap().are_restricted());
    let allowed = accounts(vec![("allowed_account_ids", set(&["1", "2"]))]).unwrap();
    assert!(allowed.are_restricted());
    assert_eq!((allowed.check("1").is_ok(), allowed.check("3").is_ok()), (true, false));
    let forbidden = accounts(vec![("forbidden_account_ids", set(&["1"]))]).unwrap();
    assert_eq!(
        (forbidden.check("1").is_ok(), forbidden.check("3").is_ok()),
        (false, true)
    );
    let both = vec![
        ("allowed_account_ids", set(&["1"])),
        ("forbidden_account_ids", set(&["2"])),
    ];
    assert_eq!(
        accounts(both).unwrap_err().message,
        "`allowed_account_ids` and `forbidden_account_ids` conflict with each other"
    );
}
