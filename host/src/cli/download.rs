//! `potbridge download`

use super::output::{say, say_change, say_failure, say_success};
use crate::config::{Config, folder_argument};
use crate::download::detached::{StartAnswer, StartRequest};
use crate::download::job::DownloadJob;
use crate::download::timing::Timing;
use crate::error::Error;
use bar::Bar;
use clap::Args;
use potbridge_protocol::download::{DownloadState, Preset};
use potbridge_protocol::{self as protocol, Code, DownloadRequest, Problem, Session};
use potbridge_system::dirs::Dirs;
use potbridge_system::process_group;
use serde_json::json;
use std::cell::RefCell;
use std::io::{self, Read as _, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use target::Target;
use zeroize::Zeroizing;

mod bar;
mod target;

/// Download a video with yt-dlp and the token of that video
///
/// If the store has no token for it, or YouTube refuses it, a connected browser is asked for one. If that does not help,
/// the video is tried without a token. A download that was left unfinished is resumed. The path of each file is printed on
/// a line as soon as the file is whole.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  potbridge download dQw4w9WgXcQ --preset 720p
  potbridge download 'https://www.youtube.com/playlist?list=PL…' --playlist --dir ~/Videos")]
pub(super) struct Download {
    /// The video: its id, or the address of its page
    #[arg(value_name = "URL", required_unless_present = "from_host", allow_hyphen_values = true)]
    target: Option<String>,
    /// The form: best, 1080p, 720p, 480p, 360p or audio
    #[arg(long, default_value_t)]
    preset: Preset,
    /// Download the subtitles too
    #[arg(long)]
    subtitles: bool,
    /// Download the whole playlist that the address names
    #[arg(long)]
    playlist: bool,
    /// The folder for the file, instead of the configured one
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
    /// Print each change as a JSON object on a line; the last line is the result
    #[arg(long)]
    pub(super) json: bool,
    #[arg(long, hide = true)]
    from_host: bool,
}

impl Download {
    pub(super) fn run(self, stdout: &mut impl Write) -> Result<u8, Error> {
        let dirs = Dirs::of_environment()?;
        if self.from_host {
            return for_host(dirs, stdout).map(|()| 0);
        }
        let target = Target::parse(self.target.as_deref().unwrap_or_default(), self.playlist)?;
        let mut config = Config::load(&dirs.config)?;
        if let Some(dir) = self.dir {
            config.download.dir =
                Some(folder_argument(&dir).map_err(|why| Error::Problem(Problem::new(Code::Usage, why)))?);
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
        let start = StartRequest { request, resume: None };
        if self.json {
            for_program(start, dirs, config, stdout)
        } else {
            for_person(start, dirs, config, stdout)
        }
    }
}

/// Runs a download and prints each change and the result as JSON.
fn for_program(
    start: StartRequest,
    dirs: Dirs,
    config: Config,
    stdout: &mut impl Write,
) -> Result<u8, Error> {
    let mut files = Vec::new();
    let on_change = |download: &protocol::Download| {
        // Whoever read this may have seen enough. The download goes on.
        let _ = say_change(stdout, download);
    };
    let on_file = |file: &str| files.push(file.to_owned());
    let download = run(start, dirs, config, Box::new(on_change), Box::new(on_file))?;
    let mut left = json!(download);
    left["files"] = json!(files);
    match how_ended(&download) {
        Ok(()) => say_success(stdout, &left).map(|()| 0),
        Err(why) => say_failure(stdout, &why.problem(), &left).map(|()| why.exit_code()),
    }
}

/// Runs a download, shows it on standard error, and prints the path of each file as soon as the file is whole.
fn for_person(start: StartRequest, dirs: Dirs, config: Config, stdout: &mut impl Write) -> Result<u8, Error> {
    let bar = RefCell::new(Bar::new());
    let mut printed = Ok(());
    let on_change = |download: &protocol::Download| bar.borrow_mut().show(download);
    // Whoever read this may have seen enough. The download goes on.
    let on_file = |file: &str| {
        if printed.is_ok() {
            printed = bar.borrow().aside(|| say(stdout, file));
        }
    };
    let ended = run(start, dirs, config, Box::new(on_change), Box::new(on_file));
    bar.borrow().end();
    how_ended(&ended?)?;
    printed.map(|()| 0)
}

fn run<'a>(
    start: StartRequest,
    dirs: Dirs,
    config: Config,
    on_change: Box<dyn FnMut(&protocol::Download) + 'a>,
    on_file: Box<dyn FnMut(&str) + 'a>,
) -> Result<protocol::Download, Error> {
    let interrupted = interrupts();
    let is_interrupted = || interrupted.load(Ordering::Relaxed);
    DownloadJob::prepare(start, dirs, config, Timing::default(), on_change, &is_interrupted)?
        .on_file(on_file)
        .run()
}

/// Whether all is there that was asked for.
fn how_ended(download: &protocol::Download) -> Result<(), Error> {
    let is_loss = |notice: &&Problem| notice.code == Code::SomeFailed;
    match (download.state, &download.error, download.notices.iter().find(is_loss)) {
        (DownloadState::Cancelled, ..) => Err(Error::DownloadCancelled),
        (_, Some(problem), _) | (_, None, Some(problem)) => Err(Error::Problem(problem.clone())),
        (_, None, None) => Ok(()),
    }
}

/// Runs a download that the host asks for: answers it in one line, and goes on by itself.
fn for_host(dirs: Dirs, stdout: &mut impl Write) -> Result<(), Error> {
    process_group::lead_session();
    let interrupted = interrupts();
    let is_interrupted = || interrupted.load(Ordering::Relaxed);
    let mut input = Zeroizing::new(String::new());
    io::stdin()
        .read_to_string(&mut input)
        .map_err(|source| Error::Io { what: "the host's request cannot be read".to_owned(), source })?;
    let job = serde_json::from_str(&input)
        .map_err(|error| Error::DownloadIo {
            what: "the host's request is none for a download".to_owned(),
            source: io::Error::new(io::ErrorKind::InvalidInput, format!("{:?}", error.classify())),
        })
        .and_then(|start: StartRequest| {
            let config = Config::load(&dirs.config)?;
            DownloadJob::prepare(start, dirs, config, Timing::default(), Box::new(|_| {}), &is_interrupted)
        });
    drop(input);
    match job {
        Ok(job) => {
            say_change(stdout, &StartAnswer::Started(job.id().clone()))?;
            job.run().map(drop)
        }
        Err(error) => say_change(stdout, &StartAnswer::Failed(error.problem())),
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
