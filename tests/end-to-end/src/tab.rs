//! One more tab or window.

use potbridge_browser::{Browser, Page};
use serde_json::Value;

/// A tab, or a window with one tab. It stays open until it is closed.
pub struct Tab<'a> {
    pub(crate) browser: &'a Browser,
    pub(crate) page: Page,
}

impl Tab<'_> {
    /// Evaluates an expression in the page. A promise is awaited.
    #[must_use]
    pub fn evaluate(&self, expression: &str) -> Value {
        self.browser.evaluate(&self.page, expression).unwrap()
    }

    /// Clicks on the page.
    pub fn click(&self, selector: &str) {
        let _clicked = self.evaluate(&format!("document.querySelector({selector:?}).click()"));
    }

    /// Loads an address.
    pub fn navigate(&self, url: &str) {
        self.browser.navigate(&self.page, url).unwrap();
    }

    /// Closes it; the last tab of a window closes the window.
    pub fn close(self) {
        self.browser.close_page(&self.page).unwrap();
    }
}
