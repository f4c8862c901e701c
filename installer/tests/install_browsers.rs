//! `install` with several browsers: each is registered for itself.

use crate::home::{CHROMIUM, CONFIG, FIREFOX, Home, RECEIPTS, STORE_ID};
use potbridge_test_support::namespace::{may_mount, read_only};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::symlink;

const CHROME: &str = ".config/google-chrome/NativeMessagingHosts/dev.potbridge.host.json";
const PROGRAM: &str = ".local/bin/potbridge";

/// What became of a browser, in the JSON of `install`.
fn outcome<'a>(report: &'a Value, browser: &str) -> &'a Value {
    let browsers = report["browsers"].as_array().unwrap();
    browsers.iter().find(|one| one["browser"] == browser).unwrap_or_else(|| panic!("{browser}: {report}"))
}

#[test]
fn each_browser_says_what_became_of_it() {
    let home = Home::new(&["chromium", "google-chrome", "firefox"]);
    let report = home.run(&["install", "--json"]).json(0);
    assert_eq!(report["ok"], true);
    assert_eq!(report["host"]["version"], env!("CARGO_PKG_VERSION"));
    for (browser, file) in [("Chromium", CHROMIUM), ("Google Chrome", CHROME), ("Firefox", FIREFOX)] {
        assert_eq!(outcome(&report, browser)["outcome"], "created");
        assert_eq!(outcome(&report, browser)["manifest"], home.path(file).to_str().unwrap());
    }
    let again = home.run(&["install", "--json", "--extension-id", STORE_ID]).json(0);
    assert_eq!(outcome(&again, "Chromium")["outcome"], "updated");
    assert_eq!(outcome(&again, "Firefox")["outcome"], "unchanged");
}

#[test]
fn a_folder_that_cannot_be_made_stops_no_other_browser() {
    let home = Home::new(&["chromium", "google-chrome", "firefox"]);
    fs::create_dir_all(home.path(".config/chromium")).unwrap();
    fs::write(home.path(".config/chromium/NativeMessagingHosts"), "mine").unwrap();
    let before = home.tree();
    let (shown, error) = home.run(&["install"]).both(1);
    assert!(shown.contains("Chromium: failed: "), "{shown}");
    assert!(
        shown.contains("Google Chrome: registered: ") && shown.contains("Firefox: registered: "),
        "{shown}"
    );
    assert!(error.contains("error: not registered with Chromium\nhint: "), "{error}");
    assert!(home.path(PROGRAM).exists() && home.path(CHROME).exists() && home.path(FIREFOX).exists());
    assert!(!home.read(RECEIPTS).contains("config/chromium/"), "what was not made has no receipt");
    home.run(&["uninstall"]).success();
    assert_eq!(home.tree(), before);
}

#[test]
fn a_folder_of_a_read_only_file_system_stops_no_other_browser() {
    if !may_mount(module_path!(), "a_folder_of_a_read_only_file_system_stops_no_other_browser") {
        return;
    }
    let home = Home::new(&["chromium", "firefox"]);
    fs::create_dir_all(home.path(".mozilla")).unwrap();
    read_only(&home.path(".mozilla"));
    let report = home.run(&["install", "--json"]).json(1);
    assert_eq!((&report["ok"], &report["code"]), (&json!(false), &json!("registration-failed")));
    let firefox = outcome(&report, "Firefox");
    assert_eq!(
        (&firefox["outcome"], &firefox["why"]["code"]),
        (&json!("failed"), &json!("permission-denied"))
    );
    assert_eq!(outcome(&report, "Chromium")["outcome"], "created");
}

#[test]
fn a_manifest_of_somebody_else_stays_and_stops_no_other_browser() {
    let home = Home::new(&["chromium", "google-chrome", "firefox"]);
    let foreign = "{\"name\":\"dev.potbridge.host\",\"path\":\"/opt/other\"}";
    for file in [CHROMIUM, FIREFOX] {
        fs::create_dir_all(home.path(file).parent().unwrap()).unwrap();
    }
    fs::write(home.path(CHROMIUM), foreign).unwrap();
    // A link is nobody's who writes files.
    fs::write(home.path("app/manifest.json"), "{}").unwrap();
    symlink(home.path("app/manifest.json"), home.path(FIREFOX)).unwrap();
    let before = home.tree();
    let report = home.run(&["install", "--json"]).json(1);
    for browser in ["Chromium", "Firefox"] {
        assert_eq!(outcome(&report, browser)["why"]["code"], "file-in-the-way", "{report}");
    }
    assert_eq!(outcome(&report, "Google Chrome")["outcome"], "created");
    home.run(&["uninstall"]).success();
    assert_eq!(home.tree(), before);
}

#[test]
fn without_a_browser_the_rest_is_installed() {
    let home = Home::new(&["yt-dlp"]);
    let before = home.tree();
    let shown = home.run(&["install", "--env-file", "app/.env"]).success();
    assert!(
        shown.contains("no browser that potbridge knows is on this machine: install one and run"),
        "{shown}"
    );
    assert!(!shown.contains("load the extension"), "{shown}");
    assert!(home.path(PROGRAM).exists());
    assert_eq!(home.config()["sink"][0]["path"].as_str(), home.path("app/.env").to_str());
    home.run(&["uninstall"]).success();
    assert_eq!(home.tree(), before);
}

#[test]
fn a_named_browser_that_is_not_there_is_registered() {
    let home = Home::new(&[]);
    let shown = home.run(&["install", "--browser", "firefox"]).success();
    assert!(shown.contains("Firefox: registered: "), "{shown}");
    assert!(shown.contains("\nFirefox was not found on this machine; it is registered because"), "{shown}");
    let here = Home::new(&["firefox"]).run(&["install", "--browser", "firefox"]).success();
    assert!(!here.contains("was not found"), "{here}");
    assert!(home.path(FIREFOX).exists() && !home.path(CHROMIUM).exists());
}

#[test]
fn no_folder_is_made_in_the_place_of_another_browser() {
    const OWN: &str = ".config/ungoogled-chromium/NativeMessagingHosts/dev.potbridge.host.json";
    let home = Home::new(&["ungoogled-chromium"]);
    let shown = home.run(&["install"]).success();
    assert!(home.path(OWN).exists() && !home.path(".config/chromium").exists());
    assert!(shown.contains("again after the browser's first start"), "{shown}");
    // Its build has Chromium's folder.
    fs::create_dir_all(home.path(".config/chromium")).unwrap();
    let shown = home.run(&["install"]).success();
    assert!(home.path(OWN).exists() && home.path(CHROMIUM).exists());
    assert!(shown.contains("\n- ungoogled-chromium: open chrome://extensions"), "{shown}");

    // So it is for all users, whose folders are the browser's own names for one place.
    let home = Home::new(&["chromium"]);
    home.run(&["install", "--system"]).success();
    let made: Vec<_> =
        fs::read_dir(home.path("root/etc")).unwrap().map(|one| one.unwrap().file_name()).collect();
    assert_eq!(made, ["chromium"]);
    assert!(!home.path("root/usr/lib").exists() && !home.path("root/usr/lib64").exists());
}

#[test]
fn a_named_snap_that_can_start_no_host_is_a_failure() {
    let home = Home::new(&["firefox"]);
    fs::create_dir_all(home.path("root/snap/bin")).unwrap();
    fs::create_dir_all(home.path("root/usr/bin")).unwrap();
    home.program("root/usr/bin/snap", "");
    symlink(home.path("root/usr/bin/snap"), home.path("root/snap/bin/chromium")).unwrap();
    let arguments = ["install", "--json", "--browser", "chromium", "--browser", "firefox"];
    let report = home.run(&arguments).json(1);
    assert_eq!(report["code"], "registration-failed", "{report}");
    assert_eq!(report["message"], "not registered with Chromium");
    assert_eq!(outcome(&report, "Firefox")["outcome"], "created");
    // One that can beside it is what was asked for.
    home.program("bin/chromium", "");
    home.run(&arguments).json(0);
}

#[test]
fn a_snap_that_can_start_no_host_is_named_and_not_registered() {
    let home = Home::new(&["firefox"]);
    fs::create_dir_all(home.path("root/snap/bin")).unwrap();
    fs::create_dir_all(home.path("root/usr/bin")).unwrap();
    home.program("root/usr/bin/snap", "");
    // One is on PATH, the other is not.
    symlink(home.path("root/usr/bin/snap"), home.path("root/snap/bin/chromium")).unwrap();
    symlink(home.path("root/snap/bin/chromium"), home.path("bin/chromium")).unwrap();
    symlink(home.path("root/usr/bin/snap"), home.path("root/snap/bin/brave")).unwrap();
    let report = home.run(&["install", "--json"]).json(0);
    for browser in ["Chromium", "Brave"] {
        let found = outcome(&report, browser);
        assert_eq!(found["outcome"], "skipped", "{found}");
        assert!(found["why"]["message"].as_str().unwrap().contains("is a snap"), "{found}");
        assert!(found["why"]["hint"].is_string(), "{found}");
    }
    assert!(!home.path(".config/chromium").exists() && !home.path(".config/BraveSoftware").exists());
    let shown = home.run(&["install"]).success();
    assert!(shown.contains("Chromium: skipped: Chromium is a snap"), "{shown}");
}

#[test]
fn a_variable_that_only_the_shell_knows_is_named() {
    let home = Home::new(&["chromium", "firefox"]);
    let before = home.tree();
    let elsewhere = home.path("elsewhere").display().to_string();
    let config = [("XDG_CONFIG_HOME", elsewhere.as_str())];
    let shown = home.run_with(&config, &["install", "--env-file", "app/.env"]).success();
    let other = home.path("elsewhere/chromium/NativeMessagingHosts/dev.potbridge.host.json");
    assert_eq!(
        fs::read_to_string(&other).unwrap(),
        home.read(CHROMIUM),
        "the desktop's browser reads the plain place"
    );
    assert!(shown.contains("XDG_CONFIG_HOME is") && shown.contains(&elsewhere), "{shown}");
    let plain = home.path(".config").display().to_string();
    assert!(shown.contains(&format!("so it is registered in {plain} too\n")), "{shown}");
    assert!(home.path("elsewhere/potbridge/config.toml").exists() && !home.path(CONFIG).exists());
    home.run_with(&config, &["uninstall"]).success();
    assert_eq!(home.tree(), before);

    let data = [("XDG_DATA_HOME", elsewhere.as_str())];
    let shown = home.run_with(&data, &["install"]).success();
    assert!(shown.contains("XDG_DATA_HOME is") && shown.contains(&elsewhere), "{shown}");
    home.run_with(&data, &["uninstall"]).success();
    assert_eq!(home.tree(), before);
}

#[test]
fn what_somebody_changed_since_is_kept_beside() {
    let home = Home::new(&["chromium"]);
    home.run(&["install"]).success();
    home.program(PROGRAM, "echo mine");
    fs::write(home.path(CHROMIUM), "{}").unwrap();
    let (mine, manifest) = (home.read(PROGRAM), home.path(CHROMIUM));
    let shown = home.run(&["install"]).success();
    assert_eq!(home.read(&format!("{PROGRAM}.old")), mine);
    assert_eq!(home.read(&format!("{CHROMIUM}.old")), "{}");
    for path in [home.path(PROGRAM), manifest] {
        let (path, old) = (path.display(), format!("{}.old", path.display()));
        assert!(
            shown.contains(&format!("{path} was changed since it was installed; what it was is {old} now")),
            "{shown}"
        );
    }
    // What is torn is nobody's work, and a second one has another name.
    fs::write(home.path(PROGRAM), "").unwrap();
    fs::write(home.path(CHROMIUM), "{ }").unwrap();
    home.run(&["install"]).success();
    assert_eq!(home.read(&format!("{CHROMIUM}.old-2")), "{ }");
    assert!(!home.path(&format!("{PROGRAM}.old-2")).exists());
}

#[test]
fn a_link_in_the_extensions_folder_is_not_followed() {
    let home = Home::new(&["chromium"]);
    let file = home.path(".local/share/potbridge/extension/chromium/manifest.json");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(home.path("app/a letter"), "mine").unwrap();
    symlink(home.path("app/a letter"), &file).unwrap();
    let refused = home.run(&["install", "--json"]).json(1);
    assert_eq!(refused["code"], "file-in-the-way", "{refused}");
    assert_eq!(home.read("app/a letter"), "mine");
}

#[test]
fn a_path_with_a_space_is_quoted_in_a_hint() {
    let home = Home::new(&["chromium"]);
    let folder = home.path("a folder");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("dev.potbridge.host.json"), "{}").unwrap();
    let report = home.run(&["install", "--json", "--manifest-dir", folder.to_str().unwrap()]).json(1);
    let file = folder.join("dev.potbridge.host.json");
    let hint = format!("move it away: mv '{0}' '{0}.old'", file.display());
    assert_eq!(report["browsers"][0]["why"]["hint"], hint, "{report}");
}

#[test]
fn receipts_of_a_browser_that_went_away_go_too() {
    let home = Home::new(&["chromium", "firefox"]);
    home.run(&["install"]).success();
    for file in ["bin/chromium", CHROMIUM, FIREFOX] {
        fs::remove_file(home.path(file)).unwrap();
    }
    // Firefox is here, and was not asked for.
    fs::write(home.path("bin/google-chrome"), "").unwrap();
    home.run(&["install", "--browser", "chrome"]).success();
    let receipts = home.read(RECEIPTS);
    assert!(!receipts.contains(home.path(CHROMIUM).to_str().unwrap()), "{receipts}");
    assert!(receipts.contains(home.path(FIREFOX).to_str().unwrap()), "{receipts}");
}

#[test]
fn an_edit_while_install_asks_programs_is_kept() {
    let home = Home::new(&["chromium"]);
    home.configure("# mine\n");
    let config = home.path(CONFIG);
    home.program("bin/yt-dlp", &format!("echo '# more' >> {}; echo 2026.10.26", config.display()));
    home.run(&["install", "--env-file", "app/.env"]).success();
    let text = home.read(CONFIG);
    assert!(text.contains("# mine") && text.contains("# more") && text.contains("[[sink]]"), "{text}");
}

#[test]
fn a_umask_that_locks_the_owner_out_does_not() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new(&["chromium"]);
    let before = home.tree();
    let script = format!("umask 777; exec {} install", home.path("archive/potbridge-setup").display());
    let output = home.command(std::path::Path::new("/bin/sh"), &["-c", &script]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    for folder in [".local", ".local/share/potbridge", ".local/bin", ".config/chromium/NativeMessagingHosts"]
    {
        let mode = fs::metadata(home.path(folder)).unwrap().permissions().mode();
        assert_eq!(mode & 0o700, 0o700, "{folder}");
    }
    home.run(&["uninstall"]).success();
    assert_eq!(home.tree(), before);
}
