//! Proxies and CA certificates.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::clouds::aws::auth::profile::Profile;
use crate::clouds::aws::provider_block::Settings;
use crate::clouds::aws::setting_sources::CUSTOM_CA_BUNDLE;
use crate::clouds::shared::sourced::Sourced;
use crate::clouds::shared::{errors, network, paths};
use crate::framework::Error;
use crate::host::Host;
use crate::http::{Network, Proxies, Trust};
use crate::schema::Attr;
use crate::secret::Secret;

/// Resolves proxies and CA certificates.
///
/// # Errors
///
/// If an argument is unknown, a proxy variable that counts is not UTF-8, or the CA certificates cannot be used.
pub fn resolve(settings: &Settings, host: &Host, profile: Option<&Profile>) -> Result<Network, Error> {
    let environment = &host.environment;
    let http = errors::known("http_proxy", &settings.http_proxy)?.cloned();
    let https = errors::known("https_proxy", &settings.https_proxy)?.cloned();
    let none = errors::known("no_proxy", &settings.no_proxy)?.cloned();
    let is_url = |proxy: &Secret| !proxy.expose().is_empty();
    let proxies = Proxies {
        // As with the official provider, `http_proxy` also applies to HTTPS unless `https_proxy` is set.
        https: match (https, &http) {
            (Some(https), _) => Some(https).filter(is_url),
            (None, Some(http)) if is_url(http) => Some(http.clone()),
            (None, _) => Proxies::https_from(environment)?,
        },
        // An empty one disables the proxy, whatever the environment says.
        http: match http {
            Some(http) => Some(http).filter(is_url),
            None => Proxies::http_from(environment)?,
        },
        none: match none {
            Some(none) => Some(none),
            None => Proxies::none_from(environment)?,
        },
    };
    let trust = match errors::known("insecure", &settings.insecure)? {
        Some(true) => Trust::Insecure,
        _ => bundle(&settings.custom_ca_bundle, host, profile)?,
    };
    Ok(Network { proxies, trust })
}

fn bundle(argument: &Attr<String>, host: &Host, profile: Option<&Profile>) -> Result<Trust, Error> {
    let named = CUSTOM_CA_BUNDLE.resolve(argument, &host.environment, Profile::entries(profile))?;
    let Some(Sourced { value: path, origin }) = named else {
        return network::system(host);
    };
    let unusable = |why: String| {
        errors::not_configured(
            format!("the CA certificates of {origin} cannot be used: {why}"),
            "Set it to a PEM file of CA certificates.",
        )
    };
    let file = paths::expanded(&path, host.environment.home());
    let bytes = (host.read)(&file).map_err(|error| unusable(format!("{path} cannot be read ({error})")))?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    match certificates {
        Ok(certificates) if !certificates.is_empty() => Ok(Trust::Only(certificates)),
        _ => Err(unusable(format!("{path} has no PEM certificates"))),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io;
    use std::path::Path;

    use zeroize::Zeroizing;

    use super::*;
    use crate::host::tests::host;

    fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        match path.to_str().unwrap_or_default() {
            "/bundle.pem" | "/home/bundle.pem" => {
                let certificate = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
                Ok(certificate.cert.pem().repeat(2).into_bytes().into())
            }
            "/text" => Ok(b"no certificate".to_vec().into()),
            "/endless" => Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is endless")),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn resolved(settings: &Settings, environment: &[(&str, &str)]) -> Result<Network, Error> {
        resolve(settings, &host(environment, read), None)
    }

    #[test]
    fn proxies_of_the_block_go_over_those_of_the_environment() {
        let text = |text: &str| Attr::Known(text.to_owned());
        let environment = [("HTTP_PROXY", "env"), ("HTTPS_PROXY", "envs"), ("NO_PROXY", "none")];
        let url = |url: &str| Attr::Known(Secret::new(url));
        let rows = [
            (
                (Attr::Null, Attr::Null, Attr::Null),
                [Some("env"), Some("envs"), Some("none")],
            ),
            ((url("a"), Attr::Null, Attr::Null), [Some("a"), Some("a"), Some("none")]),
            (
                (Attr::Null, url("b"), Attr::Null),
                [Some("env"), Some("b"), Some("none")],
            ),
            ((url("a"), url("b"), text("c")), [Some("a"), Some("b"), Some("c")]),
            // Empty ones.
            ((url(""), Attr::Null, Attr::Null), [None, Some("envs"), Some("none")]),
            ((Attr::Null, url(""), Attr::Null), [Some("env"), None, Some("none")]),
            ((url("a"), url(""), Attr::Null), [Some("a"), None, Some("none")]),
        ];
        for ((http_proxy, https_proxy, no_proxy), expected) in rows {
            let settings = Settings {
                http_proxy,
                https_proxy,
                no_proxy,
                ..Settings::default()
            };
            let Proxies { http, https, none } = resolved(&settings, &environment).unwrap().proxies;
            let found = [
                http.as_ref().map(Secret::expose),
                https.as_ref().map(Secret::expose),
                none.as_deref(),
            ];
            assert_eq!(found, expected);
        }
        let unknown = Settings {
            http_proxy: Attr::Unknown,
            ..Settings::default()
        };
        let error = resolved(&unknown, &environment).unwrap_err();
        assert_eq!(
            error.message,
            "the provider argument `http_proxy` is not known yet, and this needs the API"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_proxy_of_the_environment_has_to_be_utf_8_where_the_block_has_none() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;

        let url = || Attr::Known(Secret::new("a"));
        let for_http = Settings {
            http_proxy: url(),
            ..Settings::default()
        };
        let for_https = Settings {
            https_proxy: url(),
            ..Settings::default()
        };
        let for_none = Settings {
            no_proxy: Attr::Known(String::new()),
            ..Settings::default()
        };
        let rows = [
            ("HTTP_PROXY", [false, true, false, false]),
            // The one for `http` is for `https`, too.
            ("HTTPS_PROXY", [false, true, true, false]),
            ("NO_PROXY", [false, false, false, true]),
        ];
        for (variable, taken) in rows {
            let host = Host {
                environment: [(variable, OsStr::from_bytes(b"\xff"))].into_iter().collect(),
                ..host(&[], read)
            };
            let all = [&Settings::default(), &for_http, &for_https, &for_none];
            let found = all.map(|settings| resolve(settings, &host, None).is_ok());
            assert_eq!(found, taken, "{variable}");
        }
    }

    #[test]
    fn certificates_are_those_of_the_block_else_of_the_environment_else_of_the_system() {
        let settings = |path: &str, insecure| Settings {
            custom_ca_bundle: Some(path.to_owned()).filter(|path| !path.is_empty()).into(),
            insecure,
            ..Settings::default()
        };
        // Other platforms ignore the variable.
        let heeds = cfg!(all(unix, not(target_vendor = "apple")));
        let file = if heeds { "file" } else { "system" };
        let endless = "the CA certificates of SSL_CERT_FILE cannot be used: /endless cannot be read (it is endless)";
        let endless = if heeds { Err(endless) } else { Ok("system") };
        let of_environment = |path| vec![("AWS_CA_BUNDLE", path), ("HOME", "/home")];
        let rows = [
            (settings("", Attr::Null), vec![], Ok("system")),
            (settings("/bundle.pem", Attr::Null), of_environment("/gone"), Ok("two")),
            (settings("~/bundle.pem", Attr::Null), of_environment("/gone"), Ok("two")),
            (
                settings("", Attr::Known(false)),
                of_environment("/bundle.pem"),
                Ok("two"),
            ),
            (settings("/gone", Attr::Known(true)), vec![], Ok("insecure")),
            (
                settings("/gone", Attr::Null),
                vec![],
                Err(
                    "the CA certificates of `custom_ca_bundle` of the provider block cannot be used: /gone cannot be read (entity not found)",
                ),
            ),
            (settings("", Attr::Null), vec![("SSL_CERT_FILE", "/text")], Ok(file)),
            (settings("", Attr::Null), vec![("SSL_CERT_FILE", "/gone")], Ok("system")),
            (
                settings("", Attr::Null),
                vec![("SSL_CERT_FILE", "/endless"), ("SSL_CERT_DIR", "/")],
                Ok("system"),
            ),
            (
                settings("/bundle.pem", Attr::Null),
                vec![("SSL_CERT_FILE", "/endless")],
                Ok("two"),
            ),
            (settings("", Attr::Null), vec![("SSL_CERT_FILE", "/endless")], endless),
            (
                settings("", Attr::Null),
                of_environment("/text"),
                Err("the CA certificates of AWS_CA_BUNDLE cannot be used: /text has no PEM certificates"),
            ),
        ];
        for (settings, environment, expected) in rows {
            let found = resolved(&settings, &environment).map(|network| match network.trust {
                Trust::System => "system",
                Trust::File(_) => "file",
                Trust::Only(certificates) if certificates.len() == 2 => "two",
                Trust::Only(_) => "others",
                Trust::Insecure => "insecure",
            });
            assert_eq!(found.map_err(|error| error.message), expected.map_err(str::to_owned));
        }
    }
}
