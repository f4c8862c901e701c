//! The home of a user with a dozen browsers, and of one with none: install and uninstall leave it as it was.

use crate::home::{Home, RECEIPTS};
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

/// Every kind of browser that a Linux home has, with what else is in such a home.
fn a_dozen_browsers() -> Home {
    let home = Home::new(&[
        "google-chrome-stable",
        "google-chrome-beta",
        "microsoft-edge-stable",
        "brave-browser-stable",
        "vivaldi-stable",
        "opera",
        "firefox-esr",
        "librewolf",
        "waterfox",
        "yt-dlp",
    ]);
    // Snaps: Chromium, which can start no host, and Firefox, which can.
    for folder in [
        "root/usr/bin",
        "root/snap/bin",
        "root/var/lib/flatpak/exports/bin",
        ".local/share/flatpak/exports/bin",
    ] {
        fs::create_dir_all(home.path(folder)).unwrap();
    }
    home.program("root/usr/bin/snap", "");
    for snap in ["chromium", "firefox"] {
        symlink(home.path("root/usr/bin/snap"), home.path("root/snap/bin").join(snap)).unwrap();
    }
    symlink(home.path("root/snap/bin/chromium"), home.path("bin/chromium")).unwrap();
    // Flatpaks: one of the machine, one of the user.
    home.program(
        "root/var/lib/flatpak/exports/bin/com.brave.Browser",
        "exec flatpak run com.brave.Browser \"$@\"",
    );
    home.program(
        ".local/share/flatpak/exports/bin/org.mozilla.firefox",
        "exec flatpak run org.mozilla.firefox \"$@\"",
    );
    let overrides = home.path(".local/share/flatpak/overrides");
    home.program(
        "bin/flatpak",
        &format!(
            "for app in \"$@\"; do :; done\nprintf '[Session Bus Policy]\\norg.freedesktop.Flatpak=talk\\n' >> '{}/'\"$app\"",
            overrides.display()
        ),
    );
    fs::create_dir_all(&overrides).unwrap();
    fs::write(overrides.join("com.brave.Browser"), "[Context]\nsockets=x11;\n\n").unwrap();
    // Profiles, other hosts' manifests, a link for a folder, a file that others may not read.
    fs::create_dir_all(home.path("dotfiles/mozilla/firefox")).unwrap();
    symlink("dotfiles/mozilla", home.path(".mozilla")).unwrap();
    let edge = home.path(".config/microsoft-edge/NativeMessagingHosts");
    fs::create_dir_all(&edge).unwrap();
    fs::write(edge.join("org.keepassxc.keepassxc_browser.json"), "{}").unwrap();
    fs::set_permissions(&edge, fs::Permissions::from_mode(0o700)).unwrap();
    fs::write(home.path("app/.env"), "SECRET=1\n").unwrap();
    fs::set_permissions(home.path("app/.env"), fs::Permissions::from_mode(0o600)).unwrap();
    home
}

#[test]
fn a_home_with_a_dozen_browsers_is_as_it_was() {
    let home = a_dozen_browsers();
    let before = home.tree();
    let arguments = ["install", "--env-file", "app/.env", "--yt-dlp-plugin", "--flatpak", "--json"];
    let report = home.run(&arguments).json(0);
    let registered =
        report["browsers"].as_array().unwrap().iter().filter(|one| one["outcome"] == "created").count();
    assert!(registered >= 11, "{report:#}");
    assert_eq!(home.run(&arguments).json(0)["browsers"][0]["outcome"], "unchanged");
    let installed = home.tree();
    home.run_with(&[("POTBRIDGE_RUNTIME_DIR", home.path("run").to_str().unwrap())], &["doctor", "--json"])
        .json(3);
    assert_eq!(home.tree(), installed, "doctor changes nothing");
    let shown = home.run(&["uninstall"]).success();
    assert!(!shown.contains("left "), "{shown}");
    assert_eq!(home.tree(), before);
}

#[test]
fn a_home_without_a_browser_is_as_it_was() {
    let home = Home::new(&[]);
    let before = home.tree();
    home.run(&["install"]).success();
    home.run(&["install", "--env-file", "app/.env"]).success();
    assert!(home.path(RECEIPTS).exists());
    let installed = home.tree();
    home.run_with(&[("POTBRIDGE_RUNTIME_DIR", home.path("run").to_str().unwrap())], &["doctor", "--json"])
        .json(1);
    assert_eq!(home.tree(), installed, "doctor changes nothing");
    home.run(&["uninstall"]).success();
    assert_eq!(home.tree(), before);
}
