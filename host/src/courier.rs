//! What a session does behind its answers: it delivers to the sinks that are slow, tries again where that failed for a
//! reason that passes, and runs the commands that are due after a change.
//!
//! All of it can be cut short by a browser that ends its host. Nothing is lost by that: the shelf knows what each sink
//! holds and what is due, and the next session begins by catching up.

use crate::config::{Config, SinkConfig};
use crate::delivery::{Delivered, Delivery};
use crate::folders::Folders;
use crate::invocation;
use crate::shelf::Shelf;
use crate::sink::Again;
use potbridge_protocol::report::SinkReport;
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

/// One courier for each sink that needs one.
pub struct Couriers {
    shelf: Arc<Mutex<Shelf>>,
    folders: Folders,
    tell: Tell,
    running: HashMap<(&'static str, String), Running>,
}

/// Takes the reports, from any thread.
pub type Tell = Arc<dyn Fn(SinkReport) + Send + Sync>;

/// Why couriers are sent out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The shelf may have something new.
    News,
    /// An earlier session may have left something undone. A sink that is known to hold the newest token is left alone:
    /// asking a keyring may have it ask for its password.
    Leftovers,
}

struct Running {
    sink: SinkConfig,
    wake: Sender<Reason>,
    /// Disconnected when the courier has ended.
    ended: Receiver<()>,
}

impl Couriers {
    /// None yet.
    #[must_use]
    pub fn new(shelf: Arc<Mutex<Shelf>>, folders: Folders, tell: Tell) -> Self {
        Self { shelf, folders, tell, running: HashMap::new() }
    }

    /// Sends them out.
    pub fn wake(&mut self, config: &Config, reason: Reason) {
        self.running.retain(|_, running| config.sinks.contains(&running.sink));
        for sink in config.sinks.iter().filter(|sink| sink.takes_its_time()) {
            let running = self.running.entry((sink.sink.kind(), sink.sink.place())).or_insert_with(|| {
                let (wake, woken) = mpsc::channel();
                let (end, ended) = mpsc::channel();
                let mut courier = Courier {
                    sink: sink.clone(),
                    shelf: Arc::clone(&self.shelf),
                    folders: self.folders.clone(),
                    tell: Arc::clone(&self.tell),
                    retry: None,
                    gave_up: false,
                    update: None,
                };
                thread::spawn(move || {
                    courier.run(&woken);
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
    pub fn say_farewell(self) {
        let end = Instant::now() + FAREWELL;
        let ends: Vec<_> = self.running.into_values().map(|running| running.ended).collect();
        for ended in ends {
            let _ = ended.recv_timeout(end.saturating_duration_since(Instant::now()));
        }
        invocation::end_running();
    }
}

struct Courier {
    sink: SinkConfig,
    shelf: Arc<Mutex<Shelf>>,
    folders: Folders,
    tell: Tell,
    /// When to deliver again, and how long that was put off.
    retry: Option<(Instant, Duration)>,
    /// Not to be tried again before there is something new.
    gave_up: bool,
    /// When to run the command, and at the latest.
    update: Option<(Instant, Instant)>,
}

impl Courier {
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
        Delivery { shelf: &self.shelf, folders: &self.folders }
    }

    fn lacks_the_newest(&self) -> bool {
        self.sink.sink.is_slow() && self.delivery().lacks(&self.sink).unwrap_or(false)
    }

    fn deliver(&mut self) {
        // A sink that is not slow has been written to before its courier was woken.
        if self.sink.sink.is_slow() {
            let again = match self.delivery().deliver_to(&self.sink) {
                Ok(Some(Delivered { report, again })) => {
                    (self.tell)(report);
                    again
                }
                Ok(None) => None,
                // The shelf failed, which the session says at its next message.
                Err(_) => Some(Again::Later),
            };
            self.gave_up = again == Some(Again::WithTheNextToken);
            self.retry = match again {
                Some(Again::Soon) => Some(SOON),
                Some(Again::Later) => Some(LATER),
                _ => None,
            }
            .map(|(first, last)| {
                let wait = self.retry.map_or(first, |(_, before)| (2 * before).clamp(first, last));
                (Instant::now() + wait, wait)
            });
        }
    }

    fn update_is_due(&self) -> bool {
        self.sink.on_update.is_some() && self.delivery().shelf().update_is_due(&self.sink).unwrap_or(false)
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
        // Where the shelf fails it stays due.
        if let Ok(Some(report)) = self.delivery().update(&self.sink) {
            (self.tell)(report);
        }
    }

    /// The command is started without waiting for it: it outlives this program.
    fn leave(&self) {
        let Some(command) = &self.sink.on_update else { return };
        if self.delivery().shelf().take_due_update(&self.sink).unwrap_or(false) {
            // There is nobody left to tell.
            let _ = command.launch();
        }
    }
}
