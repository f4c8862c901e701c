//! Delivery workers: they write to slow sinks, retry, and run the commands that are due after a change.
//!
//! A browser that ends its host can cut a worker short. Nothing is lost by that: the store knows what each sink holds and
//! which command is due, and the next connection begins with what is undone.

use crate::config::{Config, SinkConfig};
use crate::delivery::sink::Retry;
use crate::delivery::{Delivered, Delivery};
use crate::error::Error;
use crate::store::TokenStore;
use potbridge_protocol::{SinkOutcome, SinkReport};
use potbridge_system::dirs::Dirs;
use potbridge_system::subprocess;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// How long a sink must be unchanged before its command is run.
const QUIET: Duration = Duration::from_secs(2);

/// How long changes that follow each other may delay the command.
const MAX_DELAY: Duration = Duration::from_secs(15);

/// The first and the longest wait before a retry, if the failure is transient.
const SOON: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// The same, if somebody must do something first.
const LATER: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(600));

/// How often to check whether another process left a token undelivered.
const CHECK_INTERVAL: Duration = Duration::from_secs(60);

/// How long the last deliveries may take when a connection ends: Chromium kills its host after 2 seconds.
const FINISH_TIMEOUT: Duration = Duration::from_millis(1500);

/// One worker for each sink that needs one.
pub struct DeliveryWorkers {
    store: Arc<Mutex<TokenStore>>,
    dirs: Dirs,
    tell: Tell,
    /// How many times workers were woken, or woke, and are not done.
    under_way: Arc<AtomicUsize>,
    running: HashMap<(&'static str, String), Worker>,
}

/// Takes the reports, from any thread.
pub type Tell = Arc<dyn Fn(SinkReport) + Send + Sync>;

/// Why workers are woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The store may have something new.
    News,
    /// An earlier connection may have left something undone.
    ///
    /// A sink that is known to hold the newest token is left alone: a keyring may ask for its password.
    Leftovers,
    /// The connection ends: a token that waits for its video is delivered without it.
    Last,
}

struct Worker {
    sink: SinkConfig,
    wake: Sender<Reason>,
    /// Disconnected when the worker has ended.
    ended: Receiver<()>,
}

impl DeliveryWorkers {
    /// Workers that are not started yet.
    #[must_use]
    pub fn new(store: Arc<Mutex<TokenStore>>, dirs: Dirs, tell: Tell) -> Self {
        Self { store, dirs, tell, under_way: Arc::default(), running: HashMap::new() }
    }

    /// Whether a worker delivers now, or is about to. A retry that is due later does not count.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.under_way.load(Ordering::SeqCst) > 0
    }

    /// Wakes the worker of each sink that needs one, and starts those that do not run yet.
    pub fn wake(&mut self, config: &Config, reason: Reason) {
        self.running.retain(|_, running| config.sinks.contains(&running.sink));
        for sink in config.sinks.iter().filter(|sink| sink.needs_worker()) {
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
                    unnamed_at_once: false,
                    under_way: Arc::clone(&self.under_way),
                };
                thread::spawn(move || {
                    worker.run(&woken);
                    drop(end);
                });
                Worker { sink: sink.clone(), wake, ended }
            });
            self.under_way.fetch_add(1, Ordering::SeqCst);
            // A worker ends early only by a panic, which ends the program.
            let _ = running.wake.send(reason);
        }
    }

    /// Lets the workers finish, for as long as the browser leaves the host alive, and starts the commands that are due.
    ///
    /// A sink's program that still runs then is ended: the next connection delivers.
    pub fn finish(self) {
        let end = Instant::now() + FINISH_TIMEOUT;
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
    /// When to deliver again, and how long the wait is.
    retry: Option<(Instant, Duration)>,
    /// Not to be retried before there is something new.
    gave_up: bool,
    /// When to run the command, and when at the latest.
    update: Option<(Instant, Instant)>,
    /// Whether a token that waits for its video is delivered without it.
    unnamed_at_once: bool,
    under_way: Arc<AtomicUsize>,
}

impl DeliveryWorker {
    fn run(&mut self, woken: &Receiver<Reason>) {
        loop {
            let now = match self.wait(woken) {
                Ok(reason) => {
                    // One delivery writes the newest token, however many came.
                    let reasons: Vec<Reason> = std::iter::once(reason).chain(woken.try_iter()).collect();
                    self.unnamed_at_once |= reasons.contains(&Reason::Last);
                    if reasons.iter().any(|reason| *reason != Reason::Leftovers) || self.lacks_the_newest() {
                        self.deliver();
                    }
                    self.schedule_update();
                    self.under_way.fetch_sub(reasons.len(), Ordering::SeqCst);
                    continue;
                }
                Err(RecvTimeoutError::Timeout) => Instant::now(),
                Err(RecvTimeoutError::Disconnected) => return self.leave(),
            };
            self.under_way.fetch_add(1, Ordering::SeqCst);
            if self.retry.map_or_else(|| !self.gave_up && self.lacks_the_newest(), |(at, _)| at <= now) {
                self.deliver();
                self.schedule_update();
            }
            if self.update.is_some_and(|(at, _)| at <= now) {
                self.update();
            }
            self.under_way.fetch_sub(1, Ordering::SeqCst);
        }
    }

    fn wait(&self, woken: &Receiver<Reason>) -> Result<Reason, RecvTimeoutError> {
        let look = (self.sink.sink.is_slow() && !self.gave_up).then(|| Instant::now() + CHECK_INTERVAL);
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
        Delivery { unnamed_at_once: self.unnamed_at_once, ..Delivery::new(&self.store, &self.dirs) }
    }

    fn lacks_the_newest(&self) -> bool {
        self.sink.sink.is_slow() && self.ask(self.delivery().lacks(&self.sink))
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
                Err(error) => {
                    self.failed(&error);
                    Some(Retry::Later)
                }
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

    /// Says that the store or a lock failed, so that nobody takes the sink for written.
    fn failed(&self, error: &Error) {
        self.log(error);
        (self.tell)(self.sink.report(SinkOutcome::Failed(error.problem()), Vec::new()));
    }

    /// The answer of the store; if it fails, `false` and a line in the log.
    fn ask(&self, what: Result<bool, impl Into<Error>>) -> bool {
        what.map_err(Into::into).unwrap_or_else(|error: Error| {
            self.log(&error);
            false
        })
    }

    fn log(&self, error: &Error) {
        log::error!("delivery to {}: {}: {error}", self.sink.log_name(), error.code());
    }

    fn update_is_due(&self) -> bool {
        self.sink.on_update.is_some() && self.ask(self.delivery().store().update_is_due(&self.sink))
    }

    fn schedule_update(&mut self) {
        if self.update_is_due() {
            let now = Instant::now();
            let latest = self.update.map_or(now + MAX_DELAY, |(_, latest)| latest);
            self.update = Some(((now + QUIET).min(latest), latest));
        }
    }

    fn update(&mut self) {
        self.update = None;
        match self.delivery().update(&self.sink) {
            Ok(Some(report)) => (self.tell)(report),
            Ok(None) => {}
            // The command stays due.
            Err(error) => self.failed(&error),
        }
    }

    /// The command is started without waiting for it: it outlives this program.
    fn leave(&self) {
        let Some(command) = &self.sink.on_update else { return };
        if self.ask(self.delivery().store().take_due_update(&self.sink))
            && let Err(error) = command.launch()
        {
            log::error!("the command after a change of {} failed: {error}", self.sink.log_name());
        }
    }
}
