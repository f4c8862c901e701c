//! A yt-dlp that loads SABR media, with potbridge's plugin.

use crate::downloads::Downloads;
use crate::setup::artifacts;
use potbridge_stand_in::StandIn;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The program. It takes what yt-dlp takes.
pub const YT_DLP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../sabr/yt-dlp-sabr");

/// A run of it for the sound of a video, into a folder. `environment` is that of the potbridge that its plugin asks.
///
/// The client `web` is given media by SABR only.
#[must_use]
pub fn run(stand_in: &StandIn, video: &str, folder: &Path, environment: &Command) -> Command {
    let plugins = folder.join("plugins");
    std::fs::create_dir_all(&plugins).unwrap();
    std::fs::write(plugins.join("potbridge.zip"), potbridge_bundler::yt_dlp_plugin::archive().unwrap())
        .unwrap();
    let mut command = Command::new(YT_DLP);
    command
        .args(["--ignore-config", "--no-check-certificates", "--fixup", "never", "--format", "140-sabr"])
        .args(["--proxy", &format!("http://{}", stand_in.address())])
        .args(["--plugin-dirs", plugins.to_str().unwrap()])
        .args(["--extractor-args", "youtube:player_client=web"])
        .args(["--extractor-args", &format!("youtubepot-potbridge:program={}", artifacts().host.display())])
        .args(["--output", "%(id)s.m4a", "--", &format!("https://www.youtube.com/watch?v={video}")])
        .current_dir(folder)
        .env("HOME", folder)
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("XDG_CACHE_HOME")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for (name, value) in environment.get_envs() {
        if let Some(value) = value.filter(|_| name != "HOME") {
            command.env(name, value);
        }
    }
    command
}

impl Downloads {
    /// A run for the sound of a video, whose plugin asks this potbridge. And the file that it will make.
    #[must_use]
    pub fn run_with_sabr(&self, video: &str) -> (Command, PathBuf) {
        let command = run(&self.stand_in, video, &self.path(""), &self.command(&[]));
        (command, self.path(&format!("{video}.m4a")))
    }
}
