use std::collections::BTreeMap;

use crate::credentials;
use crate::world::Cloud;

/// The variables, given the `host:port` of each cloud.
pub(crate) fn variables(authority: impl Fn(Cloud) -> String) -> BTreeMap<String, String> {
    let url = |cloud| format!("http://{}", authority(cloud));
    let owned = |(name, value): (&str, String)| (name.to_owned(), value);
    let fixed = FIXED
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let located = [
        ("AWS_ENDPOINT_URL_API_GATEWAY", url(Cloud::Aws)),
        ("AWS_ENDPOINT_URL_STS", url(Cloud::Aws)),
        ("SCW_API_URL", url(Cloud::Scaleway)),
        ("TENCENTCLOUD_DOMAIN", authority(Cloud::Tencentcloud)),
    ];
    fixed.chain(located.map(owned)).collect()
}

const FIXED: [(&str, &str); 14] = [
    ("AWS_ACCESS_KEY_ID", credentials::AWS_ACCESS_KEY_ID),
    // boto3 reads this one, everybody else the next.
    ("AWS_DEFAULT_REGION", "us-east-1"),
    ("AWS_REGION", "us-east-1"),
    ("AWS_SECRET_ACCESS_KEY", credentials::AWS_SECRET_ACCESS_KEY),
    ("SCW_ACCESS_KEY", credentials::SCW_ACCESS_KEY),
    ("SCW_DEFAULT_ORGANIZATION_ID", credentials::SCW_ORGANIZATION_ID),
    ("SCW_DEFAULT_PROJECT_ID", credentials::SCW_ORGANIZATION_ID),
    ("SCW_DEFAULT_REGION", "fr-par"),
    ("SCW_DEFAULT_ZONE", "fr-par-1"),
    ("SCW_SECRET_KEY", credentials::SCW_SECRET_KEY),
    ("TENCENTCLOUD_PROTOCOL", "HTTP"),
    ("TENCENTCLOUD_REGION", "ap-guangzhou"),
    ("TENCENTCLOUD_SECRET_ID", credentials::TENCENTCLOUD_SECRET_ID),
    ("TENCENTCLOUD_SECRET_KEY", credentials::TENCENTCLOUD_SECRET_KEY),
];
