//! Whose browsers are registered.

/// Whose browsers are registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// This user's.
    User,
    /// Those of every user of the machine.
    System,
}
