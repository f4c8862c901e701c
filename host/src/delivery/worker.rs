//! What a session does behind its answers: it delivers to the sinks that are slow, tries again where that failed for a
//! reason that passes, and runs the commands that are due after a change.
//!
//! All of it can be cut short by a browser that ends its host. Nothing is lost by that: the store knows what each sink
//! holds and what is due, and the next session begins by catching up.

use crate::config::{Config, SinkConfig};
use crate::delivery::{Delivered, Delivery};
use crate::sink::Retry;
use crate::store::TokenStore;
use potbridge_protocol::sink_report::SinkReport;
use potbridge_system::dirs::Dirs;
use potbridge_system::subprocess;
use std::collections::HashMap;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// How long a sink must have been left alone before its command is run.
const QUIET: Duration = Duration::from_secs(2);

/// How long changes that follow each other may put that off.
const PATIENCE: Duration = Duration::from_secs(15);

/// How soon a failed delivery is tried again, at first and at last, where it may pass by itself.
const SOON: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// The same, where somebody must mend it.
const LATER: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(600));

/// How often to look whether another process left a token undelivered.
const LOOK: Duration = Duration::from_secs(60);

/// How long the last deliveries may take when a session ends: Chromium kills its host after 2 seconds.
const FAREWELL: Duration = Duration::from_millis(1500);

/// One worker for each sink that needs one.
pub struct DeliveryWorkers {
    store: Arc<Mutex<TokenStore>>,
    dirs: Dirs,
    tell: Tell,
    running: HashMap<(&'static str, String), Running>,
}

/// Takes the reports, from any thread.
pub type Tell = Arc<dyn Fn(SinkReport) + Send + Sync>;

/// Why workers are sent out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The store may have something new.
    News,
    /// An earlier session may have left something undone. A sink that is known to hold the newest token is left alone:
    /// asking a keyring may have it ask for its password.
    Leftovers,
}

struct Running {
    sink: SinkConfig,
    wake: Sender<Reason>,
    /// Disconnected when the worker has ended.
    ended: Receiver<()>,
}

impl DeliveryWorkers {
    /// None yet.
    #[must_use]
    pub fn new(store: Arc<Mutex<TokenStore>>, dirs: Dirs, tell: Tell) -> Self {
        Self { store, dirs, tell, running: HashMap::new() }
    }

    /// Sends them out.
    pub fn wake(&mut self, config: &Config, reason: Reason) {
        self.running.retain(|_, running| config.sinks.contains(&running.sink));
        for sink in config.sinks.iter().filter(|sink| sink.takes_its_time()) {
            let running = self.running.entry((sink.sink.kind(), sink.sink.place())).or_insert_with(|| {
                let (wake, woken) = mpsc::channel();
                let (end, ended) = mpsc::channel();
                let mut worker = DeliveryWorker {
                    sink: sink.clone(),
                    store: Arc::clone(&self.store),
                    dirs: self.dirs.clone(),
                    tell: Arc::clone(&self.tell),
                    retry: None,
                    gave_up: false,
                    update: None,
                };
                thread::spawn(move || {
                    worker.run(&woken);
                    drop(end);
                });
                Running { sink: sink.clone(), wake, ended }
            });
            // It can only be gone where it panicked, which ends the program.
            let _ = running.wake.send(reason);
        }
    }

    /// Lets them finish what they are at, for as long as the browser leaves the host alive, and starts the commands
    /// that are due. A sink's program that is still running then is ended: the next session delivers.
    pub fn finish(self) {
        let end = Instant::now() + FAREWELL;
        let ends: Vec<_> = self.running.into_values().map(|running| running.ended).collect();
        for ended in ends {
            let _ = ended.recv_timeout(end.saturating_duration_since(Instant::now()));
        }
        subprocess::end_running();
    }
}

struct DeliveryWorker {
    sink: SinkConfig,
    store: Arc<Mutex<TokenStore>>,
    dirs: Dirs,
    tell: Tell,
    /// When to deliver again, and how long that was put off.
    retry: Option<(Instant, Duration)>,
    /// Not to be tried again before there is something new.
    gave_up: bool,
    /// When to run the command, and at the latest.
    update: Option<(Instant, Instant)>,
}

impl DeliveryWorker {
    fn run(&mut self, woken: &Receiver<Reason>) {
        loop {
            let now = match self.wait(woken) {
                Ok(reason) => {
                    // One delivery brings the newest token, however many came.
                    let news = woken
                        .try_iter()
                        .fold(reason == Reason::News, |news, more| news | (more == Reason::News));
                    if news || self.lacks_the_newest() {
                        self.deliver();
                    }
                    self.put_off_update();
                    continue;
                }
                Err(RecvTimeoutError::Timeout) => Instant::now(),
                Err(RecvTimeoutError::Disconnected) => return self.leave(),
            };
            if self.retry.map_or_else(|| !self.gave_up && self.lacks_the_newest(), |(at, _)| at <= now) {
                self.deliver();
                self.put_off_update();
            }
            if self.update.is_some_and(|(at, _)| at <= now) {
                self.update();
            }
        }
    }

    fn wait(&self, woken: &Receiver<Reason>) -> Result<Reason, RecvTimeoutError> {
        let look = (self.sink.sink.is_slow() && !self.gave_up).then(|| Instant::now() + LOOK);
        match [self.retry.map(|(at, _)| at).or(look), self.update.map(|(at, _)| at)]
            .into_iter()
            .flatten()
            .min()
        {
            Some(at) => woken.recv_timeout(at.saturating_duration_since(Instant::now())),
            None => woken.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    fn delivery(&self) -> Delivery<'_> {
        Delivery { store: &self.store, dirs: &self.dirs }
    }

    fn lacks_the_newest(&self) -> bool {
        self.sink.sink.is_slow() && self.delivery().lacks(&self.sink).unwrap_or(false)
    }

    fn deliver(&mut self) {
        // A sink that is not slow has been written to before its worker was woken.
        if self.sink.sink.is_slow() {
            let retry = match self.delivery().deliver_to(&self.sink) {
                Ok(Some(Delivered { report, retry })) => {
                    (self.tell)(report);
                    retry
                }
                Ok(None) => None,
                // The store failed, which the session says at its next message.
                Err(_) => Some(Retry::Later),
            };
            self.gave_up = retry == Some(Retry::WithTheNextToken);
            self.retry = match retry {
                Some(Retry::Soon) => Some(SOON),
                Some(Retry::Later) => Some(LATER),
                _ => None,
            }
            .map(|(first, last)| {
                let wait = self.retry.map_or(first, |(_, before)| (2 * before).clamp(first, last));
                (Instant::now() + wait, wait)
            });
        }
    }

    fn update_is_due(&self) -> bool {
        self.sink.on_update.is_some() && self.delivery().store().update_is_due(&self.sink).unwrap_or(false)
    }

    fn put_off_update(&mut self) {
        if self.update_is_due() {
            let now = Instant::now();
            let latest = self.update.map_or(now + PATIENCE, |(_, latest)| latest);
            self.update = Some(((now + QUIET).min(latest), latest));
        }
    }

    fn update(&mut self) {
        self.update = None;
        // Where the store fails it stays due.
        if let Ok(Some(report)) = self.delivery().update(&self.sink) {
            (self.tell)(report);
        }
    }

    /// The command is started without waiting for it: it outlives this program.
    fn leave(&self) {
        let Some(command) = &self.sink.on_update else { return };
        if self.delivery().store().take_due_update(&self.sink).unwrap_or(false) {
            // There is nobody left to tell.
            let _ = command.launch();
        }
    }
}
