use super::*;
use crate::clouds::aws::auth::profile_chain::of_profile;
use crate::fuzz::{Made, fuzz};
use crate::host::environment::Environment;

const FILES: &[&str] = &[
    "[default]\naws_access_key_id = a\naws_secret_access_key=b\naws_session_token = c\nregion = eu-west-1\n",
    "[profile p]\nrole_arn = arn:r\nsource_profile = q\n[profile q]\ncredential_process = cmd\n[default]\nservices = s\n",
    "[default]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r\n[sso-session s]\nsso_start_url = u\nsso_region = x\n",
    "[default]\nservices = s\n[services s]\napi_gateway =\n  endpoint_url = http://a\n; comment\n# another\n",
    "[default]\nrole_arn = arn:r\nweb_identity_token_file = /t\n",
];
const TOKENS: &[&[u8]] = &[
    b"[",
    b"]",
    b"=",
    b"\n",
    b"\n  ",
    b"#",
    b" ;",
    b"profile ",
    b"default",
    b"source_profile = default\n",
    b"\xff",
    b"\xef\xbb\xbf",
    b"services",
    b"\t",
    b"\r\n",
];

#[test]
fn aws_profile() {
    let seeds: Vec<_> = FILES.iter().map(|file| file.as_bytes().to_vec()).collect();
    fuzz!(seeds, TOKENS, |input: &[u8]| {
        let mut files = Files::default();
        for (kind, name) in [(Kind::Config, "/config"), (Kind::Credentials, "/credentials")] {
            files.order.push((kind, name.into()));
            files.contents.insert(name.into(), input.to_vec());
        }
        let Ok(sections) = files.sections("default") else {
            return Made::Nothing;
        };
        let profile = Profile {
            unread: None,
            name: "default".to_owned(),
            sections,
            files: String::new(),
        };
        let _ = profile.endpoint_url("api_gateway");
        let _ = of_profile(&profile, &Environment::default());
        Made::Something
    });
}
