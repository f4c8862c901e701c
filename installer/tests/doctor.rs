//! `doctor`: what it says of an installation that is well, and of what `install` made.

use crate::doctor_home::{DoctorHome, Report, real_host, which};
use crate::home::{CHROMIUM, CONFIG, RECEIPTS};
use potbridge_protocol::frame;
use potbridge_protocol::identifiers::CHROMIUM_ID;
use potbridge_test_support::executable;
use serde_json::json;
use std::fs;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Command, Stdio};

/// A browser whose extension is connected, until it is dropped.
struct Connected(Child);

impl Connected {
    fn new(doctor: &DoctorHome, version: &str) -> Self {
        let mut child = Command::new(doctor.path(".local/bin/potbridge"))
            .arg(format!("chrome-extension://{CHROMIUM_ID}/"))
            .env_clear()
            .env("HOME", doctor.path(""))
            .env("POTBRIDGE_RUNTIME_DIR", doctor.path("run"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdin = child.stdin.as_mut().unwrap();
        let hello = json!({"type": "hello", "protocol": potbridge_protocol::PROTOCOL_VERSION, "version": version,
            "browser": "chromium", "profile": "p"});
        frame::write(stdin, &hello).unwrap();
        frame::read(child.stdout.as_mut().unwrap(), frame::MAX_FROM_HOST).unwrap().unwrap();
        let mut connected = Self(child);
        connected.waits();
        connected
    }

    fn says(&mut self, message: &serde_json::Value) {
        frame::write(self.0.stdin.as_mut().unwrap(), message).unwrap();
        self.waits();
    }

    /// Waits until the host has done what it was told: this is answered after that.
    fn waits(&mut self) {
        frame::write(self.0.stdin.as_mut().unwrap(), &json!({"type": "status"})).unwrap();
        frame::read(self.0.stdout.as_mut().unwrap(), frame::MAX_FROM_HOST).unwrap().unwrap();
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let mut rest = Vec::new();
        let _ = self.0.stdout.take().unwrap().read_to_end(&mut rest);
        self.0.wait().unwrap();
    }
}

/// What yt-dlp needs, as scripts that say their versions.
fn helpers(doctor: &DoctorHome) {
    doctor.home.program("bin/deno", "echo deno 2.5.0");
    let version = "echo \"${0##*/} version 7.1 Copyright (c) the FFmpeg developers\"";
    doctor.home.program("bin/ffmpeg", version);
    doctor.home.program("bin/ffprobe", version);
    std::os::unix::fs::symlink(which("yt-dlp"), doctor.path("bin/yt-dlp")).unwrap();
}

fn mode(doctor: &DoctorHome, path: &str, mode: u32) {
    fs::set_permissions(doctor.path(path), fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_whole_installation_is_all_well_and_stays_as_it_is() {
    let doctor = DoctorHome::new(&["chromium", "firefox"]);
    // The program itself, as an archive has it.
    executable::copy(real_host(), doctor.path("archive/potbridge"));
    helpers(&doctor);
    doctor.home.run(&["install", "--env-file", "app/.env", "--yt-dlp-plugin"]).success();
    let browser = Connected::new(&doctor, env!("CARGO_PKG_VERSION"));
    let before = doctor.home.tree();
    let report = doctor.doctor();
    assert!(report.rows().iter().all(|row| row["state"] == "ok"), "{:#}", report.json);
    assert_eq!((report.code, &report.json["ok"]), (0, &json!(true)));
    for (name, words) in [
        ("Chromium", "potbridge answers, version"),
        ("Firefox", "potbridge answers, version"),
        ("chromium", "connected since"),
        ("plugin", "got a token from potbridge"),
        ("JavaScript runtime", "deno-2.5.0"),
        ("ffmpeg", "7.1"),
        ("yt-dlp", "runs, version 20"),
    ] {
        let row = report.rows().iter().find(|row| row["name"] == name).unwrap();
        assert!(row["message"].as_str().unwrap().contains(words), "{row}");
    }
    doctor.is_as(&before);
    drop(browser);
}

#[test]
fn a_report_for_people_has_a_mark_and_a_command() {
    let doctor = DoctorHome::installed(&["chromium"]);
    fs::remove_file(doctor.path(CHROMIUM)).unwrap();
    let output = doctor.command(&[]).output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    for line in [
        "\nBrowsers\n✗ Chromium: ",
        " is not registered (not-registered)\n    → potbridge-setup install --browser chromium\n",
        "\n? extension: ",
        "\n! yt-dlp: ",
        "\n✓ potbridge: ",
        "`potbridge-setup doctor --fix` does what is safe: 1 of these.\n",
    ] {
        assert!(shown.contains(line), "{line:?} is not in {shown}");
    }
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stderr.is_empty());
}

#[test]
fn without_a_connected_browser_nobody_knows_that_all_is_well() {
    let doctor = DoctorHome::installed(&["chromium"]);
    let report = doctor.doctor();
    assert_eq!(report.row("no-browser")["state"], "unknown");
    assert_eq!(
        (report.code, &report.json["ok"], &report.json["code"]),
        (3, &json!(false), &json!("no-browser"))
    );
}

#[test]
fn an_extension_of_another_version_and_a_paused_one_are_named() {
    let doctor = DoctorHome::installed(&["chromium"]);
    let browser = Connected::new(&doctor, "0.0.9");
    let report = doctor.doctor();
    let row = report.row("versions-differ");
    assert_eq!((&row["part"], &row["state"]), (&json!("extension"), &json!("warning")));
    assert!(row["message"].as_str().unwrap().contains("0.0.9, older"), "{row}");
    assert_eq!(report.code, 0);
    drop(browser);
    let mut browser = Connected::new(&doctor, env!("CARGO_PKG_VERSION"));
    browser.says(&json!({"type": "capture-paused", "paused": true}));
    let row = doctor.doctor().row("capture-paused").clone();
    assert_eq!((&row["part"], &row["state"]), (&json!("extension"), &json!("warning")));
}

#[test]
fn tokens_that_no_command_can_read_are_not_called_well() {
    let doctor = DoctorHome::installed(&["chromium"]);
    let config = doctor.home.read(CONFIG);
    doctor.write(CONFIG, &format!("{config}\n[store]\npath = \":memory:\"\n"));
    let report = doctor.doctor();
    assert_eq!((&report.row("store-in-memory")["state"], report.code), (&json!("unknown"), 3));
}

#[test]
fn before_install_the_command_is_named_and_nothing_is_made() {
    let doctor = DoctorHome::new(&["chromium"]);
    let before = doctor.home.tree();
    let report = doctor.doctor();
    report.names("not-installed", "files", "potbridge-setup install");
    report.names("not-registered", "Chromium", "potbridge-setup install --browser chromium");
    doctor.is_as(&before);
}

#[test]
fn on_a_machine_without_a_browser_that_is_said() {
    let report = DoctorHome::new(&[]).doctor();
    assert_eq!(report.row("browser-missing")["state"], "fault");
}

#[test]
fn a_missing_file_is_restored() {
    let doctor = DoctorHome::installed(&["chromium", "firefox"]);
    let before = doctor.home.tree();
    fs::remove_file(doctor.path(".local/bin/potbridge")).unwrap();
    fs::remove_dir_all(doctor.path(".local/share/potbridge/extension/firefox")).unwrap();
    let report = doctor.doctor();
    report.names("installed-missing", "files", "potbridge-setup install");
    assert!(report.row("installed-missing")["message"].as_str().unwrap().ends_with("and 2 more"));
    let report = doctor.fix();
    assert!(!report.has("installed-missing") && !report.has("host-missing"), "{:#}", report.json);
    assert_eq!(report.json["fixed"][0]["ok"], true, "{:#}", report.json);
    assert_eq!(report.code, 3);
    doctor.is_as(&before);
}

#[test]
fn what_is_fixed_is_said_and_so_is_what_could_not_be() {
    let doctor = DoctorHome::installed(&["chromium"]);
    fs::remove_file(doctor.path(".local/bin/potbridge")).unwrap();
    // The installed program has no archive to restore the host from.
    let installed = doctor.path(".local/bin/potbridge-setup");
    let mut command = Command::new(installed);
    command
        .args(["doctor", "--fix"])
        .env_clear()
        .env("HOME", doctor.path(""))
        .env("PATH", doctor.path("bin"));
    let output = command.env("POTBRIDGE_SETUP_ROOT", doctor.path("root")).output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains("\nnot fixed: potbridge-setup install --browser chromium: "), "{shown}");
    assert!(shown.contains("unpack the whole archive"), "{shown}");
    assert_eq!(output.status.code(), Some(1));
    let output = doctor.command(&["--fix"]).output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains("\nfixed: potbridge-setup install --browser chromium\n"), "{shown}");
}

#[test]
fn a_changed_file_is_named_and_left() {
    let doctor = DoctorHome::installed(&["chromium"]);
    let page = ".local/share/potbridge/extension/chromium/old.js";
    doctor.write(page, "mine");
    let report = doctor.fix();
    let row = report.row("installed-changed");
    assert_eq!((&row["state"], &row["fixable"]), (&json!("warning"), &json!(false)));
    assert!(row["message"].as_str().unwrap().ends_with("chromium/old.js"), "{row}");
    assert_eq!(doctor.home.read(page), "mine");
    assert_eq!(report.json["fixed"], json!([]));
}

#[test]
fn receipts_that_cannot_be_read_are_named() {
    let doctor = DoctorHome::installed(&["chromium"]);
    doctor.write(RECEIPTS, "file = 1");
    assert_eq!(doctor.doctor().row("receipts-invalid")["state"], "fault");
}

#[test]
fn what_others_may_look_into_is_closed() {
    let doctor = DoctorHome::installed(&["chromium"]);
    let state = ".local/state/potbridge";
    drop(Connected::new(&doctor, env!("CARGO_PKG_VERSION")));
    let store = format!("{state}/tokens.db");
    let is_fault = |report: &Report, path: &str, fix: &str| {
        let path = doctor.path(path).display().to_string();
        let row = report.rows().iter().find(|row| row["name"] == path).unwrap();
        let expected = (json!("open-to-others"), json!("fault"), json!(format!("chmod {fix} {path}")));
        assert_eq!((&row["code"], &row["state"], &row["hint"]), (&expected.0, &expected.1, &expected.2));
    };
    mode(&doctor, state, 0o755);
    is_fault(&doctor.doctor(), state, "700");
    mode(&doctor, state, 0o700);
    mode(&doctor, &store, 0o640);
    let report = doctor.doctor();
    is_fault(&report, &store, "600");
    let places = report.rows().iter().find(|row| row["name"] == "places").unwrap();
    assert_eq!(places["state"], "unknown", "what they hold is told by the store");
    assert_eq!(
        fs::metadata(doctor.path(&store)).unwrap().permissions().mode() & 0o777,
        0o640,
        "left as it is"
    );
    mode(&doctor, CONFIG, 0o644);
    let report = doctor.fix();
    assert!(!report.has("open-to-others"), "{:#}", report.json);
    let commands: Vec<_> =
        report.json["fixed"].as_array().unwrap().iter().map(|done| &done["command"]).collect();
    let chmod = |path: &str| json!(format!("chmod 600 {}", doctor.path(path).display()));
    assert_eq!(commands, [&chmod(&store), &chmod(CONFIG)]);
}

#[test]
fn a_persons_own_configuration_is_left_open() {
    let doctor = DoctorHome::new(&["chromium"]);
    doctor.home.configure("[[sink]]\nkind = \"keyring\"\n");
    mode(&doctor, CONFIG, 0o644);
    doctor.home.run(&["install"]).success();
    let report = doctor.fix();
    let row = report.row("open-to-others");
    assert_eq!((&row["state"], &row["fixable"]), (&json!("warning"), &json!(false)));
}

#[test]
fn what_the_host_finds_wrong_is_in_the_report() {
    let doctor = DoctorHome::installed(&["chromium"]);
    doctor.write("app/file", "");
    let output = doctor.command(&["--json"]).env("POTBRIDGE_RUNTIME_DIR", doctor.path("app/file")).output();
    let report = Report::of(output.unwrap());
    assert_eq!(report.row("runtime-dir-unusable")["part"], "store");
    doctor.write(CONFIG, "sinks = 1\n");
    let report = doctor.doctor();
    let faults: Vec<_> = report.rows().iter().filter(|row| row["code"] == "config-invalid").collect();
    let states: Vec<_> = faults.iter().map(|row| (&row["part"], &row["state"])).collect();
    assert_eq!(states, [(&json!("place"), &json!("unknown")), (&json!("store"), &json!("fault"))]);
}

#[test]
fn a_place_that_cannot_be_written_is_named_before_the_first_token() {
    let doctor = DoctorHome::installed(&["chromium"]);
    fs::remove_dir(doctor.path("app")).unwrap();
    let place = format!("env-file {}", doctor.path("app/.env").display());
    doctor.doctor().names("folder-missing", &place, &format!("mkdir -p {}", doctor.path("app").display()));
}

#[test]
fn a_file_that_is_no_token_store_is_named_and_left() {
    let doctor = DoctorHome::installed(&["chromium"]);
    drop(Connected::new(&doctor, env!("CARGO_PKG_VERSION")));
    let config = doctor.home.read(CONFIG);
    let own = ".local/state/potbridge/tokens.db";
    let whole = fs::read(doctor.path(own)).unwrap();
    let mut foreign = whole.clone();
    foreign[68..72].fill(1);
    let mut older = whole.clone();
    older[60..64].fill(0);
    let mut torn = whole.clone();
    torn.truncate(whole.len() / 2);
    let elsewhere = doctor.path("app/mine.db");
    for content in [b"my diary, and no database\n".to_vec(), vec![7; 70_000], foreign, older, torn] {
        for place in [doctor.path(own), elsewhere.clone()] {
            fs::write(&place, &content).unwrap();
            fs::set_permissions(&place, fs::Permissions::from_mode(0o600)).unwrap();
            let more =
                if place == elsewhere { format!("\n[store]\npath = {place:?}\n") } else { String::new() };
            doctor.write(CONFIG, &format!("{config}{more}"));
            mode(&doctor, CONFIG, 0o600);
            let before = doctor.home.tree();
            let report = doctor.doctor();
            let aside = format!("mv {0} {0}.old", place.display());
            let row =
                report.rows().iter().find(|row| row["part"] == "store" && row["name"] == "store").unwrap();
            assert_eq!((&row["code"], &row["hint"]), (&json!("store-set-aside"), &json!(aside)), "{row}");
            doctor.is_as(&before);
        }
    }
    // One that is not there yet is not made either, wherever it is to be.
    fs::remove_file(&elsewhere).unwrap();
    let before = doctor.home.tree();
    assert!(!doctor.doctor().has("store-set-aside"));
    doctor.is_as(&before);
}

#[test]
fn a_place_that_nobody_asked_is_not_called_well() {
    let doctor = DoctorHome::installed(&["chromium"]);
    for (sink, code, state) in [
        ("kind = \"command\"\ncommand = [\"no-such-program\", \"-\"]", json!("command-not-started"), "fault"),
        ("kind = \"command\"\ncommand = [\"/nowhere/a program\"]", json!("command-not-started"), "fault"),
        ("kind = \"command\"\ncommand = [\"/bin/cat\"]", json!(null), "ok"),
        ("kind = \"keyring\"", json!("unknown"), "unknown"),
    ] {
        doctor.write(CONFIG, &format!("[[sink]]\n{sink}\n"));
        mode(&doctor, CONFIG, 0o600);
        let report = doctor.doctor();
        let row = report.rows().iter().find(|row| row["part"] == "place").unwrap();
        assert_eq!((&row["code"], &row["state"]), (&code, &json!(state)), "{row}");
    }
}

#[test]
fn a_folder_that_may_not_be_entered_tells_nothing() {
    potbridge_test_support::ordinary_user::as_ordinary_user(|| {
        let folder = tempfile::tempdir().unwrap();
        let browsers = folder.path().join(".config/chromium");
        fs::create_dir_all(&browsers).unwrap();
        fs::create_dir_all(folder.path().join("bin")).unwrap();
        let program = folder.path().join("bin/chromium");
        executable::write(&program, "#!/bin/sh\n");
        fs::set_permissions(&browsers, fs::Permissions::from_mode(0o000)).unwrap();
        let run = |command: &str| {
            let mut setup = Command::new(env!("CARGO_BIN_EXE_potbridge-setup"));
            setup.args([command, "--json"]).env_clear().env("HOME", folder.path());
            setup
                .env("PATH", folder.path().join("bin"))
                .env("POTBRIDGE_SETUP_ROOT", folder.path().join("root"));
            Report::of(setup.env("TMPDIR", folder.path()).output().unwrap())
        };
        let report = run("doctor");
        let row = report.rows().iter().find(|row| row["name"] == "Chromium").unwrap();
        let hint = format!("chmod u+rwx {}", browsers.display());
        assert_eq!(
            (&row["code"], &row["state"], &row["hint"]),
            (&json!("permission-denied"), &json!("unknown"), &json!(hint)),
            "{row}"
        );
        let listed = run("list").json["browsers"][0]["manifests"][0]["state"].clone();
        assert_eq!(listed, "unreadable");
        fs::set_permissions(&browsers, fs::Permissions::from_mode(0o700)).unwrap();
    });
}
