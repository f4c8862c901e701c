//! Where `install` has tokens go.

use crate::home::{CONFIG, Home, terminal};
use std::fs;

#[test]
fn a_file_that_nobody_named_is_not_configured() {
    let home = Home::new(&["chromium"]);
    for file in [".env", "app/.env"] {
        fs::write(home.path(file), "YT_DLP_PO_TOKEN=\n").unwrap();
    }
    let shown = home.run(&["install"]).success();
    assert!(
        shown.contains("tokens go nowhere yet") && shown.contains("potbridge-setup install --env-file FILE"),
        "{shown}"
    );
    assert!(!home.path(CONFIG).exists());
    let report = home.run(&["install", "--json"]).json(0);
    assert_eq!((&report["has_a_place"], &report["places"]), (&false.into(), &serde_json::json!([])));
}

#[test]
fn a_configuration_that_has_a_place_is_left() {
    let home = Home::new(&["chromium"]);
    let mine = "[[sink]]\nkind = \"keyring\"\n";
    home.configure(mine);
    let shown = home.run(&["install"]).success();
    assert!(shown.contains("tokens go where"), "{shown}");
    assert_eq!(home.read(CONFIG), mine);
}

#[test]
fn a_person_on_a_terminal_chooses_among_the_files_that_name_the_variable() {
    let home = Home::new(&["chromium"]);
    fs::write(home.path(".env.example"), "YT_DLP_PO_TOKEN=\n").unwrap();
    fs::write(home.path("app/.env"), "OTHER=1\nYT_DLP_PO_TOKEN=\n").unwrap();
    fs::write(home.path("app/settings"), "YT_DLP_PO_TOKEN=\n").unwrap();
    fs::write(home.path("app/compose.yaml"), "services: {api: {env_file: [settings]}}\n").unwrap();
    let before = home.tree();
    let shown = terminal(home.command(&home.path("archive/potbridge-setup"), &["install"]), "2\n");
    assert!(shown.contains("1  ") && shown.contains("app/.env") && !shown.contains("example"), "{shown}");
    assert_eq!(home.config()["sink"][0]["path"].as_str(), home.path("app/settings").to_str());
    home.run(&["uninstall"]).success();
    assert_eq!(home.tree(), before);
    let shown = terminal(home.command(&home.path("archive/potbridge-setup"), &["install"]), "\n");
    assert!(shown.contains("tokens go nowhere yet"), "{shown}");
    assert!(!home.path(CONFIG).exists());
    let shown = terminal(home.command(&home.path("archive/potbridge-setup"), &["install"]), "~/new.env\n");
    assert!(shown.contains("tokens go to"), "{shown}");
    assert_eq!(home.config()["sink"][0]["path"].as_str(), home.path("new.env").to_str());
}

#[test]
fn a_file_that_is_no_env_file_is_refused_before_anything_is_changed() {
    let home = Home::new(&["chromium"]);
    fs::write(home.path("app/passwd"), "root:x:0:0:root:/root:/bin/bash\n").unwrap();
    let before = home.tree();
    for (file, code) in
        [("app/passwd", "usage"), ("/etc/passwd", "usage"), ("/dev/null", "not-a-regular-file")]
    {
        let ran = home.run(&["install", "--json", "--env-file", file]);
        let report = ran.json(if code == "usage" { 2 } else { 1 });
        assert_eq!(report["code"], code, "{report}");
        assert!(report["hint"].is_string(), "{report}");
        assert_eq!(home.tree(), before);
    }
}

#[test]
fn a_word_is_no_path_of_a_new_file() {
    let home = Home::new(&["chromium"]);
    let install = || home.command(&home.path("archive/potbridge-setup"), &["install"]);
    let shown = terminal(install(), "nonsense\nn\n");
    assert!(shown.contains("There is no file nonsense here"), "{shown}");
    assert!(shown.contains("tokens go nowhere yet") && !home.path(CONFIG).exists(), "{shown}");
}
