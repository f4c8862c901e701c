//! Gets a token for a request: from the store, or, if that has none, from a browser.
//!
//! Who is asked, in this order: the store, the browsers of people, potbridge's own browser.

use crate::config::Config;
use crate::delivery::catch_up;
use crate::error::Error;
use crate::ipc::client::{ask_browsers, no_browser};
use crate::ipc::patience::Patience;
use crate::ipc::pending::from_store;
use crate::store::{TokenQuery, TokenStore};
use potbridge_protocol::Capture;
use potbridge_protocol::messages::ipc::{ContentBinding, TokenRequest};
use potbridge_system::dirs::Dirs;

/// Gets a token for a request, within the request's time limit. Waits for a browser as `patience` says.
///
/// The refused tokens that the request names leave the store, and the sinks as far as the store has another. So neither it nor
/// anybody later is given one of them. If the request bypasses the cache, a token that is newer than those will do, and none
/// that is older while a browser can be asked.
///
/// # Errors
/// [`Error::TokenRequest`], or what is wrong with the configuration or the store.
pub fn request_token(request: &TokenRequest, patience: &Patience, dirs: &Dirs) -> Result<Capture, Error> {
    let config = Config::load(&dirs.config)?;
    // A store inside the browser's host is asked over the control socket. Without a refused token's name, nobody knows which of
    // those known will do.
    let readable = !config.store.is_in_memory() && (!request.bypass_cache || !request.refused.is_empty());
    let store = readable.then(|| TokenStore::open(&config.store, dirs)).transpose()?;
    let refused = store.as_ref().map(|store| store.refuse(&request.refused)).transpose()?.unwrap_or_default();
    // It goes on while a browser is asked.
    let _catching_up = refused.were_stored.then(|| catch_up(dirs));
    if matches!(request.content_binding, Some(ContentBinding::DataSyncId(_))) {
        return Err(Error::AccountBound);
    }
    let since = if request.bypass_cache { refused.newer_since } else { 0 };
    if let Some(store) = &store
        && let Some(capture) =
            from_store(store, request, request.video_id.as_ref(), config.private_windows, since)?
    {
        store.note_given(request, &capture.token)?;
        return Ok(capture);
    }
    // Without time no browser can be asked. A store inside a host can be.
    let no_time = request.timeout_ms == 0 && !config.store.is_in_memory();
    let asked =
        if no_time { Err(no_browser(dirs)) } else { ask_browsers(request, patience, &config.browser, dirs) };
    let problem = match asked {
        Ok(capture) => return Ok(capture),
        Err(problem) => problem,
    };
    // A token that is not fresh, or was made for another kind of request, is better than none.
    if let (Some(store), Some(video_id)) = (&store, &request.video_id) {
        let query = |context| TokenQuery {
            video_id: Some(video_id.clone()),
            context,
            private: config.private_windows,
            ..TokenQuery::default()
        };
        if let Some(capture) = store.newest(&query(request.context))? {
            return Ok(capture);
        }
        let any = store.newest(&query(None))?;
        if let Some(capture) = any.filter(|capture| capture.binding.content_bound != Some(false)) {
            return Ok(capture);
        }
    }
    // Nobody knows whether the store has one.
    if let Some(unread) = store.and_then(|store| store.unread()) {
        return Err(unread.into());
    }
    Err(Error::TokenRequest { wanted: wanted(request), problem })
}

fn wanted(request: &TokenRequest) -> String {
    match (&request.video_id, &request.content_binding) {
        (Some(video_id), _) => format!("for the video {video_id}"),
        (None, Some(ContentBinding::AnyVisitor)) => "of a known visitor".to_owned(),
        (None, Some(_)) => "for this visitor".to_owned(),
        (None, None) => "in the store".to_owned(),
    }
}
