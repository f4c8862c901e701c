//! Whoever does what doctor's hint says, to the letter, has no such fault any more.

use crate::doctor_home::{DoctorHome, Report};
use crate::home::{CHROMIUM, CONFIG, FIREFOX, RECEIPTS};
use potbridge_system::yt_dlp_version::NEWEST;
use potbridge_test_support::executable;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;

const BRAVE: &str = "com.brave.Browser";
const PLUGIN: &str = ".config/yt-dlp/plugins/potbridge-yt-dlp-plugin.zip";

/// The commands that a hint may be of. Each is run with the PATH of the home.
const OWN: [(&str, &str); 2] =
    [("potbridge-setup", "archive/potbridge-setup"), ("potbridge", ".local/bin/potbridge")];
const SYSTEM: [&str; 4] = ["chmod", "mv", "mkdir", "rm"];

/// A home with Chromium, Firefox, a flatpak of Brave and a yt-dlp, in which all is installed.
fn installed() -> DoctorHome {
    let doctor = DoctorHome::new(&["chromium", "firefox"]);
    fs::create_dir_all(doctor.path("root/var/lib/flatpak/app").join(BRAVE)).unwrap();
    let file = doctor.path(".local/share/flatpak/overrides").join(BRAVE);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let talk = "[Session Bus Policy]\\norg.freedesktop.Flatpak=talk\\n";
    doctor.home.program("bin/flatpak", &format!("printf '{talk}' > {}", file.display()));
    yt_dlp(&doctor, NEWEST, "deno-2.5.0", "potbridge-0.1.0 (external)");
    doctor.home.run(&["install", "--env-file", "app/.env", "--yt-dlp-plugin", "--flatpak"]).success();
    doctor
}

/// A script that answers as yt-dlp does, and takes a runtime that is named.
fn yt_dlp(doctor: &DoctorHome, version: &str, runtime: &str, provider: &str) {
    let script = format!(
        "[ \"$*\" = --version ] && echo {version} && exit\n\
         runtime='{runtime}'; for word; do case $word in node:*) runtime=node-22.1.0;; esac; done\n\
         loaded='{provider}'; read -r first < '{plugin}'; [ \"$first\" = broken ] && loaded=none\n\
         echo '[debug] exe versions: ffmpeg 7.1, ffprobe 7.1' >&2\n\
         echo \"[debug] JS runtimes: $runtime\" >&2\n\
         echo \"[debug] [youtube] [pot] PO Token Providers: $loaded\" >&2\n\
         echo '[debug] [youtube] [pot] TRACE: Attempting to fetch a PO Token from \"potbridge\" provider' >&2\n\
         echo '[debug] PO Token response from \"potbridge\" provider: PoTokenResponse(po_token=x)' >&2; exit 1",
        plugin = doctor.path(PLUGIN).display(),
    );
    doctor.home.program("bin/yt-dlp", &script);
}

/// Runs a command as a person types it into a shell.
fn follow(doctor: &DoctorHome, hint: &str) {
    let commands = doctor.path("commands");
    fs::create_dir_all(&commands).unwrap();
    for (name, program) in OWN {
        let (path, program) = (doctor.path("bin"), doctor.path(program));
        let script = format!("PATH='{}' exec '{}' \"$@\"", path.display(), program.display());
        doctor.home.program(&format!("commands/{name}"), &script);
    }
    for name in SYSTEM.into_iter().filter(|name| !commands.join(name).exists()) {
        symlink(crate::doctor_home::which(name), commands.join(name)).unwrap();
    }
    for command in hint.split(" && ") {
        let name = command.split(' ').next().unwrap();
        assert!(commands.join(name).exists(), "{hint} is no command");
    }
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", hint]).current_dir(doctor.path("")).env_clear().env("PATH", commands);
    shell.env("HOME", doctor.path("")).env("TMPDIR", doctor.path("tmp"));
    shell.env("POTBRIDGE_SETUP_ROOT", doctor.path("root")).env("POTBRIDGE_RUNTIME_DIR", doctor.path("run"));
    let output = shell.output().unwrap();
    assert!(output.status.success(), "{hint}: {output:?}");
}

/// What is not well, as far as somebody can do something about it.
fn not_well(report: &Report) -> Vec<(String, String)> {
    let rows = report.rows().iter().filter(|row| row["state"] == "fault" || row["state"] == "warning");
    rows.map(|row| (row["code"].to_string(), row["hint"].as_str().unwrap_or_default().to_owned())).collect()
}

/// Makes a fault in each way, and does what the first row says until none is left.
#[track_caller]
fn is_fixed(doctor: &DoctorHome, code: &str) {
    let mut report = doctor.doctor();
    assert!(report.has(code), "{code} is not in {:#}", report.json);
    // One command each, and what it uncovers.
    for _ in 0..3 {
        let Some((_, hint)) = not_well(&report).first().cloned() else { break };
        follow(doctor, &hint);
        report = doctor.doctor();
    }
    assert!(not_well(&report).is_empty(), "{code} is not fixed: {:#}", report.json);
}

/// Something that a person, an update or an accident does to an installation.
type Accident = fn(&DoctorHome);

fn set(doctor: &DoctorHome, path: &str, key: &str, value: &str) {
    let mut manifest: serde_json::Value = serde_json::from_str(&doctor.home.read(path)).unwrap();
    manifest[key] = value.into();
    doctor.write(path, &manifest.to_string());
}

fn remove(doctor: &DoctorHome, path: &str) {
    fs::remove_file(doctor.path(path)).unwrap();
}

/// Makes the receipts forget a file: somebody else made it.
fn disown(doctor: &DoctorHome, path: &str) {
    let mut receipts: toml::Table = toml::from_str(&doctor.home.read(RECEIPTS)).unwrap();
    let path = doctor.path(path).display().to_string();
    let files = receipts["file"].as_array_mut().unwrap();
    files.retain(|file| file["path"].as_str() != Some(&path));
    doctor.write(RECEIPTS, &receipts.to_string());
}

fn pipe(doctor: &DoctorHome, path: &str) {
    remove(doctor, path);
    assert!(Command::new("mkfifo").arg(doctor.path(path)).status().unwrap().success());
}

fn each(accidents: &[(&str, Accident)]) {
    for (code, accident) in accidents {
        let doctor = installed();
        assert!(not_well(&doctor.doctor()).is_empty(), "{:#}", doctor.doctor().json);
        accident(&doctor);
        is_fixed(&doctor, code);
    }
}

#[test]
fn of_manifests() {
    each(&[
        ("not-registered", |doctor| remove(doctor, CHROMIUM)),
        ("manifest-invalid", |doctor| doctor.write(CHROMIUM, "{")),
        ("manifest-invalid", |doctor| pipe(doctor, CHROMIUM)),
        ("manifest-invalid", |doctor| {
            remove(doctor, FIREFOX);
            symlink("/nowhere", doctor.path(FIREFOX)).unwrap();
        }),
        ("manifest-invalid", |doctor| {
            disown(doctor, FIREFOX);
            doctor.write(FIREFOX, "{");
        }),
        ("manifest-wrong-keys", |doctor| {
            fs::copy(doctor.path(FIREFOX), doctor.path(CHROMIUM)).unwrap();
        }),
        ("id-not-allowed", |doctor| {
            disown(doctor, CHROMIUM);
            let origin = "chrome-extension://abcdefghijklmnopabcdefghijklmnop/";
            let text = doctor.home.read(CHROMIUM);
            let own = format!("chrome-extension://{}/", potbridge_protocol::identifiers::CHROMIUM_ID);
            doctor.write(CHROMIUM, &text.replace(&own, origin));
        }),
        ("host-missing", |doctor| set(doctor, CHROMIUM, "path", "/nowhere/potbridge")),
        ("not-executable", |doctor| {
            disown(doctor, CHROMIUM);
            set(doctor, CHROMIUM, "path", doctor.path("app").to_str().unwrap());
        }),
        ("host-elsewhere", |doctor| {
            disown(doctor, CHROMIUM);
            executable::copy(doctor.path(".local/bin/potbridge"), doctor.path("app/potbridge"));
            set(doctor, CHROMIUM, "path", doctor.path("app/potbridge").to_str().unwrap());
        }),
        ("host-missing", |doctor| {
            let of_machine = "root/etc/chromium/native-messaging-hosts/dev.potbridge.host.json";
            doctor.write(of_machine, &doctor.home.read(CHROMIUM));
            remove(doctor, CHROMIUM);
            set(doctor, of_machine, "path", "/nowhere/potbridge");
        }),
    ]);
}

#[test]
fn of_flatpaks() {
    const WRAPPER: &str = ".var/app/com.brave.Browser/data/potbridge/potbridge";
    each(&[
        ("flatpak-closed", |doctor| remove(doctor, ".local/share/flatpak/overrides/com.brave.Browser")),
        ("flatpak-closed", |doctor| doctor.write(WRAPPER, "#!/bin/sh\nexec /opt/other\n")),
        ("flatpak-closed", |doctor| {
            disown(doctor, WRAPPER);
            doctor.write(WRAPPER, "#!/bin/sh\nexec /opt/other\n");
        }),
        ("flatpak-closed", |doctor| pipe(doctor, WRAPPER)),
        ("flatpak-closed", |doctor| remove(doctor, WRAPPER)),
    ]);
}

#[test]
fn of_what_install_made() {
    each(&[
        ("installed-missing", |doctor| remove(doctor, ".local/share/potbridge/extension/chromium/old.js")),
        ("installed-missing", |doctor| remove(doctor, ".local/bin/potbridge")),
        ("installed-changed", |doctor| {
            doctor.write(".local/share/potbridge/extension/chromium/old.js", "mine");
        }),
        ("installed-changed", |doctor| pipe(doctor, ".local/share/potbridge/extension/chromium/old.js")),
        ("not-executable", |doctor| {
            let host = doctor.path(".local/bin/potbridge");
            fs::set_permissions(host, fs::Permissions::from_mode(0o644)).unwrap();
        }),
        ("not-executable", |doctor| {
            remove(doctor, ".local/bin/potbridge");
            fs::create_dir(doctor.path(".local/bin/potbridge")).unwrap();
        }),
        ("host-failed", |doctor| {
            executable::write(doctor.path(".local/bin/potbridge"), "#!/bin/sh\nexit 3\n");
        }),
        ("receipts-invalid", |doctor| doctor.write(RECEIPTS, "file = 1")),
        ("not-a-regular-file", |doctor| pipe(doctor, RECEIPTS)),
    ]);
}

#[test]
fn of_places_and_the_store() {
    each(&[
        ("folder-missing", |doctor| fs::remove_dir(doctor.path("app")).unwrap()),
        ("open-to-others", |doctor| {
            fs::set_permissions(doctor.path(CONFIG), fs::Permissions::from_mode(0o644)).unwrap();
        }),
        ("store-set-aside", |doctor| {
            fs::create_dir_all(doctor.path(".local/state/potbridge")).unwrap();
            let store = doctor.path(".local/state/potbridge/tokens.db");
            fs::write(&store, "my diary").unwrap();
            fs::set_permissions(&store, fs::Permissions::from_mode(0o600)).unwrap();
            let folder = fs::Permissions::from_mode(0o700);
            fs::set_permissions(doctor.path(".local/state/potbridge"), folder).unwrap();
        }),
    ]);
}

#[test]
fn of_yt_dlp() {
    each(&[
        ("plugin-not-loaded", |doctor| doctor.write(PLUGIN, "broken\n")),
        ("plugin-not-loaded", |doctor| {
            disown(doctor, PLUGIN);
            doctor.write(PLUGIN, "broken\n");
        }),
        ("no-js-runtime", |doctor| {
            doctor.home.program("bin/node", "echo v22.1.0");
            yt_dlp(doctor, NEWEST, "none", "potbridge-0.1.0 (external)");
        }),
        ("yt-dlp-missing", |doctor| {
            let config = doctor.home.read(CONFIG);
            let there = doctor.path("bin/yt-dlp").display().to_string();
            doctor.write(CONFIG, &config.replace(&there, "/nowhere/yt-dlp"));
            fs::set_permissions(doctor.path(CONFIG), fs::Permissions::from_mode(0o600)).unwrap();
        }),
        ("yt-dlp-not-started", |doctor| {
            let config = doctor.home.read(CONFIG);
            let there = doctor.path("bin/yt-dlp").display().to_string();
            doctor.home.program("app/yt-dlp", "exit 126");
            let app = doctor.path("app/yt-dlp").display().to_string();
            doctor.write(CONFIG, &config.replace(&there, &app));
            fs::set_permissions(doctor.path(CONFIG), fs::Permissions::from_mode(0o600)).unwrap();
        }),
    ]);
}

#[test]
fn a_potbridge_that_cannot_restore_itself_says_which_one_can() {
    let doctor = installed();
    remove(&doctor, ".local/bin/potbridge");
    let mut command = doctor.home.command(&doctor.path(".local/bin/potbridge-setup"), &["doctor", "--json"]);
    let report = Report::of(command.env("POTBRIDGE_RUNTIME_DIR", doctor.path("run")).output().unwrap());
    for row in report.rows().iter().filter(|row| row["state"] == "fault") {
        let hint = row["hint"].as_str().unwrap();
        assert!(hint.contains("potbridge-setup of the unpacked archive"), "{row}");
    }
}
