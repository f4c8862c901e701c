//! Where a host and a command meet, whatever their variables and folders are.

use crate::sandbox::on_demand::{accepts, bring, token_request};
use crate::sandbox::{Browser, Ran, Sandbox, VIDEO, captured, hello, now, token};
use potbridge_protocol::frame;
use potbridge_test_support::deadline::output;
use potbridge_test_support::namespace::{may_mount, mount, read_only, small_disk};
use potbridge_test_support::ordinary_user::{ORDINARY, as_ordinary_user};
use potbridge_test_support::refused_calls::{Call, with_refused_calls};
use potbridge_test_support::skip::skip;
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::thread;

const XDG: &str = "XDG_RUNTIME_DIR";
const OURS: &str = "POTBRIDGE_RUNTIME_DIR";

/// Sets what names the runtime folder, and nothing else that does.
fn with(command: &mut Command, variables: &[(&str, &str)]) {
    command.env_remove(XDG).env_remove(OURS).envs(variables.iter().copied());
}

fn browser(sandbox: &Sandbox, variables: &[(&str, &str)]) -> Browser {
    let mut browser = sandbox.firefox_with(|host| with(host, variables));
    assert_eq!(browser.ask(&hello())["type"], "hello");
    accepts(&mut browser, true);
    browser
}

fn status(sandbox: &Sandbox, variables: &[(&str, &str)]) -> Value {
    let mut status = sandbox.potbridge(&["status", "--json"]);
    with(&mut status, variables);
    sandbox.run_command(status, "").json()
}

/// Has the command ask the browser for a token.
#[track_caller]
fn meet(sandbox: &Sandbox, host: &[(&str, &str)], command: &[(&str, &str)]) {
    let mut browser = browser(sandbox, host);
    let found = status(sandbox, command);
    assert_eq!(found["connected"].as_array().unwrap().len(), 1, "{host:?} {command:?} {found}");
    assert_eq!(found["problems"].as_array().unwrap().len(), 0, "{found}");
    let mut get = sandbox.potbridge(&["get", "--video", VIDEO, "--wait", "60", "--bypass-cache"]);
    with(&mut get, command);
    let get = get.spawn().unwrap();
    token_request(&mut browser);
    let token = token();
    bring(&mut browser, &token, VIDEO);
    assert_eq!(Ran(output(get)).ends_with(0).stdout().trim(), token.expose(), "{host:?} {command:?}");
    browser.close();
    assert_eq!(status(sandbox, command)["connected"].as_array().unwrap().len(), 0);
}

/// An empty `/run`, with the folder of this user's login if it has one.
fn run_with(login: bool) {
    mount(&["-t", "tmpfs", "tmpfs"], Path::new("/run"));
    if login {
        fs::create_dir_all("/run/user/0").unwrap();
        fs::set_permissions("/run/user/0", fs::Permissions::from_mode(0o700)).unwrap();
    }
}

/// cron, ssh, `su` and services do not set the variable.
#[test]
fn host_and_command_meet_if_only_one_has_the_variable() {
    if !may_mount(module_path!(), "host_and_command_meet_if_only_one_has_the_variable") {
        return;
    }
    run_with(true);
    let sandbox = Sandbox::new();
    let login = [(XDG, "/run/user/0")];
    meet(&sandbox, &login, &[]);
    meet(&sandbox, &[], &login);
    meet(&sandbox, &[], &[]);
    assert!(!sandbox.path("state/run").exists());
}

#[test]
fn host_and_command_meet_if_the_variable_names_no_folder_of_ours() {
    if !may_mount(module_path!(), "host_and_command_meet_if_the_variable_names_no_folder_of_ours") {
        return;
    }
    run_with(false);
    let sandbox = Sandbox::new();
    let path = |name: &str| sandbox.path(name).to_str().unwrap().to_owned();
    for (name, mode) in [("open", 0o777), ("strange", 0o700)] {
        fs::create_dir(path(name)).unwrap();
        fs::set_permissions(path(name), fs::Permissions::from_mode(mode)).unwrap();
    }
    fs::write(path("file"), "").unwrap();
    fs::create_dir(path("read-only")).unwrap();
    read_only(Path::new(&path("read-only")));
    let mut named = vec![
        "/proc/none".to_owned(),
        "relative".to_owned(),
        String::new(),
        path("missing"),
        path("open"),
        path("file"),
        path("read-only"),
    ];
    // In a user namespace there is no other user.
    if chown(path("strange"), Some(1234), None).is_ok() {
        named.push(path("strange"));
    }
    for named in &named {
        let named = [(XDG, named.as_str())];
        meet(&sandbox, &named, &named);
        meet(&sandbox, &named, &[]);
    }
    assert!(!sandbox.path("missing").exists(), "the system makes it, at the login");
}

/// The place of a host is one that a command would not choose itself.
#[test]
fn a_host_is_found_where_it_was_before_the_login_had_a_folder() {
    if !may_mount(module_path!(), "a_host_is_found_where_it_was_before_the_login_had_a_folder") {
        return;
    }
    run_with(false);
    let sandbox = Sandbox::new();
    let browser = browser(&sandbox, &[]);
    run_with(true);
    for variables in [&[][..], &[(XDG, "/run/user/0")]] {
        assert_eq!(status(&sandbox, variables)["connected"].as_array().unwrap().len(), 1);
    }
    browser.close();
}

/// `/var/run` is a link to `/run` on many systems.
#[test]
fn a_folder_of_two_names_is_one() {
    if !may_mount(module_path!(), "a_folder_of_two_names_is_one") {
        return;
    }
    run_with(true);
    let sandbox = Sandbox::new();
    std::os::unix::fs::symlink("/run/user/0", sandbox.path("link")).unwrap();
    let link = sandbox.path("link");
    let link = [(XDG, link.to_str().unwrap())];
    meet(&sandbox, &link, &link);
    meet(&sandbox, &link, &[]);
    meet(&sandbox, &[], &link);
}

#[test]
fn a_folder_that_was_emptied_is_filled_again() {
    let sandbox = Sandbox::new();
    let folder = sandbox.path("run").to_str().unwrap().to_owned();
    let variables = [(OURS, folder.as_str())];
    let mut browser = browser(&sandbox, &variables);
    fs::remove_dir_all(&folder).unwrap();
    // With the next message.
    accepts(&mut browser, true);
    assert_eq!(status(&sandbox, &variables)["connected"].as_array().unwrap().len(), 1);
    let mut get = sandbox.potbridge(&["get", "--video", VIDEO, "--wait", "60"]);
    with(&mut get, &variables);
    let get = get.spawn().unwrap();
    token_request(&mut browser);
    bring(&mut browser, &token(), VIDEO);
    Ran(output(get)).ends_with(0);
}

fn is_named(status: &Value, folder: &Path) {
    let problems = status["problems"].as_array().unwrap();
    let named = problems.iter().find(|problem| problem["code"] == "runtime-dir-unusable");
    let named = named.unwrap_or_else(|| panic!("{status}"));
    assert!(named["message"].as_str().unwrap().contains(folder.to_str().unwrap()), "{named}");
    assert!(named["hint"].as_str().unwrap().contains(OURS), "{named}");
}

#[test]
fn a_folder_that_cannot_be_used_is_named() {
    if !may_mount(module_path!(), "a_folder_that_cannot_be_used_is_named") {
        return;
    }
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("file"), "").unwrap();
    fs::create_dir(sandbox.path("read-only")).unwrap();
    read_only(&sandbox.path("read-only"));
    fs::create_dir(sandbox.path("full")).unwrap();
    small_disk("16k", &sandbox.path("full"));
    let _ = fs::write(sandbox.path("full/all"), [0; 16 * 1024]);
    for name in ["file", "read-only", "read-only/below", "full"] {
        let folder = sandbox.path(name);
        let variables = [(OURS, folder.to_str().unwrap())];
        is_named(&status(&sandbox, &variables), &folder);
        // The host goes on.
        let mut browser = browser(&sandbox, &variables);
        bring(&mut browser, &token(), VIDEO);
        browser.close();
        let mut get = sandbox.potbridge(&["get", "--video", "AbC_d3fGh1-", "--wait", "1"]);
        with(&mut get, &variables);
        let ran = sandbox.run_command(get, "").ends_with(3);
        assert!(ran.stderr().contains(folder.to_str().unwrap()), "{}", ran.stderr());
    }
}

/// A desktop may have a folder that no command can guess.
#[test]
fn a_command_that_lacks_the_variable_of_the_browser_names_it() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("xdg")).unwrap();
    fs::set_permissions(sandbox.path("xdg"), fs::Permissions::from_mode(0o700)).unwrap();
    let xdg = sandbox.path("xdg");
    let browser = browser(&sandbox, &[(XDG, xdg.to_str().unwrap())]);
    let said = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = sandbox.potbridge(arguments);
        with(&mut command, variables);
        let ran = sandbox.run_command(command, "");
        ran.stdout() + &ran.stderr()
    };
    for arguments in [&["status"][..], &["get", "--video", VIDEO, "--wait", "1"]] {
        assert!(said(arguments, &[]).contains(XDG), "{}", said(arguments, &[]));
        for variable in [XDG, OURS] {
            let other = said(arguments, &[(variable, sandbox.path("run").to_str().unwrap())]);
            assert!(!other.contains(XDG), "{other}");
        }
    }
    browser.close();
}

/// What a stranger's program that looks like a host says to each message.
fn answer_as_host(listener: &UnixListener, token: &Value) {
    let hello =
        json!({"type": "hello", "ipc": 4, "version": "0", "profile": "", "accepts": true, "active_at": 1});
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        for answer in [&hello, token] {
            let Ok(Some(_)) = frame::read(&mut stream, 1 << 20) else { break };
            frame::write(&mut stream, answer).unwrap();
        }
    }
}

#[test]
fn nobody_is_given_the_token_of_another_users_host() {
    if !rustix::process::geteuid().is_root() {
        return skip("nobody_is_given_the_token_of_another_users_host", "only root has two users");
    }
    let sandbox = Sandbox::new();
    let folder = sandbox.path("strange");
    fs::create_dir_all(folder.join("ipc")).unwrap();
    for path in [&folder, &folder.join("ipc"), &sandbox.path("")] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o777)).unwrap();
    }
    chown(&folder, Some(ORDINARY), None).unwrap();
    let theirs = token();
    let capture = captured("1", &theirs, VIDEO, now())["capture"].clone();
    let socket = folder.join("ipc/0123456789abcdef.sock");
    // It is made by the other user, which is what counts.
    let listener = as_ordinary_user(|| UnixListener::bind(&socket).unwrap());
    thread::spawn(move || answer_as_host(&listener, &json!({"type": "token", "capture": capture})));
    let mut get = sandbox.potbridge(&["get", "--video", VIDEO, "--wait", "1"]);
    with(&mut get, &[(OURS, folder.to_str().unwrap())]);
    let said = sandbox.run_command(get, "").ends_with(3);
    assert!(!said.stdout().contains(theirs.expose()));
    assert!(said.stderr().contains("is of the user") && said.stderr().contains(OURS), "{}", said.stderr());
}

/// SELinux, NFS, 9p.
#[test]
fn a_socket_that_cannot_be_opened_is_told_to_both() {
    for errno in [libc::EPERM, libc::EACCES, libc::EOPNOTSUPP] {
        let sandbox = Sandbox::new();
        let mut browser = with_refused_calls(&[(Call::Bind, errno)], || {
            let mut browser = sandbox.firefox();
            browser.ask(&hello());
            browser
        });
        accepts(&mut browser, true);
        let is_told = |problems: &Value| {
            let told: Vec<_> = problems.as_array().unwrap().iter().map(|problem| &problem["code"]).collect();
            assert_eq!(told, ["runtime-dir-unusable"], "{problems}");
            assert!(problems[0]["message"].as_str().unwrap().contains("no control socket can be opened in"));
            assert!(problems[0]["hint"].as_str().unwrap().contains(OURS));
        };
        is_told(&browser.ask(&json!({"type": "status"}))["problems"]);
        let status = sandbox.run(&["status", "--json"], "").ends_with(1).json();
        assert_eq!(status["connected"].as_array().unwrap().len(), 1);
        is_told(&status["problems"]);
        let get = ["get", "--video", VIDEO, "--wait", "1"];
        let said = sandbox.run(&get, "").ends_with(3).stderr();
        assert!(said.contains("no control socket can be opened") && said.contains(OURS), "{said}");
        browser.close();
        let status = sandbox.run(&["status", "--json"], "").ends_with(0).json();
        assert_eq!(status["problems"], json!([]));
        assert_eq!(fs::read_dir(sandbox.path("run")).unwrap().count(), 1, "its folder of sockets alone");
    }
}

/// A socket's path has 108 bytes at most.
#[test]
fn host_and_command_meet_in_a_folder_with_a_long_path() {
    let sandbox = Sandbox::new();
    for length in [60, 70, 80, 100, 200] {
        let folder = sandbox.path(&"x".repeat(length));
        let variables = [(OURS, folder.to_str().unwrap())];
        meet(&sandbox, &variables, &variables);
    }
}

#[test]
fn a_long_path_needs_no_proc() {
    if !may_mount(module_path!(), "a_long_path_needs_no_proc") {
        return;
    }
    mount(&["-t", "tmpfs", "tmpfs"], Path::new("/proc"));
    let sandbox = Sandbox::new();
    let folder = sandbox.path(&"x".repeat(120));
    let variables = [(OURS, folder.to_str().unwrap())];
    meet(&sandbox, &variables, &variables);
}
