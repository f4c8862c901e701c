//! Delivery workers: they write to slow sinks and to those that were locked, retry, run the commands that are due after a
//! change, and empty sinks whose token expires.
//!
//! A browser that ends its host can cut a worker short. Nothing is lost by that: the store knows what each sink holds and
//! which command is due, and the next connection begins with what is undone.

use crate::config::{Config, OnExpire, SinkConfig};
use crate::delivery::sink::Retry;
use crate::delivery::{Delivered, Delivery, Updated};
use crate::store::{StoreError, TokenStore};
use potbridge_protocol::{Code, Problem, SinkOutcome, SinkReport};
use potbridge_system::clock;
use potbridge_system::dirs::Dirs;
use potbridge_system::subprocess;
use std::collections::HashMap;
use std::io;
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

/// The longest wait for a token to expire without a look at the clock, which goes on while the machine sleeps.
const CLOCK_INTERVAL: Duration = Duration::from_secs(60);

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
    /// An earlier connection may have left something undone, or somebody changed the sink since.
    ///
    /// What a sink holds now is looked at. But nobody is asked for a password for that: a locked keyring that is known to
    /// hold the newest token is left alone.
    Leftovers,
    /// A sink that is not slow could not be written before the answer.
    Undone,
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
    ///
    /// `undone` are the sinks, by their place in the configuration, that are not slow and were not written.
    pub fn wake(&mut self, config: &Config, reason: Reason, undone: &[usize]) {
        self.running.retain(|_, running| config.sinks.contains(&running.sink));
        for (index, sink) in config.sinks.iter().enumerate() {
            let undone = undone.contains(&index);
            if !undone && !sink.needs_worker() {
                continue;
            }
            let key = (sink.sink.kind(), sink.sink.place());
            if !self.running.contains_key(&key) {
                match self.start(sink) {
                    Ok(worker) => drop(self.running.insert(key.clone(), worker)),
                    // The next time it is tried again.
                    Err(error) => {
                        log::error!("no thread can write to {}: {error}", sink.log_name());
                        continue;
                    }
                }
            }
            let Some(running) = self.running.get(&key) else { continue };
            for reason in std::iter::once(reason).chain(undone.then_some(Reason::Undone)) {
                self.under_way.fetch_add(1, Ordering::SeqCst);
                // A worker ends early only by a panic, which ends the program.
                let _ = running.wake.send(reason);
            }
        }
    }

    fn start(&self, sink: &SinkConfig) -> io::Result<Worker> {
        let (wake, woken) = mpsc::channel();
        let (end, ended) = mpsc::channel();
        let mut worker = DeliveryWorker {
            sink: sink.clone(),
            store: Arc::clone(&self.store),
            dirs: self.dirs.clone(),
            tell: Arc::clone(&self.tell),
            retry: None,
            gave_up: false,
            last_failure: None,
            update: None,
            update_retry: None,
            last_warnings: Vec::new(),
            expires: None,
            unnamed_at_once: false,
            under_way: Arc::clone(&self.under_way),
        };
        thread::Builder::new().name("deliver".to_owned()).spawn(move || {
            worker.run(&woken);
            drop(end);
        })?;
        Ok(Worker { sink: sink.clone(), wake, ended })
    }

    /// Lets the workers finish, for as long as the browser leaves the host alive, and starts the commands that are due.
    ///
    /// A sink's program that still runs then is ended: the next connection delivers.
    pub fn finish(self) {
        let end = Instant::now() + FINISH_TIMEOUT;
        let ends: Vec<_> = self.running.into_values().map(|running| running.ended).collect();
        for ended in ends {
            let left = end.saturating_duration_since(Instant::now());
            if ended.recv_timeout(left) == Err(RecvTimeoutError::Timeout) {
                log::info!("a delivery that is under way is left to the next connection");
            }
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
    /// The failure that was told last, as long as it lasts.
    last_failure: Option<Problem>,
    /// When to run the command, and when at the latest.
    update: Option<(Instant, Instant)>,
    /// If the command could not be started: how long the wait is.
    update_retry: Option<Duration>,
    /// The warnings of the command that were told last.
    last_warnings: Vec<Problem>,
    /// When the token that the sink holds expires, if the sink is to be emptied then: milliseconds since 1970.
    expires: Option<u64>,
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
                    self.woken(&reasons);
                    self.under_way.fetch_sub(reasons.len(), Ordering::SeqCst);
                    continue;
                }
                Err(RecvTimeoutError::Timeout) => Instant::now(),
                Err(RecvTimeoutError::Disconnected) => return self.leave(),
            };
            self.under_way.fetch_add(1, Ordering::SeqCst);
            let expired = self.expires.take_if(|expires| *expires <= clock::now_ms()).is_some();
            if expired
                || self.retry.map_or_else(|| !self.gave_up && self.lacks_the_newest(), |(at, _)| at <= now)
            {
                self.deliver();
                self.schedule_update();
                self.schedule_expiry();
            }
            if self.update.is_some_and(|(at, _)| at <= now) {
                self.update();
            }
            self.under_way.fetch_sub(1, Ordering::SeqCst);
        }
    }

    fn woken(&mut self, reasons: &[Reason]) {
        let has = |reason| reasons.contains(&reason);
        self.unnamed_at_once |= has(Reason::Last);
        let deliver = if self.sink.sink.is_slow() {
            reasons.iter().any(|reason| *reason != Reason::Leftovers)
                || self.ask(self.delivery().lacks_now(&self.sink))
        } else {
            // Otherwise it was written before this was woken.
            has(Reason::Undone)
        };
        if deliver {
            self.deliver();
        } else if !self.sink.sink.is_slow() {
            self.retry = None;
        }
        self.schedule_update();
        self.schedule_expiry();
    }

    fn wait(&self, woken: &Receiver<Reason>) -> Result<Reason, RecvTimeoutError> {
        let now = Instant::now();
        let look = (self.sink.sink.is_slow() && !self.gave_up).then(|| now + CHECK_INTERVAL);
        let expires = self.expires.map(|expires| {
            let left = Duration::from_millis(expires.saturating_sub(clock::now_ms()));
            now + left.min(CLOCK_INTERVAL)
        });
        match [self.retry.map(|(at, _)| at).or(look), self.update.map(|(at, _)| at), expires]
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
        let retry = match self.delivery().deliver_to(&self.sink) {
            Some(Delivered { report, retry }) => {
                self.tell(report);
                retry
            }
            None => None,
        };
        self.gave_up = retry == Some(Retry::WithTheNextToken);
        self.retry = match retry {
            Some(Retry::Soon) => Some(SOON),
            Some(Retry::Later) => Some(LATER),
            _ => None,
        }
        .map(|(first, last)| {
            let wait = next_wait(self.retry.map(|(_, before)| before), first, last);
            (Instant::now() + wait, wait)
        });
    }

    /// Tells what the sink did. That another process still has it locked is told once.
    fn tell(&mut self, report: SinkReport) {
        let failure = match &report.outcome {
            SinkOutcome::Failed(problem) => Some(problem.clone()),
            _ => None,
        };
        let is_told = failure.as_ref().is_some_and(|problem| problem.code == Code::Busy)
            && failure == self.last_failure;
        self.last_failure = failure;
        if !is_told {
            (self.tell)(report);
        }
    }

    /// The answer of the store; if it fails, `false` and a line in the log.
    fn ask(&self, what: Result<bool, StoreError>) -> bool {
        what.unwrap_or_else(|error| {
            log::error!("delivery to {}: {error}", self.sink.log_name());
            false
        })
    }

    fn schedule_update(&mut self) {
        if self.delivery().update_is_due(&self.sink) {
            let now = Instant::now();
            let latest = self.update.map_or(now + MAX_DELAY, |(_, latest)| latest);
            self.update = Some(((now + QUIET).min(latest), latest));
        }
    }

    fn update(&mut self) {
        self.update = None;
        let Some(Updated { report, retry }) = self.delivery().update(&self.sink, None) else { return };
        // What is tried again and again is told once.
        let is_told = self.update_retry.is_some() && report.warnings == self.last_warnings;
        self.last_warnings.clone_from(&report.warnings);
        if !is_told {
            (self.tell)(report);
        }
        let (first, last) = SOON;
        self.update_retry = retry.map(|_| next_wait(self.update_retry, first, last));
        self.update = self.update_retry.map(|wait| (Instant::now() + wait, Instant::now() + wait));
        // Another process may have changed the sink while the command ran.
        if self.update.is_none() && self.ask(self.delivery().store().has_changed(&self.sink)) {
            self.schedule_update();
        }
    }

    /// Looks up when the sink is to be emptied. What has expired already was seen to with the delivery before.
    fn schedule_expiry(&mut self) {
        if self.sink.on_expire == OnExpire::Empty {
            let held = self.delivery().store().held_token(&self.sink);
            let held = held.unwrap_or_else(|error| {
                log::error!("delivery to {}: {error}", self.sink.log_name());
                None
            });
            let now = clock::now_ms();
            self.expires = held.map(|held| held.expires_at).filter(|expires| *expires > now);
        }
    }

    /// The command is started without waiting for it: it outlives this program.
    fn leave(&self) {
        if let Some(command) = &self.sink.on_update {
            self.delivery().launch_update(&self.sink, command);
        }
    }
}

/// The next wait of a row that begins with `first`.
fn next_wait(before: Option<Duration>, first: Duration, last: Duration) -> Duration {
    before.map_or(first, |before| (2 * before).clamp(first, last))
}
