//! The rows of native manifests whose browsers are not found.

use super::PART;
use super::way::{Way, look, stands_in_the_way, written_by};
use crate::browsers::{Entry, Found, Machine, System};
use crate::checks::quoted;
use crate::doctor::Facts;
use crate::doctor::row::{Fix, Registered, Row};
use potbridge_protocol::{Code, Problem};
use potbridge_system::browser::native_manifest;
use std::path::{Path, PathBuf};

/// Manifests of browsers that are not found.
pub(super) fn gone(facts: &Facts, present: &[Found], looked_at: &mut Vec<PathBuf>) -> Vec<Row> {
    let is_here = |entry: &Entry| present.iter().any(|found| found.entry.id == entry.id);
    let mut rows = Vec::new();
    for entry in crate::browsers::all().iter().filter(|entry| !is_here(entry)) {
        for folder in entry.manifest_folders(&facts.machine) {
            let file = folder.join(native_manifest::file_name());
            // Forks read the folder of their parent.
            if !file.exists() || looked_at.contains(&file) {
                continue;
            }
            looked_at.push(file.clone());
            let own = Registered::Browser(entry.id.clone());
            let way = Way {
                family: entry.family,
                file: &file,
                is_users: true,
                fix_by: own.command(),
                fix: None,
                policies: &[],
                sandbox: None,
                portal: None,
            };
            // It may be where nobody looks: Chrome for Testing is unpacked wherever its user wants.
            let row = look(&way, &entry.name, facts);
            let works = row.message.clone();
            let message = format!("{} is there, and the browser is not found; {works}", file.display());
            let hint = format!("if the browser is gone: rm {} && potbridge-setup install", quoted(&file));
            rows.push(Row::warning(
                PART,
                entry.name.clone(),
                Problem::new(Code::BrowserGone, message).with_hint(hint),
            ));
        }
    }
    rows
}

/// Manifests that `install --manifest-dir` made.
pub(super) fn elsewhere(facts: &Facts, looked_at: &[PathBuf]) -> Vec<Row> {
    let receipts = facts.receipts.iter().flat_map(|receipts| &receipts.files);
    let manifests = receipts.filter_map(|receipt| Some((receipt.manifest?, &receipt.path)));
    manifests
        .filter(|(_, file)| !looked_at.contains(file))
        .filter_map(|(family, file)| {
            let folder = file.parent().unwrap_or(file);
            let own = Registered::Folder(folder.to_owned(), family);
            let fix = Some(Fix::Install(Some(own.clone())));
            let name = folder.display().to_string();
            let row = if file.exists() {
                let fix_by = written_by(&own.command(), &[file], facts);
                let fix = fix.filter(|_| !stands_in_the_way(file, facts));
                let (policies, sandbox, portal) = (&[][..], None, None);
                let way = Way { family, file, is_users: true, fix_by, fix, policies, sandbox, portal };
                look(&way, &name, facts)
            } else if is_of_table(file, facts) || !folder.parent().is_some_and(Path::is_dir) {
                // Of a browser that is gone, or of a profile that is.
                return None;
            } else {
                let message = format!("{} is not there any more", file.display());
                let problem = Problem::new(Code::NotRegistered, message).with_hint(own.command());
                Row::fault(PART, name, problem).with_fix(fix)
            };
            Some(Row { registered: Some(own), ..row })
        })
        .collect()
}

/// Whether a browser of the table looks for this manifest.
fn is_of_table(file: &Path, facts: &Facts) -> bool {
    let machine = &facts.machine;
    let desktop = machine.config_of_desktop().map(|config| Machine { config, ..machine.clone() });
    let mut folders = crate::browsers::all().iter().flat_map(|entry| {
        std::iter::once(machine).chain(&desktop).flat_map(|one| entry.manifest_folders(one))
    });
    // Windows' are named by the registry.
    file.starts_with(machine.home.join(".var").join("app"))
        || (machine.system == System::Windows && file.starts_with(&facts.paths.data))
        || folders.any(|folder| file.starts_with(folder))
}
