//! The mark of a request: what only that request carries, so that it proves what the request has created.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::clouds::scaleway::client::Client;
use crate::framework::{Context, Error, Kind};

/// The marks of the requests of one creation.
pub(super) struct Marks<'a> {
    context: &'a Context<Client>,
    wanted: String,
    requests: AtomicU32,
}

impl<'a> Marks<'a> {
    /// The marks of the requests that create what is `wanted`. A saved plan that is applied again leads to the same ones.
    pub(super) fn new(context: &'a Context<Client>, wanted: &serde_json::Value) -> Self {
        Self {
            context,
            wanted: wanted.to_string(),
            requests: AtomicU32::new(0),
        }
    }

    /// Letters and digits that no other request has.
    ///
    /// # Errors
    ///
    /// Where there is no randomness to be had.
    pub(super) fn draw(&self) -> Result<String, Error> {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let request = serde_json::json!([self.wanted, number]).to_string();
        let drawn = self.context.secret(request.as_bytes(), 32);
        let lacking = "the operating system has no randomness to give, so that no request can be told from others";
        let drawn = drawn.ok_or_else(|| Error::new("", Kind::NotConfigured, lacking))?;
        Ok(drawn.expose().to_owned())
    }
}

/// The description of an object that is being created: as much of the one that is wanted as leaves room, and what no other request has.
pub(super) fn description(wanted: &str, drawn: &str) -> String {
    let shown: String = wanted.chars().take(SHOWN).collect();
    format!("{shown} [Terraform request {drawn}]").trim_start().to_owned()
}

/// The service takes descriptions of up to 200 characters.
const SHOWN: usize = 140;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_shows_the_description_and_fits_the_service() {
        let drawn = "d".repeat(32);
        assert_eq!(description("", &drawn), format!("[Terraform request {drawn}]"));
        assert_eq!(description("ci", &drawn), format!("ci [Terraform request {drawn}]"));
        let long = description(&"ü".repeat(200), &drawn);
        assert!(
            long.chars().count() <= 200 && long.ends_with(&format!("{drawn}]")),
            "{long}"
        );
    }
}
