use std::collections::HashMap;
use std::io;
use std::sync::{Mutex, PoisonError};

use crate::player_client::Offer;
use crate::visitor::Visitor;
use crate::visitor_data::opaque;

/// The media URLs that the player's answers gave out, by their `id` parameter, which is opaque.
#[derive(Default)]
pub(crate) struct IssuedUrls {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    by_id: HashMap<String, IssuedUrl>,
    ids: HashMap<IssuedUrl, String>,
}

/// For whom and what a media URL was made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct IssuedUrl {
    pub(crate) video_id: String,
    pub(crate) visitor: Visitor,
    /// The client that asked: `MWEB`
    pub(crate) client: &'static str,
    /// What the client was given: whether a token is needed
    pub(crate) offer: Offer,
    /// The size of the largest format
    pub(crate) largest: u64,
    /// The unsolved `n` parameter, if URLs have one
    pub(crate) n: Option<&'static str>,
}

impl IssuedUrls {
    /// The `id` parameter of these URLs: the same one if they are asked for again.
    pub(crate) fn id_of(&self, url: IssuedUrl) -> io::Result<String> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = state.ids.get(&url) {
            return Ok(id.clone());
        }
        let id = format!("o-A{}", opaque(30)?);
        state.by_id.insert(id.clone(), url.clone());
        state.ids.insert(url, id.clone());
        Ok(id)
    }

    pub(crate) fn find(&self, id: &str) -> Option<IssuedUrl> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).by_id.get(id).cloned()
    }
}
