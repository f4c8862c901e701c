//! `doctor`: the way of a browser to the host, with each fault that can be on it.

use crate::doctor_home::{DoctorHome, Report};
use crate::home::{CHROMIUM, CONFIG, FIREFOX, STORE_ID};
use potbridge_protocol::identifiers::{CHROMIUM_ID, HOST_NAME};
use potbridge_test_support::executable;
use potbridge_test_support::namespace::{may_mount, mount};
use serde_json::{Value, json};
use std::fs::{self, OpenOptions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

const INSTALL_CHROMIUM: &str = "potbridge-setup install --browser chromium";
const INSTALL_FIREFOX: &str = "potbridge-setup install --browser firefox";

fn read(doctor: &DoctorHome, path: &str) -> Value {
    serde_json::from_str(&doctor.home.read(path)).unwrap()
}

/// Writes one value of a native manifest anew.
fn set(doctor: &DoctorHome, path: &str, key: &str, value: impl Into<Value>) {
    let mut manifest = read(doctor, path);
    manifest[key] = value.into();
    doctor.write(path, &manifest.to_string());
}

/// Makes a pipe, which nobody ever writes into.
fn pipe_at(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// An installation whose manifest leads Chromium to a program of its own: a script, or what a test makes of it.
fn led_to(script: &str) -> (DoctorHome, String) {
    let doctor = DoctorHome::installed(&["chromium"]);
    doctor.home.program("app/host", script);
    let host = doctor.path("app/host").display().to_string();
    set(&doctor, CHROMIUM, "path", host.clone());
    (doctor, host)
}

/// A shell script that prints a frame.
fn answers(message: &Value) -> String {
    let text = message.to_string();
    let length: String =
        u32::try_from(text.len()).unwrap().to_ne_bytes().iter().map(|byte| format!("\\{byte:03o}")).collect();
    format!("printf '{length}'; printf %s '{text}'; /bin/cat >/dev/null")
}

fn is_mended(report: &Report) {
    let chromium = report.rows().iter().find(|row| row["name"] == "Chromium").unwrap();
    assert_eq!(chromium["state"], "ok", "{:#}", report.json);
    assert_eq!(report.code, 3, "only the extension is not connected");
}

#[test]
fn a_manifest_that_is_missing_is_named_and_written() {
    let doctor = DoctorHome::installed(&["chromium"]);
    let before = doctor.home.tree();
    fs::remove_file(doctor.path(CHROMIUM)).unwrap();
    doctor.doctor().names("not-registered", "Chromium", INSTALL_CHROMIUM);
    is_mended(&doctor.fix());
    doctor.is_as(&before);
}

#[test]
fn who_uses_one_browser_need_not_register_the_other() {
    let doctor = DoctorHome::new(&["chromium", "firefox"]);
    doctor.home.run(&["install", "--browser", "firefox"]).success();
    let report = doctor.doctor();
    let row = report.row("not-registered");
    assert_eq!(
        (&row["name"], &row["state"], &row["hint"]),
        (&json!("Chromium"), &json!("warning"), &json!(INSTALL_CHROMIUM))
    );
    assert_eq!(report.code, 3);
}

#[test]
fn a_manifest_that_the_browser_refuses_is_named_and_written_anew() {
    let doctor = DoctorHome::installed(&["chromium", "firefox"]);
    for broken in ["", "{", "[]", "{\"name\": \"dev.potbridge.host\"}"] {
        doctor.write(CHROMIUM, broken);
        doctor.doctor().names("manifest-invalid", "Chromium", INSTALL_CHROMIUM);
    }
    is_mended(&doctor.fix());
    set(&doctor, CHROMIUM, "path", "bin/potbridge");
    doctor.doctor().names("manifest-invalid", "Chromium", INSTALL_CHROMIUM);
    set(&doctor, CHROMIUM, "path", "/x");
    // One file for both is what most people try.
    set(&doctor, FIREFOX, "allowed_origins", json!([format!("chrome-extension://{CHROMIUM_ID}/")]));
    doctor.doctor().names("manifest-wrong-keys", "Firefox", INSTALL_FIREFOX);
    fs::copy(doctor.path(FIREFOX), doctor.path(CHROMIUM)).unwrap();
    set(&doctor, CHROMIUM, "allowed_origins", Value::Null);
    let report = doctor.doctor();
    let wrong = report.rows().iter().filter(|row| row["code"] == "manifest-wrong-keys").count();
    assert_eq!(wrong, 2);
    is_mended(&doctor.fix());
}

#[test]
fn a_manifest_of_somebody_else_is_named_and_left() {
    let doctor = DoctorHome::installed(&["chromium"]);
    doctor.write(FIREFOX, "{");
    doctor.home.program("bin/firefox", "");
    let report = doctor.fix();
    let row = report.row("manifest-invalid");
    assert_eq!((&row["name"], &row["fixable"]), (&json!("Firefox"), &json!(false)));
    assert_eq!(doctor.home.read(FIREFOX), "{");
}

#[test]
fn a_manifest_that_is_no_file_is_named_with_what_moves_it() {
    let doctor = DoctorHome::installed(&["chromium"]);
    let manifest = doctor.path(CHROMIUM);
    let shown = manifest.display();
    let aside = format!("mv {shown} {shown}.old && {INSTALL_CHROMIUM}");
    fs::remove_file(&manifest).unwrap();
    fs::create_dir(&manifest).unwrap();
    doctor.doctor().names("manifest-invalid", "Chromium", &aside);
    assert_eq!(doctor.doctor().row("manifest-invalid")["fixable"], false);
    fs::remove_dir(&manifest).unwrap();
    pipe_at(&manifest);
    doctor.doctor().names("manifest-invalid", "Chromium", &aside);
    fs::remove_file(&manifest).unwrap();
    symlink("/nowhere/manifest.json", &manifest).unwrap();
    doctor.doctor().names("manifest-invalid", "Chromium", &aside);
}

#[test]
fn a_manifest_that_may_not_be_read_has_its_own_command() {
    use potbridge_test_support::ordinary_user::as_ordinary_user;
    let doctor = DoctorHome::installed(&["chromium"]);
    let manifest = doctor.path(CHROMIUM);
    fs::set_permissions(&manifest, fs::Permissions::from_mode(0o000)).unwrap();
    fs::set_permissions(doctor.path(""), fs::Permissions::from_mode(0o755)).unwrap();
    let report = as_ordinary_user(|| doctor.doctor());
    let row = report.row("manifest-invalid");
    assert!(row["message"].as_str().unwrap().contains("may not be read"), "{row}");
    assert!(row["hint"].as_str().unwrap().contains(manifest.to_str().unwrap()), "{row}");
    assert_eq!(row["fixable"], false, "{row}");
}

#[test]
fn an_extension_that_the_manifest_does_not_let_in_is_named() {
    let doctor = DoctorHome::installed(&["chromium"]);
    set(&doctor, CHROMIUM, "allowed_origins", json!([format!("chrome-extension://{STORE_ID}/")]));
    let report = doctor.doctor();
    report.names("id-not-allowed", "Chromium", INSTALL_CHROMIUM);
    assert!(report.row("id-not-allowed")["message"].as_str().unwrap().contains(CHROMIUM_ID));
    is_mended(&doctor.fix());
    // One that a person added to the configuration alone.
    let config = doctor.home.read(CONFIG);
    doctor.write(CONFIG, &format!("extension_ids = [\"{STORE_ID}\", \"other@example.org\"]\n{config}"));
    let report = doctor.doctor();
    report.names("id-not-allowed", "Chromium", INSTALL_CHROMIUM);
    assert!(report.row("id-not-allowed")["message"].as_str().unwrap().contains(STORE_ID));
}

#[test]
fn a_host_that_is_not_there_is_named_and_found_again() {
    let doctor = DoctorHome::installed(&["chromium"]);
    set(&doctor, CHROMIUM, "path", "/nowhere/potbridge");
    let report = doctor.doctor();
    report.names("host-missing", "Chromium", INSTALL_CHROMIUM);
    is_mended(&doctor.fix());
}

#[test]
fn another_host_than_the_installed_one_is_a_warning() {
    let real = crate::doctor_home::real_host().display();
    let (doctor, host) = led_to(&format!("exec {real} \"$@\""));
    let report = doctor.doctor();
    let row = report.row("host-elsewhere");
    assert_eq!((&row["state"], &row["hint"]), (&json!("warning"), &json!(INSTALL_CHROMIUM)));
    assert!(row["message"].as_str().unwrap().contains(&host), "{row}");
    is_mended(&doctor.fix());
}

#[test]
fn a_host_that_fails_is_named_with_what_it_said() {
    for (script, words) in [
        ("echo out of cheese >&2; exit 3", "exit status: 3; it said: out of cheese"),
        ("exit 0", "gave no answer and ended with exit status: 0"),
        // A login script that greets breaks every host.
        ("echo Welcome to this machine; /bin/cat >/dev/null", "something else than potbridge's messages"),
        (&answers(&json!({"type": "other"})), "something else than potbridge's messages"),
    ] {
        let (doctor, _) = led_to(script);
        let report = doctor.doctor();
        report.names("host-failed", "Chromium", INSTALL_CHROMIUM);
        let message = report.row("host-failed")["message"].as_str().unwrap();
        assert!(message.contains(words), "{message}");
    }
}

#[test]
fn a_host_that_does_not_answer_is_ended_after_ten_seconds() {
    let (doctor, _) = led_to("echo $$ > \"${0%/*}/pid\"; exec /bin/sleep 600");
    doctor.doctor().names("host-no-answer", "Chromium", INSTALL_CHROMIUM);
    let pid = doctor.home.read("app/pid");
    assert!(!Path::new("/proc").join(pid.trim()).exists(), "nothing is left of it");
}

#[test]
fn what_the_host_says_is_what_is_told() {
    let hint = "update the host";
    let message = json!({"type": "error", "code": "update-host", "message": "they do not fit", "hint": hint});
    let (doctor, _) = led_to(&answers(&message));
    doctor.doctor().names("update-host", "Chromium", hint);
}

#[test]
fn a_host_of_another_version_is_named() {
    let hello =
        json!({"type": "hello", "protocol": potbridge_protocol::PROTOCOL_VERSION, "version": "0.0.9"});
    let (doctor, _) = led_to(&answers(&hello));
    let row = doctor.doctor().row("versions-differ").clone();
    assert_eq!(
        (&row["name"], &row["state"], &row["hint"]),
        (&json!("Chromium"), &json!("warning"), &json!(INSTALL_CHROMIUM))
    );
    assert!(row["message"].as_str().unwrap().contains("0.0.9, older"), "{row}");
}

#[test]
fn a_host_without_the_execute_bit_is_named_and_gets_it() {
    let doctor = DoctorHome::installed(&["chromium"]);
    let host = doctor.path(".local/bin/potbridge");
    fs::set_permissions(&host, fs::Permissions::from_mode(0o644)).unwrap();
    let report = doctor.doctor();
    let rows = report.faults("not-executable");
    assert_eq!(rows.iter().map(|row| &row["name"]).collect::<Vec<_>>(), ["potbridge", "Chromium"]);
    assert!(rows.iter().all(|row| row["hint"] == format!("chmod +x {}", host.display())), "{rows:?}");
    is_mended(&doctor.fix());
    let (doctor, host) = led_to("");
    fs::set_permissions(&host, fs::Permissions::from_mode(0o644)).unwrap();
    doctor.doctor().names("not-executable", "Chromium", &format!("chmod +x {host}"));
    assert_eq!(doctor.fix().row("not-executable")["fixable"], false, "it is somebody else's");
}

#[test]
fn what_keeps_the_system_from_running_a_host_is_named() {
    let (doctor, host) = led_to("");
    executable::write(&host, "#!/opt/nowhere/sh -e\n");
    let report = doctor.doctor();
    let row = report.row("interpreter-missing");
    assert_eq!(row["hint"], format!("install /opt/nowhere/sh, or change the first line of {host}"));
    executable::write(&host, b"\x7fELF\x02\x01\x01no program of any machine");
    let row = doctor.doctor().row("wrong-architecture").clone();
    assert!(row["hint"].as_str().unwrap().contains("linux"), "{row}");
    executable::write(&host, "#!/bin/sh\n");
    let _writes = OpenOptions::new().append(true).open(&host).unwrap();
    let row = doctor.doctor().row("run-refused").clone();
    assert!(row["message"].as_str().unwrap().contains("busy"), "{row}");
}

#[test]
fn a_folder_that_is_mounted_noexec_is_named() {
    if !may_mount(module_path!(), "a_folder_that_is_mounted_noexec_is_named") {
        return;
    }
    let doctor = DoctorHome::installed(&["chromium"]);
    let bin = doctor.path(".local/bin");
    mount(&["--bind", bin.to_str().unwrap()], &bin);
    mount(&["--options", "remount,bind,noexec"], &bin);
    let report = doctor.doctor();
    let rows = report.faults("folder-noexec");
    assert_eq!(rows.iter().map(|row| &row["name"]).collect::<Vec<_>>(), ["potbridge", "Chromium"]);
    assert!(rows[1]["hint"].as_str().unwrap().starts_with("sudo mount -o remount,exec "), "{rows:?}");
}

#[test]
fn a_policy_that_forbids_the_host_is_named() {
    let doctor = DoctorHome::installed(&["chromium", "firefox"]);
    let chromium = "root/etc/chromium/policies/managed/corp.json";
    doctor.write(chromium, "{\"NativeMessagingBlocklist\": [\"*\"]}");
    let row = doctor.doctor().row("policy-blocks").clone();
    assert_eq!(
        (&row["name"], &row["state"], &row["fixable"]),
        (&json!("Chromium"), &json!("fault"), &json!(false))
    );
    assert!(row["message"].as_str().unwrap().contains(doctor.path(chromium).to_str().unwrap()), "{row}");
    doctor.write(
        chromium,
        &format!(
            "{{\"NativeMessagingBlocklist\": [\"*\"], \"NativeMessagingAllowlist\": [\"{HOST_NAME}\"]}}"
        ),
    );
    assert!(!doctor.doctor().has("policy-blocks"));
    doctor.write(chromium, "{\"NativeMessagingUserLevelHosts\": false}");
    assert_eq!(doctor.doctor().row("policy-blocks")["name"], "Chromium");
    // One that nobody can read is not taken for one that allows.
    fs::remove_file(doctor.path(chromium)).unwrap();
    let pipe = doctor.path(chromium);
    pipe_at(&pipe);
    let row = doctor.doctor().row("policy-blocks").clone();
    assert_eq!((&row["name"], &row["state"]), (&json!("Chromium"), &json!("unknown")));
    assert!(row["message"].as_str().unwrap().contains(pipe.to_str().unwrap()), "{row}");
    fs::remove_file(doctor.path(chromium)).unwrap();
    doctor.write(
        "root/etc/firefox/policies/policies.json",
        "{\"policies\": {\"ExtensionSettings\": {\"*\": {\"installation_mode\": \"blocked\"}}}}",
    );
    assert_eq!(doctor.doctor().row("policy-blocks")["name"], "Firefox");
}

#[test]
fn a_snap_that_starts_no_host_is_named() {
    let doctor = DoctorHome::new(&[]);
    doctor.write("root/snap/bin/.keep", "");
    symlink("/usr/bin/snap", doctor.path("root/snap/bin/chromium")).unwrap();
    let report = doctor.doctor();
    let row = report.row("sandbox-blocks");
    assert_eq!((&row["name"], &row["state"]), (&json!("Chromium (snap)"), &json!("fault")));
    assert!(row["hint"].is_string());
}

#[test]
fn a_flatpak_whose_sandbox_is_closed_is_named() {
    let doctor = DoctorHome::new(&["firefox"]);
    doctor.home.run(&["install"]).success();
    fs::create_dir_all(doctor.path("root/var/lib/flatpak/app/org.chromium.Chromium")).unwrap();
    let report = doctor.doctor();
    let row = report.row("flatpak-closed");
    assert_eq!((&row["name"], &row["state"]), (&json!("Chromium (flatpak)"), &json!("warning")));
    assert!(
        row["hint"].as_str().unwrap().contains("potbridge-setup install --browser chromium --flatpak"),
        "{row}"
    );
}

#[test]
fn a_flatpak_is_asked_outside_of_its_sandbox() {
    let doctor = DoctorHome::installed(&["firefox"]);
    let app = "org.chromium.Chromium";
    fs::create_dir_all(doctor.path("root/var/lib/flatpak/app").join(app)).unwrap();
    let folder = format!(".var/app/{app}");
    let wrapper = format!("{folder}/data/potbridge/potbridge");
    let manifest = json!({"name": HOST_NAME, "description": "d", "type": "stdio",
        "path": doctor.path(&wrapper), "allowed_origins": [format!("chrome-extension://{CHROMIUM_ID}/")]});
    doctor.write(
        &format!("{folder}/config/chromium/NativeMessagingHosts/{HOST_NAME}.json"),
        &manifest.to_string(),
    );
    let name = "Chromium (flatpak)";
    let away = |path: &str| format!("mv {0} {0}.old", doctor.path(path).display());
    let install = "potbridge-setup install --browser chromium --flatpak";
    // Nothing of it is `install`'s.
    let own = format!("{folder}/config/chromium/NativeMessagingHosts/{HOST_NAME}.json");
    doctor.doctor().names("flatpak-closed", name, &format!("{} && {install}", away(&own)));
    let install = format!("{} && {} && {install}", away(&own), away(&wrapper));
    let install = &*install;
    let host = doctor.path(".local/bin/potbridge");
    doctor.write(&wrapper, &format!("#!/bin/sh\nexec flatpak-spawn --host '{}' \"$@\"\n", host.display()));
    doctor.doctor().names("flatpak-closed", name, install);
    let talk = "[Session Bus Policy]\norg.freedesktop.Flatpak=talk\n";
    let none = talk.replace("talk", "none");
    let (of_machine, of_user) = ("root/var/lib/flatpak/overrides", ".local/share/flatpak/overrides");
    // The user's own count after the machine's, and the application's after those for all.
    doctor.write(&format!("{of_machine}/{app}"), talk);
    for file in [format!("{of_user}/global"), format!("{of_user}/{app}")] {
        doctor.write(&file, &none);
        doctor.doctor().names("flatpak-closed", name, install);
    }
    doctor.write(&format!("{of_user}/{app}"), talk);
    let report = doctor.doctor();
    let row = report.rows().iter().find(|row| row["name"] == name).unwrap();
    assert_eq!(row["state"], "ok", "{row}");
    assert!(row["message"].as_str().unwrap().ends_with("asked outside of the sandbox"), "{row}");
}

#[test]
fn the_machines_overrides_are_not_for_a_flatpak_that_the_user_installed() {
    let doctor = DoctorHome::new(&[]);
    let app = "org.chromium.Chromium";
    let (of_machine, of_user) = ("root/var/lib/flatpak", ".local/share/flatpak");
    doctor.write(
        &format!("{of_machine}/overrides/global"),
        "[Session Bus Policy]\norg.freedesktop.Flatpak=talk\n",
    );
    fs::create_dir_all(doctor.path(of_machine).join("app").join(app)).unwrap();
    doctor.home.program("bin/flatpak", "echo opened >> \"$HOME/app/opened\"");
    doctor.home.run(&["install", "--flatpak"]).success();
    assert!(!doctor.doctor().has("flatpak-closed") && !doctor.path("app/opened").exists());
    // Another one of the same application, which runs in place of the machine's.
    fs::create_dir_all(doctor.path(of_user).join("app").join(app)).unwrap();
    let install = "potbridge-setup install --browser chromium --flatpak";
    doctor.doctor().names("flatpak-closed", "Chromium (flatpak)", install);
}

#[test]
fn a_manifest_of_a_browser_that_has_gone_is_a_warning() {
    let doctor = DoctorHome::installed(&["chromium", "firefox"]);
    fs::remove_file(doctor.path("bin/chromium")).unwrap();
    let report = doctor.doctor();
    let row = report.row("browser-gone");
    assert_eq!(
        (&row["name"], &row["state"], &row["fixable"]),
        (&json!("Chromium"), &json!("warning"), &json!(false))
    );
    let rm = format!("rm {} && potbridge-setup install", doctor.path(CHROMIUM).display());
    assert!(row["hint"].as_str().unwrap().ends_with(&rm), "{row}");
}

#[test]
fn a_manifest_in_a_named_folder_is_looked_at() {
    let doctor = DoctorHome::new(&["chromium"]);
    doctor.home.run(&["install", "--manifest-dir", "profile/NativeMessagingHosts"]).success();
    let folder = doctor.path("profile/NativeMessagingHosts").display().to_string();
    let report = doctor.doctor();
    let row = report.rows().iter().find(|row| row["name"] == folder).unwrap();
    assert_eq!(row["state"], "ok", "{row}");
    let chromium = report.row("not-registered");
    assert_eq!((&chromium["state"], &chromium["fixable"]), (&json!("warning"), &json!(false)), "left out");
}

/// Runs `--fix`, and gives the commands that it ran.
fn fixed_by(doctor: &DoctorHome) -> (Report, Vec<String>) {
    let report = doctor.fix();
    let done = report.json["fixed"].as_array().unwrap().clone();
    assert!(done.iter().all(|one| one["ok"] == true), "{:#}", report.json);
    let commands = done.iter().map(|one| one["command"].as_str().unwrap().to_owned()).collect();
    (report, commands)
}

#[test]
fn a_fix_registers_no_browser_that_was_left_out() {
    let doctor = DoctorHome::new(&["chromium", "firefox"]);
    let folder = "profile/NativeMessagingHosts";
    doctor.home.run(&["install", "--browser", "chromium", "--manifest-dir", folder]).success();
    let in_folder = format!("potbridge-setup install --manifest-dir {}", doctor.path(folder).display());
    let host = doctor.path(".local/bin/potbridge");
    fs::remove_file(&host).unwrap();
    let (report, commands) = fixed_by(&doctor);
    assert_eq!((commands, report.code), (vec![in_folder.clone()], 3), "{:#}", report.json);
    assert!(host.exists() && !doctor.path(CHROMIUM).exists() && !doctor.path(FIREFOX).exists());
    // Only the files are missing: nobody's row names a browser.
    fs::remove_file(doctor.path(".local/share/potbridge/extension/firefox.xpi")).unwrap();
    assert_eq!(fixed_by(&doctor).1, std::slice::from_ref(&in_folder));
    fs::remove_file(doctor.path(folder).join(format!("{HOST_NAME}.json"))).unwrap();
    let report = doctor.doctor();
    let rows = report.faults("not-registered");
    assert_eq!(rows.iter().map(|row| &row["hint"]).collect::<Vec<_>>(), [&json!(in_folder)]);
}

#[test]
fn the_only_registered_browser_that_lost_its_manifest_is_the_one_to_fix() {
    let doctor = DoctorHome::new(&["chromium", "firefox"]);
    doctor.home.run(&["install", "--browser", "chromium"]).success();
    fs::remove_file(doctor.path(CHROMIUM)).unwrap();
    let (report, commands) = fixed_by(&doctor);
    assert_eq!((commands, report.code), (vec![INSTALL_CHROMIUM.to_owned()], 3), "{:#}", report.json);
    assert!(!doctor.path(FIREFOX).exists());
}

#[test]
fn a_browser_that_is_gone_counts_for_no_other() {
    let doctor = DoctorHome::installed(&["chromium"]);
    fs::remove_file(doctor.path("bin/chromium")).unwrap();
    doctor.home.program("bin/firefox", "");
    doctor.doctor().names("not-registered", "Firefox", INSTALL_FIREFOX);
}

#[test]
fn a_browser_that_the_desktop_starts_may_look_elsewhere() {
    let doctor = DoctorHome::new(&["chromium"]);
    let config = doctor.path("shell-config").display().to_string();
    let variables = [("XDG_CONFIG_HOME", &*config)];
    doctor.home.run_with(&variables, &["install"]).both(0);
    fs::remove_dir_all(doctor.path(".config/chromium")).unwrap();
    let output = doctor.command(&["--json"]).envs(variables).output().unwrap();
    let report = Report::of(output);
    let row = report.row("not-registered");
    assert_eq!((&row["name"], &row["state"]), (&json!("Chromium"), &json!("warning")));
    let message = row["message"].as_str().unwrap();
    assert!(message.contains("this shell alone") && message.contains(CHROMIUM), "{message}");
}

#[test]
fn what_doctor_says_of_a_browser_that_is_gone_ends_its_row() {
    let doctor = DoctorHome::installed(&["chromium", "firefox"]);
    fs::remove_file(doctor.path("bin/chromium")).unwrap();
    fs::remove_dir_all(doctor.path(".config/chromium")).unwrap();
    let report = doctor.doctor();
    assert!(!report.has("installed-missing") && !report.has("browser-gone"), "{:#}", report.json);
    assert_eq!(report.code, 3);
}

#[test]
fn a_browser_that_is_found_nowhere_is_asked_all_the_same() {
    let doctor = DoctorHome::new(&[]);
    doctor.home.run(&["install", "--browser", "chrome-for-testing"]).both(0);
    let report = doctor.doctor();
    let row = report.row("browser-gone");
    assert_eq!(row["state"], "warning");
    assert!(row["message"].as_str().unwrap().contains("answers, version"), "{row}");
    assert!(row["hint"].as_str().unwrap().starts_with("if the browser is gone: rm "), "{row}");
    assert_eq!(report.code, 3, "{:#}", report.json);
}

#[test]
fn firefoxs_snap_finds_the_machines_manifest_and_its_question_is_announced() {
    let doctor = DoctorHome::installed(&["firefox"]);
    doctor.write("root/snap/bin/.keep", "");
    fs::rename(doctor.path("bin/firefox"), doctor.path("root/snap/bin/firefox")).unwrap();
    let shown = |report: &Report| {
        let row = report.rows().iter().find(|row| row["name"] == "Firefox (snap)").unwrap().clone();
        assert_eq!(row["state"], "ok", "{row}");
        assert!(row["message"].as_str().unwrap().ends_with("asked outside of the sandbox"), "{row}");
        assert!(row["hint"].as_str().unwrap().contains("DeletePermission webextensions"), "{row}");
    };
    shown(&doctor.doctor());
    let system = format!("root/usr/lib/mozilla/native-messaging-hosts/{HOST_NAME}.json");
    doctor.write(&system, &doctor.home.read(FIREFOX));
    fs::remove_file(doctor.path(FIREFOX)).unwrap();
    shown(&doctor.doctor());
}

#[test]
fn a_manifest_of_the_machine_is_looked_at_if_the_user_has_none() {
    let doctor = DoctorHome::installed(&["chromium"]);
    let system = format!("root/etc/chromium/native-messaging-hosts/{HOST_NAME}.json");
    doctor.write(&system, &doctor.home.read(CHROMIUM));
    fs::remove_file(doctor.path(CHROMIUM)).unwrap();
    let report = doctor.doctor();
    assert!(!report.has("not-registered"), "{:#}", report.json);
    set(&doctor, &system, "path", "/nowhere/potbridge");
    doctor.doctor().names("host-missing", "Chromium", INSTALL_CHROMIUM);
}
