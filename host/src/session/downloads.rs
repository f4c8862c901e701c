//! What a session does about downloads.

use super::{Session, failure};
use crate::download::job::Start;
use crate::download::store::Store;
use crate::download::{desk, detached, follower};
use crate::error::Error;
use potbridge_protocol::download::Act;
use potbridge_protocol::{Ask, Cookie, FromHost, JobId};

impl Session {
    fn downloads(&self) -> Result<Store, Error> {
        Store::open(&self.folders).map_err(|source| Error::Download {
            what: format!("the list of downloads in {} cannot be kept", self.folders.state.display()),
            source,
        })
    }

    pub(super) fn list_downloads(&self) -> FromHost {
        self.downloads().map_or_else(
            |error| failure(error.code(), error.to_string(), None),
            |store| desk::list(&store, &self.folders),
        )
    }

    pub(super) fn start_download(&self, ask: Ask) -> Result<JobId, Error> {
        detached::start(&Start { ask, again: None })
    }

    pub(super) fn act(&self, id: &str, job: &JobId, act: Act, cookies: Vec<Cookie>) -> Result<(), Error> {
        let store = self.downloads()?;
        let (teller, id) = (self.teller(), id.to_owned());
        let tell = move |error: Error| teller(failure(error.code(), error.to_string(), Some(id)));
        desk::act(&store, job, act, cookies, tell)
    }

    pub(super) fn follow_downloads(&self) {
        let Ok(store) = self.downloads() else { return };
        // Where the system has no thread to give, the popup shows what it shows when it is opened anew.
        let _ = follower::follow(store, self.folders.clone(), self.teller());
    }
}
