//! One attempt to have yt-dlp fetch a video, and the files that come of it.

use super::files::WorkFolder;
use super::job::DownloadJob;
use super::present::{self, Present};
use super::stop::StopReason;
use super::yt_dlp_run::Ended;
use crate::config::extra_options;
use crate::yt_dlp::failures::FailureKind;
use crate::yt_dlp::helpers;
use crate::yt_dlp::options::{Options, Subtitles, WRITES_SUBTITLES};
use crate::yt_dlp::output::{Line, Name};
use crate::yt_dlp::printed::Printed;
use crate::yt_dlp::progress::{Step, VideoProgress};
use crate::yt_dlp::subtitles;
use potbridge_protocol::download::DownloadState;
use potbridge_protocol::youtube::watch_page;
use potbridge_protocol::{Capture, Code, Problem, VideoId};
use std::io::{self, ErrorKind};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// What yt-dlp is given in an attempt.
#[derive(Clone, Copy)]
pub(super) struct Attempt<'a> {
    /// The tokens in the arguments, which are masked.
    pub(super) captures: &'a [Capture],
    pub(super) extractor_args: &'a str,
    pub(super) with_cookies: bool,
    /// Whether yt-dlp may ask our plugin for tokens that it lacks.
    pub(super) may_ask: bool,
    /// Says, if it must not go on from what other attempts have left, where it loads to.
    pub(super) apart: Option<&'static str>,
}

/// A run of yt-dlp.
struct Run {
    ended: Ended,
    /// The files that are whole, and what they are called after.
    files: Vec<(PathBuf, Option<Name>)>,
    /// Whether yt-dlp chose something that it would load.
    chose: bool,
}

impl Run {
    fn has_file(&self) -> bool {
        self.files.iter().any(|(file, _)| file.is_file())
    }
}

impl DownloadJob<'_> {
    /// Whether the video is there in the form that is wanted, which only a file of sound tells by its name.
    pub(super) fn is_there(&mut self, video_id: &VideoId) -> Result<bool, StopReason> {
        if self.request.subtitles || !self.is_of_sound() {
            return Ok(false);
        }
        let present = self.present(video_id)?;
        let found = present::nearest(&present, self.request.preset);
        if let Some(found) = found {
            self.finish(&found.path);
        }
        Ok(found.is_some())
    }

    /// Has yt-dlp fetch a video. If yt-dlp fails, says why.
    pub(super) fn fetch_with(
        &mut self,
        video_id: &VideoId,
        attempt: Attempt<'_>,
    ) -> Result<Result<(), FailureKind>, StopReason> {
        self.change(|download| (download.state, download.file) = (DownloadState::Starting, None));
        self.log.begin_run(attempt.captures);
        let present = self.present(video_id)?;
        let is_of_sound = self.is_of_sound();
        if let Some(found) = present::nearest(&present, self.request.preset).filter(|_| is_of_sound) {
            return self.fetch_beside(video_id, attempt, found).map(Ok);
        }
        let wanted = if self.request.subtitles { Subtitles::Beside } else { Subtitles::AsConfigured };
        let mut run = self.run_for(video_id, attempt, wanted, &present)?;
        let is_of_subtitles = |failure: &FailureKind| failure.code() == Code::SubtitlesMissing;
        if let Some(failure) = run.ended.as_ref().err().filter(|failure| is_of_subtitles(failure)) {
            self.notice(failure.problem(Some(video_id)));
            run = self.run_for(video_id, attempt, Subtitles::Never, &present)?;
        }
        let printed = match run.ended {
            Ok(_) if run.files.is_empty() && !run.chose && !present.is_empty() => {
                let found = present::nearest(&present, self.request.preset).unwrap_or(&present[0]);
                return self.fetch_beside(video_id, attempt, found).map(Ok);
            }
            Ok(ref printed) => printed,
            // What the option is for: the file counts, and not what was to be done to it besides.
            Err(ref failure)
                if extra_options::ignores_errors(&self.config.extra_options) && run.has_file() =>
            {
                self.notice(failure.problem(Some(video_id)));
                &Printed::default()
            }
            // yt-dlp tells of a file when all was done to it, so it was something beside it.
            Err(ref failure) if self.wants_subtitles() && run.has_file() => {
                let why = failure.message(Some(video_id));
                let message = format!("The video is there, some of its subtitles are not: {why}");
                self.notice(Problem::new(Code::SubtitlesMissing, message));
                &Printed::default()
            }
            Err(failure) => {
                self.work_folder(video_id, attempt.apart).remove_if_empty();
                return Ok(Err(failure));
            }
        };
        if !self.move_out(video_id, attempt, &run)? {
            return Ok(Err(FailureKind::without_file(printed)));
        }
        self.tell_of_subtitles(video_id, printed);
        Ok(Ok(()))
    }

    /// Ends with a file that is there already, and fetches the subtitles that it lacks.
    fn fetch_beside(
        &mut self,
        video_id: &VideoId,
        attempt: Attempt<'_>,
        found: &Present,
    ) -> Result<(), StopReason> {
        let work = self.work_folder(video_id, attempt.apart);
        if self.request.subtitles {
            let run = self.run_for(video_id, attempt, Subtitles::Alone, &[])?;
            work.move_beside(&found.path);
            match run.ended {
                Ok(printed) => self.tell_of_subtitles(video_id, &printed),
                Err(failure) => {
                    let Problem { message, hint, .. } = failure.problem(Some(video_id));
                    let message =
                        format!("The video was there already, its subtitles were not loaded: {message}");
                    self.notice(Problem { code: Code::SubtitlesMissing, message, hint });
                }
            }
        }
        work.remove();
        self.finish(&found.path);
        Ok(())
    }

    /// Whether subtitles are asked for, here or by the configuration.
    fn wants_subtitles(&self) -> bool {
        self.request.subtitles || extra_options::has(&self.config.extra_options, &WRITES_SUBTITLES)
    }

    /// Runs yt-dlp once.
    fn run_for(
        &mut self,
        video_id: &VideoId,
        attempt: Attempt<'_>,
        subtitles: Subtitles,
        present: &[Present],
    ) -> Result<Run, StopReason> {
        let page = watch_page(video_id, self.request.music);
        let cookies = self.cookie_file().filter(|_| attempt.with_cookies);
        let heights: Vec<u32> = present.iter().filter_map(|found| found.height).collect();
        let call = Options {
            page: &page,
            preset: self.request.preset,
            subtitles,
            dir: self.work_folder(video_id, attempt.apart).path(),
            present: &heights,
            extractor_args: attempt.extractor_args,
            cookies: cookies.as_deref(),
            plugin: self.plugin.as_ref().filter(|_| attempt.may_ask),
            helpers: &helpers::options(&self.config),
            extra: &self.config.extra_options,
        }
        .build();
        let mut progress = VideoProgress::new();
        let (mut files, mut name, mut chose) = (Vec::new(), None, false);
        let ended = self.run_yt_dlp(call, |reporter, line| {
            progress.take(&line);
            reporter.change(|download| {
                match line {
                    Line::Info { title, parts, .. } => {
                        chose |= !parts.is_empty();
                        download.title = Some(title);
                    }
                    Line::Name(found) => name = Some(found),
                    Line::Progress(_) if progress.has_begun() => download.state = DownloadState::Downloading,
                    Line::Processing { .. } if matches!(progress.step(), Step::Processing(_)) => {
                        download.state = DownloadState::Processing;
                    }
                    Line::File(path) => files.push((path, name.clone())),
                    _ => {}
                }
                if progress.has_begun() {
                    download.progress = progress.now();
                }
            });
            ControlFlow::Continue(())
        })?;
        Ok(Run { ended, files, chose })
    }

    /// Moves the files of a run into the folder for downloads. Says whether there are any.
    fn move_out(&mut self, video_id: &VideoId, attempt: Attempt<'_>, run: &Run) -> Result<bool, StopReason> {
        let work = self.work_folder(video_id, attempt.apart);
        let sound = self.is_of_sound();
        let keep_parts = extra_options::has(&self.config.extra_options, &["keep-video"]);
        let mut last: Option<PathBuf> = None;
        let mut all_moved = true;
        for (file, name) in run.files.iter().filter(|(file, _)| file.is_file()) {
            let title = || self.reporter.download().title.clone().unwrap_or_default();
            let name = name.clone().unwrap_or_else(|| Name { title: title(), height: None });
            if let Some(path) = &last {
                // The last one is told when the download ends.
                (self.on_file)(&path.display().to_string());
            }
            // A file elsewhere is where it is meant to be.
            let is_here = file.parent() == Some(work.path());
            all_moved &= is_here;
            last = Some(if is_here {
                work.move_out(file, &name, sound, keep_parts)
                    .map_err(|error| self.cannot_move(file, &error))?
            } else {
                file.clone()
            });
        }
        let Some(file) = last else { return Ok(false) };
        // Else one may be in there by another spelling of its path.
        if all_moved {
            work.remove();
        }
        self.finish(&file);
        Ok(true)
    }

    fn cannot_move(&self, file: &Path, error: &io::Error) -> StopReason {
        let code = match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Code::DiskFull,
            ErrorKind::InvalidFilename => Code::NameTooLong,
            _ => Code::CannotWrite,
        };
        let message = format!(
            "{} is whole, but it cannot be moved to {}: {error}.",
            file.display(),
            self.dir.display()
        );
        StopReason::failed(code, message)
    }

    /// Tells of subtitles that yt-dlp could not load.
    fn tell_of_subtitles(&mut self, video_id: &VideoId, printed: &Printed) {
        if let Some(which) = subtitles::missing(printed) {
            let message = format!("The video is there, some of its subtitles are not: {which}.");
            let hint = "Start the download again later: it loads only the subtitles then.";
            self.notice(Problem::new(Code::SubtitlesMissing, message).with_hint(hint));
        } else if self.request.subtitles && FailureKind::lacks_subtitles(printed) {
            let message = format!(
                "The video is there, its subtitles are not: yt-dlp had no token that YouTube accepts for those of {video_id}."
            );
            self.notice(Problem::new(Code::SubtitlesMissing, message));
        }
    }

    fn finish(&mut self, file: &Path) {
        self.change(|download| download.file = Some(file.display().to_string()));
    }

    /// Whether it brings sound alone.
    fn is_of_sound(&self) -> bool {
        present::is_of_sound(self.request.preset, &self.config.extra_options)
    }

    fn present(&self, video_id: &VideoId) -> Result<Vec<Present>, StopReason> {
        present::find(&self.dir, video_id, self.request.preset, &self.config.extra_options).map_err(|error| {
            let message = format!("The folder {} cannot be read: {error}.", self.dir.display());
            let hint = "Let this user read it, or name another folder in download.dir.";
            StopReason::Failed(Problem::new(Code::CannotRead, message).with_hint(hint))
        })
    }

    /// The folder that yt-dlp works in, or one `apart`.
    pub(super) fn work_folder<'v>(&self, video_id: &'v VideoId, apart: Option<&str>) -> WorkFolder<'v> {
        WorkFolder::new(&self.dir, video_id, self.request.preset, apart)
    }
}
