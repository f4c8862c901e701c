//! Downloads from a local YouTube, without a browser: potbridge with everything in a folder of its own, and real yt-dlp.

use crate::process::{holds_text, lines, output, output_of, running, wait};
use crate::setup::artifacts;
use crate::trial::LIMIT;
use potbridge_protocol::PoToken;
use potbridge_stand_in::{DownloadRules, Received, RequestKind, Scenario, StandIn};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A potbridge, and the YouTube that it downloads from.
pub struct Downloads {
    /// The local YouTube.
    pub stand_in: StandIn,
    folder: TempDir,
}

impl Downloads {
    /// With the scenario `download`.
    #[must_use]
    pub fn new() -> Self {
        Self::of(Scenario::named("download").unwrap())
    }

    /// With the scenario `download` and these rules.
    #[must_use]
    pub fn with(rules: DownloadRules) -> Self {
        let downloads = Self::new();
        downloads.stand_in.set_rules(rules);
        downloads
    }

    /// With a scenario.
    #[must_use]
    pub fn of(scenario: Scenario) -> Self {
        let downloads = Self { stand_in: StandIn::start(scenario).unwrap(), folder: TempDir::new().unwrap() };
        downloads.configure("", &[]);
        downloads
    }

    /// Writes the configuration, with more lines of `[download]` and more options of yt-dlp.
    pub fn configure(&self, more: &str, options: &[&str]) {
        std::fs::write(
            self.path("config.toml"),
            format!("{}\n{more}\n", table(&self.stand_in, &self.dir(), options)),
        )
        .unwrap();
    }

    /// The id of a video of the scenario `download`.
    #[must_use]
    pub fn video(&self, number: usize) -> String {
        video(number)
    }

    /// Stores a token for a video that the media server accepts.
    #[must_use]
    pub fn put_right(&self, video: &str) -> String {
        let token = self.put(video);
        self.stand_in.accept_token(&token, video);
        token
    }

    /// Stores a token for a video that the media server does not know.
    #[must_use]
    pub fn put(&self, video: &str) -> String {
        let token = random_token();
        let mut put = self
            .command(&["put", "--video", video])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        put.stdin.take().unwrap().write_all(token.as_bytes()).unwrap();
        assert!(wait(&mut put).success());
        token
    }

    /// The folder of the downloads.
    #[must_use]
    pub fn dir(&self) -> PathBuf {
        self.path("Downloads")
    }

    /// A file in this potbridge's folder.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A command of this potbridge.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&artifacts().host);
        command
            .args(arguments)
            .env("POTBRIDGE_CONFIG", self.path("config.toml"))
            .env("POTBRIDGE_STATE_DIR", self.path("state"))
            .env("POTBRIDGE_RUNTIME_DIR", self.path("run"))
            // Without the plugins and the cache of the person who runs the tests.
            .env("HOME", self.folder.path())
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("XDG_CACHE_HOME")
            .stdin(Stdio::null());
        command
    }

    /// Runs a command of this potbridge to its end.
    #[track_caller]
    #[must_use]
    pub fn potbridge(&self, arguments: &[&str]) -> Output {
        output_of(&mut self.command(arguments))
    }

    /// Runs `potbridge download --json` to its end.
    #[track_caller]
    #[must_use]
    pub fn download(&self, arguments: &[&str]) -> Ended {
        Ended::of(&self.potbridge(&[&["download", "--json"], arguments].concat()))
    }

    /// Starts `potbridge download --json`.
    #[must_use]
    pub fn start(&self, arguments: &[&str]) -> Child {
        self.command(&[&["download", "--json"], arguments].concat())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Starts a download as the host does. Returns its process and its id.
    ///
    /// # Panics
    /// If it cannot be started.
    #[must_use]
    pub fn start_as_host(&self, request: &Value) -> (Child, String) {
        let mut download = self
            .command(&["download", "--from-host"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let start = json!({ "request": request }).to_string();
        download.stdin.take().unwrap().write_all(start.as_bytes()).unwrap();
        let began = Updates::of(&mut download).next();
        (download, began["started"].as_str().unwrap_or_else(|| panic!("{began}")).to_owned())
    }

    /// The processes of this potbridge (its own, yt-dlp's, ffmpeg's), found by their environment.
    #[must_use]
    pub fn processes(&self) -> Vec<u32> {
        let mark = format!("POTBRIDGE_STATE_DIR={}", self.path("state").display());
        running().filter(|pid| holds_text(format!("/proc/{pid}/environ"), &mark)).collect()
    }

    /// Waits until none of its processes is left.
    #[track_caller]
    pub fn wait_until_alone(&self, limit: Duration) {
        let end = Instant::now() + limit;
        while let Some(pid) = self.processes().first() {
            let command = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            assert!(Instant::now() < end, "still running after {limit:?}: {}", command.replace('\0', " "));
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The requests for media that were granted.
    #[must_use]
    pub fn granted(&self) -> Vec<Received> {
        granted(&self.stand_in)
    }
}

impl Default for Downloads {
    fn default() -> Self {
        Self::new()
    }
}

/// The id of a video of the scenario `download`.
#[must_use]
pub fn video(number: usize) -> String {
    Scenario::named("download").unwrap().videos[number].id.clone()
}

/// The requests for media that a stand-in granted.
#[must_use]
pub fn granted(stand_in: &StandIn) -> Vec<Received> {
    let mut all = stand_in.received();
    all.retain(|request| {
        request.kind == RequestKind::Download
            && request.download.is_some_and(|download| download.refused.is_none())
    });
    all
}

/// The configuration's table `[download]`: from a stand-in, into a folder.
#[must_use]
pub fn table(stand_in: &StandIn, dir: &Path, options: &[&str]) -> String {
    let proxy = format!("http://{}", stand_in.address());
    let options = [&["--proxy", &proxy, "--no-check-certificates"], options].concat();
    format!("[download]\ndir = {dir:?}\nextra_options = {options:?}")
}

/// How a `potbridge download --json` ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code.
    pub code: Option<i32>,
    /// The changes that it told, a JSON object a line.
    pub lines: Vec<Value>,
    /// The JSON object on the last line: the result.
    pub result: Value,
    /// Its standard error.
    pub stderr: String,
}

impl Ended {
    /// Takes the output of one that was started.
    #[track_caller]
    #[must_use]
    pub fn of_child(download: Child) -> Self {
        Self::of(&output(download))
    }

    fn of(output: &Output) -> Self {
        let stderr = String::from_utf8(output.stderr.clone()).unwrap();
        let stdout = String::from_utf8(output.stdout.clone()).unwrap();
        let mut lines: Vec<Value> = stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let result = lines.pop().unwrap_or_else(|| panic!("no result on standard output: {stderr}"));
        assert!(result["ok"].is_boolean(), "{result}");
        Self { code: output.status.code(), lines, result, stderr }
    }

    /// The last change.
    ///
    /// # Panics
    /// If there is none.
    #[track_caller]
    #[must_use]
    pub fn last(&self) -> &Value {
        self.lines.last().unwrap_or_else(|| panic!("it told no change: {self:?}"))
    }

    /// The file of a download that succeeded.
    #[track_caller]
    #[must_use]
    pub fn file(&self) -> PathBuf {
        assert_eq!((self.code, &self.result["ok"]), (Some(0), &Value::Bool(true)), "{self:?}");
        assert_eq!(self.result["state"], "done", "{self:?}");
        PathBuf::from(self.result["file"].as_str().unwrap())
    }

    /// The error code of a download that failed.
    #[track_caller]
    #[must_use]
    pub fn error(&self) -> &str {
        assert_eq!(self.result["ok"], false, "{self:?}");
        self.result["code"].as_str().unwrap_or_else(|| panic!("it has no code: {self:?}"))
    }
}

/// The JSON lines of a running `potbridge download --json`.
pub struct Updates {
    lines: Receiver<String>,
}

impl Updates {
    /// Takes its standard output.
    #[must_use]
    pub fn of(download: &mut Child) -> Self {
        Self { lines: lines(download.stdout.take().unwrap()) }
    }

    /// The next line.
    ///
    /// # Panics
    /// If none comes.
    #[track_caller]
    pub fn next(&self) -> Value {
        serde_json::from_str(&self.lines.recv_timeout(LIMIT).expect("the download says no more")).unwrap()
    }

    /// The first wanted line.
    ///
    /// # Panics
    /// If it does not come.
    #[track_caller]
    pub fn wait_for(&self, wanted: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + LIMIT;
        loop {
            let update = self.next();
            if wanted(&update) {
                return update;
            }
            assert!(Instant::now() < end, "it did not come within {LIMIT:?}; the last was {update}");
        }
    }
}

/// A random token in the shape of one that is bound to a video.
#[must_use]
pub fn random_token() -> String {
    let mut bytes = [0; 85];
    std::fs::File::open("/dev/urandom").unwrap().read_exact(&mut bytes).unwrap();
    bytes[..2].copy_from_slice(&[0x32, 83]);
    PoToken::from_bytes(&bytes).unwrap().expose().to_owned()
}
