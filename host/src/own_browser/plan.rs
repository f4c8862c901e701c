//! What is to be started, found out before anything is.

use super::find;
use super::problems::{failed, system};
use crate::config::BrowserConfig;
use potbridge_protocol::{Code, Problem};
use potbridge_system::browser::{Family, extension};
use std::env;
use std::path::{Path, PathBuf};

/// A browser that can be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) family: Family,
    pub(super) program: PathBuf,
    /// The built extension, as a browser of this family takes it.
    pub(super) extension: PathBuf,
    /// This program, which the browser starts as its host.
    pub(super) host: PathBuf,
    pub(super) config: BrowserConfig,
    /// What is given up, in words for people.
    pub(super) given_up: Option<String>,
}

impl Plan {
    /// The browser that the configuration means.
    ///
    /// # Errors
    /// There is no browser, no extension, or no sandbox.
    pub(super) fn of(config: &BrowserConfig) -> Result<Self, Problem> {
        let root = rustix::process::geteuid().is_root();
        refuse_root(config, root)?;
        let (family, program) = find::browser(config, |name| which::which(name).ok())?;
        let given_up = given_up(config, family, root);
        let host = own_file().map_err(|error| system("this program's file", &error))?;
        let folders = extension::folders(host.parent().unwrap_or(Path::new("/")));
        let extension = extension(config, family, &folders)?;
        Ok(Self { family, program, extension, host, config: config.clone(), given_up })
    }
}

/// Refuses to run as root, unless the configuration gives the sandbox up.
fn refuse_root(config: &BrowserConfig, root: bool) -> Result<(), Problem> {
    if !root || !config.sandbox {
        return Ok(());
    }
    let why = "potbridge's own browser is not started by root: a browser's sandbox does not protect root";
    Err(Problem::new(Code::SandboxMissing, why)
        .with_hint("let another user run it, or give the sandbox up: write `sandbox = false` in [browser]"))
}

/// What is given up with the sandbox. Firefox keeps its own, so nothing is unless root runs it (ESR 153).
fn given_up(config: &BrowserConfig, family: Family, root: bool) -> Option<String> {
    let whose = if root { "root" } else { "this user" };
    match family {
        Family::Chromium if !config.sandbox => Some(format!(
            "the browser runs without its sandbox: a page that breaks out of the browser has the rights of {whose}"
        )),
        Family::Firefox if root => Some(
            "the browser runs as root: a page that breaks out of its sandbox has the rights of root"
                .to_owned(),
        ),
        Family::Chromium | Family::Firefox => None,
    }
}

/// This program's file. If an update has replaced it, the new one.
fn own_file() -> std::io::Result<PathBuf> {
    let path = env::current_exe()?;
    let replaced = path.to_str().and_then(|path| path.strip_suffix(" (deleted)")).map(PathBuf::from);
    Ok(replaced.unwrap_or(path))
}

/// The built extension: the configuration's, or the first in these folders.
fn extension(config: &BrowserConfig, family: Family, folders: &[PathBuf]) -> Result<PathBuf, Problem> {
    let is_built = |path: &PathBuf| match family {
        Family::Chromium => path.join("manifest.json").is_file(),
        Family::Firefox => path.is_file(),
    };
    let (found, hint) = match &config.extension {
        Some(path) => (
            [extension::loadable(path, family), path.clone()].into_iter().find(is_built),
            "correct `extension` in [browser]: it is Chromium's folder, Firefox's packed file, or the folder of both",
        ),
        None => (
            folders.iter().map(|folder| extension::loadable(folder, family)).find(is_built),
            "unpack the whole archive into one folder, run `potbridge-setup install`, or name it as `extension` in \
             [browser]",
        ),
    };
    found.ok_or_else(|| {
        let name = family.display_name();
        failed(format!(
            "potbridge's extension for {name} is not beside this program, nor where it is installed"
        ))
        .with_hint(hint)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn root_has_to_say_that_it_gives_the_sandbox_up() {
        let with = BrowserConfig::default();
        let without = BrowserConfig { sandbox: false, ..with.clone() };
        assert_eq!(refuse_root(&with, false), Ok(()));
        let refused = refuse_root(&with, true).unwrap_err();
        assert_eq!((refused.code, refused.code.exit_code()), (Code::SandboxMissing, 4));
        assert!(refused.in_full().contains("sandbox = false"), "{refused:?}");
        assert_eq!(refuse_root(&without, true), Ok(()));
    }

    #[test]
    fn what_is_given_up_is_said_and_no_more() {
        let with = BrowserConfig::default();
        let without = BrowserConfig { sandbox: false, ..with.clone() };
        assert_eq!(given_up(&with, Family::Chromium, false), None);
        assert!(given_up(&without, Family::Chromium, true).unwrap().ends_with("has the rights of root"));
        assert!(given_up(&without, Family::Chromium, false).unwrap().contains("of this user"));
        assert_eq!(given_up(&without, Family::Firefox, false), None, "it keeps its sandbox");
        assert!(given_up(&without, Family::Firefox, true).unwrap().contains("runs as root"));
    }

    #[test]
    fn the_extension_is_beside_the_program_or_where_the_configuration_says() {
        let folder = tempfile::tempdir().unwrap();
        let built = folder.path().join("extension");
        fs::create_dir_all(built.join("chromium")).unwrap();
        fs::write(built.join("chromium/manifest.json"), "{}").unwrap();
        let config = BrowserConfig::default();
        let folders = [folder.path().join("none"), built.clone()];
        assert_eq!(extension(&config, Family::Chromium, &folders), Ok(built.join("chromium")));
        let missing = extension(&config, Family::Firefox, &folders).unwrap_err();
        assert!(missing.message.contains("for Firefox is not beside"), "{missing:?}");
        fs::write(built.join("firefox.xpi"), "").unwrap();
        assert_eq!(extension(&config, Family::Firefox, &folders), Ok(built.join("firefox.xpi")));
        for named in [built.clone(), built.join("chromium")] {
            let config = BrowserConfig { extension: Some(named), ..config.clone() };
            assert_eq!(extension(&config, Family::Chromium, &[]), Ok(built.join("chromium")));
        }
        let wrong = BrowserConfig { extension: Some("/none".into()), ..config };
        assert!(extension(&wrong, Family::Chromium, &folders).unwrap_err().in_full().contains("correct"));
    }
}
