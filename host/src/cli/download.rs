//! `potbridge download`

use super::output::{say, say_change, say_success};
use crate::config::Config;
use crate::download::detached::Began;
use crate::download::job::{Job, Start};
use crate::download::target::Target;
use crate::error::Error;
use bar::Bar;
use clap::Args;
use potbridge_protocol::download::{DownloadState, Preset};
use potbridge_protocol::{DownloadRequest, Session};
use potbridge_system::dirs::Dirs;
use std::io::{self, Read as _, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use zeroize::Zeroizing;

mod bar;

/// Downloads a video with yt-dlp and the token of that video.
///
/// Where the store has no token for it, or YouTube refuses it, a connected browser is asked for one. What an earlier
/// download left unfinished is gone on with. The path of the file is printed at the end.
#[derive(Debug, Args)]
pub(super) struct Download {
    /// The video: its id, or the address of its page
    #[arg(value_name = "URL", required_unless_present = "from_host", allow_hyphen_values = true)]
    target: Option<String>,
    /// best, 1080p, 720p, 480p, 360p or audio
    #[arg(long, default_value_t)]
    preset: Preset,
    /// With the video's subtitles
    #[arg(long)]
    subtitles: bool,
    /// The whole playlist that the address names
    #[arg(long)]
    playlist: bool,
    /// The folder to put it in, where it is not that of the configuration
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
    /// Print how it stands as JSON, a line for each change, the last one at the end
    #[arg(long)]
    pub(super) json: bool,
    #[arg(long, hide = true)]
    from_host: bool,
}

impl Download {
    pub(super) fn run(self, stdout: &mut impl Write) -> Result<(), Error> {
        let dirs = Dirs::of_environment()?;
        if self.from_host {
            return for_host(dirs, stdout);
        }
        let target = Target::parse(self.target.as_deref().unwrap_or_default(), self.playlist)?;
        let mut config = Config::load(&dirs.config)?;
        if let Some(dir) = self.dir {
            let failed =
                |source| Error::DownloadIo { what: format!("there is no folder {}", dir.display()), source };
            config.download.dir = Some(std::path::absolute(&dir).map_err(failed)?);
        }
        let request = DownloadRequest {
            video_id: target.video,
            list_id: target.playlist,
            music: target.music,
            preset: self.preset,
            subtitles: self.subtitles,
            session: Session::default(),
            cookies: Vec::new(),
        };
        let job = Job::prepare(Start { request, resume: None }, dirs, config)?;
        let interrupted = interrupts();
        let ends = || interrupted.load(Ordering::Relaxed);
        let download = if self.json {
            job.run(
                |download| {
                    // Whoever read this may have seen enough; the download goes on.
                    let _ = say_change(stdout, download);
                },
                &ends,
            )?
        } else {
            let mut bar = Bar::new();
            let download = job.run(|download| bar.show(download), &ends)?;
            bar.end();
            download
        };
        match (download.state, &download.error) {
            (DownloadState::Cancelled, _) => Err(Error::DownloadCancelled),
            (_, Some(problem)) => Err(Error::Problem(problem.clone())),
            _ if self.json => say_success(stdout, &download),
            _ => say(stdout, download.file.unwrap_or_default()),
        }
    }
}

/// What the host started: says what came of it in a line, and goes on by itself.
fn for_host(dirs: Dirs, stdout: &mut impl Write) -> Result<(), Error> {
    // It fails where this process leads a group already, which nothing that a host starts does.
    #[cfg(unix)]
    let _ = rustix::process::setsid();
    let mut input = Zeroizing::new(String::new());
    io::stdin()
        .read_to_string(&mut input)
        .map_err(|source| Error::Io { what: "what the host said cannot be read".to_owned(), source })?;
    let job = serde_json::from_str(&input)
        .map_err(|error| Error::DownloadIo {
            what: "what the host said is no download".to_owned(),
            source: io::Error::new(io::ErrorKind::InvalidInput, format!("{:?}", error.classify())),
        })
        .and_then(|start: Start| {
            let config = Config::load(&dirs.config)?;
            Job::prepare(start, dirs, config)
        });
    drop(input);
    match job {
        Ok(job) => {
            say_change(stdout, &Began::Job(job.name().clone()))?;
            let interrupted = interrupts();
            job.run(|_| {}, &|| interrupted.load(Ordering::Relaxed)).map(drop)
        }
        Err(error) => say_change(stdout, &Began::Failed(error.problem())),
    }
}

/// Becomes true when this process is asked to end.
fn interrupts() -> Arc<AtomicBool> {
    let interrupted = Arc::new(AtomicBool::new(false));
    #[cfg(unix)]
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM, signal_hook::consts::SIGHUP] {
        // It fails for no signal that may be caught.
        let _ = signal_hook::flag::register(signal, Arc::clone(&interrupted));
    }
    interrupted
}
