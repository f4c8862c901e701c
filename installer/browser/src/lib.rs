//! Opens a browser with a fresh profile and an extension, and drives it.
//!
//! No driver program is needed: Chromium is driven by CDP over a pipe, Firefox by Marionette.

mod browser;
pub mod cdp;
mod chromium;
mod error;
mod extension;
mod firefox;
pub mod marionette;
mod options;
mod pipes;
mod preferences;
mod process;

pub use browser::Browser;
pub use error::{Error, Result};
pub use options::{LaunchOptions, Page, Route};
pub use potbridge_system::browser::Family;
