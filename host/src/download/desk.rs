//! What a browser may ask of downloads.

use super::job::Start;
use super::store::{Record, Store};
use super::{detached, opened, program};
use crate::config::Config;
use crate::error::Error;
use crate::folders::Folders;
use potbridge_protocol::download::Act;
use potbridge_protocol::{Cookie, FromHost, JobId};
use std::io;
use std::path::PathBuf;

/// How many are listed: those that are remembered, and what runs besides.
const LISTED: usize = 60;

/// All downloads, as a message that says as well why none can be started, where that is so.
#[must_use]
pub fn list(store: &Store, folders: &Folders) -> FromHost {
    let place = || -> Result<PathBuf, Error> {
        let config = Config::load(&folders.config)?;
        program::yt_dlp(&config.download)?;
        Ok(config.download.folder(&folders.config)?)
    };
    let (problem, dir) = match place() {
        Ok(dir) => (None, dir.display().to_string()),
        Err(error) => (Some(error.notice()), String::new()),
    };
    let downloads = store.all().into_iter().take(LISTED).map(|record| record.download).collect();
    FromHost::Downloads { problem, dir, downloads }
}

/// Does something with a download. What takes its time is done in a thread of its own, which tells of a failure.
///
/// # Errors
/// Where it cannot be done.
pub fn act(
    store: &Store,
    job: &JobId,
    act: Act,
    cookies: Vec<Cookie>,
    tell: impl FnOnce(Error) + Send + 'static,
) -> Result<(), Error> {
    let record = store.read(job).ok_or_else(|| Error::NoSuchDownload(job.clone()))?;
    let kept = |source| Error::Download {
        what: format!("the list of downloads in {} cannot be kept", store.records().display()),
        source,
    };
    match act {
        // One that has ended meanwhile needs no end.
        Act::Cancel => store.cancel(job).map(drop).map_err(kept),
        Act::Retry => {
            let ask = potbridge_protocol::Ask { cookies, ..record.ask };
            detached::start(&Start { ask, again: Some(job.clone()) }).map(drop)
        }
        Act::Open => at_leisure(file(&record)?, "opened", opened::open, tell),
        Act::Show => at_leisure(file(&record)?, "shown in its folder", opened::show, tell),
        Act::Forget if store.forget(job).map_err(kept)? => Ok(()),
        Act::Forget => Err(Error::DownloadRuns(job.clone())),
    }
}

fn file(record: &Record) -> Result<PathBuf, Error> {
    let file = record.download.file.as_ref().map(PathBuf::from);
    file.filter(|file| file.is_file())
        .ok_or_else(|| Error::FileGone(record.download.file.clone().unwrap_or_default()))
}

/// Programs that open files may take as long as they are open.
fn at_leisure(
    file: PathBuf,
    done: &'static str,
    open: fn(&std::path::Path) -> io::Result<()>,
    tell: impl FnOnce(Error) + Send + 'static,
) -> Result<(), Error> {
    let work = move || {
        if let Err(source) = open(&file) {
            tell(Error::Download { what: format!("{} cannot be {done}", file.display()), source });
        }
    };
    std::thread::Builder::new()
        .spawn(work)
        .map(drop)
        .map_err(|source| Error::Download { what: "the file cannot be opened".to_owned(), source })
}
