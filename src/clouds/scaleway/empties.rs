use std::io;
use std::path::Path;

use zeroize::Zeroizing;

use super::client::Client;
use super::provider_block::Settings;
use super::setting_sources::{CREDENTIALS, Credential};
use crate::clouds::shared::empties::{Base, Subject};
use crate::clouds::shared::setting::EmptyVariable;
use crate::host::Host;
use crate::http::Trust;
use crate::value::Value;

const CONFIG: &str = "\
access_key: SCWAAAAAAAAAAAAAAAAA
secret_key: 00000000-0000-4000-8000-000000000000
insecure: true
active_profile: active
profiles:
  active:
    api_url: http://file
  other:
    secret_key: 11111111-0000-4000-8000-000000000000
";

const UUID: &str = "22222222-0000-4000-8000-000000000000";

fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    match path.to_str().unwrap_or_default() {
        "/home/.config/scw/config.yaml" | "/other" => Ok(CONFIG.as_bytes().to_vec().into()),
        _ => Err(io::ErrorKind::NotFound.into()),
    }
}

fn look(client: &Client, _: &Settings, _: &Host) -> String {
    let identity = client.identity.as_ref();
    let token = identity.map(|identity| identity.token.expose().to_owned());
    let trust = identity.map(|identity| matches!(identity.trust, Trust::Insecure));
    format!("{identity:?} {token:?} {trust:?}")
}

fn bases() -> Vec<Base> {
    let text = Value::string;
    let block_of_key = [("access_key", text("SCWBBBBBBBBBBBBBBBBB")), ("secret_key", text(UUID))];
    let full = [
        ("profile", text("other")),
        ("project_id", text(UUID)),
        ("organization_id", text(UUID)),
        ("region", text("fr-par")),
        ("zone", text("fr-par-1")),
        ("api_url", text("http://block")),
    ];
    let full = [&block_of_key[..], &full].concat();
    let home = ("HOME", "/home");
    let variables = [
        home,
        ("USERPROFILE", "/home"),
        ("SCW_ACCESS_KEY", "SCWCCCCCCCCCCCCCCCCC"),
        ("SCW_SECRET_KEY", UUID),
        ("SCW_DEFAULT_ORGANIZATION_ID", UUID),
        ("SCW_API_URL", "http://variable"),
        ("SCW_INSECURE", "false"),
        ("SCW_PROFILE", "other"),
        ("SCW_CONFIG_PATH", "/other"),
    ];
    let base = Base::new::<Settings>;
    vec![
        base(&[], &[]),
        base(&[], &[home]),
        base(&[], &variables),
        base(&full, &[home]),
        base(&block_of_key, &[]),
        base(&full, &variables),
    ]
}

#[test]
fn what_is_empty_counts_as_absent() {
    const REFUSED: &str = "an empty variable overrides the provider block and the file, and is refused, as with the official provider: to go \
                           on to the next source would be to act as somebody else";
    const CHECKED: &str = "an empty variable overrides the file, and certificates are checked; the official provider checks them with an \
                           empty SCW_INSECURE, too";
    let deviations = CREDENTIALS.into_iter().flat_map(|Credential { setting, .. }| {
        let reason = match setting.empty_variable {
            EmptyVariable::Unset => None,
            EmptyVariable::Error => Some(REFUSED),
            EmptyVariable::Value => Some(CHECKED),
        };
        let variables: Vec<_> = setting.all_variables().collect();
        variables
            .into_iter()
            .filter_map(move |variable| Some((variable, reason?)))
    });
    let subject = Subject::<Client> { read, look };
    subject.expect(&["SCW_", "SCALEWAY_"], &bases(), &deviations.collect::<Vec<_>>());
}
