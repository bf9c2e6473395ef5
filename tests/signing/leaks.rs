//! What a credential that cannot be written gives away: nothing.

use apikeys::secret::Secret;
use apikeys::signing::canonical::PathRule;
use apikeys::signing::{Credentials, Error, sigv4, tc3, token};
use bytes::Bytes;
use chrono::DateTime;
use http::Request;

const MARKER: &str = "hunter2";

#[derive(Clone, Copy, Debug)]
enum Signer {
    SigV4,
    Tc3,
    Token,
}

impl Signer {
    fn authorize(self, request: &mut Request<Bytes>, credentials: &Credentials) -> Result<(), Error> {
        let scope = sigv4::Scope {
            region: "us-east-1",
            service: "apigateway",
            path: PathRule::Normalized,
        };
        match self {
            Self::SigV4 => sigv4::sign(request, credentials, &scope, DateTime::UNIX_EPOCH),
            Self::Tc3 => tc3::sign(request, credentials, "apigateway", DateTime::UNIX_EPOCH),
            Self::Token => token::authorize(request, &credentials.secret_access_key),
        }
    }
}

fn request() -> Request<Bytes> {
    Request::post("https://api.example/")
        .header("content-type", "application/json")
        .body(Bytes::new())
        .unwrap()
}

fn credentials(access_key_id: &str, secret_access_key: &str, session_token: &str) -> Credentials {
    Credentials {
        access_key_id: access_key_id.to_owned(),
        secret_access_key: Secret::new(secret_access_key),
        session_token: Some(Secret::new(session_token)),
    }
}

#[test]
fn a_credential_with_a_newline_shows_nothing_and_leaves_the_request_untouched() {
    let rows = [
        (Signer::SigV4, credentials("hunter2\n", "key", "token"), "authorization"),
        (
            Signer::SigV4,
            credentials("id", "key", "hunter2\n"),
            "x-amz-security-token",
        ),
        (Signer::Tc3, credentials("hunter2\n", "key", "token"), "authorization"),
        (Signer::Tc3, credentials("id", "key", "hunter2\n"), "x-tc-token"),
        (Signer::Token, credentials("id", "hunter2\n", "token"), "x-auth-token"),
    ];
    for (signer, credentials, header) in rows {
        let mut request = request();
        let error = signer.authorize(&mut request, &credentials).unwrap_err();
        assert!(
            matches!(&error, Error::Value { header: found } if found == header),
            "{signer:?}: {error:?}"
        );
        assert!(!format!("{error} {error:?}").contains(MARKER), "{signer:?}: {error:?}");
        assert_eq!(request.headers().len(), 1, "{signer:?}: {request:?}");
    }
}

#[test]
fn a_signed_request_shows_no_secret_in_debug() {
    for signer in [Signer::SigV4, Signer::Tc3, Signer::Token] {
        let mut request = request();
        signer
            .authorize(&mut request, &credentials("id", MARKER, MARKER))
            .unwrap();
        assert!(!format!("{request:?}").contains(MARKER), "{signer:?}: {request:?}");
        assert!(
            !format!("{request:?}").contains("Signature="),
            "{signer:?}: {request:?}"
        );
    }
}

#[test]
fn credentials_show_the_id_only() {
    let text = format!("{:?}", credentials("AKIDEXAMPLE", MARKER, MARKER));
    assert!(text.contains("AKIDEXAMPLE") && !text.contains(MARKER), "{text}");
}
