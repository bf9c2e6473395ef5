//! Paths in settings.

use std::path::{Path, PathBuf};

/// Expands `~` to the home directory.
pub(in crate::clouds) fn expanded(path: &str, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix('~'), home) {
        (Some(rest), Some(home)) if rest.is_empty() || rest.starts_with('/') => home.join(rest.trim_start_matches('/')),
        _ => PathBuf::from(path),
    }
}
