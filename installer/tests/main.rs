//! Runs the real `potbridge-setup`, with shell scripts for other programs.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod all_users;
mod demo;
mod doctor;
mod doctor_browsers;
mod doctor_hints;
mod doctor_home;
mod doctor_page;
mod doctor_report;
mod doctor_yt_dlp;
mod env_file;
mod help;
mod home;
mod install;
mod install_browsers;
mod install_checks;
mod killed;
mod list;
mod no_file;
mod sandboxes;
mod start;
mod uninstall;
mod whole_home;
mod wrong_arguments;
mod yt_dlp;
mod yt_dlp_plugin;

/// Every file beside this one is a module of this program.
#[test]
fn no_test_file_is_forgotten() {
    let main = include_str!("main.rs");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let is_module = path.extension().is_some_and(|extension| extension == "rs") && name != "main";
        assert!(!is_module || main.contains(&format!("\nmod {name};\n")), "{name}.rs is in no module");
    }
}
