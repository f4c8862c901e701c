//! Writes the newest token to the sinks.

use crate::config::{Config, Sink, SinkConfig};
use crate::delivery::projection::Projection;
use crate::delivery::sink::{Applied, Failure, Retry};
use crate::error::Error;
use crate::store::{Held, TokenQuery, TokenStore};
use potbridge_protocol::sink_report::{SinkOutcome, SinkReport};
use potbridge_protocol::{Code, PoToken, Problem};
use potbridge_sinks::Change;
use potbridge_system::digest::digest;
use potbridge_system::dirs::{self, Dirs};
use potbridge_system::subprocess::Afterwards;
use std::fs::File;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// The time limit of a command after a change: long enough to fetch a container image.
const UPDATE_LIMIT: Duration = Duration::from_secs(600);

/// What a delivery needs besides a sink: the store of this process, and the folder of the locks.
#[derive(Clone, Copy)]
pub struct Delivery<'a> {
    /// Shared by the threads that deliver. Nobody holds it while a sink is written to.
    pub store: &'a Mutex<TokenStore>,
    /// Where the locks are.
    pub dirs: &'a Dirs,
    /// Whether a token that waits for its video is delivered without it.
    pub unnamed_at_once: bool,
}

/// The result of delivering to one sink.
#[derive(Debug)]
pub struct Delivered {
    /// What the sink did.
    pub report: SinkReport,
    /// If it failed: when to retry.
    pub retry: Option<Retry>,
}

/// What a sink should hold.
struct Wanted<'a> {
    projection: Projection<'a>,
    /// The token; `None` if the sink is to be emptied.
    token: Option<PoToken>,
    /// Whether it is of a private window's token.
    private: bool,
}

impl<'a> Delivery<'a> {
    /// Deliveries from a store. A token without a video may wait for it.
    #[must_use]
    pub fn new(store: &'a Mutex<TokenStore>, dirs: &'a Dirs) -> Self {
        Self { store, dirs, unnamed_at_once: false }
    }

    /// Writes the newest token to every sink, and runs the commands that are due after a change.
    ///
    /// Each sink reports for itself, and none keeps another waiting.
    ///
    /// # Errors
    /// If the store cannot be read, or a lock cannot be had.
    pub fn deliver(self, config: &Config) -> Result<Vec<SinkReport>, Error> {
        let reports = self.to_each(config, |sink| {
            let Some(delivered) = self.deliver_to(sink)? else { return Ok(None) };
            Ok(Some(self.update(sink)?.unwrap_or(delivered.report)))
        })?;
        Ok(reports.into_iter().flatten().collect())
    }

    /// Removes every token from the store and from every sink, and runs the commands that are due after a change.
    ///
    /// # Errors
    /// If the store cannot be written, or a lock cannot be had.
    pub fn clear(self, config: &Config) -> Result<Vec<SinkReport>, Error> {
        // First, so that nobody delivers one of them again.
        self.store().clear()?;
        self.to_each(config, |sink| {
            let _lock = self.lock(sink, "sink")?;
            let nothing = Projection::empty(&sink.vars);
            let held = Held { digest: &nothing.digest(), token: None, private: false };
            let report = self.note(sink, held, sink.sink.clear(&nothing))?.report;
            Ok(self.update(sink)?.unwrap_or(report))
        })
    }

    /// Writes the newest token to one sink, if there is one.
    ///
    /// A sink that holds a private window's token, which is not in the store any more, is emptied if there is no other.
    ///
    /// The store is read under the sink's lock. So if two processes deliver at once, the later one writes the newer token.
    ///
    /// # Errors
    /// If the store cannot be read, or the lock cannot be had.
    pub fn deliver_to(self, sink: &SinkConfig) -> Result<Option<Delivered>, Error> {
        let _lock = self.lock(sink, "sink")?;
        let Some(Wanted { projection, token, private }) = self.wanted(sink)? else { return Ok(None) };
        let digest = projection.digest();
        if private {
            self.store().note_private(&sink.report(SinkOutcome::Pending, Vec::new()))?;
        }
        let result = if sink.sink.is_write_only() && self.store().holds(sink, &digest)? {
            Ok(Change::Unchanged.into())
        } else if projection.is_empty() {
            sink.sink.clear(&projection)
        } else {
            sink.sink.set(&projection)
        };
        self.note(sink, Held { digest: &digest, token: token.as_ref(), private }, result).map(Some)
    }

    /// Whether a sink lacks the newest token.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn lacks(self, sink: &SinkConfig) -> Result<bool, Error> {
        let Some(Wanted { projection, .. }) = self.wanted(sink)? else { return Ok(false) };
        Ok(!self.store().holds(sink, &projection.digest())?)
    }

    /// What a sink should hold; `None` if it is to be left alone.
    fn wanted(self, sink: &SinkConfig) -> Result<Option<Wanted<'_>>, Error> {
        let query = TokenQuery {
            private: sink.private_windows,
            unnamed_at_once: self.unnamed_at_once,
            ..TokenQuery::default()
        };
        let store = self.store();
        if let Some(newest) = store.newest(&query)? {
            let private = newest.session.private;
            let projection = Projection::of(&newest, &sink.vars);
            return Ok(Some(Wanted { projection, token: Some(newest.token), private }));
        }
        let nothing = || Wanted { projection: Projection::empty(&sink.vars), token: None, private: false };
        Ok(store.holds_private(sink)?.then(nothing))
    }

    /// Runs the command after a change of a sink, if it is still due.
    ///
    /// The report is the sink's last one, with a warning if the command failed.
    ///
    /// # Errors
    /// If the store cannot be read, or the lock cannot be had.
    pub fn update(self, sink: &SinkConfig) -> Result<Option<SinkReport>, Error> {
        let Some(command) = &sink.on_update else { return Ok(None) };
        let _lock = self.lock(sink, "update")?;
        // Another process may have done it meanwhile. A change that comes while it runs makes it due again.
        if !self.store().take_due_update(sink)? {
            return Ok(None);
        }
        let result = command.run(b"", &[], UPDATE_LIMIT, Afterwards::GoesOn);
        let Some(mut report) = self.store().last_report(sink)? else { return Ok(None) };
        report.warnings.retain(|warning| warning.code != Code::UpdateFailed);
        if let Err(error) = result {
            let message = format!("{} has the new values, but {error}", report.place);
            let hint = error.hint().map(str::to_owned);
            report.warnings.push(Problem { code: Code::UpdateFailed, message, hint });
        }
        self.store().replace_report(&report)?;
        Ok(Some(report))
    }

    /// Does something for each sink: for slow ones side by side, for the others one after the other.
    ///
    /// The results are in the order of the configuration.
    fn to_each<T: Send>(
        self,
        config: &Config,
        act: impl Fn(&SinkConfig) -> Result<T, Error> + Sync,
    ) -> Result<Vec<T>, Error> {
        let act = &act;
        thread::scope(|scope| {
            let start = |sink| scope.spawn(move || act(sink));
            let started: Vec<_> =
                config.sinks.iter().map(|sink| sink.needs_worker().then(|| start(sink))).collect();
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

    fn note(
        self,
        sink: &SinkConfig,
        held: Held<'_>,
        result: Result<Applied, Failure>,
    ) -> Result<Delivered, Error> {
        let held = result.is_ok().then_some(held);
        let (outcome, warnings, retry) = match result {
            Ok(Applied { change: Change::Written, warnings }) => (SinkOutcome::Written, warnings, None),
            Ok(Applied { change: Change::Unchanged, warnings }) => (SinkOutcome::Unchanged, warnings, None),
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
        self.store().note(&report, held, due)?;
        Ok(Delivered { report, retry })
    }

    /// The flock that one process holds while it delivers to a sink, or runs its command.
    ///
    /// The system releases it when the process ends, however it ends.
    fn lock(self, sink: &SinkConfig, what: &str) -> Result<File, Error> {
        let name = digest([sink.sink.kind(), &sink.sink.place()]);
        let folder = self.dirs.state.join("locks");
        let path = folder.join(format!("{what}-{}", &name[..16]));
        let take = || {
            dirs::make_private(&folder)?;
            let file = dirs::open_private(&path)?;
            file.lock()?;
            Ok(file)
        };
        take().map_err(|source| Error::Io { what: format!("{} cannot be locked", path.display()), source })
    }

    /// The store, locked for a query.
    pub(crate) fn store(self) -> MutexGuard<'a, TokenStore> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
