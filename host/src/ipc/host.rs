//! What the control socket needs of its host.

use super::pending::PendingRequests;
use crate::store::TokenStore;
use potbridge_protocol::{FromHost, ShortText};
use potbridge_system::dirs::Dirs;
use std::sync::{Arc, Mutex};

/// What the control socket needs of its host.
pub struct Host {
    /// Where the files of potbridge are.
    pub dirs: Dirs,
    /// The browser's profile.
    pub profile: ShortText,
    /// The token requests that wait for the browser.
    pub pending: Arc<PendingRequests>,
    /// The connection's store.
    pub store: Arc<Mutex<TokenStore>>,
    /// Whether a token of a private window may be given.
    pub private_windows: Box<dyn Fn() -> bool + Send + Sync>,
    /// Has the sinks be written to, since a token has left the store. Nobody waits for it.
    pub deliver: Box<dyn Fn() + Send + Sync>,
    /// Sends the extension a message.
    pub tell: Box<dyn Fn(FromHost) + Send + Sync>,
}
