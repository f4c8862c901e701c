//! Which browsers in sandboxes can start a host, and how.

use super::flatpak::Sandbox;
use super::scope::Scope;
use crate::browsers::{Entry, Machine, Packaging};
use potbridge_protocol::identifiers::HOST_NAME;
use potbridge_protocol::{Code, Problem};

/// A browser that is here and is not registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Its name for people.
    pub browser: String,
    /// Its id.
    pub id: &'static str,
    /// How it was packaged.
    pub packaging: Packaging,
    /// Why it is not registered, and what to do.
    pub problem: Problem,
}

/// How a browser that can be registered starts a host.
pub(super) struct Way {
    pub(super) sandbox: Option<Sandbox>,
    pub(super) notes: Vec<String>,
}

/// Decides whether a browser can start a host.
pub(super) fn judge(
    entry: &'static Entry,
    packaging: &Packaging,
    scope: Scope,
    flatpak: bool,
    machine: &Machine,
) -> Result<Way, Skipped> {
    let skip = |code: Code, message: String, hint: String| Skipped {
        browser: entry.name.clone(),
        id: &entry.id,
        packaging: packaging.clone(),
        problem: Problem::new(code, message).with_hint(hint),
    };
    match packaging {
        Packaging::Native => Ok(Way { sandbox: None, notes: Vec::new() }),
        Packaging::Snap if has_portal(entry, machine) => {
            Ok(Way { sandbox: None, notes: vec![portal(entry, machine)] })
        }
        Packaging::Snap => Err(skip(
            Code::SandboxBlocks,
            format!("{} is a snap, and its sandbox lets it start no other program", entry.name),
            instead(entry, machine),
        )),
        Packaging::Flatpak { app } if scope == Scope::System => Err(skip(
            Code::FlatpakClosed,
            format!("{} is the flatpak {app}, which reads no manifests of the machine", entry.name),
            "each user can register it: potbridge-setup install --flatpak".to_owned(),
        )),
        Packaging::Flatpak { app } if flatpak => {
            let sandbox = Sandbox::new(entry, app, machine);
            Ok(Way { notes: vec![sandbox.opens(&entry.name)], sandbox: Some(sandbox) })
        }
        Packaging::Flatpak { app } => Err(skip(
            Code::FlatpakClosed,
            format!("{} is the flatpak {app}, whose sandbox lets it start no other program", entry.name),
            format!(
                "to open the sandbox for it, and let it start any program of yours: potbridge-setup install --browser {} \
                 --flatpak; or {}",
                entry.id,
                natively(entry)
            ),
        )),
    }
}

fn has_portal(entry: &Entry, machine: &Machine) -> bool {
    let places = entry.on(machine.system);
    places.and_then(|places| places.snap.as_ref()).is_some_and(|snap| snap.portal)
}

/// What to expect of the portal.
///
/// It keeps each answer in the desktop's store of permissions, and a refusal looks to the extension like a host that is not
/// there (Ubuntu 22.04 and later; Firefox's own page on its portal for native messaging).
fn portal(entry: &Entry, machine: &Machine) -> String {
    format!(
        "{} is a snap: when the extension first starts potbridge, the desktop may ask whether it may. Allow it. The answer is \
         kept; if it was no, be asked again: {}",
        entry.name,
        ask_again(&entry.id, machine)
    )
}

/// The command that makes the portal forget its answer. Without the program `flatpak`, which need not be there, it is longer.
fn ask_again(snap: &str, machine: &Machine) -> String {
    const STORE: &str = "org.freedesktop.impl.portal.PermissionStore";
    let what = format!("webextensions {HOST_NAME} snap.{snap}");
    if machine.which("flatpak").is_some() {
        return format!("flatpak permission-remove {what}");
    }
    let object = STORE.replace('.', "/");
    format!(
        "gdbus call --session --dest {STORE} --object-path /{object} --method {STORE}.DeletePermission {what}"
    )
}

fn instead(entry: &Entry, machine: &Machine) -> String {
    let places = entry.on(machine.system);
    places.and_then(|places| places.snap.as_ref()?.instead.clone()).unwrap_or_else(|| natively(entry))
}

fn natively(entry: &Entry) -> String {
    format!("install {} from its maker or from the distribution", entry.name)
}
