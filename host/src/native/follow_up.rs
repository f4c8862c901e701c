//! What is done after an answer is sent, because no browser should wait for it.

use super::errands::Errand;
use super::shared::{Shared, lock};
use super::{deliveries, downloads, errands, leftovers, name_wait};
use crate::config::Config;
use crate::delivery::worker::Reason;
use crate::delivery::workers::DeliveryWorkers;
use crate::error::Error;
use crate::ipc::connected::Announcement;
use crate::ipc::host::Host;
use crate::ipc::host_files::HostFiles;
use crate::ipc::server::{self, ControlSocket};
use crate::ipc::unreachable;
use crate::registration::{self, Repair};
use potbridge_protocol::messages::from_host::Connected;
use potbridge_protocol::{Code, Problem, ShortText};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

/// What an answer leaves to be done.
pub(super) enum FollowUp {
    /// The browser said hello: list it among the connected ones.
    Announce(Connected),
    /// The browser said hello, and its extension is too old or too new: list it, and why nobody can ask it.
    AnnounceMisfit(Connected, Problem),
    /// Say among the connected browsers whether the capture is paused.
    AnnouncePaused,
    /// Tell the extension of every change of a download from now on.
    FollowDownloads,
    /// Let programs ask this host for tokens.
    OpenControlSocket,
    /// The store has something new: deliver to the slow sinks.
    Stored {
        config: Box<Config>,
        /// When the first wait for a video ends, if the token has none: milliseconds since 1970.
        name_wait_ends: Option<u64>,
        /// The sinks that are not slow and were not written, by their place in the configuration.
        undone: Vec<usize>,
    },
    /// Do what takes long, and answer then.
    Errand(Errand),
    /// Remove the tokens of a profile's private windows.
    ForgetPrivate(ShortText),
}

/// What follow-ups have started, for as long as the connection lives.
#[derive(Default)]
pub(super) struct Background {
    announcement: Option<Announcement>,
    /// The extension has said whether it accepts token requests.
    wants_socket: bool,
    socket: Option<ControlSocket>,
    /// The browser's profile, once it has said hello.
    profile: ShortText,
    /// The native manifest by which the browser found this program, if it says so.
    manifest: Option<PathBuf>,
}

impl Background {
    /// For a connection of a browser that found this program by this native manifest.
    pub(super) fn new(manifest: Option<PathBuf>) -> Self {
        Self { manifest, ..Self::default() }
    }

    /// Opens the control socket, if it is to be open and is not. Called after every message, so that it is retried.
    pub(super) fn keep_socket_open(&mut self, shared: &Arc<Shared>) {
        self.stay_listed(shared);
        if self.socket.as_ref().is_some_and(|socket| !socket.is_there()) {
            log::warn!("the control socket was removed, and is opened anew");
            self.socket = None;
        }
        if !self.wants_socket || self.socket.is_some() {
            return;
        }
        let opened = self.open_socket(shared);
        let problem = opened.map(|socket| self.socket = Some(socket)).err().map(|error| error.problem());
        let mut known = lock(&shared.unreachable);
        if *known == problem {
            return;
        }
        // Without it programs find no browser to ask.
        if let Some(problem) = &problem {
            log::error!("{}: {}", problem.code, problem.message);
        }
        self.say_unreachable(problem.as_ref());
        *known = problem;
    }

    /// Tells commands why this browser cannot be asked. `None`: it can.
    fn say_unreachable(&self, problem: Option<&Problem>) {
        if let Some(announcement) = &self.announcement
            && let Err(error) = unreachable::say(announcement.files(), problem)
        {
            log::warn!("whether programs can ask this browser cannot be shown: {error}");
        }
    }

    /// Does what an answer left to be done.
    pub(super) fn follow_up(&mut self, shared: &Arc<Shared>, follow_up: FollowUp) {
        match follow_up {
            FollowUp::Announce(browser) => {
                self.profile = browser.profile.clone();
                let browser = Connected { paused: shared.pending.is_paused(), ..browser };
                self.announce(&browser, shared);
                self.mend_registrations();
                leftovers::take_over(shared, &self.profile);
            }
            FollowUp::AnnounceMisfit(browser, problem) => {
                self.announce(&browser, shared);
                self.say_unreachable(Some(&problem));
                *lock(&shared.unreachable) = Some(problem);
            }
            FollowUp::AnnouncePaused => {
                let paused = shared.pending.is_paused();
                if let Some(announcement) = &mut self.announcement
                    && let Err(error) = announcement.set_paused(paused)
                {
                    log::warn!("that the capture is paused cannot be shown: {error}");
                }
            }
            FollowUp::FollowDownloads => downloads::follow(shared),
            FollowUp::OpenControlSocket => self.wants_socket = true,
            FollowUp::Stored { config, name_wait_ends, undone } => {
                deliveries::wake_workers(shared, &config, Reason::News, &undone);
                if let Some(ends) = name_wait_ends {
                    name_wait::begin(shared, ends);
                }
            }
            FollowUp::Errand(errand) => errands::begin(shared, errand),
            FollowUp::ForgetPrivate(profile) => deliveries::forget_private(shared, &profile),
        }
    }

    /// Leads other browsers to this program that find none any more. Nobody waits for that.
    fn mend_registrations(&mut self) {
        let manifest = self.manifest.take();
        let mending = move || drop(registration::look(Repair::Mend, manifest.as_deref()));
        if let Err(error) = thread::Builder::new().name("registration".to_owned()).spawn(mending) {
            log::warn!("the native manifests are not looked at: {error}");
        }
    }

    /// Lists a browser among the connected ones.
    fn announce(&mut self, browser: &Connected, shared: &Shared) {
        // The new file says nothing of it.
        *lock(&shared.unreachable) = None;
        // Without it `status` does not list this browser. All else works.
        self.announcement = Announcement::new(browser, &shared.dirs)
            .inspect_err(|error| log::warn!("the browser cannot be listed as connected: {error}"))
            .ok();
    }

    /// Lists the browser again if somebody has emptied the folder, as the system does when a user logs out.
    fn stay_listed(&mut self, shared: &Shared) {
        if let Some(gone) = self.announcement.take_if(|announcement| !announcement.is_there()) {
            log::warn!("the file that lists this browser as connected was removed, and is made anew");
            self.announce(&gone.browser().clone(), shared);
            // It has the name of the file.
            self.socket = None;
        }
    }

    /// Whether nothing is under way that the end of this program would cut short. Downloads are programs of their own.
    pub(super) fn is_idle(shared: &Shared) -> bool {
        let delivers = lock(&shared.workers).as_ref().is_some_and(DeliveryWorkers::is_busy);
        shared.pending.is_empty() && !name_wait::is_waiting(shared) && !delivers && shared.errands.is_idle()
    }

    /// Ends what is under way when the connection has ended.
    pub(super) fn finish(self, shared: &Arc<Shared>) {
        leftovers::finish(shared, &self.profile);
        errands::end(shared);
    }

    fn open_socket(&self, shared: &Arc<Shared>) -> Result<ControlSocket, Error> {
        let config = shared.config()?;
        let host = Host {
            dirs: shared.dirs.clone(),
            profile: self.profile.clone(),
            pending: Arc::clone(&shared.pending),
            store: Arc::clone(shared.store(&config)?),
            private_windows: Box::new({
                let shared = Arc::clone(shared);
                move || shared.config().is_ok_and(|config| config.private_windows)
            }),
            deliver: Box::new({
                let shared = Arc::clone(shared);
                move || deliveries::deliver_in_background(&shared)
            }),
            tell: Box::new(shared.sender()),
        };
        let files = match &self.announcement {
            Some(announcement) => Ok(announcement.files().clone()),
            None => HostFiles::new(&shared.dirs.runtime),
        };
        let folder = files.as_ref().map_or(&*shared.dirs.runtime, HostFiles::folder).to_owned();
        files.and_then(|files| server::open(host, &files)).map_err(|error| {
            let message = format!(
                "no program can ask this browser for tokens, since no control socket can be opened in {}: {error}",
                folder.display()
            );
            let hint = "set POTBRIDGE_RUNTIME_DIR to a folder of a local disk, for the browser too";
            Error::Problem(Problem::new(Code::RuntimeDirUnusable, message).with_hint(hint))
        })
    }
}
