//! Asks an installed host for its version and for a hello.

mod handshake;
mod isolation;

pub use handshake::{HostStart, handshake};
pub use isolation::Isolation;
pub(crate) use isolation::OF_CHECK;

use super::why_not_run;
use potbridge_protocol::masking::masked_line;
use potbridge_protocol::{Code, Problem};
use potbridge_system::subprocess::{SubprocessError, ask};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// How long a host may take to answer.
pub(crate) const LIMIT: Duration = Duration::from_secs(10);

/// What a host says of itself in its hello.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// The protocol that it speaks.
    pub protocol: u32,
    /// Its version.
    pub version: String,
}

/// The version of the host, by `potbridge --version`.
///
/// # Errors
/// Why it cannot be run or does not answer.
pub fn version(program: &Path) -> Result<String, Problem> {
    let answer = ask(Command::new(program).arg("--version").current_dir("/"), b"", LIMIT)
        .map_err(|error| not_answered(program, &error))?;
    let printed = String::from_utf8_lossy(&answer.out).into_owned();
    match printed.trim().strip_prefix("potbridge ") {
        Some(version) if answer.how.success() => Ok(version.to_owned()),
        _ => Err(failed(program, &answer.how.to_string(), &answer.err)),
    }
}

/// Why a program gave no answer at all.
pub(crate) fn not_answered(program: &Path, error: &SubprocessError) -> Problem {
    match error {
        SubprocessError::NotStarted { source, .. } => why_not_run(program, source, Code::HostMissing),
        _ => no_answer(program),
    }
}

fn no_answer(program: &Path) -> Problem {
    let message = format!("{} did not answer within {} seconds", program.display(), LIMIT.as_secs());
    Problem::new(Code::HostNoAnswer, message).with_hint("potbridge-setup install")
}

/// A host that ended in another way than it should.
fn failed(program: &Path, how: &str, stderr: &[u8]) -> Problem {
    let message = format!("{} gave no answer and ended with {how}{}", program.display(), said(stderr));
    Problem::new(Code::HostFailed, message).with_hint("potbridge-setup install")
}

/// The last line of what a program printed, masked, to be put behind a sentence.
pub(crate) fn said(printed: &[u8]) -> String {
    let text = String::from_utf8_lossy(printed);
    let Some(line) = text.lines().rev().map(str::trim).find(|line| !line.is_empty()) else {
        return String::new();
    };
    let shown: String = masked_line(line).chars().filter(|c| !c.is_control()).take(300).collect();
    format!("; it said: {shown}")
}
