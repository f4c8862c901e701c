//! What a write in place leaves when it is interrupted, and what becomes of it.

use crate::{Folder, mode};
use atomic_file::{Change, Error, Options, Repaired, Snapshot, Target, remove_leftovers, repair, replace};
use potbridge_test_support::ordinary_user::{ORDINARY, as_ordinary_user};
use potbridge_test_support::refused_calls::{Call, with_refused_calls};
use rustix::io::Errno;
use rustix::process::geteuid;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

const SHORT: &str = "A=1\nTOKEN=Mnew\n";
const LONG: &str = "A=1\nTOKEN=\"Mold, and rather longer\"\nB=2\n";

/// The first bytes of the short one, and the rest of the long one.
fn torn() -> String {
    LONG.replace("TOKEN=\"M", "TOKEN=Mn")
}

fn options() -> Options {
    Options::new().private().durable().temporary_name(".new-", ".x")
}

fn journals(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.filter(|path| path.to_string_lossy().contains("journal-")).collect()
}

/// The journal of a writer that was killed: it can neither be emptied nor removed.
fn interrupted(path: &Path, new: &str, options: &Options) {
    let refused = [
        (Call::Rename, Errno::TXTBSY),
        (Call::RenameNoReplace, Errno::INVAL),
        (Call::Link, Errno::PERM),
        (Call::Unlink, Errno::PERM),
        (Call::Truncate, Errno::PERM),
    ]
    .map(|(call, errno)| (call, errno.raw_os_error()));
    with_refused_calls(&refused, || replace(path, new.as_bytes(), options)).unwrap_err();
    remove_leftovers(path.parent().unwrap(), options);
}

/// A folder with the journal of a write of `new` over `old`, and its path.
fn folder_with_journal(old: Option<&str>, new: &str) -> (Folder, PathBuf) {
    let folder = Folder::new();
    if let Some(old) = old {
        fs::write(folder.path("a"), old).unwrap();
    }
    interrupted(&folder.path("a"), new, &options());
    let journal = journals(folder.0.path()).pop().unwrap();
    (folder, journal)
}

fn repaired(folder: &Folder) -> Repaired {
    repair(&Target::find(&folder.path("a")).unwrap(), &options()).unwrap()
}

#[test]
fn every_mixture_gets_the_new_bytes() {
    for (old, new) in [(Some(LONG), SHORT), (Some(SHORT), LONG), (None, SHORT)] {
        let (folder, journal) = folder_with_journal(old, new);
        let kept = fs::read(&journal).unwrap();
        for written in 0..=new.len() {
            let mut torn = new.as_bytes()[..written].to_vec();
            torn.extend(old.unwrap_or_default().bytes().skip(written));
            fs::write(&journal, &kept).unwrap();
            fs::write(folder.path("a"), &torn).unwrap();
            let is_whole = torn == new.as_bytes() || Some(&*torn) == old.map(str::as_bytes);
            let expected = if is_whole { Repaired::Whole } else { Repaired::Finished };
            assert_eq!(repaired(&folder), expected, "{written}");
            let content = if is_whole { String::from_utf8(torn).unwrap() } else { new.to_owned() };
            assert_eq!((folder.read("a"), folder.names()), (content, vec!["a".to_owned()]), "{written}");
            assert_eq!(repaired(&folder), Repaired::Nothing);
        }
    }
}

#[test]
fn what_somebody_wrote_since_stays() {
    for theirs in ["", "theirs", "A=1\nTOKEN=Mnewer\n", "A=1\nTOKEN=Mnew\nB=2\n", &"x".repeat(10_000)] {
        let (folder, _) = folder_with_journal(Some(LONG), SHORT);
        fs::write(folder.path("a"), theirs).unwrap();
        assert_eq!(repaired(&folder), Repaired::Whole);
        assert_eq!((folder.read("a").as_str(), folder.names()), (theirs, vec!["a".to_owned()]));
    }
    let (folder, _) = folder_with_journal(Some(LONG), SHORT);
    fs::remove_file(folder.path("a")).unwrap();
    assert_eq!((repaired(&folder), folder.names()), (Repaired::Whole, vec![]));
    let (folder, _) = folder_with_journal(Some(LONG), SHORT);
    fs::remove_file(folder.path("a")).unwrap();
    fs::create_dir(folder.path("a")).unwrap();
    assert_eq!((repaired(&folder), folder.names()), (Repaired::Whole, vec!["a".to_owned()]));
}

#[test]
fn a_journal_that_is_not_whole_speaks_of_a_write_that_did_not_begin() {
    let (folder, journal) = folder_with_journal(Some(LONG), SHORT);
    let kept = fs::read(&journal).unwrap();
    for length in [0, 1, 30, kept.len() - 1] {
        fs::write(folder.path("a"), torn()).unwrap();
        fs::write(&journal, &kept[..length]).unwrap();
        assert_eq!(repaired(&folder), Repaired::Whole);
        assert_eq!((folder.read("a"), folder.names()), (torn(), vec!["a".to_owned()]));
    }
}

#[test]
fn a_journal_is_for_its_owner_alone_and_no_leftover() {
    let (folder, journal) = folder_with_journal(Some(LONG), SHORT);
    assert_eq!(mode(&journal), 0o600);
    let name = journal.file_name().unwrap().to_str().unwrap();
    assert!(name.starts_with(".new-") && name.ends_with(".x"), "{name}");
    remove_leftovers(folder.0.path(), &options());
    assert!(journal.exists());
}

#[test]
fn replacing_finishes_what_was_interrupted_first() {
    let (folder, _) = folder_with_journal(Some(LONG), SHORT);
    fs::write(folder.path("a"), "A=1\nTOKEN=Mnew\nold, and rather longer\"\nB=2\n").unwrap();
    assert_eq!(replace(&folder.path("a"), SHORT.as_bytes(), &options()).unwrap(), Change::Written);
    assert_eq!((folder.read("a").as_str(), folder.names()), (SHORT, vec!["a".to_owned()]));

    let (folder, _) = folder_with_journal(Some(LONG), SHORT);
    fs::write(folder.path("a"), torn()).unwrap();
    fs::hard_link(folder.path("a"), folder.path("b")).unwrap();
    let snapshot = Snapshot::read(&Target::find(&folder.path("a")).unwrap(), 1000).unwrap();
    // What was read is a mixture, so nothing that comes of it may be written.
    assert_eq!(snapshot.replace(b"of a mixture", &options()).unwrap(), atomic_file::Swap::Stale);
    assert_eq!(folder.names(), ["a", "b"]);
}

#[test]
fn what_others_put_in_its_place_is_not_followed() {
    let (folder, journal) = folder_with_journal(Some(LONG), SHORT);
    let kept = fs::read(&journal).unwrap();
    fs::remove_file(&journal).unwrap();
    fs::write(folder.path("elsewhere"), &kept).unwrap();
    symlink("elsewhere", &journal).unwrap();
    fs::hard_link(folder.path("a"), folder.path("b")).unwrap();
    let torn = torn();
    fs::write(folder.path("a"), &torn).unwrap();
    assert_eq!((repaired(&folder), folder.read("a")), (Repaired::Nothing, torn));
    // A write in place goes on without it.
    assert_eq!(replace(&folder.path("a"), b"new", &options()).unwrap(), Change::Written);
    assert_eq!((folder.read("a").as_str(), folder.read("b").as_str()), ("new", "new"));
    assert!(journal.is_symlink() && fs::read(folder.path("elsewhere")).unwrap() == kept);
}

#[test]
fn a_file_with_other_names_is_no_journal_and_stays_whole() {
    let (folder, journal) = folder_with_journal(Some(LONG), SHORT);
    fs::remove_file(&journal).unwrap();
    fs::write(folder.path("elsewhere"), "theirs").unwrap();
    fs::hard_link(folder.path("elsewhere"), &journal).unwrap();
    assert_eq!(repaired(&folder), Repaired::Nothing);
    fs::hard_link(folder.path("a"), folder.path("b")).unwrap();
    assert_eq!(replace(&folder.path("a"), b"new", &options()).unwrap(), Change::Written);
    assert_eq!((folder.read("b").as_str(), folder.read("elsewhere").as_str()), ("new", "theirs"));
}

#[test]
fn a_journal_that_somebody_else_made_counts_for_nothing() {
    if !geteuid().is_root() {
        return potbridge_test_support::skip::skip(
            "a_journal_that_somebody_else_made_counts_for_nothing",
            "only root makes files of others",
        );
    }
    let (folder, journal) = folder_with_journal(Some(LONG), SHORT);
    fs::set_permissions(folder.path(""), Permissions::from_mode(0o1777)).unwrap();
    chown(&journal, Some(12_345), Some(12_345)).unwrap();
    let torn = torn();
    fs::write(folder.path("a"), &torn).unwrap();
    assert_eq!((repaired(&folder), folder.read("a")), (Repaired::Nothing, torn.clone()));
    // The owner of the folder could write the file anyway. The owner of one that all may write could not.
    for (owner, mode, expected) in [(12_345, 0o1777, Repaired::Nothing), (12_345, 0o755, Repaired::Finished)]
    {
        chown(folder.path(""), Some(owner), Some(owner)).unwrap();
        fs::set_permissions(folder.path(""), Permissions::from_mode(mode)).unwrap();
        assert_eq!(repaired(&folder), expected);
    }
    assert_eq!(folder.read("a"), SHORT);
}

#[test]
fn the_journal_of_another_user_keeps_nobody_waiting() {
    if !geteuid().is_root() {
        return potbridge_test_support::skip::skip(
            "the_journal_of_another_user_keeps_nobody_waiting",
            "only root makes files of others",
        );
    }
    let (folder, journal) = folder_with_journal(Some(LONG), SHORT);
    let elsewhere = Folder::new();
    for path in [folder.path("a"), folder.path(""), elsewhere.path("")] {
        chown(path, Some(ORDINARY), Some(ORDINARY)).unwrap();
    }
    let with_folder = options().journal_folder(elsewhere.path(""));
    let in_place = [(Call::Rename, Errno::TXTBSY.raw_os_error())];
    // Of root, and of the owner of the folder.
    for owner in [0, 12_345] {
        chown(&journal, Some(owner), Some(owner)).unwrap();
        if owner != 0 {
            chown(folder.path(""), Some(owner), Some(owner)).unwrap();
            fs::set_permissions(folder.path(""), Permissions::from_mode(0o775)).unwrap();
            chown(folder.path(""), None, Some(ORDINARY)).unwrap();
        }
        let kept = fs::read(&journal).unwrap();
        for options in [options(), with_folder.clone()] {
            as_ordinary_user(|| {
                let (path, target) = (folder.path("a"), Target::find(&folder.path("a")).unwrap());
                assert_eq!(repair(&target, &options).unwrap(), Repaired::Nothing);
                assert_eq!(replace(&path, b"renamed", &options).unwrap(), Change::Written);
                let written = with_refused_calls(&in_place, || replace(&path, b"in place", &options));
                assert_eq!(written.unwrap(), Change::Written);
            });
            assert_eq!((folder.read("a").as_str(), fs::read(&journal).unwrap() == kept), ("in place", true));
            assert_eq!((folder.names().len(), elsewhere.names()), (2, vec![]));
        }
    }
    // What was written since is not torn.
    assert_eq!((repaired(&folder), folder.read("a").as_str()), (Repaired::Whole, "in place"));
}

#[test]
fn a_live_writer_is_waited_for() {
    let (folder, journal) = folder_with_journal(Some(LONG), SHORT);
    fs::write(folder.path("a"), torn()).unwrap();
    let live = File::options().write(true).open(&journal).unwrap();
    live.lock().unwrap();
    thread::scope(|scope| {
        let waits = scope.spawn(|| repaired(&folder));
        // It writes the rest, removes its journal, and is done.
        fs::write(folder.path("a"), SHORT).unwrap();
        fs::remove_file(&journal).unwrap();
        drop(live);
        assert_eq!(waits.join().unwrap(), Repaired::Nothing);
    });
    assert_eq!((folder.read("a").as_str(), folder.names()), (SHORT, vec!["a".to_owned()]));
}

#[test]
fn one_that_stands_still_is_waited_for_as_long_as_the_caller_says() {
    let (folder, journal) = folder_with_journal(Some(LONG), SHORT);
    fs::write(folder.path("a"), torn()).unwrap();
    fs::hard_link(folder.path("a"), folder.path("b")).unwrap();
    let stopped = File::open(&journal).unwrap();
    stopped.lock().unwrap();
    let (began, target) = (Instant::now(), Target::find(&folder.path("a")).unwrap());
    let hasty = options().patience(Duration::ZERO);
    let snapshot = Snapshot::read(&target, 1000).unwrap();
    for error in [
        repair(&target, &hasty).unwrap_err(),
        replace(&folder.path("a"), b"new", &hasty).unwrap_err(),
        snapshot.replace(b"new", &hasty).unwrap_err(),
    ] {
        assert!(matches!(error, Error::KeepsChanging { .. }), "{error}");
    }
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    assert_eq!((folder.read("a"), journal.exists()), (torn(), true));
    let patience = Duration::from_millis(50);
    let began = Instant::now();
    repair(&target, &options().patience(patience)).unwrap_err();
    assert!(began.elapsed() >= patience, "{:?}", began.elapsed());
}

#[test]
fn two_writers_in_place_and_no_lock_leave_one_of_both() {
    let folder = Folder::with("a", SHORT);
    fs::hard_link(folder.path("a"), folder.path("b")).unwrap();
    let contents = [SHORT.repeat(2000), LONG.repeat(2000)];
    thread::scope(|scope| {
        for content in &contents {
            scope.spawn(|| {
                for written in [&content[..100], &content[..]].into_iter().cycle().take(60) {
                    match replace(&folder.path("a"), written.as_bytes(), &options()) {
                        Ok(_) | Err(Error::KeepsChanging { .. }) => {}
                        Err(error) => panic!("{error}"),
                    }
                }
            });
        }
    });
    let (last, whole) = (folder.read("a"), |content: &String| [content[..100].to_owned(), content.clone()]);
    assert!(contents.iter().flat_map(whole).any(|content| content == last), "{} bytes", last.len());
    assert_eq!((folder.read("b") == last, folder.names()), (true, vec!["a".to_owned(), "b".to_owned()]));
}

/// The ordinary user's file in a folder that takes no journal, and a folder that takes it.
fn folders() -> (Folder, Folder) {
    let (folder, elsewhere) = (Folder::with("a", LONG), Folder::new());
    if geteuid().is_root() {
        for path in [folder.path("a"), folder.path(""), elsewhere.path("")] {
            chown(path, Some(ORDINARY), Some(ORDINARY)).unwrap();
        }
    }
    fs::set_permissions(folder.path(""), Permissions::from_mode(0o555)).unwrap();
    (folder, elsewhere)
}

#[test]
fn another_folder_has_the_journal_if_the_files_own_takes_none() {
    let (folder, elsewhere) = folders();
    let (path, options) = (folder.path("a"), options().journal_folder(elsewhere.path("")));
    as_ordinary_user(|| {
        interrupted(&path, SHORT, &options);
        let all = journals(elsewhere.0.path());
        assert_eq!((all.len(), mode(&all[0])), (1, 0o600));
        fs::write(&path, torn()).unwrap();
        let target = Target::find(&path).unwrap();
        assert_eq!(repair(&target, &options).unwrap(), Repaired::Finished);
        assert_eq!((fs::read_to_string(&path).unwrap().as_str(), elsewhere.names()), (SHORT, vec![]));
        // The names of two files with the same name in different folders differ.
        assert_eq!(replace(&path, b"new", &options).unwrap(), Change::Written);
    });
    assert_eq!((folder.names(), elsewhere.names()), (vec!["a".to_owned()], vec![]));
    fs::set_permissions(folder.path(""), Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn without_any_place_for_a_journal_the_file_is_written_nonetheless() {
    let (folder, elsewhere) = folders();
    for gone in [elsewhere.path("absent"), folder.path("a"), folder.path("")] {
        for content in [SHORT, LONG] {
            let change = as_ordinary_user(|| {
                replace(&folder.path("a"), content.as_bytes(), &options().journal_folder(&gone))
            });
            assert!(change.is_ok(), "{change:?}");
            assert_eq!(folder.read("a"), content);
        }
    }
    fs::set_permissions(folder.path(""), Permissions::from_mode(0o755)).unwrap();
}
