//! One browser on the stand-in, with everything of potbridge in a folder of its own.

use crate::display::Display;
use crate::popup::Popup;
use crate::process::{holds_text, output_of, processes_that_hold};
use crate::setup::{artifacts, aside, configuration, configure, fixture};
use crate::tab::Tab;
use crate::watch;
use potbridge_browser::{Browser, Page};
use potbridge_protocol::PoToken;
use potbridge_protocol::identifiers::FIREFOX_ID;
use potbridge_setup::temporary_install::TemporaryInstall;
use potbridge_stand_in::{Received, StandIn};
use potbridge_test_support::deadline::wait_until;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

/// Ends a test that hangs. A working test takes less, also on a busy machine.
pub const LIMIT: Duration = Duration::from_secs(60);

/// The page with the first steps.
const FIRST_RUN_PAGE: &str = "welcome/welcome.html";

/// A running trial.
pub struct Trial {
    // Dropped in this order: the browser first, then what it uses.
    pub(crate) browser: Browser,
    pub(crate) page: Page,
    /// The screen, if the browser has a window.
    pub display: Option<Display>,
    /// The local YouTube.
    pub stand_in: StandIn,
    pub(crate) install: TemporaryInstall,
    pub(crate) folder: TempDir,
    pub(crate) host: PathBuf,
}

impl Trial {
    /// The `.env` that the host writes.
    #[must_use]
    pub fn env(&self) -> PathBuf {
        self.path(".env")
    }

    /// A file in this trial's folder.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Appends to the host's configuration.
    pub fn configure(&self, more: &str) {
        configure(&self.install, more);
    }

    /// The text of the host's configuration.
    #[must_use]
    pub fn configuration(&self) -> String {
        std::fs::read_to_string(configuration(&self.install)).unwrap()
    }

    /// Moves the page to the next video, and returns the request that this brought.
    pub fn move_on(&self) -> Received {
        let since = SystemTime::now();
        self.click("#next");
        self.stand_in.wait_for(LIMIT, |request| request.at >= since).unwrap()
    }

    /// Clicks on the page.
    pub fn click(&self, selector: &str) {
        self.evaluate(&format!("document.querySelector({selector:?}).click()"));
    }

    /// Loads the page again.
    pub fn reload(&self) {
        let url = self.evaluate("location.href");
        self.browser.navigate(&self.page, url.as_str().unwrap()).unwrap();
    }

    /// Opens an address in a tab of its own.
    #[must_use]
    pub fn open(&self, url: &str) -> Tab<'_> {
        Tab { browser: &self.browser, page: self.browser.open(url).unwrap() }
    }

    /// Opens an address in a private window of its own.
    #[must_use]
    pub fn open_private(&self, url: &str) -> Tab<'_> {
        Tab { browser: &self.browser, page: self.browser.open_private(url).unwrap() }
    }

    /// Loads another extension, of the folder `fixtures`.
    pub fn load_extension(&self, name: &str) {
        self.browser.load_extension(&fixture(name, &self.folder)).unwrap();
    }

    /// The program that the browser starts as the host.
    #[must_use]
    pub fn host_program(&self) -> &Path {
        &self.host
    }

    /// Whether a text stands anywhere in the files of the host's state folder: the store, its log of changes, the host's log.
    #[must_use]
    pub fn store_holds(&self, text: &str) -> bool {
        let files = std::fs::read_dir(self.install.state()).unwrap();
        files.flatten().any(|file| holds_text(file.path(), text))
    }

    /// Loads an address in the page.
    pub fn navigate(&self, url: &str) {
        self.browser.navigate(&self.page, url).unwrap();
    }

    /// Opens an address in a tab of a container, in front. Firefox only.
    pub fn open_in_container(&self, url: &str, container: u32) {
        self.in_firefox(
            "const [url, userContextId] = arguments;
             const { gBrowser } = Services.wm.getMostRecentWindow('navigator:browser');
             const triggeringPrincipal = Services.scriptSecurityManager.getSystemPrincipal();
             gBrowser.selectedTab = gBrowser.addTab(url, { userContextId, triggeringPrincipal });",
            &json!([url, container]),
        );
    }

    /// Runs a script with Firefox's own rights, and gives what it returns. A promise is awaited.
    pub fn in_firefox(&self, script: &str, args: &Value) -> Value {
        let marionette = self.browser.marionette().unwrap();
        let context = |value| marionette.call("Marionette:SetContext", &json!({"value": value})).unwrap();
        context("chrome");
        let mut answer =
            marionette.call("WebDriver:ExecuteScript", &json!({"script": script, "args": args})).unwrap();
        context("content");
        answer["value"].take()
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
            watch::wait_in(self.folder.path(), LIMIT, || watch::has_line(&self.env(), &line).then_some(()));
        assert!(written.is_ok(), "the .env did not get the token of {request}");
    }

    /// Lets the browser find the host.
    pub fn install_host(&self) {
        std::fs::rename(aside(&self.install), self.install.native_manifest()).unwrap();
    }

    /// A command of this trial's `potbridge`.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&artifacts().host);
        command.args(arguments).envs(self.install.host_environment());
        command
    }

    /// The home folder of the browser and its host.
    #[must_use]
    pub fn home_of_browser(&self) -> PathBuf {
        let variables = self.install.browser_environment();
        let own = variables.into_iter().find(|(name, _)| name == "HOME").map(|(_, home)| home.into());
        own.or_else(std::env::home_dir).expect("there is a home folder")
    }

    /// A command in the environment that this trial's browser gives its host.
    #[must_use]
    pub fn command_in_browsers_environment(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.envs(self.install.browser_environment());
        command
    }

    /// Runs a command of this trial's `potbridge` to its end.
    #[track_caller]
    #[must_use]
    pub fn potbridge(&self, arguments: &[&str]) -> Output {
        output_of(&mut self.command(arguments))
    }

    /// Waits until `potbridge get --json` gives a wanted token for a video.
    ///
    /// # Panics
    /// If it never does. The text shows the last token, masked.
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

    /// Waits until `potbridge status --json` gives a wanted status.
    ///
    /// # Panics
    /// If it never does.
    #[track_caller]
    pub fn wait_for_status(&self, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut last = Value::Null;
        let found = watch::wait_in(&self.install.state(), LIMIT, || {
            last = serde_json::from_slice(&self.potbridge(&["status", "--json"]).stdout).ok()?;
            wanted(&last).then(|| last.clone())
        });
        found.unwrap_or_else(|_| panic!("the status never was as wanted: {last}"))
    }

    /// Waits until the browsers that `potbridge status --json` lists are as wanted.
    ///
    /// # Panics
    /// If they never are.
    #[track_caller]
    pub fn wait_for_connected(&self, wanted: impl Fn(&Value) -> bool) {
        let mut last = Value::Null;
        let found = watch::wait_in(&self.install.runtime(), LIMIT, || {
            last = self.status()["connected"].take();
            wanted(&last).then_some(())
        });
        assert!(found.is_ok(), "the connected browsers never were as wanted: {last}");
    }

    /// What `potbridge status --json` gives.
    #[track_caller]
    #[must_use]
    pub fn status(&self) -> Value {
        serde_json::from_slice(&self.potbridge(&["status", "--json"]).stdout).unwrap()
    }

    /// The first wanted request with a real token.
    #[track_caller]
    pub fn wait_for_request(&self, wanted: impl Fn(&Received) -> bool) -> Received {
        let real =
            |request: &Received| request.po_token.as_deref().is_some_and(|token| PoToken::new(token).is_ok());
        self.stand_in.wait_for(LIMIT, |request| real(request) && wanted(request)).unwrap()
    }

    /// The process ids of this trial's hosts. Each host holds a file in the runtime folder open.
    #[must_use]
    pub fn host_processes(&self) -> Vec<u32> {
        processes_that_hold(&self.install.runtime(), "connection")
    }

    /// Opens the popup.
    #[must_use]
    pub fn popup(&self) -> Popup<'_> {
        Popup::open(&self.browser, "popup/popup.html")
    }

    /// Opens the first-run page, as the popup's "Help" does.
    #[must_use]
    pub fn first_run_page(&self) -> Popup<'_> {
        Popup::open(&self.browser, FIRST_RUN_PAGE)
    }

    /// The first-run page that the extension opens by itself. It is waited for.
    #[must_use]
    #[track_caller]
    pub fn opened_first_run_page(&self) -> Popup<'_> {
        let mut found = None;
        wait_until("the extension has opened its first-run page", || {
            found = Popup::opened(&self.browser, FIRST_RUN_PAGE);
            found.is_some()
        });
        found.unwrap()
    }

    /// Opens the options page.
    #[must_use]
    pub fn options_page(&self) -> Popup<'_> {
        Popup::open(&self.browser, "options/options.html")
    }

    /// Has the browser stop the extension's background script, as it does by itself after a while.
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

/// The line in the default `.env` for a request's token.
#[must_use]
pub fn line_of(request: &Received) -> String {
    let token = request.po_token.as_deref().expect("the request carries a token");
    format!("YT_DLP_PO_TOKEN={token}")
}
