//! Delivery: from the token store to the sinks.

mod deliver;
pub mod projection;
pub mod sink;
pub mod worker;

pub use deliver::{Delivered, Delivery};
