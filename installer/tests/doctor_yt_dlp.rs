//! `doctor`: yt-dlp, what it needs, and the plugin. Scripts in its place say what it would; the real one is asked in `doctor.rs`
//! and here where the plugin counts.

use crate::doctor_home::{DoctorHome, Report};
use crate::home::CONFIG;
use potbridge_system::yt_dlp_version::NEWEST;
use potbridge_test_support::executable;
use serde_json::json;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

const PLUGIN: &str = ".config/yt-dlp/plugins/potbridge-yt-dlp-plugin.zip";

/// What yt-dlp prints with `--verbose`.
const LISTS: &str = "[debug] exe versions: ffmpeg 7.1, ffprobe 7.1
[debug] JS runtimes: deno-2.5.0
[debug] [youtube] [pot] PO Token Providers: potbridge-0.1.0 (external)";
const ASKED: &str =
    "[debug] [youtube] [pot] TRACE: Attempting to fetch a PO Token from \"potbridge\" provider";

/// An installation with a script for yt-dlp, which prints this after its version was asked.
fn with_yt_dlp(version: &str, prints: &str) -> DoctorHome {
    let doctor = DoctorHome::installed(&["chromium"]);
    set_yt_dlp(&doctor, version, prints);
    doctor
}

fn set_yt_dlp(doctor: &DoctorHome, version: &str, prints: &str) {
    let script =
        format!("[ \"$*\" = --version ] && echo {version} && exit\nprintf '%s\\n' '{prints}' >&2; exit 1");
    doctor.home.program("bin/yt-dlp", &script);
}

fn row<'a>(report: &'a Report, name: &str) -> &'a serde_json::Value {
    let found = report.rows().iter().find(|row| row["part"] == "yt-dlp" && row["name"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {:#}", report.json))
}

#[test]
fn a_yt_dlp_that_is_missing_is_a_warning_and_a_fault_if_it_is_configured() {
    let doctor = DoctorHome::installed(&["chromium"]);
    let report = doctor.doctor();
    assert_eq!((&report.row("yt-dlp-missing")["state"], report.code), (&json!("warning"), 3));
    let config = doctor.home.read(CONFIG);
    for named in ["/nowhere/yt-dlp", "~/nowhere/yt-dlp", "yt-dlp-nightly"] {
        doctor.write(CONFIG, &format!("{config}\n[download]\nyt_dlp = {named:?}\n"));
        let report = doctor.doctor();
        let row = report.row("yt-dlp-missing");
        assert_eq!((&row["state"], report.code), (&json!("fault"), 1), "{row}");
        assert!(row["message"].as_str().unwrap().contains(named.trim_start_matches('~')), "{row}");
    }
}

#[test]
fn a_version_managers_shim_is_named_with_what_it_says() {
    let doctor = DoctorHome::installed(&["chromium"]);
    // It works in one folder only.
    let shim = format!(
        "[ \"$PWD\" = {} ] && echo {NEWEST} && exit\necho 'No version is set for yt-dlp' >&2; exit 126",
        doctor.path("app").display()
    );
    doctor.home.program("bin/yt-dlp", &shim);
    let report = doctor.doctor();
    let new = "pipx install yt-dlp && potbridge config set download.yt_dlp \"$HOME/.local/bin/yt-dlp\"";
    report.names("yt-dlp-not-started", "yt-dlp", new);
    let message = report.row("yt-dlp-not-started")["message"].as_str().unwrap();
    assert!(message.contains("exit status: 126; it said: No version is set for yt-dlp"), "{message}");
    // Another kind of the same.
    doctor.home.program("bin/yt-dlp", "exit 0");
    assert!(doctor.doctor().has("yt-dlp-not-started"), "one that says nothing has no version");
    executable::write(doctor.path("bin/yt-dlp"), "#!/opt/gone/python3\n");
    let row = doctor.doctor().row("interpreter-missing").clone();
    assert!(row["message"].as_str().unwrap().contains("/opt/gone/python3"), "{row}");
    fs::set_permissions(doctor.path("bin/yt-dlp"), fs::Permissions::from_mode(0o644)).unwrap();
    let config = doctor.home.read(CONFIG);
    doctor.write(CONFIG, &format!("{config}\n[download]\nyt_dlp = \"~/bin/yt-dlp\"\n"));
    let chmod = format!("chmod +x {}", doctor.path("bin/yt-dlp").display());
    doctor.doctor().names("not-executable", "yt-dlp", &chmod);
}

#[test]
fn an_old_yt_dlp_is_a_warning() {
    let doctor = with_yt_dlp("2025.12.08", "");
    let row = doctor.doctor().row("yt-dlp-old").clone();
    assert_eq!(
        (&row["state"], &row["hint"]),
        (&json!("warning"), &json!(format!("{} -U", doctor.path("bin/yt-dlp").display())))
    );
    assert!(row["message"].as_str().unwrap().contains("2025.12.08"), "{row}");
}

#[test]
fn what_yt_dlp_lacks_is_named() {
    let none = "[debug] exe versions: none\n[debug] JS runtimes: none\n[debug] [youtube] [pot] PO Token Providers: none";
    let doctor = with_yt_dlp(NEWEST, none);
    let report = doctor.doctor();
    assert_eq!(report.row("no-ffmpeg")["state"], "warning");
    assert!(report.row("no-js-runtime")["hint"].as_str().unwrap().contains("deno.com"));
    // One is here that yt-dlp takes only if it is named.
    doctor.home.program("bin/node", "echo v22.1.0");
    let hint = format!("potbridge config set download.js_runtime node:{}", doctor.path("bin/node").display());
    assert_eq!(doctor.doctor().row("no-js-runtime")["hint"], hint);
    let old = LISTS.replace("deno-2.5.0", "deno-1.0.0 (unsupported)");
    set_yt_dlp(&doctor, NEWEST, &old);
    let row = doctor.doctor().row("no-js-runtime").clone();
    assert!(row["message"].as_str().unwrap().contains("deno-1.0.0 (unsupported)"), "{row}");
}

#[test]
fn the_programs_that_the_configuration_names_are_given_to_yt_dlp() {
    let doctor = with_yt_dlp(NEWEST, LISTS);
    doctor.home.program(
        "bin/yt-dlp",
        &format!(
            "[ \"$*\" = --version ] && echo {NEWEST} && exit\nprintf '%s\\n' \"$@\" >\"$HOME/app/arguments\""
        ),
    );
    let config = doctor.home.read(CONFIG);
    doctor.write(
        CONFIG,
        &format!("{config}\n[download]\njs_runtime = \"node:~/bin/node\"\nffmpeg = \"/opt/ffmpeg\"\n"),
    );
    let report = doctor.doctor();
    let arguments = doctor.home.read("app/arguments");
    let node = format!("--js-runtimes\nnode:{}\n", doctor.path("bin/node").display());
    assert!(
        arguments.contains(&node) && arguments.contains("--ffmpeg-location\n/opt/ffmpeg\n"),
        "{arguments}"
    );
    assert!(arguments.contains("--proxy\nhttp://127.0.0.1:"), "nothing reaches YouTube: {arguments}");
    assert_eq!(row(&report, "plugin")["state"], "unknown", "it printed nothing");
    assert_eq!(row(&report, "plugin")["code"], "yt-dlp-failed");
}

#[test]
fn without_the_plugin_all_is_well() {
    let doctor =
        with_yt_dlp(NEWEST, &LISTS.replace("potbridge-0.1.0 (external)", "bgutil:http-2.0.2 (external)"));
    let report = doctor.doctor();
    assert_eq!(row(&report, "plugin")["state"], "ok");
    doctor.write(PLUGIN, "no archive");
    let plugin = doctor.path(PLUGIN).display().to_string();
    let install = format!("mv {plugin} {plugin}.old && potbridge-setup install --yt-dlp-plugin");
    doctor.doctor().names("plugin-not-loaded", "plugin", &install);
    // An old yt-dlp loads no such plugin, whatever is in its place.
    set_yt_dlp(&doctor, "2025.05.21", &LISTS.replace("potbridge-0.1.0 (external)", "none"));
    let update = format!("{} -U", doctor.path("bin/yt-dlp").display());
    doctor.doctor().names("plugin-not-loaded", "plugin", &update);
}

#[test]
fn what_is_wrong_with_the_plugin_is_named() {
    let doctor = with_yt_dlp(NEWEST, &LISTS.replace("(external)", "(external, unavailable)"));
    let install = "potbridge-setup install";
    doctor.doctor().names("plugin-no-program", "plugin", install);
    let refused = format!(
        "{LISTS}\n{ASKED}\nWARNING: [youtube] [pot] Error fetching PO Token from \"potbridge\" provider: too old"
    );
    set_yt_dlp(&doctor, NEWEST, &refused);
    let report = doctor.doctor();
    report.names("plugin-no-answer", "plugin", install);
    assert!(report.row("plugin-no-answer")["message"].as_str().unwrap().contains("too old"));
    set_yt_dlp(&doctor, NEWEST, LISTS);
    let report = doctor.doctor();
    assert_eq!(report.row("plugin-no-answer")["state"], "unknown", "nobody knows whether it was asked");
    let gave = format!(
        "{LISTS}\n{ASKED}\n[debug] PO Token response from \"potbridge\" provider: PoTokenResponse(po_token=x)"
    );
    set_yt_dlp(&doctor, NEWEST, &gave.replace("0.1.0", "0.0.1"));
    let report = doctor.doctor();
    assert_eq!(report.row("versions-differ")["hint"], "potbridge-setup install --yt-dlp-plugin");
    set_yt_dlp(&doctor, NEWEST, &gave);
    assert_eq!(row(&doctor.doctor(), "plugin")["state"], "ok");
}

#[test]
fn the_real_yt_dlp_says_what_is_wrong_with_the_real_plugin() {
    let doctor = DoctorHome::new(&["chromium"]);
    symlink(crate::doctor_home::which("yt-dlp"), doctor.path("bin/yt-dlp")).unwrap();
    doctor.home.run(&["install", "--yt-dlp-plugin"]).success();
    let before = doctor.home.tree();
    // As an older potbridge that does not know what the plugin asks.
    let real = crate::doctor_home::real_host().display();
    let old = format!(
        "[ \"$1\" = get ] && echo '{{\"ok\":false,\"code\":\"usage\",\"message\":\"m\"}}' && exit 2\nexec {real} \"$@\""
    );
    doctor.home.program(".local/bin/potbridge", &old);
    let row = doctor.doctor().row("plugin-no-answer").clone();
    assert_eq!(row["state"], "fault");
    assert!(row["message"].as_str().unwrap().contains("is too old for this plugin"), "{row}");
    fs::write(doctor.path(PLUGIN), "no archive").unwrap();
    assert_eq!(doctor.doctor().row("plugin-not-loaded")["state"], "fault");
    let changed: Vec<_> = doctor.home.tree().into_keys().filter(|path| !before.contains_key(path)).collect();
    assert!(changed.is_empty(), "{changed:?}");
}
