//! The journals of files that are sinks no more.

use crate::config::{Config, Sink};
use env_file::{EnvFile, Unnamed, repair_unnamed};
use potbridge_protocol::sink_report::{SinkOutcome, SinkReport};
use potbridge_protocol::{Code, Problem};
use potbridge_system::clock;
use potbridge_system::dirs::Dirs;
use std::path::Path;

/// Finishes interrupted writes to files that the configuration does not name any more, and removes their journals from the
/// state folder: they hold values.
///
/// Returns what could not be removed. The log has the rest.
pub fn remove_unnamed(config: &Config, dirs: &Dirs) -> Vec<SinkReport> {
    let mut named: Vec<&EnvFile> = Vec::new();
    for sink in &config.sinks {
        if let Sink::EnvFile(file) = &sink.sink {
            named.push(file);
        }
    }
    let all = match repair_unnamed(&dirs.state, &named) {
        Ok(all) => all,
        Err(error) => return vec![failed(&dirs.state, &error)],
    };
    all.into_iter().filter_map(told).collect()
}

fn told(unnamed: Unnamed) -> Option<SinkReport> {
    let Unnamed { file, journal, removed, repaired } = unnamed;
    let place = file.unwrap_or_else(|| journal.clone());
    let place = place.display();
    if let Err(error) = removed {
        return Some(failed(&journal, &error));
    }
    match repaired {
        Ok(_) => {
            log::info!("what an interrupted write to {place} had left is removed; it is no sink any more");
        }
        Err(error) => {
            log::warn!("{place} is no sink any more, and the interrupted write to it stays so: {error}");
        }
    }
    None
}

fn failed(path: &Path, error: &env_file::Error) -> SinkReport {
    let problem = Problem { code: Code::named(error.code()), message: error.to_string(), hint: error.hint() };
    log::warn!("{}: {}", problem.code, problem.message);
    let (kind, place) = ("env-file".to_owned(), path.display().to_string());
    SinkReport {
        kind,
        place,
        outcome: SinkOutcome::Failed(problem),
        warnings: Vec::new(),
        at: clock::now_ms(),
    }
}
