//! Writes in place that were interrupted.

use crate::support::{Folder, ORDINARY, as_ordinary_user, code, names};
use env_file::{Change, EnvFile, Repaired, Variable, repair_unnamed};
use potbridge_test_support::refused_calls::{Call, with_refused_calls};
use rustix::io::Errno;
use rustix::process::geteuid;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const OLD: &str = "A=1\nTOKEN=Mold-and-rather-longer\nB=2\n";
const NEW: &str = "A=1\nTOKEN=Mnew\nB=2\n";
/// The first bytes of the new one, and the rest of the old one.
const TORN: &str = "A=1\nTOKEN=Mnew-and-rather-longer\nB=2\n";

fn token(value: &str) -> [Variable<'_>; 1] {
    [Variable { name: "TOKEN", value }]
}

/// Leaves what a writer leaves that is killed in the middle of a write in place.
fn interrupt(file: &EnvFile) {
    let refused = [(Call::Rename, Errno::TXTBSY), (Call::Unlink, Errno::PERM), (Call::Truncate, Errno::PERM)];
    let refused = refused.map(|(call, errno)| (call, errno.raw_os_error()));
    fs::write(&file.path, OLD).unwrap();
    with_refused_calls(&refused, || file.set(&token("Mnew"))).unwrap_err();
    fs::write(&file.path, TORN).unwrap();
    // What was to be renamed is left only because nothing could be removed.
    let folder = file.path.parent().unwrap();
    for name in
        names(folder).iter().filter(|name| name.starts_with(".env.env-file-") && !name.contains("journal"))
    {
        fs::remove_file(folder.join(name)).unwrap();
    }
}

fn interrupted() -> (Folder, EnvFile) {
    let folder = Folder::new();
    let file = folder.file(".env");
    interrupt(&file);
    assert!(folder.names().len() > 1, "there is a journal");
    (folder, file)
}

fn finished(folder: &Folder, content: &str) {
    assert_eq!(folder.read(".env"), content);
    assert_eq!(folder.names(), [".env"]);
}

#[test]
fn a_value_is_never_a_torn_one() {
    let (folder, file) = interrupted();
    assert_eq!(file.get(&["TOKEN"]).unwrap()["TOKEN"].as_str(), "Mnew");
    finished(&folder, NEW);
}

#[test]
fn the_next_edit_begins_with_the_whole_file() {
    let (folder, file) = interrupted();
    assert_eq!(file.set(&token("Mnew")).unwrap().change, Change::Unchanged);
    finished(&folder, NEW);
    let (folder, file) = interrupted();
    assert_eq!(file.set(&token("Mnext")).unwrap().change, Change::Written);
    finished(&folder, &NEW.replace("Mnew", "Mnext"));
    let (folder, file) = interrupted();
    assert_eq!(file.clear(&["A"]).unwrap().change, Change::Written);
    finished(&folder, &NEW.replace("A=1", "A="));
}

#[test]
fn a_file_is_repaired_without_an_edit() {
    let (folder, file) = interrupted();
    assert_eq!(file.repair().unwrap(), Repaired::Finished);
    finished(&folder, NEW);
    assert_eq!(file.repair().unwrap(), Repaired::Nothing);
    assert_eq!(folder.file("absent").repair().unwrap(), Repaired::Nothing);
    assert_eq!(folder.file("no/folder/.env").repair().unwrap(), Repaired::Nothing);
}

#[test]
fn one_whose_writer_stands_still_is_waited_for_no_longer_than_asked() {
    let (folder, file) = interrupted();
    let journal = folder.names().into_iter().find(|name| name.contains("journal")).unwrap();
    let stopped = fs::File::open(folder.path(&journal)).unwrap();
    stopped.lock().unwrap();
    let (began, hasty) = (Instant::now(), EnvFile { lock_timeout: Duration::ZERO, ..file });
    assert_eq!(code(hasty.get(&["TOKEN"])), "busy");
    assert_eq!(code(hasty.set(&token("Mnext"))), "busy");
    assert_eq!(code(hasty.clear(&["TOKEN"])), "busy");
    assert_eq!(code(hasty.repair()), "busy");
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    assert_eq!(folder.read(".env"), TORN);
    // Dropped, it could stay locked for a moment: other tests start processes, which inherit it.
    stopped.unlock().unwrap();
    assert_eq!(hasty.get(&["TOKEN"]).unwrap()["TOKEN"].as_str(), "Mnew");
}

#[test]
fn the_journal_may_be_in_another_folder() {
    let (folder, journals) = (Folder::new(), TempDir::new().unwrap());
    let file = EnvFile { journal_folder: Some(journals.path().into()), ..folder.file(".env") };
    fs::write(&file.path, OLD).unwrap();
    let own = |path: &Path, mode| {
        if geteuid().is_root() {
            chown(path, Some(ORDINARY), Some(ORDINARY)).unwrap();
        }
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    };
    own(&file.path, 0o600);
    own(journals.path(), 0o700);
    own(folder.0.path(), 0o555);
    as_ordinary_user(|| {
        interrupt(&file);
        assert_eq!(fs::read_dir(journals.path()).unwrap().count(), 1, "there is a journal");
        assert_eq!(file.get(&["TOKEN"]).unwrap()["TOKEN"].as_str(), "Mnew");
    });
    own(folder.0.path(), 0o755);
    finished(&folder, NEW);
    assert_eq!(fs::read_dir(journals.path()).unwrap().count(), 0);
}

/// A file whose journal is in the other folder.
fn interrupted_elsewhere() -> (Folder, TempDir, EnvFile) {
    let (folder, journals) = (Folder::new(), TempDir::new().unwrap());
    let file = EnvFile { journal_folder: Some(journals.path().into()), ..folder.file(".env") };
    if geteuid().is_root() {
        for path in [folder.0.path(), journals.path()] {
            chown(path, Some(ORDINARY), Some(ORDINARY)).unwrap();
        }
    }
    as_ordinary_user(|| {
        fs::write(&file.path, OLD).unwrap();
        fs::set_permissions(folder.0.path(), Permissions::from_mode(0o555)).unwrap();
        interrupt(&file);
    });
    fs::set_permissions(folder.0.path(), Permissions::from_mode(0o755)).unwrap();
    (folder, journals, file)
}

#[test]
fn what_nobody_names_any_more_is_finished_and_its_journal_removed() {
    let (folder, journals, file) = interrupted_elsewhere();
    let count = || fs::read_dir(journals.path()).unwrap().count();
    let other = EnvFile::new(folder.path("other"));
    assert_eq!(repair_unnamed(journals.path(), &[&other, &file]).unwrap().len(), 0);
    assert_eq!((folder.read(".env").as_str(), count()), (TORN, 1));
    let left = repair_unnamed(journals.path(), &[&other]).unwrap().pop().unwrap();
    assert!(matches!((&left.repaired, &left.removed), (Ok(Repaired::Finished), Ok(()))), "{left:?}");
    assert_eq!((folder.read(".env").as_str(), count()), (NEW, 0));

    // The folder is gone, or does not come back for now.
    let (folder, journals, file) = interrupted_elsewhere();
    let count = || fs::read_dir(journals.path()).unwrap().count();
    drop(folder);
    assert_eq!(repair_unnamed(journals.path(), &[&file]).unwrap().len(), 0);
    assert_eq!(count(), 1);
    assert_eq!(repair_unnamed(journals.path(), &[]).unwrap().len(), 1);
    assert_eq!(count(), 0);
    assert_eq!(repair_unnamed(&journals.path().join("absent"), &[]).unwrap().len(), 0);
}

#[test]
fn a_live_writer_keeps_its_journal_and_so_does_who_is_not_trusted() {
    let (_folder, journals, _) = interrupted_elsewhere();
    let journal = fs::read_dir(journals.path()).unwrap().next().unwrap().unwrap().path();
    let live = fs::File::open(&journal).unwrap();
    live.lock().unwrap();
    assert_eq!(repair_unnamed(journals.path(), &[]).unwrap().len(), 0);
    live.unlock().unwrap();
    fs::hard_link(&journal, journals.path().join("second")).unwrap();
    assert_eq!(repair_unnamed(journals.path(), &[]).unwrap().len(), 0);
    fs::remove_file(journals.path().join("second")).unwrap();
    // One that is not whole.
    fs::OpenOptions::new().write(true).open(&journal).unwrap().set_len(40).unwrap();
    let left = repair_unnamed(journals.path(), &[]).unwrap().pop().unwrap();
    assert_eq!((left.file, journal.exists()), (None, false));
}
