//! Writes in place that were killed: the next host finishes them, also if the store has no token to be delivered.

use crate::sandbox::{Sandbox, hello, token};
use env_file::{EnvFile, Variable};
use potbridge_test_support::ordinary_user::as_ordinary_user;
use potbridge_test_support::refused_calls::{Call, with_refused_calls};
use rustix::io::Errno;
use serde_json::json;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

/// Writes a token where a file can only be written in place, and what is kept for that can neither be emptied nor removed: so
/// it is left, as by a process that is killed.
fn write_interrupted(sandbox: &Sandbox, token: &str) {
    let refused = [
        (Call::Rename, Errno::TXTBSY),
        (Call::RenameNoReplace, Errno::INVAL),
        (Call::Link, Errno::PERM),
        (Call::Unlink, Errno::PERM),
        (Call::Truncate, Errno::PERM),
    ]
    .map(|(call, errno)| (call, errno.raw_os_error()));
    let variable = Variable { name: "YT_DLP_PO_TOKEN", value: token };
    let journal_folder = Some(sandbox.path("state"));
    let file = EnvFile { journal_folder, ..EnvFile::new(sandbox.env()) };
    with_refused_calls(&refused, || file.set(&[variable])).unwrap_err();
}

fn journals(folder: &Path) -> usize {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    names.filter(|name| name.to_string_lossy().contains("journal-")).count()
}

/// A write into `.env` is killed, and its journal is left in a folder. The next host finishes it.
fn is_finished(sandbox: &Sandbox, journal_folder: &Path) {
    let (older, newer) = (token(), token());
    let text = |token: &str| format!("PORT=80\nYT_DLP_PO_TOKEN={token}\nLAST=1\n");
    fs::write(sandbox.env(), text(older.expose())).unwrap();
    write_interrupted(sandbox, newer.expose());
    assert_eq!(journals(journal_folder), 1);
    // Half of it was written when it was killed.
    let (old, new) = (text(older.expose()), text(newer.expose()));
    fs::write(sandbox.env(), format!("{}{}", &new[..60], &old[60..])).unwrap();

    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    let status = browser.ask(&json!({"type": "status"}));
    assert_eq!(status["tokens"], json!([]));
    assert!(sandbox.env_text() == new);
    assert_eq!(journals(journal_folder), 0);
    assert_eq!(browser.close().0, Some(0));
    let log = fs::read_to_string(sandbox.path("state/potbridge.log")).unwrap();
    assert!(log.contains("interrupted") && log.lines().count() == 1, "{log}");
}

#[test]
fn the_next_host_finishes_a_write_that_was_killed() {
    let sandbox = Sandbox::new();
    is_finished(&sandbox, sandbox.env().parent().unwrap());
}

/// A `.env` in a folder that takes no journal, its journal in the state folder, and a configuration that names it no more.
fn named_no_more(sandbox: &Sandbox, token: &str) {
    let (folder, journal) = (sandbox.path("app"), sandbox.path("state"));
    fs::create_dir(&folder).unwrap();
    fs::create_dir(&journal).unwrap();
    fs::set_permissions(&journal, fs::Permissions::from_mode(0o700)).unwrap();
    fs::write(folder.join(".env"), "PORT=80\n").unwrap();
    symlink("app/.env", sandbox.env()).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
    write_interrupted(sandbox, token);
    assert_eq!(journals(&journal), 1);
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    let other = sandbox.path("other.env");
    sandbox.configure(&format!("[[sink]]\nkind = \"env-file\"\npath = {other:?}\n"));
}

#[test]
fn what_a_sink_of_before_left_in_the_state_folder_is_removed() {
    for is_browser in [true, false] {
        as_ordinary_user(|| {
            let (sandbox, token) = (Sandbox::new(), token());
            named_no_more(&sandbox, token.expose());
            if is_browser {
                let mut browser = sandbox.firefox();
                browser.ask(&hello());
                browser.ask(&json!({"type": "status"}));
                assert_eq!(browser.close().0, Some(0));
            } else {
                sandbox.run(&["clear"], "").ends_with(0);
            }
            assert_eq!(journals(&sandbox.path("state")), 0);
        });
    }
}

#[test]
fn the_same_in_a_folder_that_takes_no_journal() {
    as_ordinary_user(|| {
        let sandbox = Sandbox::new();
        let (folder, journal) = (sandbox.path("app"), sandbox.path("state"));
        fs::create_dir(&folder).unwrap();
        fs::create_dir(&journal).unwrap();
        fs::set_permissions(&journal, fs::Permissions::from_mode(0o700)).unwrap();
        fs::write(folder.join(".env"), "").unwrap();
        // The `.env` of the sandbox is this one.
        symlink("app/.env", sandbox.env()).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
        is_finished(&sandbox, &journal);
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    });
}
