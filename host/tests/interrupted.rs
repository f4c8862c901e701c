//! A `.env` whose write in place was interrupted, by a kill or a power cut.

use crate::sandbox::{Sandbox, VIDEO, captured, hello, now, token};
use env_file::{EnvFile, Variable};
use potbridge_test_support::refused_calls::{Call, with_refused_calls};
use rustix::io::Errno;
use serde_json::json;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// Leaves what a writer leaves that is killed in the middle of a write in place. `journals` is for the folder that takes none.
fn interrupt(path: &Path, journals: &Path) {
    let refused = [(Call::Rename, Errno::TXTBSY), (Call::Unlink, Errno::PERM), (Call::Truncate, Errno::PERM)];
    let refused = refused.map(|(call, errno)| (call, errno.raw_os_error()));
    let old = fs::read_to_string(path).unwrap();
    let file = EnvFile { journal_folder: Some(journals.into()), ..EnvFile::new(path) };
    let next = [Variable { name: "AAA", value: "next" }];
    with_refused_calls(&refused, || file.set(&next)).unwrap_err();
    fs::write(path, old.replace("AAA=last-and-longer\n", "AAA=next-and-longer\n")).unwrap();
}

#[test]
fn it_is_finished_when_a_browser_comes_or_somebody_looks() {
    for is_browser in [true, false] {
        let sandbox = Sandbox::new();
        let token = token();
        fs::write(sandbox.env(), "AAA=last-and-longer\n").unwrap();
        sandbox.run(&["put"], token.expose()).ends_with(0);
        interrupt(&sandbox.env(), &sandbox.path("state"));
        assert!(sandbox.env_text().contains("AAA=next-and-longer"));
        if is_browser {
            let mut browser = sandbox.firefox();
            browser.ask(&hello());
            assert_eq!(browser.close().0, Some(0));
        } else {
            sandbox.run(&["status"], "").ends_with(0);
        }
        assert_eq!(sandbox.env_text(), format!("AAA=next\nYT_DLP_PO_TOKEN={}\n", token.expose()));
    }
}

#[test]
fn a_writer_that_stands_still_keeps_no_answer_waiting() {
    let sandbox = Sandbox::new();
    let token = token();
    fs::write(sandbox.env(), "AAA=last-and-longer\n").unwrap();
    interrupt(&sandbox.env(), &sandbox.path("state"));
    let journal = fs::read_dir(sandbox.env().parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let journal = journal.filter(|path| path.to_string_lossy().contains("journal-")).last().unwrap();
    let stopped = fs::File::open(journal).unwrap();
    stopped.lock().unwrap();

    let began = Instant::now();
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    let answer = browser.ask(&captured("1", &token, VIDEO, now()));
    assert_eq!((&answer["type"], &answer["sinks"][0]["outcome"]), (&json!("stored"), &json!("pending")));
    assert_eq!(browser.ask(&json!({"type": "status"}))["sinks"][0]["last"]["outcome"], json!("pending"));
    sandbox.run(&["status"], "").ends_with(0);
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    drop(stopped);
    assert_eq!(browser.delivered("env-file")["outcome"], json!("written"));
    assert_eq!(sandbox.env_text(), format!("AAA=next\nYT_DLP_PO_TOKEN={}\n", token.expose()));
}
