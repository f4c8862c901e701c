//! `uninstall`.

use crate::home::{CHROMIUM, CONFIG, FIREFOX, Home, RECEIPTS, STORE_ID};
use potbridge_test_support::namespace::{may_mount, read_only};
use std::fs;

#[test]
fn the_home_is_as_it_was_before_two_installs() {
    let home = Home::new(&["chromium", "firefox"]);
    fs::write(home.path("app/.env"), "KEPT=1\n").unwrap();
    fs::create_dir_all(home.path(".config/chromium")).unwrap();
    let before = home.tree();
    home.run(&["install", "--env-file", "app/.env"]).success();
    let once = home.tree();
    home.run(&["install", "--env-file", "app/.env"]).success();
    assert_eq!(home.tree(), once);
    home.run(&["uninstall"]).success();
    assert_eq!(home.tree(), before);
    let shown = home.run(&["uninstall"]).success();
    assert!(shown.starts_with("nothing to remove"), "{shown}");
}

#[test]
fn a_changed_file_is_left_and_named() {
    let home = Home::new(&["chromium", "firefox"]);
    home.run(&["install", "--env-file", "app/.env"]).success();
    fs::write(home.path(CHROMIUM), "{}").unwrap();
    fs::write(home.path(".config/potbridge/mine"), "").unwrap();
    let shown = home.run(&["uninstall"]).success();
    assert!(shown.contains(home.path(CHROMIUM).to_str().unwrap()), "{shown}");
    assert_eq!(home.read(CHROMIUM), "{}");
    assert!(home.path(".config/potbridge/mine").exists());
    assert!(!home.path(FIREFOX).exists());
    assert!(!home.path(CONFIG).exists());
    assert!(!home.path(RECEIPTS).exists());
}

#[test]
fn another_shell_finds_what_this_one_installed() {
    let home = Home::new(&["chromium", "yt-dlp"]);
    fs::create_dir_all(home.path(".config")).unwrap();
    fs::create_dir_all(home.path(".local")).unwrap();
    let before = home.tree();
    let folder = |name: &str| home.path("elsewhere").join(name).display().to_string();
    let [config, data, state] = ["config", "data", "state"].map(folder);
    let variables = [("XDG_CONFIG_HOME", &*config), ("XDG_DATA_HOME", &*data), ("XDG_STATE_HOME", &*state)];
    home.run_with(&variables, &["install", "--env-file", "app/.env", "--yt-dlp-plugin"]).success();
    let tokens = home.path("elsewhere/state/potbridge/tokens.db");
    fs::create_dir_all(tokens.parent().unwrap()).unwrap();
    fs::write(&tokens, "").unwrap();
    let changed = home.read("elsewhere/config/potbridge/config.toml") + "# mine\n";
    fs::write(home.path("elsewhere/config/potbridge/config.toml"), changed).unwrap();
    // By the program that it installed.
    let setup = home.path(".local/bin/potbridge-setup");
    let shown = home.run_program(&setup, &["uninstall"]).success();
    assert!(shown.contains("removed") && !setup.exists(), "{shown}");
    assert!(shown.contains(&format!("left {state}/potbridge: ")) && tokens.exists(), "{shown}");
    home.run_with(&variables, &["install"]).success();
    home.run(&["uninstall", "--purge"]).success();
    assert!(!tokens.exists());
    fs::remove_dir_all(home.path("elsewhere")).unwrap();
    assert_eq!(home.tree(), before);
}

#[test]
fn the_installed_program_can_uninstall_itself() {
    let home = Home::new(&["chromium"]);
    let before = home.tree();
    home.run(&["install"]).success();
    home.run_program(&home.path(".local/bin/potbridge-setup"), &["uninstall"]).success();
    assert_eq!(home.tree(), before);
}

#[test]
fn a_broken_configuration_stops_nothing() {
    for (broken, reason) in [(&b"[[sink"[..], "config-invalid"), (b"# \xff\n", "config-invalid")] {
        let home = Home::new(&["chromium", "yt-dlp"]);
        home.configure("# mine\n");
        home.run(&["install", "--env-file", "app/.env", "--extension-id", STORE_ID]).success();
        fs::write(home.path(CONFIG), broken).unwrap();
        let report = home.run(&["uninstall", "--json"]).json(0);
        let left = &report["left"][0];
        assert_eq!(
            (left["path"].as_str(), left["code"].as_str()),
            (home.path(CONFIG).to_str(), Some(reason)),
            "{report}"
        );
        let words = left["message"].as_str().unwrap();
        for part in ["[[sink]]", "app/.env", STORE_ID, "yt_dlp in [download]"] {
            assert!(words.contains(part), "{words}");
        }
        assert!(!home.path(CHROMIUM).exists() && !home.path(".local").exists(), "all the rest is removed");
        assert_eq!(fs::read(home.path(CONFIG)).unwrap(), broken);
        let shown = home.run(&["uninstall"]).success();
        assert!(shown.starts_with("nothing to remove"), "{shown}");
    }
}

#[test]
fn what_cannot_be_removed_keeps_its_receipt() {
    if !may_mount(module_path!(), "what_cannot_be_removed_keeps_its_receipt") {
        return;
    }
    let home = Home::new(&["chromium", "firefox"]);
    fs::create_dir(home.path(".mozilla")).unwrap();
    let before = home.tree();
    home.run(&["install"]).success();
    read_only(&home.path(".mozilla"));
    let report = home.run(&["uninstall", "--json"]).json(1);
    assert_eq!(report["failed"][0]["path"], home.path(FIREFOX).to_str().unwrap());
    assert!(!home.path(CHROMIUM).exists() && !home.path(".local/bin").exists());
    let status = std::process::Command::new("umount").arg(home.path(".mozilla")).status().unwrap();
    assert!(status.success());
    home.run(&["uninstall"]).success();
    assert_eq!(home.tree(), before);
}

#[test]
fn a_manifest_that_the_host_wrote_anew_is_removed() {
    let home = Home::new(&["chromium"]);
    let before = home.tree();
    home.run(&["install"]).success();
    let moved = home.read(CHROMIUM).replace(".local/bin/potbridge", "elsewhere/potbridge");
    fs::write(home.path(CHROMIUM), moved).unwrap();
    home.run(&["uninstall"]).success();
    assert_eq!(home.tree(), before);
}

#[test]
fn a_purge_removes_tokens_and_the_configuration() {
    let home = Home::new(&["chromium"]);
    fs::create_dir_all(home.path(".local/state")).unwrap();
    let before = home.tree();
    home.run(&["install", "--env-file", "app/.env"]).success();
    let changed = home.read(CONFIG) + "# mine\n";
    home.configure(&changed);
    fs::create_dir_all(home.path(".local/state/potbridge/run")).unwrap();
    fs::write(home.path(".local/state/potbridge/tokens.db"), "").unwrap();
    let shown = home.run(&["uninstall"]).success();
    assert!(shown.contains("config.toml: it was changed") && shown.contains("--purge"), "{shown}");
    assert!(home.path(CONFIG).exists() && home.path(".local/state/potbridge/tokens.db").exists());
    fs::remove_dir_all(home.path(".config")).unwrap();

    home.run(&["install", "--env-file", "app/.env"]).success();
    home.configure(&changed);
    let shown = home.run(&["uninstall", "--purge"]).success();
    assert!(!shown.contains("left "), "{shown}");
    assert_eq!(home.tree(), before);
    let shown = home.run(&["uninstall", "--purge"]).success();
    assert!(shown.starts_with("nothing to remove"), "{shown}");
}

#[test]
fn a_purge_removes_a_store_elsewhere_and_names_the_tokens_that_stay() {
    let home = Home::new(&["chromium"]);
    let before = home.tree();
    let store = home.path("tokens.db");
    home.configure(&format!(
        "sink = [{{ kind = \"keyring\", service = \"mine\" }}]\n[store]\npath = {store:?}\n"
    ));
    let config = fs::read(home.path(CONFIG)).unwrap();
    home.run(&["install"]).success();
    fs::write(&store, b"SQLite format 3\0and more").unwrap();
    for more in
        ["tokens.db-wal", "tokens.db-shm", "tokens.db.lock", "tokens.db.damaged-wal", "tokens.db.mine"]
    {
        fs::write(home.path(more), "").unwrap();
    }
    let shown = home.run(&["uninstall", "--purge"]).success();
    assert!(shown.contains("tokens may stay in the keyring, as mine"), "{shown}");
    assert!(
        shown.contains(&format!("left {}: `install` did not make", home.path(CONFIG).display())),
        "{shown}"
    );
    assert_eq!(fs::read(home.path(CONFIG)).unwrap(), config);
    fs::remove_dir_all(home.path(".config")).unwrap();
    fs::remove_file(home.path("tokens.db.mine")).unwrap();
    assert_eq!(home.tree(), before);

    // A path that leads to something else.
    home.configure(&format!("[store]\npath = {:?}\n", home.path("app/letter")));
    fs::write(home.path("app/letter"), "a letter of mine").unwrap();
    let shown = home.run(&["uninstall", "--purge"]).success();
    assert!(shown.contains("app/letter: the configuration names it as the store"), "{shown}");
    assert_eq!(home.read("app/letter"), "a letter of mine");
}

#[test]
fn a_purge_that_is_refused_says_what_was_removed() {
    if !may_mount(module_path!(), "a_purge_that_is_refused_says_what_was_removed") {
        return;
    }
    let home = Home::new(&["chromium"]);
    home.run(&["install"]).success();
    let state = home.path(".local/state/potbridge");
    fs::create_dir_all(&state).unwrap();
    fs::write(state.join("tokens.db"), "").unwrap();
    read_only(&state);
    let report = home.run(&["uninstall", "--purge", "--json"]).json(1);
    assert_eq!(report["failed"][0]["path"], state.to_str().unwrap(), "{report}");
    assert!(!report["removed"].as_array().unwrap().is_empty(), "{report}");
}

#[test]
fn a_configuration_that_cannot_be_written_keeps_its_receipts() {
    if !may_mount(module_path!(), "a_configuration_that_cannot_be_written_keeps_its_receipts") {
        return;
    }
    let home = Home::new(&["chromium", "yt-dlp"]);
    home.configure("# mine\n");
    let before = home.tree();
    home.run(&["install", "--env-file", "app/.env"]).success();
    let folder = home.path(".config/potbridge");
    read_only(&folder);
    let report = home.run(&["uninstall", "--json"]).json(1);
    assert_eq!(report["failed"][0]["path"], home.path(CONFIG).to_str().unwrap(), "{report}");
    assert!(home.read(CONFIG).contains("[[sink]]"));
    let status = std::process::Command::new("umount").arg(&folder).status().unwrap();
    assert!(status.success());
    home.run(&["uninstall"]).success();
    assert_eq!(home.tree(), before);
}

#[test]
fn a_purge_removes_no_folder_that_may_be_somebody_elses() {
    let home = Home::new(&["chromium"]);
    let before = home.tree();
    let state = home.path("app").display().to_string();
    let variables = [("POTBRIDGE_STATE_DIR", state.as_str()), ("POTBRIDGE_RUNTIME_DIR", state.as_str())];
    home.run_with(&variables, &["install"]).success();
    let shown = home.run_with(&variables, &["uninstall", "--purge"]).success();
    assert!(shown.contains(&format!("left {state}: a variable names this folder")), "{shown}");
    assert_eq!(home.tree(), before);
}

#[test]
fn a_host_that_runs_is_named_and_goes_on() {
    let home = Home::new(&["chromium"]);
    home.run(&["install"]).success();
    let run = home.path(".local/state/potbridge/run");
    fs::create_dir_all(&run).unwrap();
    let file = fs::File::create(run.join("0123456789abcdef.connection")).unwrap();
    file.lock().unwrap();
    for arguments in [&["uninstall"][..], &["uninstall", "--purge"]] {
        let shown = home.run(arguments).success();
        assert!(shown.contains("a host still runs in a browser"), "{shown}");
    }
    drop(file);
    assert!(!run.exists());
}
