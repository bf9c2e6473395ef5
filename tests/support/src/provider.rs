//! The provider's schemas, without a process of its own.

use std::path::Path;

use apikeys::host::Host;
use apikeys::provider::Provider;

/// The provider that a program is, without a process of its own: for its schemas.
pub fn provider(program: &Path) -> Provider {
    let host = Host {
        environment: Default::default(),
        read: |_| Err(std::io::ErrorKind::NotFound.into()),
        write: |_, _| Err(std::io::ErrorKind::Unsupported.into()),
        clock: chrono::Utc::now,
        random_fraction: || 0.0,
        random_secret: |_| None,
        version: "0.0.0",
    };
    Provider::of_program(program, host, Default::default())
}
