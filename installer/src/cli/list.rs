//! `list`: the browsers that potbridge knows, those that are here, and which of them are registered.

use super::output;
use crate::browsers::{Machine, Packaging};
use crate::error::{Error, Result};
use crate::registration::listing::{self, Manifest, Row};
use crate::registration::state::ManifestState;
use clap::Args;
use serde_json::json;
use std::io::{self, Write};
use std::path::Path;

/// Lists the browsers that are here, and whether they are registered
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  potbridge-setup list --all")]
pub(super) struct List {
    /// Every browser that potbridge knows, here or not
    #[arg(long)]
    all: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl List {
    /// Prints a table, or one object.
    pub(super) fn run(self, out: &mut dyn Write) -> Result<()> {
        let machine = Machine::this()?;
        let all = listing::rows(&machine);
        let shown: Vec<_> =
            all.iter().filter(|row| self.all || row.is_here() || row.profile.is_some()).collect();
        if self.json {
            return output::say_success(out, &json!({ "browsers": shown }));
        }
        let mut ids: Vec<_> = all.iter().map(|row| row.id).collect();
        ids.dedup();
        let others = ids.iter().filter(|id| shown.iter().all(|row| row.id != **id)).count();
        text(&shown, others, &machine.home, out).map_err(Error::Stdout)
    }
}

const HEAD: [&str; 5] = ["BROWSER", "ID", "FOUND", "REGISTERED", "MANIFEST"];
const GAP: &str = "  ";

fn text(rows: &[&Row], others: usize, home: &Path, out: &mut dyn Write) -> io::Result<()> {
    if rows.iter().any(|row| row.is_here() || row.profile.is_some()) {
        table(rows, home, out)?;
    } else {
        writeln!(out, "no browser that potbridge knows is on this machine")?;
        if !rows.is_empty() {
            writeln!(out)?;
            table(rows, home, out)?;
        }
    }
    for row in rows {
        if let Some(problem) = &row.problem {
            writeln!(out, "\n{}", problem.in_full())?;
        }
    }
    if others > 0 {
        writeln!(out, "\n{others} others are known, and are not here: potbridge-setup list --all")?;
    }
    Ok(())
}

fn table(rows: &[&Row], home: &Path, out: &mut dyn Write) -> io::Result<()> {
    let mut lines = vec![HEAD.map(str::to_owned)];
    for row in rows {
        let mut files = row.manifests.iter().map(|manifest| short(&manifest.file, home));
        let first = files.next().unwrap_or_default();
        lines.push([row.name.to_owned(), row.id.to_owned(), found(row, home), registered(row), first]);
        lines.extend(files.map(|file| [String::new(), String::new(), String::new(), String::new(), file]));
    }
    let widths: Vec<usize> = (0..HEAD.len())
        .map(|column| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default())
        .collect();
    for line in lines {
        let cells = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        writeln!(out, "{}", cells.collect::<Vec<_>>().join(GAP).trim_end())?;
    }
    Ok(())
}

fn found(row: &Row, home: &Path) -> String {
    match (&row.program, &row.packaging, &row.profile) {
        (_, Some(Packaging::Flatpak { app }), _) => format!("flatpak {app}"),
        (Some(program), Some(Packaging::Snap), _) => format!("{} (snap)", short(program, home)),
        (Some(program), _, _) => short(program, home),
        // It is somewhere else than this looks, or was removed.
        (None, _, Some(profile)) => format!("no program, but a profile: {}", short(profile, home)),
        (None, _, None) => "no".to_owned(),
    }
}

fn registered(row: &Row) -> String {
    let is = |state: fn(&ManifestState) -> bool| {
        row.that_count().find(|manifest: &&Manifest| state(&manifest.state))
    };
    if let Some(manifest) = is(|state| matches!(state, ManifestState::Registered { .. })) {
        let all = row.that_count().all(|one| matches!(one.state, ManifestState::Registered { .. }));
        return match (manifest.of_machine, all) {
            (true, _) => "for all users".to_owned(),
            (false, true) => "yes".to_owned(),
            (false, false) => "in part".to_owned(),
        };
    }
    if is(|state| matches!(state, ManifestState::Stale { .. })).is_some() {
        return "leads to no program".to_owned();
    }
    if is(|state| *state == ManifestState::Other).is_some() {
        return "another file".to_owned();
    }
    if let Some(manifest) = is(|state| *state == ManifestState::Unreadable) {
        // The column of manifests has the user's own.
        let machines = || format!("? cannot read {}", manifest.file.display());
        return if manifest.of_machine { machines() } else { "unreadable".to_owned() };
    }
    if row.manifests.is_empty() { "cannot be" } else { "no" }.to_owned()
}

/// A path as people write it: the home folder is `~`. Tables stay narrow so.
fn short(path: &Path, home: &Path) -> String {
    match path.strip_prefix(home) {
        Ok(rest) if !cfg!(windows) => Path::new("~").join(rest).display().to_string(),
        _ => path.display().to_string(),
    }
}
