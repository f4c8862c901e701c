//! The rows of a browser that is here: one for each native manifest that it reads, and one for what it lacks.

use super::PART;
use super::way::{Way, is_ours, look, stands_in_the_way, written_by};
use crate::browsers::{Found, Packaging, System};
use crate::doctor::Facts;
use crate::doctor::manifest;
use crate::doctor::row::{Fix, Registered, Row};
use crate::registration::flatpak::Sandbox;
use crate::registration::{Registration, Scope, Targets, for_browsers, registry};
use potbridge_protocol::{Code, Problem};
use potbridge_system::browser::{Family, native_manifest};
use std::path::{Path, PathBuf};

/// A browser, and where it looks for native manifests.
struct Present<'a> {
    found: &'a Found,
    facts: &'a Facts,
    /// Its name for people, with its packaging.
    name: String,
    own: Registered,
    targets: Targets,
    /// The machine's manifests.
    systems: Vec<PathBuf>,
    policies: Vec<PathBuf>,
    /// What to know of the desktop's portal, by which a snap starts the host.
    portal: Option<String>,
}

/// The rows of a browser. What was looked at is added to `looked_at`.
pub(super) fn rows(found: &Found, facts: &Facts, looked_at: &mut Vec<PathBuf>) -> Vec<Row> {
    let browser = Present::new(found, facts);
    if let Some(skipped) = browser.targets.skipped.first() {
        return vec![Row::fault(PART, browser.name, skipped.problem.clone())];
    }
    let mut rows = browser.of_manifests(looked_at);
    for row in &mut rows {
        row.registered = Some(browser.own.clone());
    }
    let mut looked_for = browser.targets.registrations.iter().map(|one| &one.file).chain(&browser.systems);
    if rows.is_empty()
        && let Some(folder) = looked_for.find_map(|file| manifest::closed_folder(file))
    {
        return vec![Row::unknown(PART, browser.name, manifest::not_entered(folder))];
    }
    let missing = browser.targets.registrations.iter().find(|one| !is_there(one));
    match missing {
        Some(_) if rows.is_empty() => rows.push(browser.not_registered()),
        // The machine's manifest is enough.
        Some(missing) if browser.systems.iter().all(|file| !file.exists()) => {
            rows.push(browser.half_registered(missing));
        }
        _ => {}
    }
    rows
}

impl<'a> Present<'a> {
    fn new(found: &'a Found, facts: &'a Facts) -> Self {
        let entry = found.entry;
        let name = match &found.packaging {
            Packaging::Native => entry.name.clone(),
            Packaging::Snap => format!("{} (snap)", entry.name),
            Packaging::Flatpak { .. } => format!("{} (flatpak)", entry.name),
        };
        let wanted = [found.clone().into()];
        let of = |flatpak| for_browsers(&wanted, Scope::User, flatpak, &facts.machine);
        let is_flatpak = matches!(found.packaging, Packaging::Flatpak { .. });
        // A flatpak is registered only if somebody asked for that.
        let mut targets = of(false);
        if is_flatpak && of(true).registrations.iter().any(is_there) {
            targets = of(true);
        }
        let id = entry.id.clone();
        let own = if is_flatpak { Registered::Flatpak(id) } else { Registered::Browser(id) };
        // The desktop's portal, by which a snap starts a host, reads the machine's manifests too.
        let systems = if is_flatpak { Vec::new() } else { entry.system_manifest_folders(&facts.machine) };
        // Its only note is the portal's.
        let portal = targets.registrations.iter().find_map(|one| one.notes.first().cloned());
        Self {
            name,
            own,
            systems: systems.into_iter().map(|folder| folder.join(native_manifest::file_name())).collect(),
            policies: policy_folders(found, facts),
            portal: portal.filter(|_| found.packaging == Packaging::Snap),
            targets,
            found,
            facts,
        }
    }

    /// A row for each manifest that the browser reads.
    fn of_manifests(&self, looked_at: &mut Vec<PathBuf>) -> Vec<Row> {
        let (facts, family) = (self.facts, self.found.entry.family);
        let mut rows = Vec::new();
        for registration in self.targets.registrations.iter().filter(|one| is_there(one)) {
            looked_at.push(registration.file.clone());
            let wrapper = registration.sandbox.as_ref().map(Sandbox::wrapper);
            let read: Vec<&Path> = [&*registration.file].into_iter().chain(wrapper.as_deref()).collect();
            let way = Way {
                family,
                file: &registration.file,
                is_users: true,
                fix_by: written_by(&self.own.command(), &read, facts),
                fix: read.iter().all(|file| !stands_in_the_way(file, facts)).then(|| self.fix()),
                policies: &self.policies,
                sandbox: registration.sandbox.as_ref(),
                portal: self.portal.clone(),
            };
            rows.push(look(&way, &self.name, facts));
        }
        // The user's counts more than the machine's.
        if let (true, Some(file)) = (rows.is_empty(), self.systems.iter().find(|file| file.exists())) {
            // One of this user's own needs no root.
            let fix_by =
                facts.shared.as_ref().map_or_else(|| self.own.command(), |all| all.fix_by().to_owned());
            let (policies, portal) = (&self.policies[..], self.portal.clone());
            let way =
                Way { family, file, is_users: false, fix_by, fix: None, policies, sandbox: None, portal };
            rows.push(look(&way, &self.name, facts));
        }
        rows
    }

    fn fix(&self) -> Fix {
        Fix::Install(Some(self.own.clone()))
    }

    fn not_registered(&self) -> Row {
        let message = format!("{} is not registered", self.found.program.display());
        let problem = Problem::new(Code::NotRegistered, message).with_hint(self.own.command());
        // The person did not leave it out.
        let was_registered = self.targets.registrations.iter().any(|one| is_ours(&one.file, self.facts));
        let row = Row::fault(PART, self.name.clone(), problem).with_fix(Some(self.fix()));
        Row { registered: was_registered.then(|| self.own.clone()), ..row }
    }

    /// It finds one manifest, and may look for another one.
    fn half_registered(&self, missing: &Registration) -> Row {
        let machine = &self.facts.machine;
        let file = missing.file.display();
        let is_of_shell =
            self.found.entry.manifest_folders(machine).iter().any(|one| missing.file.starts_with(one));
        let message = match machine.config_of_desktop() {
            Some(_) if is_of_shell => format!(
                "it is not registered for this shell: a browser that it starts looks for {file} by XDG_CONFIG_HOME"
            ),
            Some(_) => format!(
                "it is registered for this shell alone: a browser that the desktop starts looks for {file}"
            ),
            None => format!("it looks for {file} too, which is not there"),
        };
        let problem = Problem::new(Code::NotRegistered, message).with_hint(self.own.command());
        let row = Row::warning(PART, self.name.clone(), problem).with_fix(Some(self.fix()));
        Row { registered: Some(self.own.clone()), ..row }
    }
}

/// Whether the browser finds something by it. On Windows it looks into the registry.
fn is_there(registration: &Registration) -> bool {
    let leads =
        |key: &String| registry::read(key).is_ok_and(|value| value.as_ref() == Some(&registration.file));
    // A link that leads nowhere stands in the way too.
    registration.file.symlink_metadata().is_ok() && registration.registry_keys.iter().all(leads)
}

/// The folders of policies: those of the table, and Firefox's beside its program.
fn policy_folders(found: &Found, facts: &Facts) -> Vec<PathBuf> {
    if facts.machine.system != System::Linux {
        return Vec::new();
    }
    let mut folders = found.entry.policy_folders(&facts.machine);
    if found.entry.family == Family::Firefox
        && let Ok(real) = dunce::canonicalize(&found.program)
        && let Some(folder) = real.parent()
    {
        folders.push(folder.join("distribution"));
    }
    folders
}
