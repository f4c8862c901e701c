//! A browser with one extension, on a page of the stand-in.

use crate::dirs::HostDirs;
use anyhow::{Context as _, Result};
use potbridge_browser::{Browser, Family, LaunchOptions, Page, Route};
use potbridge_setup::browsers::Found;
use potbridge_stand_in::StandIn;
use serde_json::{Value, json};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// The browser and its page. The browser ends when this is dropped.
pub struct BrowserPage {
    browser: Browser,
    page: Page,
}

impl BrowserPage {
    /// Opens the stand-in's page. The browser's profile and home are in these folders.
    ///
    /// # Errors
    /// If the browser does not start.
    pub fn take(
        found: &Found,
        extension: &Path,
        dirs: &HostDirs,
        more: impl IntoIterator<Item = (OsString, OsString)>,
        stand_in: &StandIn,
        ready: impl FnOnce(&Browser) -> Result<()>,
    ) -> Result<Self> {
        let home = dirs.path("home");
        for folder in [&home, &dirs.path("profile")] {
            fs::create_dir_all(folder)?;
        }
        let mut env = vec![("HOME".into(), home.into_os_string())];
        env.extend(more);
        let family = found.entry.family;
        let options = LaunchOptions {
            program: found.program.clone(),
            profile: dirs.path("profile"),
            extension: extension.to_owned(),
            extensions_before: Vec::new(),
            in_private_windows: false,
            headless: true,
            route: Some(Route {
                address: stand_in.address(),
                spki_sha256: stand_in.spki_sha256().to_owned(),
            }),
            env,
            // By default Firefox gives pages whole milliseconds.
            extra_prefs: vec![("privacy.reduceTimerPrecision".to_owned(), json!(false))],
            extra_args: Vec::new(),
            log: dirs.path("browser.log"),
        };
        let browser = Browser::launch(family, &options)?;
        ready(&browser)?;
        let page = browser.open(stand_in.start_url())?;
        Ok(Self { browser, page })
    }

    /// Has the page send a player request, and waits for the answer.
    ///
    /// Returns the time of the request: milliseconds since 1970, by the page's clock.
    ///
    /// # Errors
    /// If the page cannot send it.
    pub fn play(&self, body: &str) -> Result<f64> {
        let expression = format!(
            "(() => {{
                const body = {};
                const at = performance.timeOrigin + performance.now();
                const sent = fetch('/youtubei/v1/player?prettyPrint=false', {{
                    method: 'POST', headers: {{ 'Content-Type': 'application/json' }}, body,
                }});
                return sent.then((answer) => answer.arrayBuffer()).then(() => at);
            }})()",
            json!(body)
        );
        self.browser.evaluate(&self.page, &expression)?.as_f64().context("the page has no clock")
    }

    /// Has the page send media requests, one after the other: `{"address", "first", "requests", "body"}`, the body in base64.
    ///
    /// Returns the seconds that each took.
    ///
    /// # Errors
    /// If the page cannot send them.
    pub fn play_media(&self, media: &Value) -> Result<Vec<f64>> {
        let expression = format!(
            "(async ({{ address, first, requests, body }}) => {{
                const bytes = Uint8Array.from(atob(body), (character) => character.charCodeAt(0));
                const seconds = [];
                for (let number = 0; number < requests; number += 1) {{
                    const began = performance.now();
                    const answer = await fetch(`${{address}}&rn=${{first + number}}`, {{ method: 'POST', body: bytes }});
                    await answer.arrayBuffer();
                    seconds.push((performance.now() - began) / 1000);
                }}
                return seconds;
            }})({media})"
        );
        Ok(serde_json::from_value(self.browser.evaluate(&self.page, &expression)?)?)
    }

    /// Evaluates an expression in a page of the extension, which is closed again.
    ///
    /// # Errors
    /// If there is no such page, or the expression throws.
    pub fn in_extension(&self, path: &str, expression: &str) -> Result<Value> {
        let page = self.browser.open(&self.browser.extension_url(path))?;
        let value = self.browser.evaluate(&page, expression);
        self.browser.close_page(&page)?;
        Ok(value?)
    }
}

/// Where a browser with this profile and home looks for native manifests.
///
/// Chromium looks in its profile, Firefox only in the home.
#[must_use]
pub fn native_manifests(family: Family, dirs: &HostDirs) -> PathBuf {
    match family {
        Family::Chromium => dirs.path("profile/NativeMessagingHosts"),
        Family::Firefox => dirs.path("home/.mozilla/native-messaging-hosts"),
    }
}
