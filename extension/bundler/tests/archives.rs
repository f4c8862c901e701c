//! The archives and Debian packages, from given files, as the programs of a person's system unpack them.

use crate::given::{contents, printed};
use potbridge_bundler::Target;
use potbridge_bundler::package::debian;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The files under a folder, with their modes.
fn files(folder: &Path) -> BTreeMap<String, u32> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).unwrap().display().to_string();
            (name, entry.metadata().unwrap().permissions().mode() & 0o777)
        })
        .collect()
}

fn written(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

#[test]
fn tar_unpacks_the_archive_for_linux_and_macos() {
    for target in [Target::LinuxX64, Target::LinuxArm64, Target::MacArm64, Target::MacX64] {
        let (name, bytes) = contents().archive("1.2.3", target).unwrap();
        let whole = format!("potbridge-1.2.3-{}", target.triple());
        assert_eq!(name, format!("{whole}.tar.gz"));
        assert_eq!(contents().archive("1.2.3", target).unwrap().1, bytes);
        let (folder, path) = written(&name, &bytes);
        let out = folder.path().join("out");
        fs::create_dir(&out).unwrap();
        printed("tar", &["xzf", path.to_str().unwrap(), "-C", out.to_str().unwrap()]);
        let expected = [
            ("INSTALL.md", 0o644),
            ("LICENSE", 0o644),
            ("completions/_potbridge", 0o644),
            ("completions/_potbridge.ps1", 0o644),
            ("completions/potbridge.bash", 0o644),
            ("completions/potbridge.fish", 0o644),
            ("extension/chromium/manifest.json", 0o644),
            ("extension/firefox.xpi", 0o644),
            ("extension/firefox/manifest.json", 0o644),
            ("man/potbridge.1", 0o644),
            ("potbridge", 0o755),
            ("potbridge-setup", 0o755),
            ("potbridge-yt-dlp-plugin.zip", 0o644),
        ];
        assert_eq!(files(&out), expected.map(|(name, mode)| (format!("{whole}/{name}"), mode)).into());
    }
}

#[test]
fn the_archive_for_windows_is_a_zip_with_exe_files() {
    let (name, bytes) = contents().archive("1.2.3", Target::WindowsX64).unwrap();
    assert_eq!(name, "potbridge-1.2.3-x86_64-pc-windows-gnu.zip");
    assert_eq!(contents().archive("1.2.3", Target::WindowsX64).unwrap().1, bytes);
    let zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let names: Vec<_> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    let within = |name: &str| format!("potbridge-1.2.3-x86_64-pc-windows-gnu/{name}");
    assert!(names.contains(&within("potbridge.exe")), "{names:?}");
    assert!(names.contains(&within("potbridge-setup.exe")), "{names:?}");
    assert!(names.contains(&within("extension/chromium/manifest.json")), "{names:?}");
}

#[test]
fn dpkg_deb_reads_the_debian_package() {
    let Some((name, bytes)) = debian::package(&contents(), "1.2.3", Target::LinuxX64).unwrap() else {
        panic!("Debian runs on x86-64");
    };
    assert_eq!(name, "potbridge_1.2.3_amd64.deb");
    assert_eq!(debian::package(&contents(), "1.2.3", Target::LinuxX64).unwrap().unwrap().1, bytes);
    let (folder, path) = written(&name, &bytes);
    let deb = path.to_str().unwrap();
    let field = |name| printed("dpkg-deb", &["--field", deb, name]).trim().to_owned();
    assert_eq!([field("Package"), field("Version"), field("Architecture")], ["potbridge", "1.2.3", "amd64"]);
    assert!(field("Suggests").starts_with("chromium | firefox-esr"));
    assert_eq!(field("Recommends"), "", "apt would install a browser on a server");
    assert_eq!(field("Depends"), "", "the programs are static");

    // No script runs, and nothing is kept when it is removed.
    let control = folder.path().join("control");
    printed("dpkg-deb", &["--control", deb, control.to_str().unwrap()]);
    assert_eq!(files(&control).into_keys().collect::<Vec<_>>(), ["control"]);

    let listed = printed("dpkg-deb", &["--contents", deb]);
    assert!(
        listed.lines().all(|line| line.contains(" root/root ") && line.contains(" 1980-01-01 ")),
        "{listed}"
    );
    let root = folder.path().join("root");
    printed("dpkg-deb", &["--extract", deb, root.to_str().unwrap()]);
    let files = files(&root);
    for (name, mode) in [
        ("usr/bin/potbridge", 0o755),
        ("usr/bin/potbridge-setup", 0o755),
        ("usr/share/potbridge/extension/chromium/manifest.json", 0o644),
        ("usr/share/potbridge/extension/firefox.xpi", 0o644),
        ("usr/share/potbridge/potbridge-yt-dlp-plugin.zip", 0o644),
        ("usr/share/bash-completion/completions/potbridge", 0o644),
        ("usr/share/zsh/vendor-completions/_potbridge", 0o644),
        ("usr/share/fish/vendor_completions.d/potbridge.fish", 0o644),
        ("usr/share/man/man1/potbridge.1.gz", 0o644),
        ("usr/share/doc/potbridge/INSTALL.md", 0o644),
        ("usr/share/doc/potbridge/copyright", 0o644),
        ("usr/share/doc/potbridge/changelog.gz", 0o644),
    ] {
        assert_eq!(files.get(name), Some(&mode), "{name} of {files:?}");
    }
    let changes = printed("zcat", &[root.join("usr/share/doc/potbridge/changelog.gz").to_str().unwrap()]);
    assert!(changes.starts_with("potbridge (1.2.3) "), "{changes}");
    let page = root.join("usr/share/man/man1/potbridge.1.gz");
    assert_eq!(printed("zcat", &[page.to_str().unwrap()]), "man/potbridge.1");
}

#[test]
fn debians_manifests_lead_to_its_program() {
    let (name, bytes) = debian::package(&contents(), "1.2.3", Target::LinuxArm64).unwrap().unwrap();
    assert_eq!(name, "potbridge_1.2.3_arm64.deb");
    let (folder, path) = written(&name, &bytes);
    let root = folder.path().join("root");
    printed("dpkg-deb", &["--extract", path.to_str().unwrap(), root.to_str().unwrap()]);
    for (place, key) in [
        ("etc/chromium/native-messaging-hosts", "allowed_origins"),
        ("etc/opt/chrome/native-messaging-hosts", "allowed_origins"),
        ("usr/lib/mozilla/native-messaging-hosts", "allowed_extensions"),
    ] {
        let text = fs::read_to_string(root.join(place).join("dev.potbridge.host.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(manifest["path"], "/usr/bin/potbridge");
        assert_eq!(manifest[key].as_array().unwrap().len(), 1, "{place}: {text}");
    }
    // One for each folder that the installer's table names, which a person with this package needs no installer for.
    let table: toml::Table =
        toml::from_str(include_str!("../../../installer/src/browsers/browsers.toml")).unwrap();
    let browsers = table["browser"].as_array().unwrap().iter();
    for folder in
        browsers.filter_map(|browser| browser.get("linux")?.get("system_manifests")?.as_array()).flatten()
    {
        let folder = folder.as_str().unwrap();
        let there = root.join(&folder[1..]).join("dev.potbridge.host.json").is_file();
        assert!(there || folder.starts_with("/usr/lib64/"), "{folder}");
    }
}

#[test]
fn there_is_no_debian_package_for_other_systems() {
    for target in [Target::WindowsX64, Target::MacArm64, Target::MacX64] {
        assert!(debian::package(&contents(), "1.2.3", target).unwrap().is_none());
    }
}
