//! The preferences of a temporary Firefox profile.

use crate::options::{LaunchOptions, Route};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The extension's UUID in every Firefox that is opened here: `moz-extension://UUID/`.
///
/// If the profile does not set it, Firefox makes a random one.
pub(crate) const EXTENSION_UUID: &str = "6f5e0b5a-6e3c-4c57-9d57-0f4d7c0f5a11";

/// The text of `user.js`, which Firefox reads when it starts.
pub(crate) fn user_js(options: &LaunchOptions, add_on: &str) -> String {
    let mut preferences = quiet();
    preferences
        .push(("extensions.webextensions.uuids", json!(json!({ add_on: EXTENSION_UUID }).to_string())));
    if let Some(route) = &options.route {
        preferences.extend(routed(route));
    }
    let mut text = String::new();
    let extra = options.extra_prefs.iter().map(|(name, value)| (name.as_str(), value.clone()));
    for (name, value) in preferences.into_iter().chain(extra) {
        // Writing to a String cannot fail.
        let _written = writeln!(text, "user_pref({}, {value});", json!(name));
    }
    text
}

/// Preferences for a profile that shows no prompts, sends no telemetry and lets videos play.
fn quiet() -> Vec<(&'static str, Value)> {
    vec![
        ("marionette.port", json!(0)),
        ("app.normandy.enabled", json!(false)),
        ("app.shield.optoutstudies.enabled", json!(false)),
        ("app.update.enabled", json!(false)),
        ("app.update.disabledForTesting", json!(true)),
        ("browser.aboutwelcome.enabled", json!(false)),
        ("browser.shell.checkDefaultBrowser", json!(false)),
        ("browser.startup.homepage_override.mstone", json!("ignore")),
        ("browser.startup.page", json!(0)),
        ("browser.newtabpage.enabled", json!(false)),
        ("datareporting.healthreport.uploadEnabled", json!(false)),
        ("datareporting.policy.dataSubmissionEnabled", json!(false)),
        ("datareporting.usage.uploadEnabled", json!(false)),
        ("extensions.update.enabled", json!(false)),
        ("extensions.getAddons.cache.enabled", json!(false)),
        ("media.autoplay.default", json!(0)),
        ("media.autoplay.blocking_policy", json!(0)),
        ("startup.homepage_welcome_url", json!("")),
        ("startup.homepage_welcome_url.additional", json!("")),
        ("termsofuse.bypassNotification", json!(true)),
        ("toolkit.telemetry.enabled", json!(false)),
        ("toolkit.telemetry.reportingpolicy.firstRun", json!(false)),
        ("toolkit.telemetry.server", json!("")),
        ("toolkit.telemetry.unified", json!(false)),
    ]
}

/// Preferences that lead every name to one CONNECT proxy and switch off Firefox's own requests.
fn routed(route: &Route) -> Vec<(&'static str, Value)> {
    let host = json!(route.address.ip().to_string());
    let port = json!(route.address.port());
    vec![
        ("network.proxy.type", json!(1)),
        ("network.proxy.ssl", host.clone()),
        ("network.proxy.ssl_port", port.clone()),
        ("network.proxy.http", host),
        ("network.proxy.http_port", port),
        ("network.proxy.no_proxies_on", json!("")),
        ("network.trr.mode", json!(5)),
        ("network.captive-portal-service.enabled", json!(false)),
        ("network.connectivity-service.enabled", json!(false)),
        ("browser.safebrowsing.malware.enabled", json!(false)),
        ("browser.safebrowsing.phishing.enabled", json!(false)),
        ("browser.safebrowsing.downloads.enabled", json!(false)),
        ("dom.push.connection.enabled", json!(false)),
        ("media.gmp-manager.updateEnabled", json!(false)),
        ("services.settings.server", json!("data:,")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn options() -> LaunchOptions {
        LaunchOptions {
            program: "firefox".into(),
            profile: "p".into(),
            extension: "e".into(),
            extensions_before: Vec::new(),
            in_private_windows: false,
            headless: true,
            route: None,
            env: Vec::new(),
            extra_prefs: vec![("a.\"b".to_owned(), json!("c\\d"))],
            extra_args: Vec::new(),
            log: PathBuf::new(),
        }
    }

    #[test]
    fn only_a_routed_firefox_has_a_proxy() {
        assert!(!user_js(&options(), "a@b").contains("network.proxy"));
        let routed = LaunchOptions {
            route: Some(Route { address: ([127, 0, 0, 1], 4433).into(), spki_sha256: String::new() }),
            ..options()
        };
        let text = user_js(&routed, "a@b");
        assert!(text.contains(r#"user_pref("network.proxy.ssl", "127.0.0.1");"#));
        assert!(text.contains(r#"user_pref("network.proxy.ssl_port", 4433);"#));
    }

    #[test]
    fn preferences_are_written_as_javascript_reads_them() {
        let text = user_js(&options(), "a@b");
        assert!(text.contains(r#"user_pref("a.\"b", "c\\d");"#), "{text}");
        assert!(
            text.contains(&format!(
                r#"user_pref("extensions.webextensions.uuids", "{{\"a@b\":\"{EXTENSION_UUID}\"}}");"#
            )),
            "{text}"
        );
    }
}
