//! For whom root may install.
//!
//! A browser looks into the home folder of its own user. Under `sudo` the home folder is root's, or root would leave files of
//! root's in somebody's.

use crate::browsers::Machine;
use crate::error::{Error, Result};
use crate::registration::Scope;

/// Refuses what would be installed for, or removed from, somebody whom nobody meant.
///
/// # Errors
/// [`Error::ForAnotherUser`], and [`Error::NotRoot`] if only root may do it.
pub(crate) fn check(scope: Scope, command: &'static str, machine: &Machine) -> Result<()> {
    match scope {
        // In an image that is being built, whoever may write there may install.
        Scope::System if is_root() || machine.root.parent().is_some() => Ok(()),
        Scope::System => Err(Error::NotRoot { command }),
        Scope::User if is_root() => refuse_for_another(command, machine),
        Scope::User => Ok(()),
    }
}

#[cfg(unix)]
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Windows asks the person itself, and refuses what is not allowed.
#[cfg(not(unix))]
fn is_root() -> bool {
    true
}

/// A program that was started as administrator has the folders of its own user.
#[cfg(not(unix))]
fn refuse_for_another(_: &'static str, _: &Machine) -> Result<()> {
    Ok(())
}

/// Root is refused if another user became root for this one command, and in the home folder of another user.
#[cfg(unix)]
fn refuse_for_another(command: &'static str, machine: &Machine) -> Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    let refused = |why: String| {
        let hint = format!(
            "run `{command}` as the user whose browser it is; for all users: sudo {command} --system"
        );
        Err(Error::ForAnotherUser { why, hint })
    };
    if let Some((program, user)) = became_root_by() {
        return refused(format!(
            "this is root, by {program} of {user}: root's browsers would be meant, and not {user}'s"
        ));
    }
    match machine.home.metadata() {
        Ok(home) if home.uid() != 0 => refused(format!(
            "this is root, and the home folder {} belongs to the user {}: root's files would be left in it",
            machine.home.display(),
            home.uid()
        )),
        _ => Ok(()),
    }
}

/// The program by which another user became root, and that user.
#[cfg(unix)]
fn became_root_by() -> Option<(&'static str, String)> {
    let by = [("sudo", "SUDO_USER", "root"), ("doas", "DOAS_USER", "root"), ("pkexec", "PKEXEC_UID", "0")];
    by.into_iter().find_map(|(program, variable, root)| {
        let user = std::env::var(variable).ok().filter(|user| !user.is_empty() && user != root)?;
        let user = if variable.ends_with("UID") { format!("the user {user}") } else { user };
        Some((program, user))
    })
}
