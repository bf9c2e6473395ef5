use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sandbox::credentials::{TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY};
use sandbox::{Cloud, Sandbox};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::client::{Answer, Request, authority, send};

/// A caller of Tencent Cloud: who signs, for where, when.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    url: String,
    pub(crate) secret_id: String,
    pub(crate) secret_key: String,
    pub(crate) region: String,
    pub(crate) service: String,
    pub(crate) version: String,
    pub(crate) at: DateTime<Utc>,
}

impl Caller {
    pub(crate) fn new(sandbox: &Sandbox) -> Self {
        Self {
            url: sandbox.url(Cloud::Tencentcloud),
            secret_id: TENCENTCLOUD_SECRET_ID.to_owned(),
            secret_key: TENCENTCLOUD_SECRET_KEY.to_owned(),
            region: "ap-guangzhou".to_owned(),
            service: "apigateway".to_owned(),
            version: "2018-08-08".to_owned(),
            at: Utc::now(),
        }
    }

    /// The caller with something about it changed.
    pub(crate) fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut changed = self.clone();
        change(&mut changed);
        changed
    }

    /// The `Response` member of an action's answer, which has HTTP status 200 whatever it says.
    pub(crate) fn call(&self, action: &str, parameters: Value) -> Value {
        let answer = self.send(&self.signed(self.post(action, parameters)));
        assert_eq!(answer.status, 200);
        answer.json()["Response"].clone()
    }

    /// The code of an action that is refused; empty if it is not.
    pub(crate) fn refused(&self, action: &str, parameters: Value) -> String {
        code(&self.call(action, parameters))
    }

    pub(crate) fn send(&self, request: &Request) -> Answer {
        send(&self.url, request).unwrap()
    }

    pub(crate) fn post(&self, action: &str, parameters: Value) -> Request {
        self.headed(
            Request::new("POST", "/")
                .header("content-type", "application/json")
                .body(parameters),
            action,
        )
    }

    pub(crate) fn get(&self, action: &str, query: &str) -> Request {
        let request = Request::new("GET", &format!("/?{query}"));
        self.headed(
            request.header("content-type", "application/x-www-form-urlencoded"),
            action,
        )
    }

    /// The request signed over `content-type` and `host`.
    pub(crate) fn signed(&self, request: Request) -> Request {
        self.signed_over(request, &["content-type", "host"])
    }

    pub(crate) fn signed_over(&self, request: Request, names: &[&str]) -> Request {
        let request = request.header("host", authority(&self.url));
        let value = |name: &&str| {
            request
                .headers
                .iter()
                .find(|(other, _)| other == name)
                .unwrap()
                .1
                .to_lowercase()
        };
        let headers: String = names.iter().map(|name| format!("{name}:{}\n", value(name))).collect();
        let signed = names.join(";");
        let query = request.target.split_once('?').map_or("", |(_, query)| query);
        let payload = hex::encode(Sha256::digest(&request.body));
        let canonical = format!("{}\n/\n{query}\n{headers}\n{signed}\n{payload}", request.method);
        let date = self.at.format("%Y-%m-%d").to_string();
        let scope = format!("{date}/{}/tc3_request", self.service);
        let digest = hex::encode(Sha256::digest(canonical));
        let to_sign = format!("TC3-HMAC-SHA256\n{}\n{scope}\n{digest}", self.at.timestamp());
        let day = mac(format!("TC3{}", self.secret_key).as_bytes(), &date);
        let signature = hex::encode(mac(&mac(&mac(&day, &self.service), "tc3_request"), &to_sign));
        let credential = format!("{}/{scope}", self.secret_id);
        let value = format!("TC3-HMAC-SHA256 Credential={credential}, SignedHeaders={signed}, Signature={signature}");
        request.header("authorization", &value)
    }

    fn headed(&self, request: Request, action: &str) -> Request {
        request
            .header("x-tc-action", action)
            .header("x-tc-version", &self.version)
            .header("x-tc-region", &self.region)
            .header("x-tc-timestamp", &self.at.timestamp().to_string())
    }
}

/// The error code in a `Response` member; empty if there is none.
pub(crate) fn code(response: &Value) -> String {
    response["Error"]["Code"].as_str().unwrap_or_default().to_owned()
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}
