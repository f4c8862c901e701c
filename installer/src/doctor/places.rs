//! The rows of the places for tokens, the token store and the folders, as the host tells them.

use super::configured::Configured;
use super::row::{Part, Row};
use crate::checks::{folder, quoted};
use potbridge_protocol::messages::from_host::{SinkState, Status, UnknownPart};
use potbridge_protocol::{Code, Problem};
use std::path::Path;

pub(super) fn rows(status: &Result<Status, Problem>, tokens: super::Store, config: &Configured) -> Vec<Row> {
    let status = match status {
        Ok(status) => status,
        Err(problem) => {
            return [(Part::Place, "places"), (Part::Store, "store")]
                .map(|(part, name)| Row::unknown(part, name, problem.clone()))
                .into();
        }
    };
    let mut rows: Vec<_> = status
        .problems
        .iter()
        .map(|problem| Row::fault(Part::Store, name_of(problem), problem.clone()))
        .collect();
    if tokens == super::Store::New && status.problems.is_empty() {
        let message = format!("there is none yet; the configuration is {}", status.config);
        rows.push(Row::ok(Part::Store, "store", message));
    } else if tokens == super::Store::There && status.problems.is_empty() {
        rows.push(store(status));
    }
    if status.unknown.contains(&UnknownPart::Sinks) {
        let message = "which places there are is not known, since the configuration is not valid";
        rows.push(Row::unknown(Part::Place, "places", Problem::new(Code::ConfigInvalid, message)));
    } else if status.sinks.is_empty() {
        let message = "none is configured; yt-dlp's plugin, `potbridge get` and `potbridge serve` need none";
        rows.push(Row::ok(Part::Place, "places", message));
    }
    let closed = match tokens {
        super::Store::Open => {
            Some((Code::OpenToOthers, "they are looked at once the token store is closed to others"))
        }
        super::Store::Unfit => {
            Some((Code::StoreSetAside, "they are looked at once there is a token store that can be used"))
        }
        super::Store::There | super::Store::New => None,
    };
    match closed.filter(|_| !status.sinks.is_empty()) {
        Some((code, message)) => {
            rows.push(Row::unknown(Part::Place, "places", Problem::new(code, message)));
        }
        None => rows.extend(status.sinks.iter().flat_map(|sink| place(sink, config))),
    }
    rows
}

/// What a problem of the host's is about.
fn name_of(problem: &Problem) -> &'static str {
    match problem.code {
        Code::ConfigInvalid => "configuration",
        Code::RuntimeDirUnusable => "runtime folder",
        Code::DirMissing => "folders",
        Code::OwnBrowserFailed | Code::SandboxMissing => "potbridge's own browser",
        Code::Io => "log",
        _ => "store",
    }
}

fn store(status: &Status) -> Row {
    if status.unknown.contains(&UnknownPart::Tokens) {
        let message = "the tokens are in the memory of the browser's host, where no command can read them";
        let hint = "take `path = \":memory:\"` out of [store]";
        return Row::unknown(
            Part::Store,
            "store",
            Problem::new(Code::StoreInMemory, message).with_hint(hint),
        );
    }
    let tokens = match status.tokens.len() {
        1 => "1 token".to_owned(),
        count => format!("{count} tokens"),
    };
    Row::ok(Part::Store, "store", format!("{tokens} known; the configuration is {}", status.config))
}

fn place(sink: &SinkState, config: &Configured) -> Vec<Row> {
    let name = format!("{} {}", sink.kind, sink.place);
    let mut rows: Vec<_> = sink
        .faults()
        .map(|problem| Row::fault(Part::Place, name.clone(), with_command(problem, sink)))
        .collect();
    if rows.is_empty() && sink.kind == "env-file" {
        // Before the first token nobody else looks.
        rows.extend(
            folder_of(Path::new(&sink.place)).map(|problem| Row::fault(Part::Place, name.clone(), problem)),
        );
    }
    let warnings = sink.last.iter().flat_map(|last| &last.warnings);
    for warning in warnings.filter(|warning| warning.code != Code::UpdateFailed) {
        rows.push(Row::warning(Part::Place, name.clone(), warning.clone()));
    }
    if rows.is_empty() && sink.last.is_none() && sink.now.is_none() {
        rows.extend(not_asked(sink, config).map(|row| Row { name: name.clone(), ..row }));
    }
    if rows.is_empty() {
        let message = match (&sink.last, sink.now) {
            (None, _) => "nothing was written yet",
            (Some(_), None) => "the last delivery went well",
            (Some(_), Some(_)) => "it holds what it should",
        };
        rows.push(Row::ok(Part::Place, name, message));
    }
    rows
}

/// What is to be said of a place that nobody has asked and nothing was written to.
fn not_asked(sink: &SinkState, config: &Configured) -> Option<Row> {
    match sink.kind.as_str() {
        "command" => {
            let program = config.command(&sink.place)?;
            which::which(&program).err()?;
            let message = format!("there is no program {program} that can be run");
            let hint = "change `command` of this sink in the configuration";
            Some(Row::fault(Part::Place, "", Problem::new(Code::CommandNotStarted, message).with_hint(hint)))
        }
        "keyring" => {
            let message = "nothing was written yet, and a keyring is not asked before: whether one answers is not known";
            Some(Row::unknown(Part::Place, "", Problem::new(Code::Unknown, message)))
        }
        _ => None,
    }
}

/// What keeps a file from being written where it is to be.
fn folder_of(file: &Path) -> Option<Problem> {
    let folder = file.parent()?;
    if let Err(problem) = folder::takes_files(folder) {
        return Some(problem);
    }
    if folder.is_dir() {
        return None;
    }
    let message = format!("the folder {} is missing", folder.display());
    Some(Problem::new(Code::FolderMissing, message).with_hint(make(folder)))
}

/// The host's problem, with a command where one fixes it.
fn with_command(problem: Problem, sink: &SinkState) -> Problem {
    match (problem.code, Path::new(&sink.place).parent()) {
        (Code::FolderMissing, Some(folder)) => match folder::takes_files(folder) {
            Ok(()) => problem.with_hint(make(folder)),
            Err(closed) => closed,
        },
        _ => problem,
    }
}

fn make(folder: &Path) -> String {
    format!("mkdir -p {}", quoted(folder))
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;
    use potbridge_test_support::ordinary_user::as_ordinary_user;

    #[test]
    fn a_place_in_a_folder_of_root_is_to_be_another_one() {
        as_ordinary_user(|| {
            for file in ["/etc/passwd", "/usr/lib/potbridge-of-a-test/deep/.env"] {
                let problem = folder_of(Path::new(file)).unwrap();
                assert_eq!(problem.code, Code::PermissionDenied, "{file}");
                assert_eq!(problem.hint.as_deref(), Some("choose a place in a folder of your own"), "{file}");
            }
        });
    }
}
