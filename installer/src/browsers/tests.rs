use super::{Entry, Found, Machine, Packaging, System, by_id};
use crate::registration::{Scope, Targets, Wanted, for_browsers};
use potbridge_test_support::executable;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A machine of one system in a folder of its own. `bin` is its PATH.
struct Fake {
    folder: TempDir,
    machine: Machine,
}

impl Fake {
    fn new(system: System) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| dunce::canonicalize(folder.path()).unwrap().join(path);
        let (config, data, local) = match system {
            System::Linux => ("home/.config", "home/.local/share", "home/.local/share"),
            System::Macos => {
                let support = "home/Library/Application Support";
                (support, support, support)
            }
            System::Windows => ("home/AppData/Roaming", "home/AppData/Roaming", "home/AppData/Local"),
        };
        let programs = match system {
            System::Linux => Vec::new(),
            System::Macos => vec![at("Applications"), at("home/Applications")],
            System::Windows => vec![at("Program Files"), at("Program Files (x86)")],
        };
        let machine = Machine {
            system,
            root: at(""),
            home: at("home"),
            config: at(config),
            data: at(data),
            flatpaks: at(data).join("flatpak"),
            local: at(local),
            programs,
            path: at("bin").into_os_string(),
            app_paths: BTreeMap::new(),
        };
        fs::create_dir_all(at("bin")).unwrap();
        Self { folder, machine }
    }

    fn path(&self, path: &str) -> PathBuf {
        dunce::canonicalize(self.folder.path()).unwrap().join(path)
    }

    fn program(&self, path: &str, text: &str) -> PathBuf {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        executable::write(&path, text);
        path
    }

    fn link(&self, path: &str, to: impl AsRef<Path>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(to, path).unwrap();
    }

    fn found(&self) -> Vec<(&'static str, Packaging)> {
        let found = self.machine.present().into_iter();
        found.map(|Found { entry, packaging, .. }| (entry.id.as_str(), packaging)).collect()
    }

    fn registered(&self, id: &str) -> Targets {
        let entry = by_id(id).unwrap();
        let wanted = [Wanted { entry, packaging: Packaging::Native }];
        for_browsers(&wanted, Scope::User, false, &self.machine)
    }

    fn files(&self, id: &str) -> Vec<String> {
        let root = self.path("");
        let registrations = self.registered(id).registrations.into_iter();
        registrations.map(|one| one.file.strip_prefix(&root).unwrap().to_str().unwrap().to_owned()).collect()
    }
}

fn flatpak(app: &str) -> Packaging {
    Packaging::Flatpak { app: app.to_owned() }
}

#[test]
fn every_browser_is_found_where_its_package_puts_it() {
    for system in [System::Linux, System::Macos, System::Windows] {
        for entry in super::all() {
            let Some(places) = entry.on(system) else { continue };
            for pattern in &places.places {
                let fake = Fake::new(system);
                let place = fake.machine.expand(pattern).pop().unwrap();
                fake.program(place.strip_prefix(fake.path("")).unwrap().to_str().unwrap(), "");
                let found = fake.machine.find(entry);
                assert_eq!(found.len(), 1, "{} {system:?} {pattern}", entry.id);
                assert_eq!((&found[0].program, &found[0].packaging), (&place, &Packaging::Native));
            }
            for program in &places.programs {
                let fake = Fake::new(system);
                fake.program(&format!("bin/{program}"), "");
                assert_eq!(fake.machine.find(entry).len(), 1, "{} {system:?} {program}", entry.id);
            }
        }
    }
}

#[test]
fn no_two_browsers_are_found_by_one_program() {
    for entry in super::all() {
        for program in entry.on(System::Linux).into_iter().flat_map(|places| &places.programs) {
            let fake = Fake::new(System::Linux);
            fake.program(&format!("bin/{program}"), "");
            assert_eq!(fake.found(), [(entry.id.as_str(), Packaging::Native)]);
        }
    }
}

#[test]
fn an_empty_machine_has_no_browser() {
    for system in [System::Linux, System::Macos, System::Windows] {
        assert_eq!(Fake::new(system).found(), []);
    }
}

#[test]
fn manifests_go_where_each_browser_looks_on_linux() {
    let fake = Fake::new(System::Linux);
    for (id, file) in [
        ("chromium", "home/.config/chromium/NativeMessagingHosts"),
        ("chrome", "home/.config/google-chrome/NativeMessagingHosts"),
        ("chrome-dev", "home/.config/google-chrome-unstable/NativeMessagingHosts"),
        ("edge", "home/.config/microsoft-edge/NativeMessagingHosts"),
        ("edge-beta", "home/.config/microsoft-edge-beta/NativeMessagingHosts"),
        ("brave", "home/.config/BraveSoftware/Brave-Browser/NativeMessagingHosts"),
        ("brave-origin", "home/.config/BraveSoftware/Brave-Origin/NativeMessagingHosts"),
        ("vivaldi-snapshot", "home/.config/vivaldi-snapshot/NativeMessagingHosts"),
        ("opera", "home/.config/opera/NativeMessagingHosts"),
        ("yandex", "home/.config/yandex-browser/NativeMessagingHosts"),
        ("firefox", "home/.mozilla/native-messaging-hosts"),
        ("zen", "home/.mozilla/native-messaging-hosts"),
        ("librewolf", "home/.librewolf/native-messaging-hosts"),
        ("waterfox", "home/.waterfox/native-messaging-hosts"),
    ] {
        assert_eq!(fake.files(id), [format!("{file}/dev.potbridge.host.json")], "{id}");
    }
}

#[test]
fn manifests_go_where_each_browser_looks_on_macos() {
    let fake = Fake::new(System::Macos);
    for (id, file) in [
        ("chrome-canary", "Google/Chrome Canary/NativeMessagingHosts"),
        ("edge", "Microsoft Edge/NativeMessagingHosts"),
        ("brave-nightly", "BraveSoftware/Brave-Browser-Nightly/NativeMessagingHosts"),
        ("opera", "com.operasoftware.Opera/NativeMessagingHosts"),
        ("arc", "Arc/User Data/NativeMessagingHosts"),
        ("zen", "Mozilla/NativeMessagingHosts"),
        ("librewolf", "LibreWolf/NativeMessagingHosts"),
        ("tor-browser", "TorBrowser-Data/Browser/Mozilla/NativeMessagingHosts"),
    ] {
        let file = format!("home/Library/Application Support/{file}/dev.potbridge.host.json");
        assert_eq!(fake.files(id), [file], "{id}");
    }
}

#[test]
fn on_windows_keys_of_the_registry_lead_to_one_manifest_of_each_family() {
    let fake = Fake::new(System::Windows);
    let keys = |id| fake.registered(id).registrations.remove(0).registry_keys;
    assert_eq!(keys("edge"), [r"HKCU\Software\Microsoft\Edge\NativeMessagingHosts\dev.potbridge.host"]);
    assert_eq!(keys("edge-beta"), keys("edge"));
    assert_eq!(
        keys("brave"),
        [
            r"HKCU\Software\BraveSoftware\Brave-Browser\NativeMessagingHosts\dev.potbridge.host",
            r"HKCU\Software\Google\Chrome\NativeMessagingHosts\dev.potbridge.host"
        ]
    );
    for fork in ["vivaldi", "opera"] {
        assert!(keys(fork).contains(&keys("chrome")[0]), "{fork}");
    }
    assert_eq!(keys("zen")[0], r"HKCU\Software\Mozilla\NativeMessagingHosts\dev.potbridge.host");
    let folder = "home/AppData/Roaming/potbridge/native-messaging-hosts";
    assert_eq!(fake.files("edge"), [format!("{folder}/chromium/dev.potbridge.host.json")]);
    assert_eq!(fake.files("brave"), fake.files("edge"));
    assert_eq!(fake.files("zen"), [format!("{folder}/firefox/dev.potbridge.host.json")]);
}

#[test]
fn channels_that_read_one_folder_share_a_registration() {
    let fake = Fake::new(System::Linux);
    let wanted: Vec<Wanted> = ["firefox", "firefox-nightly", "zen", "edge", "edge-dev"]
        .map(|id| Wanted { entry: by_id(id).unwrap(), packaging: Packaging::Native })
        .to_vec();
    let targets = for_browsers(&wanted, Scope::User, false, &fake.machine);
    let names: Vec<_> = targets.registrations.iter().map(|one| one.browser.as_str()).collect();
    assert_eq!(names, ["Firefox, Firefox Nightly, Zen", "Microsoft Edge", "Microsoft Edge Dev"]);
    let targets = for_browsers(&wanted, Scope::System, false, &fake.machine);
    let names: Vec<_> = targets.registrations.iter().map(|one| one.browser.as_str()).collect();
    let firefoxes = "Firefox, Firefox Nightly, Zen";
    assert_eq!(names, [firefoxes, firefoxes, "Microsoft Edge, Microsoft Edge Dev"]);
}

#[test]
fn a_config_folder_of_the_shell_is_not_the_only_one() {
    let mut fake = Fake::new(System::Linux);
    fake.machine.config = fake.path("elsewhere");
    let file = "chromium/NativeMessagingHosts/dev.potbridge.host.json";
    assert_eq!(fake.files("chromium"), [format!("elsewhere/{file}"), format!("home/.config/{file}")]);
    let notes = &fake.registered("chromium").registrations[1].notes;
    assert!(notes[0].starts_with("XDG_CONFIG_HOME is "), "{notes:?}");
    assert_eq!(fake.files("firefox").len(), 1, "Firefox does not follow the variable");
    // The same kind: a channel whose folder has two parts.
    assert_eq!(fake.files("brave").len(), 2);
}

#[test]
fn a_snap_is_told_by_where_its_command_leads() {
    let snap = [("chromium", Packaging::Snap)];
    // Ubuntu: PATH has /snap/bin, whose commands are links to `snap`.
    let fake = Fake::new(System::Linux);
    let snapd = fake.program("usr/bin/snap", "");
    fake.link("snap/bin/chromium", &snapd);
    assert_eq!(fake.found(), snap, "not on PATH");
    fake.link("bin/chromium", fake.path("snap/bin/chromium"));
    assert_eq!(fake.found(), snap);
    // Fedora and Arch have the commands elsewhere.
    let fake = Fake::new(System::Linux);
    fake.link("var/lib/snapd/snap/bin/chromium", "/usr/bin/snap");
    assert_eq!(fake.found(), snap);
    // Ubuntu's package chromium-browser is a script.
    let script = "#!/bin/sh\n\nif ! [ -x /snap/bin/chromium ]; then\n    echo \"Command '$0' requires the chromium snap.\" >&2\n    \
                  exit 1\nfi\nexec /snap/bin/chromium \"$@\"\n";
    let fake = Fake::new(System::Linux);
    fake.program("bin/chromium-browser", script);
    assert_eq!(fake.found(), [], "the script alone is no browser");
    fake.link("snap/bin/chromium", "/usr/bin/snap");
    assert_eq!(fake.found(), snap);
    // Somebody's own script.
    let fake = Fake::new(System::Linux);
    fake.program("bin/brave", "#!/bin/bash\nexec snap run brave --incognito \"$@\"\n");
    fake.link("snap/bin/brave", "/usr/bin/snap");
    assert_eq!(fake.found(), [("brave", Packaging::Snap)]);
}

#[test]
fn a_script_that_only_speaks_of_snap_is_no_snap() {
    let fake = Fake::new(System::Linux);
    fake.program(
        "bin/chromium",
        "#!/bin/sh\n# not /snap/bin/chromium\nPATH=$PATH:/snap/bin\nexec /usr/lib/chromium/chromium\n",
    );
    assert_eq!(fake.found(), [("chromium", Packaging::Native)]);
}

#[test]
fn a_flatpak_is_found_in_both_installations() {
    let app = "com.brave.Browser";
    let brave = [("brave", flatpak(app))];
    for folder in ["var/lib/flatpak", "home/.local/share/flatpak"] {
        let fake = Fake::new(System::Linux);
        fake.program(
            &format!("{folder}/exports/bin/{app}"),
            "#!/bin/sh\nexec /usr/bin/flatpak run --branch=stable --arch=x86_64 --command=brave com.brave.Browser \"$@\"\n",
        );
        assert_eq!(fake.found(), brave, "{folder}");
        let fake = Fake::new(System::Linux);
        fs::create_dir_all(fake.path(&format!("{folder}/app/{app}"))).unwrap();
        assert_eq!(fake.found(), brave, "{folder}, without an exported command");
    }
    // Somebody's own script.
    let fake = Fake::new(System::Linux);
    fake.program("bin/brave", "#!/bin/sh\nflatpak run com.brave.Browser \"$@\"\n");
    assert_eq!(fake.found(), brave);
}

#[test]
fn each_packaging_of_a_browser_is_found() {
    let fake = Fake::new(System::Linux);
    fake.link("snap/bin/firefox", "/usr/bin/snap");
    fs::create_dir_all(fake.path("var/lib/flatpak/app/org.mozilla.firefox")).unwrap();
    fake.program("opt/firefox/firefox", "\u{7f}ELF");
    let all = [
        ("firefox", Packaging::Native),
        ("firefox", Packaging::Snap),
        ("firefox", flatpak("org.mozilla.firefox")),
    ];
    assert_eq!(fake.found(), all);
}

#[test]
fn a_profile_without_a_program_is_no_browser_and_is_known() {
    let fake = Fake::new(System::Linux);
    fs::create_dir_all(fake.path("home/.config/vivaldi")).unwrap();
    assert_eq!(fake.found(), []);
    let profile = |id| fake.machine.profile_of(by_id(id).unwrap());
    assert_eq!(profile("vivaldi"), Some(fake.path("home/.config/vivaldi")));
    assert_eq!(profile("brave"), None);
}

#[test]
fn windows_app_paths_lead_to_a_program_elsewhere() {
    let mut fake = Fake::new(System::Windows);
    let program = fake.program("D/Apps/firefox.exe", "");
    fake.machine.app_paths.insert("firefox.exe".to_owned(), program);
    assert_eq!(fake.found(), [("firefox", Packaging::Native)]);
}

#[test]
fn every_flatpak_reads_a_folder_of_its_sandbox() {
    for entry in super::all() {
        let Entry { id, .. } = entry;
        let Some(package) = entry.on(System::Linux).and_then(|places| places.flatpak.as_ref()) else {
            continue;
        };
        let fake = Fake::new(System::Linux);
        let wanted = [Wanted { entry, packaging: flatpak(&package.app) }];
        let targets = for_browsers(&wanted, Scope::User, true, &fake.machine);
        let sandbox = fake.path(&format!("home/.var/app/{}", package.app));
        assert!(!targets.registrations.is_empty(), "{id}");
        for registration in &targets.registrations {
            assert!(registration.file.starts_with(&sandbox), "{id}: {}", registration.file.display());
            assert!(registration.host(Path::new("/h")).starts_with(&sandbox), "{id}");
        }
        let closed = for_browsers(&wanted, Scope::User, false, &fake.machine);
        assert!(closed.registrations.is_empty() && closed.skipped.len() == 1, "{id}");
    }
}
