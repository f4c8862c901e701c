//! The report that a person gives away: `doctor` prints no secret, and the host hands the same text to the browser.

use crate::doctor_home::{DoctorHome, real_host, which};
use crate::home::CONFIG;
use potbridge_protocol::identifiers::CHROMIUM_ID;
use potbridge_test_support::browser::{Browser, captured, hello, token};
use potbridge_test_support::executable;
use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

const VIDEO: &str = "dQw4w9WgXcQ";
const PASSWORDS: [&str; 4] = ["pw-of-redis", "pw-of-proxy", "pw-of-environment", "pw-in-a-file"];

/// A command in this home, with what a browser's own environment may hold.
fn command(doctor: &DoctorHome, program: &str) -> Command {
    let mut command = Command::new(doctor.path(program));
    command.current_dir(doctor.path(".")).env_clear();
    for (name, path) in [
        ("HOME", "."),
        ("PATH", "bin"),
        ("TMPDIR", "tmp"),
        ("POTBRIDGE_SETUP_ROOT", "root"),
        ("POTBRIDGE_RUNTIME_DIR", "run"),
    ] {
        command.env(name, dunce::simplified(&doctor.path(path)).components().as_path());
    }
    command.env("HTTPS_PROXY", "http://me:pw-of-environment@localhost:1");
    command
}

#[test]
fn the_browser_gets_the_doctors_text_and_no_secret_is_in_either() {
    let doctor = DoctorHome::new(&["chromium", "firefox"]);
    // The program itself, as an archive has it.
    executable::copy(real_host(), doctor.path("archive/potbridge"));
    std::os::unix::fs::symlink(which("yt-dlp"), doctor.path("bin/yt-dlp")).unwrap();
    doctor.home.run(&["install", "--env-file", "app/.env", "--yt-dlp-plugin"]).success();
    doctor.write("redis-password", PASSWORDS[3]);
    fs::set_permissions(doctor.path("redis-password"), fs::Permissions::from_mode(0o600)).unwrap();
    let config = doctor.home.read(CONFIG);
    let proxy = "[download]\nextra_options = [\"--proxy\", \"http://me:pw-of-proxy@127.0.0.1:1\"]\n";
    assert!(config.contains("[download]\n"), "{config}");
    let config = config.replace("[download]\n", proxy);
    doctor.home.configure(&format!(
        "{config}\n[[sink]]\nkind = \"redis\"\nurl = \"redis://me:pw-of-redis@127.0.0.1:1/0\"\n\
         [[sink]]\nkind = \"redis\"\nurl = \"redis://127.0.0.1:1/1\"\npassword_file = {:?}\n\
         [[sink]]\nkind = \"env-file\"\npath = {:?}\n\
         [serve]\nsecret = true\n",
        doctor.path("redis-password"),
        doctor.path("missing/.env"),
    ));
    let printed =
        command(&doctor, ".local/bin/potbridge").args(["serve", "--secret", "--print-url"]).output();
    let printed = printed.unwrap();
    assert!(printed.status.success(), "{}{config}", String::from_utf8_lossy(&printed.stderr));
    let serve = String::from_utf8(printed.stdout).unwrap();
    let serve = serve.trim().rsplit('/').find(|part| part.len() > 8).unwrap().to_owned();

    let mut host = command(&doctor, ".local/bin/potbridge");
    host.arg(format!("chrome-extension://{CHROMIUM_ID}/"));
    host.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut browser = Browser::new(host);
    browser.ask(&hello());
    let token = token();
    let mut seen = captured("1", &token, VIDEO, potbridge_system::clock::now_ms());
    let visitor = "Cgt2aXNpdG9yLWlkMSjEyMzQ1Njc4OTAxMjM0NTY3ODk%3D";
    seen["capture"]["binding"]["visitor_data"] = json!(visitor);
    browser.send(&seen);
    browser.receive_type("stored");
    assert!(doctor.home.read("app/.env").contains(token.expose()));

    browser.send(&json!({"type": "diagnose", "id": "d"}));
    let answer = browser.receive_type("diagnosis");
    let output = command(&doctor, ".local/bin/potbridge-setup").arg("doctor").output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert_eq!(answer.get("problem"), None, "{answer:#}");
    let home = doctor.path("");
    let home = home.components().as_path();
    let masked = shown.replace(home.to_str().unwrap(), "~").replace("redis://me@", "redis://…@");
    assert_eq!(answer["text"].as_str().unwrap(), masked);
    // A store whose first token is still in its log is one that potbridge can use.
    assert!(shown.contains("\n✓ store: 1 token known"), "{shown}");
    assert!(shown.contains("✗ env-file ") && shown.contains("(redis-away)"), "{shown}");
    assert_eq!(shown.matches("(folder-missing)").count(), 1, "a fault is told twice: {shown}");
    let rows = answer["rows"].as_array().unwrap();
    assert!(rows.iter().any(|row| row["part"] == "yt-dlp") && rows.iter().any(|row| row["state"] == "fault"));

    let json = command(&doctor, ".local/bin/potbridge-setup").args(["doctor", "--json"]).output().unwrap();
    let json = String::from_utf8(json.stdout).unwrap();
    let secrets = PASSWORDS.into_iter().chain([token.expose(), visitor, serve.as_str(), VIDEO]);
    for secret in secrets {
        assert!(!shown.contains(secret) && !json.contains(secret), "the doctor prints {secret}");
        assert!(!answer.to_string().contains(secret), "the browser is given {secret}");
    }
    assert!(!answer.to_string().contains(home.to_str().unwrap()), "{answer:#}");
    assert!(Path::new(&doctor.path("run")).exists());
}
