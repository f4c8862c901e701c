//! Firefox.

use crate::error::{Error, Result};
use crate::extension::Manifest;
use crate::marionette::Marionette;
use crate::options::{LaunchOptions, Page};
use crate::preferences::{EXTENSION_UUID, user_js};
use crate::process::Process;
use fs_err as fs;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

const START_LIMIT: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Resolves when the background runs, or with the reason why it cannot.
///
/// `backgroundState` comes from Firefox's ext-backgroundPage.js (since 106).
const BACKGROUND_RUNS: &str = "const [id] = arguments;
    return new Promise((done) => {
        const look = () => {
            const extension = WebExtensionPolicy.getByID(id)?.extension;
            if (!extension) done('is not there');
            else if (!extension.manifest.background) done('running');
            else if (extension.backgroundState === 'running') done('running');
            else setTimeout(look, 10);
        };
        const { setTimeout } = ChromeUtils.importESModule('resource://gre/modules/Timer.sys.mjs');
        look();
    });";

/// A running Firefox. It is ended when it is dropped.
pub struct Firefox {
    marionette: Marionette,
    process: Process,
    /// The window it started with, until [`Firefox::open`] takes it.
    ///
    /// Commands work in the current window, so who switches windows holds this lock.
    first_window: Mutex<Option<String>>,
}

impl Firefox {
    pub(crate) fn launch(options: &LaunchOptions) -> Result<Self> {
        let add_on = Manifest::read(&options.extension)?.add_on_id(&options.extension)?;
        let preferences = options.profile.join("user.js");
        fs::write(&preferences, user_js(options, &add_on))?;
        let process = start(options)?;
        match connect(&process, options, &add_on) {
            Ok((marionette, first)) => {
                Ok(Self { marionette, process, first_window: Mutex::new(Some(first)) })
            }
            Err(error) => {
                Err(Error::Launch { browser: "Firefox", source: Box::new(error), log: process.log_tail() })
            }
        }
    }

    pub(crate) fn open(&self, url: &str) -> Result<Page> {
        let mut first = self.lock();
        let id = match first.take() {
            Some(id) => id,
            None => {
                // If the current window was closed, Firefox refuses commands until another one is current.
                let open = self.marionette.call("WebDriver:GetWindowHandles", &json!({}))?;
                if let Some(window) = open[0].as_str() {
                    self.switch(window, false)?;
                }
                text(
                    &self.marionette.call("WebDriver:NewWindow", &json!({ "type": "tab", "focus": true }))?,
                    "handle",
                )
            }
        };
        self.go(&id, url)?;
        Ok(Page { id, session: String::new() })
    }

    pub(crate) fn open_private(&self, url: &str) -> Result<Page> {
        let _lock = self.lock();
        let asked = json!({ "type": "window", "focus": true, "private": true });
        let id = text(&self.marionette.call("WebDriver:NewWindow", &asked)?, "handle");
        self.go(&id, url)?;
        Ok(Page { id, session: String::new() })
    }

    pub(crate) fn load_extension(&self, extension: &Path) -> Result<()> {
        install(&self.marionette, extension, false)
    }

    pub(crate) fn navigate(&self, page: &Page, url: &str) -> Result<()> {
        let _lock = self.lock();
        self.go(&page.id, url)
    }

    fn go(&self, window: &str, url: &str) -> Result<()> {
        self.switch(window, true)?;
        self.marionette.call("WebDriver:Navigate", &json!({ "url": url })).map(drop)
    }

    pub(crate) fn evaluate(&self, page: &Page, expression: &str) -> Result<Value> {
        let _lock = self.lock();
        self.switch(&page.id, false)?;
        let answer = self.marionette.call(
            "WebDriver:ExecuteScript",
            &json!({ "script": format!("return ({expression});"), "args": [] }),
        );
        match answer {
            Ok(mut answer) => Ok(answer["value"].take()),
            Err(Error::Refused { message, .. }) => match message.strip_prefix("javascript error: ") {
                Some(thrown) => Err(Error::Script(thrown.to_owned())),
                None => Err(Error::Script(message)),
            },
            Err(error) => Err(error),
        }
    }

    pub(crate) fn close_page(&self, page: &Page) -> Result<()> {
        let _lock = self.lock();
        self.switch(&page.id, false)?;
        self.marionette.call("WebDriver:CloseWindow", &json!({})).map(drop)
    }

    pub(crate) fn extension_url(&self, path: &str) -> String {
        format!("moz-extension://{EXTENSION_UUID}/{path}")
    }

    pub(crate) fn marionette(&self) -> &Marionette {
        &self.marionette
    }

    pub(crate) fn process(&self) -> &Process {
        &self.process
    }

    fn lock(&self) -> MutexGuard<'_, Option<String>> {
        self.first_window.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn switch(&self, window: &str, focus: bool) -> Result<()> {
        self.marionette
            .call("WebDriver:SwitchToWindow", &json!({ "handle": window, "focus": focus }))
            .map(drop)
    }
}

impl Drop for Firefox {
    fn drop(&mut self) {
        if self.process.is_running() {
            self.marionette.quit();
        }
        self.process.end();
    }
}

fn start(options: &LaunchOptions) -> Result<Process> {
    let mut command = Command::new(&options.program);
    command
        .args(["--marionette", "--remote-allow-system-access", "--no-remote"])
        .arg("--profile")
        .arg(&options.profile);
    if cfg!(windows) {
        // There the program is a launcher, which would end as soon as it has started the browser.
        command.arg("--wait-for-browser");
    }
    if options.headless {
        command.arg("--headless");
    }
    command
        .args(&options.extra_args)
        .arg("about:blank")
        .env("MOZ_CRASHREPORTER_DISABLE", "1")
        .envs(options.env.iter().map(|(name, value)| (name, value)));
    Process::start(command, &options.log)
}

fn connect(process: &Process, options: &LaunchOptions, add_on: &str) -> Result<(Marionette, String)> {
    let marionette = Marionette::connect(wait_for_port(process, options)?)?;
    marionette.call(
        "WebDriver:NewSession",
        &json!({
            // Certificates of the real network must be valid.
            "acceptInsecureCerts": options.route.is_some(),
            "pageLoadStrategy": "eager",
        }),
    )?;
    for extension in &options.extensions_before {
        install(&marionette, extension, false)?;
    }
    install(&marionette, &options.extension, options.in_private_windows)?;
    marionette.call("Marionette:SetContext", &json!({ "value": "chrome" }))?;
    let state = marionette
        .call("WebDriver:ExecuteScript", &json!({ "script": BACKGROUND_RUNS, "args": [add_on] }))?;
    marionette.call("Marionette:SetContext", &json!({ "value": "content" }))?;
    if state["value"] != "running" {
        return Err(Error::Refused {
            method: format!("the add-on {add_on}"),
            message: text(&state, "value"),
        });
    }
    let window = marionette.call("WebDriver:GetWindowHandle", &json!({}))?;
    Ok((marionette, text(&window, "value")))
}

fn install(marionette: &Marionette, extension: &Path, private: bool) -> Result<()> {
    let asked = json!({ "path": extension, "temporary": true, "allowPrivateBrowsing": private });
    marionette.call("Addon:Install", &asked).map(drop)
}

/// Waits until Firefox writes its port into a file, or ends.
fn wait_for_port(process: &Process, options: &LaunchOptions) -> Result<u16> {
    let file = options.profile.join("MarionetteActivePort");
    let end = Instant::now() + START_LIMIT;
    loop {
        if let Some(port) = fs::read_to_string(&file).ok().and_then(|text| text.trim().parse().ok()) {
            return Ok(port);
        }
        if process.wait(LOOK_AGAIN) {
            return Err(Error::Disconnected { method: "Marionette".to_owned() });
        }
        if Instant::now() > end {
            return Err(Error::TimedOut { what: "Marionette's port".to_owned(), limit: START_LIMIT });
        }
    }
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}
