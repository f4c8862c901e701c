//! A `.env` whose write in place was interrupted, by a kill or a power cut.

use crate::sandbox::{Sandbox, hello, token};
use env_file::{EnvFile, Variable};
use potbridge_test_support::refused_calls::{Call, with_refused_calls};
use rustix::io::Errno;
use std::fs;
use std::path::Path;

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
