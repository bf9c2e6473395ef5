//! Three clouds on loopback: the key operations of AWS API Gateway, Tencent Cloud API Gateway and Scaleway IAM.
//!
//! Each cloud has a port of its own and keeps its keys in memory. Signatures, clock windows, limits, error shapes and
//! state rules are those of the real services, so that a vendor's own client works unchanged; none of it shares code
//! with the provider under test. Everything the sandbox knows as a secret is made up, and it never listens beyond
//! loopback.
//!
//! - [`Sandbox`] starts it inside a test and is the hand that acts on a cloud from outside: on its keys, its clock and its port;
//! - [`Fault`] makes a later request go wrong;
//! - [`Entry`] is what the journal says of a request.
//!
//! The same is reachable over HTTP on every port under `/_sandbox/`: `GET journal`, `GET keys`, `POST faults`,
//! `POST reset`.

pub mod aws;
mod caller;
mod clock;
mod control;
pub mod credentials;
mod environment;
mod exchange;
mod faults;
mod gate;
mod journal;
mod limits;
mod options;
mod random;
mod reply;
mod sandbox;
pub mod scaleway;
mod server;
mod store;
pub mod tencentcloud;
mod world;

pub use faults::{Fault, FaultKind};
pub use journal::Entry;
pub use options::{DescribedSecrets, ListedSecrets, Options, Ports, RateLimits, Spelling};
pub use sandbox::Sandbox;
pub use store::{Identified, Outside};
pub use world::Cloud;
