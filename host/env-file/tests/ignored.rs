//! Files that git ignores, or does not.

use crate::repository::{Repository, warned};
use crate::support::{SET, again, role};
use env_file::{EnvFile, Warning};
use std::fs;
use std::io::Write as _;
use tempfile::TempDir;

#[test]
fn git_agrees_on_what_is_ignored() {
    let rules =
        "# comment\n.env\n!keep/.env\n*.secret\n/top\nfolder/\ndeep/**/x\nsp\\ ace \n!again.secret\n[ab].c\n";
    let names = [
        ".env",
        "keep/.env",
        "other/.env",
        "a.secret",
        "again.secret",
        "deep/again.secret",
        "top",
        "deep/top",
        "folder/y",
        "deep/folder/y",
        "folders",
        "deep/x",
        "deep/1/2/x",
        "sp ace",
        "a.c",
        "c.c",
        "nested/.env",
        "nested/n",
        "nested/below/.env",
        "shut/in",
        "excluded",
        "plain",
        ".env.local",
    ];
    let repository = Repository::new()
        .with(".gitignore", rules)
        .with("nested/.gitignore", "!.env\n/n\n")
        .with("shut/.gitignore", "*\n")
        .with(".git/info/exclude", "excluded\n")
        .with("keep/.gitignore", "");
    for name in names {
        fs::create_dir_all(repository.path(name).parent().unwrap()).unwrap();
    }
    let ignored: Vec<&str> = names.into_iter().filter(|name| repository.ignores(name)).collect();
    let silent: Vec<&str> = names.into_iter().filter(|name| !warned(&repository.path(name))).collect();
    assert_eq!(silent, ignored);
    assert!(ignored.len() > 5 && ignored.len() < names.len() - 5, "{ignored:?}");
}

#[test]
fn the_usual_ignore_rules_cover_the_temporary_file_and_the_journal() {
    for rule in [".env*", ".env.*", "*.env"] {
        let repository = Repository::new().with(".gitignore", rule);
        assert!(repository.ignores(".env.env-file-aB3dE5gH7jK9.env"), "{rule}");
        assert!(repository.ignores(".env.env-file-journal-0123456789abcdef.env"), "{rule}");
    }
}

#[test]
fn a_link_for_a_gitignore_is_not_followed() {
    let repository = Repository::new().with("rules", ".env\n");
    std::os::unix::fs::symlink("rules", repository.path(".gitignore")).unwrap();
    assert!(warned(&repository.path(".env")));
}

#[test]
fn the_users_own_ignore_rules_count() {
    if let Some(path) = role() {
        let warnings = EnvFile::new(path).set(SET).unwrap().warnings;
        let codes: Vec<_> = warnings.iter().map(Warning::code).collect();
        writeln!(std::io::stdout(), "warnings: {codes:?}").unwrap();
        return;
    }
    let repository = Repository::new();
    repository.git(&["config", "--unset", "core.excludesFile"]);
    let home = TempDir::new().unwrap();
    let path = repository.path(".env");
    let warned_with_home = || {
        let test = "the_users_own_ignore_rules_count";
        let output = again(module_path!(), test, path.to_str().unwrap())
            .env("HOME", home.path())
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("GIT_CONFIG_GLOBAL")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()
            .unwrap();
        assert!(output.status.success());
        let output = String::from_utf8(output.stdout).unwrap();
        assert!(output.contains("warnings:"), "{output}");
        output.contains("not-ignored-by-git")
    };
    assert!(warned_with_home());
    fs::create_dir_all(home.path().join(".config/git")).unwrap();
    fs::write(home.path().join(".config/git/ignore"), ".env\n").unwrap();
    assert!(!warned_with_home());
    fs::write(home.path().join(".gitconfig"), "[core]\nexcludesFile = ~/mine\n").unwrap();
    assert!(warned_with_home());
    fs::write(home.path().join("mine"), "*.env\n.env\n").unwrap();
    assert!(!warned_with_home());
    fs::write(home.path().join(".gitconfig"), "[include]\npath = more\n").unwrap();
    fs::write(home.path().join("more"), "[core]\nexcludesFile = ~/none\n").unwrap();
    assert!(warned_with_home());
}
