//! `start --demo --once`, whole: real browsers, the real host and extension, and the stand-in.

use crate::home::Home;
use potbridge_bundler::{Program, Workspace};
use potbridge_protocol::PoToken;
use potbridge_stand_in::{Scenario, StandIn, ready_line};
use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

/// A home whose archive has the real host and extension. This process is the stand-in.
fn home(stand_in: &StandIn) -> Home {
    let home = Home::new(&[]);
    let built = potbridge_bundler::build(&Workspace::find().unwrap(), &[Program::HOST]).unwrap();
    for part in ["potbridge", "extension"] {
        let to = home.path("archive").join(part);
        let _ = fs::remove_file(&to).or_else(|_| fs::remove_dir_all(&to));
        symlink(built.join(part), to).unwrap();
    }
    // It ends with its stdin, as the real program does.
    let script = format!("printf '%s\\n' '{}'; read end", ready_line(stand_in));
    home.program("archive/potbridge-stand-in", &script);
    home
}

fn a_demo_brings_a_token_and_leaves_no_other_file(browser: &str) {
    let stand_in = StandIn::start(Scenario::named("demo").unwrap()).unwrap();
    let home = home(&stand_in);
    let output = Command::new(home.path("archive/potbridge-setup"))
        .args(["start", "--demo", "--once", "--browser", browser])
        .current_dir(home.path("app"))
        .env("HOME", home.path(""))
        .env("TMPDIR", home.path("tmp"))
        .output()
        .unwrap();
    let (stdout, stderr) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success(), "{stderr}");

    let env_file = fs::read(home.path("app/.env")).unwrap();
    let token = env_file::last_value(&env_file, "YT_DLP_PO_TOKEN", None).unwrap();
    let token = PoToken::new(std::str::from_utf8(token).unwrap()).unwrap();
    let line = stdout.lines().next().unwrap();
    assert!(line.starts_with(&format!("{} for ", token.fingerprint())), "{stdout}");
    assert!(line.ends_with(&format!(" → {}", home.path("app/.env").display())), "{stdout}");
    assert!(!stdout.contains(token.expose()) && !stderr.contains(token.expose()), "the token is shown");
    assert_eq!(fs::read_dir(home.path("tmp")).unwrap().count(), 0);
    assert_eq!(fs::read_dir(home.path("app")).unwrap().count(), 1);
}

#[test]
fn a_demo_in_chromium_brings_a_token() {
    a_demo_brings_a_token_and_leaves_no_other_file("chromium");
}

#[test]
fn a_demo_in_firefox_brings_a_token() {
    a_demo_brings_a_token_and_leaves_no_other_file("firefox");
}
