//! What potbridge's programs know of browsers.

mod family;

pub use family::Family;
