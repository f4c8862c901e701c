//! Finds a browser that can be potbridge's own, and refuses those that cannot.

use super::problems::failed;
use crate::config::BrowserConfig;
use potbridge_protocol::Problem;
use potbridge_system::browser::Family;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The programs of a family, as they are looked up on the PATH, in this order.
fn names(family: Family) -> &'static [&'static str] {
    match family {
        Family::Chromium => &["chromium", "chromium-browser", "ungoogled-chromium"],
        Family::Firefox => &["firefox-esr", "firefox"],
    }
}

/// How much of a program is read to see whether it is a script that starts a snap.
const SCRIPT: u64 = 4096;

/// The browser that the configuration means, or the first on the PATH that can be potbridge's own.
pub(super) fn browser(
    config: &BrowserConfig,
    on_path: impl Fn(&str) -> Option<PathBuf>,
) -> Result<(Family, PathBuf), Problem> {
    if let Some(program) = &config.program {
        let family = config.family.unwrap_or_else(|| family_of(program));
        if !program.is_file() {
            let why = format!("there is no browser {}", program.display());
            return Err(failed(why).with_hint("correct `program` in [browser]"));
        }
        return refusal(family, program).map_or(Ok((family, program.clone())), Err);
    }
    let mut refused = None;
    for family in
        Family::ALL.into_iter().filter(|family| config.family.is_none_or(|wanted| wanted == *family))
    {
        for program in names(family).iter().filter_map(|name| on_path(name)) {
            match refusal(family, &program) {
                None => return Ok((family, program)),
                Some(problem) => refused = refused.or(Some(problem)),
            }
        }
    }
    Err(refused.unwrap_or_else(|| {
        let wanted = config.family.map_or("Chromium or Firefox ESR", |family| match family {
            Family::Chromium => "Chromium",
            Family::Firefox => "Firefox ESR",
        });
        failed(format!("there is no {wanted} on the PATH to be potbridge's own browser"))
            .with_hint("install one, or name it as `program` in [browser]")
    }))
}

/// The family of a program, by its name.
fn family_of(program: &Path) -> Family {
    let name = program.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let firefoxes = ["firefox", "librewolf", "waterfox", "floorp", "zen"];
    if firefoxes.iter().any(|known| name.contains(known)) { Family::Firefox } else { Family::Chromium }
}

/// Why a program cannot be potbridge's own browser, as far as its files tell.
fn refusal(family: Family, program: &Path) -> Option<Problem> {
    let real = dunce::canonicalize(program).unwrap_or_else(|_| program.to_owned());
    let shown = program.display();
    if is_snap(program, &real) {
        return Some(
            failed(format!("{shown} is a snap, whose browser cannot start potbridge"))
                .with_hint("install the browser from a package, and name it as `program` in [browser]"),
        );
    }
    match family {
        Family::Chromium if is_branded_chrome(&real) => Some(
            failed(format!(
                "{shown} is Google Chrome, which takes no extension by argument since version 137"
            ))
            .with_hint("install Chromium, or Firefox ESR"),
        ),
        Family::Firefox if wants_signatures(&real) => Some(
            failed(format!("{shown} is a release of Firefox that takes no unsigned extension"))
                .with_hint("install Firefox ESR, or Chromium"),
        ),
        _ => None,
    }
}

fn is_snap(program: &Path, real: &Path) -> bool {
    let mut start = String::new();
    let read = fs::File::open(real).and_then(|file| file.take(SCRIPT).read_to_string(&mut start));
    let script = read.is_ok() && start.starts_with("#!") && start.contains("/snap/bin/");
    script || program.starts_with("/snap") || real.starts_with("/snap") || real.ends_with("usr/bin/snap")
}

/// Google Chrome, in any channel but the one for testing.
fn is_branded_chrome(real: &Path) -> bool {
    let name = real.file_name().unwrap_or_default().to_string_lossy();
    let chrome =
        name.starts_with("google-chrome") || real.components().any(|part| part.as_os_str() == "google");
    chrome && !real.to_string_lossy().contains("testing")
}

/// A release or beta of Mozilla's. ESR, Developer Edition and Nightly obey `xpinstall.signatures.required`.
fn wants_signatures(real: &Path) -> bool {
    let about = fs::read_to_string(real.with_file_name("application.ini")).unwrap_or_default();
    let source = about.lines().find_map(|line| line.strip_prefix("SourceRepository=")).unwrap_or_default();
    ["/mozilla-release", "/mozilla-beta"].iter().any(|branch| source.trim_end().ends_with(branch))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &Path, text: &str) -> PathBuf {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        path.to_owned()
    }

    #[test]
    fn chromium_is_preferred_to_firefox_and_esr_to_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let found = |there: &[&str], config: &BrowserConfig| {
            for name in there {
                file(&folder.path().join(name), "");
            }
            browser(config, |name| there.contains(&name).then(|| folder.path().join(name)))
                .map(|(family, program)| (family, program.file_name().unwrap().to_str().unwrap().to_owned()))
        };
        let any = BrowserConfig::default();
        let all = ["firefox", "firefox-esr", "chromium"];
        assert_eq!(found(&all, &any).unwrap(), (Family::Chromium, "chromium".to_owned()));
        assert_eq!(found(&all[..2], &any).unwrap(), (Family::Firefox, "firefox-esr".to_owned()));
        let firefox = BrowserConfig { family: Some(Family::Firefox), ..any.clone() };
        assert_eq!(found(&all, &firefox).unwrap().0, Family::Firefox);
        let chromium = BrowserConfig { family: Some(Family::Chromium), ..any.clone() };
        let none = found(&all[..2], &chromium).unwrap_err();
        assert!(none.in_full().contains("no Chromium on the PATH"), "{none:?}");
        assert!(found(&[], &any).unwrap_err().message.contains("Chromium or Firefox ESR"));
    }

    #[test]
    fn a_browser_that_takes_no_extension_of_ours_is_refused_with_words() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        let release =
            "[App]\nName=Firefox\nSourceRepository=https://hg.mozilla.org/releases/mozilla-release\n";
        let esr = "[App]\nName=Firefox\nSourceRepository=https://hg.mozilla.org/releases/mozilla-esr153\n";
        file(&at("release/application.ini"), release);
        file(&at("esr/application.ini"), esr);
        for (program, text, family, why) in [
            ("opt/google/chrome/google-chrome", "", Family::Chromium, Some("137")),
            ("google-chrome-for-testing/chrome", "", Family::Chromium, None),
            (
                "chromium-browser",
                "#!/bin/sh\nexec /snap/bin/chromium \"$@\"\n",
                Family::Chromium,
                Some("snap"),
            ),
            ("chromium", "#!/bin/sh\nexec /usr/lib/chromium/chromium \"$@\"\n", Family::Chromium, None),
            ("release/firefox", "", Family::Firefox, Some("unsigned")),
            ("esr/firefox-esr", "", Family::Firefox, None),
        ] {
            let program = file(&at(program), text);
            let found = browser(
                &BrowserConfig { program: Some(program.clone()), ..BrowserConfig::default() },
                |_| None,
            );
            match why {
                None => assert_eq!(found.unwrap(), (family, program)),
                Some(why) => assert!(found.unwrap_err().message.contains(why), "{program:?}"),
            }
        }
        let missing = BrowserConfig { program: Some(at("none")), ..BrowserConfig::default() };
        assert!(browser(&missing, |_| None).unwrap_err().message.contains("there is no browser"));
    }
}
