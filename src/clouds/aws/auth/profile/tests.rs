#![allow(clippy::unwrap_used)]

use std::path::Path;

use zeroize::Zeroizing;

use super::*;
use crate::host::tests::host;

fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let text = match path.to_str().unwrap_or_default() {
        "/home/.aws/config" => {
            "[default]\nregion = eu-west-1\n[profile work]\nregion = eu-west-2\nservices = local\nuse_fips_endpoint = True\n\
             [services local]\napi_gateway =\n  endpoint_url = http://gateway\n[profile all]\nendpoint_url = http://all\n"
        }
        "/home/.aws/credentials" => "[work]\naws_access_key_id = one\n",
        "/broken" => "[default\n",
        "/other" => "[default]\nregion = ap-south-1\n",
        "/locked" => return Err(io::ErrorKind::PermissionDenied.into()),
        _ => return Err(io::ErrorKind::NotFound.into()),
    };
    Ok(text.as_bytes().to_vec().into())
}

fn found(settings: &Settings, environment: &[(&str, &str)]) -> Result<Profile, String> {
    let home: &[(&str, &str)] = &[("HOME", "/home"), ("USERPROFILE", "/home")];
    let found = Profile::find(settings, &host(&[home, environment].concat(), read));
    let needed = found.and_then(|profile| profile.needed().map(|()| profile));
    needed.map_err(|error| error.message)
}

fn with_profile(name: &str) -> Settings {
    Settings {
        profile: Attr::Known(name.to_owned()),
        ..Settings::default()
    }
}

fn with_config(file: &str) -> Settings {
    Settings {
        shared_config_files: Attr::Known(vec![file.to_owned()]),
        ..Settings::default()
    }
}

#[test]
fn the_profile_is_the_blocks_else_the_environments_else_default() {
    let none = Settings::default();
    let missing = "the profile \"x\" (AWS_PROFILE) does not exist in /home/.aws/config, /home/.aws/credentials";
    #[rustfmt::skip]
    let rows: Vec<(Settings, &[(&str, &str)], Result<&str, &str>)> = vec![
        (none.clone(), &[], Ok("eu-west-1")),
        (none.clone(), &[("AWS_DEFAULT_PROFILE", "work")], Ok("eu-west-2")),
        (none.clone(), &[("AWS_PROFILE", "work"), ("AWS_DEFAULT_PROFILE", "x")], Ok("eu-west-2")),
        (with_profile("work"), &[("AWS_PROFILE", "x")], Ok("eu-west-2")),
        (none.clone(), &[("AWS_PROFILE", "x")], Err(missing)),
        (none.clone(), &[("AWS_CONFIG_FILE", "/other")], Ok("ap-south-1")),
        (none.clone(), &[("AWS_CONFIG_FILE", "/missing")], Ok("none")),
        (none.clone(), &[("HOME", "/nobody"), ("USERPROFILE", "/nobody")], Ok("none")),
        (with_config("/other"), &[("AWS_CONFIG_FILE", "/broken")], Ok("ap-south-1")),
        (with_config("~/.aws/config"), &[], Ok("eu-west-1")),
        (with_config("/missing"), &[], Err("the file /missing cannot be read (entity not found)")),
        (none.clone(), &[("AWS_CONFIG_FILE", "/locked")], Err("the file /locked cannot be read (permission denied)")),
        (none, &[("AWS_CONFIG_FILE", "/broken")],
         Err("the shared config and credentials files cannot be parsed: error parsing /broken on line 1:\n  Profile definition must end with ']'")),
        (Settings { profile: Attr::Unknown, ..Settings::default() }, &[],
         Err("the provider argument `profile` is not known yet, and this needs the API")),
    ];
    for (settings, environment, expected) in rows {
        let profile = found(&settings, environment);
        let region = profile.as_ref().map(|profile| profile.get("region").unwrap_or("none"));
        assert_eq!(region.map_err(String::as_str), expected, "{environment:?}");
    }
}

#[test]
fn a_file_that_cannot_be_read_stops_nobody_who_does_not_need_it() {
    let host = |environment: &[(&str, &str)]| host(environment, read);
    let missing = Profile::find(&with_config("/missing"), &host(&[])).unwrap();
    assert!(missing.needed().is_err());
    let locked = Profile::find(&Settings::default(), &host(&[("AWS_CONFIG_FILE", "/locked")])).unwrap();
    assert!(locked.needed().is_err());
    // Where it was to hold a profile that was named, it is needed.
    let named = Settings {
        shared_config_files: with_config("/missing").shared_config_files,
        ..with_profile("work")
    };
    let error = Profile::find(&named, &host(&[])).unwrap_err();
    assert_eq!(error.message, "the file /missing cannot be read (entity not found)");
}

#[test]
fn a_profile_is_one_in_both_files_and_knows_the_endpoints_of_services() {
    let work = found(&with_profile("work"), &[]).unwrap();
    assert_eq!(work.get("aws_access_key_id"), Some("one"));
    assert!(work.is_on("use_fips_endpoint") && !work.is_on("use_dualstack_endpoint"));
    assert_eq!(work.endpoint_url("api_gateway"), Some("http://gateway"));
    assert_eq!(work.endpoint_url("sts"), None);
    let all = found(&with_profile("all"), &[]).unwrap();
    assert_eq!(all.endpoint_url("sts"), Some("http://all"));
    assert_eq!(all.origin("region").to_string(), "`region` of profile \"all\"");
}
