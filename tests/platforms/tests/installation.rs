//! An installation on a system: `install` registers the browsers that are there, and `uninstall` leaves nothing.

use crate::home::{Home, ends_with, succeeds};
use potbridge_test_support::deadline::wait_until;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Installs, looks at it, and uninstalls.
pub fn leads_browsers_to_the_host_and_leaves_nothing(home: &Home) {
    let browsers = home.machine.add_browsers();
    let unpacked = home.unpacked("potbridge-setup");
    home.write("site.env", "PORT=1\n");
    let before = (home.tree(), home.machine.registry());

    let report = setup(home, &["install", "--env-file", &home.name("site.env"), "--json"]);
    assert_eq!(report["places"], json!([home.name("site.env")]));
    assert_eq!(outcomes(&report), browsers.iter().map(|name| format!("{name} created")).collect::<Vec<_>>());
    let again = setup(home, &["install", "--json"]);
    assert_eq!(outcomes(&again), browsers.iter().map(|name| format!("{name} unchanged")).collect::<Vec<_>>());

    let list = setup(home, &["list", "--json"]);
    let here: Vec<_> = all(&list["browsers"]).filter(|browser| browser["program"].is_string()).collect();
    assert_eq!(here.iter().map(|browser| &browser["name"]).collect::<Vec<_>>(), browsers);
    assert!(here.iter().all(|browser| browser["manifests"][0]["state"] == "registered"), "{list}");

    // It starts the host as each browser does.
    let doctor = home.command("potbridge-setup", &["doctor", "--json"]).spawn().unwrap();
    // Nobody can tell whether the extension works, since no browser is open.
    let doctor: Value = serde_json::from_str(&ends_with(3, doctor)).unwrap();
    for name in browsers {
        let row = all(&doctor["rows"]).find(|row| row["name"] == *name).unwrap();
        assert_eq!(row["state"], "ok", "{row}");
        assert!(row["message"].as_str().unwrap().contains(" answers, version "), "{row}");
    }

    let uninstall = |program: &Path| {
        let report = printed_report(home.command_at(program, &["uninstall", "--json"]));
        assert_eq!((&report["failed"], &report["left"]), (&json!([]), &json!([])), "{report}");
        assert_eq!(home.machine.registry(), before.1);
        // Windows lets a program go only when it has ended.
        wait_until("nothing is left", || home.tree() == before.0);
    };
    uninstall(&unpacked);
    // The archive may be gone by then.
    setup(home, &["install", "--env-file", &home.name("site.env"), "--json"]);
    let is_installed = |path: &PathBuf| path.file_name() == unpacked.file_name() && *path != unpacked;
    let installed = home.tree().into_keys().find(is_installed).unwrap();
    uninstall(&installed);
}

fn setup(home: &Home, arguments: &[&str]) -> Value {
    printed_report(home.command("potbridge-setup", arguments))
}

fn printed_report(mut command: Command) -> Value {
    serde_json::from_str(&succeeds(command.spawn().unwrap())).unwrap()
}

fn all(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().unwrap().iter()
}

/// What became of each browser.
fn outcomes(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    all(&report["browsers"])
        .map(|browser| format!("{} {}", text(&browser["browser"]), text(&browser["outcome"])))
        .collect()
}
