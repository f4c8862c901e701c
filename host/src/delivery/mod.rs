//! Delivery: from the token store to the sinks.

mod catch_up;
mod check;
mod deliver;
mod due;
mod lacks;
mod lock;
pub mod projection;
pub mod sink;
pub mod unnamed;
mod unnoted;
mod wanted;
pub mod worker;
pub mod workers;

pub use catch_up::catch_up;
pub use deliver::{Delivered, Delivery, Emptied};
pub use due::Updated;
