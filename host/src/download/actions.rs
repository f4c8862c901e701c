//! What a browser may request of downloads.

use super::job::Start;
use super::records::{Record, Records};
use super::{detached, open_file};
use crate::config::Config;
use crate::error::Error;
use potbridge_protocol::download::Action;
use potbridge_protocol::{Cookie, DownloadId, FromHost};
use potbridge_system::dirs::Dirs;
use std::io;
use std::path::PathBuf;

/// How many are listed: those that are remembered, and what runs besides.
const LISTED: usize = 60;

/// All downloads, as a message that says as well why none can be started, where that is so.
#[must_use]
pub fn list(records: &Records, dirs: &Dirs) -> FromHost {
    let place = || -> Result<PathBuf, Error> {
        let config = Config::load(&dirs.config)?;
        crate::yt_dlp::program::yt_dlp(&config.download)?;
        Ok(config.download.folder(&dirs.config)?)
    };
    let (problem, dir) = match place() {
        Ok(dir) => (None, dir.display().to_string()),
        Err(error) => (Some(error.problem()), String::new()),
    };
    let downloads = records.all().into_iter().take(LISTED).map(|record| record.download).collect();
    FromHost::Downloads { problem, dir, downloads }
}

/// Does something with a download. What takes its time is done in a thread of its own, which tells of a failure.
///
/// # Errors
/// Where it cannot be done.
pub fn act(
    records: &Records,
    job: &DownloadId,
    action: Action,
    cookies: Vec<Cookie>,
    tell: impl FnOnce(Error) + Send + 'static,
) -> Result<(), Error> {
    let record = records.read(job).ok_or_else(|| Error::NoSuchDownload(job.clone()))?;
    let kept = |source| Error::DownloadIo {
        what: format!("the list of downloads in {} cannot be kept", records.records().display()),
        source,
    };
    match action {
        // One that has ended meanwhile needs no end.
        Action::Cancel => records.cancel(job).map(drop).map_err(kept),
        Action::Retry => {
            let request = potbridge_protocol::DownloadRequest { cookies, ..record.request };
            detached::start(&Start { request, resume: Some(job.clone()) }).map(drop)
        }
        Action::Open => at_leisure(file(&record)?, "opened", open_file::open, tell),
        Action::Show => at_leisure(file(&record)?, "shown in its folder", open_file::show, tell),
        Action::Forget if records.forget(job).map_err(kept)? => Ok(()),
        Action::Forget => Err(Error::DownloadRuns(job.clone())),
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
            tell(Error::DownloadIo { what: format!("{} cannot be {done}", file.display()), source });
        }
    };
    std::thread::Builder::new()
        .spawn(work)
        .map(drop)
        .map_err(|source| Error::DownloadIo { what: "the file cannot be opened".to_owned(), source })
}
