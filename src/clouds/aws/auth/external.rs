//! Credentials that the vendor's library finds: those of single sign-on, of a container and of an instance.
//!
//! It is given all it needs, so that it looks into no file by itself, but for the two that it lets nobody else read: those are read here
//! first, which bounds what it finds. What it holds in its own buffers on the way (answers as text, requests with tokens) is not wiped;
//! the credentials that it hands over are.

use crate::clouds::shared::errors;
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
use crate::framework::{Error, Kind};
use crate::host::Read;
use crate::host::environment::Environment;
use crate::secret::Secret;

/// What gives credentials.
pub(super) struct Provider {
    /// What messages call it.
    pub(super) name: &'static str,
    /// The library's part.
    pub(super) credentials: SharedCredentialsProvider,
}

/// What the library takes from outside by itself.
#[derive(Default)]
pub(super) struct Outside {
    /// Who takes it.
    who: &'static str,
    /// The file with the token of single sign-on, or with what calls of a container are authorized with.
    file: Option<PathBuf>,
    /// The container's URL, and the variable that it stands in.
    url: Option<(&'static str, Secret)>,
}

/// The variables that lead to the credentials of a container, the one that counts first.
pub(super) const CONTAINER_URLS: [&str; 2] = [
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/// The file with what calls of a container are authorized with.
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

/// What gives the credentials of a base; `None` for a base that needs no call.
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
            // Nobody signs these calls, so they may go elsewhere than the library means them to.
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
    /// What it will find for a base.
    ///
    /// # Errors
    ///
    /// Where a variable is no text, or one that the library reads by itself is empty: it takes that for a URL or a file.
    pub(super) fn resolve(base: &Base, environment: &Environment) -> Result<Self, Error> {
        Ok(match base {
            Base::Sso(sso) => {
                let name = sso.session.as_deref().unwrap_or(&sso.start_url);
                let name = format!("{}.json", hex::encode(Sha1::digest(name)));
                // As the library does it, on every system.
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

    /// Makes sure that a file, if there is one, is there, and that the library comes to its end: it reads it whole, whatever that is.
    ///
    /// # Errors
    ///
    /// Where it is not, or we do not.
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

    /// An error without the URL, which may hold a password: with the name of its variable instead.
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

/// What asks the metadata service of the instance that we run on.
///
/// # Errors
///
/// Where its endpoint is no URI.
pub(super) fn instance(metadata: &Metadata, transport: &Transport) -> Result<imds::Client, Error> {
    let config = ProviderConfig::without_region().with_http_client(transport.clone());
    let client = imds::Client::builder().configure(&config);
    // One that it is not told it would look for in the shared files by itself.
    let endpoint = metadata.endpoint.as_deref().unwrap_or(match metadata.mode {
        Mode::V4 => "http://169.254.169.254",
        Mode::V6 => "http://[fd00:ec2::254]",
    });
    let client = client
        .endpoint(endpoint)
        .map_err(|error| Error::new(INSTANCE, Kind::NotConfigured, error.to_string()))?;
    Ok(client.build())
}

/// The region of the instance that we run on.
///
/// # Errors
///
/// Where it does not tell.
pub(super) async fn region_of(instance: &imds::Client) -> Result<String, Error> {
    match instance.get("/latest/meta-data/placement/region").await {
        Ok(region) => Ok(String::from(region)),
        Err(error) => {
            let message =
                "no region: set `region` in the resource or the provider block, or the environment variable AWS_REGION";
            let asked = format!(
                "The instance that we may run on was asked as well. {INSTANCE}: {}",
                causes(&error)
            );
            Err(Error::new("", Kind::Unreachable, message).advise(asked))
        }
    }
}

/// The error that a provider gave no credentials.
pub(super) fn refused(who: &'static str, error: &CredentialsError) -> Error {
    let causes = causes(error);
    if who == INSTANCE {
        let message = "no AWS credentials: set `access_key` and `secret_key` or `profile` in the provider block, or AWS_ACCESS_KEY_ID and \
                       AWS_SECRET_ACCESS_KEY in the environment, or sign in with `aws sso login`";
        return errors::no_credentials(
            message,
            format!(
                "Nothing else gives any, so the instance that we may run on was asked. {INSTANCE}: {causes}\n\nWith \
                 `skip_metadata_api_check = \"true\"` it is not."
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
        "Nothing was done under another identity. Sign in with `aws sso login`."
    } else {
        "Nothing was done under another identity. Check where credentials are to come from."
    }
}

/// An error and what led to it, each said once.
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
const INSTANCE: &str = "the instance's metadata";
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
