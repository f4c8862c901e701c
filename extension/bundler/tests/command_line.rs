//! `--help` and wrong arguments, compared whole. `SNAPSHOTS=overwrite cargo test` writes the snapshot.

use snapbox::{assert_data_eq, file};
use std::process::{Command, Output};

const CASES: [&[&str]; 5] = [
    &["--help"],
    &["build", "--help"],
    &["package", "--help"],
    &["package", "--target", "plan9"],
    &["bundle"],
];

fn transcript(arguments: &[&str]) -> String {
    let program = env!("CARGO_BIN_EXE_potbridge-bundler");
    let Output { status, stdout, stderr } =
        Command::new(program).args(arguments).env_clear().output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (stdout, stderr, code) = (text(stdout), text(stderr), status.code().unwrap());
    format!("$ potbridge-bundler {}\n{stdout}{stderr}[exit code {code}]\n", arguments.join(" "))
}

#[test]
fn the_command_line_is_as_in_the_snapshot() {
    let shown: Vec<_> = CASES.iter().map(|arguments| transcript(arguments)).collect();
    assert_data_eq!(shown.join("\n"), file!["snapshots/command-line.txt"].raw());
}
