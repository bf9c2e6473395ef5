//! URLs of services.

use std::borrow::Cow;

use ::url::Url;

use crate::schema::check::{Check, ValidationIssue};

/// A base URL.
pub(in crate::clouds) const URL: Check = Check::Custom {
    description: "A URL that begins with `http://` or `https://`.",
    validate: |value| match value.as_str() {
        // Terraform shows the line of a diagnostic, so a URL with a password is refused later, at the first call.
        Some(text) if !text.contains('@') && no_base_url(text).is_some() => {
            vec![ValidationIssue::error(
                "must be a URL that begins with http:// or https:// and ends with a host or a path",
            )]
        }
        _ => Vec::new(),
    },
};

/// Why a text is not a base URL, if so. A user name and password would appear in messages, and no vendor uses them.
pub(in crate::clouds) fn no_base_url(text: &str) -> Option<&'static str> {
    let url = Url::parse(text).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none() && url.fragment().is_none()
    });
    match url {
        None => Some("is not a URL that begins with http:// or https://"),
        Some(url) if !url.username().is_empty() || url.password().is_some() => {
            Some("is a URL with a user name or password, which is not supported")
        }
        Some(_) => None,
    }
}

/// An invalid part of a URL for messages, without what may be a user name and password.
pub(in crate::clouds) fn without_user(text: &str) -> Cow<'_, str> {
    match text.rsplit_once('@') {
        Some((_, rest)) => format!("…@{rest}").into(),
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_to_call_has_a_scheme_a_host_and_no_query() {
        for url in [
            "https://api.example.com",
            "http://127.0.0.1:8080",
            "https://proxy.example.com/base/",
        ] {
            assert_eq!(no_base_url(url), None, "{url}");
        }
        for url in [
            "",
            "api.example.com",
            "ftp://example.com",
            "https://",
            "https://example.com?x=y",
            "http://a/#f",
        ] {
            let expected = "is not a URL that begins with http:// or https://";
            assert_eq!(no_base_url(url), Some(expected), "{url}");
        }
        for url in [
            "https://user:word@example.com",
            "http://user@example.com/base",
            "http://:word@[::1]:1",
        ] {
            let expected = "is a URL with a user name or password, which is not supported";
            assert_eq!(no_base_url(url), Some(expected), "{url}");
            let issues = URL.validate(&crate::value::Value::string(url));
            assert_eq!(issues.len(), 0, "{url}");
        }
        assert_eq!(without_user("https://user:w@rd@host"), "…@host");
        assert_eq!(without_user("example.com"), "example.com");
    }
}
