//! `install`: puts everything in its place, with a receipt for each thing made.

mod plan;
mod yt_dlp;

use crate::artifacts::Artifacts;
use crate::browsers::Family;
use crate::command_line::Install;
use crate::config_file;
use crate::error::{Error, Named as _, Result};
use crate::native_manifest;
use crate::progress::Step;
use crate::receipts::{self, Condition, Receipts};
use crate::register::{self, Registration};
use crate::replace::replace;
use crate::yt_dlp_plugin;
use plan::Plan;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Where things go.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    /// The programs: on Linux `~/.local/bin`.
    pub(crate) programs: PathBuf,
    /// The platform's data folder.
    pub(crate) data: PathBuf,
    /// The host's configuration.
    pub(crate) config: PathBuf,
    /// The plugin for yt-dlp.
    pub(crate) yt_dlp_plugin: PathBuf,
}

impl Places {
    pub(crate) fn of_this_person() -> Result<Self> {
        let unknown = || Error::Missing { what: "the home folder".to_owned(), hint: "set HOME".to_owned() };
        Ok(Self {
            // Windows and macOS have no such folder of their own.
            programs: dirs::executable_dir()
                .or_else(|| Some(dirs::home_dir()?.join(".local/bin")))
                .ok_or_else(unknown)?,
            data: dirs::data_dir().ok_or_else(unknown)?,
            config: config_file::place().ok_or_else(unknown)?,
            yt_dlp_plugin: yt_dlp_plugin::place().ok_or_else(unknown)?,
        })
    }
}

/// Installs, or brings an installation up to date.
///
/// # Errors
/// Before anything is changed: wrong names, no browser, a file in the way, a configuration that
/// cannot be read. Later: what the system refuses; what was made by then has its receipt.
pub fn run(arguments: &Install, out: &mut dyn Write) -> Result<()> {
    for id in &arguments.extension_id {
        native_manifest::family_of_id(id)?;
    }
    let registrations = register::plan(&arguments.browser, arguments.manifest_dir.as_deref())?;
    let places = Places::of_this_person()?;
    let receipts_path = receipts::place(&places.data);
    let mut receipts = Receipts::read(&receipts_path)?;
    let artifacts = Artifacts::prepare()?;
    let plan = Plan::make(arguments, &places, &artifacts, &registrations, &receipts)?;

    {
        let _step = Step::start("putting potbridge in its places");
        let stale = plan.stale(&receipts, &places);
        carry_out(&plan, &mut receipts, &receipts_path)?;
        remove_stale(&stale, &mut receipts, &receipts_path)?;
    }
    report(&plan, &registrations, &places, out).named("write to", Path::new("stdout"))
}

fn carry_out(plan: &Plan, receipts: &mut Receipts, receipts_path: &Path) -> Result<()> {
    let folders = plan.folders(receipts_path);
    for folder in &folders {
        receipts.expect_folder(folder);
    }
    // The receipts' own folder is the one thing made before they can be written.
    if let Some(folder) = receipts_path.parent() {
        fs::create_dir_all(folder).named("make the folder", folder)?;
    }
    for file in &plan.files {
        receipts.expect(&file.path, &file.sha256);
    }
    for addition in &plan.additions {
        receipts.add(addition.clone());
    }
    receipts.write(receipts_path)?;

    for folder in &folders {
        fs::create_dir_all(folder).named("make the folder", folder)?;
    }
    for file in &plan.files {
        replace(&file.path, &file.bytes, file.mode)?;
    }
    if let Some(config) = &plan.changed_config {
        replace(&config.path, &config.bytes, config.mode)?;
    }

    for file in &plan.files {
        receipts.confirm(&file.path, &file.sha256);
    }
    receipts.write(receipts_path)
}

/// Files of the version before that this one has no more.
fn remove_stale(stale: &[PathBuf], receipts: &mut Receipts, receipts_path: &Path) -> Result<()> {
    for path in stale {
        let Some(receipt) = receipts.of(path) else {
            continue;
        };
        if receipt.condition()? == Condition::AsMade {
            fs::remove_file(path).named("remove", path)?;
        }
    }
    receipts.files.retain(|file| !stale.contains(&file.path));
    receipts.write(receipts_path)
}

fn report(
    plan: &Plan,
    registrations: &[Registration],
    places: &Places,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let programs = places.programs.display();
    writeln!(out, "potbridge and potbridge-setup are in {programs}")?;
    let config = places.config.display();
    if plan.sinks.is_empty() {
        writeln!(out, "tokens go where {config} says")?;
    }
    for sink in &plan.sinks {
        writeln!(out, "tokens go to {sink} (see {config})")?;
    }
    writeln!(out, "{}", plan.yt_dlp.in_words(&config.to_string()))?;
    if plan.files.iter().any(|file| file.path == places.yt_dlp_plugin) {
        let plugin = places.yt_dlp_plugin.display();
        writeln!(out, "yt-dlp asks potbridge for tokens, by {plugin}; `yt-dlp -v URL` lists its provider")?;
    }
    for registration in registrations {
        writeln!(out, "registered with {}: {}", registration.browser, registration.file.display())?;
    }
    let on_path = std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder == places.programs));
    if !on_path {
        writeln!(out, "{programs} is not on your PATH; add it, to call potbridge by its name")?;
    }
    writeln!(out, "\nNow load the extension:")?;
    let extension =
        |family: Family| places.data.join(crate::artifacts::INSTALLED_EXTENSIONS).join(family.name());
    if registrations.iter().any(|one| one.family == Family::Chromium) {
        writeln!(
            out,
            "- Chromium, Chrome: open chrome://extensions, switch on Developer mode, choose \
             \"Load unpacked\" and this folder:\n    {}",
            extension(Family::Chromium).display()
        )?;
    }
    if registrations.iter().any(|one| one.family == Family::Firefox) {
        writeln!(
            out,
            "- Firefox: open about:debugging#/runtime/this-firefox, choose \"Load Temporary \
             Add-on\" and this file:\n    {}\n  A release of Firefox forgets it when it is closed: \
             load it again then.",
            extension(Family::Firefox).join(crate::manifest::FILE).display()
        )?;
    }
    writeln!(out, "\n`potbridge-setup uninstall` takes everything away again.")
}
