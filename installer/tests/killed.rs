//! `install` that is killed in the middle, and run again.

use crate::home::{Home, RECEIPTS, Tree};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;

/// Runs `install` where the system kills it (SIGXFSZ) as soon as it writes a file of more than that many 512 bytes.
fn killed_at(home: &Home, blocks: u32) {
    let setup = home.path("archive/potbridge-setup");
    let script =
        format!("ulimit -c 0; ulimit -f {blocks}; exec {} install --env-file app/.env", setup.display());
    let output = home.command(std::path::Path::new("/bin/sh"), &["-c", &script]).output().unwrap();
    assert_eq!(output.status.signal(), Some(25), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Installs again, and finds the home as it was after that is taken back.
fn another_run_is_clean(home: &Home, before: &Tree) {
    home.run(&["install", "--env-file", "app/.env"]).success();
    home.run(&["uninstall"]).success();
    assert!(*before == home.tree(), "{:?}", home.tree().keys());
}

#[test]
fn killed_while_the_receipts_and_while_a_program_is_written() {
    for blocks in [0, 100] {
        let home = Home::new(&["chromium", "firefox", "yt-dlp"]);
        let before = home.tree();
        killed_at(&home, blocks);
        assert!(home.tree() != before, "something is left");
        another_run_is_clean(&home, &before);
    }
}

#[test]
fn killed_after_everything_was_written() {
    let home = Home::new(&["chromium", "firefox"]);
    home.program("archive/potbridge", "kill -9 $PPID");
    let before = home.tree();
    let setup = home.path("archive/potbridge-setup");
    let output = home.command(&setup, &["install", "--env-file", "app/.env"]).output().unwrap();
    assert_eq!(output.status.signal(), Some(9));
    // Without another install.
    home.run(&["uninstall"]).success();
    assert!(home.tree() == before);
}

#[test]
fn killed_between_a_receipt_and_its_manifest() {
    let home = Home::new(&["chromium"]);
    let export = home.path(".local/share/flatpak/exports/bin");
    fs::create_dir_all(&export).unwrap();
    home.program(".local/share/flatpak/exports/bin/org.mozilla.firefox", "");
    home.program("bin/flatpak", "kill -9 $PPID");
    let before = home.tree();
    let setup = home.path("archive/potbridge-setup");
    let output = home.command(&setup, &["install", "--flatpak"]).output().unwrap();
    assert_eq!(output.status.signal(), Some(9));
    let receipts = home.read(RECEIPTS);
    assert!(receipts.contains("org.mozilla.firefox"), "{receipts}");
    home.run(&["uninstall"]).success();
    assert!(home.tree() == before);
}

/// What a killed run leaves in the folder of temporary files, and what one leaves that made no receipts.
fn left_by_killed_runs(home: &Home) {
    for folder in ["tmp/potbridge-setup.aB3dE6", ".potbridge-setup-aB3dE6", ".local/.potbridge-setup-aB3dE6"]
    {
        fs::create_dir_all(home.path(folder)).unwrap();
        fs::write(home.path(folder).join("config.toml"), "").unwrap();
        // As under a umask that takes everything.
        fs::set_permissions(home.path(folder), fs::Permissions::from_mode(0o000)).unwrap();
    }
}

#[test]
fn what_killed_runs_left_is_swept_by_the_next_one() {
    use potbridge_test_support::ordinary_user::as_ordinary_user;
    as_ordinary_user(|| {
        for command in ["install", "uninstall", "doctor"] {
            let home = Home::new(&["chromium"]);
            fs::create_dir_all(home.path(".local")).unwrap();
            let mut expected = home.tree();
            left_by_killed_runs(&home);
            home.command(&home.path("archive/potbridge-setup"), &[command]).output().unwrap();
            home.run(&["uninstall"]).success();
            let mut now = home.tree();
            for tree in [&mut expected, &mut now] {
                tree.retain(|path, _| path.to_string_lossy().contains("potbridge-setup"));
            }
            assert_eq!(now, expected, "{command}");
        }
    });
}

#[test]
fn killed_while_a_browser_is_played() {
    let home = Home::new(&["chromium", "firefox"]);
    let version = env!("CARGO_PKG_VERSION");
    home.program(
        "archive/potbridge",
        &format!("[ \"$1\" = --version ] && echo potbridge {version} && exit\nkill -9 $PPID"),
    );
    let setup = home.path("archive/potbridge-setup");
    let output = home.command(&setup, &["install"]).output().unwrap();
    assert_eq!(output.status.signal(), Some(9));
    assert_eq!(fs::read_dir(home.path("tmp")).unwrap().count(), 1, "something is left");
    home.run(&["uninstall"]).success();
    assert_eq!(fs::read_dir(home.path("tmp")).unwrap().count(), 0);
}

#[test]
fn a_umask_that_takes_everything_hinders_nothing() {
    use potbridge_test_support::ordinary_user::as_ordinary_user;
    as_ordinary_user(|| {
        let home = Home::new(&["chromium", "firefox"]);
        let before = home.tree();
        let setup = home.path("archive/potbridge-setup");
        for arguments in ["install --env-file app/.env", "uninstall"] {
            let script = format!("umask 0777; exec {} {arguments}", setup.display());
            let output = home.command(std::path::Path::new("/bin/sh"), &["-c", &script]).output().unwrap();
            assert!(output.status.success(), "{output:?}");
        }
        assert!(home.tree() == before, "{:?}", home.tree().keys());
    });
}

#[test]
fn killed_in_a_folder_that_was_there_before() {
    let home = Home::new(&["chromium"]);
    fs::create_dir_all(home.path(".local/bin")).unwrap();
    let before = home.tree();
    killed_at(&home, 100);
    let left: Vec<_> = fs::read_dir(home.path(".local/bin")).unwrap().collect();
    assert!(!left.is_empty(), "something is left");
    // Without another install.
    home.run(&["uninstall"]).success();
    assert!(home.tree() == before, "{:?}", home.tree().keys());
}
