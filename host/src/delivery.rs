//! From the shelf to the sinks.

use crate::config::{Config, SinkConfig};
use crate::digest::digest;
use crate::error::Error;
use crate::folders::{self, Folders};
use crate::invocation::Afterwards;
use crate::projection::Projection;
use crate::shelf::{Shelf, Wanted};
use crate::sink::{Again, Change, Done, Failure};
use potbridge_protocol::report::{Notice, Outcome, SinkReport};
use std::fs::File;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How long a command after a change may take: long enough to fetch an image.
const UPDATE_LIMIT: Duration = Duration::from_secs(600);

/// The code of the warning that a command after a change failed.
const UPDATE_FAILED: &str = "update-failed";

/// The shelf of one process and where it keeps its locks: what delivering needs besides a sink.
#[derive(Clone, Copy)]
pub struct Delivery<'a> {
    /// Shared by the threads that deliver; nobody holds it while a sink is written to.
    pub shelf: &'a Mutex<Shelf>,
    /// Where the locks are.
    pub folders: &'a Folders,
}

/// What came of delivering to one sink.
#[derive(Debug)]
pub struct Delivered {
    /// What the sink did.
    pub report: SinkReport,
    /// Where it failed: when to try again.
    pub again: Option<Again>,
}

impl Delivery<'_> {
    /// Writes the newest token to every sink, and runs what is to be run after a change. Each sink reports for
    /// itself, and none keeps another waiting.
    ///
    /// # Errors
    /// Where the shelf cannot be read, or no turn can be had.
    pub fn deliver(self, config: &Config) -> Result<Vec<SinkReport>, Error> {
        let reports = self.to_each(config, |sink| {
            let Some(delivered) = self.deliver_to(sink)? else { return Ok(None) };
            Ok(Some(self.update(sink)?.unwrap_or(delivered.report)))
        })?;
        Ok(reports.into_iter().flatten().collect())
    }

    /// Takes every token off the shelf and out of every sink, and runs what is to be run after a change.
    ///
    /// # Errors
    /// Where the shelf cannot be written, or no turn can be had.
    pub fn clear(self, config: &Config) -> Result<Vec<SinkReport>, Error> {
        // First, so that nobody delivers one of them anew.
        self.shelf().clear()?;
        self.to_each(config, |sink| {
            let _turn = self.turn(sink, "sink")?;
            let nothing = Projection::empty(&sink.vars);
            let report = self.note(sink, &nothing.digest(), sink.sink.clear(&nothing))?.report;
            Ok(self.update(sink)?.unwrap_or(report))
        })
    }

    /// Writes the newest token to one sink; nothing where there is none.
    ///
    /// What is written is what the shelf has when this one's turn comes, so that of two that deliver at once the
    /// later writes the newer token.
    ///
    /// # Errors
    /// Where the shelf cannot be read, or no turn can be had.
    pub fn deliver_to(self, sink: &SinkConfig) -> Result<Option<Delivered>, Error> {
        let _turn = self.turn(sink, "sink")?;
        let Some(newest) = self.shelf().newest(&Wanted::default())? else { return Ok(None) };
        let projection = Projection::of(&newest, &sink.vars);
        let digest = projection.digest();
        let result = if sink.sink.is_blind() && self.shelf().holds(sink, &digest)? {
            Ok(Change::Unchanged.into())
        } else {
            sink.sink.set(&projection)
        };
        self.note(sink, &digest, result).map(Some)
    }

    /// Whether a sink lacks the newest token.
    ///
    /// # Errors
    /// Where the shelf cannot be read.
    pub fn lacks(self, sink: &SinkConfig) -> Result<bool, Error> {
        let shelf = self.shelf();
        let Some(newest) = shelf.newest(&Wanted::default())? else { return Ok(false) };
        Ok(!shelf.holds(sink, &Projection::of(&newest, &sink.vars).digest())?)
    }

    /// Runs what is to be run after a change of a sink, where that is still due. The report is the sink's last one,
    /// with a warning where the command failed.
    ///
    /// # Errors
    /// Where the shelf cannot be read, or no turn can be had.
    pub fn update(self, sink: &SinkConfig) -> Result<Option<SinkReport>, Error> {
        let Some(command) = &sink.on_update else { return Ok(None) };
        let _turn = self.turn(sink, "update")?;
        // Another process may have done it meanwhile. A change that comes while it runs makes it due again.
        if !self.shelf().take_due_update(sink)? {
            return Ok(None);
        }
        let result = command.run(b"", &[], UPDATE_LIMIT, Afterwards::GoesOn);
        let Some(mut report) = self.shelf().last_report(sink)? else { return Ok(None) };
        report.warnings.retain(|warning| warning.code != UPDATE_FAILED);
        if let Err(error) = result {
            let message = format!("{} has the new values, but {error}", report.place);
            report.warnings.push(Notice { code: UPDATE_FAILED.to_owned(), message });
        }
        self.shelf().replace_report(&report)?;
        Ok(Some(report))
    }

    /// Calls each sink's turn: slow ones side by side, the others one after the other. The answers are in the order
    /// of the configuration.
    fn to_each<T: Send>(
        self,
        config: &Config,
        act: impl Fn(&SinkConfig) -> Result<T, Error> + Sync,
    ) -> Result<Vec<T>, Error> {
        let act = &act;
        thread::scope(|scope| {
            let start = |sink| scope.spawn(move || act(sink));
            let started: Vec<_> =
                config.sinks.iter().map(|sink| sink.takes_its_time().then(|| start(sink))).collect();
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
        digest: &str,
        result: Result<Done, Failure>,
    ) -> Result<Delivered, Error> {
        let held = result.is_ok().then_some(digest);
        let (outcome, warnings, again) = match result {
            Ok(Done { change: Change::Written, warnings }) => (Outcome::Written, warnings, None),
            Ok(Done { change: Change::Unchanged, warnings }) => (Outcome::Unchanged, warnings, None),
            Err(Failure { notice, again }) => (Outcome::Failed(notice), Vec::new(), Some(again)),
        };
        let report = sink.report(outcome, warnings);
        let due = report.outcome == Outcome::Written && sink.on_update.is_some();
        self.shelf().note(&report, held, due)?;
        Ok(Delivered { report, again })
    }

    /// Held while one process delivers to a sink, or runs its command; the system gives it back when the process
    /// ends, however it ends.
    fn turn(self, sink: &SinkConfig, what: &str) -> Result<File, Error> {
        let name = digest([sink.sink.kind(), &sink.sink.place()]);
        let folder = self.folders.state.join("turns");
        let path = folder.join(format!("{what}-{}", &name[..16]));
        let take = || {
            folders::make_private(&folder)?;
            let file = File::create(&path)?;
            file.lock()?;
            Ok(file)
        };
        take().map_err(|source| Error::Io { what: format!("{} cannot be locked", path.display()), source })
    }
}

impl<'a> Delivery<'a> {
    /// The shelf, for no longer than it takes to ask it.
    pub(crate) fn shelf(self) -> MutexGuard<'a, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
