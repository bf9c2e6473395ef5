//! What the random values of a creation follow from. It is drawn while the creation is planned and kept in the plan, so that a saved
//! plan that is applied again sends the same request: then what the first apply has created is found by proof.
//!
//! Terraform hands the private data of a plan to the second plan of the same change, while it is applied, and to the apply (from 1.16:
//! `ClientCapabilities.store_planned_private` of the plugin protocol 6.11). A state never holds the seed.

use super::Diagnostic;
use crate::host::{RandomSecret, random};
use crate::secret::Secret;

/// The seed of one creation.
#[derive(Clone, Debug)]
pub struct Seed {
    secret: Secret,
    /// The run that has drawn it, where that can be told.
    run: Option<String>,
}

impl Seed {
    /// Draws a seed in this run. `None` if the system has no randomness.
    pub(in crate::framework) fn draw(random_secret: RandomSecret, run: Option<&str>) -> Option<Self> {
        Some(Self {
            secret: random_secret(LENGTH)?,
            run: run.map(str::to_owned),
        })
    }

    /// Letters and digits that follow from the seed and from what else the request says that carries them: no other request leads to
    /// them, whatever a plan that was tampered with holds.
    pub(in crate::framework) fn derive(&self, request: &[u8], length: usize) -> Option<Secret> {
        random::derived(&self.secret, request, length)
    }

    /// Whether it was certainly drawn in this run, so that nobody can have applied the plan before.
    pub(in crate::framework) fn is_of(&self, run: Option<&str>) -> bool {
        run.is_some() && self.run.as_deref() == run
    }

    /// The private data of a plan: the seed, then what the private data is otherwise.
    pub fn with(&self, private: &[u8]) -> Vec<u8> {
        let run = self.run.as_deref().unwrap_or_default();
        let line = [PREFIX, self.secret.expose().as_bytes(), b" ", run.as_bytes(), b"\n"];
        [&line.concat(), private].concat()
    }

    /// The seed in the private data of a plan, and what the private data is otherwise.
    ///
    /// # Errors
    ///
    /// It begins like one with a seed and has none.
    pub fn split(private: &[u8]) -> Result<(Option<Self>, &[u8]), Diagnostic> {
        let Some(text) = private.strip_prefix(PREFIX) else {
            return Ok((None, private));
        };
        let parsed = text.iter().position(|byte| *byte == b'\n').and_then(|end| {
            let (line, rest) = (text.get(..end)?, text.get(end + 1..)?);
            let (secret, run) = str::from_utf8(line).ok()?.split_once(' ')?;
            let is_whole = secret.len() == LENGTH && secret.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let seed = Self {
                secret: Secret::new(secret),
                run: (!run.is_empty()).then(|| run.to_owned()),
            };
            is_whole.then_some((Some(seed), rest))
        });
        parsed.ok_or_else(|| {
            let detail = "What this provider has stored in the plan for the creation of this object is damaged. Nothing was done. Make a \
                          new plan.";
            Diagnostic::error("Damaged plan", detail)
        })
    }
}

/// How the private data of a plan with a seed begins; what other providers store does not.
const PREFIX: &[u8] = b"apikeys seed ";

/// 238 bits.
const LENGTH: usize = 40;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn seed(run: Option<&str>) -> Seed {
        Seed::draw(random::secret, run).unwrap()
    }

    #[test]
    fn a_seed_comes_back_with_what_else_was_stored() {
        for run in [None, Some("4711 123456")] {
            for stored in [&b""[..], b"{\"schema_version\":\"1\"}", b"\n\xff\0"] {
                let seed = seed(run);
                let private = seed.with(stored);
                let (back, rest) = Seed::split(&private).unwrap();
                let back = back.unwrap();
                assert_eq!(rest, stored);
                assert_eq!(back.run.as_deref(), run);
                assert_eq!(
                    back.derive(b"x", 40).unwrap().expose(),
                    seed.derive(b"x", 40).unwrap().expose()
                );
            }
        }
    }

    #[test]
    fn what_others_have_stored_is_left_alone() {
        for stored in [&b""[..], b"private", b"{\"apikeys seed \":1}", b"apikeys see", b"\xff"] {
            let (seed, rest) = Seed::split(stored).unwrap();
            assert!(seed.is_none());
            assert_eq!(rest, stored);
        }
    }

    #[test]
    fn a_damaged_seed_is_an_error_without_what_it_holds() {
        let whole = seed(Some("1 2")).with(b"");
        let secret = String::from_utf8(whole[PREFIX.len()..PREFIX.len() + LENGTH].to_vec()).unwrap();
        let replaced = |by: &str| {
            String::from_utf8(whole.clone())
                .unwrap()
                .replace(&secret, by)
                .into_bytes()
        };
        let rows = [
            PREFIX.to_vec(),
            whole[..PREFIX.len() + 3].to_vec(),
            whole[..whole.len() - 1].to_vec(),
            replaced(&secret[1..]),
            replaced(&format!("{secret}x")),
            replaced(&format!("{}-", &secret[1..])),
            [PREFIX, b"\xff\n"].concat(),
        ];
        for row in rows {
            let error = Seed::split(&row).unwrap_err();
            assert_eq!(error.summary, "Damaged plan");
            assert!(!error.detail.contains(&secret[1..]));
        }
    }

    #[test]
    fn only_a_run_that_can_be_told_is_the_same() {
        for (drawn, asked, is_same) in [
            (Some("1"), Some("1"), true),
            (Some("1"), Some("2"), false),
            (Some("1"), None, false),
            (None, Some("1"), false),
            (None, None, false),
        ] {
            assert_eq!(seed(drawn).is_of(asked), is_same, "{drawn:?} {asked:?}");
        }
    }

    #[test]
    fn debug_shows_nothing_of_it() {
        let seed = seed(None);
        assert!(!format!("{seed:?}").contains(seed.secret.expose()));
    }
}
