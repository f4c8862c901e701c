//! The result of a replacement.

/// Whether [`crate::Snapshot::replace`] wrote anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swap {
    /// The file has the new bytes now.
    Swapped,
    /// Another program changed, created or removed the file since it was read. Nothing was written.
    Stale,
}
