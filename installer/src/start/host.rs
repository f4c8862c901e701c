//! Asks the host for its status.

use crate::error::{Error, Result};
use crate::temporary_install::TemporaryInstall;
use potbridge_protocol::Problem;
use potbridge_protocol::messages::from_host::Status;
use potbridge_system::process_group::ProcessGroup;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The program `potbridge` with the folders of a temporary installation.
pub(crate) struct Host {
    program: PathBuf,
    environment: Vec<(OsString, OsString)>,
}

impl Host {
    /// The host of this installation.
    pub(crate) fn of(install: &TemporaryInstall, program: &Path) -> Self {
        Self { program: program.to_owned(), environment: install.host_environment() }
    }

    /// Runs `potbridge status --json`.
    pub(crate) fn status(&self) -> Result<Status> {
        let command = format!("{} status --json", self.program.display());
        let mut status = Command::new(&self.program);
        status
            .args(["status", "--json"])
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // In a group of its own, Ctrl-C on the terminal does not reach it.
        let output = ProcessGroup::start(&mut status)
            .and_then(|(child, _)| child.wait_with_output())
            .map_err(|source| Error::Run { program: command.clone(), source })?;
        let not_a_status = match serde_json::from_slice(&output.stdout) {
            Ok(status) => return Ok(status),
            Err(error) => error,
        };
        // A command that fails writes its problem to stdout.
        if let Ok(problem) = serde_json::from_slice::<Problem>(&output.stdout) {
            return Err(Error::Problem(problem));
        }
        Err(Error::Failed {
            program: command,
            status: output.status.to_string(),
            stderr: match String::from_utf8_lossy(&output.stderr).trim() {
                "" => not_a_status.to_string(),
                text => text.to_owned(),
            },
        })
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use potbridge_test_support::executable;

    fn error_of(script: &str) -> Error {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("potbridge");
        executable::write(&program, format!("#!/bin/sh\n{script}\n"));
        Host { program, environment: Vec::new() }.status().unwrap_err()
    }

    #[test]
    fn a_problem_of_the_host_is_passed_on_with_its_hint() {
        let error = error_of(
            r#"echo '{"ok":false,"code":"config-invalid","message":"no such key","hint":"remove it"}'; exit 1"#,
        );
        assert_eq!(error.to_string(), "no such key");
        assert_eq!(error.hint().as_deref(), Some("remove it"));
    }

    #[test]
    fn a_host_that_says_something_else_fails_with_its_stderr() {
        let error = error_of("echo hello; echo out of order >&2; exit 1").to_string();
        assert!(error.contains("status --json failed") && error.ends_with("out of order"), "{error}");
        assert!(error_of("exit 0").to_string().contains("EOF"));
    }
}
