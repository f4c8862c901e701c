//! What `potbridge-setup doctor` says of this machine, for the browser.
//!
//! The browser names nothing: which program is run, with which arguments and in which environment is decided here.

mod environment;
mod program;
mod without_doctor;

use potbridge_protocol::masking::masked_report;
use potbridge_protocol::{Code, DiagnosisRow, FromHost, Problem};
use potbridge_system::dirs::{self, Dirs};
use potbridge_system::printable::printable;
use potbridge_system::subprocess::ask;
use serde::Deserialize;
use std::process::Command;
use std::time::Duration;

/// How long the doctor may take. It asks each browser's host, and has yt-dlp ask the plugin.
const LIMIT: Duration = Duration::from_secs(90);

/// The most of a report that is handed on, in bytes of its text and of its rows: a browser takes a message of 1 MiB.
const MOST: usize = 128 * 1024;

/// What `doctor --json` prints, as far as it is handed on.
#[derive(Deserialize)]
struct Report {
    rows: Vec<DiagnosisRow>,
    text: String,
}

/// The answer. It never fails: what the doctor does not say, the host says as far as it knows.
pub(super) fn diagnose(dirs: &Dirs, id: String) -> FromHost {
    let home = dirs::home().map(|home| home.display().to_string()).unwrap_or_default();
    let masked = |text: &str| masked_report(text, &home);
    match report() {
        Ok(Report { rows, text }) => {
            let rows = rows.into_iter().map(|row| DiagnosisRow {
                name: masked(&row.name),
                message: masked(&row.message),
                hint: row.hint.as_deref().map(masked),
                ..row
            });
            FromHost::Diagnosis { id, text: shortened(masked(&text)), rows: fitting(rows), problem: None }
        }
        Err(problem) => {
            log::warn!("{}: {}", problem.code, problem.message);
            let problem = Problem {
                message: masked(&printable(&problem.message)),
                hint: problem.hint.as_deref().map(masked),
                ..problem
            };
            let text = shortened(masked(&without_doctor::text(dirs, &problem)));
            FromHost::Diagnosis { id, text, rows: Vec::new(), problem: Some(problem) }
        }
    }
}

/// Runs the doctor.
fn report() -> Result<Report, Problem> {
    let program = program::find().ok_or_else(|| {
        let message = "potbridge-setup, which looks at the whole installation, is not beside potbridge";
        let hint = "unpack the whole archive, and run `potbridge-setup install`";
        Problem::new(Code::PartMissing, message).with_hint(hint)
    })?;
    let mut command = Command::new(&program);
    command.args(["doctor", "--json"]).env_clear().envs(environment::of_doctor());
    let failed = |why: String| {
        let message = format!("{} doctor gave no report: {why}", program.display());
        Problem::new(Code::CommandFailed, message).with_hint("run `potbridge-setup doctor` in a terminal")
    };
    let answer = ask(&mut command, b"", LIMIT).map_err(|error| failed(error.to_string()))?;
    serde_json::from_slice(&answer.out).map_err(|_| failed(format!("it ended with {}", answer.how)))
}

/// The rows that a message has room for.
fn fitting(rows: impl Iterator<Item = DiagnosisRow>) -> Vec<DiagnosisRow> {
    let mut room = MOST;
    rows.map_while(|row| {
        let size = row.name.len() + row.message.len() + row.hint.as_ref().map_or(0, String::len);
        room = room.checked_sub(size)?;
        Some(row)
    })
    .collect()
}

fn shortened(mut text: String) -> String {
    if text.len() > MOST {
        text.truncate(text.floor_char_boundary(MOST));
        text.push('…');
    }
    text
}
