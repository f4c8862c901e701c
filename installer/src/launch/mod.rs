//! Opens a browser with a profile of its own and an extension in it, and drives it without any
//! driver program: Chromium by CDP over a pipe, Firefox by Marionette.

pub mod cdp;
pub mod chromium;
pub mod firefox;
pub mod marionette;
mod preferences;
mod process;

pub use chromium::Chromium;
pub use firefox::Firefox;

use crate::browsers::Family;
use crate::error::Result;
use cdp::Cdp;
use marionette::Marionette;
use serde_json::Value;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

/// What to open, and how.
#[derive(Clone, Debug)]
pub struct LaunchOptions {
    /// The browser's program.
    pub program: PathBuf,
    /// An empty folder for the profile, the caller's to remove.
    pub profile: PathBuf,
    /// The built extension: a folder with its manifest.
    pub extension: PathBuf,
    /// Without a window.
    pub headless: bool,
    /// Where every name leads; `None`: the real network.
    pub route: Option<Route>,
    /// Set in the browser's environment, over what is inherited.
    pub env: Vec<(OsString, OsString)>,
    /// More preferences, for Firefox: a name, and a JSON string, number or boolean.
    pub extra_prefs: Vec<(String, Value)>,
    /// More arguments.
    pub extra_args: Vec<OsString>,
    /// Takes the browser's output.
    pub log: PathBuf,
}

/// One local endpoint that stands in for every name of the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Speaks TLS, and CONNECT before it, where it is used as a proxy.
    pub address: SocketAddr,
    /// The SHA-256 of its certificate's public key (SPKI, DER), in base64: the one certificate
    /// that Chromium then takes for every name.
    pub spki_sha256: String,
}

/// A running browser of either family. Dropped, it is ended, and all that it started.
pub enum Browser {
    /// By CDP.
    Chromium(Chromium),
    /// By Marionette.
    Firefox(Firefox),
}

/// An open tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Chromium: the target's id. Firefox: the window handle.
    pub id: String,
    /// Chromium: the attached session. Firefox: empty.
    pub session: String,
}

impl Browser {
    /// Opens the browser, puts the extension in it and waits until its background listens.
    ///
    /// # Errors
    /// With the end of the browser's log, where it does not start or refuses the extension.
    pub fn launch(family: Family, options: &LaunchOptions) -> Result<Self> {
        match family {
            Family::Chromium => Chromium::launch(options).map(Self::Chromium),
            Family::Firefox => Firefox::launch(options).map(Self::Firefox),
        }
    }

    /// Opens an address, the first one in the tab that is there already, and waits until the
    /// page's document is parsed.
    ///
    /// # Errors
    /// Where the page cannot be reached.
    pub fn open(&self, url: &str) -> Result<Page> {
        match self {
            Self::Chromium(browser) => browser.open(url),
            Self::Firefox(browser) => browser.open(url),
        }
    }

    /// Loads an address in an open tab, and waits until the page's document is parsed.
    ///
    /// # Errors
    /// Where the page cannot be reached.
    pub fn navigate(&self, page: &Page, url: &str) -> Result<()> {
        match self {
            Self::Chromium(browser) => browser.navigate(page, url),
            Self::Firefox(browser) => browser.navigate(page, url),
        }
    }

    /// The value of a JavaScript expression in a page; a promise is awaited.
    ///
    /// # Errors
    /// [`crate::error::Error::Script`] where it throws.
    pub fn evaluate(&self, page: &Page, expression: &str) -> Result<Value> {
        match self {
            Self::Chromium(browser) => browser.evaluate(page, expression),
            Self::Firefox(browser) => browser.evaluate(page, expression),
        }
    }

    /// Closes a tab.
    ///
    /// # Errors
    /// Where it is not there any more.
    pub fn close_page(&self, page: &Page) -> Result<()> {
        match self {
            Self::Chromium(browser) => browser.close_page(page),
            Self::Firefox(browser) => browser.close_page(page),
        }
    }

    /// The address of a file of the extension, as `popup/popup.html`.
    #[must_use]
    pub fn extension_url(&self, path: &str) -> String {
        match self {
            Self::Chromium(browser) => browser.extension_url(path),
            Self::Firefox(browser) => browser.extension_url(path),
        }
    }

    /// Waits until the browser has ended, as when a person closes its last window.
    pub fn wait_closed(&self) {
        self.process().wait_without_limit();
    }

    /// Runs `callback` on another thread once the browser has ended; at once, where it has.
    pub fn on_closed(&self, callback: impl FnOnce() + Send + 'static) {
        self.process().on_exit(Box::new(callback));
    }

    /// The number of the browser's first process, and of its process group.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.process().id()
    }

    /// Whether it has not ended.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.process().is_running()
    }

    /// The last lines the browser wrote to its log.
    #[must_use]
    pub fn log_tail(&self) -> String {
        self.process().log_tail()
    }

    /// The remote protocol of Chromium, where it is one.
    #[must_use]
    pub fn cdp(&self) -> Option<&Cdp> {
        match self {
            Self::Chromium(browser) => Some(browser.cdp()),
            Self::Firefox(_) => None,
        }
    }

    /// The remote protocol of Firefox, where it is one.
    #[must_use]
    pub fn marionette(&self) -> Option<&Marionette> {
        match self {
            Self::Chromium(_) => None,
            Self::Firefox(browser) => Some(browser.marionette()),
        }
    }

    fn process(&self) -> &process::Process {
        match self {
            Self::Chromium(browser) => browser.process(),
            Self::Firefox(browser) => browser.process(),
        }
    }
}
