//! The configuration as it is written: one struct for each table.
//!
//! `read.rs` fills them. Each is resolved in the file that is named for what it means.

use super::display::Display;
use super::on_expire::OnExpire;
use super::variables::Variables;
use env_file::Reader;
use log::LevelFilter;
use potbridge_sinks::redis::RedisUrl;
use potbridge_system::browser::Family;
use potbridge_system::subprocess::Subprocess;
use serde::Deserialize;
use std::path::PathBuf;

/// The whole file. `read.rs` reads the `[[sink]]` tables by themselves.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawConfig {
    #[serde(skip)]
    pub(super) sinks: Vec<RawSink>,
    pub(super) store: RawStore,
    pub(super) download: RawDownload,
    pub(super) serve: RawServe,
    pub(super) browser: RawBrowser,
    pub(super) on_demand: RawOnDemand,
    pub(super) log: RawLog,
    pub(super) private_windows: RawPrivateWindows,
    pub(super) extension_ids: Vec<String>,
}

/// `[store]`
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStore {
    pub(super) path: Option<PathBuf>,
}

/// `[download]`
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDownload {
    pub(super) dir: Option<PathBuf>,
    pub(super) yt_dlp: Option<PathBuf>,
    pub(super) ffmpeg: Option<PathBuf>,
    pub(super) js_runtime: Option<String>,
    pub(super) concurrent: Option<usize>,
    #[serde(default)]
    pub(super) extra_options: Vec<String>,
}

/// `[serve]`
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawServe {
    pub(super) listen: Option<String>,
    #[serde(default)]
    pub(super) hosts: Vec<String>,
    pub(super) version: Option<String>,
    #[serde(default)]
    pub(super) secret: bool,
}

/// `[browser]`
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBrowser {
    #[serde(default)]
    pub(super) own: bool,
    pub(super) family: Option<Family>,
    pub(super) program: Option<PathBuf>,
    pub(super) idle: Option<String>,
    #[serde(default)]
    pub(super) display: Display,
    pub(super) sandbox: Option<bool>,
    pub(super) extension: Option<PathBuf>,
    pub(super) proxy: Option<String>,
    #[serde(default)]
    pub(super) extra_args: Vec<String>,
}

/// `[on_demand]`
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOnDemand {
    pub(super) allow: Option<bool>,
}

/// `[log]`
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLog {
    pub(super) level: Option<LevelFilter>,
}

/// `[private_windows]`
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPrivateWindows {
    #[serde(default)]
    pub(super) deliver: bool,
}

/// A `[[sink]]`.
pub(super) struct RawSink {
    /// The line that it begins in, counted from 1.
    pub(super) line: Option<usize>,
    pub(super) common: RawCommon,
    pub(super) place: RawPlace,
}

/// The kinds of sinks.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    EnvFile,
    Keyring,
    Command,
    Redis,
}

/// The keys that every `[[sink]]` has.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCommon {
    pub(super) kind: Kind,
    pub(super) vars: Option<Variables>,
    pub(super) on_update: Option<Subprocess>,
    #[serde(default)]
    pub(super) on_expire: OnExpire,
}

/// The keys that a `[[sink]]` of one kind has.
pub(super) enum RawPlace {
    EnvFile(RawEnvFile),
    Keyring(RawKeyring),
    Command(RawCommand),
    Redis(RawRedis),
}

/// `kind = "env-file"`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEnvFile {
    pub(super) path: Option<PathBuf>,
    #[serde(default)]
    pub(super) allow_tracked: bool,
    pub(super) reader: Option<Reader>,
}

/// `kind = "keyring"`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawKeyring {
    pub(super) service: Option<String>,
}

/// `kind = "command"`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCommand {
    pub(super) command: Option<Subprocess>,
    pub(super) timeout: Option<u64>,
}

/// `kind = "redis"`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRedis {
    pub(super) url: Option<RedisUrl>,
    pub(super) password_file: Option<PathBuf>,
    pub(super) ca: Option<PathBuf>,
    pub(super) prefix: Option<String>,
    pub(super) channel: Option<String>,
}
