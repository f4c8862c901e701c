//! The rows of browsers: the way of each from its native manifest to the host's hello.

use super::Facts;
use super::flatpak;
use super::installation::versions;
use super::manifest::{self, Manifest};
use super::policies::{self, Verdict};
use super::row::{Fix, Part, Registered, Row, State};
use super::shared::Shared;
use crate::browsers::{Entry, Found, Machine, Packaging, System};
use crate::checks::host::{HostStart, handshake};
use crate::checks::quoted;
use crate::registration::{Registration, Scope, for_browsers, registry};
use potbridge_protocol::identifiers::{CHROMIUM_ID, FIREFOX_ID};
use potbridge_protocol::{Code, Problem};
use potbridge_system::browser::{Family, native_manifest};
use std::path::{Path, PathBuf};

const PART: Part = Part::Browser;

/// A row for each browser that is here, and for each native manifest of one that is not.
pub(super) fn rows(facts: &Facts) -> Vec<Row> {
    let present = facts.machine.present();
    let mut looked_at = Vec::new();
    let mut rows: Vec<_> =
        present.iter().flat_map(|found| of_browser(found, facts, &mut looked_at)).collect();
    let gone = gone(facts, &present, &mut looked_at);
    rows.extend(elsewhere(facts, &looked_at));
    if rows.is_empty() && gone.is_empty() {
        let message = "no browser that potbridge knows is on this machine";
        let hint = "install one, or name its folder: potbridge-setup install --manifest-dir FOLDER";
        rows.push(Row::fault(PART, "browsers", Problem::new(Code::BrowserMissing, message).with_hint(hint)));
    }
    soften(&mut rows);
    rows.extend(gone);
    if facts.machine.system != System::Linux && !registered(&rows).is_empty() {
        let message = "whether a policy forbids the host or the extension is not looked at on this system";
        let problem = Problem::new(Code::PolicyBlocks, message)
            .with_hint("chrome://policy and about:policies show the policies");
        rows.push(Row::unknown(PART, "policies", problem));
    }
    rows
}

/// The browsers that are registered, or that `install` registered.
pub(super) fn registered(rows: &[Row]) -> Vec<&Registered> {
    let mut all: Vec<&Registered> = Vec::new();
    for one in rows.iter().filter_map(|row| row.registered.as_ref()) {
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
}

/// Who uses one browser need not register the others. Those are left out by `--fix` too.
fn soften(rows: &mut [Row]) {
    if registered(rows).is_empty() {
        return;
    }
    for row in rows {
        let is_left_out =
            matches!(row.code, Some(Code::NotRegistered | Code::SandboxBlocks | Code::FlatpakClosed));
        if is_left_out && row.registered.is_none() {
            row.state = State::Warning;
            row.fix = None;
            row.fixable = false;
        }
    }
}

/// A native manifest, and who it is for.
struct Way<'a> {
    family: Family,
    file: &'a Path,
    /// Whether it is one of this user's, and not of the machine.
    is_users: bool,
    /// The command that writes it anew.
    fix_by: String,
    fix: Option<Fix>,
    policies: &'a [PathBuf],
    sandbox: Option<&'a crate::registration::flatpak::Sandbox>,
    /// What to know of the desktop's portal, by which a snap starts the host.
    portal: Option<String>,
}

fn of_browser(found: &Found, facts: &Facts, looked_at: &mut Vec<PathBuf>) -> Vec<Row> {
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
    if let Some(skipped) = targets.skipped.first() {
        return vec![Row::fault(PART, name, skipped.problem.clone())];
    }
    let id = entry.id.clone();
    let own = if is_flatpak { Registered::Flatpak(id) } else { Registered::Browser(id) };
    let install = own.command();
    let fix = || Some(Fix::Install(Some(own.clone())));
    let policies = policy_folders(found, facts);
    // The desktop's portal, by which a snap starts a host, reads the machine's manifests too.
    let systems = if is_flatpak { Vec::new() } else { entry.system_manifest_folders(&facts.machine) };
    // Its only note is the portal's.
    let portal = targets.registrations.iter().find_map(|one| one.notes.first().cloned());
    let portal = portal.filter(|_| found.packaging == Packaging::Snap);
    let systems: Vec<_> =
        systems.into_iter().map(|folder| folder.join(native_manifest::file_name())).collect();
    let mut rows = Vec::new();
    for registration in targets.registrations.iter().filter(|one| is_there(one)) {
        looked_at.push(registration.file.clone());
        let way = Way {
            family: entry.family,
            file: &registration.file,
            is_users: true,
            fix_by: install.clone(),
            fix: is_ours(&registration.file, facts).then(fix).flatten(),
            policies: &policies,
            sandbox: registration.sandbox.as_ref(),
            portal: portal.clone(),
        };
        rows.push(look(&way, &name, facts));
    }
    // The user's counts more than the machine's.
    if let (true, Some(file)) = (rows.is_empty(), systems.iter().find(|file| file.exists())) {
        let fix_by =
            facts.shared.as_ref().map_or("sudo potbridge-setup install --system", Shared::fix_by).to_owned();
        let (family, policies) = (entry.family, &policies[..]);
        let way = Way { family, file, is_users: false, fix_by, fix: None, policies, sandbox: None, portal };
        rows.push(look(&way, &name, facts));
    }
    for row in &mut rows {
        row.registered = Some(own.clone());
    }
    let mut looked_for = targets.registrations.iter().map(|one| &one.file).chain(&systems);
    if rows.is_empty()
        && let Some(folder) = looked_for.find_map(|file| manifest::closed_folder(file))
    {
        return vec![Row::unknown(PART, name, manifest::not_entered(folder))];
    }
    let missing = targets.registrations.iter().find(|one| !is_there(one));
    match missing {
        Some(_) if rows.is_empty() => {
            let message = format!("{} is not registered", found.program.display());
            let problem = Problem::new(Code::NotRegistered, message).with_hint(install);
            let mut row = Row::fault(PART, name, problem).with_fix(fix());
            // The person did not leave it out.
            let was_registered = targets.registrations.iter().any(|one| is_ours(&one.file, facts));
            row.registered = was_registered.then(|| own.clone());
            rows.push(row);
        }
        // The machine's manifest is enough.
        Some(missing) if systems.iter().all(|file| !file.exists()) => {
            let file = missing.file.display();
            let is_of_shell =
                entry.manifest_folders(&facts.machine).iter().any(|one| missing.file.starts_with(one));
            let message = match facts.machine.config_of_desktop() {
                Some(_) if is_of_shell => format!(
                    "it is not registered for this shell: a browser that it starts looks for {file} by XDG_CONFIG_HOME"
                ),
                Some(_) => format!(
                    "it is registered for this shell alone: a browser that the desktop starts looks for {file}"
                ),
                None => format!("it looks for {file} too, which is not there"),
            };
            let problem = Problem::new(Code::NotRegistered, message).with_hint(install);
            let mut row = Row::warning(PART, name, problem).with_fix(fix());
            row.registered = Some(own.clone());
            rows.push(row);
        }
        _ => {}
    }
    rows
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
        && let Ok(real) = found.program.canonicalize()
        && let Some(folder) = real.parent()
    {
        folders.push(folder.join("distribution"));
    }
    folders
}

/// Manifests of browsers that are not found.
fn gone(facts: &Facts, present: &[Found], looked_at: &mut Vec<PathBuf>) -> Vec<Row> {
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
fn elsewhere(facts: &Facts, looked_at: &[PathBuf]) -> Vec<Row> {
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
                let fix_by = own.command();
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

fn is_ours(file: &Path, facts: &Facts) -> bool {
    facts.receipts.as_ref().is_some_and(|receipts| receipts.of(file).is_some())
}

/// Goes the way of a browser from its manifest to the hello.
fn look(way: &Way<'_>, name: &str, facts: &Facts) -> Row {
    match go(way, facts) {
        Ok(row) => Row { name: name.to_owned(), ..row },
        Err(problem) => {
            // What is no file, or may not be read, `install` leaves.
            let fix = fix_of(&problem, way, facts).filter(|_| manifest::read_file(way.file).is_ok());
            Row::fault(PART, name, problem).with_fix(fix)
        }
    }
}

fn go(way: &Way<'_>, facts: &Facts) -> Result<Row, Problem> {
    let manifest = manifest::read(way.file, way.family, &way.fix_by)?;
    let own = match way.family {
        Family::Chromium => CHROMIUM_ID,
        Family::Firefox => FIREFOX_ID,
    };
    let of_family = |id: &&str| native_manifest::family_of_id(id) == Some(way.family);
    let configured = facts.config.extension_ids.iter().map(String::as_str).filter(of_family);
    if let Some(id) =
        std::iter::once(own).chain(configured).find(|id| !manifest.ids.iter().any(|known| known == id))
    {
        let message = format!("{} does not let the extension {id} in", way.file.display());
        return Err(Problem::new(Code::IdNotAllowed, message).with_hint(&*way.fix_by));
    }
    let verdict = policies::judge(way.policies, way.family, way.is_users);
    if let Verdict::Blocked(problem) = verdict {
        return Err(problem);
    }
    let installed = facts.host.program.as_deref().filter(|_| facts.host.is_installed);
    let program = match way.sandbox {
        Some(sandbox) => {
            flatpak::host_outside(sandbox, &manifest.host, installed, &way.fix_by, &facts.machine)?
        }
        None => manifest.host.clone(),
    };
    let start = HostStart {
        program: &program,
        family: way.family,
        manifest: way.file,
        extension: own,
        extension_ids: &facts.config.extension_ids,
        env: &[],
    };
    let hello = handshake(&start).map_err(|problem| with_fix(problem, way))?;
    if let Some(problem) = versions(&hello.version, "potbridge-setup", &way.fix_by) {
        return Ok(Row::warning(PART, "", problem));
    }
    if let Some(problem) = points_elsewhere(&manifest, installed, way) {
        return Ok(Row::warning(PART, "", problem).with_fix(way.fix.clone()));
    }
    if let Verdict::Unknown(problem) = verdict {
        return Ok(Row::unknown(PART, "", problem));
    }
    let outside =
        if way.sandbox.is_some() || way.portal.is_some() { ", asked outside of the sandbox" } else { "" };
    let message = format!("{} answers, version {}{outside}", program.display(), hello.version);
    Ok(Row { hint: way.portal.clone(), ..Row::ok(PART, "", message) })
}

/// A host that is missing or fails is mended by what writes the manifest anew.
fn with_fix(problem: Problem, way: &Way<'_>) -> Problem {
    match problem.code {
        Code::HostMissing | Code::HostFailed | Code::HostNoAnswer => problem.with_hint(&*way.fix_by),
        _ => problem,
    }
}

fn points_elsewhere(manifest: &Manifest, installed: Option<&Path>, way: &Way<'_>) -> Option<Problem> {
    let installed = installed.filter(|_| way.sandbox.is_none() && way.is_users)?;
    let real = |path: &Path| path.canonicalize().ok();
    if real(&manifest.host) == real(installed) {
        return None;
    }
    let message =
        format!("it starts {}, and the installed one is {}", manifest.host.display(), installed.display());
    Some(Problem::new(Code::HostElsewhere, message).with_hint(&*way.fix_by))
}

/// What `--fix` does about a problem.
fn fix_of(problem: &Problem, way: &Way<'_>, facts: &Facts) -> Option<Fix> {
    match problem.code {
        Code::ManifestInvalid
        | Code::ManifestWrongKeys
        | Code::IdNotAllowed
        | Code::HostMissing
        | Code::HostFailed
        | Code::HostNoAnswer => way.fix.clone(),
        Code::NotExecutable => {
            let program = manifest::read(way.file, way.family, "").ok()?.host;
            is_ours(&program, facts).then_some(Fix::Mode(program, 0o755))
        }
        _ => None,
    }
}
