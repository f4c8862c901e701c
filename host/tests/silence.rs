//! What went wrong without ending anything is told: in the answer, the log or `status`.

use crate::sandbox::{Ran, Sandbox, VIDEO, token};
use potbridge_test_support::executable;
use potbridge_test_support::ordinary_user::as_ordinary_user;
use serde_json::{Value, json};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// What yt-dlp prints for a download that goes well. `$DIR` is the folder for downloads.
const GOES_WELL: &str = r#"
echo '@@potbridge:info [{"id":"x","title":"A title","format_id":"18","filesize":4}, []]'
printf data > "$DIR/x.mp4"
echo "@@potbridge:file \"$DIR/x.mp4\""
"#;

/// A potbridge with a token, where yt-dlp is this script. It reads its options first.
fn with_yt_dlp(script: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    let (program, dir) = (sandbox.path("yt-dlp"), sandbox.path("videos"));
    fs::create_dir(&dir).unwrap();
    let head = format!(
        "#!/bin/sh\nDIR='{}'\nSTATE='{}'\ncat > /dev/null\n",
        dir.display(),
        sandbox.path("state").display()
    );
    executable::write(&program, head + script);
    sandbox.configure(&format!("[download]\nyt_dlp = {program:?}\ndir = {dir:?}\n"));
    sandbox.run(&["put", "--video", VIDEO], token().expose()).ends_with(0);
    sandbox
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Downloads the video. Gives the last line too.
fn download(sandbox: &Sandbox) -> (Ran, Value) {
    let ran = sandbox.run(&["download", "--json", VIDEO], "");
    let last = ran.stdout().lines().last().map(|line| serde_json::from_str(line).unwrap());
    (ran, last.unwrap_or_default())
}

fn log(sandbox: &Sandbox) -> String {
    fs::read_to_string(sandbox.path("state/potbridge.log")).unwrap_or_default()
}

#[test]
fn a_download_whose_record_cannot_be_written_goes_on_and_says_so() {
    let sandbox = with_yt_dlp(&format!("rm -r \"$STATE/downloads\"\n{GOES_WELL}"));
    let (ran, last) = download(&sandbox);
    ran.ends_with(0);
    let notice = |notice: &&Value| notice["code"] == json!("cannot-write");
    let notice = last["notices"].as_array().unwrap().iter().find(notice).unwrap_or_else(|| panic!("{last}"));
    assert!(
        notice["message"].as_str().unwrap().starts_with("The list of downloads cannot be kept: "),
        "{notice}"
    );
    assert!(log(&sandbox).contains("cannot be written: "), "{}", log(&sandbox));
}

#[test]
fn a_folder_for_downloads_that_cannot_be_read_is_not_taken_for_an_empty_one() {
    as_ordinary_user(|| {
        let sandbox = with_yt_dlp(GOES_WELL);
        let dir = sandbox.path("videos");
        set_mode(&dir, 0o300);
        let (ran, last) = download(&sandbox);
        set_mode(&dir, 0o700);
        ran.ends_with(1);
        let told = format!("The folder {} cannot be read: Permission denied", dir.display());
        assert_eq!(last["code"], json!("cannot-read"), "{last}");
        assert!(last["message"].as_str().unwrap().starts_with(&told), "{last}");
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 0);
    });
}

#[test]
fn records_that_cannot_be_read_are_told() {
    as_ordinary_user(|| {
        let sandbox = with_yt_dlp(GOES_WELL);
        let folder = sandbox.path("state/downloads");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("1-2.json"), "no record").unwrap();
        download(&sandbox).0.ends_with(0);
        assert!(
            log(&sandbox).contains("1-2.json is not in the list, since it cannot be read"),
            "{}",
            log(&sandbox)
        );
        // The list that the popup shows.
        set_mode(&folder, 0o300);
        let mut browser = sandbox.firefox();
        let answer = browser.ask(&json!({"type": "list-downloads"}));
        set_mode(&folder, 0o700);
        let told = format!("the list of downloads in {} cannot be read: ", folder.display());
        assert!(answer["problem"]["message"].as_str().unwrap_or_default().starts_with(&told), "{answer}");
    });
}

#[test]
fn what_yt_dlp_prints_may_be_no_text() {
    // As older file names and titles are.
    let sandbox = with_yt_dlp("printf 'ERROR: caf\\351 is gone\\n' >&2; exit 1\n");
    let (ran, last) = download(&sandbox);
    ran.ends_with(1);
    assert!(last["message"].as_str().unwrap().contains("caf\u{fffd} is gone"), "{last}");
}

#[test]
fn a_log_that_cannot_be_written_is_told_by_status() {
    as_ordinary_user(|| {
        let sandbox = Sandbox::new();
        sandbox.run(&["put"], token().expose()).ends_with(0);
        let log = sandbox.path("state/potbridge.log");
        fs::write(&log, "").unwrap();
        // As one that `sudo` made.
        set_mode(&log, 0o400);
        let said = sandbox.run(&["status"], "").ends_with(1).stdout();
        let told = format!("✗ Problem   the log {} cannot be written: Permission denied", log.display());
        assert!(said.contains(&told) && said.contains("  saved "), "{said}");
        sandbox.run(&["status", "--check"], "").ends_with(1);
        fs::remove_file(&log).unwrap();
        fs::create_dir(&log).unwrap();
        assert!(sandbox.run(&["status"], "").ends_with(1).stdout().contains("it is no file"));
        fs::remove_dir(&log).unwrap();
        sandbox.run(&["status", "--check"], "").ends_with(0);
    });
}
