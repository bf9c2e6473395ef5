//! What a request is addressed to.

/// The action that a request calls, and where.
pub(super) struct Target<'a> {
    pub(super) url: &'a str,
    pub(super) region: &'a str,
    pub(super) action: &'static str,
}
