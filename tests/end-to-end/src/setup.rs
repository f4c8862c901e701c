//! How a trial begins.

use crate::display::{Desktop, Display};
use crate::trial::Trial;
use crate::used_profile;
pub use potbridge_browser::Family;
use potbridge_browser::{Browser, LaunchOptions, Route};
use potbridge_bundler::{Program, Workspace};
use potbridge_setup::artifacts::Artifacts;
use potbridge_setup::browsers::{self, Found};
use potbridge_setup::temporary_install::TemporaryInstall;
use potbridge_stand_in::{Scenario, StandIn};
use potbridge_test_support::executable;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tempfile::TempDir;

/// The options of a trial.
pub struct Setup {
    family: Family,
    scenario: Scenario,
    host_installed: bool,
    host_copied: bool,
    cookies_granted: bool,
    in_private_windows: bool,
    extensions_before: Vec<String>,
    prefs: Vec<(String, Value)>,
    start_url: Option<String>,
    language: Option<&'static str>,
    desktop: Option<Desktop>,
    default_autoplay: bool,
    consented: bool,
}

impl Setup {
    /// This browser, with a named scenario of the stand-in.
    #[must_use]
    pub fn new(family: Family, scenario: &str) -> Self {
        Self::with(family, Scenario::named(scenario).unwrap())
    }

    /// This browser, with a scenario of the test's own.
    #[must_use]
    pub fn with(family: Family, scenario: Scenario) -> Self {
        Self {
            family,
            scenario,
            host_installed: true,
            host_copied: false,
            cookies_granted: false,
            in_private_windows: false,
            extensions_before: Vec::new(),
            prefs: Vec::new(),
            start_url: None,
            language: None,
            desktop: None,
            default_autoplay: false,
            consented: true,
        }
    }

    /// The browser finds no host.
    #[must_use]
    pub fn without_host(self) -> Self {
        Self { host_installed: false, ..self }
    }

    /// The browser finds a copy of the host, which the test may replace: [`Trial::host_program`].
    #[must_use]
    pub fn with_copied_host(self) -> Self {
        Self { host_copied: true, ..self }
    }

    /// The extension may run in private windows.
    #[must_use]
    pub fn in_private_windows(self) -> Self {
        Self { in_private_windows: true, ..self }
    }

    /// Another extension, of the folder `fixtures`, is loaded before potbridge's.
    #[must_use]
    pub fn with_extension_before(mut self, name: &str) -> Self {
        self.extensions_before.push(name.to_owned());
        self
    }

    /// A preference of Firefox.
    #[must_use]
    pub fn with_pref(mut self, name: &str, value: Value) -> Self {
        self.prefs.push((name.to_owned(), value));
        self
    }

    /// The browser grants the extension access to YouTube's cookies when it asks.
    ///
    /// Chromium's prompt cannot be answered without a screen. There the access is granted beforehand.
    #[must_use]
    pub fn granting_cookies(self) -> Self {
        Self { cookies_granted: true, ..self }
    }

    /// The extension speaks one of its other languages, of the folder `_locales`.
    #[must_use]
    pub fn speaking(self, language: &'static str) -> Self {
        Self { language: Some(language), ..self }
    }

    /// The first page, if it is not the scenario's own.
    #[must_use]
    pub fn at(self, url: &str) -> Self {
        Self { start_url: Some(url.to_owned()), ..self }
    }

    /// The browser has a window, on a screen of the trial's own.
    #[must_use]
    pub fn in_a_window(self, desktop: Desktop) -> Self {
        Self { desktop: Some(desktop), ..self }
    }

    /// The browser refuses to play what has sound and nobody has touched, as it does by default.
    #[must_use]
    pub fn with_default_autoplay(self) -> Self {
        Self { default_autoplay: true, ..self }
    }

    /// Nobody has agreed yet that programs may have videos opened. Otherwise the configuration has.
    #[must_use]
    pub fn without_consent(self) -> Self {
        Self { consented: false, ..self }
    }

    /// Opens the browser on the first page.
    #[must_use]
    pub fn begin(self) -> Trial {
        let Self { family, scenario, host_installed, cookies_granted, start_url, prefs, .. } = self;
        let artifacts = artifacts();
        let found = found(family);
        let folder = TempDir::new().unwrap();
        let host = if self.host_copied { host_copy(&folder) } else { artifacts.host.clone() };
        let install = TemporaryInstall::new(family, &host, &folder.path().join(".env")).unwrap();
        if self.consented {
            configure(&install, "[on_demand]\nallow = true\n");
        }
        if !host_installed {
            std::fs::rename(install.native_manifest(), aside(&install)).unwrap();
        }
        if family == Family::Firefox {
            used_profile::copy_into(&install.profile(), &found.program);
        }
        let stand_in = StandIn::start(scenario).unwrap();
        let mut extra_prefs = prefs;
        extra_prefs.push(("dom.events.testing.asyncClipboard".to_owned(), json!(true)));
        let mut extra_args = Vec::new();
        if self.default_autoplay {
            extra_prefs.push(("media.autoplay.default".to_owned(), json!(1)));
            if family == Family::Chromium {
                extra_args.push("--autoplay-policy=document-user-activation-required".into());
            }
        }
        let mut extension = artifacts.extension(family);
        if cookies_granted {
            extra_prefs.push(("extensions.webextOptionalPermissionPrompts".to_owned(), json!(false)));
            if family == Family::Chromium {
                extension = granted_beforehand(&extension, &folder.path().join("extension"));
            }
        }
        if let Some(language) = self.language {
            extension = speaking(language, &extension, &folder.path().join("extension"));
        }
        let display = self.desktop.map(Display::start);
        let mut env = install.browser_environment();
        let screen = display.iter().flat_map(Display::environment);
        env.extend(screen.map(|(name, value)| (name.into(), value.into())));
        let options = LaunchOptions {
            program: found.program,
            profile: install.profile(),
            extension,
            extensions_before: self.extensions_before.iter().map(|name| fixture(name, &folder)).collect(),
            in_private_windows: self.in_private_windows,
            headless: display.is_none(),
            route: Some(Route {
                address: stand_in.address(),
                spki_sha256: stand_in.spki_sha256().to_owned(),
            }),
            env,
            extra_prefs,
            extra_args,
            log: install.log(),
        };
        let browser = Browser::launch(family, &options).unwrap();
        let page = browser.open(start_url.as_deref().unwrap_or(stand_in.start_url())).unwrap();
        Trial { browser, page, display, stand_in, install, folder, host }
    }
}

/// An extension of the folder `fixtures`, copied: Chromium writes into the folder of an extension with rules.
pub(crate) fn fixture(name: &str, folder: &TempDir) -> PathBuf {
    let copy = folder.path().join(name);
    copy_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name), &copy);
    copy
}

/// A copy of an extension that speaks another language. The browsers of the tests are American, and prefer such texts to English ones.
fn speaking(language: &str, extension: &Path, copy: &Path) -> PathBuf {
    copy_folder(extension, copy);
    let locales = copy.join("_locales");
    copy_folder(&locales.join(language), &locales.join("en_US"));
    copy.to_owned()
}

/// A copy of Firefox's extension, in the trial's folder and with another version.
#[must_use]
pub fn extension_of_version(trial: &Trial, version: &str) -> PathBuf {
    let copy = trial.path(version);
    copy_folder(&artifacts().extension(Family::Firefox), &copy);
    let file = copy.join("manifest.json");
    let mut manifest: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    manifest["version"] = json!(version);
    std::fs::write(&file, manifest.to_string()).unwrap();
    copy
}

/// A copy of the host in the trial's folder.
fn host_copy(folder: &TempDir) -> PathBuf {
    let copy = folder.path().join("potbridge");
    executable::copy(&artifacts().host, &copy);
    copy
}

/// The built host and extensions. They are built once for all tests.
#[must_use]
pub fn artifacts() -> &'static Artifacts {
    static ARTIFACTS: OnceLock<Artifacts> = OnceLock::new();
    ARTIFACTS.get_or_init(|| {
        let folder = potbridge_bundler::build(&Workspace::find().unwrap(), &[Program::HOST]).unwrap();
        Artifacts::in_folder(&folder).unwrap()
    })
}

fn found(family: Family) -> Found {
    let id = family.name();
    browsers::by_id(id).unwrap().find().unwrap_or_else(|| panic!("{id} is not installed: run ./tests/run"))
}

/// Copies a folder. The copy may be there already.
pub(crate) fn copy_folder(from: &Path, copy: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().map(Result::unwrap) {
        let to = copy.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(to).unwrap();
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// A copy of an extension whose optional permissions are required ones.
fn granted_beforehand(extension: &Path, copy: &Path) -> PathBuf {
    copy_folder(extension, copy);
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

/// Appends to the host's configuration.
pub(crate) fn configure(install: &TemporaryInstall, more: &str) {
    let file = configuration(install);
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{text}\n{more}\n")).unwrap();
}

/// The file of the host's configuration.
pub(crate) fn configuration(install: &TemporaryInstall) -> PathBuf {
    let mut variables = install.host_environment().into_iter();
    let (_, file) = variables.find(|(name, _)| name == "POTBRIDGE_CONFIG").expect("it has a configuration");
    file.into()
}

/// Where the native manifest lies while the browser must not find the host.
pub(crate) fn aside(install: &TemporaryInstall) -> PathBuf {
    install.native_manifest().with_extension("aside")
}
