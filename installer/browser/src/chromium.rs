//! Chromium and the browsers that are built from it.

use crate::cdp::Cdp;
use crate::error::{Error, Result};
use crate::extension::Manifest;
use crate::options::{LaunchOptions, Page};
use crate::pipes::ForBrowser;
use crate::process::Process;
use potbridge_system::user::is_root;
use serde_json::{Value, json};
use std::ffi::OsString;
use std::io::{PipeReader, PipeWriter};
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

const BACKGROUND_LIMIT: Duration = Duration::from_secs(20);
const PAGE_LIMIT: Duration = Duration::from_secs(60);

/// Resolves when the worker is activated. From then on its listeners see every request.
const WORKER_ACTIVE: &str = "new Promise((done) => {
    const look = () => self.registration.active?.state === 'activated' ? done(true) : setTimeout(look, 10);
    look();
})";

/// A running Chromium. It is ended when it is dropped.
pub struct Chromium {
    cdp: Cdp,
    process: Process,
    extension_id: String,
    /// The tab it started with, until [`Chromium::open`] takes it.
    first_tab: Mutex<Option<String>>,
}

impl Chromium {
    pub(crate) fn launch(options: &LaunchOptions) -> Result<Self> {
        let (process, to_browser, from_browser) = start(options)?;
        let cdp = Cdp::new(to_browser, from_browser);
        let ready = pages(&cdp).and_then(|tabs| {
            let id = load_extensions(&cdp, options)?;
            Ok((tabs.into_iter().next(), id))
        });
        match ready {
            Ok((tab, extension_id)) => Ok(Self { cdp, process, extension_id, first_tab: Mutex::new(tab) }),
            Err(error) => {
                Err(Error::Launch { browser: "Chromium", source: Box::new(error), log: process.log_tail() })
            }
        }
    }

    pub(crate) fn open(&self, url: &str) -> Result<Page> {
        let first = self.first_tab.lock().unwrap_or_else(PoisonError::into_inner).take();
        let id = match first {
            Some(id) => id,
            None => self.new_tab()?,
        };
        let page = self.page(id)?;
        self.navigate(&page, url)?;
        Ok(page)
    }

    /// A private window is opened by a page of the extension: CDP's own contexts are private ones that no extension sees.
    pub(crate) fn open_private(&self, url: &str) -> Result<Page> {
        let own = self.page(self.new_tab()?)?;
        // Before it is loaded it has none of the extension's rights.
        self.navigate(&own, &self.extension_url("manifest.json"))?;
        let earlier = pages(&self.cdp)?;
        let opened = self
            .evaluate(&own, "chrome.windows.create({ incognito: true, url: 'about:blank' }).then(() => {})");
        let page = opened.and_then(|_| {
            let later = pages(&self.cdp)?;
            let id = later.into_iter().find(|page| !earlier.contains(page)).unwrap_or_default();
            self.page(id)
        });
        self.close_page(&own)?;
        let page = page?;
        self.navigate(&page, url)?;
        Ok(page)
    }

    /// Opens a tab that shows nothing, and gives its id.
    fn new_tab(&self) -> Result<String> {
        Ok(text(&self.cdp.call(None, "Target.createTarget", &json!({ "url": "about:blank" }))?, "targetId"))
    }

    /// Takes hold of a tab.
    fn page(&self, id: String) -> Result<Page> {
        let session = attach(&self.cdp, &id)?;
        self.cdp.call(Some(&session), "Page.enable", &json!({}))?;
        Ok(Page { id, session })
    }

    pub(crate) fn load_extension(&self, extension: &Path) -> Result<()> {
        load_extension(&self.cdp, extension, false).map(drop)
    }

    pub(crate) fn navigate(&self, page: &Page, url: &str) -> Result<()> {
        let loaded = self.cdp.call(Some(&page.session), "Page.navigate", &json!({ "url": url }))?;
        if let Some(message) = loaded["errorText"].as_str() {
            return Err(Error::Refused { method: format!("to open {url}"), message: message.to_owned() });
        }
        self.cdp
            .wait_event(&format!("the page {url}"), PAGE_LIMIT, |event| {
                event.method == "Page.domContentEventFired" && event.session.as_deref() == Some(&page.session)
            })
            .map(drop)
    }

    pub(crate) fn evaluate(&self, page: &Page, expression: &str) -> Result<Value> {
        evaluate(&self.cdp, &page.session, expression)
    }

    pub(crate) fn close_page(&self, page: &Page) -> Result<()> {
        self.cdp.call(None, "Target.closeTarget", &json!({ "targetId": page.id })).map(drop)
    }

    pub(crate) fn extension_url(&self, path: &str) -> String {
        format!("chrome-extension://{}/{path}", self.extension_id)
    }

    pub(crate) fn cdp(&self) -> &Cdp {
        &self.cdp
    }

    pub(crate) fn process(&self) -> &Process {
        &self.process
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        if self.process.is_running() {
            self.cdp.quit();
        }
        self.process.end();
    }
}

fn start(options: &LaunchOptions) -> Result<(Process, PipeWriter, PipeReader)> {
    let not_run = |source| Error::Run { program: options.program.clone(), source };
    let (for_browser, to_browser, from_browser) = ForBrowser::new().map_err(not_run)?;
    let mut command = Command::new(&options.program);
    command.args(arguments(options)).envs(options.env.iter().map(|(name, value)| (name, value)));
    // Its ends are closed here as soon as it has them.
    let _ends = for_browser.give(&mut command).map_err(not_run)?;
    Ok((Process::start(command, &options.log)?, to_browser, from_browser))
}

fn arguments(options: &LaunchOptions) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = [
        "--remote-debugging-pipe",
        "--enable-unsafe-extension-debugging",
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-search-engine-choice-screen",
        "--hide-crash-restore-bubble",
        // A temporary profile must not use the person's keyring.
        "--password-store=basic",
        "--use-mock-keychain",
        "--autoplay-policy=no-user-gesture-required",
    ]
    .map(OsString::from)
    .into();
    let mut profile = OsString::from("--user-data-dir=");
    profile.push(&options.profile);
    arguments.push(profile);
    if options.headless {
        arguments.push("--headless".into());
    }
    if is_root() {
        // Chromium's sandbox does not work for root.
        arguments.push("--no-sandbox".into());
    }
    if let Some(route) = &options.route {
        arguments.extend(
            [
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-quic",
                "--no-proxy-server",
            ]
            .map(OsString::from),
        );
        arguments.push(format!("--host-resolver-rules=MAP * {}", route.address).into());
        arguments.push(format!("--ignore-certificate-errors-spki-list={}", route.spki_sha256).into());
    }
    arguments.extend(options.extra_args.iter().cloned());
    arguments.push("about:blank".into());
    arguments
}

/// The ids of all tabs.
fn pages(cdp: &Cdp) -> Result<Vec<String>> {
    let targets = cdp.call(None, "Target.getTargets", &json!({}))?;
    let targets = targets["targetInfos"].as_array().into_iter().flatten();
    Ok(targets.filter(|target| target["type"] == "page").map(|target| text(target, "targetId")).collect())
}

fn load_extensions(cdp: &Cdp, options: &LaunchOptions) -> Result<String> {
    for extension in &options.extensions_before {
        load_extension(cdp, extension, false)?;
    }
    load_extension(cdp, &options.extension, options.in_private_windows)
}

fn load_extension(cdp: &Cdp, extension: &Path, private: bool) -> Result<String> {
    let manifest = Manifest::read(extension)?;
    let asked = json!({ "path": extension, "enableInIncognito": private });
    let loaded = cdp.call(None, "Extensions.loadUnpacked", &asked)?;
    let id = text(&loaded, "id");
    if manifest.has_service_worker() {
        wait_for_background(cdp, &id)?;
    }
    Ok(id)
}

fn wait_for_background(cdp: &Cdp, extension: &str) -> Result<()> {
    let origin = format!("chrome-extension://{extension}/");
    cdp.call(None, "Target.setDiscoverTargets", &json!({ "discover": true }))?;
    let worker = cdp.wait_event("the extension's background", BACKGROUND_LIMIT, |event| {
        let target = &event.params["targetInfo"];
        event.method == "Target.targetCreated"
            && target["type"] == "service_worker"
            && target["url"].as_str().is_some_and(|url| url.starts_with(&origin))
    })?;
    let session = attach(cdp, &text(&worker.params["targetInfo"], "targetId"))?;
    // A promise that is made while the worker is still being loaded never resolves (Chromium 156).
    cdp.wait_event("the extension's script", BACKGROUND_LIMIT, |event| {
        event.method == "Inspector.workerScriptLoaded" && event.session.as_deref() == Some(&session)
    })?;
    evaluate(cdp, &session, WORKER_ACTIVE)?;
    // The browser never stops a worker that is attached.
    cdp.call(None, "Target.detachFromTarget", &json!({ "sessionId": session }))?;
    cdp.call(None, "Target.setDiscoverTargets", &json!({ "discover": false }))?;
    Ok(())
}

fn attach(cdp: &Cdp, target: &str) -> Result<String> {
    let attached =
        cdp.call(None, "Target.attachToTarget", &json!({ "targetId": target, "flatten": true }))?;
    Ok(text(&attached, "sessionId"))
}

fn evaluate(cdp: &Cdp, session: &str, expression: &str) -> Result<Value> {
    let mut answer = cdp.call(
        Some(session),
        "Runtime.evaluate",
        &json!({
            "expression": expression,
            "awaitPromise": true,
            "returnByValue": true,
            "userGesture": true,
        }),
    )?;
    if let Some(thrown) = answer.get("exceptionDetails") {
        return Err(Error::Script(
            thrown["exception"]["description"]
                .as_str()
                .or_else(|| thrown["text"].as_str())
                .unwrap_or("unknown")
                .to_owned(),
        ));
    }
    Ok(answer["result"]["value"].take())
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}
