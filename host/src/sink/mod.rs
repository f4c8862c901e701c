//! The places that tokens are written to.

pub mod command;
pub mod keyring;
pub mod redis;

use crate::config::SinkConfig;
use crate::delivery::projection::Projection;
use command::{CommandError, CommandSink};
use env_file::EnvFile;
use keyring::{Keyring, KeyringError};
use potbridge_protocol::sink_report::{SinkOutcome, SinkReport};
use potbridge_protocol::{Code, Problem};
use potbridge_system::clock;
use redis::{Redis, RedisError};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// A place to write to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sink {
    /// Variables in a `.env` file.
    EnvFile(EnvFile),
    /// Entries of the system's keyring.
    Keyring(Keyring),
    /// A program.
    Command(CommandSink),
    /// Keys of a Redis server.
    Redis(Redis),
}

/// A named value for a sink. Its `Debug` does not show the value.
#[derive(Clone, Copy)]
pub struct Variable<'a> {
    /// What the sink keeps the value under; what names it takes is said where it takes them.
    pub name: &'a str,
    /// The value; empty where nothing is known.
    pub value: &'a str,
}

impl std::fmt::Debug for Variable<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Variable({})", self.name)
    }
}

/// Whether anything was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The place has the new values, as durably as its kind can.
    Written,
    /// It had them already, and was not touched.
    Unchanged,
}

/// What came of writing to a sink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// Whether anything was written.
    pub change: Change,
    /// What the user should know although all went well.
    pub warnings: Vec<Problem>,
}

/// Why a sink was not written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What happened.
    pub problem: Problem,
    /// When trying again is worth while.
    pub retry: Retry,
}

/// When trying again is worth while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// In seconds: it may pass by itself.
    Soon,
    /// In minutes: somebody may mend it.
    Later,
    /// Not before there is something new: somebody said no.
    WithTheNextToken,
}

impl Sink {
    /// `env-file`, …
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::EnvFile(_) => "env-file",
            Self::Keyring(_) => "keyring",
            Self::Command(_) => "command",
            Self::Redis(_) => "redis",
        }
    }

    /// Where it writes: a file's path, a keyring's service, a program with its arguments, a server's address.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::EnvFile(file) => file.path.display().to_string(),
            Self::Keyring(keyring) => keyring.place(),
            Self::Command(sink) => sink.command.to_string(),
            Self::Redis(redis) => redis.place(),
        }
    }

    /// Whether writing may take longer than a browser should wait for an answer.
    #[must_use]
    pub fn is_slow(&self) -> bool {
        !matches!(self, Self::EnvFile(_))
    }

    /// Whether nobody can say what it holds, so that it is asked only for what is new.
    #[must_use]
    pub fn is_blind(&self) -> bool {
        matches!(self, Self::Command(_))
    }

    /// Writes the values.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn set(&self, projection: &Projection<'_>) -> Result<Done, Failure> {
        let variables = projection.variables();
        match self {
            Self::EnvFile(file) => {
                let variables: Vec<_> = variables
                    .iter()
                    .map(|variable| env_file::Variable { name: variable.name, value: variable.value })
                    .collect();
                Ok(file.set(&variables)?.into())
            }
            Self::Keyring(keyring) => Ok(keyring.set(&variables)?.into()),
            Self::Command(sink) => Ok(sink.set(&variables).map(|()| Change::Written)?.into()),
            Self::Redis(redis) => Ok(redis.set(&variables, projection.expires_at)?.into()),
        }
    }

    /// What it holds of these variables now; those that it does not hold are left out. A program cannot be asked.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn get(&self, names: &[&str]) -> Result<BTreeMap<String, Zeroizing<String>>, Failure> {
        match self {
            Self::EnvFile(file) => Ok(file.get(names)?),
            Self::Keyring(keyring) => Ok(keyring.get(names)?),
            Self::Command(_) => Ok(BTreeMap::new()),
            Self::Redis(redis) => Ok(redis.get(names)?),
        }
    }

    /// Empties the variables of a projection.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn clear(&self, projection: &Projection<'_>) -> Result<Done, Failure> {
        let variables = projection.variables();
        let names: Vec<&str> = variables.iter().map(|variable| variable.name).collect();
        match self {
            Self::EnvFile(file) => Ok(file.clear(&names)?.into()),
            Self::Keyring(keyring) => Ok(keyring.clear(&names)?.into()),
            Self::Command(sink) => Ok(sink.set(&variables).map(|()| Change::Written)?.into()),
            Self::Redis(redis) => Ok(redis.clear(&names)?.into()),
        }
    }
}

impl SinkConfig {
    /// Whether delivering to it, with its command after a change, may take a while.
    #[must_use]
    pub fn takes_its_time(&self) -> bool {
        self.sink.is_slow() || self.on_update.is_some()
    }

    /// A report of now.
    #[must_use]
    pub fn report(&self, outcome: SinkOutcome, warnings: Vec<Problem>) -> SinkReport {
        let (kind, place) = (self.sink.kind().to_owned(), self.sink.place());
        SinkReport { kind, place, outcome, warnings, at: clock::now_ms() }
    }
}

impl From<Change> for Done {
    fn from(change: Change) -> Self {
        Self { change, warnings: Vec::new() }
    }
}

impl From<env_file::Edited> for Done {
    fn from(edited: env_file::Edited) -> Self {
        let change = match edited.change {
            env_file::Change::Written => Change::Written,
            env_file::Change::Unchanged => Change::Unchanged,
        };
        let warning = |warning: &env_file::Warning| {
            problem(Code::named(warning.code()), warning.to_string(), warning.hint())
        };
        Self { change, warnings: edited.warnings.iter().map(warning).collect() }
    }
}

fn problem(code: Code, message: String, hint: Option<String>) -> Problem {
    let problem = Problem::new(code, message);
    match hint {
        Some(hint) => problem.with_hint(hint),
        None => problem,
    }
}

impl Failure {
    fn new(code: &str, error: &impl std::error::Error, retry: Retry) -> Self {
        Self { problem: Problem::new(Code::named(code), error.to_string()), retry }
    }
}

impl From<env_file::Error> for Failure {
    fn from(error: env_file::Error) -> Self {
        let problem = problem(Code::named(error.code()), error.to_string(), error.hint());
        Self { problem, retry: Retry::Later }
    }
}

impl From<KeyringError> for Failure {
    fn from(error: KeyringError) -> Self {
        let retry = match &error {
            KeyringError::Locked { .. } | KeyringError::Dismissed => Retry::WithTheNextToken,
            error if error.is_transient() => Retry::Soon,
            _ => Retry::Later,
        };
        Self::new(error.code(), &error, retry)
    }
}

impl From<RedisError> for Failure {
    fn from(error: RedisError) -> Self {
        let retry = if error.is_transient() { Retry::Soon } else { Retry::Later };
        Self::new(error.code(), &error, retry)
    }
}

impl From<CommandError> for Failure {
    fn from(error: CommandError) -> Self {
        Self::new(error.code(), &error, Retry::Later)
    }
}
