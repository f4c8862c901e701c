//! The browser's side: one native messaging connection.
//!
//! A browser starts this program for its extension. Messages come in on the standard input, answers go out on the
//! standard output. A message is handled before its answer is sent, because a browser that closes kills its host:
//! Chromium after 2 seconds without a warning, Firefox after 3. Only what no browser should wait for is done after the
//! answer ([`follow_up`]).
//!
//! A browser that cannot be recognised is told so ([`started_wrongly`]).
//!
//! [`access`] decides which extensions may talk to this host. [`answer`] answers a message and says what is to be done
//! after it. [`connection`] moves the messages. [`errands`] do in threads what takes long and somebody waits for.

mod access;
mod answer;
pub mod caller;
mod connection;
mod deliveries;
mod diagnosis;
mod downloads;
mod errands;
mod follow_up;
mod leftovers;
mod name_wait;
mod replaced;
mod shared;
mod sink_test;
pub mod started_wrongly;

pub use connection::run;
