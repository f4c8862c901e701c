//! `install`: puts everything in its place, with a receipt for each thing.

use super::output;
use crate::artifacts::Artifacts;
use crate::browsers::Machine;
use crate::error::{Error, Result};
use crate::install::paths::InstallPaths;
use crate::install::plan::{InstallPlan, Wanted};
use crate::install::register::Registrar;
use crate::install::report::Report;
use crate::install::{ask, check, config, shell_variables, whose};
use crate::outcome::{BrowserOutcome, Outcome};
use crate::progress::Step;
use crate::receipts::Receipts;
use crate::registration::{self, Scope, Targets};
use clap::Args;
use potbridge_protocol::{Code, Problem};
use potbridge_system::browser::native_manifest;
use potbridge_system::stderr;
use std::io::Write;
use std::path::PathBuf;

/// Installs potbridge, and registers it with every browser that is found
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  potbridge-setup install --env-file /srv/app/.env
  potbridge-setup install --browser firefox --yt-dlp-plugin
  sudo potbridge-setup install --system")]
pub(super) struct Install {
    /// The .env file that your backend reads its token from
    #[arg(long, value_name = "FILE")]
    env_file: Option<PathBuf>,
    /// Put tokens in the system's keyring
    #[arg(long)]
    keyring: bool,
    /// A browser by its id, as in `potbridge-setup list`; may be given more than once; by default all that are found
    #[arg(long)]
    browser: Vec<String>,
    /// Register in this folder instead of the browser's own: PROFILE/NativeMessagingHosts for --user-data-dir=PROFILE
    #[arg(long, value_name = "FOLDER")]
    manifest_dir: Option<PathBuf>,
    /// Accept another build of the extension, by its id; may be given more than once
    #[arg(long, value_name = "ID")]
    extension_id: Vec<String>,
    /// Let every yt-dlp of yours ask potbridge for tokens, by a plugin in its folder of plugins, and your browser open videos for
    /// that
    #[arg(long)]
    yt_dlp_plugin: bool,
    /// Open the sandbox of browsers that are flatpaks, so that they can start potbridge
    #[arg(long, conflicts_with = "system")]
    flatpak: bool,
    /// Install for all users of this machine, in /usr/local. Only root may
    #[arg(long, conflicts_with_all = ["env_file", "keyring", "manifest_dir"])]
    system: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Install {
    /// Installs, or brings an installation up to date. Returns the exit code.
    ///
    /// Wrong arguments, a program in the way and an invalid configuration are found before anything is changed. If the
    /// system refuses something later, everything that was made has its receipt.
    pub(super) fn run(self, out: &mut dyn Write) -> Result<u8> {
        let machine = Machine::this()?;
        let scope = if self.system { Scope::System } else { Scope::User };
        whose::check(scope, "potbridge-setup install", &machine)?;
        self.check_ids()?;
        let targets = self.targets(scope, &machine)?;
        let artifacts = Artifacts::find()?;
        let paths = InstallPaths::find(scope, &machine)?.with_shared(&artifacts, &machine)?;
        let receipts_path = paths.receipts.clone();
        Receipts::sweep(&receipts_path);
        // A killed `uninstall` left that.
        let read = Receipts::read(&receipts_path)?;
        let dirs = paths.own.as_ref();
        let mut receipts = Receipts {
            removing: false,
            config: dirs.map(|own| own.config.clone()),
            state: dirs.map(|own| own.state.clone()),
            ..read
        };
        let env_file = self.env_file(&paths)?;
        let (env_file, extension_ids) = (env_file.as_deref(), self.extension_id.as_slice());
        let on_demand = self.yt_dlp_plugin;
        let wanted = Wanted { env_file, keyring: self.keyring, extension_ids, on_demand };
        let mut plan =
            InstallPlan::new(&wanted, self.yt_dlp_plugin, &paths, &artifacts, &receipts, &machine.root)?;
        if let Some(own) = &paths.own {
            check::configuration(&artifacts.host, &own.config)?;
        }
        let mut report = Report::new(&plan, &paths);
        {
            let _step = (!self.json).then(|| Step::start("installing potbridge"));
            report.notes.extend(plan.carry_out(&mut receipts, &receipts_path)?);
            report.on_demand = plan.config.as_ref().and_then(|config| config.on_demand);
            report.browsers = Registrar {
                host: paths.host(),
                ids: &plan.extension_ids,
                is_shared: paths.is_shared,
                for_all: self.system,
                machine: &machine,
                receipts: &mut receipts,
                receipts_path: &receipts_path,
            }
            .register_all(&targets, &mut report.notes);
            receipts.drop_gone(&self.needed(&targets, scope, &machine)?, &receipts_path)?;
            check::host(&mut report, &plan.extension_ids);
        }
        self.add_notes(&targets, &machine, &mut report);
        let problem = failure(&report).or_else(|| self.not_registered(&targets));
        finish(&report, problem, self.json, paths.is_shared, out)
    }

    fn check_ids(&self) -> Result<()> {
        match self.extension_id.iter().find(|id| native_manifest::family_of_id(id).is_none()) {
            Some(id) => Err(Error::Usage {
                message: format!("{id:?} is not an extension's id"),
                hint: "Chromium's ids are 32 letters from a to p; Firefox's look like name@example.org or are a UUID in \
                       braces",
            }),
            None => Ok(()),
        }
    }

    /// What is to be registered. That no browser is here is no error unless one was named.
    fn targets(&self, scope: Scope, machine: &Machine) -> Result<Targets> {
        let folder = self.manifest_dir.as_deref();
        match registration::choose(&self.browser, folder, scope, self.flatpak, machine) {
            Err(Error::NoBrowser { .. }) if self.browser.is_empty() => Ok(Targets::default()),
            other => other,
        }
    }

    /// The files of browsers that are here or were named.
    fn needed(&self, targets: &Targets, scope: Scope, machine: &Machine) -> Result<Vec<PathBuf>> {
        let here = registration::for_browsers(
            &machine.present().into_iter().map(registration::Wanted::from).collect::<Vec<_>>(),
            scope,
            true,
            machine,
        );
        let all = here.registrations.iter().chain(&targets.registrations);
        let wrapper = |one: &registration::Registration| Some(one.sandbox.as_ref()?.wrapper());
        Ok(all.flat_map(|one| wrapper(one).into_iter().chain([one.file.clone()])).collect())
    }

    /// The file that was named, or that a person names if the configuration has no place for tokens.
    fn env_file(&self, paths: &InstallPaths) -> Result<Option<PathBuf>> {
        let Some(own) = paths.own.as_ref().filter(|_| self.env_file.is_none() && !self.keyring && !self.json)
        else {
            return Ok(self.env_file.clone());
        };
        let has_a_sink = config::read(&own.config)?.is_some_and(|config| config.has_a_sink());
        if has_a_sink { Ok(None) } else { ask::env_file() }
    }

    fn add_notes(&self, targets: &Targets, machine: &Machine, report: &mut Report) {
        if targets.registrations.is_empty() && targets.skipped.is_empty() {
            report.notes.push(
                "no browser that potbridge knows is on this machine: install one and run `potbridge-setup install` again, \
                 or name its folder of native manifests with --manifest-dir"
                    .to_owned(),
            );
        }
        if self.system && !self.extension_id.is_empty() {
            report.notes.push(
                "each user's host accepts the other extensions if that user runs `potbridge-setup install --extension-id ID` \
                 too"
                    .to_owned(),
            );
        }
        if !self.system {
            report.notes.extend(shell_variables::notes(machine));
        }
    }

    /// A browser that was asked for by its name, and of which no kind that is here can be registered.
    fn not_registered(&self, targets: &Targets) -> Option<Problem> {
        let is_asked_for = |id: &str| self.browser.iter().any(|asked| asked == id);
        let is_registered = |id: &str| targets.registrations.iter().any(|one| one.ids.contains(&id));
        let skipped = targets.skipped.iter().filter(|one| is_asked_for(one.id) && !is_registered(one.id));
        let names: Vec<_> = skipped.map(|one| one.browser.as_str()).collect();
        (!names.is_empty()).then(|| not_registered(&names))
    }
}

fn finish(
    report: &Report,
    problem: Option<Problem>,
    json: bool,
    is_shared: bool,
    out: &mut dyn Write,
) -> Result<u8> {
    match (&problem, json) {
        (Some(problem), true) => output::say_failure(out, problem, report)?,
        (None, true) => output::say_success(out, report)?,
        (_, false) => {
            report.write(is_shared, out).map_err(Error::Stdout)?;
            if let Some(problem) = &problem {
                stderr::error(&problem.message, problem.hint.as_deref());
            }
        }
    }
    Ok(problem.map_or(0, |problem| problem.code.exit_code()))
}

/// What ends the command with another code than 0, although all else is done.
fn failure(report: &Report) -> Option<Problem> {
    if let Some(problem) = &report.host.problem {
        let message = format!("installed, but the host does not work: {}", problem.message);
        return Some(Problem { message, ..problem.clone() });
    }
    let is_failed = |browser: &&BrowserOutcome| matches!(browser.outcome, Outcome::Failed { .. });
    let failed: Vec<_> =
        report.browsers.iter().filter(is_failed).map(|browser| browser.browser.as_str()).collect();
    (!failed.is_empty()).then(|| not_registered(&failed))
}

fn not_registered(browsers: &[&str]) -> Problem {
    let message = format!("not registered with {}", browsers.join(", "));
    let hint = "do what its line says, and run `potbridge-setup install` again";
    Problem::new(Code::RegistrationFailed, message).with_hint(hint)
}
