use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sandbox::credentials::{TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY};
use sandbox::{Cloud, Sandbox};
use serde_json::Value;
use sha1::Sha1;
use sha2::Sha256;
use url::form_urlencoded;

use crate::client::{Answer, Request, authority, send};

pub(crate) const PATH: &str = "/v2/index.php";

/// A caller of Tencent Cloud's API of 2017: who signs, how, for where, when.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    url: String,
    pub(crate) secret_id: String,
    pub(crate) secret_key: String,
    pub(crate) token: Option<String>,
    pub(crate) region: String,
    pub(crate) method: &'static str,
    /// `SignatureMethod`.
    pub(crate) hash: Option<&'static str>,
    pub(crate) at: DateTime<Utc>,
}

/// Parameters by name.
pub(crate) type Form = BTreeMap<String, String>;

impl Caller {
    pub(crate) fn new(sandbox: &Sandbox) -> Self {
        Self {
            url: sandbox.url(Cloud::Tencentcloud),
            secret_id: TENCENTCLOUD_SECRET_ID.to_owned(),
            secret_key: TENCENTCLOUD_SECRET_KEY.to_owned(),
            token: None,
            region: "ap-guangzhou".to_owned(),
            method: "POST",
            hash: Some("HmacSHA256"),
            at: Utc::now(),
        }
    }

    /// The caller with something about it changed.
    pub(crate) fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut changed = self.clone();
        change(&mut changed);
        changed
    }

    /// The answer to an action, which has HTTP status 200 whatever it says.
    pub(crate) fn call(&self, action: &str, parameters: &[(&str, &str)]) -> Value {
        self.told(&self.signed(action, parameters))
    }

    /// The code of an action; 0 if it is not refused.
    pub(crate) fn code(&self, action: &str, parameters: &[(&str, &str)]) -> i64 {
        self.call(action, parameters)["code"].as_i64().unwrap()
    }

    /// The answer to a request that says this.
    pub(crate) fn told(&self, form: &Form) -> Value {
        let answer = self.send(form);
        assert_eq!(answer.status, 200);
        answer.json()
    }

    pub(crate) fn send(&self, form: &Form) -> Answer {
        let encoded = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request = match self.method {
            "GET" => Request::new("GET", &format!("{PATH}?{encoded}")),
            method => Request::new(method, PATH)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(encoded),
        };
        send(&self.url, &request).unwrap()
    }

    /// What a request says, with a nonce of its own, and its signature.
    pub(crate) fn signed(&self, action: &str, parameters: &[(&str, &str)]) -> Form {
        static NONCE: AtomicU64 = AtomicU64::new(1);
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let mut form: Form = parameters.iter().copied().map(owned).collect();
        let nonce = NONCE.fetch_add(1, Ordering::Relaxed).to_string();
        let timestamp = self.at.timestamp().to_string();
        let common = [
            ("Action", action),
            ("Nonce", &nonce),
            ("Region", &self.region),
            ("SecretId", &self.secret_id),
            ("Timestamp", &timestamp),
        ];
        form.extend(common.map(owned));
        form.extend(self.hash.map(|hash| owned(("SignatureMethod", hash))));
        form.extend(self.token.as_deref().map(|token| owned(("Token", token))));
        self.sign(form)
    }

    /// These parameters with their signature.
    pub(crate) fn sign(&self, mut form: Form) -> Form {
        form.remove("Signature");
        let pairs: Vec<_> = form.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let text = format!("{}{}{PATH}?{}", self.method, authority(&self.url), pairs.join("&"));
        let signature = match form.get("SignatureMethod").map(String::as_str) {
            Some("HmacSHA256") => mac::<Hmac<Sha256>>(&self.secret_key, &text),
            _ => mac::<Hmac<Sha1>>(&self.secret_key, &text),
        };
        form.insert("Signature".to_owned(), signature);
        form
    }
}

fn mac<M: Mac + KeyInit>(key: &str, text: &str) -> String {
    let mut mac = <M as KeyInit>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}
