//! Whether a sink lacks the newest token.

use super::Delivery;
use super::sink::{Failure, Retry};
use super::wanted::{Wanted, digest_in};
use crate::config::SinkConfig;
use crate::store::StoreError;

impl Delivery<'_> {
    /// Whether a sink lacks the newest token, as far as the store knows.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn lacks(self, sink: &SinkConfig) -> Result<bool, StoreError> {
        let Some(Wanted { projection, .. }) = self.wanted(sink)? else { return Ok(false) };
        Ok(!self.store().holds(sink, &projection.digest())?)
    }

    /// Whether a sink lacks the newest token, by what it holds now. Somebody may have changed or restored it.
    ///
    /// What cannot be looked into is told by the store: a program, a locked keyring.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn lacks_now(self, sink: &SinkConfig) -> Result<bool, StoreError> {
        let Some(Wanted { projection, in_place_of, .. }) = self.wanted(sink)? else { return Ok(false) };
        if in_place_of.is_some() {
            return Ok(true);
        }
        let digest = projection.digest();
        if !sink.sink.is_write_only() {
            match digest_in(sink) {
                Ok(found) => return Ok(found != digest),
                Err(Failure { retry: Retry::WithTheNextToken, .. }) => {}
                Err(_) => return Ok(true),
            }
        }
        Ok(!self.store().holds(sink, &digest)?)
    }
}
