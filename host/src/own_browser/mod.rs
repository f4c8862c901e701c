//! potbridge's own browser: an ordinary browser with a profile of its own, which nobody looks at.
//!
//! It is started if a token is requested and no browser of a person may be asked. All of its files are in the folder
//! `browser` of the state folder, which only its owner may open.

mod in_use;
mod places;

pub use in_use::{InUse, in_use};

use crate::config::BrowserConfig;
use potbridge_protocol::{Code, Problem};
use potbridge_system::dirs::Dirs;

/// The variable that potbridge's own browser hands to the host that it starts.
pub const UNATTENDED: &str = "POTBRIDGE_UNATTENDED";

/// Whether the browser that started this host is potbridge's own.
#[must_use]
pub fn is_here() -> bool {
    std::env::var_os(UNATTENDED).is_some_and(|value| !value.is_empty())
}

/// Has the browser run: it runs, is being started, or is started now.
///
/// It does not wait for the browser's host. If nothing can come of it, [`failure`] says so later.
///
/// # Errors
/// It cannot be started: there is no browser, no extension, no sandbox, or it ended too often.
pub fn start(_config: &BrowserConfig, _dirs: &Dirs) -> Result<(), Problem> {
    Err(Problem::new(Code::OwnBrowserFailed, "this version of potbridge cannot start a browser of its own"))
}

/// Why the browser that was started does not run any more. `None` while it runs, or if it ended as it should.
#[must_use]
pub fn failure(_dirs: &Dirs) -> Option<Problem> {
    None
}
