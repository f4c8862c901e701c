//! Delivery: from the token store to the sinks.

mod catch_up;
mod deliver;
pub mod projection;
pub mod sink;
pub mod worker;

pub use catch_up::catch_up;
pub use deliver::{Delivered, Delivery};
