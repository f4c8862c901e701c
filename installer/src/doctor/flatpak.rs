//! Whether a flatpak's sandbox lets the browser start the host.

use crate::browsers::Machine;
use crate::registration::flatpak::Sandbox;
use potbridge_protocol::{Code, Problem};
use potbridge_system::regular_file;
use std::path::{Path, PathBuf};

/// The host that the wrapper starts outside of the sandbox.
///
/// # Errors
/// [`Code::FlatpakClosed`] if the wrapper or the permission is missing.
pub(super) fn host_outside(
    sandbox: &Sandbox,
    named: &Path,
    installed: Option<&Path>,
    fix: &str,
    machine: &Machine,
) -> Result<PathBuf, Problem> {
    let closed = |why: String, fix: String| Problem::new(Code::FlatpakClosed, why).with_hint(fix);
    let wrapper = sandbox.wrapper();
    if named != wrapper {
        let why = format!(
            "the manifest leads to {}, and in the sandbox only {} can run",
            named.display(),
            wrapper.display()
        );
        return Err(closed(why, fix.to_owned()));
    }
    let text = regular_file::read(&wrapper)
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .map_err(|error| {
            closed(format!("the wrapper {} cannot be read: {error}", wrapper.display()), fix.to_owned())
        })?;
    let Some(host) = installed.filter(|host| sandbox.wrapper_text(host).is_ok_and(|wanted| wanted == text))
    else {
        return Err(closed(
            format!("the wrapper {} does not start the installed host", wrapper.display()),
            fix.to_owned(),
        ));
    };
    if !sandbox.missing(machine).is_empty() {
        let why = format!("the sandbox of {} may not start programs outside of it", sandbox.app);
        return Err(closed(why, fix.to_owned()));
    }
    Ok(host.to_owned())
}
