//! The real yt-dlp, as it is found on the PATH, and its Python.

use crate::deadline::output;
use potbridge::yt_dlp::options::Call;
use std::env;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

pub fn yt_dlp() -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .map(|folder| folder.join("yt-dlp"))
        .find(|program| program.is_file())
        .expect("no yt-dlp on the PATH: run the tests by tests/run")
}

/// Runs a program in yt-dlp's own Python, and gives what it prints.
pub fn python(program: &str, arguments: &[String], stdin: &str) -> String {
    let script = fs::read_to_string(yt_dlp()).unwrap();
    let interpreter = script.lines().next().and_then(|line| line.strip_prefix("#!")).unwrap().trim();
    let mut words = vec!["-c".to_owned(), program.to_owned()];
    words.extend_from_slice(arguments);
    let output = run(interpreter.into(), &words, stdin);
    let errors = String::from_utf8_lossy(&output.stderr);
    // All of it could hold a token.
    assert!(output.status.success(), "{}", errors.lines().rfind(|line| !line.is_empty()).unwrap_or_default());
    String::from_utf8(output.stdout).unwrap()
}

/// Runs yt-dlp as a download does. `change` replaces its last two arguments, `--` and the page, unless it is empty.
pub fn call((mut arguments, config): Call, change: &[&str]) -> Output {
    if !change.is_empty() {
        arguments.truncate(arguments.len() - 2);
        arguments.extend(change.iter().map(|&word| word.to_owned()));
    }
    run(yt_dlp(), &arguments, &config)
}

fn run(program: PathBuf, arguments: &[String], stdin: &str) -> Output {
    let mut child = Command::new(program)
        .args(arguments)
        .env("PYTHONUTF8", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    output(child)
}
