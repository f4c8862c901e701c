//! A program that takes the values somewhere: it gets them as JSON on its standard input.

use crate::Variable;
use potbridge_protocol::Code;
use potbridge_system::subprocess::{Afterwards, Subprocess, SubprocessError};
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};
use std::time::Duration;
use zeroize::Zeroizing;

/// How long a program may take, unless [`CommandSink::timeout`] is set to something else.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// A program that takes the values somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandSink {
    /// The program.
    pub command: Subprocess,
    /// How long it may take.
    pub timeout: Duration,
}

/// Why a program did not take the values.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct CommandError(#[from] SubprocessError);

impl CommandError {
    /// The code for programs.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code()
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self.0 {
            SubprocessError::TooSlow { .. } => {
                Some("allow it more time with `timeout`, in seconds".to_owned())
            }
            _ => self.0.hint().map(str::to_owned),
        }
    }

    /// Whether the same attempt may succeed later without anybody's doing.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.code().is_transient()
    }
}

impl CommandSink {
    /// Runs the program with one JSON object, `{"NAME": "value", …}`, on its standard input.
    ///
    /// To clear, every value is empty.
    ///
    /// # Errors
    /// [`CommandError`] if the program does not end with 0 in time. What it did until then is its own affair.
    pub fn set(&self, variables: &[Variable<'_>]) -> Result<(), CommandError> {
        let mut json = Zeroizing::new(Vec::with_capacity(64 * 1024));
        // Texts under texts are always JSON.
        let _ = serde_json::to_writer(&mut *json, &Object(variables));
        json.push(b'\n');
        let values: Vec<&str> = variables.iter().map(|variable| variable.value).collect();
        Ok(self.command.run(&json, &values, self.timeout, Afterwards::Ends)?)
    }
}

struct Object<'a>(&'a [Variable<'a>]);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut object = to.serialize_map(Some(self.0.len()))?;
        for Variable { name, value } in self.0 {
            object.serialize_entry(name, value)?;
        }
        object.end()
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn the_program_gets_the_values_as_one_json_object() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("values");
        let command = Subprocess::Shell(format!("cat > '{}'", file.display()));
        let variables = [Variable { name: "A", value: "1\n\"2\"" }, Variable { name: "B:x", value: "" }];
        CommandSink { command, timeout: Duration::from_secs(60) }.set(&variables).unwrap();
        assert_eq!(std::fs::read_to_string(file).unwrap(), "{\"A\":\"1\\n\\\"2\\\"\",\"B:x\":\"\"}\n");
    }
}
