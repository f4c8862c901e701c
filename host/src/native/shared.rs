//! What the threads of one connection share.

use super::errands::Errands;
use crate::config::Config;
use crate::delivery::workers::DeliveryWorkers;
use crate::error::Error;
use crate::ipc::pending::PendingRequests;
use crate::store::{self, TokenStore};
use potbridge_protocol::{FromHost, Problem, frame};
use potbridge_system::dirs::Dirs;
use potbridge_system::log_file;
use std::fs::File;
use std::io::ErrorKind;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

/// What the threads of one connection share.
pub(super) struct Shared {
    pub(super) dirs: Dirs,
    stdout: Mutex<File>,
    /// Opened at its first use: a hello is answered without it.
    store: OnceLock<Arc<Mutex<TokenStore>>>,
    /// Who writes to slow sinks, once there is something to write.
    pub(super) workers: Mutex<Option<DeliveryWorkers>>,
    /// Wakes the thread that waits for the videos of tokens, if there is one.
    pub(super) name_wait: Mutex<Option<Sender<Instant>>>,
    /// Why programs cannot ask this host.
    pub(super) unreachable: Mutex<Option<Problem>>,
    /// What takes long and is under way.
    pub(super) errands: Errands,
    /// The token requests that wait for the browser.
    pub(super) pending: Arc<PendingRequests>,
}

impl Shared {
    pub(super) fn new(dirs: Dirs, stdout: File) -> Arc<Self> {
        Arc::new(Self {
            dirs,
            stdout: Mutex::new(stdout),
            store: OnceLock::new(),
            workers: Mutex::default(),
            name_wait: Mutex::default(),
            unreachable: Mutex::default(),
            errands: Errands::default(),
            pending: Arc::default(),
        })
    }

    /// Sends the extension a message.
    pub(super) fn send(&self, message: &FromHost) -> Result<(), frame::FrameError> {
        match message {
            FromHost::Error { problem, .. } => log::warn!("{}: {}", problem.code, problem.message),
            // A report names its place, which of a command is the whole command line.
            message => log::debug!("to the extension: {}", name_of(message)),
        }
        frame::write(&mut *lock(&self.stdout), message)
    }

    /// Sends the extension what it did not ask for. If it cannot be sent, the log says so.
    pub(super) fn tell(&self, message: &FromHost) {
        match self.send(message) {
            Ok(()) => {}
            // A browser that closes listens no more, and the connection ends by itself.
            Err(frame::FrameError::Io(error)) if error.kind() == ErrorKind::BrokenPipe => {
                log::debug!("nobody listens any more");
            }
            Err(error) => log::warn!("the extension is not told {}: {error}", name_of(message)),
        }
    }

    /// A function that sends the extension what it did not ask for.
    pub(super) fn sender(self: &Arc<Self>) -> impl Fn(FromHost) + Send + Sync + 'static {
        let shared = Arc::clone(self);
        move |message| {
            shared.tell(&message);
        }
    }

    /// The configuration, read anew each time, so that a change of it counts at once.
    pub(super) fn config(&self) -> Result<Config, Error> {
        let config = Config::load(&self.dirs.config)?;
        log_file::set_level(config.log_level);
        Ok(config)
    }

    /// The token store, opened if it is not yet. Whatever becomes of its file, it takes what comes, and nobody waits for it.
    pub(super) fn store(&self, config: &Config) -> Result<&Arc<Mutex<TokenStore>>, Error> {
        if let Some(store) = self.store.get() {
            return Ok(store);
        }
        let opened = TokenStore::open_within(&config.store, &self.dirs, store::SESSION)?;
        Ok(self.store.get_or_init(|| Arc::new(Mutex::new(opened))))
    }

    /// The token store, if it is open.
    pub(super) fn open_store(&self) -> Option<&Arc<Mutex<TokenStore>>> {
        self.store.get()
    }
}

/// The answer to a message that failed.
pub(super) fn failed(error: &Error, id: String) -> FromHost {
    FromHost::Error { id: Some(id), host_version: None, problem: error.problem() }
}

pub(super) fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the log says of a message to the extension: its type, and the id of what it answers.
fn name_of(message: &FromHost) -> String {
    match message {
        FromHost::Hello { .. } => "hello".to_owned(),
        FromHost::Stored { id, .. } => format!("stored {id}"),
        FromHost::Delivered { sink } => format!("delivered, {}", sink.kind),
        FromHost::Noted { id } => format!("noted {id}"),
        FromHost::Status(_) => "status".to_owned(),
        FromHost::SinkTested { id, sink } => format!("sink-tested {id}, {}", sink.kind),
        FromHost::Diagnosis { id, rows, .. } => format!("diagnosis {id}, {} rows", rows.len()),
        FromHost::Downloads { downloads, .. } => format!("downloads, {}", downloads.len()),
        FromHost::DownloadChanged { download } => {
            format!("download-changed {}: {:?}", download.id, download.state)
        }
        FromHost::DownloadStarted { id, download_id } => format!("download-started {id}: {download_id}"),
        FromHost::TokenRequest { id, video_id, client, .. } => {
            format!("token-request {id}: {video_id} for {client}")
        }
        FromHost::TokenRequestWithdrawn { id } => format!("token-request-withdrawn {id}"),
        FromHost::Error { id, .. } => format!("error {}", id.as_deref().unwrap_or_default()),
        FromHost::Unknown => "unknown".to_owned(),
    }
}
