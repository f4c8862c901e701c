//! `--help`, compared whole. `SNAPSHOTS=overwrite cargo test` writes the snapshots.

use crate::home::Home;
use snapbox::{assert_data_eq, file};

#[test]
fn help_is_as_in_the_snapshot() {
    let home = Home::new(&[]);
    let commands: [&[&str]; 6] = [
        &["--help"],
        &["start", "--help"],
        &["install", "--help"],
        &["uninstall", "--help"],
        &["list", "--help"],
        &["doctor", "--help"],
    ];
    let shown: Vec<_> = commands.iter().map(|arguments| home.transcript(arguments)).collect();
    assert!(shown.iter().all(|help| help.contains("\nExamples:\n  ")), "a command has no example");
    assert_data_eq!(shown.join("\n"), file!["snapshots/help.txt"].raw());
}

#[test]
fn the_version_is_the_packages() {
    let home = Home::new(&[]);
    let expected = format!("potbridge-setup {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(home.run(&["--version"]).success(), expected);
}
