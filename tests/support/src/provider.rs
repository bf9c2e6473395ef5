//! The provider's schemas, without a process of its own.

use std::path::Path;

use apikeys::host::World;
use apikeys::provider::Provider;

/// The provider that a program is, without a process of its own: for its schemas.
pub fn provider(program: &Path) -> Provider {
    let world = World {
        environment: Default::default(),
        read: |_| Err(std::io::ErrorKind::NotFound.into()),
        clock: chrono::Utc::now,
        chance: || 0.0,
        draw: |_| None,
        version: "0.0.0",
    };
    Provider::of_program(program, world, Default::default())
}
