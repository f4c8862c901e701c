//! The parts of `uninstall`.

mod additions;
pub(crate) mod plan;
pub(crate) mod purge;
pub(crate) mod report;
