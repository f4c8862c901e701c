//! What a sink should hold, by the store.

use super::projection::{Projection, digest_of};
use super::sink::Failure;
use crate::config::{OnExpire, SinkConfig, VariableName};
use crate::store::{StoreError, TokenQuery, TokenStore};
use potbridge_protocol::PoToken;
use potbridge_system::clock;

/// What a sink should hold.
pub(super) struct Wanted<'a> {
    pub(super) projection: Projection<'a>,
    /// The token; `None` if the sink is to be emptied.
    pub(super) token: Option<PoToken>,
    /// Whether it is of a private window's token.
    pub(super) private: bool,
    /// To be written only if the sink holds the values of this digest: those of a token that has expired or was cleared.
    pub(super) in_place_of: Option<String>,
}

impl<'a> Wanted<'a> {
    /// What a sink should hold; `None` if it is to be left alone.
    pub(super) fn of(
        store: &TokenStore,
        sink: &'a SinkConfig,
        unnamed_at_once: bool,
    ) -> Result<Option<Self>, StoreError> {
        let query = TokenQuery { private: sink.private_windows, unnamed_at_once, ..TokenQuery::default() };
        if let Some(newest) = store.newest(&query)? {
            let private = newest.session.private;
            let projection = Projection::of(&newest, &sink.vars);
            return Ok(Some(Self { projection, token: Some(newest.token), private, in_place_of: None }));
        }
        if store.holds_private(sink)? {
            return Ok(Some(Self::nothing(sink)));
        }
        let empties = sink.on_expire == OnExpire::Empty;
        let expired = store
            .held_token(sink)?
            .filter(|held| held.is_cleared() || empties && held.expires_at <= clock::now_ms());
        Ok(expired.map(|held| Self { in_place_of: Some(held.digest), ..Self::nothing(sink) }))
    }

    /// Empty values.
    pub(super) fn nothing(sink: &'a SinkConfig) -> Self {
        Self { projection: Projection::empty(&sink.vars), token: None, private: false, in_place_of: None }
    }
}

/// The digest of what a sink holds now.
pub(super) fn digest_in(sink: &SinkConfig) -> Result<String, Failure> {
    let names: Vec<&str> = sink.vars.keys().map(VariableName::as_str).collect();
    Ok(digest_of(&sink.sink.look(&names)?, &sink.vars))
}
