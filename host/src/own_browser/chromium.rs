//! Chromium as potbridge's own browser: an ordinary one, with a head and without a screen.
//!
//! Neither `--headless` nor a debugging pipe is used, and no user agent of ours: pages see all three (Chromium 156).

use super::manifest::{self, remove};
use super::places::Places;
use super::plan::Plan;
use crate::config::{Display, ProxyScheme};
use potbridge_system::browser::Family;
use std::ffi::OsString;
use std::io;
use std::path::Path;

/// The size of the screen that is not there. Windows without a place would be small.
const SCREEN: &str = "1280,800";

/// What Chromium leaves in its profile while it runs. It takes a profile for one in use on another computer if the host's
/// name has changed since (156).
const LOCKS: [&str; 3] = ["SingletonLock", "SingletonCookie", "SingletonSocket"];

/// Its arguments, for use without a person.
pub(super) fn arguments(plan: &Plan, profile: &Path) -> Vec<OsString> {
    let mut arguments = common(plan, profile);
    match plan.config.display {
        Display::Ozone => {
            arguments.push("--ozone-platform=headless".into());
            arguments.push(format!("--ozone-override-screen-size={SCREEN}").into());
        }
        Display::Xvfb => arguments.push("--ozone-platform=x11".into()),
    }
    arguments.push(format!("--window-size={SCREEN}").into());
    arguments.push("--autoplay-policy=no-user-gesture-required".into());
    // On a person's machine nobody wants to hear it.
    arguments.push("--mute-audio".into());
    arguments.push(with_path("--load-extension=", &plan.extension));
    arguments.extend(plan.config.extra_args.iter().map(OsString::from));
    arguments.push("about:blank".into());
    arguments
}

/// Its arguments, for a person who logs in: an ordinary window without the extension.
pub(super) fn login_arguments(plan: &Plan, profile: &Path, page: &str) -> Vec<OsString> {
    let mut arguments = common(plan, profile);
    arguments.extend(plan.config.extra_args.iter().map(OsString::from));
    arguments.push("--new-window".into());
    arguments.push(page.into());
    arguments
}

fn common(plan: &Plan, profile: &Path) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = [
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-search-engine-choice-screen",
        "--hide-crash-restore-bubble",
        // A keyring may ask a person, and none is there.
        "--password-store=basic",
        // It would stay when its last window is closed.
        "--disable-background-mode",
        // The process that reports crashes leaves the process group.
        "--disable-breakpad",
    ]
    .map(OsString::from)
    .into();
    arguments.push(with_path("--user-data-dir=", profile));
    if !plan.config.sandbox {
        arguments.push("--no-sandbox".into());
    }
    if let Some(proxy) = &plan.config.proxy {
        let scheme = match proxy.scheme {
            ProxyScheme::Http => "http",
            ProxyScheme::Socks5 => "socks5",
        };
        arguments.push(format!("--proxy-server={scheme}://{}:{}", proxy.host, proxy.port).into());
    }
    arguments
}

fn with_path(option: &str, path: &Path) -> OsString {
    let mut argument = OsString::from(option);
    argument.push(path);
    argument
}

/// Makes the profile ready. `host`: the browser finds this program.
pub(super) fn prepare(plan: &Plan, places: &Places, host: bool) -> io::Result<()> {
    let profile = places.make_profile(Family::Chromium)?;
    for name in LOCKS {
        remove(&profile.join(name))?;
    }
    // With `--user-data-dir` it looks in the profile alone (156).
    manifest::prepare(&profile.join("NativeMessagingHosts"), plan, host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{BrowserConfig, Proxy};
    use potbridge_system::dirs::Dirs;
    use std::fs;

    fn plan(config: BrowserConfig) -> Plan {
        Plan {
            family: Family::Chromium,
            program: "/usr/bin/chromium".into(),
            extension: "/opt/extension/chromium".into(),
            host: "/opt/potbridge".into(),
            config,
            given_up: None,
        }
    }

    fn shown(config: BrowserConfig) -> Vec<String> {
        let arguments = arguments(&plan(config), Path::new("/p"));
        arguments.into_iter().map(|argument| argument.into_string().unwrap()).collect()
    }

    #[test]
    fn it_has_a_head_and_no_screen_and_nothing_that_a_page_sees() {
        let arguments = shown(BrowserConfig::default());
        for wanted in
            ["--ozone-platform=headless", "--user-data-dir=/p", "--load-extension=/opt/extension/chromium"]
        {
            assert!(arguments.iter().any(|argument| argument == wanted), "{wanted}: {arguments:?}");
        }
        for unwanted in
            ["--headless", "--remote-debugging", "--user-agent", "--no-sandbox", "--proxy", "--enable-auto"]
        {
            assert!(
                !arguments.iter().any(|argument| argument.starts_with(unwanted)),
                "{unwanted}: {arguments:?}"
            );
        }
        assert_eq!(arguments.last().unwrap(), "about:blank");
    }

    #[test]
    fn the_configuration_decides_the_rest() {
        let arguments = shown(BrowserConfig {
            display: Display::Xvfb,
            sandbox: false,
            proxy: Some(Proxy { scheme: ProxyScheme::Socks5, host: "::1".to_owned(), port: 1080 }),
            extra_args: vec!["--lang=de".to_owned()],
            ..BrowserConfig::default()
        });
        for wanted in
            ["--ozone-platform=x11", "--no-sandbox", "--proxy-server=socks5://::1:1080", "--lang=de"]
        {
            assert!(arguments.iter().any(|argument| argument == wanted), "{wanted}: {arguments:?}");
        }
        assert!(!arguments.iter().any(|argument| argument == "--ozone-platform=headless"));
    }

    #[test]
    fn a_person_gets_a_window_without_the_extension() {
        let arguments =
            login_arguments(&plan(BrowserConfig::default()), Path::new("/p"), "https://example.org/");
        let shown: Vec<_> = arguments.iter().map(|argument| argument.to_str().unwrap()).collect();
        assert!(
            !shown.iter().any(|argument| argument.starts_with("--ozone") || argument.starts_with("--load"))
        );
        assert_eq!(*shown.last().unwrap(), "https://example.org/");
    }

    #[test]
    fn the_profile_loses_stale_locks_and_knows_this_program() {
        let state = tempfile::tempdir().unwrap();
        let dirs = Dirs { config: "c".into(), state: state.path().to_owned(), runtime: "r".into() };
        let places = Places::of(&dirs);
        places.make().unwrap();
        let profile = places.make_profile(Family::Chromium).unwrap();
        std::os::unix::fs::symlink("another-host-123", profile.join("SingletonLock")).unwrap();
        let plan = plan(BrowserConfig::default());
        prepare(&plan, &places, true).unwrap();
        assert!(profile.join("SingletonLock").symlink_metadata().is_err());
        let manifest = profile.join("NativeMessagingHosts/dev.potbridge.host.json");
        assert!(fs::read_to_string(&manifest).unwrap().contains("/opt/potbridge"));
        prepare(&plan, &places, false).unwrap();
        assert!(!manifest.exists());
    }
}
