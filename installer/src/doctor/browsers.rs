//! The rows of browsers: the way of each from its native manifest to the host's hello.

use super::Facts;
use super::installation::versions;
use super::manifest::{self, Manifest};
use super::row::{Fix, Part, Row, State};
use super::{flatpak, policies};
use crate::browsers::{Entry, Found, Packaging};
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
    rows.extend(gone(facts, &present, &mut looked_at));
    rows.extend(elsewhere(facts, &looked_at));
    if rows.is_empty() {
        let message = "no browser that potbridge knows is on this machine";
        let hint = "install one, or name its folder: potbridge-setup install --manifest-dir FOLDER";
        rows.push(Row::fault(PART, "browsers", Problem::new(Code::BrowserMissing, message).with_hint(hint)));
    }
    soften(&mut rows);
    rows
}

/// The ids of the browsers that are registered.
pub(super) fn registered(rows: &[Row]) -> Vec<&str> {
    let mut ids: Vec<&str> = Vec::new();
    for id in rows.iter().filter_map(|row| row.registered.as_deref()) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

/// Who uses one browser need not register the others.
fn soften(rows: &mut [Row]) {
    if rows.iter().all(|row| matches!(row.state, State::Fault | State::Unknown)) {
        return;
    }
    for row in rows {
        let is_left_out =
            matches!(row.code, Some(Code::NotRegistered | Code::SandboxBlocks | Code::FlatpakClosed));
        if is_left_out && row.registered.is_none() {
            row.state = State::Warning;
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
    let install = format!("potbridge-setup install --browser {}", entry.id);
    let install = if is_flatpak { format!("{install} --flatpak") } else { install };
    let policies = policy_folders(found, facts);
    let systems = if found.packaging == Packaging::Native {
        entry.system_manifest_folders(&facts.machine)
    } else {
        Vec::new()
    };
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
            fix: is_ours(&registration.file, facts).then(|| Fix::Install(Some(entry.id.clone()))),
            policies: &policies,
            sandbox: registration.sandbox.as_ref(),
        };
        rows.push(look(&way, &name, facts));
    }
    // The user's counts more than the machine's.
    if let (true, Some(file)) = (rows.is_empty(), systems.iter().find(|file| file.exists())) {
        let fix_by = "sudo potbridge-setup install --system".to_owned();
        let (family, policies) = (entry.family, &policies[..]);
        let way = Way { family, file, is_users: false, fix_by, fix: None, policies, sandbox: None };
        rows.push(look(&way, &name, facts));
    }
    let missing = targets.registrations.iter().find(|one| !is_there(one));
    match missing {
        Some(_) if rows.is_empty() => {
            let message = format!("{} is not registered", found.program.display());
            let problem = Problem::new(Code::NotRegistered, message).with_hint(install);
            rows.push(Row::fault(PART, name, problem).with_fix(Some(Fix::Install(Some(entry.id.clone())))));
        }
        // The machine's manifest is enough.
        Some(missing)
            if rows.iter().all(|row| row.registered.is_some())
                && !looked_at.is_empty()
                && systems.iter().all(|file| !file.exists()) =>
        {
            let message = format!(
                "it is registered for this shell alone: a browser that the desktop starts looks for {}",
                missing.file.display()
            );
            let problem = Problem::new(Code::NotRegistered, message).with_hint(install);
            rows.push(Row::warning(PART, name, problem).with_fix(Some(Fix::Install(Some(entry.id.clone())))));
        }
        _ => {}
    }
    for row in rows.iter_mut().filter(|row| row.code != Some(Code::NotRegistered)) {
        row.registered = Some(entry.id.clone());
    }
    rows
}

/// Whether the browser finds something by it. On Windows it looks into the registry.
fn is_there(registration: &Registration) -> bool {
    let leads =
        |key: &String| registry::read(key).is_ok_and(|value| value.as_ref() == Some(&registration.file));
    registration.file.exists() && registration.registry_keys.iter().all(leads)
}

/// The folders of policies: those of the table, and Firefox's beside its program.
fn policy_folders(found: &Found, facts: &Facts) -> Vec<PathBuf> {
    let mut folders = found.entry.policy_folders(&facts.machine);
    if found.entry.family == Family::Firefox
        && let Ok(real) = found.program.canonicalize()
        && let Some(folder) = real.parent()
    {
        folders.push(folder.join("distribution"));
    }
    folders
}

/// Manifests of browsers that are not here.
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
            let message = format!("{} is there, and the browser is not found", file.display());
            let problem = Problem::new(Code::BrowserGone, message).with_hint(format!("rm {}", quoted(&file)));
            rows.push(Row::warning(PART, entry.name.clone(), problem));
            looked_at.push(file);
        }
    }
    rows
}

/// Manifests that `install --manifest-dir` made.
fn elsewhere(facts: &Facts, looked_at: &[PathBuf]) -> Vec<Row> {
    let receipts = facts.receipts.iter().flat_map(|receipts| &receipts.files);
    let manifests = receipts.filter_map(|receipt| Some((receipt.manifest?, &receipt.path)));
    manifests
        .filter(|(_, file)| !looked_at.contains(file) && file.exists())
        .map(|(family, file)| {
            let folder = file.parent().unwrap_or(file);
            let browser = if family == Family::Firefox { " --browser firefox" } else { "" };
            let fix_by = format!("potbridge-setup install --manifest-dir {}{browser}", quoted(folder));
            let way = Way { family, file, is_users: true, fix_by, fix: None, policies: &[], sandbox: None };
            look(&way, &folder.display().to_string(), facts)
        })
        .collect()
}

fn is_ours(file: &Path, facts: &Facts) -> bool {
    facts.receipts.as_ref().is_some_and(|receipts| receipts.of(file).is_some())
}

/// Goes the way of a browser from its manifest to the hello.
fn look(way: &Way<'_>, name: &str, facts: &Facts) -> Row {
    match go(way, facts) {
        Ok(row) => Row { name: name.to_owned(), ..row },
        Err(problem) => {
            let fix = fix_of(&problem, way, facts);
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
    if let Some(problem) = policies::obstacle(way.policies, way.family, way.is_users) {
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
    let outside = if way.sandbox.is_some() { ", asked outside of the sandbox" } else { "" };
    let message = format!("{} answers, version {}{outside}", program.display(), hello.version);
    Ok(Row::ok(PART, "", message))
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
