//! Makes the vendor's libraries use this provider's HTTP client, so that proxies, certificates and limits are the same for every call. Bodies
//! are wiped here; the libraries' copies are not.

use std::sync::Arc;
use std::time::Duration;

use ::http::uri::{Authority, Parts, Scheme};
use ::http::{Request, Response, Uri};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use zeroize::Zeroizing;

use crate::http;

/// Sends the requests of the vendor's libraries.
#[derive(Clone, Debug)]
pub struct Transport {
    http: Arc<http::Client>,
    /// Replaces the host of every request. Only for requests that are not signed.
    instead: Option<(Scheme, Authority)>,
}

impl Transport {
    /// Sends with this client.
    pub fn new(http: Arc<http::Client>) -> Self {
        Self { http, instead: None }
    }

    /// Sends to the host of this URL instead. Only for requests that are not signed: a signature covers the host.
    pub fn to(&self, url: &str) -> Self {
        let instead = url.parse::<Uri>().ok().map(Uri::into_parts);
        Self {
            instead: instead.and_then(|parts| parts.scheme.zip(parts.authority)),
            ..self.clone()
        }
    }

    async fn send(self, request: HttpRequest, limit: Option<Duration>) -> Result<HttpResponse, ConnectorError> {
        let unusable = |error: Box<dyn std::error::Error + Send + Sync>| ConnectorError::user(error);
        let request = request.try_into_http1x().map_err(|error| unusable(error.into()))?;
        let (mut head, body) = request.into_parts();
        if let Some((scheme, authority)) = &self.instead {
            let mut parts = Parts::default();
            parts.path_and_query = head.uri.path_and_query().cloned();
            parts.scheme = Some(scheme.clone());
            parts.authority = Some(authority.clone());
            head.uri = Uri::from_parts(parts).map_err(|error| unusable(error.into()))?;
        }
        let body = body.bytes().ok_or_else(|| unusable("the body is not at hand".into()))?;
        let request = Request::from_parts(head, Bytes::from_owner(Zeroizing::new(body.to_vec())));
        let exchange = self.http.send_once("credentials", request);
        let answer = match limit {
            None => exchange.await,
            Some(limit) => tokio::time::timeout(limit, exchange)
                .await
                .map_err(|late| ConnectorError::timeout(late.into()))?,
        };
        let answer = answer.map_err(|error| ConnectorError::io(error.into()))?;
        let mut response = Response::new(SdkBody::from(Bytes::from_owner(answer.body)));
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
    }
}

impl HttpClient for Transport {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        let limits = [settings.connect_timeout(), settings.read_timeout()];
        SharedHttpConnector::new(Connector {
            transport: self.clone(),
            // The client has one timeout for both.
            limit: limits.into_iter().flatten().reduce(|one, other| one + other),
        })
    }
}

/// The transport, with a timeout.
#[derive(Debug)]
struct Connector {
    transport: Transport,
    limit: Option<Duration>,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.transport.clone().send(request, self.limit))
    }
}
