//! How things stand.

use crate::config::Config;
use crate::connected::connected;
use crate::error::Error;
use crate::folders::Folders;
use crate::shelf::Shelf;
use potbridge_protocol::from_host::{SinkState, Status};
use potbridge_protocol::report::Notice;
use potbridge_protocol::{Label, Tally};

/// Gathers everything, with what is wrong beside what is known. `live` is the shelf that a session has open, which
/// may be in memory alone; without one it is opened. `most` bounds the tokens.
#[must_use]
pub fn status(folders: &Folders, live: Option<&Shelf>, most: u32) -> Status {
    let mut problems = Vec::new();
    let config = Config::load(&folders.config).unwrap_or_else(|error| {
        problems.push(Error::from(error).notice());
        Config::default()
    });
    problems.extend(config.unknown.iter().map(|key| Notice {
        code: "unknown-key".to_owned(),
        message: format!(
            "{} has a key that this version does not know, and leaves alone: {key}",
            folders.config.display()
        ),
    }));
    let OfShelf { sinks, tokens, tally } = of_shelf(&config, folders, live, most).unwrap_or_else(|error| {
        problems.push(error.notice());
        OfShelf::default()
    });
    Status {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        config: folders.config.display().to_string(),
        problems,
        sinks,
        tokens,
        tally,
        connected: connected(folders),
    }
}

#[derive(Default)]
struct OfShelf {
    sinks: Vec<SinkState>,
    tokens: Vec<Label>,
    tally: Tally,
}

fn of_shelf(config: &Config, folders: &Folders, live: Option<&Shelf>, most: u32) -> Result<OfShelf, Error> {
    let opened;
    let shelf = match live {
        Some(shelf) => shelf,
        None => {
            opened = Shelf::open(&config.shelf, folders)?;
            &opened
        }
    };
    let sinks = config
        .sinks
        .iter()
        .map(|sink| {
            let (kind, place) = (sink.sink.kind().to_owned(), sink.sink.place());
            Ok(SinkState { last: shelf.last_report(sink)?, kind, place })
        })
        .collect::<Result<_, Error>>()?;
    Ok(OfShelf { sinks, tokens: shelf.labels(most)?, tally: shelf.tally()? })
}
