//! A delivery worker: it writes to a sink that is slow or was locked, retries, runs the command that is due after a change,
//! and empties the sink when its token expires.
//!
//! A browser that ends its host can cut it short. Nothing is lost by that: the store knows what each sink holds and
//! which command is due, and the next connection begins with what is undone.

use crate::config::{OnExpire, SinkConfig};
use crate::delivery::sink::Retry;
use crate::delivery::{Delivered, Delivery, Updated};
use crate::store::{StoreError, TokenStore};
use potbridge_protocol::{Code, Problem, SinkOutcome, SinkReport};
use potbridge_system::clock;
use potbridge_system::dirs::Dirs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};
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

pub(super) struct DeliveryWorker {
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
    /// One that has nothing to do yet. It counts in `under_way` what it is woken for, or wakes for, until that is done.
    pub(super) fn new(
        sink: SinkConfig,
        store: Arc<Mutex<TokenStore>>,
        dirs: Dirs,
        tell: Tell,
        under_way: Arc<AtomicUsize>,
    ) -> Self {
        Self {
            sink,
            store,
            dirs,
            tell,
            retry: None,
            gave_up: false,
            last_failure: None,
            update: None,
            update_retry: None,
            last_warnings: Vec::new(),
            expires: None,
            unnamed_at_once: false,
            under_way,
        }
    }

    /// Delivers whenever it is woken or it is time to, until nobody can wake it any more.
    pub(super) fn run(&mut self, woken: &Receiver<Reason>) {
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
