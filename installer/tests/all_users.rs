//! `install --system`, and programs that a package of the system put there.

use crate::home::{CHROMIUM, Home};
use potbridge_test_support::executable;
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

const OF_ALL: &str = "root/etc/chromium/native-messaging-hosts/dev.potbridge.host.json";

/// The archive's programs as a package of the system has them.
fn packaged(home: &Home) {
    for folder in ["root/usr/bin", "root/usr/share"] {
        fs::create_dir_all(home.path(folder)).unwrap();
    }
    for program in ["potbridge", "potbridge-setup"] {
        executable::copy(home.path("archive").join(program), home.path("root/usr/bin").join(program));
    }
    fs::remove_file(home.path("archive/potbridge-setup")).unwrap();
    fs::remove_file(home.path("archive/potbridge")).unwrap();
    fs::rename(home.path("archive"), home.path("root/usr/share/potbridge")).unwrap();
}

#[test]
fn all_users_get_programs_and_manifests_and_lose_them() {
    let home = Home::new(&["chromium", "firefox", "yt-dlp"]);
    let before = home.tree();
    let variables = [("SUDO_USER", "ada")];
    let report = home.run_with(&variables, &["install", "--system", "--yt-dlp-plugin", "--json"]).json(0);
    let host = home.path("root/usr/local/bin/potbridge");
    assert_eq!(report["host"]["program"], host.to_str().unwrap());
    assert!(report.get("config").is_none() && report.get("yt_dlp").is_none(), "{report}");
    let manifest: Value = serde_json::from_str(&home.read(OF_ALL)).unwrap();
    assert_eq!(manifest["path"], host.to_str().unwrap());
    assert!(home.path("root/usr/lib/mozilla/native-messaging-hosts/dev.potbridge.host.json").exists());
    assert!(home.path("root/etc/yt-dlp/plugins/potbridge-yt-dlp-plugin.zip").exists());
    assert!(home.path("root/usr/local/share/potbridge/extension/chromium/manifest.json").exists());
    let receipts = home.path("root/usr/local/share/potbridge/receipts.toml");
    assert!(receipts.exists());
    assert_eq!(fs::metadata(&host).unwrap().permissions().mode() & 0o777, 0o755);
    assert!(!home.path(".local").exists() && !home.path(".config").exists());
    // The receipts of a user are others.
    let shown = home.run(&["uninstall"]).success();
    assert!(shown.starts_with("nothing to remove"), "{shown}");
    let installed = home.path("root/usr/local/bin/potbridge-setup");
    home.run_program(&installed, &["uninstall", "--system"]).success();
    assert_eq!(home.tree(), before);
}

#[test]
fn only_root_installs_for_all_users() {
    use potbridge_test_support::ordinary_user::as_ordinary_user;
    let home = Home::new(&["chromium"]);
    fs::set_permissions(home.path(""), fs::Permissions::from_mode(0o755)).unwrap();
    for command in ["install", "uninstall"] {
        let arguments = [command, "--system", "--json"];
        let refused =
            as_ordinary_user(|| home.run_with(&[("POTBRIDGE_SETUP_ROOT", "/")], &arguments)).json(1);
        assert_eq!(refused["code"], "permission-denied", "{refused}");
        assert_eq!(refused["hint"], format!("run `sudo potbridge-setup {command} --system`"));
    }
}

#[test]
fn a_user_of_programs_for_all_users_copies_none() {
    let home = Home::new(&["chromium", "firefox", "yt-dlp"]);
    packaged(&home);
    let before = home.tree();
    let setup = home.path("root/usr/bin/potbridge-setup");
    let shown = home.run_program(&setup, &["install", "--env-file", "app/.env"]).success();
    assert!(shown.contains("/root/usr/bin, for all users"), "{shown}");
    let manifest: Value = serde_json::from_str(&home.read(CHROMIUM)).unwrap();
    assert_eq!(manifest["path"], home.path("root/usr/bin/potbridge").to_str().unwrap());
    assert!(!home.path(".local/bin").exists() && !home.path(".local/share/potbridge/extension").exists());
    assert!(shown.contains("root/usr/share/potbridge/extension/chromium"), "{shown}");
    home.run_program(&setup, &["uninstall"]).success();
    assert_eq!(home.tree(), before);
    let error = home.run_program(&setup, &["install", "--system"]).failure(2);
    assert!(error.contains("is a package of the system"), "{error}");
}

#[test]
fn a_browser_that_a_package_registered_is_not_registered_twice() {
    let home = Home::new(&["chromium", "firefox"]);
    packaged(&home);
    let host = home.path("root/usr/bin/potbridge");
    let text = potbridge_system::browser::native_manifest::text(
        potbridge_system::browser::Family::Chromium,
        &host,
        &[],
    );
    fs::create_dir_all(home.path(OF_ALL).parent().unwrap()).unwrap();
    fs::write(home.path(OF_ALL), text.unwrap()).unwrap();
    let setup = home.path("root/usr/bin/potbridge-setup");
    let shown = home.run_program(&setup, &["install"]).success();
    assert!(shown.contains("Chromium: skipped: registered for all users by "), "{shown}");
    assert!(shown.contains("Firefox: registered: "), "{shown}");
    assert!(!home.path(CHROMIUM).exists());
    assert!(shown.contains("- Chromium: open chrome://extensions"), "{shown}");
    // Another extension is not in the package's manifest.
    let id = crate::home::STORE_ID;
    let report = home.run_program(&setup, &["install", "--json", "--extension-id", id]).json(0);
    assert_eq!(report["browsers"][0]["outcome"], "created", "{report}");
    let manifest: Value = serde_json::from_str(&home.read(CHROMIUM)).unwrap();
    assert_eq!(manifest["allowed_origins"][1], json!(format!("chrome-extension://{id}/")));
}

#[test]
fn a_package_is_one_also_if_a_link_leads_to_the_machines_root() {
    let home = Home::new(&["chromium"]);
    packaged(&home);
    std::os::unix::fs::symlink(home.path("root"), home.path("image")).unwrap();
    let variables = [("POTBRIDGE_SETUP_ROOT", home.path("image"))];
    let run = |arguments: &[&str]| {
        let mut command = home.command(&home.path("root/usr/bin/potbridge-setup"), arguments);
        command.envs(variables.clone()).output().unwrap()
    };
    let output = run(&["install"]);
    assert!(output.status.success(), "{output:?}");
    assert!(!home.path(".local/bin").exists(), "its programs are copied nowhere");
    assert_eq!(run(&["install", "--system"]).status.code(), Some(2));
}

/// What doctor says for each browser and of the installation.
fn is_well(report: &crate::doctor_home::Report) {
    for row in report.rows().iter().filter(|row| row["part"] == "browser" || row["part"] == "installation") {
        assert_eq!(row["state"], "ok", "{row}");
    }
    assert_eq!(report.code, 3, "only the extension is not connected: {:#}", report.json);
}

#[test]
fn doctor_finds_what_a_package_installed() {
    let doctor = crate::doctor_home::DoctorHome::new(&["chromium"]);
    packaged(&doctor.home);
    let host = doctor.path("root/usr/bin/potbridge");
    let family = potbridge_system::browser::Family::Chromium;
    let text = potbridge_system::browser::native_manifest::text(family, &host, &[]).unwrap();
    doctor.write(OF_ALL, &text);
    let setup = doctor.path("root/usr/bin/potbridge-setup");
    let run = || {
        let mut command = doctor.command(&[]);
        let variables: Vec<_> =
            command.get_envs().map(|(name, value)| (name.to_owned(), value.unwrap().to_owned())).collect();
        command = std::process::Command::new(&setup);
        command.args(["doctor", "--json"]).env_clear().envs(variables);
        crate::doctor_home::Report::of(command.output().unwrap())
    };
    let report = run();
    is_well(&report);
    let hint = report.row("no-browser")["hint"].as_str().unwrap().to_owned();
    assert!(hint.ends_with("root/usr/share/potbridge/extension"), "{hint}");
    // A user of it who installed too.
    doctor.home.run_program(&setup, &["install", "--env-file", "app/.env"]).success();
    is_well(&run());
    fs::set_permissions(&host, fs::Permissions::from_mode(0o644)).unwrap();
    let report = run();
    let row = report.rows().iter().find(|row| row["name"] == "potbridge").unwrap();
    assert_eq!((&row["code"], &row["fixable"]), (&json!("not-executable"), &json!(false)));
    assert!(row["hint"].as_str().unwrap().contains("package"), "{row}");
}

#[test]
fn doctor_finds_what_was_installed_for_all_users() {
    let doctor = crate::doctor_home::DoctorHome::new(&["chromium", "firefox"]);
    doctor.home.run(&["install", "--system"]).success();
    is_well(&doctor.doctor());
    let page = "root/usr/local/share/potbridge/extension/chromium/old.js";
    fs::remove_file(doctor.path(page)).unwrap();
    doctor.doctor().names(
        "installed-missing",
        "files for all users",
        "sudo potbridge-setup install --system",
    );
    assert_eq!(doctor.fix().json["fixed"], json!([]));
}

#[test]
fn a_flatpak_starts_the_host_of_all_users() {
    let doctor = crate::doctor_home::DoctorHome::new(&[]);
    let app = "com.brave.Browser";
    fs::create_dir_all(doctor.path("root/var/lib/flatpak/app").join(app)).unwrap();
    let file = doctor.path(".local/share/flatpak/overrides").join(app);
    let talk = "[Session Bus Policy]\\norg.freedesktop.Flatpak=talk\\n";
    doctor.home.program("bin/flatpak", &format!("printf '{talk}' > {}", file.display()));
    doctor.home.run(&["install", "--system"]).both(0);
    doctor.write(".local/share/flatpak/overrides/.keep", "");
    let setup = doctor.path("root/usr/local/bin/potbridge-setup");
    doctor.home.run_program(&setup, &["install", "--flatpak"]).success();
    let wrapper = format!(".var/app/{app}/data/potbridge/potbridge");
    assert!(doctor.home.read(&wrapper).contains("root/usr/local/bin/potbridge"));
    is_well(&doctor.doctor());
    doctor.write(&wrapper, "#!/bin/sh\nexec flatpak-spawn --host /opt/other \"$@\"\n");
    let install = "potbridge-setup install --browser brave --flatpak";
    doctor.doctor().names("flatpak-closed", "Brave (flatpak)", install);
    doctor.home.run_program(&setup, &install.split(' ').skip(1).collect::<Vec<_>>()).success();
    is_well(&doctor.doctor());
}

#[test]
fn a_folder_that_a_user_may_not_look_into_is_named() {
    use potbridge_test_support::ordinary_user::as_ordinary_user;
    let home = Home::new(&["chromium"]);
    home.run(&["install", "--system"]).success();
    fs::set_permissions(home.path(""), fs::Permissions::from_mode(0o755)).unwrap();
    let folder = home.path("root/etc/chromium/native-messaging-hosts");
    let list = || as_ordinary_user(|| home.run(&["list"])).success();
    assert!(list().contains("for all users"), "{}", list());
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o000)).unwrap();
    let listed = list();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(listed.contains(&format!("? cannot read {}", home.path(OF_ALL).display())), "{listed}");
}

#[test]
fn every_user_can_look_into_what_root_makes_whatever_the_umask_is() {
    let home = Home::new(&["chromium", "firefox"]);
    let before = home.tree();
    let script =
        format!("umask 077; exec {} install --system", home.path("archive/potbridge-setup").display());
    let output = home.command(std::path::Path::new("/bin/sh"), &["-c", &script]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    for folder in [
        "etc/chromium/native-messaging-hosts",
        "usr/lib/mozilla",
        "usr/local/bin",
        "usr/local/share/potbridge",
    ] {
        for folder in
            std::path::Path::new(folder).ancestors().filter(|folder| *folder != std::path::Path::new(""))
        {
            let mode = fs::metadata(home.path("root").join(folder)).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o755, "{}", folder.display());
        }
    }
    home.run(&["uninstall", "--system"]).success();
    assert_eq!(home.tree(), before);
}

#[test]
fn no_link_and_no_open_folder_leads_root_elsewhere() {
    let planted = [
        "extension/chromium/manifest.json",
        "extension/firefox.xpi",
        "potbridge-yt-dlp-plugin.zip",
        "receipts.toml",
    ];
    for file in planted {
        let home = Home::new(&["chromium"]);
        let file = home.path("root/usr/local/share/potbridge").join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(home.path("app/letter"), "").unwrap();
        std::os::unix::fs::symlink(home.path("app/letter"), &file).unwrap();
        let before = home.tree();
        let refused = home.run(&["install", "--system", "--json"]).json(1);
        assert_eq!(refused["code"], "file-in-the-way", "{refused}");
        assert_eq!(home.tree(), before);
    }
    let home = Home::new(&["chromium"]);
    let open = home.path("root/usr/local/share");
    fs::create_dir_all(&open).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
    let before = home.tree();
    let refused = home.run(&["install", "--system", "--json"]).json(1);
    assert_eq!(refused["code"], "permission-denied", "{refused}");
    assert_eq!(refused["hint"], format!("chmod o-w {}", open.display()));
    assert_eq!(home.tree(), before);
}

#[test]
fn a_file_of_the_users_own_counts_before_the_machines() {
    let home = Home::new(&["chromium"]);
    packaged(&home);
    let host = home.path("root/usr/bin/potbridge");
    let family = potbridge_system::browser::Family::Chromium;
    let text = potbridge_system::browser::native_manifest::text(family, &host, &[]).unwrap();
    for file in [OF_ALL, CHROMIUM] {
        fs::create_dir_all(home.path(file).parent().unwrap()).unwrap();
    }
    fs::write(home.path(OF_ALL), text).unwrap();
    let setup = home.path("root/usr/bin/potbridge-setup");
    let shown = home.run_program(&setup, &["list"]).success();
    assert!(shown.contains("for all users"), "{shown}");
    fs::write(home.path(CHROMIUM), "{\"name\":\"dev.potbridge.host\",\"path\":\"/opt/other\"}").unwrap();
    let shown = home.run_program(&setup, &["list"]).success();
    assert!(!shown.contains("for all users") && shown.contains("another file"), "{shown}");
    let report = home.run_program(&setup, &["install", "--json"]).json(1);
    assert_eq!(report["browsers"][0]["why"]["code"], "file-in-the-way", "{report}");
    fs::remove_file(home.path(CHROMIUM)).unwrap();
    std::os::unix::fs::symlink("/opt/other", home.path(CHROMIUM)).unwrap();
    let report = home.run_program(&setup, &["install", "--json"]).json(1);
    assert_eq!(report["browsers"][0]["why"]["code"], "file-in-the-way", "{report}");
}
