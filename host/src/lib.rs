//! Takes PO tokens from the browser and puts them where a backend reads them.
//!
//! A browser starts this program for its extension and talks to it in frames ([`session`]); a person calls it
//! with a command ([`command`]). Both reach the same [`shelf`] and the same sinks ([`delivery`]).

pub mod caller;
pub mod clock;
pub mod command;
pub mod config;
pub mod connected;
pub mod courier;
pub mod delivery;
pub mod digest;
pub mod download;
pub mod error;
pub mod extractor_args;
pub mod folders;
pub mod hardening;
pub mod invocation;
pub mod link;
pub mod obtain;
pub mod own_program;
pub mod own_stdout;
pub mod projection;
pub mod run;
pub mod secret;
pub mod serve;
pub mod session;
pub mod shelf;
pub mod sink;
pub mod status;

pub use error::Error;
