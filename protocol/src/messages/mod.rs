//! Every message: between the extension and the host ([`to_host`], [`from_host`]), and between a command and a host
//! ([`ipc`]).

pub mod from_host;
pub mod ipc;
mod neighbours;
pub mod to_host;

pub use from_host::FromHost;
pub use neighbours::{TooOld, agree};
pub use to_host::ToHost;

/// The version of the messages between the extension and the host.
///
/// It is raised when a partner that does not know a change would do wrong. [`agree`] says which versions work together.
pub const PROTOCOL_VERSION: u32 = 4;
