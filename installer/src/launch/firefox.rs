//! Firefox.

use super::marionette::Marionette;
use super::preferences::user_js;
use super::process::Process;
use super::{LaunchOptions, Page};
use crate::error::{Error, Named as _, Result};
use crate::manifest;
use serde_json::{Value, json};
use std::fs;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The extension's origin in every Firefox that is opened here: `moz-extension://…/`. Firefox
/// makes up a random one where the profile does not fix it.
pub const EXTENSION_UUID: &str = "6f5e0b5a-6e3c-4c57-9d57-0f4d7c0f5a11";

const START_LIMIT: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Resolves once the background runs; with the reason, where there is none to wait for.
/// `backgroundState` is how Firefox's own ext-backgroundPage.js tells (since 106).
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

/// A running Firefox. Dropped, it is ended.
pub struct Firefox {
    marionette: Marionette,
    process: Process,
    /// Commands work in the current window: a switch and what follows belong together. Holds the
    /// window it opened with, until [`Firefox::open`] takes it.
    turn: Mutex<Option<String>>,
}

impl Firefox {
    pub(super) fn launch(options: &LaunchOptions) -> Result<Self> {
        let add_on = add_on_id(options)?;
        let preferences = options.profile.join("user.js");
        fs::write(&preferences, user_js(options, &add_on)).named("write", &preferences)?;
        let process = start(options)?;
        match connect(&process, options, &add_on) {
            Ok((marionette, first)) => Ok(Self { marionette, process, turn: Mutex::new(Some(first)) }),
            Err(error) => Err(Error::Browser {
                browser: "Firefox",
                what: format!("did not start with the extension: {error}"),
                log: process.log_tail(),
            }),
        }
    }

    pub(super) fn open(&self, url: &str) -> Result<Page> {
        let mut turn = self.turn();
        let id = match turn.take() {
            Some(id) => id,
            None => {
                // Nothing can be asked of the current window where that was closed.
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

    pub(super) fn navigate(&self, page: &Page, url: &str) -> Result<()> {
        let _turn = self.turn();
        self.go(&page.id, url)
    }

    fn go(&self, window: &str, url: &str) -> Result<()> {
        self.switch(window, true)?;
        self.marionette.call("WebDriver:Navigate", &json!({ "url": url })).map(drop)
    }

    pub(super) fn evaluate(&self, page: &Page, expression: &str) -> Result<Value> {
        let _turn = self.turn();
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

    pub(super) fn close_page(&self, page: &Page) -> Result<()> {
        let _turn = self.turn();
        self.switch(&page.id, false)?;
        self.marionette.call("WebDriver:CloseWindow", &json!({})).map(drop)
    }

    pub(super) fn extension_url(&self, path: &str) -> String {
        format!("moz-extension://{EXTENSION_UUID}/{path}")
    }

    pub(super) fn marionette(&self) -> &Marionette {
        &self.marionette
    }

    pub(super) fn process(&self) -> &Process {
        &self.process
    }

    fn turn(&self) -> MutexGuard<'_, Option<String>> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
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
            // Never with the real network.
            "acceptInsecureCerts": options.route.is_some(),
            "pageLoadStrategy": "eager",
        }),
    )?;
    marionette.call("Addon:Install", &json!({ "path": options.extension, "temporary": true }))?;
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

/// Firefox writes the port it chose once it listens; the wait ends early where Firefox does.
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
            return Err(Error::TooLate {
                what: "Marionette's port".to_owned(),
                limit: START_LIMIT,
                log: String::new(),
            });
        }
    }
}

fn add_on_id(options: &LaunchOptions) -> Result<String> {
    let manifest = manifest::read(&options.extension)?;
    manifest["browser_specific_settings"]["gecko"]["id"].as_str().map(str::to_owned).ok_or_else(|| {
        Error::content(
            &options.extension.join(manifest::FILE),
            "browser_specific_settings.gecko.id is missing, without which Firefox takes no add-on",
        )
    })
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}
