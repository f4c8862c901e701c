//! One run of yt-dlp, with its cookie file and its watchdog.

use super::job::DownloadJob;
use super::reporter::Reporter;
use super::stop::StopReason;
use crate::yt_dlp::cookie_file::CookieFile;
use crate::yt_dlp::failures::FailureKind;
use crate::yt_dlp::options::{Call, has_cookies};
use crate::yt_dlp::output::Line;
use crate::yt_dlp::printed::{Given, Printed};
use crate::yt_dlp::process::{Output, Process, ProcessEvent};
use crate::yt_dlp::version::old_version;
use crate::yt_dlp::watchdog::Watchdog;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

/// How long yt-dlp may take to name its version.
const VERSION: Duration = Duration::from_secs(10);

/// What yt-dlp printed beside its own lines, or why it failed.
pub(super) type Ended = Result<Printed, FailureKind>;

impl DownloadJob<'_> {
    /// Runs yt-dlp to its end, or until `take`, which gets every line of its own, has enough.
    ///
    /// # Errors
    /// Somebody cancelled the download, or what a run needs cannot be had.
    pub(super) fn run_yt_dlp(
        &mut self,
        call: Call,
        take: impl FnMut(&mut Reporter<'_>, Line) -> ControlFlow<()>,
    ) -> Result<Ended, StopReason> {
        let path = self.records.runtime_file(self.id(), "cookies");
        let mut watchdog = Watchdog::start(&path).map_err(|error| {
            StopReason::io("The process that cleans up after a download cannot be started", &error)
        })?;
        let cookies = has_cookies(&call);
        let _cookie_file =
            cookies.then(|| CookieFile::write(&path, &self.cookies)).transpose().map_err(|error| {
                StopReason::io(&format!("The cookie file {} cannot be written", path.display()), &error)
            })?;
        let (dir, proxy, log) = (self.dir.clone(), self.proxy.clone(), self.records.log(self.id()));
        let given = Given { cookies, proxy, dir, log };
        self.log.begin_printed(given.clone());
        let (arguments, options) = call;
        let process = match Process::start(&self.yt_dlp, &arguments, &options, &mut watchdog) {
            Ok(process) => process,
            Err(error) => return Ok(Err(FailureKind::not_started(&self.yt_dlp, &error, &given))),
        };
        drop(options);
        let ended = self.follow(process, take);
        watchdog.release();
        let exit = ended?;
        let printed = self.log.end_run(exit);
        if exit.success() {
            return Ok(Ok(printed));
        }
        let failure = FailureKind::of(&printed);
        if failure.may_be_of_old_version() && self.old_version.is_none() {
            let (program, times) = (self.yt_dlp.clone(), (VERSION, self.timing.poll));
            let old = old_version(&program, times, &mut watchdog, || self.check_cancelled().is_err());
            watchdog.release();
            self.check_cancelled()?;
            self.old_version = Some(old);
        }
        let old = self.old_version.clone().flatten().filter(|_| failure.may_be_of_old_version());
        Ok(Err(match old {
            Some(version) => failure.of_old_version(version),
            None => failure,
        }))
    }

    /// Follows yt-dlp until it ends, `take` has enough or somebody cancels the download. Ends what is left of it then.
    fn follow(
        &mut self,
        mut process: Process,
        mut take: impl FnMut(&mut Reporter<'_>, Line) -> ControlFlow<()>,
    ) -> Result<ExitStatus, StopReason> {
        let ended = loop {
            if let Err(stop) = self.check_cancelled() {
                break Err(stop);
            }
            match process.next(self.timing.poll) {
                Ok(Some(ProcessEvent::Line(text, output))) => match Line::of(&text) {
                    Line::Said(said) => self.log.take(&said),
                    // yt-dlp tells of its steps on standard error.
                    line if output == Output::Standard || matches!(line, Line::Processing { .. }) => {
                        if matches!(line, Line::Info { post_live: true, .. }) {
                            self.log.note_post_live();
                        }
                        if take(&mut self.reporter, line).is_break() {
                            break Ok(ExitStatus::default());
                        }
                    }
                    // An error's text may hold the words of others.
                    _ => self.log.take("(a line that only looks like one of yt-dlp's own)"),
                },
                Ok(Some(ProcessEvent::Ended(status))) => break Ok(status),
                Ok(None) => {}
                Err(error) => break Err(StopReason::io("It is not known how yt-dlp ended", &error)),
            }
        };
        process.end();
        ended
    }

    /// Where the cookies are while yt-dlp runs; `None` if the download has none.
    pub(super) fn cookie_file(&self) -> Option<PathBuf> {
        (!self.cookies.is_empty()).then(|| self.records.runtime_file(self.id(), "cookies"))
    }
}
