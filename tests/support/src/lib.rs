//! What the tests of several crates share: servers for one test, and waits with a limit.

#![allow(clippy::missing_panics_doc, clippy::print_stdout, clippy::unwrap_used, reason = "only tests use it")]

pub mod browser;
#[cfg(unix)]
pub mod certificates;
pub mod deadline;
pub mod executable;
pub mod itself;
#[cfg(target_os = "linux")]
pub mod namespace;
#[cfg(target_os = "linux")]
pub mod ordinary_user;
#[cfg(target_os = "linux")]
pub mod private_bus;
#[cfg(unix)]
pub mod redis_server;
#[cfg(target_os = "linux")]
pub mod refused_calls;
pub mod skip;

#[cfg(target_os = "linux")]
pub use private_bus::PrivateBus;
#[cfg(unix)]
pub use redis_server::RedisServer;
