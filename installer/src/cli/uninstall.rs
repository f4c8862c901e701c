//! `uninstall`: removes what the receipts say `install` made, and nothing else.

use super::output;
use crate::browsers::Machine;
use crate::error::{Error, Result};
use crate::install::paths::InstallPaths;
use crate::install::whose;
use crate::receipts::{self, Receipts};
use crate::registration::Scope;
use crate::uninstall::plan::UninstallPlan;
use crate::uninstall::purge::{self, Elsewhere};
use crate::uninstall::report::Report;
use clap::Args;
use potbridge_system::stderr;
use std::io::Write;

/// Removes what install made, and nothing else
#[derive(Debug, Args)]
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
        let receipts_path = receipts::path(&paths.data);
        let mut receipts = Receipts::read(&receipts_path)?;
        let is_installed = receipts != Receipts::default();
        if is_installed {
            receipts.removing = true;
            // A full disk is no reason not to remove anything.
            let _said = receipts.write(&receipts_path);
        }
        let purged = paths.own.as_ref().filter(|_| self.purge).map(|own| own.config.as_path());
        let elsewhere = paths.own.as_ref().map(|own| Elsewhere::read(own, &machine.home)).unwrap_or_default();
        let mut report = match is_installed {
            true => UninstallPlan::new(receipts, &receipts_path, purged).carry_out()?,
            false => Report::default(),
        };
        match &paths.own {
            Some(own) if self.purge => purge::purge(own, elsewhere, &mut report),
            Some(own) => purge::name_what_stays(own, &mut report),
            None => {}
        }
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
