//! `uninstall`: removes what the receipts say `install` made, and nothing else.

use super::output;
use crate::browsers::Machine;
use crate::error::{Error, Result};
use crate::install::paths::InstallPaths;
use crate::install::whose;
use crate::receipts::Receipts;
use crate::registration::Scope;
use crate::uninstall::plan::UninstallPlan;
use crate::uninstall::purge::{self, Elsewhere};
use crate::uninstall::report::Report;
use clap::Args;
use potbridge_system::dirs::Dirs;
use potbridge_system::stderr;
use std::collections::BTreeSet;
use std::io::Write;

/// Removes what install made, and nothing else
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  potbridge-setup uninstall
  potbridge-setup uninstall --purge")]
pub(super) struct Uninstall {
    /// Remove the store of tokens, the profile of potbridge's own browser and the configuration that install made too
    #[arg(long, conflicts_with = "system")]
    purge: bool,
    /// Remove what was installed for all users. Only root may
    #[arg(long)]
    system: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Uninstall {
    /// Removes files that nobody changed, and lists the others. `.env` files are not touched. Returns the exit code.
    ///
    /// What the system refuses to remove keeps its receipt. So the command can be run again.
    pub(super) fn run(self, out: &mut dyn Write) -> Result<u8> {
        let machine = Machine::this()?;
        let scope = if self.system { Scope::System } else { Scope::User };
        whose::check(scope, "potbridge-setup uninstall", &machine)?;
        let paths = InstallPaths::find(scope, &machine)?;
        let receipts_path = paths.receipts.clone();
        Receipts::sweep(&receipts_path);
        let mut receipts = Receipts::read(&receipts_path)?;
        let dirs = whose_dirs(&paths, &receipts);
        let is_installed = receipts != Receipts::default();
        if is_installed {
            receipts.removing = true;
            // A full disk is no reason not to remove anything.
            let _said = receipts.write(&receipts_path);
        }
        let purged = dirs.iter().filter(|_| self.purge).map(|own| own.config.clone()).collect::<Vec<_>>();
        let elsewhere: Vec<_> = dirs.iter().map(|own| Elsewhere::read(own, &machine.home)).collect();
        let mut report = match is_installed {
            true => UninstallPlan::new(receipts, &receipts_path, &purged).carry_out()?,
            false => Report::default(),
        };
        for (own, elsewhere) in dirs.iter().zip(elsewhere) {
            if self.purge {
                purge::purge(own, elsewhere, &mut report);
            } else {
                purge::name_what_stays(own, &mut report);
            }
        }
        let mut said = BTreeSet::new();
        report.notes.retain(|note| said.insert(note.clone()));
        if !is_installed && report.removed.is_empty() {
            let receipts_path = receipts_path.display();
            report.notes.insert(0, format!("nothing to remove: there are no receipts in {receipts_path}"));
        } else {
            report.notes.push("your .env files are unchanged".to_owned());
        }
        let problem = report.problem();
        match (&problem, self.json) {
            (Some(problem), true) => output::say_failure(out, problem, &report)?,
            (None, true) => output::say_success(out, &report)?,
            (_, false) => {
                report.write(out).map_err(Error::Stdout)?;
                if let Some(problem) = &problem {
                    stderr::error(&problem.message, problem.hint.as_deref());
                }
            }
        }
        Ok(problem.map_or(0, |problem| problem.code.exit_code()))
    }
}

/// The host's folders by the variables of this shell, and those by the variables that `install` knew, if they differ.
fn whose_dirs(paths: &InstallPaths, receipts: &Receipts) -> Vec<Dirs> {
    let Some(now) = &paths.own else { return Vec::new() };
    let then = Dirs {
        config: receipts.config.clone().unwrap_or_else(|| now.config.clone()),
        state: receipts.state.clone().unwrap_or_else(|| now.state.clone()),
        ..now.clone()
    };
    if then == *now { vec![then] } else { vec![then, now.clone()] }
}
