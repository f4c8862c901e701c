//! Writing to one sink, whatever its kind.

use super::projection::Projection;
use crate::config::{Sink, SinkConfig};
use env_file::{EnvFile, Repaired};
use potbridge_protocol::sink_report::{SinkOutcome, SinkReport};
use potbridge_protocol::{Code, Problem};
use potbridge_sinks::Change;
use potbridge_sinks::command::CommandError;
use potbridge_sinks::keyring::{Keyring, KeyringError};
use potbridge_sinks::redis::RedisError;
use potbridge_system::{clock, dirs};
use std::collections::BTreeMap;
use std::time::Duration;
use zeroize::Zeroizing;

/// A sink has the values now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Whether anything was written.
    pub change: Change,
    /// What the user should know although the sink has the values.
    pub warnings: Vec<Problem>,
}

/// Why a sink was not written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What happened.
    pub problem: Problem,
    /// When a retry is worthwhile.
    pub retry: Retry,
}

/// When a retry is worthwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// In seconds: the failure is transient.
    Soon,
    /// In minutes: somebody may repair it.
    Later,
    /// With the next token: somebody declined to unlock the keyring.
    WithTheNextToken,
}

impl Sink {
    /// Writes the values. Another program that has a file locked is waited for no longer than `patience`.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn set(&self, projection: &Projection<'_>, patience: Duration) -> Result<Applied, Failure> {
        let variables = projection.variables();
        match self {
            Self::EnvFile(file) => {
                let variables: Vec<_> = variables
                    .iter()
                    .map(|variable| env_file::Variable { name: variable.name, value: variable.value })
                    .collect();
                Ok(waiting(file, patience).set(&variables)?.into())
            }
            Self::Keyring(keyring) => Ok(keyring.set(&variables)?.into()),
            Self::Command(sink) => Ok(sink.set(&variables).map(|()| Change::Written)?.into()),
            Self::Redis(redis) => Ok(redis.set(&variables, projection.expires_at)?.into()),
        }
    }

    /// What it holds of these variables now.
    ///
    /// Variables that it does not hold are left out. A program holds none.
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

    /// The same at once: nobody is asked to unlock a keyring for it, and whoever writes the file is not waited for.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn look(&self, names: &[&str]) -> Result<BTreeMap<String, Zeroizing<String>>, Failure> {
        match self {
            Self::Keyring(keyring) => {
                let quiet = Keyring { unlock_timeout: Duration::ZERO, ..keyring.clone() };
                Ok(quiet.get(names)?)
            }
            Self::EnvFile(file) => Ok(EnvFile { lock_timeout: Duration::ZERO, ..file.clone() }.get(names)?),
            sink => sink.get(names),
        }
    }

    /// Finishes a write in place that was interrupted, if it is a file. Waits for nobody, since who writes it repairs it first.
    ///
    /// Returns whether the file was torn.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn repair(&self) -> Result<bool, Failure> {
        match self {
            Self::EnvFile(file) => Ok(waiting(file, Duration::ZERO).repair()? == Repaired::Finished),
            _ => Ok(false),
        }
    }

    /// Empties the variables of a projection. Waits as [`Self::set`] does.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn clear(&self, projection: &Projection<'_>, patience: Duration) -> Result<Applied, Failure> {
        let variables = projection.variables();
        let names: Vec<&str> = variables.iter().map(|variable| variable.name).collect();
        match self {
            Self::EnvFile(file) => Ok(waiting(file, patience).clear(&names)?.into()),
            Self::Keyring(keyring) => Ok(keyring.clear(&names)?.into()),
            Self::Command(sink) => Ok(sink.set(&variables).map(|()| Change::Written)?.into()),
            Self::Redis(redis) => Ok(redis.clear(&names)?.into()),
        }
    }
}

/// The file, with this limit for the lock of another program. The folder of its journal is there, if it can be.
fn waiting(file: &EnvFile, patience: Duration) -> EnvFile {
    if let Some(folder) = &file.journal_folder
        && let Err(error) = dirs::make_private(folder)
    {
        // Only a file in a folder that takes none needs it, and then the write says what is wrong.
        log::debug!("{} cannot be made: {error}", folder.display());
    }
    EnvFile { lock_timeout: patience, ..file.clone() }
}

impl SinkConfig {
    /// A report of now.
    #[must_use]
    pub fn report(&self, outcome: SinkOutcome, warnings: Vec<Problem>) -> SinkReport {
        let (kind, place) = (self.sink.kind().to_owned(), self.sink.place());
        SinkReport { kind, place, outcome, warnings, at: clock::now_ms() }
    }
}

impl From<Change> for Applied {
    fn from(change: Change) -> Self {
        Self { change, warnings: Vec::new() }
    }
}

impl From<env_file::Edited> for Applied {
    fn from(edited: env_file::Edited) -> Self {
        let change = match edited.change {
            env_file::Change::Written => Change::Written,
            env_file::Change::Unchanged => Change::Unchanged,
        };
        let warning = |warning: &env_file::Warning| Problem {
            code: Code::named(warning.code()),
            message: warning.to_string(),
            hint: warning.hint(),
        };
        Self { change, warnings: edited.warnings.iter().map(warning).collect() }
    }
}

impl Failure {
    pub(super) fn new(code: Code, message: String, hint: Option<String>) -> Self {
        let retry = match code {
            Code::KeyringLocked | Code::KeyringDismissed => Retry::WithTheNextToken,
            code if code.is_transient() => Retry::Soon,
            _ => Retry::Later,
        };
        Self { problem: Problem { code, message, hint }, retry }
    }

    /// The failure of a half-done update is as transient as its cause.
    fn retry_soon_if(self, transient: bool) -> Self {
        if transient { Self { retry: Retry::Soon, ..self } } else { self }
    }
}

impl From<env_file::Error> for Failure {
    fn from(error: env_file::Error) -> Self {
        Self::new(Code::named(error.code()), error.to_string(), error.hint())
    }
}

impl From<KeyringError> for Failure {
    fn from(error: KeyringError) -> Self {
        Self::new(error.code(), error.to_string(), error.hint()).retry_soon_if(error.is_transient())
    }
}

impl From<RedisError> for Failure {
    fn from(error: RedisError) -> Self {
        Self::new(error.code(), error.to_string(), error.hint())
    }
}

impl From<CommandError> for Failure {
    fn from(error: CommandError) -> Self {
        Self::new(error.code(), error.to_string(), error.hint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retry_follows_from_the_code() {
        let refused = |reason: &str| KeyringError::Refused { doing: "open", reason: reason.to_owned() };
        let no_answer = KeyringError::NoAnswer { doing: "open", reason: String::new() };
        for (error, retry) in [
            (KeyringError::Dismissed, Retry::WithTheNextToken),
            (KeyringError::Locked { seconds: 0 }, Retry::WithTheNextToken),
            (no_answer, Retry::Soon),
            (refused("no"), Retry::Later),
        ] {
            let code = error.code();
            assert_eq!(Failure::from(error).retry, retry, "{code}");
        }
    }

    #[test]
    fn a_failure_keeps_what_happened_and_what_to_do_apart() {
        let Failure { problem, .. } = KeyringError::Dismissed.into();
        assert_eq!(problem.code, Code::KeyringDismissed);
        assert!(!problem.message.contains("unlock the keyring"), "{}", problem.message);
        assert_eq!(problem.hint.as_deref(), Some("unlock the keyring"));
    }
}
