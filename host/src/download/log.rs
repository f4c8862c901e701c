//! What yt-dlp prints in a download, without the secrets that it was given.

use crate::yt_dlp::printed::{Given, Printed};
use crate::yt_dlp::secrets::Secrets;
use potbridge_protocol::Capture;
use potbridge_system::dirs::open_private;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitStatus;

/// How much is kept in the file, in bytes. `-v` prints a lot, and nobody reads more.
const MOST: usize = 256 * 1024;

pub(super) struct Log {
    file: File,
    written: usize,
    secrets: Secrets,
    printed: Printed,
}

impl Log {
    /// Empties the file, or makes one that only its owner may read.
    pub(super) fn begin(path: &Path, secrets: Secrets) -> io::Result<Self> {
        let file = open_private(path)?;
        file.set_len(0)?;
        Ok(Self { file, written: 0, secrets, printed: Printed::default() })
    }

    /// Masks these tokens from now on.
    pub(super) fn begin_run(&mut self, captures: &[Capture]) {
        self.secrets.begin_run(captures);
    }

    /// Begins a run of yt-dlp that is given this.
    pub(super) fn begin_printed(&mut self, given: Given) {
        self.printed = Printed::new(given);
    }

    /// Takes a line, and masks the secrets in it.
    pub(super) fn take(&mut self, line: &str) {
        let line = self.secrets.masked(line);
        self.written += line.len();
        if self.written < MOST {
            // The reason for a failure is found even if the file cannot be written.
            if let Err(error) = writeln!(self.file, "{line}") {
                log::warn!("what yt-dlp prints is not kept any more: {error}");
                self.written = MOST;
            }
        }
        self.printed.take(line);
    }

    /// Notes that the video is a broadcast that has just ended.
    pub(super) fn note_post_live(&mut self) {
        self.printed.post_live = true;
    }

    /// What the run printed that ended so.
    pub(super) fn end_run(&mut self, exit: ExitStatus) -> Printed {
        self.printed.exit = Some(exit);
        std::mem::take(&mut self.printed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::capture;
    use std::fs;

    #[test]
    fn secrets_are_masked_in_the_file_and_in_the_lines() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        fs::write(&path, "from the run before").unwrap();
        let cookie = serde_json::json!({
            "name": "SID", "value": "s3cr3t-value", "domain": ".youtube.com", "path": "/", "secure": true, "http_only": true,
        });
        let secrets = Secrets::of(&[serde_json::from_value(cookie).unwrap()], &[]);
        let mut log = Log::begin(&path, secrets).unwrap();
        let capture = capture(1, "dQw4w9WgXcQ", 0);
        let token = capture.token.expose().to_owned();
        log.begin_run(&[capture]);
        log.begin_printed(Given::default());
        log.take(&format!("a {token} b s3cr3t-value c"));
        let file = fs::read_to_string(path).unwrap();
        for text in [file, log.end_run(ExitStatus::default()).others().collect()] {
            assert!(text.starts_with("a ") && text.trim_end().ends_with(" c"), "{text}");
            assert!(!text.contains(&token) && !text.contains("s3cr3t"), "{text}");
        }
    }

    #[test]
    fn each_run_has_its_own_lines() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut log = Log::begin(&path, Secrets::default()).unwrap();
        log.take("of the run before");
        log.note_post_live();
        log.begin_printed(Given { cookies: true, ..Given::default() });
        log.take("ERROR: of this run");
        let printed = log.end_run(ExitStatus::default());
        assert_eq!((printed.others().count(), printed.errors().count()), (0, 1));
        assert!(!printed.post_live && printed.given.cookies);
        assert_eq!(fs::read_to_string(path).unwrap().lines().count(), 2);
    }
}
