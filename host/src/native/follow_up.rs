//! What is done after an answer is sent, because no browser should wait for it.

use super::downloads;
use super::shared::Shared;
use crate::config::{Config, SinkConfig};
use crate::delivery::worker::{DeliveryWorkers, Reason};
use crate::error::Error;
use crate::ipc::connected::Announcement;
use crate::ipc::server::{self, ControlSocket, Host};
use potbridge_protocol::messages::from_host::Connected;
use potbridge_protocol::{FromHost, ShortText};
use std::sync::Arc;

/// What an answer leaves to be done.
pub(super) enum FollowUp {
    /// The browser said hello: list it among the connected ones.
    Announce(Connected),
    /// Tell the extension of every change of a download from now on.
    FollowDownloads,
    /// Let programs ask this host for tokens.
    OpenControlSocket,
    /// Deliver to the slow sinks.
    WakeWorkers(Config, Reason),
}

/// What follow-ups have started, for as long as the connection lives.
#[derive(Default)]
pub(super) struct Background {
    announcement: Option<Announcement>,
    workers: Option<DeliveryWorkers>,
    /// The extension has said whether it accepts token requests.
    wants_socket: bool,
    socket: Option<ControlSocket>,
    /// The browser's profile, once it has said hello.
    profile: ShortText,
}

impl Background {
    /// Opens the control socket, if it is to be open and is not. Called after every message, so that it is retried.
    pub(super) fn keep_socket_open(&mut self, shared: &Arc<Shared>) {
        if !self.wants_socket || self.socket.is_some() {
            return;
        }
        // Without it programs find no browser to ask.
        match self.open_socket(shared) {
            Ok(socket) => self.socket = Some(socket),
            Err(error) => log::error!("{}: {error}", error.code()),
        }
    }

    /// Does what an answer left to be done.
    pub(super) fn follow_up(&mut self, shared: &Arc<Shared>, follow_up: FollowUp) {
        match follow_up {
            FollowUp::Announce(browser) => {
                self.profile = browser.profile.clone();
                // Without it `status` does not list this browser. All else works.
                self.announcement = Announcement::new(&browser, &shared.dirs)
                    .inspect_err(|error| log::warn!("the browser cannot be listed as connected: {error}"))
                    .ok();
                // An earlier connection may have left deliveries undone.
                match shared.config() {
                    Ok(config) => self.wake_workers(shared, &config, Reason::Leftovers),
                    Err(error) => log::error!("{error}"),
                }
            }
            FollowUp::FollowDownloads => downloads::follow(shared),
            FollowUp::OpenControlSocket => self.wants_socket = true,
            FollowUp::WakeWorkers(config, reason) => self.wake_workers(shared, &config, reason),
        }
    }

    /// Ends the workers when the connection has ended.
    pub(super) fn finish(self) {
        if let Some(workers) = self.workers {
            workers.finish();
        }
    }

    fn wake_workers(&mut self, shared: &Arc<Shared>, config: &Config, reason: Reason) {
        if self.workers.is_none() && !config.sinks.iter().any(SinkConfig::needs_worker) {
            return;
        }
        let store = match shared.store(config) {
            Ok(store) => Arc::clone(store),
            Err(error) => return log::error!("{}: {error}", error.code()),
        };
        let sender = shared.sender();
        let tell = move |sink| sender(FromHost::Delivered { sink });
        self.workers
            .get_or_insert_with(|| DeliveryWorkers::new(store, shared.dirs.clone(), Arc::new(tell)))
            .wake(config, reason);
    }

    fn open_socket(&self, shared: &Arc<Shared>) -> Result<ControlSocket, Error> {
        let config = shared.config()?;
        let host = Host {
            profile: self.profile.clone(),
            pending: Arc::clone(&shared.pending),
            store: Arc::clone(shared.store(&config)?),
            tell: Box::new(shared.sender()),
        };
        server::open(host, &shared.dirs).map_err(|source| Error::Io {
            what: format!("the control socket in {} cannot be opened", shared.dirs.runtime.display()),
            source,
        })
    }
}
