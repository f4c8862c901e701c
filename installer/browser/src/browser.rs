//! A running browser of either family.

use crate::cdp::Cdp;
use crate::chromium::Chromium;
use crate::error::Result;
use crate::firefox::Firefox;
use crate::marionette::Marionette;
use crate::options::{LaunchOptions, Page};
use crate::process::Process;
use potbridge_system::browser::Family;
use serde_json::Value;
use std::path::Path;

/// A running browser. When it is dropped, it is ended with every process it started.
pub enum Browser {
    /// Driven by CDP.
    Chromium(Chromium),
    /// Driven by Marionette.
    Firefox(Firefox),
}

impl Browser {
    /// Opens the browser, loads the extension and waits until the extension's background listens.
    ///
    /// # Errors
    /// [`crate::Error::Launch`], with the end of the browser's log, if the browser does not start or refuses the
    /// extension.
    pub fn launch(family: Family, options: &LaunchOptions) -> Result<Self> {
        match family {
            Family::Chromium => Chromium::launch(options).map(Self::Chromium),
            Family::Firefox => Firefox::launch(options).map(Self::Firefox),
        }
    }

    /// Opens an address in a tab and waits until the page's document is parsed.
    ///
    /// The first address is opened in the tab that the browser started with.
    ///
    /// # Errors
    /// If the page cannot be reached.
    pub fn open(&self, url: &str) -> Result<Page> {
        match self {
            Self::Chromium(browser) => browser.open(url),
            Self::Firefox(browser) => browser.open(url),
        }
    }

    /// Opens an address in a new private window and waits until the page's document is parsed.
    ///
    /// # Errors
    /// If the page cannot be reached. In Chromium also if the extension may not run in private windows
    /// ([`LaunchOptions::in_private_windows`]): Chromium opens them for an extension alone.
    pub fn open_private(&self, url: &str) -> Result<Page> {
        match self {
            Self::Chromium(browser) => browser.open_private(url),
            Self::Firefox(browser) => browser.open_private(url),
        }
    }

    /// Loads one more extension, a folder with its manifest.
    ///
    /// # Errors
    /// If the browser refuses it.
    pub fn load_extension(&self, extension: &Path) -> Result<()> {
        match self {
            Self::Chromium(browser) => browser.load_extension(extension),
            Self::Firefox(browser) => browser.load_extension(extension),
        }
    }

    /// Loads an address in an open tab and waits until the page's document is parsed.
    ///
    /// # Errors
    /// If the page cannot be reached.
    pub fn navigate(&self, page: &Page, url: &str) -> Result<()> {
        match self {
            Self::Chromium(browser) => browser.navigate(page, url),
            Self::Firefox(browser) => browser.navigate(page, url),
        }
    }

    /// Evaluates a JavaScript expression in a page. A promise is awaited.
    ///
    /// # Errors
    /// [`crate::Error::Script`] if the expression throws.
    pub fn evaluate(&self, page: &Page, expression: &str) -> Result<Value> {
        match self {
            Self::Chromium(browser) => browser.evaluate(page, expression),
            Self::Firefox(browser) => browser.evaluate(page, expression),
        }
    }

    /// Closes a tab.
    ///
    /// # Errors
    /// If the tab is closed already.
    pub fn close_page(&self, page: &Page) -> Result<()> {
        match self {
            Self::Chromium(browser) => browser.close_page(page),
            Self::Firefox(browser) => browser.close_page(page),
        }
    }

    /// The address of a file of the extension, for example of `popup/popup.html`.
    #[must_use]
    pub fn extension_url(&self, path: &str) -> String {
        match self {
            Self::Chromium(browser) => browser.extension_url(path),
            Self::Firefox(browser) => browser.extension_url(path),
        }
    }

    /// Runs `callback` on another thread when the browser ends. If it has ended, `callback` runs at once.
    pub fn on_closed(&self, callback: impl FnOnce() + Send + 'static) {
        self.process().on_exit(Box::new(callback));
    }

    /// The id of the browser's first process, which is also the id of its process group.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.process().id()
    }

    /// Whether the browser has not ended.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.process().is_running()
    }

    /// The last lines of the browser's log.
    #[must_use]
    pub fn log_tail(&self) -> String {
        self.process().log_tail()
    }

    /// The remote protocol of Chromium. `None` for Firefox.
    #[must_use]
    pub fn cdp(&self) -> Option<&Cdp> {
        match self {
            Self::Chromium(browser) => Some(browser.cdp()),
            Self::Firefox(_) => None,
        }
    }

    /// The remote protocol of Firefox. `None` for Chromium.
    #[must_use]
    pub fn marionette(&self) -> Option<&Marionette> {
        match self {
            Self::Chromium(_) => None,
            Self::Firefox(browser) => Some(browser.marionette()),
        }
    }

    fn process(&self) -> &Process {
        match self {
            Self::Chromium(browser) => browser.process(),
            Self::Firefox(browser) => browser.process(),
        }
    }
}
