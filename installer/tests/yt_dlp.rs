//! The path of yt-dlp in the configuration.

use crate::home::{CONFIG, Home};
use std::fs;

#[test]
fn yt_dlps_path_is_written_and_updated() {
    let home = Home::new(&["chromium", "yt-dlp"]);
    let before = home.tree();
    let place = home.path("bin/yt-dlp");
    let shown = home.run(&["install"]).success();
    assert!(shown.contains(&format!("downloads use {}", place.display())), "{shown}");
    assert_eq!(home.config()["download"]["yt_dlp"].as_str(), place.to_str());
    fs::rename(&place, home.path("app/yt-dlp")).unwrap();
    let shown = home.run(&["install"]).success();
    assert!(shown.contains("there is no such program"), "{shown}");
    fs::rename(home.path("app/yt-dlp"), home.path("bin/yt-dlp")).unwrap();
    let once = home.tree();
    home.run(&["install"]).success();
    assert_eq!(home.tree(), once);
    home.run(&["uninstall"]).success();
    assert_eq!(home.tree(), before);
}

#[test]
fn an_old_yt_dlp_is_taken_and_that_it_is_too_old_is_said() {
    for (version, words) in [("2021.12.17", "2025.05.22 is the first"), ("2025.12.08", "too old for YouTube")]
    {
        for configured in ["", "[download]\nyt_dlp = \"yt-dlp\"\n"] {
            let home = Home::new(&["chromium"]);
            home.program("bin/yt-dlp", &format!("echo {version}"));
            home.configure(configured);
            let shown = home.run(&["install"]).success();
            let program = home.path("bin/yt-dlp").display().to_string();
            assert!(shown.contains(&format!("({version})\n{program} is yt-dlp {version}")), "{shown}");
            assert!(shown.contains(words) && shown.contains(&format!("{program} -U")), "{shown}");
            let report = home.run(&["install", "--json"]).json(0);
            assert_eq!(report["yt_dlp"]["problem"]["code"], "yt-dlp-old", "{report}");
            assert_eq!(report["yt_dlp"]["version"], version);
        }
    }
}

#[test]
fn a_missing_yt_dlp_is_a_hint_and_no_error() {
    let home = Home::new(&["chromium"]);
    let shown = home.run(&["install"]).success();
    assert!(shown.contains("yt-dlp is not on your PATH") && shown.contains("install` again"), "{shown}");
    assert!(!home.path(CONFIG).exists(), "there is nothing to write into it");
}

#[test]
fn a_persons_configuration_gets_yt_dlps_path_and_loses_it() {
    let home = Home::new(&["chromium", "yt-dlp"]);
    let mine = "# mine\n[[sink]]\nkind = \"keyring\"\n\n[download]\ndir = \"/srv\" # there\n";
    home.configure(mine);
    home.run(&["install"]).success();
    assert_eq!(home.config()["download"]["yt_dlp"].as_str(), home.path("bin/yt-dlp").to_str());
    home.run(&["uninstall"]).success();
    assert_eq!(home.read(CONFIG), mine);

    home.run(&["install"]).success();
    home.program("app/yt-dlp", "echo 2026.10.26");
    let other = home.read(CONFIG).replace("/bin/yt-dlp", "/app/yt-dlp");
    home.configure(&other);
    home.run(&["uninstall"]).success();
    assert_eq!(home.read(CONFIG), other);
}

#[test]
fn a_persons_own_yt_dlp_path_is_left() {
    let home = Home::new(&["chromium", "yt-dlp"]);
    home.program("app/yt-dlp", "echo 2026.10.26");
    let there = home.path("app/yt-dlp").display().to_string();
    for (program, words) in
        [(there.as_str(), "downloads use"), ("yt-dlp", "downloads use"), ("/no/yt-dlp", "no such program")]
    {
        let mine = format!("[[sink]]\nkind = \"keyring\"\n[download]\nyt_dlp = {program:?}\n");
        home.configure(&mine);
        let shown = home.run(&["install"]).success();
        assert!(shown.contains(words) && shown.contains(program), "{shown}");
        assert_eq!(home.read(CONFIG), mine);
    }
}
