//! The mark of a request: what only that request carries, so that it proves what the request has created.

use crate::framework::{Error, Kind};
use crate::host::RandomSecret;

/// Letters and digits that no other request has.
///
/// # Errors
///
/// Where there is no randomness to be had.
pub(super) fn draw(random_secret: RandomSecret) -> Result<String, Error> {
    let lacking = "the operating system has no randomness to give, so that no request can be told from others";
    let drawn = random_secret(32).ok_or_else(|| Error::new("", Kind::NotConfigured, lacking))?;
    Ok(drawn.expose().to_owned())
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
