//! Three clouds on loopback.
