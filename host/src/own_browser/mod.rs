//! potbridge's own browser: an ordinary browser with a profile of its own, which nobody looks at.
//!
//! It is started if a token is requested and no browser of a person may be asked. A watchdog has it run ([`watch`]): a
//! process of this program that holds the browser's lock. All of the browser's files are in the folder `browser` of the
//! state folder, which only its owner may open.

mod in_use;
mod places;
mod problems;
mod unattended;

#[cfg(target_os = "linux")]
mod browser_process;
#[cfg(target_os = "linux")]
mod chromium;
#[cfg(target_os = "linux")]
mod control;
#[cfg(target_os = "linux")]
mod crashes;
#[cfg(target_os = "linux")]
pub mod display;
#[cfg(target_os = "linux")]
mod ended;
#[cfg(target_os = "linux")]
mod events;
#[cfg(target_os = "linux")]
mod find;
#[cfg(target_os = "linux")]
mod firefox;
#[cfg(target_os = "linux")]
mod holder;
#[cfg(target_os = "linux")]
pub mod home;
#[cfg(target_os = "linux")]
mod idleness;
#[cfg(target_os = "linux")]
mod manifest;
#[cfg(target_os = "linux")]
mod output;
#[cfg(target_os = "linux")]
mod plan;
#[cfg(target_os = "linux")]
mod records;
#[cfg(target_os = "linux")]
mod scope;
#[cfg(target_os = "linux")]
mod status;
#[cfg(target_os = "linux")]
pub mod step;
#[cfg(target_os = "linux")]
mod watch;
#[cfg(target_os = "linux")]
pub mod watchdog;

#[cfg(target_os = "linux")]
pub use control::{end, login, run};
pub use in_use::{InUse, in_use};
#[cfg(target_os = "linux")]
pub use status::{Status, status};
pub use unattended::{UNATTENDED, is_here};

use crate::config::BrowserConfig;
use potbridge_protocol::Problem;
use potbridge_system::dirs::Dirs;

/// Has the browser run: it runs, is being started, or is started now.
///
/// It does not wait for the browser's host. If nothing can come of it, [`failure`] says so later.
///
/// # Errors
/// It cannot be started: there is no browser, no extension, no sandbox, or it ended too often.
pub fn start(config: &BrowserConfig, dirs: &Dirs) -> Result<(), Problem> {
    #[cfg(target_os = "linux")]
    return control::start(config, dirs);
    #[cfg(not(target_os = "linux"))]
    {
        // Not used here.
        let _ = (config, dirs);
        Err(only_on_linux())
    }
}

/// Why the browser that was started does not run any more. `None` while it runs, or if it ended as it should.
#[must_use]
pub fn failure(dirs: &Dirs) -> Option<Problem> {
    #[cfg(target_os = "linux")]
    return status::failure_now(dirs);
    #[cfg(not(target_os = "linux"))]
    {
        // Not used here.
        let _ = dirs;
        Some(only_on_linux())
    }
}

/// There is no such browser on this system.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn only_on_linux() -> Problem {
    problems::failed("potbridge has a browser of its own only on Linux")
}
