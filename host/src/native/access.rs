//! Which extensions may talk to this host.

use super::caller;
use crate::config::Config;
use crate::error::Error;
use potbridge_protocol::{Code, Problem};
use potbridge_system::dirs::Dirs;

/// Admits potbridge's own extension, and those that the configuration names.
///
/// Gives the folders that the connection works with.
pub(super) fn admit(extension: &str) -> Result<Dirs, Problem> {
    let dirs = Dirs::of_environment().map_err(|error| Error::from(error).problem())?;
    if !caller::is_ours(extension) {
        let config = Config::load(&dirs.config).map_err(|error| Error::from(error).problem())?;
        if !config.extension_ids.iter().any(|id| id == extension) {
            let message = format!("this host does not know the extension {extension}");
            let hint = format!("if it is yours, run `potbridge-setup install --extension-id {extension}`");
            return Err(Problem::new(Code::ExtensionNotAllowed, message).with_hint(hint));
        }
    }
    Ok(dirs)
}
