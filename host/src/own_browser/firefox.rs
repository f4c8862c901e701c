//! Firefox ESR as potbridge's own browser.
//!
//! Marionette is not used: pages see it. The unsigned extension lies in the profile, and survives restarts (ESR 153).

use super::manifest::{self, remove};
use super::places::Places;
use super::plan::Plan;
use crate::config::{Display, Proxy, ProxyScheme};
use atomic_file::Options;
use potbridge_protocol::identifiers::FIREFOX_ID;
use potbridge_system::browser::{Family, home};
use serde_json::{Value, json};
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

/// What Firefox leaves in its profile while it runs. It names the machine's address.
const LOCK: &str = "lock";

/// Its arguments, for use without a person.
pub(super) fn arguments(plan: &Plan, profile: &Path) -> Vec<OsString> {
    let mut arguments = common(profile);
    if plan.config.display == Display::Ozone {
        arguments.push("--headless".into());
    }
    arguments.extend(plan.config.extra_args.iter().map(OsString::from));
    arguments.push("about:blank".into());
    arguments
}

/// Its arguments, for a person who logs in.
pub(super) fn login_arguments(plan: &Plan, profile: &Path, page: &str) -> Vec<OsString> {
    let mut arguments = common(profile);
    arguments.extend(plan.config.extra_args.iter().map(OsString::from));
    arguments.push(page.into());
    arguments
}

fn common(profile: &Path) -> Vec<OsString> {
    vec!["--no-remote".into(), "--profile".into(), profile.into()]
}

/// Variables that it needs. It looks for native manifests only in the home folder (ESR 153).
pub(super) fn environment(places: &Places) -> Vec<(OsString, OsString)> {
    let mut variables = home::files_of_the_real_home();
    variables.push(("HOME".into(), places.home().into()));
    variables.push(("MOZ_CRASHREPORTER_DISABLE".into(), "1".into()));
    variables
}

/// Makes the profile ready. `host`: the browser finds this program.
pub(super) fn prepare(plan: &Plan, places: &Places, host: bool) -> io::Result<()> {
    let profile = places.make_profile(Family::Firefox)?;
    remove(&profile.join(LOCK))?;
    fs::write(profile.join("user.js"), preferences(plan))?;
    let extensions = profile.join("extensions");
    fs::create_dir_all(&extensions)?;
    // Nothing is written if it is the same: a new file would be installed anew.
    let packed = fs::read(&plan.extension)?;
    let extension = extensions.join(format!("{FIREFOX_ID}.xpi"));
    atomic_file::replace(&extension, &packed, &Options::new()).map_err(io::Error::other)?;

    manifest::prepare(&places.home().join(".mozilla/native-messaging-hosts"), plan, host)
}

/// The text of `user.js`, which Firefox reads when it starts.
fn preferences(plan: &Plan) -> String {
    let mut preferences = vec![
        // The extension: unsigned, in the profile, and on without a question.
        ("xpinstall.signatures.required", json!(false)),
        ("extensions.autoDisableScopes", json!(0)),
        // Videos play without a person, in tabs that nobody looks at, and nobody hears them.
        ("media.autoplay.default", json!(0)),
        ("media.autoplay.blocking_policy", json!(0)),
        ("media.block-autoplay-until-in-foreground", json!(false)),
        ("media.volume_scale", json!("0.0")),
        // No page and no question at the start.
        ("browser.aboutwelcome.enabled", json!(false)),
        ("browser.newtabpage.enabled", json!(false)),
        ("browser.sessionstore.resume_from_crash", json!(false)),
        ("browser.shell.checkDefaultBrowser", json!(false)),
        ("browser.startup.homepage_override.mstone", json!("ignore")),
        ("browser.startup.page", json!(0)),
        ("datareporting.policy.dataSubmissionEnabled", json!(false)),
        ("startup.homepage_welcome_url", json!("")),
        ("termsofuse.bypassNotification", json!(true)),
        ("toolkit.startup.max_resumed_crashes", json!(-1)),
        ("toolkit.telemetry.reportingpolicy.firstRun", json!(false)),
    ];
    if let Some(proxy) = &plan.config.proxy {
        preferences.extend(routed(proxy));
    }
    let mut text = String::new();
    for (name, value) in preferences {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "user_pref({}, {value});", json!(name));
    }
    text
}

fn routed(proxy: &Proxy) -> Vec<(&'static str, Value)> {
    // Firefox writes IPv6 addresses without brackets.
    let host = json!(proxy.host.trim_start_matches('[').trim_end_matches(']'));
    let port = json!(proxy.port);
    let mut preferences = vec![("network.proxy.type", json!(1))];
    match proxy.scheme {
        ProxyScheme::Http => preferences.extend([
            ("network.proxy.http", host.clone()),
            ("network.proxy.http_port", port.clone()),
            ("network.proxy.ssl", host),
            ("network.proxy.ssl_port", port),
        ]),
        ProxyScheme::Socks5 => preferences.extend([
            ("network.proxy.socks", host),
            ("network.proxy.socks_port", port),
            ("network.proxy.socks_version", json!(5)),
            ("network.proxy.socks_remote_dns", json!(true)),
        ]),
    }
    preferences
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::BrowserConfig;
    use potbridge_system::dirs::Dirs;

    fn plan(extension: &Path, config: BrowserConfig) -> Plan {
        Plan {
            family: Family::Firefox,
            program: "/usr/bin/firefox-esr".into(),
            extension: extension.to_owned(),
            host: "/opt/potbridge".into(),
            config,
            given_up: None,
        }
    }

    #[test]
    fn it_has_no_screen_and_no_marionette() {
        let config = BrowserConfig { extra_args: vec!["--x".to_owned()], ..BrowserConfig::default() };
        let headless = arguments(&plan(Path::new("/x"), config.clone()), Path::new("/p"));
        let expected = ["--no-remote", "--profile", "/p", "--headless", "--x", "about:blank"];
        assert_eq!(headless, expected.map(OsString::from));
        let xvfb = BrowserConfig { display: Display::Xvfb, ..config };
        assert!(!arguments(&plan(Path::new("/x"), xvfb), Path::new("/p")).contains(&"--headless".into()));
    }

    #[test]
    fn the_profile_holds_the_extension_and_its_preferences_and_the_home_knows_this_program() {
        let folder = tempfile::tempdir().unwrap();
        let dirs = Dirs { config: "c".into(), state: folder.path().to_owned(), runtime: "r".into() };
        let places = Places::of(&dirs);
        places.make().unwrap();
        let packed = folder.path().join("firefox.xpi");
        let plan = plan(&packed, BrowserConfig::default());
        let profile = places.profile(Family::Firefox);
        let extension = profile.join("extensions/potbridge@potbridge.dev.xpi");
        for version in ["one", "two"] {
            fs::write(&packed, version).unwrap();
            prepare(&plan, &places, true).unwrap();
            assert_eq!(fs::read_to_string(&extension).unwrap(), version);
        }
        let preferences = fs::read_to_string(profile.join("user.js")).unwrap();
        for line in [
            "user_pref(\"xpinstall.signatures.required\", false);",
            "user_pref(\"extensions.autoDisableScopes\", 0);",
            "user_pref(\"media.autoplay.default\", 0);",
            "user_pref(\"media.block-autoplay-until-in-foreground\", false);",
        ] {
            assert!(preferences.lines().any(|found| found == line), "{line}");
        }
        assert!(!preferences.contains("network.proxy"));
        let manifest = places.home().join(".mozilla/native-messaging-hosts/dev.potbridge.host.json");
        assert!(fs::read_to_string(&manifest).unwrap().contains("/opt/potbridge"));
        prepare(&plan, &places, false).unwrap();
        assert!(!manifest.exists());
    }

    #[test]
    fn a_proxy_becomes_preferences() {
        let of = |scheme, host: &str| {
            let proxy = Some(Proxy { scheme, host: host.to_owned(), port: 1080 });
            preferences(&plan(Path::new("/x"), BrowserConfig { proxy, ..BrowserConfig::default() }))
        };
        let socks = of(ProxyScheme::Socks5, "[::1]");
        assert!(socks.contains("user_pref(\"network.proxy.socks\", \"::1\");"), "{socks}");
        assert!(socks.contains("user_pref(\"network.proxy.socks_remote_dns\", true);"), "{socks}");
        let http = of(ProxyScheme::Http, "10.0.0.1");
        assert!(http.contains("user_pref(\"network.proxy.ssl\", \"10.0.0.1\");"), "{http}");
        assert!(http.contains("user_pref(\"network.proxy.ssl_port\", 1080);"), "{http}");
    }
}
