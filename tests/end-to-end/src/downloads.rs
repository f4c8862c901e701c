//! Downloads from a local YouTube, without a browser: potbridge with everything in a folder of its own, and real yt-dlp.

use crate::trial::artifacts;
use potbridge_protocol::PoToken;
use potbridge_stand_in::{Conduct, Received, RequestKind, Scenario, StandIn};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Lines, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A potbridge, and the YouTube that its downloads come from.
pub struct Downloads {
    /// The local YouTube.
    pub stand_in: StandIn,
    place: TempDir,
}

impl Downloads {
    /// From the scenario `download`.
    #[must_use]
    pub fn new() -> Self {
        Self::of(Scenario::named("download").unwrap())
    }

    /// From the scenario `download`, with this conduct.
    #[must_use]
    pub fn with(conduct: Conduct) -> Self {
        let downloads = Self::new();
        downloads.stand_in.set(conduct);
        downloads
    }

    /// From a scenario.
    #[must_use]
    pub fn of(scenario: Scenario) -> Self {
        let downloads = Self { stand_in: StandIn::start(scenario).unwrap(), place: TempDir::new().unwrap() };
        downloads.configure("", &[]);
        downloads
    }

    /// Writes the configuration: more lines of `[download]`, and more of yt-dlp's options.
    pub fn configure(&self, more: &str, options: &[&str]) {
        std::fs::write(
            self.path("config.toml"),
            format!("{}\n{more}\n", table(&self.stand_in, &self.dir(), options)),
        )
        .unwrap();
    }

    /// The id of a video of the scenario.
    #[must_use]
    pub fn video(&self, number: usize) -> String {
        let scenario = Scenario::named("download").unwrap();
        scenario.videos[number].id.clone()
    }

    /// Puts a token for a video on the shelf, which the media server takes for a right one.
    #[must_use]
    pub fn put_right(&self, video: &str) -> String {
        let token = self.put(video);
        self.stand_in.accept(&token, video);
        token
    }

    /// Puts a token for a video on the shelf, which the media server does not know.
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
        assert!(put.wait().unwrap().success());
        token
    }

    /// The folder that downloads go to.
    #[must_use]
    pub fn dir(&self) -> PathBuf {
        self.path("Downloads")
    }

    /// A file of this place's own.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    /// A command of `potbridge` on this place's folders.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&artifacts().host);
        command
            .args(arguments)
            .env("POTBRIDGE_CONFIG", self.path("config.toml"))
            .env("POTBRIDGE_STATE_DIR", self.path("state"))
            .env("POTBRIDGE_RUNTIME_DIR", self.path("run"))
            // No plugins and no cache of whoever runs the tests.
            .env("HOME", self.place.path())
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("XDG_CACHE_HOME")
            .stdin(Stdio::null());
        command
    }

    /// `potbridge download`, to its end.
    #[must_use]
    pub fn download(&self, arguments: &[&str]) -> Ended {
        Ended::of(&self.command(&[&["download", "--json"], arguments].concat()).output().unwrap())
    }

    /// `potbridge download`, left running.
    #[must_use]
    pub fn start(&self, arguments: &[&str]) -> Child {
        self.command(&[&["download", "--json"], arguments].concat())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// The processes that belong to this place, by their environment: potbridge's, yt-dlp's, ffmpeg's.
    #[must_use]
    pub fn processes(&self) -> Vec<u32> {
        let mark = format!("POTBRIDGE_STATE_DIR={}", self.path("state").display());
        running().filter(|pid| has(format!("/proc/{pid}/environ"), &mark)).collect()
    }

    /// Waits until none of them is left.
    #[track_caller]
    pub fn wait_until_alone(&self, limit: Duration) {
        let end = Instant::now() + limit;
        while let Some(pid) = self.processes().first() {
            let command = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            assert!(Instant::now() < end, "still there after {limit:?}: {}", command.replace('\0', " "));
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The requests for media that were given what they asked for.
    #[must_use]
    pub fn given(&self) -> Vec<Received> {
        given(&self.stand_in)
    }
}

impl Default for Downloads {
    fn default() -> Self {
        Self::new()
    }
}

/// The requests for media that a stand-in gave what they asked for.
#[must_use]
pub fn given(stand_in: &StandIn) -> Vec<Received> {
    let mut all = stand_in.received();
    all.retain(|request| {
        request.kind == RequestKind::Download
            && request.download.is_some_and(|download| download.refused.is_none())
    });
    all
}

/// The configuration's table of downloads: from a stand-in, into a folder.
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
    /// What it told of itself, in order.
    pub told: Vec<Value>,
    /// What it said to people.
    pub stderr: String,
}

impl Ended {
    /// Reads it from an output.
    #[must_use]
    pub fn of(output: &Output) -> Self {
        let lines = String::from_utf8(output.stdout.clone()).unwrap();
        Self {
            code: output.status.code(),
            told: lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
            stderr: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }

    /// The last thing that it told.
    ///
    /// # Panics
    /// Where it told nothing.
    #[must_use]
    pub fn last(&self) -> &Value {
        self.told.last().unwrap_or_else(|| panic!("it told nothing, and said: {}", self.stderr))
    }

    /// The file, where it ended well.
    #[track_caller]
    #[must_use]
    pub fn file(&self) -> PathBuf {
        assert_eq!((self.code, self.last()["state"].as_str()), (Some(0), Some("done")), "{self:?}");
        PathBuf::from(self.last()["file"].as_str().unwrap())
    }

    /// The code of why it failed.
    #[track_caller]
    #[must_use]
    pub fn error(&self) -> &str {
        self.last()["error"]["code"].as_str().unwrap_or_else(|| panic!("it did not fail: {self:?}"))
    }
}

/// What a running `potbridge download --json` tells, as it does.
pub struct Told {
    lines: Lines<BufReader<ChildStdout>>,
}

impl Told {
    /// Takes its standard output.
    #[must_use]
    pub fn of(download: &mut Child) -> Self {
        Self { lines: BufReader::new(download.stdout.take().unwrap()).lines() }
    }

    /// The first that is wanted.
    ///
    /// # Panics
    /// Where the download ends without it.
    #[track_caller]
    pub fn wait_for(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut last = Value::Null;
        for line in self.lines.by_ref() {
            last = serde_json::from_str(&line.unwrap()).unwrap();
            if wanted(&last) {
                return last;
            }
        }
        panic!("it ended without: {last}")
    }
}

/// All processes of the machine that still run.
pub fn running() -> impl Iterator<Item = u32> {
    let pids = std::fs::read_dir("/proc").unwrap().flatten();
    let pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    // One that only waits for its parent to take note of its end does nothing any more.
    pids.filter(|pid: &u32| {
        std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
    })
}

/// Whether a file can be read and holds a text.
#[must_use]
pub fn has(file: impl AsRef<Path>, text: &str) -> bool {
    std::fs::read(file).is_ok_and(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

/// Whether a file holds just these formats of a video, whatever the container.
///
/// # Panics
/// Where ffmpeg is missing, or cannot read it.
#[must_use]
pub fn holds(file: &Path, stand_in: &StandIn, video: &str, formats: &[u32]) -> bool {
    let folder = TempDir::new().unwrap();
    let parts = formats.iter().flat_map(|format| {
        let part = folder.path().join(format.to_string());
        std::fs::write(&part, stand_in.media(video, *format)).unwrap();
        streams(&part)
    });
    streams(file) == parts.collect::<Vec<_>>()
}

/// The digests of a file's streams.
fn streams(file: &Path) -> Vec<String> {
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-loglevel", "error", "-i"])
        .arg(file)
        .args(["-map", "0", "-c", "copy", "-f", "streamhash", "-hash", "sha256", "-"])
        .output()
        .expect("ffmpeg is on the PATH");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // `0,v,SHA256=…`: the number of the stream says nothing.
    let lines = String::from_utf8(output.stdout).unwrap();
    lines.lines().filter_map(|line| line.split_once(',')).map(|(_, digest)| digest.to_owned()).collect()
}

/// A random token in the shape of one that is bound to a video.
#[must_use]
pub fn random_token() -> String {
    let mut bytes = [0; 85];
    std::fs::File::open("/dev/urandom").unwrap().read_exact(&mut bytes).unwrap();
    bytes[..2].copy_from_slice(&[0x32, 83]);
    PoToken::from_bytes(&bytes).unwrap().expose().to_owned()
}
