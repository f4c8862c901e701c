//! What `install` tells the person, and with `--json` a program.

use crate::install::config::OnDemand;
use crate::install::paths::InstallPaths;
use crate::install::plan::InstallPlan;
use crate::install::programs::Program;
use crate::outcome::{BrowserOutcome, Outcome};
use potbridge_browser::Family;
use potbridge_protocol::Problem;
use potbridge_system::browser::extension::PACKED_FOR_FIREFOX;
use serde::Serialize;
use std::collections::HashSet;
use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The command that changes whether programs may have videos opened.
const ALLOW: &str = "potbridge config set on_demand.allow";

/// What was done, and what stands in the way of the rest.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) host: HostReport,
    /// The host's configuration. Absent if it was installed for all users.
    #[serde(skip_serializing_if = "Option::is_none")]
    config: Option<PathBuf>,
    /// Where tokens go, of what was asked for now.
    places: Vec<String>,
    /// Whether the configuration has a place for tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    has_a_place: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    yt_dlp: Option<Program>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ffmpeg: Option<Program>,
    #[serde(skip_serializing_if = "Option::is_none")]
    js_runtime: Option<Program>,
    /// The plugin in yt-dlp's folder, if `install` put it there.
    #[serde(skip_serializing_if = "Option::is_none")]
    yt_dlp_plugin: Option<PathBuf>,
    /// What became of the consent that programs may have videos opened, if the plugin was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) on_demand: Option<OnDemand>,
    pub(crate) browsers: Vec<BrowserOutcome>,
    extensions: Extensions,
    pub(crate) notes: Vec<String>,
}

/// The installed host.
#[derive(Debug, Serialize)]
pub(crate) struct HostReport {
    pub(crate) program: PathBuf,
    /// What it says, if it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
    /// Why it does not run, or gives no hello.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<Problem>,
}

#[derive(Debug, Serialize)]
struct Extensions {
    chromium: PathBuf,
    firefox: PathBuf,
}

impl Report {
    /// What the plan says, before any browser.
    pub(crate) fn new(plan: &InstallPlan, paths: &InstallPaths) -> Self {
        let programs = plan.config.as_ref().map(|config| config.programs.clone());
        let notes = if is_on_path(&paths.programs) {
            Vec::new()
        } else {
            let programs = paths.programs.display();
            vec![format!("{programs} is not on your PATH; add it, to call potbridge by its name")]
        };
        Self {
            host: HostReport { program: paths.host(), version: None, problem: None },
            config: paths.own.as_ref().map(|own| own.config.clone()),
            places: plan.config.as_ref().map_or_else(Vec::new, |config| config.sinks.clone()),
            has_a_place: plan.config.as_ref().map(|config| config.has_a_sink),
            yt_dlp: programs.as_ref().map(|all| all.yt_dlp.clone()),
            ffmpeg: programs.as_ref().and_then(|all| all.ffmpeg.clone()),
            js_runtime: programs.and_then(|all| all.js_runtime),
            yt_dlp_plugin: plan.writes(&paths.yt_dlp_plugin).then(|| paths.yt_dlp_plugin.clone()),
            on_demand: None,
            browsers: Vec::new(),
            extensions: Extensions {
                chromium: paths.extension(Family::Chromium),
                firefox: paths.extension(Family::Firefox),
            },
            notes,
        }
    }

    /// Writes what was installed, and how to load the extension.
    pub(crate) fn write(&self, is_shared: bool, out: &mut dyn Write) -> io::Result<()> {
        let programs = self.host.program.parent().unwrap_or(Path::new("/")).display();
        if is_shared {
            writeln!(out, "potbridge and potbridge-setup are in {programs}, for all users")?;
        } else {
            writeln!(out, "potbridge and potbridge-setup are in {programs}")?;
        }
        self.write_places(out)?;
        self.write_downloads(out)?;
        for browser in &self.browsers {
            writeln!(out, "{}", in_words(browser))?;
        }
        for note in &self.notes {
            writeln!(out, "{note}")?;
        }
        self.write_extensions(out)?;
        let all_users = if self.config.is_none() { "sudo " } else { "" };
        let system = if self.config.is_none() { " --system" } else { "" };
        writeln!(out, "\n`{all_users}potbridge-setup uninstall{system}` removes everything again.")
    }

    fn write_places(&self, out: &mut dyn Write) -> io::Result<()> {
        let Some(config) = &self.config else {
            return writeln!(
                out,
                "each user names a place for tokens: potbridge-setup install --env-file FILE"
            );
        };
        let config = config.display();
        for place in &self.places {
            writeln!(out, "tokens go to {place} (see {config})")?;
        }
        match self.has_a_place {
            Some(true) if self.places.is_empty() => writeln!(out, "tokens go where {config} says"),
            Some(false) => writeln!(
                out,
                "tokens go nowhere yet: name the .env file of your backend with `potbridge-setup install --env-file FILE`, or \
                 copy them from the popup"
            ),
            _ => Ok(()),
        }
    }

    fn write_downloads(&self, out: &mut dyn Write) -> io::Result<()> {
        let said = |what: &str, program: &Option<Program>| {
            let Program { program, version, problem, .. } = program.as_ref()?;
            let version = version.as_ref().map_or_else(String::new, |version| format!(" ({version})"));
            Some(match (problem, program) {
                // It is used all the same.
                (Some(problem), Some(program)) if !version.is_empty() => {
                    format!("{what} {program}{version}\n{}", problem.in_full())
                }
                (Some(problem), _) => problem.in_full(),
                (None, Some(program)) => format!("{what} {program}{version}"),
                (None, None) => return None,
            })
        };
        let lines = [
            said("downloads use", &self.yt_dlp),
            said("downloads use", &self.ffmpeg),
            said("yt-dlp solves YouTube's puzzles with", &self.js_runtime),
        ];
        for line in lines.into_iter().flatten() {
            writeln!(out, "{line}")?;
        }
        if let Some(plugin) = &self.yt_dlp_plugin {
            let plugin = plugin.display();
            writeln!(
                out,
                "yt-dlp asks potbridge for tokens, by {plugin}; `yt-dlp -v URL` lists its provider\n\
                 For that your browser plays the videos for some seconds: they may show in its watch history"
            )?;
        }
        self.write_consent(out)
    }

    /// Whether the browser does so unasked, in a line.
    fn write_consent(&self, out: &mut dyn Write) -> io::Result<()> {
        let config = match (&self.config, &self.yt_dlp_plugin) {
            (Some(config), _) => config.display(),
            (None, Some(_)) => {
                return writeln!(
                    out,
                    "each user's browser asks for leave first, or that user runs `{ALLOW} true`"
                );
            }
            (None, None) => return Ok(()),
        };
        match self.on_demand {
            Some(OnDemand::Allowed | OnDemand::AllowedBefore) => {
                writeln!(
                    out,
                    "{config} lets it do so for every program that asks; `{ALLOW} false` takes that back"
                )
            }
            Some(OnDemand::Refused) => writeln!(
                out,
                "no browser of yours does so, since {config} says `allow = false` in [on_demand]; `{ALLOW} true` changes that"
            ),
            Some(OnDemand::NotWritten) => writeln!(
                out,
                "it asks for leave first, since {config} cannot be written: `allow = true` in [on_demand] would give it"
            ),
            None => Ok(()),
        }
    }

    fn write_extensions(&self, out: &mut dyn Write) -> io::Result<()> {
        let has = |family| {
            let is_registered =
                |browser: &&BrowserOutcome| browser.family == family && browser.outcome.is_registered();
            let mut names: Vec<_> =
                self.browsers.iter().filter(is_registered).map(|one| one.browser.as_str()).collect();
            // One that reads several manifests loads the extension once.
            let mut known = HashSet::new();
            names.retain(|name| known.insert(*name));
            (!names.is_empty()).then(|| names.join(", "))
        };
        let (chromium, firefox) = (has(Family::Chromium), has(Family::Firefox));
        if chromium.is_some() || firefox.is_some() {
            writeln!(out, "\nNow load the extension:")?;
        }
        if let Some(browsers) = chromium {
            writeln!(
                out,
                "- {browsers}: open chrome://extensions, switch on Developer mode, choose \"Load unpacked\" and this \
                 folder:\n    {}",
                self.extensions.chromium.display()
            )?;
        }
        if let Some(browsers) = firefox {
            writeln!(
                out,
                "- {browsers}: open about:debugging#/runtime/this-firefox, choose \"Load Temporary Add-on\" and this file:\n    \
                 {}\n  It is forgotten when the browser is closed. Load it again then.",
                // One file: a sandbox's portal hands over no more than what was chosen.
                self.extensions.firefox.with_file_name(PACKED_FOR_FIREFOX).display()
            )?;
        }
        Ok(())
    }
}

fn in_words(browser: &BrowserOutcome) -> String {
    let name = &browser.browser;
    let place = browser.manifest.as_ref().map_or_else(String::new, |file| format!(": {}", file.display()));
    match &browser.outcome {
        Outcome::Created => format!("{name}: registered{place}"),
        Outcome::Updated => format!("{name}: updated{place}"),
        Outcome::Unchanged => format!("{name}: unchanged{place}"),
        Outcome::Skipped { why } => format!("{name}: skipped: {}", why.in_full()),
        Outcome::Failed { why } => format!("{name}: failed: {}", why.in_full()),
    }
}

fn is_on_path(folder: &Path) -> bool {
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|entry| entry == folder))
}
