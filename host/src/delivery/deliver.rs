//! Writes the newest token to the sinks.

use super::lock::{HASTY, PATIENT, PAUSE, Purpose, SinkLock};
use super::projection::Projection;
use super::sink::{Applied, Failure, Retry};
use super::unnoted;
use super::wanted::{Wanted, digest_in};
use crate::config::{Config, Sink, SinkConfig};
use crate::error::Error;
use crate::store::{Held, StoreError, TokenStore};
use potbridge_protocol::Code;
use potbridge_protocol::sink_report::{SinkOutcome, SinkReport};
use potbridge_sinks::Change;
use potbridge_system::clock;
use potbridge_system::dirs::Dirs;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How often in a row a sink is written to because a newer token came meanwhile.
const ROUNDS: usize = 8;

/// What a delivery needs besides a sink: the store of this process, and the folder of the locks.
#[derive(Clone, Copy)]
pub struct Delivery<'a> {
    /// Shared by the threads that deliver. Nobody holds it while a sink is written to.
    pub store: &'a Mutex<TokenStore>,
    /// Where the locks are.
    pub dirs: &'a Dirs,
    /// Whether a token that waits for its video is delivered without it.
    pub unnamed_at_once: bool,
    /// Whether a browser waits for the answer. A sink that somebody else has locked is pending then.
    pub in_haste: bool,
}

/// The result of delivering to one sink.
#[derive(Debug)]
pub struct Delivered {
    /// What the sink did.
    pub report: SinkReport,
    /// If it failed, or is pending: when to retry.
    pub retry: Option<Retry>,
}

/// What became of the tokens that `clear` removed.
#[derive(Debug)]
pub struct Emptied {
    /// Whether the store is empty.
    pub store: Result<(), StoreError>,
    /// What each sink did.
    pub sinks: Vec<SinkReport>,
}

impl<'a> Delivery<'a> {
    /// Deliveries from a store. A token without a video may wait for it, and a lock is waited for.
    #[must_use]
    pub fn new(store: &'a Mutex<TokenStore>, dirs: &'a Dirs) -> Self {
        Self { store, dirs, unnamed_at_once: false, in_haste: false }
    }

    /// Writes the newest token to every sink, and runs the commands that are due after a change.
    ///
    /// Each sink reports for itself, and none keeps another waiting.
    #[must_use]
    pub fn deliver(self, config: &Config) -> Vec<SinkReport> {
        let reports = self.to_each(config, |sink| {
            let report = self.deliver_to(sink)?.report;
            Some(self.update_until_done(sink, report))
        });
        reports.into_iter().flatten().collect()
    }

    /// Removes every token from the store and from every sink, and runs the commands that are due after a change.
    ///
    /// The sinks are emptied also if the store fails. One that cannot be emptied now is emptied by a later delivery, if it
    /// holds the same values then.
    #[must_use]
    pub fn clear(self, config: &Config) -> Emptied {
        // A store that cannot be emptied is removed, with what it knows of the sinks.
        let mut held = BTreeMap::new();
        for sink in &config.sinks {
            match self.store().held_token(sink) {
                Ok(token) => held.extend(token.map(|token| ((sink.sink.kind(), sink.sink.place()), token))),
                Err(error) => self.log_error(sink, "what it holds is not known", Err(error)),
            }
        }
        // First, so that nobody delivers one of them again.
        let store = self.store().clear();
        let sinks = self.to_each(config, |sink| {
            let report = self.empty(sink);
            let is_left = matches!(report.outcome, SinkOutcome::Failed(_));
            if let Some(token) = held.get(&(sink.sink.kind(), sink.sink.place())).filter(|_| is_left) {
                let noted = self.store().note_cleared(sink, token);
                self.log_error(sink, "that it is to be emptied cannot be noted", noted);
            }
            report
        });
        Emptied { store, sinks }
    }

    fn empty(self, sink: &SinkConfig) -> SinkReport {
        let _lock = match SinkLock::take(self.dirs, sink, Purpose::Deliver, self.patience()) {
            SinkLock::Taken(failure) => return self.note(sink, None, Err(failure)).report,
            lock => lock,
        };
        let nothing = Projection::empty(&sink.vars);
        let held = Held { digest: &nothing.digest(), token: None, expires_at: 0, private: false };
        let result = sink.sink.clear(&nothing, self.file_patience());
        let report = self.note(sink, Some(held), result).report;
        self.update_until_done(sink, report)
    }

    /// Writes the newest token to one sink, if there is one.
    ///
    /// A sink that holds a private window's token, which is not in the store any more, is emptied if there is no other. So is
    /// one that holds an expired token, if the configuration says so, and one that could not be emptied when it was cleared.
    ///
    /// The store is read under the sink's lock, and once more after the write. So if two processes deliver at once, the
    /// newest token ends in the sink, also where there are no locks: whoever writes last has seen the newest. If there is
    /// none any more, what was written is removed, since who removed the token may have emptied the sink before that.
    #[must_use]
    pub fn deliver_to(self, sink: &SinkConfig) -> Option<Delivered> {
        if matches!(self.wanted(sink), Ok(None)) {
            return None;
        }
        let _lock = match SinkLock::take(self.dirs, sink, Purpose::Deliver, self.patience()) {
            SinkLock::Taken(failure) => return Some(self.note(sink, None, Err(failure))),
            lock => lock,
        };
        let mut written = String::new();
        // Until when it is worth something.
        let mut token_until = 0;
        let mut delivered = None;
        for _ in 0..ROUNDS {
            let wanted = match self.wanted(sink) {
                Ok(Some(wanted)) => wanted,
                // Somebody removed it meanwhile, and may have emptied the sink before it was written.
                Ok(None) if token_until > clock::now_ms() => Wanted::nothing(sink),
                Ok(None) => break,
                Err(error) => return Some(self.note(sink, None, Err(error.into()))),
            };
            let digest = wanted.projection.digest();
            if digest == written {
                break;
            }
            let Some(result) = self.write(sink, &wanted, &digest) else { break };
            let Wanted { projection, token, private, .. } = &wanted;
            let held = Held {
                digest: &digest,
                token: token.as_ref(),
                expires_at: projection.expires_at,
                private: *private,
            };
            let failed = result.is_err();
            delivered = Some(self.note(sink, Some(held), result));
            if failed {
                break;
            }
            written = digest;
            token_until = projection.expires_at;
        }
        delivered
    }

    /// What a sink should hold; `None` if it is to be left alone.
    pub(super) fn wanted(self, sink: &SinkConfig) -> Result<Option<Wanted<'_>>, StoreError> {
        Wanted::of(&self.store(), sink, self.unnamed_at_once)
    }

    /// Writes to a sink. Gives `None` if it is to be left alone after all.
    fn write(self, sink: &SinkConfig, wanted: &Wanted<'_>, digest: &str) -> Option<Result<Applied, Failure>> {
        let unchanged = || Some(Ok(Change::Unchanged.into()));
        if let Some(expired) = &wanted.in_place_of
            && !sink.sink.is_write_only()
        {
            match digest_in(sink) {
                Err(failure) => return Some(Err(failure)),
                Ok(found) if found == *expired => {}
                // Somebody else's values.
                Ok(_) => {
                    self.log_error(sink, "what it holds cannot be noted", self.store().forget_held(sink));
                    return None;
                }
            }
        }
        if wanted.private {
            // It has to be known, so that the sink is emptied with the last private window.
            let noted = self.store().note_private(&sink.report(SinkOutcome::Pending, Vec::new()));
            if let Err(error) = noted {
                return Some(Err(error.into()));
            }
        }
        if sink.sink.is_write_only() {
            match self.store().holds(sink, digest) {
                Ok(true) => return unchanged(),
                Ok(false) => {}
                // Once too often is better than never.
                Err(error) => self.log_error(sink, "what it holds is not known", Err(error)),
            }
        }
        let end = Instant::now() + HASTY;
        loop {
            let result = if wanted.projection.is_empty() {
                sink.sink.clear(&wanted.projection, self.file_patience())
            } else {
                sink.sink.set(&wanted.projection, self.file_patience())
            };
            match &result {
                Err(failure)
                    if self.in_haste && failure.problem.code == Code::Busy && Instant::now() < end =>
                {
                    thread::sleep(PAUSE);
                }
                _ => return Some(result),
            }
        }
    }

    /// Does something for each sink: for slow ones side by side, for the others one after the other.
    ///
    /// The results are in the order of the configuration.
    fn to_each<T: Send>(self, config: &Config, act: impl Fn(&SinkConfig) -> T + Sync) -> Vec<T> {
        let act = &act;
        thread::scope(|scope| {
            let started: Vec<_> = config
                .sinks
                .iter()
                .map(|sink| {
                    let named = thread::Builder::new().name("deliver".to_owned());
                    let start = || named.spawn_scoped(scope, move || act(sink));
                    let started = sink.needs_worker().then(start).transpose();
                    started.unwrap_or_else(|error| {
                        // Then it is done in its turn.
                        log::warn!("no thread can write to {}: {error}", sink.log_name());
                        None
                    })
                })
                .collect();
            config
                .sinks
                .iter()
                .zip(started)
                .map(|(sink, started)| match started {
                    None => act(sink),
                    Some(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
                })
                .collect()
        })
    }

    fn note(self, sink: &SinkConfig, held: Option<Held<'_>>, result: Result<Applied, Failure>) -> Delivered {
        let held = held.filter(|_| result.is_ok());
        let (outcome, warnings, retry) = match result {
            Ok(Applied { change: Change::Written, warnings }) => (SinkOutcome::Written, warnings, None),
            Ok(Applied { change: Change::Unchanged, warnings }) => (SinkOutcome::Unchanged, warnings, None),
            Err(Failure { problem, retry }) if self.in_haste && problem.code == Code::Busy => {
                (SinkOutcome::Pending, Vec::new(), Some(retry))
            }
            Err(Failure { problem, retry }) => (SinkOutcome::Failed(problem), Vec::new(), Some(retry)),
        };
        let report = sink.report(outcome, warnings);
        match &report.outcome {
            SinkOutcome::Failed(problem) => {
                // The message about a command holds its arguments, and a secret may be among them.
                let words = if matches!(sink.sink, Sink::Command(_)) {
                    "see `potbridge status`"
                } else {
                    &problem.message
                };
                log::warn!("{}: {}: {words}", sink.log_name(), problem.code);
            }
            outcome => log::debug!("{}: {outcome:?}", sink.log_name()),
        }
        let due = report.outcome == SinkOutcome::Written && sink.on_update.is_some();
        let noted = self.store().note(&report, held, due);
        if due && noted.is_err() {
            unnoted::remember(sink);
        }
        self.log_error(sink, "what it did cannot be noted", noted);
        Delivered { report, retry }
    }

    /// Writes into the log what failed and stops no delivery.
    pub(super) fn log_error(self, sink: &SinkConfig, what: &str, result: Result<(), StoreError>) {
        if let Err(error) = result {
            log::error!("{}: {what}: {error}", sink.log_name());
        }
    }

    /// How long another potbridge that has the sink's lock is waited for.
    fn patience(self) -> Duration {
        if self.in_haste { HASTY } else { PATIENT }
    }

    /// How long any other program that has a file locked is waited for. After that time the crate `env-file` may write all the
    /// same, if it waits at all.
    fn file_patience(self) -> Duration {
        if self.in_haste { Duration::ZERO } else { PATIENT }
    }

    /// The store, locked for a query.
    pub(crate) fn store(self) -> MutexGuard<'a, TokenStore> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let problem = Error::from(error).problem();
        Self { problem, retry: Retry::Soon }
    }
}
