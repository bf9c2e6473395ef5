//! Credentials from the vendor's library: single sign-on, container and instance metadata.
//!
//! All input is passed to the library, so that it reads no files on its own, except for two that it cannot be given. These are read here
//! first, to bound their size. The library's own buffers (requests with tokens, answers) are not wiped; the credentials it returns are.

use std::path::{Path, PathBuf};

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::imds;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::sso::SsoCredentialsProvider;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_credential_types::provider::error::CredentialsError;
use aws_types::region::Region;
use sha1::{Digest, Sha1};

use super::metadata::{Metadata, Mode};
use super::start::{Base, Sso};
use super::transport::Transport;
use crate::clouds::shared::errors;
use crate::framework::{Error, Kind};
use crate::host::Read;
use crate::host::environment::Environment;
use crate::secret::Secret;

/// A credentials provider of the library.
pub(super) struct Provider {
    /// Its name in messages.
    pub(super) name: &'static str,
    /// The provider.
    pub(super) credentials: SharedCredentialsProvider,
}

/// Input that the library reads on its own.
#[derive(Default)]
pub(super) struct Outside {
    /// The name of the provider in messages.
    who: &'static str,
    /// The cached token of single sign-on, or the authorization token file of a container.
    file: Option<PathBuf>,
    /// The container's URL, and the variable that holds it.
    url: Option<(&'static str, Secret)>,
}

/// The variables with the URL of container credentials, in order of precedence.
pub(super) const CONTAINER_URLS: [&str; 2] = [
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/// The variable with the authorization token file of a container.
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

/// The credentials provider for a base; `None` if the base needs none.
pub(super) fn provider(
    base: &Base,
    transport: &Transport,
    sso_endpoint: Option<&str>,
    instance: &imds::Client,
) -> Option<Provider> {
    let config = ProviderConfig::without_region().with_http_client(transport.clone());
    let (name, credentials) = match base {
        Base::Fixed(_) | Base::Process(_) | Base::None => return None,
        Base::Sso(sso) => {
            // These calls are not signed, so their host can be replaced.
            let transport = sso_endpoint.map_or_else(|| transport.clone(), |url| transport.to(url));
            let config = config.with_http_client(transport);
            (SIGN_ON, SharedCredentialsProvider::new(sign_on(sso, &config)))
        }
        Base::Container => {
            let provider = EcsCredentialsProvider::builder().configure(&config).build();
            (CONTAINER, SharedCredentialsProvider::new(provider))
        }
        Base::Instance => {
            let provider = ImdsCredentialsProvider::builder()
                .configure(&config)
                .imds_client(instance.clone())
                .build();
            (INSTANCE, SharedCredentialsProvider::new(provider))
        }
    };
    Some(Provider { name, credentials })
}

impl Outside {
    /// What the library reads for a base.
    ///
    /// # Errors
    ///
    /// If a variable is not UTF-8, or one that the library reads on its own is empty: it would use that as a URL or a path.
    pub(super) fn resolve(base: &Base, environment: &Environment) -> Result<Self, Error> {
        Ok(match base {
            Base::Sso(sso) => {
                let name = sso.session.as_deref().unwrap_or(&sso.start_url);
                let name = format!("{}.json", hex::encode(Sha1::digest(name)));
                // As in the library, on every platform.
                let home = environment.get_os("HOME").map(Path::new).or_else(|| environment.home());
                Self {
                    who: SIGN_ON,
                    file: home.map(|home| home.join(".aws/sso/cache").join(name)),
                    url: None,
                }
            }
            Base::Container => {
                for variable in [CONTAINER_URLS[0], TOKEN_FILE] {
                    if environment.text_or_empty(variable)? == Some("") {
                        let what = format!("the environment variable {variable} is set, but empty");
                        return Err(errors::not_configured(what, "Unset it, or give it a value."));
                    }
                }
                Self {
                    who: CONTAINER,
                    file: environment.get_os(TOKEN_FILE).map(PathBuf::from),
                    url: environment
                        .first_text(&CONTAINER_URLS)?
                        .map(|(variable, url)| (variable, Secret::new(url))),
                }
            }
            _ => Self::default(),
        })
    }

    /// Checks that the file, if any, can be read to its end: the library reads it without a limit.
    ///
    /// # Errors
    ///
    /// If it cannot.
    pub(super) fn check(&self, read: Read) -> Result<(), Error> {
        let Some(file) = &self.file else { return Ok(()) };
        let unusable = |error| {
            let message = format!(
                "no AWS credentials: the file {} cannot be read ({error})",
                file.display()
            );
            Error::new(self.who, Kind::NotConfigured, message).advise(advice(self.who))
        };
        read(file).map(drop).map_err(unusable)
    }

    /// Replaces the URL in an error, which may hold a password, by the name of its variable.
    pub(super) fn hide(&self, error: Error) -> Error {
        match &self.url {
            Some((variable, url)) => Error {
                message: error.message.replace(url.expose(), variable),
                ..error
            },
            None => error,
        }
    }
}

/// The client of the instance metadata service.
///
/// # Errors
///
/// If its endpoint is not a URI.
pub(super) fn instance(metadata: &Metadata, transport: &Transport) -> Result<imds::Client, Error> {
    let config = ProviderConfig::without_region().with_http_client(transport.clone());
    let client = imds::Client::builder().configure(&config);
    // Without one the library would read the shared files on its own.
    let endpoint = metadata.endpoint.as_deref().unwrap_or(match metadata.mode {
        Mode::V4 => "http://169.254.169.254",
        Mode::V6 => "http://[fd00:ec2::254]",
    });
    let client = client
        .endpoint(endpoint)
        .map_err(|error| Error::new(INSTANCE, Kind::NotConfigured, error.to_string()))?;
    Ok(client.build())
}

/// The region of the instance.
///
/// # Errors
///
/// If the metadata service does not answer.
pub(super) async fn region_of(instance: &imds::Client) -> Result<String, Error> {
    match instance.get("/latest/meta-data/placement/region").await {
        Ok(region) => Ok(String::from(region)),
        Err(error) => {
            let message =
                "no region: set `region` in the resource or the provider block, or the environment variable AWS_REGION";
            let asked = format!("The instance metadata service was tried as well: {}", causes(&error));
            Err(Error::new("", Kind::Unreachable, message).advise(asked))
        }
    }
}

/// The error that a provider returned no credentials.
pub(super) fn refused(who: &'static str, error: &CredentialsError) -> Error {
    let causes = causes(error);
    if who == INSTANCE {
        let message = "no AWS credentials: set `access_key` and `secret_key` or `profile` in the provider block, or AWS_ACCESS_KEY_ID and \
                       AWS_SECRET_ACCESS_KEY in the environment, or sign in with `aws sso login`";
        return errors::no_credentials(
            message,
            format!(
                "No other source has any, so the instance metadata service was tried: {causes}\n\nSet \
                 `skip_metadata_api_check = \"true\"` to skip it."
            ),
        );
    }
    let kind = match error {
        CredentialsError::CredentialsNotLoaded(_) => Kind::NotConfigured,
        _ => Kind::Unauthenticated,
    };
    Error::new(who, kind, format!("no AWS credentials: {causes}")).advise(advice(who))
}

fn advice(who: &str) -> &'static str {
    if who == SIGN_ON {
        "No other credentials were tried. Sign in with `aws sso login`."
    } else {
        "No other credentials were tried. Check the source of the credentials."
    }
}

/// An error and its sources, without repetitions.
pub(super) fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let said = next.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = next.source();
    }
    text
}

const CONTAINER: &str = "the container";
const INSTANCE: &str = "instance metadata service";
const SIGN_ON: &str = "single sign-on";

fn sign_on(sso: &Sso, config: &ProviderConfig) -> SsoCredentialsProvider {
    let provider = SsoCredentialsProvider::builder()
        .configure(config)
        .account_id(&sso.account_id)
        .role_name(&sso.role_name)
        .start_url(&sso.start_url)
        .region(Region::new(sso.region.clone()));
    match &sso.session {
        Some(session) => provider.session_name(session).build(),
        None => provider.build(),
    }
}
