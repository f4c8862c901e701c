//! The way of a browser from its native manifest to the host's hello.

use super::PART;
use crate::checks::host::{HostStart, handshake};
use crate::checks::moved_away;
use crate::doctor::Facts;
use crate::doctor::flatpak;
use crate::doctor::installation::versions;
use crate::doctor::manifest::{self, Manifest};
use crate::doctor::policies::{self, Verdict};
use crate::doctor::row::{Fix, Row};
use crate::registration::flatpak::Sandbox;
use potbridge_protocol::identifiers::{CHROMIUM_ID, FIREFOX_ID};
use potbridge_protocol::{Code, Problem};
use potbridge_system::browser::{Family, native_manifest};
use potbridge_system::regular_file;
use std::path::{Path, PathBuf};

/// A native manifest, and who it is for.
pub(super) struct Way<'a> {
    pub(super) family: Family,
    pub(super) file: &'a Path,
    /// Whether it is one of this user's, and not of the machine.
    pub(super) is_users: bool,
    /// The command that writes it anew.
    pub(super) fix_by: String,
    pub(super) fix: Option<Fix>,
    pub(super) policies: &'a [PathBuf],
    pub(super) sandbox: Option<&'a Sandbox>,
    /// What to know of the desktop's portal, by which a snap starts the host.
    pub(super) portal: Option<String>,
}

/// The command after which these files are as `install` writes them.
///
/// What `install` did not make, or is no file, it would leave. So that is moved away first.
pub(in crate::doctor) fn written_by(command: &str, files: &[&Path], facts: &Facts) -> String {
    let away = files.iter().filter(|file| stands_in_the_way(file, facts)).map(|file| moved_away(file));
    away.chain([command.to_owned()]).collect::<Vec<_>>().join(" && ")
}

/// Whether something is there that `install` would leave.
pub(super) fn stands_in_the_way(file: &Path, facts: &Facts) -> bool {
    file.symlink_metadata().is_ok_and(|found| !found.is_file() || !is_ours(file, facts))
}

/// Goes the way of a browser from its manifest to the hello.
pub(super) fn look(way: &Way<'_>, name: &str, facts: &Facts) -> Row {
    match go(way, facts) {
        Ok(row) => Row { name: name.to_owned(), ..row },
        Err(problem) => {
            // What is no file, or may not be read, `install` leaves.
            let fix = fix_of(&problem, way, facts).filter(|_| regular_file::read(way.file).is_ok());
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
    let hello = handshake(&start)
        .map_err(|problem| with_fix(problem, &program, installed == Some(&*program), way))?;
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
fn with_fix(problem: Problem, program: &Path, is_installed: bool, way: &Way<'_>) -> Problem {
    match problem.code {
        Code::HostMissing | Code::HostFailed | Code::HostNoAnswer => problem.with_hint(&*way.fix_by),
        // A folder, which stands where the installed one is to be, or to which the manifest alone leads.
        Code::NotExecutable if !program.is_file() && !is_installed => problem.with_hint(&*way.fix_by),
        _ => problem,
    }
}

fn points_elsewhere(manifest: &Manifest, installed: Option<&Path>, way: &Way<'_>) -> Option<Problem> {
    let installed = installed.filter(|_| way.sandbox.is_none() && way.is_users)?;
    let real = |path: &Path| dunce::canonicalize(path).ok();
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

/// Whether `install` made a file.
pub(super) fn is_ours(file: &Path, facts: &Facts) -> bool {
    facts.receipts.as_ref().is_some_and(|receipts| receipts.of(file).is_some())
}
