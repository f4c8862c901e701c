//! Every `--help`, compared whole. `SNAPSHOTS=overwrite cargo test -p potbridge --test host` writes the snapshots.

use crate::sandbox::Sandbox;
use snapbox::{assert_data_eq, file};

const COMMANDS: [&[&str]; 24] = [
    &["--help"],
    &["get", "--help"],
    &["put", "--help"],
    &["status", "--help"],
    &["clear", "--help"],
    &["run", "--help"],
    &["download", "--help"],
    &["serve", "--help"],
    &["browser", "--help"],
    &["browser", "run", "--help"],
    &["browser", "status", "--help"],
    &["browser", "end", "--help"],
    &["browser", "login", "--help"],
    &["sink", "--help"],
    &["sink", "add", "--help"],
    &["sink", "list", "--help"],
    &["sink", "remove", "--help"],
    &["sink", "test", "--help"],
    &["config", "--help"],
    &["config", "edit", "--help"],
    &["config", "path", "--help"],
    &["config", "show", "--help"],
    &["config", "set", "--help"],
    &["completions", "--help"],
];

#[test]
fn every_help_is_as_in_the_snapshot() {
    let sandbox = Sandbox::new();
    let shown = COMMANDS.map(|arguments| sandbox.transcript(arguments, ""));
    assert!(shown.iter().all(|help| help.contains("\nExamples:\n  ")), "a command has no example");
    assert_data_eq!(shown.join("\n"), file!["snapshots/help.txt"].raw());
}

#[test]
fn every_command_has_its_help_in_the_snapshot() {
    let help = Sandbox::new().run(&["--help"], "").ends_with(0).stdout();
    let commands = help.split("\nCommands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let mut names = Vec::new();
    for line in commands.lines() {
        if let Some(name) = line.strip_prefix("  ").filter(|line| !line.starts_with(' ')) {
            names.push(name.split(' ').next().unwrap());
        }
    }
    assert!(names.contains(&"get") && names.contains(&"config"), "{names:?}");
    for name in names {
        assert!(name == "help" || COMMANDS.iter().any(|arguments| arguments[0] == name), "{name}");
    }
}

#[test]
fn the_version_is_the_packages() {
    let version = Sandbox::new().run(&["--version"], "").ends_with(0).stdout();
    assert_eq!(version, format!("potbridge {}\n", env!("CARGO_PKG_VERSION")));
}
