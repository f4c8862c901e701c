//! A pipe or a device in the place of each file that the commands read: none of them waits for it, and it stays.

use crate::doctor_home::DoctorHome;
use crate::home::{CHROMIUM, CONFIG, FIREFOX, RECEIPTS};
use std::fs;
use std::os::unix::fs::{FileTypeExt as _, symlink};
use std::path::Path;
use std::process::{Command, Output};

/// What `install` makes, and what the host would keep.
const PLACES: [&str; 11] = [
    CONFIG,
    CHROMIUM,
    FIREFOX,
    RECEIPTS,
    ".local/bin/potbridge",
    ".local/share/potbridge/extension/chromium/manifest.json",
    ".local/share/potbridge/extension/firefox.xpi",
    ".local/share/potbridge/potbridge-yt-dlp-plugin.zip",
    ".config/yt-dlp/plugins/potbridge-yt-dlp-plugin.zip",
    ".local/state/potbridge/tokens.db",
    ".local/share/flatpak/overrides/com.brave.Browser",
];

/// Runs a command, which is killed if it takes long.
fn run(doctor: &DoctorHome, command: &str) -> Output {
    let setup = doctor.path("archive/potbridge-setup");
    let arguments = ["-s", "KILL", "60", setup.to_str().unwrap(), command, "--json"];
    let mut command = doctor.home.command(Path::new("/usr/bin/timeout"), &arguments);
    command.env("POTBRIDGE_RUNTIME_DIR", doctor.path("run")).output().unwrap()
}

/// An installation with all that can be in one.
fn installed() -> DoctorHome {
    let doctor = DoctorHome::new(&["chromium", "firefox"]);
    fs::create_dir_all(doctor.path("root/var/lib/flatpak/app/com.brave.Browser")).unwrap();
    let file = doctor.path(".local/share/flatpak/overrides/com.brave.Browser");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let talk = "[Session Bus Policy]\\norg.freedesktop.Flatpak=talk\\n";
    doctor.home.program("bin/flatpak", &format!("printf '{talk}' > {}", file.display()));
    doctor.home.run(&["install", "--env-file", "app/.env", "--yt-dlp-plugin", "--flatpak"]).success();
    doctor.write(".local/state/potbridge/tokens.db", "");
    doctor
}

#[test]
fn no_command_waits_for_what_is_no_file() {
    for is_pipe in [true, false] {
        let doctor = installed();
        let before = doctor.home.tree();
        // A device is told as a pipe is.
        for place in if is_pipe { &PLACES[..] } else { &PLACES[..4] } {
            let path = doctor.path(place);
            let away = path.with_extension("away");
            fs::rename(&path, &away).unwrap();
            if is_pipe {
                assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
            } else {
                symlink("/dev/zero", &path).unwrap();
            }
            for command in ["doctor", "list", "install"] {
                let output = run(&doctor, command);
                assert!(output.status.code().is_some(), "{command} waits for {place}: {output:?}");
                let kind = path.symlink_metadata().unwrap().file_type();
                assert!(kind.is_fifo() || kind.is_symlink(), "{command} took away {place}");
            }
            fs::remove_file(&path).unwrap();
            fs::rename(&away, &path).unwrap();
        }
        doctor.home.run(&["install", "--yt-dlp-plugin", "--flatpak"]).success();
        let left: Vec<_> = doctor.home.tree().into_keys().filter(|path| !before.contains_key(path)).collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

#[test]
fn uninstall_leaves_what_is_no_file() {
    for place in PLACES {
        let doctor = installed();
        let path = doctor.path(place);
        fs::remove_file(&path).unwrap();
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        let output = run(&doctor, "uninstall");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.code().is_some(), "it waits for {place}: {said}");
        assert!(path.symlink_metadata().unwrap().file_type().is_fifo(), "{place}");
        let is_named = said.contains(path.to_str().unwrap());
        // The store is in a folder that is named.
        assert!(is_named || place.ends_with("tokens.db"), "{place}: {said}");
        assert!(output.status.code() == Some(0) || place == RECEIPTS, "{place}: {said}");
    }
}
