//! Which browsers in sandboxes can start a host, and how.

use super::Scope;
use super::flatpak::Sandbox;
use crate::browsers::{Entry, Machine, Packaging};
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
            Ok(Way { sandbox: None, notes: vec![portal(entry)] })
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
            let sandbox = Sandbox::new(app, machine);
            Ok(Way { notes: vec![sandbox.opens(&entry.name)], sandbox: Some(sandbox) })
        }
        Packaging::Flatpak { app } => Err(skip(
            Code::FlatpakClosed,
            format!("{} is the flatpak {app}, whose sandbox lets it start no other program", entry.name),
            format!(
                "to open the sandbox for it, and let it start any program of yours: potbridge-setup install --flatpak; or \
                 {}",
                instead(entry, machine)
            ),
        )),
    }
}

fn has_portal(entry: &Entry, machine: &Machine) -> bool {
    let places = entry.on(machine.system);
    places.and_then(|places| places.snap.as_ref()).is_some_and(|snap| snap.portal)
}

fn portal(entry: &Entry) -> String {
    format!("{} is a snap: the desktop asks once whether it may start potbridge", entry.name)
}

fn instead(entry: &Entry, machine: &Machine) -> String {
    let places = entry.on(machine.system);
    places
        .and_then(|places| places.snap.as_ref()?.instead.clone())
        .unwrap_or_else(|| format!("install {} from its maker or from the distribution", entry.name))
}
