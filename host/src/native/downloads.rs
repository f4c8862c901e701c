//! What a connection does about downloads.

use super::shared::{Shared, failed};
use crate::download::detached::{self, StartRequest};
use crate::download::records::Records;
use crate::download::{actions, follow};
use crate::error::Error;
use potbridge_protocol::download::Action;
use potbridge_protocol::{Cookie, DownloadId, DownloadRequest, FromHost};
use std::sync::Arc;

/// The answer to `list-downloads`.
pub(super) fn list(shared: &Shared) -> FromHost {
    records(shared).map_or_else(
        |error| FromHost::Error { id: None, host_version: None, problem: error.problem() },
        |records| actions::list(&records, &shared.dirs),
    )
}

/// Starts a download.
pub(super) fn start(request: DownloadRequest) -> Result<DownloadId, Error> {
    detached::start(&StartRequest { request, resume: None })
}

/// Does something with a download. `message` is the id of the message that asks for it.
pub(super) fn act(
    shared: &Arc<Shared>,
    message: &str,
    id: &DownloadId,
    action: Action,
    cookies: Vec<Cookie>,
) -> Result<(), Error> {
    let (sender, message) = (shared.sender(), message.to_owned());
    let tell = move |error: Error| sender(failed(&error, message));
    actions::act(&records(shared)?, id, action, cookies, tell)
}

/// Tells the extension of every change of a download from now on.
pub(super) fn follow(shared: &Arc<Shared>) {
    let Ok(records) = records(shared) else { return };
    // If the system has no thread to give, the popup shows what it shows when it is opened anew.
    let _ = follow::follow(records, shared.dirs.clone(), shared.sender());
}

fn records(shared: &Shared) -> Result<Records, Error> {
    Records::open(&shared.dirs).map_err(|source| Error::DownloadIo {
        what: format!("the list of downloads in {} cannot be kept", shared.dirs.state.display()),
        source,
    })
}
