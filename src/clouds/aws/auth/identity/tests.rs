#![allow(clippy::unwrap_used)]

use std::io;
use std::path::Path;

use zeroize::Zeroizing;

use super::*;
use crate::clouds::aws::auth::roles::Role;
use crate::clouds::aws::auth::start::Step;
use crate::clouds::aws::cloud;
use crate::clouds::aws::provider_block::{AssumeRole, AssumeRoleWithWebIdentity};
use crate::host::tests::host;
use crate::schema::block::Block;
use crate::value::{Object, Set, Value};

const CONFIG: &str = "
[profile keys]
aws_access_key_id = file-id
aws_secret_access_key = file-key
[profile half]
aws_access_key_id = file-id
[profile empty]
region = eu-west-1
[profile role]
role_arn = arn:one
source_profile = keys
role_session_name = me
external_id = ext
duration_seconds = 1800
[profile chain]
role_arn = arn:two
source_profile = role
[profile itself]
role_arn = arn:self
source_profile = itself
aws_access_key_id = own-id
aws_secret_access_key = own-key
[profile loop]
role_arn = arn:a
source_profile = pool
[profile pool]
role_arn = arn:b
source_profile = loop
[profile lost]
role_arn = arn:a
source_profile = nowhere
[profile both]
role_arn = arn:a
source_profile = keys
credential_source = Environment
[profile neither]
role_arn = arn:a
[profile of-empty]
role_arn = arn:a
source_profile = empty
[profile of-environment]
role_arn = arn:a
credential_source = Environment
[profile of-instance]
role_arn = arn:a
credential_source = Ec2InstanceMetadata
[profile of-container]
role_arn = arn:a
credential_source = EcsContainer
[profile of-mars]
role_arn = arn:a
credential_source = Mars
[profile code]
role_arn = arn:a
source_profile = keys
mfa_serial = arn:device
[profile slow]
role_arn = arn:a
source_profile = keys
duration_seconds = long
[profile web]
role_arn = arn:a
web_identity_token_file = /token
[profile web-half]
web_identity_token_file = /token
[profile process]
credential_process = /bin/secrets --please
[profile sso]
sso_session = work
sso_account_id = 1
sso_role_name = admin
[sso-session work]
sso_start_url = https://start
sso_region = eu-west-1
[profile sso-old]
sso_start_url = https://start
sso_region = eu-west-1
sso_account_id = 1
sso_role_name = admin
[profile sso-half]
sso_start_url = https://start
sso_account_id = 1
[profile sso-lost]
sso_session = play
sso_account_id = 1
sso_role_name = admin
[profile login]
login_session = arn:user
";

fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    match path.to_str().unwrap_or_default() {
        "/home/.aws/config" => Ok(CONFIG.as_bytes().to_vec().into()),
        _ => Err(io::ErrorKind::NotFound.into()),
    }
}

fn settings(values: &[(&str, Value)]) -> Settings {
    let mut object = Settings::schema().empty_object();
    object.extend(values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    Settings::from_object(&cloud(chrono::Utc::now).settled(&object)).unwrap_or_default()
}

/// A block with these arguments, as the only one of its kind.
fn block<B: Block>(values: &[(&str, Value)]) -> Value {
    let mut object: Object = B::schema().empty_object();
    object.extend(values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    Value::List(vec![Value::Object(object)])
}

fn resolved(settings: &Settings, environment: &[(&str, &str)]) -> Result<Identity, String> {
    let home = [
        ("HOME", "/home"),
        ("USERPROFILE", "/home"),
        ("AWS_CONFIG_FILE", "/home/.aws/config"),
    ];
    let host = host(&[&home, environment].concat(), read);
    let identity = Profile::find(settings, &host).and_then(|profile| {
        let metadata = Metadata::resolve(settings, &host.environment, &profile)?;
        resolve(&Sources {
            settings,
            environment: &host.environment,
            profile: &profile,
            metadata: &metadata,
        })
    });
    identity.map_err(|error| error.message)
}

#[test]
fn who_we_are_follows_from_block_environment_and_profile_and_nothing_is_guessed() {
    let text = Value::string;
    let keys = [("AWS_ACCESS_KEY_ID", "env-id"), ("AWS_SECRET_ACCESS_KEY", "env-key")];
    let web = [("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"), ("AWS_ROLE_ARN", "arn:web")];
    let container = [("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/x")];
    let off = [("AWS_EC2_METADATA_DISABLED", "true")];
    let both = [keys[0], keys[1], web[0], web[1]];
    let work = [("AWS_PROFILE", "keys"), keys[0], keys[1]];
    let pod = [("AWS_PROFILE", "keys"), web[0], web[1]];
    let of_profile = [("AWS_PROFILE", "keys"), container[0]];
    let of_container = [container[0], off[0]];
    let pair = [("access_key", text("id")), ("secret_key", text("key"))];
    let profile = |name: &str| vec![("profile", Value::string(name))];
    let role = |arn: &str| ("assume_role", block::<AssumeRole>(&[("role_arn", Value::string(arn))]));
    let token = |values: &[(&str, Value)]| {
        (
            "assume_role_with_web_identity",
            block::<AssumeRoleWithWebIdentity>(values),
        )
    };
    let two = |one: Value, other: Value| match (one, other) {
        (Value::List(one), Value::List(other)) => Value::List([one, other].concat()),
        other => panic!("{other:?}"),
    };
    let missing = [("shared_config_files", Value::List(vec![text("/missing")]))];
    let given = token(&[("role_arn", text("arn:web")), ("web_identity_token", text("t"))]);
    #[rustfmt::skip]
    let rows: Vec<(Vec<(&str, Value)>, &[(&str, &str)], Result<&str, &str>)> = vec![
        (vec![], &keys, Ok("AWS_ACCESS_KEY_ID")),
        (pair.to_vec(), &keys, Ok("`access_key` of the provider block")),
        (pair.to_vec(), &[], Ok("`access_key` of the provider block")),
        (vec![], &off, Err("no AWS credentials: neither the provider block nor the environment has any, nor has the profile \
                            \"default\" in /home/.aws/config, /home/.aws/credentials")),
        (vec![], &keys[..1], Err("the environment has AWS_ACCESS_KEY_ID, but no AWS_SECRET_ACCESS_KEY")),
        (vec![], &keys[1..], Err("the environment has AWS_SECRET_ACCESS_KEY, but no AWS_ACCESS_KEY_ID")),
        (pair[..1].to_vec(), &keys, Err("the provider block has `access_key` or `token`, but no `secret_key`")),
        (pair[1..].to_vec(), &keys, Err("the provider block has `secret_key` or `token`, but no `access_key`")),
        (vec![("token", text("t"))], &keys, Err("the provider block has `secret_key` or `token`, but no `access_key`")),
        (vec![("access_key", Value::Unknown), pair[1].clone()], &keys,
         Err("the provider argument `access_key` is not known yet, and this needs the API")),
        // What is empty.
        (vec![("access_key", text("")), ("secret_key", text("")), ("token", text(""))], &keys, Ok("AWS_ACCESS_KEY_ID")),
        (vec![pair[0].clone(), ("secret_key", text(""))], &keys, Err("the provider block has `access_key` or `token`, but no `secret_key`")),
        (vec![("profile", text(""))], &both, Ok("AWS_ACCESS_KEY_ID")),
        // A file that nobody needs.
        ([&missing[..], &pair].concat(), &[], Ok("`access_key` of the provider block")),
        (missing.to_vec(), &keys, Ok("AWS_ACCESS_KEY_ID")),
        (missing.to_vec(), &[], Err("the file /missing cannot be read (entity not found)")),
        // The environment's order, and a profile that is written over it.
        (vec![], &both, Ok("AWS_ACCESS_KEY_ID")),
        (vec![], &work, Ok("AWS_ACCESS_KEY_ID")),
        (vec![], &pod, Ok("AWS_WEB_IDENTITY_TOKEN_FILE, then the role arn:web")),
        (vec![], &web[..1], Err("the environment has AWS_WEB_IDENTITY_TOKEN_FILE, but no AWS_ROLE_ARN")),
        (profile("keys"), &both, Ok("`aws_access_key_id` of profile \"keys\"")),
        ([&profile("keys")[..], &pair].concat(), &[], Ok("`access_key` of the provider block")),
        (vec![], &of_profile, Ok("`aws_access_key_id` of profile \"keys\"")),
        (vec![], &of_container, Ok("the container (AWS_CONTAINER_CREDENTIALS_FULL_URI)")),
        (vec![], &[], Ok("the instance")),
        (profile("empty"), &keys, Ok("the instance")),
        (profile("empty"), &off, Err("no AWS credentials: neither the provider block nor the environment has any, nor has the \
                                      profile \"empty\" in /home/.aws/config, /home/.aws/credentials")),
        (vec![("skip_metadata_api_check", text("true"))], &[("AWS_PROFILE", "empty")],
         Err("no AWS credentials: neither the provider block nor the environment has any, nor has the profile \"empty\" in \
              /home/.aws/config, /home/.aws/credentials")),
        // What a profile says.
        (profile("half"), &keys, Err("the profile \"half\" cannot be used: it has `aws_access_key_id`, but no `aws_secret_access_key`")),
        (profile("role"), &[], Ok("`aws_access_key_id` of profile \"keys\", then the role arn:one")),
        (profile("chain"), &[], Ok("`aws_access_key_id` of profile \"keys\", then the role arn:one, then the role arn:two")),
        (profile("itself"), &[], Ok("`aws_access_key_id` of profile \"itself\", then the role arn:self")),
        (profile("loop"), &[], Err("the profile \"loop\" cannot be used: its `source_profile` leads back to it")),
        (profile("lost"), &keys, Err("the profile \"lost\" cannot be used: its `source_profile` \"nowhere\" does not exist in \
                                      /home/.aws/config, /home/.aws/credentials")),
        (profile("both"), &keys, Err("the profile \"both\" cannot be used: it has both `source_profile` and `credential_source`")),
        (profile("neither"), &keys, Err("the profile \"neither\" cannot be used: it has `role_arn`, but neither `source_profile` nor \
                                         `credential_source`")),
        (profile("of-empty"), &keys, Err("the profile \"empty\" cannot be used: it has no credentials to assume a role with")),
        (profile("of-environment"), &keys, Ok("AWS_ACCESS_KEY_ID, then the role arn:a")),
        (profile("of-environment"), &[], Err("the profile \"of-environment\" cannot be used: its `credential_source` is the environment, \
                                              which has no AWS_ACCESS_KEY_ID")),
        (profile("of-instance"), &keys, Ok("the instance, then the role arn:a")),
        (profile("of-container"), &keys, Ok("the container, then the role arn:a")),
        (profile("of-mars"), &keys, Err("the profile \"of-mars\" cannot be used: its `credential_source` is none of Environment, \
                                         Ec2InstanceMetadata and EcsContainer")),
        (profile("code"), &keys, Err("the profile \"code\" cannot be used: it has `mfa_serial`, and the provider cannot prompt for a code; \
                                      use session credentials instead")),
        (profile("slow"), &keys, Err("the profile \"slow\" cannot be used: its `duration_seconds` is not a number")),
        (profile("web"), &keys, Ok("`web_identity_token_file` of profile \"web\", then the role arn:a")),
        (profile("web-half"), &keys, Err("the profile \"web-half\" cannot be used: it has `web_identity_token_file`, but no `role_arn`")),
        (profile("process"), &keys, Ok("`credential_process` of profile \"process\"")),
        (profile("sso"), &keys, Ok("`sso_session` of profile \"sso\"")),
        (profile("sso-old"), &keys, Ok("`sso_start_url` of profile \"sso-old\"")),
        (profile("sso-half"), &keys, Err("the profile \"sso-half\" cannot be used: it has `sso_start_url`, but no `sso_role_name`")),
        (profile("sso-lost"), &keys, Err("the profile \"sso-lost\" cannot be used: its `sso_session` \"play\" has no `sso_start_url` in \
                                          /home/.aws/config, /home/.aws/credentials")),
        (profile("login"), &keys, Err("the profile \"login\" cannot be used: `login_session` is not supported; sign in with \
                                       `aws sso login`, or use another profile")),
        // Roles of the block go on top of whatever was found.
        (vec![role("arn:x")], &keys, Ok("AWS_ACCESS_KEY_ID, then the role arn:x")),
        ([&profile("role")[..], &[role("arn:x")]].concat(), &[],
         Ok("`aws_access_key_id` of profile \"keys\", then the role arn:one, then the role arn:x")),
        // The only one may name none; one of several may not.
        (vec![("assume_role", block::<AssumeRole>(&[]))], &keys, Ok("AWS_ACCESS_KEY_ID")),
        (vec![("assume_role", block::<AssumeRole>(&[("role_arn", text("")), ("session_name", text("me"))]))], &keys, Ok("AWS_ACCESS_KEY_ID")),
        (vec![("assume_role", two(block::<AssumeRole>(&[("role_arn", text("arn:x"))]), block::<AssumeRole>(&[])))], &keys,
         Err("`assume_role` in the provider block has no `role_arn`")),
        (vec![("assume_role", block::<AssumeRole>(&[("role_arn", Value::Unknown)]))], &keys,
         Err("the provider argument `assume_role.role_arn` is not known yet, and this needs the API")),
        (vec![given.clone()], &keys, Ok("`assume_role_with_web_identity`, then the role arn:web")),
        (vec![given, role("arn:x")], &keys, Ok("`assume_role_with_web_identity`, then the role arn:web, then the role arn:x")),
        (vec![token(&[("role_arn", text("arn:web"))])], &keys,
         Err("`assume_role_with_web_identity` takes either `web_identity_token` or `web_identity_token_file`")),
    ];
    for (block, environment, expected) in rows {
        let found = resolved(&settings(&block), environment).map(|identity| identity.origin());
        assert_eq!(
            found,
            expected.map(str::to_owned).map_err(str::to_owned),
            "{block:?} {environment:?}"
        );
    }
}

#[test]
fn a_session_token_comes_from_where_the_pair_comes_from() {
    let environment = [
        ("AWS_ACCESS_KEY_ID", "i"),
        ("AWS_SECRET_ACCESS_KEY", "k"),
        ("AWS_SESSION_TOKEN", "t"),
    ];
    let token = |settings: Settings| match resolved(&settings, &environment).unwrap().start.base {
        Base::Fixed(credentials) => credentials.session_token.map(|token| token.expose().to_owned()),
        base => panic!("{base:?}"),
    };
    assert_eq!(token(settings(&[])).as_deref(), Some("t"));
    let block = [("access_key", Value::string("i")), ("secret_key", Value::string("k"))];
    assert_eq!(token(settings(&block)), None);
}

#[test]
fn a_role_takes_every_part_of_where_it_is_written() {
    let text = Value::string;
    let tag = Value::Map([("team".to_owned(), text("keys"))].into());
    let all = block::<AssumeRole>(&[
        ("role_arn", text("arn:r")),
        ("duration", text("1h30m")),
        ("external_id", text("ext")),
        ("policy", text("{}")),
        ("policy_arns", Value::Set(Set::new([text("arn:p")]))),
        ("session_name", text("me")),
        ("source_identity", text("you")),
        ("tags", tag),
        ("transitive_tag_keys", Value::Set(Set::new([text("team")]))),
    ]);
    let environment = [("AWS_ACCESS_KEY_ID", "i"), ("AWS_SECRET_ACCESS_KEY", "k")];
    let identity = resolved(&settings(&[("assume_role", all)]), &environment).unwrap();
    let profile = resolved(&settings(&[("profile", text("role"))]), &environment).unwrap();
    let [Step::Role(of_block)] = identity.start.steps.as_slice() else {
        panic!("{identity:?}");
    };
    let expected = Role {
        role_arn: "arn:r".to_owned(),
        session_name: Some("me".to_owned()),
        duration: Some(std::time::Duration::from_secs(5400)),
        external_id: Some("ext".to_owned()),
        policy: Some("{}".to_owned()),
        policy_arns: vec!["arn:p".to_owned()],
        source_identity: Some("you".to_owned()),
        tags: vec![("team".to_owned(), "keys".to_owned())],
        transitive_tag_keys: vec!["team".to_owned()],
    };
    assert_eq!(format!("{of_block:?}"), format!("{expected:?}"));
    let [Step::Role(of_profile)] = profile.start.steps.as_slice() else {
        panic!("{profile:?}");
    };
    let expected = Role {
        role_arn: "arn:one".to_owned(),
        session_name: Some("me".to_owned()),
        duration: Some(std::time::Duration::from_secs(1800)),
        external_id: Some("ext".to_owned()),
        ..Role::default()
    };
    assert_eq!(format!("{of_profile:?}"), format!("{expected:?}"));
}

#[test]
fn the_account_is_that_of_the_last_role_or_of_single_sign_on() {
    let text = |text: &str| Value::string(text);
    let keys = [("AWS_ACCESS_KEY_ID", "env-id"), ("AWS_SECRET_ACCESS_KEY", "env-key")];
    let roles = |arns: &[&str]| {
        let roles = arns
            .iter()
            .flat_map(|arn| match block::<AssumeRole>(&[("role_arn", text(arn))]) {
                Value::List(one) => one,
                other => panic!("{other:?}"),
            });
        vec![("assume_role", Value::List(roles.collect()))]
    };
    let (one, other) = (
        "arn:aws:iam::111111111111:role/a",
        "arn:aws-cn:iam::222222222222:role/b",
    );
    let rows = [
        (vec![], None),
        (vec![("profile", text("sso"))], Some("1")),
        (roles(&[one]), Some("111111111111")),
        (roles(&[one, other]), Some("222222222222")),
        (roles(&[one, "arn:a"]), None),
    ];
    for (values, expected) in rows {
        let identity = resolved(&settings(&values), &keys).unwrap();
        assert_eq!(identity.account_id(), expected, "{values:?}");
    }
}
