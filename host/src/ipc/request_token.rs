//! Gets a token for a request: from the store, or, if that has none, from a browser.

use crate::config::Config;
use crate::error::Error;
use crate::ipc::client::{ask_hosts, no_browser};
use crate::ipc::pending::from_store;
use crate::store::{TokenQuery, TokenStore};
use potbridge_protocol::messages::ipc::{ContentBinding, TokenRequest};
use potbridge_protocol::{Capture, Code, Problem};
use potbridge_system::dirs::Dirs;

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenRequestError {
    /// The store has none, and no browser could be asked, or none brought one.
    #[error("there is no token {wanted}: {}", .problem.message)]
    Failed {
        /// What was requested.
        wanted: String,
        /// Why there is none.
        problem: Problem,
    },
    /// A token bound to an account was requested.
    #[error("potbridge does not know which account a token belongs to, so it has none bound to an account")]
    AccountBound,
    /// The configuration or the store.
    #[error(transparent)]
    Broken(#[from] Box<Error>),
}

impl TokenRequestError {
    /// The reason alone, for where what was requested is said already.
    #[must_use]
    pub fn why(&self) -> String {
        match self {
            Self::Failed { problem, .. } => problem.message.clone(),
            other => other.to_string(),
        }
    }

    /// The code for programs.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Failed { problem, .. } => problem.code,
            Self::AccountBound => Code::AccountBound,
            Self::Broken(error) => error.code(),
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Failed { problem, .. } => problem.hint.clone(),
            Self::AccountBound => Some("log out, or ask for a token of a video".to_owned()),
            Self::Broken(error) => error.hint(),
        }
    }
}

/// Gets a token for a request, within the request's time limit.
///
/// # Errors
/// [`TokenRequestError`].
pub fn request_token(request: &TokenRequest, dirs: &Dirs) -> Result<Capture, TokenRequestError> {
    if matches!(request.content_binding, Some(ContentBinding::DataSyncId(_))) {
        return Err(TokenRequestError::AccountBound);
    }
    let config = Config::load(&dirs.config).map_err(broken)?;
    // A store inside the browser's host is asked over the control socket.
    let readable = !request.bypass_cache && !config.store.is_in_memory();
    let store = readable.then(|| TokenStore::open(&config.store, dirs)).transpose().map_err(broken)?;
    if let Some(store) = &store
        && let Some(capture) = from_store(store, request, request.video_id.as_ref()).map_err(broken)?
    {
        return Ok(capture);
    }
    // Without time no browser can be asked. A store inside a host can be.
    let no_time = request.timeout_ms == 0 && !config.store.is_in_memory();
    let problem = match if no_time { Err(no_browser()) } else { ask_hosts(request, dirs) } {
        Ok(capture) => return Ok(capture),
        Err(problem) => problem,
    };
    // A token that is not fresh is better than none.
    if let (Some(store), Some(video_id)) = (&store, &request.video_id) {
        let wanted = TokenQuery {
            video_id: Some(video_id.clone()),
            context: request.context,
            ..TokenQuery::default()
        };
        if let Some(capture) = store.newest(&wanted).map_err(broken)? {
            return Ok(capture);
        }
    }
    Err(TokenRequestError::Failed { wanted: wanted(request), problem })
}

fn broken(error: impl Into<Error>) -> TokenRequestError {
    TokenRequestError::Broken(Box::new(error.into()))
}

fn wanted(request: &TokenRequest) -> String {
    match (&request.video_id, &request.content_binding) {
        (Some(video_id), _) => format!("for the video {video_id}"),
        (None, Some(_)) => "for this visitor".to_owned(),
        (None, None) => "in the store".to_owned(),
    }
}
