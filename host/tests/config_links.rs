//! `potbridge config set` where the configuration is a link, as dotfiles have it, and where several change it at once.

use crate::deadline;
use crate::sandbox::Sandbox;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
#[cfg(target_os = "linux")]
use std::{fs::Permissions, os::unix::fs::PermissionsExt as _};

const SET: [&str; 4] = ["config", "set", "serve.secret", "true"];

/// A sandbox whose configuration lies in a folder `dotfiles`, and nowhere else. Gives its real path too.
fn with_dotfiles(name: &str) -> (Sandbox, PathBuf) {
    let sandbox = Sandbox::new();
    let real = sandbox.path("dotfiles").join(name);
    fs::create_dir_all(real.parent().unwrap()).unwrap();
    fs::rename(sandbox.path("config.toml"), &real).unwrap();
    (sandbox, real)
}

#[track_caller]
fn is_set(real: &Path) {
    let text = fs::read_to_string(real).unwrap();
    assert!(text.contains("[[sink]]") && text.contains("[serve]\nsecret = true\n"), "{text}");
    assert!(!real.is_symlink());
}

#[test]
fn the_file_behind_every_kind_of_link_is_changed() {
    // A chain, whose links are relative to where they are.
    let (sandbox, real) = with_dotfiles("c.toml");
    symlink("c.toml", sandbox.path("dotfiles/b.toml")).unwrap();
    symlink("dotfiles/b.toml", sandbox.path("config.toml")).unwrap();
    sandbox.run(&SET, "").ends_with(0);
    is_set(&real);
    assert!(sandbox.path("config.toml").is_symlink() && sandbox.path("dotfiles/b.toml").is_symlink());
    // The folder is the link, as stow makes it, and the path goes up again behind it.
    let (sandbox, real) = with_dotfiles("potbridge/config.toml");
    symlink("dotfiles/potbridge", sandbox.path("linked")).unwrap();
    for config in ["linked/config.toml", "linked/../potbridge/config.toml"] {
        let mut command = sandbox.potbridge(&SET);
        command.env("POTBRIDGE_CONFIG", sandbox.path(config));
        let ran = deadline::output(command.spawn().unwrap());
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        is_set(&real);
    }
    assert!(sandbox.path("linked").is_symlink());
}

#[test]
fn a_link_that_leads_nowhere_is_told() {
    let sandbox = Sandbox::new();
    fs::remove_file(sandbox.path("config.toml")).unwrap();
    symlink("missing/c.toml", sandbox.path("config.toml")).unwrap();
    let said = sandbox.run(&SET, "").ends_with(1).stderr();
    assert!(said.contains("missing does not exist\nhint: create it"), "{said}");
    // The folder.
    symlink("nowhere", sandbox.path("linked")).unwrap();
    let mut command = sandbox.potbridge(&SET);
    command.env("POTBRIDGE_CONFIG", sandbox.path("linked/config.toml"));
    let ran = deadline::output(command.spawn().unwrap());
    let said = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(1));
    assert!(
        said.contains("linked is a link to ") && said.contains("nowhere, which does not exist\nhint: "),
        "{said}"
    );
    assert!(sandbox.path("linked").is_symlink() && !sandbox.path("nowhere").exists());
    // In a circle.
    fs::remove_file(sandbox.path("config.toml")).unwrap();
    symlink("config.toml", sandbox.path("config.toml")).unwrap();
    let said = sandbox.run(&SET, "").ends_with(1).stderr();
    assert!(said.contains("links at") && said.contains("circle"), "{said}");
}

/// As home-manager makes it: into the store of Nix, which is mounted read-only.
#[cfg(target_os = "linux")]
#[test]
fn a_link_into_a_read_only_place_is_named_with_what_to_do() {
    use potbridge_test_support::namespace::{may_mount, read_only};
    if !may_mount(module_path!(), "a_link_into_a_read_only_place_is_named_with_what_to_do") {
        return;
    }
    let (sandbox, real) = with_dotfiles("hash-config.toml");
    fs::set_permissions(&real, Permissions::from_mode(0o444)).unwrap();
    let link = sandbox.path("config.toml");
    symlink(&real, &link).unwrap();
    read_only(&sandbox.path("dotfiles"));
    let said = sandbox.run(&SET, "").ends_with(1).stderr();
    assert!(said.contains(&format!("{} is a link to {}", link.display(), real.display())), "{said}");
    let command = said.split('`').nth(1).unwrap_or_else(|| panic!("no command: {said}"));
    assert!(link.is_symlink());
    // The command that is named.
    let ran = std::process::Command::new("/bin/sh").args(["-c", command]).status().unwrap();
    assert!(ran.success(), "{command}");
    sandbox.run(&SET, "").ends_with(0);
    is_set(&link);
}

/// A folder that this user may not write, with a file that it may not write either.
#[cfg(target_os = "linux")]
#[test]
fn a_link_to_a_file_of_another_user_is_named_with_what_to_do() {
    use potbridge_test_support::ordinary_user::as_ordinary_user;
    use potbridge_test_support::skip::skip;
    if !rustix::process::geteuid().is_root() {
        skip(
            "a_link_to_a_file_of_another_user_is_named_with_what_to_do",
            "it must make files of another user",
        );
        return;
    }
    let (sandbox, real) = with_dotfiles("config.toml");
    for (path, mode) in [("", 0o755), ("dotfiles", 0o755), ("dotfiles/config.toml", 0o644)] {
        fs::set_permissions(sandbox.path(path), Permissions::from_mode(mode)).unwrap();
    }
    symlink(&real, sandbox.path("config.toml")).unwrap();
    let said = as_ordinary_user(|| sandbox.run(&SET, "").ends_with(1).stderr());
    assert!(said.contains(" is a link to ") && said.contains("Permission denied"), "{said}");
}

#[test]
fn several_changes_at_once_are_all_kept() {
    let (sandbox, real) = with_dotfiles("c.toml");
    symlink("dotfiles/c.toml", sandbox.path("config.toml")).unwrap();
    let names: Vec<_> = (0..12).map(|number| format!("sink.0.vars.V{number}")).collect();
    let started: Vec<_> = names
        .iter()
        .map(|name| sandbox.potbridge(&["config", "set", name, "{token}"]).spawn().unwrap())
        .collect();
    for command in started {
        let ran = deadline::output(command);
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    }
    let text = fs::read_to_string(&real).unwrap();
    for number in 0..12 {
        assert!(text.contains(&format!("\nV{number} = \"{{token}}\"\n")), "V{number} is lost: {text}");
    }
}

#[test]
fn a_change_waits_for_another_and_names_the_lock_when_it_gives_up() {
    let sandbox = Sandbox::new();
    sandbox.run(&SET, "").ends_with(0);
    let before = fs::read_to_string(sandbox.path("config.toml")).unwrap();
    let path = sandbox.path("state/locks/config");
    let held = fs::File::open(&path).unwrap();
    held.lock().unwrap();
    let ran = sandbox.run(&["config", "set", "serve.secret", "false"], "").ends_with(1);
    assert!(ran.stderr().contains(path.to_str().unwrap()), "{}", ran.stderr());
    assert_eq!(fs::read_to_string(sandbox.path("config.toml")).unwrap(), before);
    drop(held);
    sandbox.run(&["config", "set", "serve.secret", "false"], "").ends_with(0);
}
