//! Where the values come from.

use super::values::Values;
use crate::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Where `run` reads the values from: when it begins, and whenever they may have changed.
pub trait Source: Send {
    /// The values as they are now; `None` if there is no token.
    ///
    /// # Errors
    /// The values cannot be read.
    fn values(&mut self) -> Result<Option<Values>, Error>;

    /// The folders in which a change may mean other values.
    ///
    /// A source without any, or on a file system that reports no changes, is read every few seconds all the same.
    fn dirs(&self) -> Vec<PathBuf>;

    /// How long it is until the values may change with nothing happening, if that is known.
    fn next_change(&mut self) -> Option<Duration> {
        None
    }

    /// Begins to wake `run` at changes that are not in a folder, such as a message of redis.
    fn listen(&self, wake: &Wake);
}

/// Has the source be read, from any thread.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// The first of several sources that has values.
pub struct FirstOf(pub Vec<Box<dyn Source>>);

impl Source for FirstOf {
    fn values(&mut self) -> Result<Option<Values>, Error> {
        for source in &mut self.0 {
            if let Some(values) = source.values()? {
                return Ok(Some(values));
            }
        }
        Ok(None)
    }

    fn dirs(&self) -> Vec<PathBuf> {
        self.0.iter().flat_map(|source| source.dirs()).collect()
    }

    fn next_change(&mut self) -> Option<Duration> {
        self.0.iter_mut().filter_map(|source| source.next_change()).min()
    }

    fn listen(&self, wake: &Wake) {
        for source in &self.0 {
            source.listen(wake);
        }
    }
}
