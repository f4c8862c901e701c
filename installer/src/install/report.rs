//! What `install` tells the person.

use crate::install::paths::InstallPaths;
use crate::install::plan::InstallPlan;
use crate::registration::Registration;
use potbridge_browser::Family;
use std::io::{self, Write};
use std::{env, path::Path};

/// Writes what was installed, and how to load the extension.
pub(crate) fn write(
    plan: &InstallPlan,
    registrations: &[Registration],
    paths: &InstallPaths,
    out: &mut dyn Write,
) -> io::Result<()> {
    let config = paths.config.display();
    writeln!(out, "potbridge and potbridge-setup are in {}", paths.programs.display())?;
    if plan.sinks.is_empty() {
        writeln!(out, "tokens go to the sinks in {config}")?;
    }
    for sink in &plan.sinks {
        writeln!(out, "tokens go to {sink} (see {config})")?;
    }
    writeln!(out, "{}", plan.yt_dlp.in_words(&config.to_string()))?;
    if plan.files.iter().any(|file| file.path == paths.yt_dlp_plugin) {
        let plugin = paths.yt_dlp_plugin.display();
        writeln!(out, "yt-dlp asks potbridge for tokens, by {plugin}; `yt-dlp -v URL` lists its provider")?;
    }
    for registration in registrations {
        writeln!(out, "registered with {}: {}", registration.browser, registration.file.display())?;
    }
    if !is_on_path(&paths.programs) {
        let programs = paths.programs.display();
        writeln!(out, "{programs} is not on your PATH; add it, to call potbridge by its name")?;
    }
    extensions(registrations, paths, out)?;
    writeln!(out, "\n`potbridge-setup uninstall` removes everything again.")
}

fn extensions(registrations: &[Registration], paths: &InstallPaths, out: &mut dyn Write) -> io::Result<()> {
    let has = |family| registrations.iter().any(|one| one.family == family);
    writeln!(out, "\nNow load the extension:")?;
    if has(Family::Chromium) {
        writeln!(
            out,
            "- Chromium, Chrome: open chrome://extensions, switch on Developer mode, choose \"Load unpacked\" and this \
             folder:\n    {}",
            paths.extension(Family::Chromium).display()
        )?;
    }
    if has(Family::Firefox) {
        writeln!(
            out,
            "- Firefox: open about:debugging#/runtime/this-firefox, choose \"Load Temporary Add-on\" and this file:\n    \
             {}\n  Firefox forgets it when it is closed. Load it again then.",
            paths.extension(Family::Firefox).join("manifest.json").display()
        )?;
    }
    Ok(())
}

fn is_on_path(folder: &Path) -> bool {
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|entry| entry == folder))
}
