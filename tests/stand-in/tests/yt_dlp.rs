//! Real yt-dlp: the program on the PATH, with a stand-in as its proxy.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use potbridge_stand_in::{Scenario, StandIn};
use tempfile::TempDir;

use crate::client::random_token;

/// The seconds after which `timeout` ends a yt-dlp that hangs.
const LIMIT: &str = "120";

/// A stand-in, one of its videos, a right token for that video, and a folder for downloads.
pub struct Trial {
    pub stand_in: StandIn,
    pub video_id: String,
    pub token: String,
    pub folder: TempDir,
}

/// A yt-dlp that loads SABR media.
const WITH_SABR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../sabr/yt-dlp-sabr");

/// How yt-dlp ended.
#[derive(Debug)]
pub struct Ended {
    pub success: bool,
    pub stdout: String,
    /// Warnings and errors
    pub stderr: String,
}

impl Trial {
    pub fn new() -> Self {
        Self::of(Scenario::named("download").unwrap())
    }

    pub fn of(scenario: Scenario) -> Self {
        let video_id = scenario.videos[0].id.clone();
        let stand_in = StandIn::start(scenario).unwrap();
        let token = random_token();
        stand_in.accept_token(&token, &video_id);
        Self { stand_in, video_id, token, folder: tempfile::tempdir().unwrap() }
    }

    /// The extractor argument that a download with this token has: the client that takes it stands first.
    pub fn with_token(token: &str) -> String {
        format!(
            "youtube:player_client=mweb,default;po_token=mweb.gvs+{token},web.gvs+{token},web.subs+{token},mweb.subs+{token}"
        )
    }

    /// Runs yt-dlp as this client, without a token.
    pub fn as_client(&self, client: &str, options: &[&str]) -> Ended {
        self.run(&format!("youtube:player_client={client}"), options, &self.watch_url())
    }

    /// Runs yt-dlp with the trial's token and these options.
    pub fn download(&self, options: &[&str]) -> Ended {
        self.run(&Self::with_token(&self.token), options, &self.watch_url())
    }

    pub fn watch_url(&self) -> String {
        format!("https://www.youtube.com/watch?v={}", self.video_id)
    }

    /// Runs yt-dlp with this extractor argument and these options to its end.
    pub fn run(&self, extractor_args: &str, options: &[&str], url: &str) -> Ended {
        self.run_program("yt-dlp", extractor_args, options, url)
    }

    /// The same for a yt-dlp that loads SABR media.
    pub fn run_with_sabr(&self, extractor_args: &str, options: &[&str]) -> Ended {
        self.run_program(WITH_SABR, extractor_args, options, &self.watch_url())
    }

    fn run_program(&self, program: &str, extractor_args: &str, options: &[&str], url: &str) -> Ended {
        let mut command = self.command(program, extractor_args, options, url);
        let output = command.output().expect("yt-dlp is on the PATH");
        Ended {
            success: output.status.success(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Starts yt-dlp with the trial's token.
    pub fn start(&self, options: &[&str]) -> Child {
        self.command("yt-dlp", &Self::with_token(&self.token), options, &self.watch_url()).spawn().unwrap()
    }

    fn command(&self, program: &str, extractor_args: &str, options: &[&str], url: &str) -> Command {
        let mut command = Command::new("timeout");
        command
            .args([LIMIT, program, "--ignore-config"])
            .args(["--proxy", &format!("http://{}", self.stand_in.address()), "--no-check-certificates"])
            .args(["--extractor-args", extractor_args])
            .args(options)
            .args(["--", url])
            .current_dir(self.folder.path())
            // Without the cache and the plugins of the person who runs the tests.
            .env("HOME", self.folder.path())
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("XDG_CACHE_HOME")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// The files with this extension in the folder.
    pub fn files(&self, extension: &str) -> Vec<PathBuf> {
        let entries = self.folder.path().read_dir().unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<PathBuf> =
            entries.filter(|path| path.extension().is_some_and(|own| own == extension)).collect();
        files.sort();
        files
    }

    pub fn only_file(&self, extension: &str) -> PathBuf {
        let files = self.files(extension);
        assert_eq!(files.len(), 1, "{files:?}");
        files.into_iter().next().unwrap()
    }
}

/// The digests of a file's streams, which do not depend on its container.
pub fn stream_digests(file: &Path) -> Vec<String> {
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-loglevel", "error", "-i"])
        .arg(file)
        .args(["-map", "0", "-c", "copy", "-f", "streamhash", "-hash", "sha256", "-"])
        .output()
        .expect("ffmpeg is on the PATH");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    // `0,v,SHA256=…`: the stream's number does not matter.
    lines.lines().map(|line| line.split_once(',').unwrap().1.to_owned()).collect()
}
