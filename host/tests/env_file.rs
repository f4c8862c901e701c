//! `.env` files on a real file system: what is kept, what is followed, what is refused.
#![allow(clippy::unwrap_used)]
#![cfg(unix)]

use std::{
    fs::{self, Permissions},
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown, symlink},
        net::UnixListener,
    },
    path::{Path, PathBuf},
};

use potbridge::sink::{
    Change, Variable,
    env_file::{EnvFile, EnvFileError, LARGEST, Reader},
};
use tempfile::TempDir;

const SET: &[Variable<'_>] = &[Variable { name: "YT_DLP_PO_TOKEN", value: "Mnew-token_==" }];
const LINE: &str = "YT_DLP_PO_TOKEN=Mnew-token_==\n";

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn with(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        fs::write(self.path(name), content).unwrap();
        self
    }

    fn file(&self, name: &str) -> EnvFile {
        at(&self.path(name))
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.0.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn at(path: &Path) -> EnvFile {
    EnvFile { path: path.into(), allow_tracked: false, reader: None }
}

fn code(result: Result<impl std::fmt::Debug, EnvFileError>) -> &'static str {
    result.unwrap_err().code()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

#[test]
fn an_absent_file_is_created_for_its_owner_alone() {
    let folder = Folder::new();
    let done = folder.file(".env").set(SET).unwrap();
    assert_eq!(done.change, Change::Written);
    assert_eq!(done.warnings, []);
    assert_eq!(folder.read(".env"), LINE);
    assert_eq!(mode(&folder.path(".env")), 0o600);
    assert_eq!(folder.names(), [".env"]);
}

#[test]
fn a_path_without_a_folder_is_in_the_current_one() {
    let error = at(Path::new("src")).set(SET).unwrap_err();
    assert_eq!(error.code(), "not-a-regular-file");
    assert!(error.to_string().contains("is a folder"), "{error}");
}

#[test]
fn the_mode_is_kept() {
    for kept in [0o600, 0o644, 0o640, 0o400, 0o666] {
        let folder = Folder::new().with(".env", "A=1\n");
        fs::set_permissions(folder.path(".env"), Permissions::from_mode(kept)).unwrap();
        folder.file(".env").set(SET).unwrap();
        assert_eq!(mode(&folder.path(".env")), kept);
        assert_eq!(folder.read(".env"), format!("A=1\n{LINE}"));
    }
}

#[test]
fn the_owner_and_group_are_kept() {
    let folder = Folder::new().with(".env", "A=1\n");
    let path = folder.path(".env");
    if rustix::process::geteuid().is_root() {
        chown(&path, Some(12_345), Some(23_456)).unwrap();
    }
    fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    let before = fs::metadata(&path).unwrap();
    folder.file(".env").set(SET).unwrap();
    let after = fs::metadata(&path).unwrap();
    assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
    assert_eq!(mode(&path), 0o640);
    assert_ne!(after.ino(), before.ino(), "written by a rename");
}

#[cfg(target_os = "linux")]
#[test]
fn an_access_list_is_kept() {
    use rustix::fs::{XattrFlags, getxattr, setxattr};
    const NAME: &str = "system.posix_acl_access";
    // acl(5) in the kernel's form: version 2, then tag, permissions, id: owner rw, user 12345 r, group none, mask r.
    let entries: [(u16, u16, u32); 5] = [
        (0x01, 6, u32::MAX),
        (0x02, 4, 12_345),
        (0x04, 0, u32::MAX),
        (0x10, 4, u32::MAX),
        (0x20, 0, u32::MAX),
    ];
    let mut list = 2u32.to_le_bytes().to_vec();
    for (tag, permissions, id) in entries {
        list.extend(tag.to_le_bytes());
        list.extend(permissions.to_le_bytes());
        list.extend(id.to_le_bytes());
    }
    let folder = Folder::new().with(".env", "A=1\n");
    let path = folder.path(".env");
    setxattr(&path, NAME, &list, XattrFlags::empty()).unwrap();
    assert_eq!(mode(&path), 0o640);
    folder.file(".env").set(SET).unwrap();
    let mut kept = vec![0; 100];
    let length = getxattr(&path, NAME, kept.as_mut_slice()).unwrap();
    assert_eq!(kept[..length], list);
    assert_eq!(mode(&path), 0o640);
}

#[test]
fn bytes_that_are_not_utf_8_are_kept() {
    let folder = Folder::new().with(".env", b"# caf\xe9\r\nYT_DLP_PO_TOKEN=\"old\nold\" # \xff\xc0\nB=\xe9");
    folder.file(".env").set(SET).unwrap();
    assert_eq!(
        fs::read(folder.path(".env")).unwrap(),
        b"# caf\xe9\r\nYT_DLP_PO_TOKEN=Mnew-token_== # \xff\xc0\nB=\xe9"
    );
}

#[test]
fn no_change_is_no_write() {
    let folder = Folder::new().with(".env", LINE);
    let before = fs::metadata(folder.path(".env")).unwrap();
    let set = folder.file(".env").set(SET).unwrap();
    let cleared = folder.file(".env").clear(&["ANOTHER"]).unwrap();
    assert_eq!((set.change, cleared.change), (Change::Unchanged, Change::Unchanged));
    let after = fs::metadata(folder.path(".env")).unwrap();
    assert_eq!(after.ino(), before.ino());
    assert_eq!(after.modified().unwrap(), before.modified().unwrap());
    assert_eq!(after.ctime_nsec(), before.ctime_nsec());
}

#[test]
fn clearing_empties_and_never_creates() {
    let folder = Folder::new();
    let absent = folder.file(".env").clear(&["YT_DLP_PO_TOKEN"]).unwrap();
    assert_eq!(absent.change, Change::Unchanged);
    assert_eq!(folder.names(), [""; 0]);
    let folder = folder.with(".env", format!("A=1\n{LINE}"));
    let cleared = folder.file(".env").clear(&["YT_DLP_PO_TOKEN"]).unwrap();
    assert_eq!(cleared.change, Change::Written);
    assert_eq!(folder.read(".env"), "A=1\nYT_DLP_PO_TOKEN=\n");
}

#[test]
fn symbolic_links_are_followed_and_stay_links() {
    let folder = Folder::new().with("real", "A=1\n");
    fs::create_dir(folder.path("deep")).unwrap();
    symlink("../real", folder.path("deep/second")).unwrap();
    symlink(folder.path("deep/second"), folder.path(".env")).unwrap();
    folder.file(".env").set(SET).unwrap();
    assert_eq!(folder.read("real"), format!("A=1\n{LINE}"));
    assert!(folder.path(".env").is_symlink());
    assert!(folder.path("deep/second").is_symlink());
}

#[test]
fn a_linked_folder_is_followed() {
    let folder = Folder::new();
    fs::create_dir(folder.path("real")).unwrap();
    symlink("real", folder.path("link")).unwrap();
    folder.file("link/.env").set(SET).unwrap();
    assert_eq!(folder.read("real/.env"), LINE);
}

#[test]
fn a_dangling_link_gets_its_target_created() {
    let folder = Folder::new();
    symlink("target", folder.path(".env")).unwrap();
    folder.file(".env").set(SET).unwrap();
    assert!(folder.path(".env").is_symlink());
    assert_eq!(folder.read("target"), LINE);
    assert_eq!(mode(&folder.path("target")), 0o600);
}

#[test]
fn a_missing_folder_is_an_error() {
    let folder = Folder::new().with("file", "");
    symlink("nowhere/target", folder.path("link")).unwrap();
    for name in ["nowhere/.env", "link", "file/.env"] {
        assert_eq!(code(folder.file(name).set(SET)), "folder-missing", "{name}");
    }
    assert_eq!(folder.names(), ["file", "link"]);
}

#[test]
fn links_in_a_circle_are_an_error() {
    let folder = Folder::new();
    symlink("b", folder.path("a")).unwrap();
    symlink("a", folder.path("b")).unwrap();
    assert_eq!(code(folder.file("a").set(SET)), "symlink-loop");
    assert_eq!(code(folder.file("a/.env").set(SET)), "symlink-loop");
}

#[test]
fn what_is_not_a_regular_file_is_refused() {
    let folder = Folder::new();
    fs::create_dir(folder.path("folder")).unwrap();
    let _socket = UnixListener::bind(folder.path("socket")).unwrap();
    let (kind, readable) = (rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR);
    rustix::fs::mknodat(rustix::fs::CWD, folder.path("fifo"), kind, readable, 0).unwrap();
    symlink("/dev/null", folder.path("device")).unwrap();
    for name in ["folder", "socket", "fifo", "device"] {
        let error = folder.file(name).set(SET).unwrap_err();
        assert_eq!(error.code(), "not-a-regular-file", "{name}");
        assert!(error.to_string().contains(&format!("a {}", name.replace("fifo", "FIFO"))));
        assert_eq!(code(folder.file(name).clear(&["A"])), "not-a-regular-file");
    }
    assert_eq!(code(at(Path::new("/")).set(SET)), "not-a-regular-file");
    assert_eq!(folder.names(), ["device", "fifo", "folder", "socket"]);
}

#[test]
fn what_is_not_text_is_refused_untouched() {
    for content in [&b"\xff\xfeA\0=\x001\0"[..], b"\xfe\xff\0A\0=\x001", b"A=1\nB=\0\n", b"\xff\xfe"] {
        let folder = Folder::new().with(".env", content);
        assert_eq!(code(folder.file(".env").set(SET)), "not-text");
        assert_eq!(fs::read(folder.path(".env")).unwrap(), content);
    }
}

#[test]
fn a_file_of_unlikely_size_is_refused() {
    let folder = Folder::new().with(".env", "A=1\n");
    let file = fs::File::options().write(true).open(folder.path(".env")).unwrap();
    file.set_len(LARGEST as u64 + 1).unwrap();
    assert_eq!(code(folder.file(".env").set(SET)), "too-large");
    let folder = Folder::new().with(".env", "#".repeat(LARGEST - 1) + "\n");
    assert_eq!(code(folder.file(".env").set(SET)), "too-large");
    assert_eq!(folder.names(), [".env"]);
}

#[test]
fn what_readers_would_read_differently_is_refused_and_not_shown() {
    let folder = Folder::new().with(".env", "A=1\n");
    for value in [
        "se cret",
        "secret;",
        "\"secret\"",
        "sécret",
        "secret#",
        "$secret",
        "~secret",
        "secret\n",
        "secret\0",
    ] {
        let variables = [SET[0], Variable { name: "NAMED", value }];
        let error = folder.file(".env").set(&variables).unwrap_err();
        let control = value.contains(char::is_control);
        assert_eq!(error.code(), if control { "value-control" } else { "value-unsafe" });
        let shown = format!("{error} {error:?} {:?}", variables[1]);
        assert!(shown.contains("NAMED") && !shown.contains("cret"), "{shown}");
    }
    for name in ["", "1A", "A B", "A=B", "A-B", "É", "export A"] {
        let variables = [Variable { name, value: "" }];
        assert_eq!(code(folder.file(".env").set(&variables)), "name-invalid", "{name}");
        assert_eq!(code(folder.file(".env").clear(&[name])), "name-invalid", "{name}");
    }
    assert_eq!(folder.read(".env"), "A=1\n");
}

#[test]
fn a_value_that_one_reader_takes_is_written_for_it_and_refused_for_another() {
    let folder = Folder::new().with(".env", "A=1\nYT_DLP_PO_TOKEN=\"old\" # note\n");
    let variables = [Variable { name: "YT_DLP_PO_TOKEN", value: "M=,mweb.gvs+M=;player_client=default,$a" }];
    let compose = EnvFile { reader: Some(Reader::Compose), ..folder.file(".env") };
    let error = compose.set(&variables).unwrap_err();
    assert_eq!(error.code(), "value-unfit");
    assert!(error.to_string().contains("a dollar sign") && error.to_string().contains("read by compose"));
    let shell = EnvFile { reader: Some(Reader::Shell), ..folder.file(".env") };
    assert_eq!(shell.set(&variables).unwrap().change, Change::Written);
    let written = "A=1\nYT_DLP_PO_TOKEN='M=,mweb.gvs+M=;player_client=default,$a' # note\n";
    assert_eq!(folder.read(".env"), written);
    assert_eq!(shell.set(&variables).unwrap().change, Change::Unchanged);
    assert_eq!(folder.file(".env").clear(&["YT_DLP_PO_TOKEN"]).unwrap().change, Change::Written);
    assert_eq!(folder.read(".env"), "A=1\nYT_DLP_PO_TOKEN=\"\" # note\n");
}

#[test]
fn what_a_killed_writer_left_is_removed_by_the_next_and_nothing_else() {
    let stale = ".env.potbridge-aB3dE5gH7jK9.env";
    let others =
        [".env.potbridge-short.env", ".env.potbridge-aB3dE5gH7jK9", "z.env.potbridge-aB3dE5gH7jK9.env"];
    let folder = Folder::new().with(".env", LINE).with(stale, "YT_DLP_PO_TOKEN=Mold\n");
    for other in others {
        fs::write(folder.path(other), "").unwrap();
    }
    folder.file(".env").set(SET).unwrap();
    assert!(folder.names().contains(&stale.to_string()), "no change, no write");
    folder.file(".env").clear(&["YT_DLP_PO_TOKEN"]).unwrap();
    let mut expected = [".env", others[0], others[1], others[2]];
    expected.sort_unstable();
    assert_eq!(folder.names(), expected);
}

#[test]
fn a_writer_waits_for_the_folder_and_gives_up_in_words() {
    let folder = Folder::new().with(".env", "A=1\n");
    let held = fs::File::open(folder.0.path()).unwrap();
    held.lock().unwrap();
    let error = folder.file(".env").set(SET).unwrap_err();
    assert_eq!(error.code(), "busy");
    assert_eq!(folder.read(".env"), "A=1\n");
    drop(held);
    assert_eq!(folder.file(".env").set(SET).unwrap().change, Change::Written);
}
