//! What `install` will write, decided before anything is changed.

use super::Places;
use super::yt_dlp::{self, YtDlp};
use crate::artifacts::{Artifacts, INSTALLED_EXTENSIONS, program};
use crate::browsers::Family;
use crate::bundle;
use crate::command_line::Install;
use crate::config_file::{Config, Sink};
use crate::env_file;
use crate::error::{Error, Named as _, Result};
use crate::native_manifest;
use crate::receipts::{Addition, Condition, Receipts, hash};
use crate::register::Registration;
use crate::yt_dlp_plugin;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

const PROGRAM_MODE: u32 = 0o755;
const FILE_MODE: u32 = 0o644;
const PRIVATE_MODE: u32 = 0o600;

/// One file to write.
pub(super) struct Planned {
    pub(super) path: PathBuf,
    pub(super) bytes: Vec<u8>,
    /// Of the bytes, in hexadecimal.
    pub(super) sha256: String,
    pub(super) mode: u32,
}

impl Planned {
    fn new(path: &Path, bytes: Vec<u8>, mode: u32) -> Self {
        Self { path: path.to_owned(), sha256: hash(&bytes), bytes, mode }
    }
}

/// Everything to write.
pub(super) struct Plan {
    /// In this order: the manifests last, so that none leads to a host that is not there.
    pub(super) files: Vec<Planned>,
    /// A configuration that is a person's, with what is added to it.
    pub(super) changed_config: Option<Planned>,
    pub(super) additions: Vec<Addition>,
    /// What tokens go to, where this run decided that.
    pub(super) sinks: Vec<String>,
    pub(super) yt_dlp: YtDlp,
}

impl Plan {
    pub(super) fn make(
        arguments: &Install,
        places: &Places,
        artifacts: &Artifacts,
        registrations: &[Registration],
        receipts: &Receipts,
    ) -> Result<Self> {
        let mut plan = Self {
            files: Vec::new(),
            changed_config: None,
            additions: Vec::new(),
            sinks: Vec::new(),
            yt_dlp: YtDlp::Missing,
        };
        plan.add_programs(artifacts, places, receipts)?;
        plan.add_extensions(artifacts, places)?;
        plan.add_yt_dlp_plugin(arguments, places, receipts)?;
        let ids = plan.add_config(arguments, &places.config, receipts)?;
        let host = places.programs.join(program("potbridge"));
        for registration in registrations {
            let text = native_manifest::text(registration.family, &host, &ids)?;
            plan.add(&registration.file, text.into_bytes(), FILE_MODE);
        }
        Ok(plan)
    }

    /// All folders that the files need, and the receipts.
    pub(super) fn folders(&self, receipts: &Path) -> Vec<PathBuf> {
        let mut folders: Vec<_> = self
            .files
            .iter()
            .map(|file| file.path.as_path())
            .chain([receipts])
            .filter_map(Path::parent)
            .map(Path::to_owned)
            .collect();
        folders.sort();
        folders.dedup();
        folders
    }

    /// Files of the extension that an earlier version had and this one has not.
    pub(super) fn stale(&self, receipts: &Receipts, places: &Places) -> Vec<PathBuf> {
        let extensions = places.data.join(INSTALLED_EXTENSIONS);
        receipts
            .files
            .iter()
            .map(|file| &file.path)
            .filter(|path| path.starts_with(&extensions))
            .filter(|path| !self.files.iter().any(|file| file.path == **path))
            .cloned()
            .collect()
    }

    fn add(&mut self, path: &Path, bytes: Vec<u8>, mode: u32) {
        self.files.push(Planned::new(path, bytes, mode));
    }

    fn add_programs(&mut self, artifacts: &Artifacts, places: &Places, receipts: &Receipts) -> Result<()> {
        for (name, from) in [("potbridge", &artifacts.host), ("potbridge-setup", &artifacts.setup)] {
            let bytes = fs::read(from).named("read", from)?;
            let to = places.programs.join(program(name));
            // A program of that name may be somebody else's; our other files have names of our own.
            if receipts.of(&to).is_none() && fs::read(&to).is_ok_and(|there| there != bytes) {
                return Err(Error::InTheWay(to));
            }
            self.add(&to, bytes, PROGRAM_MODE);
        }
        Ok(())
    }

    fn add_extensions(&mut self, artifacts: &Artifacts, places: &Places) -> Result<()> {
        for family in Family::ALL {
            let to = places.data.join(INSTALLED_EXTENSIONS).join(family.name());
            for (from, name) in bundle::files(&artifacts.extension(family))? {
                let bytes = fs::read(&from).named("read", &from)?;
                self.add(&to.join(name), bytes, FILE_MODE);
            }
        }
        Ok(())
    }

    /// Where it is asked for; and where an earlier `install` put it and nobody changed it, so that it stays as new as
    /// the program that it asks.
    fn add_yt_dlp_plugin(&mut self, arguments: &Install, places: &Places, receipts: &Receipts) -> Result<()> {
        let path = &places.yt_dlp_plugin;
        let wanted = arguments.yt_dlp_plugin
            || match receipts.of(path) {
                Some(receipt) => receipt.condition()? == Condition::AsMade,
                None => false,
            };
        if wanted {
            self.add(path, yt_dlp_plugin::archive()?, FILE_MODE);
        }
        Ok(())
    }

    /// Decides what the configuration becomes; gives the ids of other extensions it lets in.
    fn add_config(&mut self, arguments: &Install, path: &Path, receipts: &Receipts) -> Result<Vec<String>> {
        let existing = match fs::read_to_string(path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(error).named("read", path),
        };
        let mut config = match &existing {
            Some(text) => Config::parse(path, text)?,
            None => Config::new(path),
        };
        let mut additions = Vec::new();
        let wanted = match &arguments.env_file {
            Some(file) => Some(file.as_path()),
            None => (!config.has_a_sink() && !arguments.keyring).then_some(Path::new(".env")),
        };
        let addition = || Addition { config: path.to_owned(), ..Addition::default() };
        if let Some(file) = wanted {
            let file = env_file::absolute(file)?;
            let text = file.to_str().ok_or_else(|| Error::NotUtf8(file.clone()))?.to_owned();
            if config.add_sink(Sink::EnvFile(&text))? {
                additions.push(Addition { env_file: Some(text.clone()), ..addition() });
            }
            self.sinks.push(text);
        }
        if arguments.keyring {
            if config.add_sink(Sink::Keyring)? {
                additions.push(Addition { keyring: true, ..addition() });
            }
            self.sinks.push("the keyring".to_owned());
        }
        for id in &arguments.extension_id {
            if config.add_extension_id(id)? {
                additions.push(Addition { extension_id: Some(id.clone()), ..addition() });
            }
        }
        self.yt_dlp = yt_dlp::decide(&config, path, receipts)?;
        if let YtDlp::Found(program) = &self.yt_dlp {
            let download_table = !config.has_downloads() || receipts.made_download_table(path);
            config.set_yt_dlp(program)?;
            additions.push(Addition { yt_dlp: Some(program.clone()), download_table, ..addition() });
        }
        let ids = config.extension_ids();
        let Some(text) = existing else {
            self.add(path, config.text_with_head().into_bytes(), PRIVATE_MODE);
            return Ok(ids);
        };
        let ours = match receipts.of(path) {
            Some(receipt) => receipt.condition()? == Condition::AsMade,
            None => false,
        };
        if ours {
            let text = if additions.is_empty() { text } else { config.text() };
            self.add(path, text.into_bytes(), PRIVATE_MODE);
        } else if !additions.is_empty() {
            let mode = fs::metadata(path).named("read", path)?.permissions().mode() & 0o777;
            self.changed_config = Some(Planned::new(path, config.text().into_bytes(), mode));
            self.additions = additions;
        }
        Ok(ids)
    }
}
