//! Credentials that the vendor's library finds: those of a command, of single sign-on, of a container and of an instance.

use aws_config::credential_process::CredentialProcessProvider;
use aws_config::ecs::EcsCredentialsProvider;
use aws_config::imds;
use aws_config::imds::client::EndpointMode;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::sso::SsoCredentialsProvider;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_credential_types::provider::error::CredentialsError;
use aws_types::region::Region;

use super::credentials::{Base, Sso};
use super::metadata::{Metadata, Mode};
use super::transport::Transport;
use crate::lifecycle::{Error, Kind};

/// What gives credentials.
pub(super) struct Provider {
    /// What messages call it.
    pub(super) name: &'static str,
    /// The library's part.
    pub(super) credentials: SharedCredentialsProvider,
}

/// What gives the credentials of a base; `None` for a base that needs no call.
pub(super) fn provider(
    base: &Base,
    transport: &Transport,
    sso_endpoint: Option<&str>,
    instance: &imds::Client,
) -> Option<Provider> {
    let config = ProviderConfig::without_region().with_http_client(transport.clone());
    let (name, credentials) = match base {
        Base::Fixed(_) | Base::Nobody => return None,
        Base::Process(command) => {
            let provider = CredentialProcessProvider::new(command.expose().to_owned());
            ("credential_process", SharedCredentialsProvider::new(provider))
        }
        Base::Sso(sso) => {
            // Nobody signs these calls, so they may go elsewhere than the library means them to.
            let transport = sso_endpoint.map_or_else(|| transport.clone(), |url| transport.to(url));
            let config = config.with_http_client(transport);
            (SIGN_ON, SharedCredentialsProvider::new(sign_on(sso, &config)))
        }
        Base::Container => {
            let provider = EcsCredentialsProvider::builder().configure(&config).build();
            ("the container", SharedCredentialsProvider::new(provider))
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

/// What asks the metadata service of the instance that we run on.
///
/// # Errors
///
/// Where its endpoint is no URI.
pub(super) fn instance(metadata: &Metadata, transport: &Transport) -> Result<imds::Client, Error> {
    let config = ProviderConfig::without_region().with_http_client(transport.clone());
    let client = imds::Client::builder().configure(&config);
    let client = match &metadata.endpoint {
        Some(endpoint) => client
            .endpoint(endpoint)
            .map_err(|error| Error::new(INSTANCE, Kind::NotConfigured, error.to_string()))?,
        None => client.endpoint_mode(match metadata.mode {
            Mode::V4 => EndpointMode::IpV4,
            Mode::V6 => EndpointMode::IpV6,
        }),
    };
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
            let message = format!("no region: {}", causes(&error));
            Err(Error::new(INSTANCE, Kind::Unreachable, message)
                .advise("Set `region` in the resource or the provider block, or the environment variable AWS_REGION."))
        }
    }
}

/// The error that a provider gave no credentials.
pub(super) fn refused(who: &'static str, error: &CredentialsError) -> Error {
    let kind = match error {
        CredentialsError::CredentialsNotLoaded(_) => Kind::NotConfigured,
        _ => Kind::Unauthenticated,
    };
    let error = Error::new(who, kind, format!("no AWS credentials: {}", causes(error)));
    error.advise(match who {
        SIGN_ON => "Nothing was done under another identity. Sign in with `aws sso login`.",
        INSTANCE => {
            "Neither the provider block nor the environment nor the profile has credentials, so the instance was asked. Where this is \
             none, set `access_key` and `secret_key` or `profile` in the provider block, or AWS_ACCESS_KEY_ID and \
             AWS_SECRET_ACCESS_KEY."
        }
        _ => "Nothing was done under another identity. Check where credentials are to come from.",
    })
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
