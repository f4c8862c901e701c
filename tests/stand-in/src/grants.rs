use std::collections::HashMap;
use std::io;
use std::sync::{Mutex, PoisonError};

use crate::session::Session;
use crate::visitor::opaque;

/// What the player's answers gave out media URLs for. A URL's `id` is opaque: it names one of these.
#[derive(Default)]
pub(crate) struct Grants {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    given: HashMap<String, Grant>,
    ids: HashMap<Grant, String>,
}

/// For whom and what a media URL was made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Grant {
    pub(crate) video_id: String,
    pub(crate) session: Session,
    /// The client that asked: `MWEB`
    pub(crate) client: &'static str,
    /// The size of the largest format
    pub(crate) largest: u64,
    /// The unsolved `n` parameter, where URLs have one
    pub(crate) n: Option<&'static str>,
}

impl Grants {
    /// The id of this grant in media URLs: the same one when it is asked for again.
    pub(crate) fn give(&self, grant: Grant) -> io::Result<String> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = state.ids.get(&grant) {
            return Ok(id.clone());
        }
        let id = format!("o-A{}", opaque(30)?);
        state.given.insert(id.clone(), grant.clone());
        state.ids.insert(grant, id.clone());
        Ok(id)
    }

    pub(crate) fn of(&self, id: &str) -> Option<Grant> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).given.get(id).cloned()
    }
}
