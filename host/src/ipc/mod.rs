//! The control socket: a local socket on which each live host takes token requests.
//!
//! On Unix it is a socket in a folder of the runtime folder, with a random name; only the owner may look into that folder. On
//! Windows it is a named pipe of the owner's. Whoever connects must be the same user. [`server`] is the host's side: `limits` says
//! how much it takes, [`pending`] holds the requests that wait for its browser, and `fulfil` waits for their answers. [`client`] is
//! the command's side: it decides who is asked and what is waited for, `greetings` says hello to all hosts, and `host_connection`
//! speaks to one.

pub mod client;
pub mod connected;
mod fulfil;
mod greetings;
pub mod host;
mod host_connection;
pub mod host_files;
mod limits;
mod openings;
mod own;
pub mod patience;
mod peer;
pub mod pending;
pub mod request_token;
pub mod server;
#[cfg(unix)]
mod short_path;
mod sign;
mod socket;
pub mod unreachable;
