//! The browsers: which there are, where each looks for native manifests, and which are on this machine.

pub mod folders;
pub mod machine;
pub mod packaging;
pub mod present;
pub mod table;

pub use machine::{Machine, System};
pub use packaging::Packaging;
pub use present::Found;
pub use table::{Entry, all, by_id};

#[cfg(test)]
#[cfg(unix)]
mod tests;
