//! A store that cannot be used as it is meant to be: no space, no permission, no locks, or another process in the way. What it
//! holds is given, what comes is delivered, and whatever can be kept is kept.

use crate::sandbox::{Sandbox, VIDEO, captured, newest, now, put, token};
use potbridge_protocol::PoToken;
use potbridge_test_support::namespace::{bind, may_mount, mount, small_disk};
use potbridge_test_support::ordinary_user::{ORDINARY, as_ordinary_user};
use potbridge_test_support::refused_calls::{Call, with_refused_calls};
use potbridge_test_support::skip::skip;
use rusqlite::Connection;
use rustix::io::Errno;
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn database(sandbox: &Sandbox) -> PathBuf {
    sandbox.path("state/tokens.db")
}

/// A store whose newest token is in the log alone, because the host that wrote it was killed.
fn token_in_log(sandbox: &Sandbox) -> PoToken {
    put(sandbox);
    let token = token();
    let mut browser = sandbox.firefox();
    assert_eq!(browser.ask(&captured("1", &token, VIDEO, now()))["type"], json!("stored"));
    browser.host.kill().unwrap();
    browser.host.wait().unwrap();
    assert!(sandbox.path("state/tokens.db-wal").metadata().unwrap().len() > 0);
    token
}

/// What a store that holds `known` gives while it cannot be written, by this code and with these words.
#[track_caller]
fn is_read_and_not_written(sandbox: &Sandbox, known: &PoToken, code: &str, words: &str) {
    // Who reads may free some space by closing the log.
    let fill_again = || {
        if code == "disk-full" {
            fill(&sandbox.path("state"));
        }
    };
    assert_eq!(newest(sandbox), known.expose());
    let ran = sandbox.run(&["run", "--", "sh", "-c", "echo $YT_DLP_PO_TOKEN"], "").ends_with(0);
    assert_eq!(ran.stdout().trim(), known.expose());
    let status = sandbox.run(&["status", "--json"], "").json();
    assert_eq!(status["tokens"][0]["fingerprint"], json!(known.fingerprint()), "{status}");
    // To read needs no space.
    if code != "disk-full" {
        assert_eq!(status["problems"][0]["code"], json!(code), "{status}");
    }

    fill_again();
    let pasted = token();
    let said = sandbox.run(&["put", "--json"], pasted.expose()).ends_with(1).json();
    assert_eq!(said["code"], json!(code), "{said}");
    assert!(said["message"].as_str().unwrap().contains(words), "{said}");
    assert!(!said.to_string().contains("delete"), "{said}");
    assert!(sandbox.env_text().contains(pasted.expose()), "{said}");

    fill_again();
    let token = token();
    let mut browser = sandbox.firefox();
    let answer = browser.ask(&captured("1", &token, "aaaaaaaaaaa", now()));
    assert_eq!((&answer["type"], &answer["sinks"][0]["outcome"]), (&json!("stored"), &json!("written")));
    assert!(sandbox.env_text().contains(token.expose()));
    browser.send(&json!({"type": "status"}));
    let status = browser.receive_type("status");
    let shown: Vec<_> =
        status["tokens"].as_array().unwrap().iter().map(|token| &token["fingerprint"]).collect();
    assert!(
        shown.contains(&&json!(token.fingerprint())) && shown.contains(&&json!(known.fingerprint())),
        "{status}"
    );
    assert_eq!(status["problems"][0]["code"], json!(code), "{status}");
    browser.close();
}

#[test]
fn on_a_full_disk_the_store_is_read_and_what_comes_is_delivered() {
    if !may_mount(module_path!(), "on_a_full_disk_the_store_is_read_and_what_comes_is_delivered") {
        return;
    }
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("state")).unwrap();
    small_disk("256k", &sandbox.path("state"));
    let known = token_in_log(&sandbox);
    fill(&sandbox.path("state"));
    is_read_and_not_written(&sandbox, &known, "disk-full", "no space is left");

    // Somebody frees some space while a browser is connected.
    fill(&sandbox.path("state"));
    let token = token();
    let mut browser = sandbox.firefox();
    browser.ask(&captured("1", &token, VIDEO, now()));
    fs::remove_file(sandbox.path("state/filler")).unwrap();
    browser.close();
    assert_eq!(newest(&sandbox), token.expose());
}

/// Fills a disk to the last byte.
fn fill(folder: &Path) {
    use std::io::Write as _;
    let mut file = fs::File::options().append(true).create(true).open(folder.join("filler")).unwrap();
    for size in [4096, 1] {
        while file.write_all(&vec![1; size]).is_ok() {}
    }
}

#[test]
fn a_disk_that_is_full_from_the_first_use_on_is_named() {
    if !may_mount(module_path!(), "a_disk_that_is_full_from_the_first_use_on_is_named") {
        return;
    }
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("state")).unwrap();
    small_disk("64k", &sandbox.path("state"));
    fill(&sandbox.path("state"));
    let token = token();
    let said = sandbox.run(&["put", "--json"], token.expose()).ends_with(1).json();
    assert_eq!(said["code"], json!("disk-full"), "{said}");
    assert!(sandbox.env_text().contains(token.expose()));
}

#[test]
fn on_a_full_disk_clear_leaves_no_token() {
    if !may_mount(module_path!(), "on_a_full_disk_clear_leaves_no_token") {
        return;
    }
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("state")).unwrap();
    small_disk("256k", &sandbox.path("state"));
    let known = token_in_log(&sandbox);
    fill(&sandbox.path("state"));
    sandbox.run(&["clear"], "").ends_with(0);
    assert_eq!(sandbox.env_text(), "YT_DLP_PO_TOKEN=\n");
    assert!(files_with(&sandbox, &known).is_empty());
    sandbox.run(&["get"], "").ends_with(3);
}

/// A host keeps in memory what it cannot write. What `clear` removed does not come back from there.
#[test]
fn what_a_host_keeps_in_memory_is_cleared_too() {
    if !may_mount(module_path!(), "what_a_host_keeps_in_memory_is_cleared_too") {
        return;
    }
    for is_full in [true, false] {
        let sandbox = Sandbox::new();
        let state = sandbox.path("state");
        fs::create_dir(&state).unwrap();
        small_disk("256k", &state);
        put(&sandbox);
        sandbox.run(&["clear"], "").ends_with(0);
        if is_full {
            fill(&state);
        } else {
            mount(&["--options", "remount,ro"], &state);
        }
        let known = token();
        let mut browser = sandbox.firefox();
        browser.ask(&captured("1", &known, VIDEO, now()));
        assert!(sandbox.env_text().contains(known.expose()));
        let shown = |browser: &mut crate::sandbox::Browser| {
            browser.send(&json!({"type": "status"}));
            browser.receive_type("status")["tokens"].as_array().unwrap().len()
        };
        assert_eq!(shown(&mut browser), 1);

        sandbox.run(&["clear"], "").ends_with(0);
        assert_eq!(sandbox.env_text(), "YT_DLP_PO_TOKEN=\n");
        assert_eq!(shown(&mut browser), 0, "{is_full}");
        if is_full {
            fs::remove_file(state.join("filler")).unwrap();
        } else {
            mount(&["--options", "remount,rw"], &state);
        }
        browser.ask(&crate::sandbox::hello());
        let later = token();
        browser.ask(&captured("2", &later, VIDEO, now() - 60_000));
        assert!(sandbox.env_text().contains(later.expose()), "{is_full}");
        browser.close();
        assert_eq!(newest(&sandbox), later.expose(), "{is_full}");
        assert!(files_with(&sandbox, &known).is_empty(), "{is_full}");
    }
}

/// The files of the state folder that hold a token.
fn files_with(sandbox: &Sandbox, token: &PoToken) -> Vec<PathBuf> {
    let token = token.expose().as_bytes();
    let holds = |path: &PathBuf| {
        path.is_file() && fs::read(path).unwrap().windows(token.len()).any(|window| window == token)
    };
    fs::read_dir(sandbox.path("state")).unwrap().map(|entry| entry.unwrap().path()).filter(holds).collect()
}

#[test]
fn a_read_only_store_is_read_to_its_newest_token() {
    if !may_mount(module_path!(), "a_read_only_store_is_read_to_its_newest_token") {
        return;
    }
    for with_index in [true, false] {
        let sandbox = Sandbox::new();
        let known = token_in_log(&sandbox);
        if !with_index {
            fs::remove_file(sandbox.path("state/tokens.db-shm")).unwrap();
        }
        read_only(&sandbox.path("state"));
        is_read_and_not_written(&sandbox, &known, "store-read-only", "Read-only file system");
        let said = sandbox.run(&["clear", "--json"], "").ends_with(1).json();
        assert_eq!(said["code"], json!("store-read-only"), "{said}");
        assert!(said["message"].as_str().unwrap().contains("tokens.db"), "{said}");
        assert_eq!(sandbox.env_text(), "YT_DLP_PO_TOKEN=\n");
    }
}

/// A container with a read-only root and a state folder that was never used.
#[test]
fn a_read_only_folder_without_a_store_holds_up_nothing() {
    if !may_mount(module_path!(), "a_read_only_folder_without_a_store_holds_up_nothing") {
        return;
    }
    for mode in [0o700, 0o755] {
        let sandbox = Sandbox::new();
        fs::create_dir(sandbox.path("state")).unwrap();
        set_mode(&sandbox.path("state"), mode);
        read_only(&sandbox.path("state"));
        works_without_a_store(&sandbox, "store-read-only");
    }
}

/// A folder whose mode cannot be changed, as on FAT.
#[test]
fn a_folder_of_a_file_system_without_modes_holds_up_nothing() {
    for errno in [Errno::PERM, Errno::ROFS, Errno::OPNOTSUPP] {
        let sandbox = Sandbox::new();
        fs::create_dir(sandbox.path("state")).unwrap();
        set_mode(&sandbox.path("state"), 0o755);
        with_refused_calls(&[(Call::Chmod, errno.raw_os_error())], || {
            sandbox.run(&["get"], "").ends_with(3);
            let token = put(&sandbox);
            assert_eq!(newest(&sandbox), token.expose(), "{errno}");
        });
    }
}

/// What potbridge does where there is no store, nor can be one, for a reason of this code.
fn works_without_a_store(sandbox: &Sandbox, code: &str) {
    let said = sandbox.run(&["get", "--json"], "").ends_with(3).json();
    assert_ne!(said["code"], json!(code), "{said}");
    let status = sandbox.run(&["status", "--json"], "").json();
    assert_eq!(status["problems"][0]["code"], json!(code), "{status}");
    let token = token();
    let said = sandbox.run(&["put", "--json"], token.expose()).ends_with(1).json();
    assert_eq!(said["code"], json!(code), "{said}");
    assert!(sandbox.env_text().contains(token.expose()), "{said}");
    let token = crate::sandbox::token();
    let mut browser = sandbox.firefox();
    let answer = browser.ask(&captured("1", &token, VIDEO, now()));
    assert_eq!(answer["sinks"][0]["outcome"], json!("written"), "{answer}");
    assert!(sandbox.env_text().contains(token.expose()), "{answer}");
    browser.send(&json!({"type": "status"}));
    let status = browser.receive_type("status");
    assert_eq!(status["problems"][0]["code"], json!(code), "{status}");
}

fn read_only(folder: &Path) {
    bind(folder, folder);
    mount(&["--options", "remount,bind,ro"], folder);
}

/// Another container writes what this one may only read.
#[test]
fn a_store_that_another_process_writes_is_read_to_its_newest_token_by_who_may_only_read() {
    let name = "a_store_that_another_process_writes_is_read_to_its_newest_token_by_who_may_only_read";
    if !may_mount(module_path!(), name) {
        return;
    }
    let (writer, reader) = (Sandbox::new(), Sandbox::new());
    let mut browser = writer.firefox();
    for at in 0..20 {
        let token = token();
        browser.ask(&captured("1", &token, &format!("v{at:010}"), now()));
        if at == 0 {
            fs::create_dir(reader.path("state")).unwrap();
            bind(&writer.path("state"), &reader.path("state"));
            mount(&["--options", "remount,bind,ro"], &reader.path("state"));
        }
        assert_eq!(newest(&reader), token.expose());
    }
}

/// What an ordinary user may not write: the file, or the folder.
#[test]
fn a_store_without_write_permission_is_read() {
    let cases: [fn(&Path); 2] = [
        |state| {
            for file in fs::read_dir(state).unwrap() {
                set_mode(&file.unwrap().path(), 0o400);
            }
        },
        |state| set_mode(state, 0o500),
    ];
    for close in cases {
        let sandbox = of_ordinary_user();
        as_ordinary_user(|| {
            let known = put(&sandbox);
            close(&sandbox.path("state"));
            is_read_and_not_written(&sandbox, &known, "permission-denied", "Permission denied");
            set_mode(&sandbox.path("state"), 0o700);
        });
    }
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// A sandbox whose files belong to an ordinary user.
fn of_ordinary_user() -> Sandbox {
    let sandbox = Sandbox::new();
    let owner = rustix::process::geteuid().is_root().then_some(ORDINARY);
    let folder = sandbox.path("");
    chown(&folder, owner, owner).unwrap();
    for file in fs::read_dir(&folder).unwrap() {
        chown(file.unwrap().path(), owner, owner).unwrap();
    }
    sandbox
}

#[test]
fn a_store_without_locks_is_used() {
    for errno in [Errno::NOLCK, Errno::NOSYS, Errno::INVAL, Errno::OPNOTSUPP] {
        let sandbox = Sandbox::new();
        let tokens: Vec<PoToken> = (0..8).map(|_| token()).collect();
        with_refused_calls(&[(Call::RecordLock, errno.raw_os_error())], || {
            use std::io::Write as _;
            let start = |token: &PoToken| {
                let mut put = sandbox.potbridge(&["put"]).spawn().unwrap();
                put.stdin.take().unwrap().write_all(token.expose().as_bytes()).unwrap();
                put
            };
            for put in tokens.iter().map(start).collect::<Vec<_>>() {
                let ended = crate::deadline::output(put);
                assert!(ended.status.success(), "{errno}: {ended:?}");
            }
            let known = put(&sandbox);
            assert_eq!(newest(&sandbox), known.expose(), "{errno}");
            let status = sandbox.run(&["status", "--json"], "").json();
            assert_eq!(status["tokens"].as_array().unwrap().len(), 9, "{errno}: {status}");
            assert_eq!(status["problems"], json!([]), "{errno}");

            let token = token();
            let mut browser = sandbox.firefox();
            assert_eq!(browser.ask(&captured("1", &token, VIDEO, now()))["type"], json!("stored"));
            assert_eq!(newest(&sandbox), token.expose(), "{errno}");
            browser.host.kill().unwrap();
            browser.host.wait().unwrap();
            assert_eq!(newest(&sandbox), token.expose(), "{errno}");
            sandbox.run(&["clear"], "").ends_with(0);
            assert!(files_with(&sandbox, &token).is_empty(), "{errno}");
        });
        let log = fs::read_to_string(sandbox.path("state/potbridge.log")).unwrap();
        assert!(log.contains("without locks"), "{errno}: {log}");
    }
}

/// Some file systems have locks, and no memory that processes share.
#[test]
fn a_store_without_shared_memory_is_used() {
    let sandbox = Sandbox::new();
    let known = token_in_log(&sandbox);
    with_refused_calls(&[(Call::SharedMemory, Errno::NODEV.raw_os_error())], || {
        assert_eq!(newest(&sandbox), known.expose());
        let token = put(&sandbox);
        assert_eq!(newest(&sandbox), token.expose());
    });
}

/// Neither ranges of files nor whole files can be locked.
#[test]
fn a_store_without_any_lock_is_used() {
    let sandbox = Sandbox::new();
    let refused = [Call::RecordLock, Call::Flock].map(|call| (call, Errno::NOSYS.raw_os_error()));
    with_refused_calls(&refused, || {
        let known = put(&sandbox);
        assert_eq!(newest(&sandbox), known.expose());
    });
}

/// A process that hangs keeps the store locked, for readers too.
fn locked(sandbox: &Sandbox) -> Connection {
    let database = Connection::open(database(sandbox)).unwrap();
    database.pragma_update(None, "locking_mode", "exclusive").unwrap();
    database.execute_batch("BEGIN EXCLUSIVE; UPDATE capture SET cpn = cpn").unwrap();
    database
}

#[test]
fn a_locked_store_holds_up_no_answer_and_loses_nothing() {
    let sandbox = Sandbox::new();
    let known = put(&sandbox);
    let hung = locked(&sandbox);
    let mut browser = sandbox.firefox();
    let tokens: Vec<PoToken> = (0..4).map(|_| token()).collect();
    for token in &tokens {
        let begun = Instant::now();
        let answer = browser.ask(&captured("1", token, VIDEO, now()));
        // One of them waits 0.25 s for the lock, as do its questions at most once.
        assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
        assert_eq!(answer["sinks"][0]["outcome"], json!("written"), "{answer}");
        assert!(sandbox.env_text().contains(token.expose()));
    }
    browser.send(&json!({"type": "status"}));
    let status = browser.receive_type("status");
    assert_eq!(status["problems"][0]["code"], json!("busy"), "{status}");
    assert_eq!(newest(&sandbox), known.expose());
    let said = sandbox.run(&["put", "--json"], token().expose()).ends_with(1).json();
    assert_eq!(said["code"], json!("busy"), "{said}");
    drop(hung);
    // What was kept in memory is in the store when the connection ends.
    browser.close();
    assert_eq!(newest(&sandbox), tokens[3].expose());
}

#[test]
fn clear_of_a_locked_store_leaves_no_token() {
    let sandbox = Sandbox::new();
    let known = put(&sandbox);
    let hung = locked(&sandbox);
    sandbox.run(&["clear"], "").ends_with(0);
    assert_eq!(sandbox.env_text(), "YT_DLP_PO_TOKEN=\n");
    assert!(files_with(&sandbox, &known).is_empty());
    drop(hung);
    assert!(files_with(&sandbox, &known).is_empty());
    sandbox.run(&["get"], "").ends_with(3);
}

/// After one `sudo`, files of the store belong to root, and the folder does not.
#[test]
fn a_file_of_roots_in_the_users_folder_is_replaced() {
    if !rustix::process::geteuid().is_root() {
        return skip("a_file_of_roots_in_the_users_folder_is_replaced", "only root can be another user");
    }
    for names in [
        &["tokens.db"][..],
        &["tokens.db-wal"],
        &["tokens.db-shm"],
        &["tokens.db", "tokens.db-wal", "tokens.db-shm"],
    ] {
        for mode in [0o600, 0o644] {
            let sandbox = of_ordinary_user();
            let known = as_ordinary_user(|| token_in_log(&sandbox));
            for name in names {
                let path = sandbox.path("state").join(name);
                chown(&path, Some(0), Some(0)).unwrap();
                set_mode(&path, mode);
            }
            as_ordinary_user(|| {
                let known_still = sandbox.run(&["get"], "");
                if mode == 0o644 || names == ["tokens.db-shm"] {
                    assert_eq!(known_still.ends_with(0).stdout().trim(), known.expose(), "{names:?}");
                }
                let token = put(&sandbox);
                assert_eq!(newest(&sandbox), token.expose(), "{names:?}");
                assert_ne!(database(&sandbox).metadata().unwrap().uid(), 0, "{names:?}");
            });
        }
    }
}

#[test]
fn a_folder_of_roots_is_named_with_the_command_that_gives_it_back() {
    if !rustix::process::geteuid().is_root() {
        return skip(
            "a_folder_of_roots_is_named_with_the_command_that_gives_it_back",
            "only root can be another user",
        );
    }
    for mode in [0o700, 0o755] {
        let sandbox = of_ordinary_user();
        let known = as_ordinary_user(|| put(&sandbox));
        chown(sandbox.path("state"), Some(0), Some(0)).unwrap();
        set_mode(&sandbox.path("state"), mode);
        let problem = as_ordinary_user(|| {
            let token = token();
            let mut command = sandbox.potbridge(&["put", "--json"]);
            command.env("HOME", sandbox.path(""));
            let said = sandbox.run_command(command, token.expose()).ends_with(1).json();
            assert!(sandbox.env_text().contains(token.expose()), "{said}");
            if mode == 0o755 {
                assert_eq!(newest(&sandbox), known.expose());
            } else {
                let said = sandbox.run(&["get", "--json"], "").ends_with(1).json();
                assert_eq!(said["code"], json!("permission-denied"), "{said}");
            }
            said
        });
        assert_eq!(problem["code"], json!("permission-denied"), "{problem}");
        let command = format!("sudo chown -R nobody: {}", sandbox.path("state").display());
        assert!(problem["hint"].as_str().unwrap().ends_with(&command), "{problem}");
    }
}

/// What is not surely potbridge's own stays whose it is.
#[test]
fn no_folder_of_the_system_is_given_away() {
    if !rustix::process::geteuid().is_root() {
        return skip("no_folder_of_the_system_is_given_away", "only root can be another user");
    }
    let sandbox = of_ordinary_user();
    let roots = sandbox.path("roots");
    fs::create_dir(&roots).unwrap();
    set_mode(&roots, 0o755);
    let hint_of = |variables: &[(&str, PathBuf)]| {
        let mut command = sandbox.potbridge(&["put", "--json"]);
        command.envs(variables.iter().map(|(name, path)| (name, path)));
        if variables[0].0 == "HOME" {
            command.env_remove("POTBRIDGE_STATE_DIR").env_remove("XDG_STATE_HOME");
        }
        let said = as_ordinary_user(|| sandbox.run_command(command, token().expose())).ends_with(1).json();
        said["hint"].as_str().unwrap_or_else(|| panic!("{variables:?}: {said}")).to_owned()
    };
    let install = |folder: &Path| format!("sudo install -d -m 700 -o nobody {}", folder.display());
    for folder in ["/etc", "/opt", "/var/lib", "/", "/dev", roots.to_str().unwrap()] {
        let hint = hint_of(&[("POTBRIDGE_STATE_DIR", folder.into()), ("HOME", "/".into())]);
        assert!(!hint.contains("sudo") && hint.contains("POTBRIDGE_STATE_DIR"), "{folder}: {hint}");
    }
    // Neither is there.
    for folder in ["/var/lib/potbridge-of-a-test", "/opt/of-a-test/state"] {
        let hint = hint_of(&[("POTBRIDGE_STATE_DIR", folder.into())]);
        assert!(hint.contains(&install(Path::new(folder))) && !hint.contains("chown"), "{folder}: {hint}");
    }
    let hint = hint_of(&[("HOME", "/nonexistent".into())]);
    assert!(hint.contains(&install(Path::new("/nonexistent/.local/state/potbridge"))), "{hint}");
    // One that is named, and called so.
    let named = roots.join("potbridge");
    fs::create_dir(&named).unwrap();
    let hint = hint_of(&[("POTBRIDGE_STATE_DIR", named.clone())]);
    assert!(hint.ends_with(&format!("sudo chown -R nobody: {}", named.display())), "{hint}");
    // The store is elsewhere.
    sandbox.configure(&format!(
        "[store]\npath = {:?}\n[[sink]]\nkind = \"env-file\"\npath = {:?}\n",
        roots.join("tokens.db"),
        sandbox.env()
    ));
    let hint = hint_of(&[("POTBRIDGE_STATE_DIR", sandbox.path("state"))]);
    assert!(!hint.contains("sudo") && hint.contains("store.path"), "{hint}");
}

/// Another process was stopped while it began the index of the log.
#[test]
fn an_index_that_is_never_begun_holds_up_no_answer() {
    use rustix::fs::{FlockOperation, fcntl_lock};
    let sandbox = Sandbox::new();
    let known = put(&sandbox);
    let index = fs::File::create(sandbox.path("state/tokens.db-shm")).unwrap();
    index.set_len(3).unwrap();
    fcntl_lock(&index, FlockOperation::NonBlockingLockExclusive).unwrap();
    let begun = Instant::now();
    let mut browser = sandbox.firefox();
    browser.send(&json!({"type": "status"}));
    let status = browser.receive_type("status");
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    assert_eq!(status["problems"][0]["code"], json!("busy"), "{status}");
    assert_eq!(status["tokens"][0]["fingerprint"], json!(known.fingerprint()), "{status}");
    let token = token();
    let answer = browser.ask(&captured("1", &token, VIDEO, now()));
    assert_eq!(answer["sinks"][0]["outcome"], json!("written"), "{answer}");
    drop(index);
    browser.close();
    assert_eq!(newest(&sandbox), token.expose());
}

/// One that was killed leaves no lock.
#[test]
fn an_index_that_a_killed_process_began_is_begun_again() {
    let sandbox = Sandbox::new();
    put(&sandbox);
    fs::write(sandbox.path("state/tokens.db-shm"), [0; 3]).unwrap();
    let token = put(&sandbox);
    assert_eq!(newest(&sandbox), token.expose());
}

/// Some file systems (FUSE) sync no file.
#[test]
fn a_store_on_a_file_system_that_syncs_nothing_is_used() {
    for errno in [Errno::INVAL, Errno::NOSYS, Errno::OPNOTSUPP] {
        let sandbox = Sandbox::new();
        with_refused_calls(&[(Call::Sync, errno.raw_os_error())], || {
            let known = put(&sandbox);
            assert_eq!(newest(&sandbox), known.expose(), "{errno}");
            let token = token();
            let mut browser = sandbox.firefox();
            let answer = browser.ask(&captured("1", &token, VIDEO, now()));
            assert_eq!(answer["type"], json!("stored"), "{errno}");
            browser.close();
            assert_eq!(newest(&sandbox), token.expose(), "{errno}");
            let status = sandbox.run(&["status", "--json"], "").json();
            assert_eq!(status["problems"], json!([]), "{errno}");
            sandbox.run(&["clear"], "").ends_with(0);
            assert!(files_with(&sandbox, &token).is_empty(), "{errno}");
        });
        let log = fs::read_to_string(sandbox.path("state/potbridge.log")).unwrap();
        assert!(log.contains("syncs no file"), "{errno}: {log}");
    }
}

/// A disk that fails is another thing.
#[test]
fn a_disk_that_fails_is_named_with_a_hint() {
    let sandbox = Sandbox::new();
    with_refused_calls(&[(Call::Sync, Errno::IO.raw_os_error())], || {
        let said = sandbox.run(&["put", "--json"], token().expose()).json();
        assert!(said["hint"].as_str().is_some(), "{said}");
    });
}

/// A backup came back, or another program has made them.
#[test]
fn what_others_may_read_of_the_store_is_closed_when_it_is_used() {
    let sandbox = Sandbox::new();
    token_in_log(&sandbox);
    let files = ["tokens.db", "tokens.db-wal", "tokens.db-shm"].map(|name| sandbox.path("state").join(name));
    for file in &files {
        set_mode(file, 0o644);
    }
    set_mode(&sandbox.path("state"), 0o755);
    let browser = sandbox.firefox();
    let mut browser = browser;
    browser.ask(&captured("2", &token(), VIDEO, now()));
    for file in files {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
    }
    assert_eq!(sandbox.path("state").metadata().unwrap().permissions().mode() & 0o777, 0o700);
}

/// A token came while the clock was a day ahead, or a day behind; then the clock was set right, and another one came.
#[test]
fn the_token_that_came_last_is_the_newest_after_the_clock_was_set_right() {
    const DAY: i64 = 86_400_000;
    for wrong in [DAY, 30 * DAY, -DAY / 3] {
        let sandbox = Sandbox::new();
        let (first, second) = (token(), token());
        sandbox.run(&["put", "--video", VIDEO], first.expose()).ends_with(0);
        let refuse = json!({"refused": [token().expose()]}).to_string();
        sandbox.run(&["get", "--refused", "--json"], refuse).ends_with(0);
        sandbox.run(&["get", "--wait", "1", "--wait-for-browser", "0", "--video", VIDEO], "").ends_with(0);
        Connection::open(database(&sandbox))
            .unwrap()
            .execute_batch(&format!(
                "UPDATE capture SET seen_at = seen_at + {wrong}, captured_at = captured_at + {wrong};
                UPDATE refused SET at = at + {wrong}, captured_at = captured_at + {wrong};
                UPDATE given SET at = at + {wrong}"
            ))
            .unwrap();
        sandbox.run(&["put", "--video", "aaaaaaaaaaa"], second.expose()).ends_with(0);
        assert_eq!(newest(&sandbox), second.expose(), "{wrong}");
        assert!(sandbox.env_text().contains(second.expose()), "{wrong}");
        let status = sandbox.run(&["status", "--json"], "").json();
        let shown = status["tokens"].as_array().unwrap();
        assert_eq!(shown[0]["fingerprint"], json!(second.fingerprint()), "{wrong}");
        let latest = |key: &str| shown.iter().filter_map(|token: &Value| token[key].as_u64()).max().unwrap();
        assert!(
            latest("captured_at") <= now() && latest("expires_at") <= now() + 43_200_000,
            "{wrong}: {status}"
        );
        let times: Vec<i64> = {
            let database = Connection::open(database(&sandbox)).unwrap();
            let mut all = database.prepare("SELECT at FROM refused UNION ALL SELECT at FROM given").unwrap();
            all.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        };
        assert!(times.iter().all(|at| at.unsigned_abs() <= now()), "{wrong}: {times:?}");
    }
}
