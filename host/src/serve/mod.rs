//! `serve`: bgutil's HTTP protocol, as its server and plugin 2.0.2 speak it.
//!
//! Whatever asks bgutil's server for tokens can ask potbridge. This is the one place of the program that runs an
//! asynchronous runtime, on one thread; threads of their own wait for tokens. hyper reads HTTP, [`access`] decides who
//! may ask, [`pot_request`] reads what is asked, [`tokens`] gets the token, [`response`] writes the answer.

mod access;
mod connections;
mod host_name;
mod loose;
mod options;
mod pot_request;
mod rejection;
mod request_log;
mod response;
mod route;
mod secret;
mod server;
mod service;
mod tokens;

pub use options::{Limits, ServeOptions};
pub use secret::{Secret, SecretError};
pub use server::Server;
pub use tokens::RequestToken;
