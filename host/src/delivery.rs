//! From the shelf to the sinks.

use crate::config::{Config, SinkConfig};
use crate::error::Error;
use crate::folders::{self, Folders};
use crate::shelf::{Shelf, Wanted};
use potbridge_protocol::report::SinkReport;
use std::fs::File;

/// Writes the newest token to every sink. Each sink reports for itself, and none keeps another from its turn.
///
/// What is written is what the shelf has when this one's turn comes, so that of two processes that deliver at
/// once the later writes the newer token.
///
/// # Errors
/// Where the shelf cannot be read, or no turn can be had.
pub fn deliver(config: &Config, shelf: &Shelf, folders: &Folders) -> Result<Vec<SinkReport>, Error> {
    let _turn = turn(folders)?;
    let Some(newest) = shelf.newest(&Wanted::default())? else {
        return Ok(Vec::new());
    };
    to_each(config, shelf, |sink| sink.deliver(&newest))
}

/// Takes every token off the shelf and out of every sink.
///
/// # Errors
/// Where the shelf cannot be written, or no turn can be had.
pub fn clear(config: &Config, shelf: &mut Shelf, folders: &Folders) -> Result<Vec<SinkReport>, Error> {
    let _turn = turn(folders)?;
    shelf.clear()?;
    to_each(config, shelf, SinkConfig::clear)
}

fn to_each(
    config: &Config,
    shelf: &Shelf,
    act: impl Fn(&SinkConfig) -> SinkReport,
) -> Result<Vec<SinkReport>, Error> {
    config
        .sinks
        .iter()
        .map(|sink| {
            let report = act(sink);
            shelf.note(&report)?;
            Ok(report)
        })
        .collect()
}

/// Held while one process delivers; the system gives it back when the process ends, however it ends.
fn turn(folders: &Folders) -> Result<File, Error> {
    let path = folders.state.join("delivery.lock");
    let take = || {
        folders::make_private(&folders.state)?;
        let file = File::create(&path)?;
        file.lock()?;
        Ok(file)
    };
    take().map_err(|source| Error::Io { what: format!("{} cannot be locked", path.display()), source })
}
