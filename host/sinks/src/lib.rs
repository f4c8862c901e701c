//! Writes named values to Redis, to the system's keyring and to programs.
//!
//! Each kind of place has a room of its own. All of them set, read and clear [`Variable`]s, say whether anything
//! changed, and fail with a [`Code`](potbridge_protocol::Code), with what happened, and with what to do.

pub mod command;
pub mod keyring;
pub mod redis;

/// A named value to write. Its `Debug` output does not show the value.
#[derive(Clone, Copy)]
pub struct Variable<'a> {
    /// What the place keeps the value under.
    ///
    /// Each kind of place says which names it takes.
    pub name: &'a str,
    /// The value. An empty one removes what is there.
    pub value: &'a str,
}

impl std::fmt::Debug for Variable<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Variable({})", self.name)
    }
}

/// Whether anything was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The place has the new values, as durably as its kind can keep them.
    Written,
    /// The place had the values already, and was not touched.
    Unchanged,
}
