use http::header;

use crate::reply::Received;
use crate::world::{Cloud, World};
use crate::{scaleway, tencentcloud};

/// Who asks, and for which region, as far as a request says it. Neither is checked, and neither is a secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) access_key_id: Option<String>,
    pub(crate) region: Option<String>,
}

impl Caller {
    pub(crate) fn of(world: &World, cloud: Cloud, request: &Received) -> Self {
        let (access_key_id, region) = match cloud {
            Cloud::Aws => {
                let mut scope = scope(request);
                (scope.next(), scope.nth(1))
            }
            Cloud::Scaleway => (scaleway::access_key(world, request), None),
            Cloud::Tencentcloud => match tencentcloud::caller_in_2017(request) {
                Some((access_key_id, region)) => return Self { access_key_id, region },
                None => (scope(request).next(), text(request, "x-tc-region")),
            },
        };
        Self {
            access_key_id: access_key_id.map(str::to_owned),
            region: region.map(str::to_owned),
        }
    }
}

/// The parts of the credential that a signature is said to be made with: the access key id, the day and more.
fn scope(request: &Received) -> impl Iterator<Item = &str> {
    let authorization = text(request, header::AUTHORIZATION.as_str());
    let credential = authorization.and_then(|value| value.split_once("Credential="));
    let credential = credential.and_then(|(_, rest)| rest.split([',', ' ']).next());
    credential.into_iter().flat_map(|credential| credential.split('/'))
}

fn text<'r>(request: &'r Received, header: &str) -> Option<&'r str> {
    request.headers().get(header)?.to_str().ok()
}
