//! What an instance of the vendor tells those who run on it.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{Method, Request};
use serde::Deserialize;
use tokio::time::Instant;

use super::sts::{Given, credential_error, lacking, time};
use crate::clouds::shared::calls::{self, Caller};
use crate::framework::Error;
use crate::http::{RateLimiter, Response, RetrySafety, Service, Verdict};
use crate::secret::Secret;
use crate::signing::{self, Credentials};

/// Asks the instance that we run on for the credentials of its role.
///
/// # Errors
///
/// Where it does not answer in two seconds, as anything that is no instance, or has no such role.
pub(super) async fn of_instance(caller: &Caller, role: &str) -> Result<Given, Error> {
    let operation = "instance metadata service";
    let url = format!("{METADATA}{}", calls::encoded(role));
    let exchange = Exchange {
        rate_limiter: caller.rate_limiter(),
    };
    let soon = caller.within(Instant::now() + LIMIT);
    let request = Request::builder().method(Method::GET).uri(url);
    let answer = soon
        .exchange(&exchange, operation, request, Bytes::new(), RetrySafety::Idempotent)
        .await;
    let answer = answer.map_err(credential_error)?;
    if !answer.status.is_success() {
        return Err(lacking(
            operation,
            &format!("the role \"{role}\" (status {})", answer.status.as_u16()),
        ));
    }
    let found: OfInstance = calls::parse(operation, &answer).map_err(credential_error)?;
    let parts = (
        found.tmp_secret_id,
        found.tmp_secret_key,
        found.expired_time.and_then(time),
    );
    match parts {
        (Some(access_key_id), Some(secret_access_key), Some(expires)) if found.code == "Success" => Ok(Given {
            credentials: Credentials {
                access_key_id,
                secret_access_key,
                session_token: found.token,
            },
            expires,
        }),
        _ => Err(lacking(
            operation,
            &format!("credentials of the role \"{role}\" (code {})", found.code),
        )),
    }
}

/// Source: "Instance metadata" in the vendor's documentation of CVM.
const METADATA: &str = "http://metadata.tencentyun.com/latest/meta-data/cam/security-credentials/";

/// How long an instance may take, which answers within the machine.
const LIMIT: Duration = Duration::from_secs(2);

/// The metadata's answer about a role.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OfInstance {
    code: String,
    token: Option<Secret>,
    tmp_secret_id: Option<String>,
    tmp_secret_key: Option<Secret>,
    expired_time: Option<i64>,
}

/// One question, which nobody signs: the instance knows us.
struct Exchange<'a> {
    rate_limiter: &'a RateLimiter,
}

impl Service for Exchange<'_> {
    fn authorize(&self, _: &mut Request<Bytes>, _: DateTime<Utc>) -> Result<(), signing::Error> {
        Ok(())
    }

    fn classify(&self, answer: &Response) -> Verdict {
        if answer.status.is_server_error() {
            Verdict::Transient { after: None }
        } else {
            Verdict::Done
        }
    }

    fn rate_limiter(&self) -> &RateLimiter {
        self.rate_limiter
    }
}
