//! One browser on the stand-in, with everything of potbridge in a folder of its own.

use crate::watch;
pub use potbridge_browser::Family;
use potbridge_browser::{Browser, LaunchOptions, Page, Route};
use potbridge_bundler::{Program, Workspace};
use potbridge_protocol::names::FIREFOX_ID;
use potbridge_setup::artifacts::Artifacts;
use potbridge_setup::browsers::{self, Found};
use potbridge_setup::temporary_install::TemporaryInstall;
use potbridge_stand_in::{Received, Scenario, StandIn};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime};
use tempfile::TempDir;

/// Long enough for a busy machine; what is waited for comes as an event.
pub const LIMIT: Duration = Duration::from_secs(60);

/// For the popup: Firefox ends a script after 30 seconds.
const POPUP_LIMIT: Duration = Duration::from_secs(25);

/// A running trial.
pub struct Trial {
    // Dropped in this order: the browser first, then what it uses.
    browser: Browser,
    page: Page,
    /// The local YouTube.
    pub stand_in: StandIn,
    install: TemporaryInstall,
    place: TempDir,
}

/// How a trial begins.
pub struct Setting {
    family: Family,
    scenario: Scenario,
    host_installed: bool,
    cookies_granted: bool,
    start_url: Option<String>,
}

impl Setting {
    /// This browser, on a named scenario of the stand-in.
    #[must_use]
    pub fn new(family: Family, scenario: &str) -> Self {
        Self::with(family, Scenario::named(scenario).unwrap())
    }

    /// This browser, on a scenario of the test's own.
    #[must_use]
    pub fn with(family: Family, scenario: Scenario) -> Self {
        Self { family, scenario, host_installed: true, cookies_granted: false, start_url: None }
    }

    /// The browser finds no host.
    #[must_use]
    pub fn without_host(self) -> Self {
        Self { host_installed: false, ..self }
    }

    /// The browser grants the extension what it asks for to see YouTube's cookies. A prompt of Chromium's cannot be
    /// answered without a screen: there it is granted beforehand.
    #[must_use]
    pub fn granting_cookies(self) -> Self {
        Self { cookies_granted: true, ..self }
    }

    /// The first page, where it is not the scenario's own.
    #[must_use]
    pub fn at(self, url: &str) -> Self {
        Self { start_url: Some(url.to_owned()), ..self }
    }

    /// Opens the browser on the first page.
    #[must_use]
    pub fn begin(self) -> Trial {
        let Self { family, scenario, host_installed, cookies_granted, start_url } = self;
        let artifacts = artifacts();
        let found = found(family);
        let place = TempDir::new().unwrap();
        let install = TemporaryInstall::new(family, &artifacts.host, &place.path().join(".env")).unwrap();
        if !host_installed {
            std::fs::rename(install.native_manifest(), aside(&install)).unwrap();
        }
        let stand_in = StandIn::start(scenario).unwrap();
        let mut extra_prefs = vec![("dom.events.testing.asyncClipboard".to_owned(), json!(true))];
        let mut extension = artifacts.extension(family);
        if cookies_granted {
            extra_prefs.push(("extensions.webextOptionalPermissionPrompts".to_owned(), json!(false)));
            if family == Family::Chromium {
                extension = granted_beforehand(&extension, &place.path().join("extension"));
            }
        }
        let browser = Browser::launch(
            family,
            &LaunchOptions {
                program: found.program,
                profile: install.profile(),
                extension,
                headless: true,
                route: Some(Route {
                    address: stand_in.address(),
                    spki_sha256: stand_in.spki_sha256().to_owned(),
                }),
                env: install.browser_environment(),
                extra_prefs,
                extra_args: Vec::new(),
                log: install.log(),
            },
        )
        .unwrap();
        let page = browser.open(start_url.as_deref().unwrap_or(stand_in.start_url())).unwrap();
        Trial { browser, page, stand_in, install, place }
    }
}

impl Trial {
    /// The `.env` that the host writes.
    #[must_use]
    pub fn env(&self) -> PathBuf {
        self.place.path().join(".env")
    }

    /// A file of this trial's own.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    /// Adds to the host's configuration.
    pub fn configure(&self, more: &str) {
        let (_, config) = self
            .install
            .host_environment()
            .into_iter()
            .find(|(name, _)| name == "POTBRIDGE_CONFIG")
            .expect("an installation has a configuration");
        let text = std::fs::read_to_string(&config).unwrap();
        std::fs::write(&config, format!("{text}\n{more}\n")).unwrap();
    }

    /// Has the page go to the next video, and gives the player request that this brought.
    pub fn move_on(&self) -> Received {
        let since = SystemTime::now();
        self.click("#next");
        self.stand_in.wait_for(LIMIT, |request| request.at >= since).unwrap()
    }

    /// Clicks on the page.
    pub fn click(&self, selector: &str) {
        self.evaluate(&format!("document.querySelector({selector:?}).click()"));
    }

    /// Loads the page anew.
    pub fn reload(&self) {
        let url = self.evaluate("location.href");
        self.browser.navigate(&self.page, url.as_str().unwrap()).unwrap();
    }

    /// Opens an address in a tab of a container. Firefox only.
    pub fn open_in_container(&self, url: &str, container: u32) {
        self.in_firefox(
            "const [url, userContextId] = arguments;
             const { gBrowser } = Services.wm.getMostRecentWindow('navigator:browser');
             const triggeringPrincipal = Services.scriptSecurityManager.getSystemPrincipal();
             gBrowser.addTab(url, { userContextId, triggeringPrincipal });",
            &json!([url, container]),
        );
    }

    /// Runs a script in Firefox itself.
    fn in_firefox(&self, script: &str, args: &Value) {
        let marionette = self.browser.marionette().unwrap();
        let context = |value| marionette.call("Marionette:SetContext", &json!({"value": value})).unwrap();
        context("chrome");
        marionette.call("WebDriver:ExecuteScript", &json!({"script": script, "args": args})).unwrap();
        context("content");
    }

    /// Evaluates an expression in the page.
    pub fn evaluate(&self, expression: &str) -> Value {
        self.browser.evaluate(&self.page, expression).unwrap()
    }

    /// Waits until the `.env` holds the token of a request.
    #[track_caller]
    pub fn wait_for_env(&self, request: &Received) {
        let line = line_of(request);
        let written =
            watch::wait_in(self.place.path(), LIMIT, || watch::has_line(&self.env(), &line).then_some(()));
        assert!(written.is_ok(), "the .env did not get the token of {request}");
    }

    /// Puts the host where the browser finds it.
    pub fn install_host(&self) {
        std::fs::rename(aside(&self.install), self.install.native_manifest()).unwrap();
    }

    /// A command of `potbridge` on this trial's folders.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&artifacts().host);
        command.args(arguments).envs(self.install.host_environment());
        command
    }

    /// Runs it to its end.
    #[must_use]
    pub fn potbridge(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What `potbridge get --json` says of the newest token for a video, as soon as it is what is wanted.
    ///
    /// # Panics
    /// Where it never is; the text shows what it is instead, the token masked.
    #[track_caller]
    pub fn wait_for_token(&self, video: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut last = Value::Null;
        let found = watch::wait_in(&self.install.state(), LIMIT, || {
            let output = self.potbridge(&["get", "--json", "--video", video]);
            let found: Value = serde_json::from_slice(&output.stdout).ok()?;
            last = found.clone();
            wanted(&found).then_some(found)
        });
        found.unwrap_or_else(|_| {
            last["token"] = Value::Null;
            panic!("no such token for {video}; the newest is {last}")
        })
    }

    /// What `potbridge status --json` says, as soon as it is what is wanted.
    ///
    /// # Panics
    /// Where it never is.
    #[track_caller]
    pub fn wait_for_status(&self, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut last = Value::Null;
        let found = watch::wait_in(&self.install.state(), LIMIT, || {
            last = serde_json::from_slice(&self.potbridge(&["status", "--json"]).stdout).ok()?;
            wanted(&last).then(|| last.clone())
        });
        found.unwrap_or_else(|_| panic!("the status never was as wanted: {last}"))
    }

    /// The first wanted request that carries a real token.
    #[track_caller]
    pub fn wait_for_request(&self, wanted: impl Fn(&Received) -> bool) -> Received {
        let real = |request: &Received| {
            request.po_token.as_deref().is_some_and(|token| potbridge_protocol::PoToken::new(token).is_ok())
        };
        self.stand_in.wait_for(LIMIT, |request| real(request) && wanted(request)).unwrap()
    }

    /// The process ids of this trial's hosts: each session keeps a file named for its process.
    #[must_use]
    pub fn host_processes(&self) -> Vec<u32> {
        let Ok(files) = std::fs::read_dir(self.install.runtime()) else { return Vec::new() };
        files.flatten().filter_map(|file| file.path().file_stem()?.to_str()?.parse().ok()).collect()
    }

    /// Opens the popup's page in a tab.
    #[must_use]
    pub fn popup(&self) -> Popup<'_> {
        let page = self.browser.open(&self.browser.extension_url("popup/popup.html")).unwrap();
        Popup { browser: &self.browser, page }
    }

    /// Has the browser stop the extension's background script, as it does of itself when nothing happens.
    pub fn stop_background(&self) {
        match &self.browser {
            Browser::Chromium(_) => {
                let cdp = self.browser.cdp().unwrap();
                let own = self.browser.extension_url("");
                let targets = cdp.call(None, "Target.getTargets", &json!({})).unwrap();
                let worker = targets["targetInfos"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .find(|target| {
                        target["type"] == "service_worker"
                            && target["url"].as_str().unwrap().starts_with(&own)
                    })
                    .expect("the extension's background script is not running");
                cdp.call(None, "Target.closeTarget", &json!({"targetId": worker["targetId"]})).unwrap();
            }
            Browser::Firefox(_) => {
                self.in_firefox(
                    "const { extension } = WebExtensionPolicy.getByID(arguments[0]);
                     return extension.terminateBackground({ disableResetIdleForTest: true });",
                    &json!([FIREFOX_ID]),
                );
            }
        }
    }
}

/// The popup, in a tab.
pub struct Popup<'a> {
    browser: &'a Browser,
    page: Page,
}

impl Popup<'_> {
    /// Waits until an expression is true in the popup; looks whenever the popup changes.
    #[track_caller]
    pub fn wait_until(&self, expression: &str) {
        let millis = POPUP_LIMIT.as_millis();
        let script = format!(
            "new Promise((resolve) => {{
                const look = () => {{ if ({expression}) resolve(true); }};
                new MutationObserver(look)
                    .observe(document.body, {{subtree: true, childList: true, attributes: true, characterData: true}});
                look();
                setTimeout(() => resolve(document.body.innerText), {millis});
            }})"
        );
        let result = self.evaluate(&script);
        assert_eq!(result, json!(true), "the popup never came to {expression}");
    }

    /// Waits until an expression, which may be a promise, comes to a value; looks ten times a second, since no event tells
    /// the popup. For what takes longer than a script may run.
    #[track_caller]
    pub fn wait_for_value(&self, expression: &str, value: &Value) {
        let script = format!(
            "new Promise((resolve) => {{
                const end = Date.now() + 10_000;
                const look = async () => {{
                    const found = await ({expression});
                    if (JSON.stringify(found) === {:?} || Date.now() > end) resolve(found);
                    else setTimeout(look, 100);
                }};
                void look();
            }})",
            value.to_string()
        );
        let end = Instant::now() + 2 * LIMIT;
        loop {
            let found = self.evaluate(&script);
            if found == *value {
                return;
            }
            assert!(Instant::now() < end, "the popup never came to {value}, but to {found}");
        }
    }

    /// Waits until the popup is drawn anew.
    pub fn wait_for_change(&self) {
        let millis = POPUP_LIMIT.as_millis();
        self.evaluate(&format!(
            "new Promise((resolve) => {{
                new MutationObserver(resolve).observe(document.body, {{subtree: true, childList: true}});
                setTimeout(resolve, {millis});
            }}).then(() => true)"
        ));
    }

    /// Evaluates an expression in the popup.
    pub fn evaluate(&self, expression: &str) -> Value {
        self.browser.evaluate(&self.page, expression).unwrap()
    }

    /// Clicks on an element as a person does, which counts as the person's wish.
    pub fn click(&self, selector: &str) {
        match &self.browser {
            Browser::Chromium(_) => {
                let middle = self.evaluate(&format!(
                    "(() => {{ const box = document.querySelector({selector:?}).getBoundingClientRect();
                        return [box.x + box.width / 2, box.y + box.height / 2]; }})()"
                ));
                for kind in ["mousePressed", "mouseReleased"] {
                    let event = json!({"type": kind, "x": middle[0], "y": middle[1], "button": "left", "clickCount": 1});
                    let cdp = self.browser.cdp().unwrap();
                    cdp.call(Some(&self.page.session), "Input.dispatchMouseEvent", &event).unwrap();
                }
            }
            Browser::Firefox(_) => {
                let marionette = self.browser.marionette().unwrap();
                let by = json!({"using": "css selector", "value": selector});
                let found = marionette.call("WebDriver:FindElement", &by).unwrap();
                let element = found["value"].as_object().unwrap().values().next().unwrap();
                marionette.call("WebDriver:ElementClick", &json!({"id": element})).unwrap();
            }
        }
    }

    /// What a person sees, at twice the size, as PNG in base64. Chromium only.
    #[must_use]
    pub fn picture(&self) -> String {
        let call = |method, params| {
            self.browser.cdp().unwrap().call(Some(&self.page.session), method, &params).unwrap()
        };
        let size = self.evaluate("[document.body.offsetWidth, document.body.offsetHeight].map(Math.ceil)");
        call(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": size[0], "height": size[1], "deviceScaleFactor": 2, "mobile": false}),
        );
        call("Emulation.setScrollbarsHidden", json!({"hidden": true}));
        let answer = call("Page.captureScreenshot", json!({"format": "png"}));
        answer["data"].as_str().unwrap().to_owned()
    }

    /// The text that a person sees in a part of it.
    #[must_use]
    pub fn text(&self, selector: &str) -> String {
        let value = self.evaluate(&format!("document.querySelector({selector:?}).innerText"));
        value.as_str().unwrap().to_owned()
    }
}

impl Drop for Popup<'_> {
    fn drop(&mut self) {
        // The browser may be gone with a failed test.
        let _ = self.browser.close_page(&self.page);
    }
}

/// The line that a request's token makes in the default `.env`.
#[must_use]
pub fn line_of(request: &Received) -> String {
    let token = request.po_token.as_deref().expect("the request carries a token");
    format!("YT_DLP_PO_TOKEN={token}")
}

/// The built host and extensions, built once a test program.
#[must_use]
pub fn artifacts() -> &'static Artifacts {
    static ARTIFACTS: OnceLock<Artifacts> = OnceLock::new();
    ARTIFACTS.get_or_init(|| {
        let folder = potbridge_bundler::build(&Workspace::find().unwrap(), &[Program::HOST]).unwrap();
        Artifacts::in_folder(&folder).unwrap()
    })
}

fn found(family: Family) -> Found {
    let id = match family {
        Family::Chromium => "chromium",
        Family::Firefox => "firefox",
    };
    browsers::by_id(id).unwrap().find().unwrap_or_else(|| panic!("{id} is not installed: run ./tests/run"))
}

/// A copy of an extension that need not ask for what it may ask for.
fn granted_beforehand(extension: &Path, copy: &Path) -> PathBuf {
    for entry in walkdir::WalkDir::new(extension).into_iter().map(Result::unwrap) {
        let to = copy.join(entry.path().strip_prefix(extension).unwrap());
        if entry.file_type().is_dir() {
            std::fs::create_dir(to).unwrap();
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
    let file = copy.join("manifest.json");
    let mut manifest: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    for (optional, granted) in
        [("optional_permissions", "permissions"), ("optional_host_permissions", "host_permissions")]
    {
        let more = manifest[optional].as_array().unwrap().clone();
        manifest[granted].as_array_mut().unwrap().extend(more);
    }
    std::fs::write(&file, manifest.to_string()).unwrap();
    copy.to_owned()
}

fn aside(install: &TemporaryInstall) -> PathBuf {
    Path::new(&install.native_manifest()).with_extension("aside")
}
