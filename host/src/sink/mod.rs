//! The places that tokens are written to.

pub mod env_file;

use crate::clock;
use crate::config::SinkConfig;
use env_file::{Done, EnvFile, EnvFileError};
use potbridge_protocol::Capture;
use potbridge_protocol::report::{Notice, Outcome, SinkReport};

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

impl SinkConfig {
    /// `env-file`, …
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::EnvFile { .. } => "env-file",
        }
    }

    /// Where it writes: the path of an env-file.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::EnvFile { path, .. } => path.display().to_string(),
        }
    }

    /// Writes the values that belong to a token.
    #[must_use]
    pub fn deliver(&self, capture: &Capture) -> SinkReport {
        let Self::EnvFile { vars, .. } = self;
        let values: Vec<_> = vars.iter().map(|(name, template)| (name, template.render(capture))).collect();
        let variables: Vec<_> =
            values.iter().map(|(name, value)| Variable { name: name.as_str(), value }).collect();
        self.report(self.env_file().set(&variables))
    }

    /// Empties its variables.
    #[must_use]
    pub fn clear(&self) -> SinkReport {
        let Self::EnvFile { vars, .. } = self;
        let names: Vec<_> = vars.keys().map(crate::config::VariableName::as_str).collect();
        self.report(self.env_file().clear(&names))
    }

    fn env_file(&self) -> EnvFile {
        let Self::EnvFile { path, allow_tracked, .. } = self;
        EnvFile { path: path.clone(), allow_tracked: *allow_tracked }
    }

    fn report(&self, result: Result<Done, EnvFileError>) -> SinkReport {
        let notice = |code: &str, message: String| Notice { code: code.to_owned(), message };
        let (outcome, warnings) = match result {
            Ok(Done { change, warnings }) => (
                match change {
                    Change::Written => Outcome::Written,
                    Change::Unchanged => Outcome::Unchanged,
                },
                warnings.iter().map(|warning| notice(warning.code(), warning.to_string())).collect(),
            ),
            Err(error) => (Outcome::Failed(notice(error.code(), error.to_string())), Vec::new()),
        };
        SinkReport {
            kind: self.kind().to_owned(),
            place: self.place(),
            outcome,
            warnings,
            at: clock::now_ms(),
        }
    }
}
