//! What a browser may do with the downloads of this machine.

use super::detached::{self, StartRequest};
use super::open_file;
use super::records::{Record, Records};
use crate::config::Config;
use crate::error::Error;
use potbridge_protocol::download::Action;
use potbridge_protocol::{Cookie, Download, DownloadId, DownloadRequest, FromHost};
use potbridge_system::dirs::Dirs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;

/// How many are listed: those that are remembered, and those that run.
const LISTED: usize = 60;

/// How many bytes of notices are listed: a browser takes a message of 1 MiB, and a playlist can have 50 long notices.
const NOTICE_BYTES: usize = 256 * 1024;

/// All downloads, as a message. It says as well why none can be started, if that is so.
#[must_use]
pub fn list(records: &Records, dirs: &Dirs) -> FromHost {
    let folder = || -> Result<PathBuf, Error> {
        let config = Config::load(&dirs.config)?;
        config.download.check(&dirs.config)?;
        crate::yt_dlp::program::yt_dlp(&config.download)?;
        Ok(config.download.folder(&dirs.config)?)
    };
    let all = records.all().map_err(|source| Error::DownloadIo {
        what: format!("the list of downloads in {} cannot be read", records.folder().display()),
        source,
    });
    let (dir, not_ready) = match folder() {
        Ok(dir) => (dir.display().to_string(), None),
        Err(error) => (String::new(), Some(error.problem())),
    };
    let problem = all.as_ref().err().map(Error::problem).or(not_ready);
    let all = all.unwrap_or_default().into_iter();
    let mut downloads: Vec<_> = all.take(LISTED).map(|record| record.download).collect();
    leave_out_notices(&mut downloads, NOTICE_BYTES);
    FromHost::Downloads { problem, dir, downloads }
}

/// Leaves out the notices that are more than `room` bytes, those of the last downloads first.
fn leave_out_notices(downloads: &mut [Download], mut room: usize) {
    for notices in downloads.iter_mut().map(|download| &mut download.notices) {
        notices.retain(|notice| {
            let bytes = notice.message.len() + notice.hint.as_ref().map_or(0, String::len);
            let fits = bytes <= room;
            room = if fits { room - bytes } else { 0 };
            fits
        });
    }
}

/// Does something with a download.
///
/// Opening a file takes as long as the program that opens it, so a thread of its own does it. If that fails,
/// `on_failure` gets the error.
///
/// # Errors
/// There is no such download, or it cannot be done.
pub fn act(
    records: &Records,
    id: &DownloadId,
    action: Action,
    cookies: Vec<Cookie>,
    on_failure: impl FnOnce(Error) + Send + 'static,
) -> Result<(), Error> {
    let record = records.read(id).ok_or_else(|| Error::NoSuchDownload(id.clone()))?;
    let not_kept = |source| Error::DownloadIo {
        what: format!("the list of downloads in {} cannot be kept", records.folder().display()),
        source,
    };
    match action {
        // A download that has ended meanwhile needs no end.
        Action::Cancel => records.cancel(id).map(drop).map_err(not_kept),
        Action::Retry => {
            let request = DownloadRequest { cookies, ..record.request };
            detached::start(&StartRequest { request, resume: Some(id.clone()) }).map(drop)
        }
        Action::Open => in_background(file_of(&record)?, "opened", open_file::open, on_failure),
        Action::Show => in_background(file_of(&record)?, "shown in its folder", open_file::show, on_failure),
        Action::Forget if records.forget(id).map_err(not_kept)? => Ok(()),
        Action::Forget => Err(Error::DownloadRuns(id.clone())),
    }
}

fn file_of(record: &Record) -> Result<PathBuf, Error> {
    let file = record.download.file.as_ref().map(PathBuf::from);
    file.filter(|file| file.is_file())
        .ok_or_else(|| Error::FileGone(record.download.file.clone().unwrap_or_default()))
}

fn in_background(
    file: PathBuf,
    done: &'static str,
    open: fn(&Path) -> io::Result<()>,
    on_failure: impl FnOnce(Error) + Send + 'static,
) -> Result<(), Error> {
    let work = move || {
        if let Err(source) = open(&file) {
            on_failure(Error::DownloadIo { what: format!("{} cannot be {done}", file.display()), source });
        }
    };
    thread::Builder::new()
        .spawn(work)
        .map(drop)
        .map_err(|source| Error::DownloadIo { what: "the file cannot be opened".to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::download::records::tests::{record, records};
    use potbridge_protocol::download::DownloadState;
    use potbridge_protocol::{Code, Problem, frame};

    #[test]
    fn many_downloads_with_many_notices_fit_into_a_message() {
        let folder = tempfile::tempdir().unwrap();
        let records = records(folder.path());
        for at in 0..LISTED as u64 {
            let mut record = record(&format!("{at}"), DownloadState::Done, at);
            record.download.notices =
                (0..50).map(|_| Problem::new(Code::SubtitlesMissing, "ü".repeat(500))).collect();
            records.write(&record).unwrap();
        }
        let at = |name| folder.path().join(name);
        let dirs = Dirs { config: at("config.toml"), state: at("state"), runtime: at("runtime") };
        let message = list(&records, &dirs);
        frame::write(&mut Vec::new(), &message).unwrap();
        let FromHost::Downloads { downloads, .. } = message else { panic!("another message") };
        let notices: Vec<usize> = downloads.iter().map(|download| download.notices.len()).collect();
        assert_eq!((notices.len(), notices[0], notices[LISTED - 1]), (LISTED, 50, 0));
    }
}
