//! A profile that Firefox has used once, as a person's.
//!
//! With a new profile Firefox (ESR 153) compiles all of its own scripts and makes all of its databases: its start and its end cost
//! 4.3 s of CPU time, and 2.6 s with this one. Of potbridge this profile knows nothing. Tests of the very first start are in
//! `own_browser` and `installed`.

use crate::process::output_of;
use crate::setup::{artifacts, copy_folder, fixture};
use potbridge_browser::{Browser, Family, LaunchOptions, Route};
use potbridge_bundler::Workspace;
use potbridge_setup::temporary_install::TemporaryInstall;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use tempfile::TempDir;

/// Copies it into an empty folder. The first call for a version of Firefox makes it, in cargo's target folder.
pub(crate) fn copy_into(profile: &Path, program: &Path) {
    static USED: OnceLock<PathBuf> = OnceLock::new();
    copy_folder(USED.get_or_init(|| used(program)), profile);
}

fn used(program: &Path) -> PathBuf {
    let version = String::from_utf8(output_of(Command::new(program).arg("--version")).stdout).unwrap();
    let target = Workspace::find().unwrap().target;
    let used = target.join(format!("profile of {}", version.trim()));
    if !used.is_dir() {
        let made = TempDir::new_in(target).unwrap();
        make(made.path(), program);
        // Another process of these tests may have been faster.
        assert!(fs::rename(made.path(), &used).is_ok() || used.is_dir(), "{} cannot be made", used.display());
    }
    used
}

/// Has Firefox make a profile and keep what it compiled.
fn make(folder: &Path, program: &Path) {
    let scratch = TempDir::new().unwrap();
    let install =
        TemporaryInstall::new(Family::Firefox, &artifacts().host, &scratch.path().join(".env")).unwrap();
    let options = LaunchOptions {
        program: program.to_owned(),
        profile: install.profile(),
        // Any but potbridge's.
        extension: fixture("wrap-fetch", &scratch),
        extensions_before: Vec::new(),
        in_private_windows: false,
        headless: true,
        // Nothing listens there.
        route: Some(Route { address: ([127, 0, 0, 1], 9).into(), spki_sha256: String::new() }),
        env: install.browser_environment(),
        extra_prefs: Vec::new(),
        extra_args: Vec::new(),
        log: install.log(),
    };
    let browser = Browser::launch(Family::Firefox, &options).unwrap();
    browser.open("about:blank").unwrap();
    drop(browser);
    for of_a_running_one in ["lock", ".parentlock", "MarionetteActivePort", "user.js"] {
        // Not each of them is left.
        let _ = fs::remove_file(options.profile.join(of_a_running_one));
    }
    copy_folder(&options.profile, folder);
}
