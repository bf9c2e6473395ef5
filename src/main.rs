//! The provider's program.
fn main() {}
