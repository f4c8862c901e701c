//! What running a program gives, and how one is ended.

use super::*;
use potbridge_test_support::itself::{again, role};
use potbridge_test_support::refused_calls::{Call, with_refused_calls};
use std::time::Instant;

const LONG: Duration = Duration::from_secs(60);
const ENDS: Afterwards = Afterwards::Ends;

fn shell(text: &str) -> Subprocess {
    Subprocess::Shell(text.to_owned())
}

#[test]
fn a_program_gets_its_input_and_may_leave_it_unread() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("input");
    shell(&format!("cat > '{}'", file.display())).run(b"all of it", &[], LONG, ENDS).unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), b"all of it");
    Subprocess::Program(vec!["true".into()]).run(&[b'x'; 200_000], &[], LONG, ENDS).unwrap();
}

#[test]
fn without_a_thread_to_be_had_no_program_is_left_running() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ran");
    let program = shell(&format!("cat; echo >> '{}'", file.display()));
    // ENOSYS and EAGAIN.
    let refused = [(Call::Clone3, 38), (Call::Thread, 11)];
    for afterwards in [ENDS, Afterwards::GoesOn] {
        let mut started = false;
        let run = || program.run_and_tell(b"x", &[], LONG, afterwards, || started = true);
        let error = with_refused_calls(&refused, run).unwrap_err();
        assert!(matches!(error, SubprocessError::NotStarted { .. }), "{error}");
        assert!(!started && !file.exists());
    }
    program.run(b"x", &[], LONG, ENDS).unwrap();
    assert!(file.exists());
}

#[test]
fn a_failure_says_the_last_line_printed_and_no_secret() {
    let secret = "Mabc-_defghijklmnopqrstuvwxyz0123456789==";
    let error = shell("cat; echo first >&2; echo \"no such vault for $(cat)$0\" >&2; echo; exit 3");
    let error = error.run(secret.as_bytes(), &[secret], LONG, ENDS).unwrap_err().to_string();
    assert!(error.contains("exit status: 3; it said: no such vault for"), "{error}");
    let error =
        shell("cat >&2; exit 1").run(secret.as_bytes(), &[secret], LONG, ENDS).unwrap_err().to_string();
    assert!(error.ends_with("it said: …") && !error.contains("Mabc"), "{error}");
}

#[test]
fn much_output_blocks_nothing_and_its_last_line_is_shown() {
    for afterwards in [ENDS, Afterwards::GoesOn] {
        let much = shell(
            "head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2; printf '\\n\\033[1mso\\n' >&2; exit 1",
        );
        let error = much.run(b"", &[], LONG, afterwards).unwrap_err().to_string();
        assert!(error.ends_with("it said: [1mso"), "{} characters", error.len());
    }
}

#[test]
fn a_program_that_takes_too_long_is_ended_with_its_children() {
    let folder = tempfile::tempdir().unwrap();
    let pids = folder.path().join("pids");
    let began = Instant::now();
    let error = shell(&format!("trap '' TERM; sleep 600 & echo $$ $! > '{}'; wait; wait", pids.display()))
        .run(b"", &[], Duration::from_secs(1), ENDS)
        .unwrap_err();
    assert!(error.to_string().contains("longer than 1 seconds"), "{error}");
    assert!(began.elapsed() < LONG);
    for pid in std::fs::read_to_string(pids).unwrap().split_whitespace() {
        let state = || std::fs::read_to_string(format!("/proc/{pid}/stat"));
        while state().is_ok_and(|stat| !stat.contains(") Z ")) {
            assert!(began.elapsed() < LONG, "{pid} is still there");
            thread::yield_now();
        }
    }
}

#[test]
fn a_long_command_is_named_by_its_beginning() {
    let error = shell(&format!("false\n{}", "#".repeat(200))).run(b"", &[], LONG, ENDS).unwrap_err();
    assert!(
        error.to_string().starts_with("false ####") && error.to_string().contains("#… ended with"),
        "{error}"
    );
}

#[test]
fn a_program_that_cannot_be_started_is_named() {
    let error = Subprocess::Program(vec!["/nowhere/vault".into(), "kv".into()]).run(b"", &[], LONG, ENDS);
    let error = error.unwrap_err();
    assert!(error.to_string().starts_with("/nowhere/vault kv cannot be started: No such file"), "{error}");
    assert!(error.hint().unwrap().contains("whole path"));
}

#[test]
fn a_missing_folder_for_temporary_files_keeps_no_program_from_running() {
    let folder = tempfile::tempdir().unwrap();
    let closed = folder.path().join("closed");
    std::fs::write(&closed, "no folder").unwrap();
    for temporary in ["/no/such/dir", closed.to_str().unwrap()] {
        // The folder is the whole process's.
        let mut again = again(module_path!(), "with_another_folder_for_temporary_files", "inside");
        let output = again.env("TMPDIR", temporary).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn with_another_folder_for_temporary_files() {
    if role().is_none() {
        return;
    }
    shell("true").run(b"", &[], LONG, Afterwards::GoesOn).unwrap();
    let error = shell("echo so >&2; exit 1").run(b"", &[], LONG, Afterwards::GoesOn).unwrap_err().to_string();
    assert!(cfg!(not(target_os = "linux")) || error.ends_with("it said: so"), "{error}");
}

#[test]
fn only_a_missing_program_needs_its_whole_path() {
    let folder = tempfile::tempdir().unwrap();
    let plain = folder.path().join("plain");
    std::fs::write(&plain, "no program").unwrap();
    let words = vec![plain.to_str().unwrap().to_owned()];
    let error = Subprocess::Program(words).run(b"", &[], LONG, ENDS).unwrap_err();
    assert!(error.to_string().contains("Permission denied"), "{error}");
    assert_eq!(error.hint(), None);
}

#[test]
#[cfg(target_os = "linux")]
fn a_program_that_may_not_be_signalled_is_not_called_ended() {
    use potbridge_test_support::refused_calls::{Call, with_refused_calls};
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let error = with_refused_calls(&[(Call::Kill, rustix::io::Errno::PERM.raw_os_error())], || {
        shell(&format!("read x < '{}'", pipe.display()))
            .run(b"", &[], Duration::from_millis(100), ENDS)
            .unwrap_err()
    });
    assert!(error.to_string().ends_with("may not be signalled by this user and goes on"), "{error}");
    assert!(error.hint().is_some());
    std::fs::write(&pipe, "end\n").unwrap();
}
