//! The keyring: a real GNOME Keyring on a bus of its own, read by another program.

use crate::keyring_user::User;
use crate::token as random_token;
use potbridge_protocol::Code;
use potbridge_sinks::keyring::Keyring;
use potbridge_test_support::private_bus::{PASSWORD, PrivateBus};
use serde_json::{Value, json};
use std::fs;
use std::time::{Duration, Instant};

const NAME: &str = "YT_DLP_PO_TOKEN";

fn token() -> String {
    random_token().expose().to_owned()
}

/// Compares without showing a value.
#[track_caller]
fn assert_same(found: Option<&str>, expected: &str) {
    let found = found.expect("no entry");
    assert!(found == expected, "another value: {} characters, not {}", found.len(), expected.len());
}

#[track_caller]
fn assert_refused(answer: &Value, code: Code) -> String {
    assert_eq!(answer["code"], code.as_str(), "{answer}");
    answer["message"].as_str().unwrap().to_owned()
}

#[test]
fn another_program_finds_what_was_set() {
    let bus = PrivateBus::new();
    let mut user = User::on(&bus);
    let (first, second) = (token(), token());
    assert_eq!(user.set(&[(NAME, &first), ("VISITOR_DATA", "a value; with \"signs\" é")]), "Written");
    assert_same(bus.looked_up(NAME).as_deref(), &first);
    assert_same(bus.looked_up("VISITOR_DATA").as_deref(), "a value; with \"signs\" é");
    assert_eq!(user.set(&[(NAME, &second)]), "Written");
    assert_same(bus.looked_up(NAME).as_deref(), &second);
    let all = user.get(&[NAME, "VISITOR_DATA", "ABSENT"]);
    assert_eq!(all.as_object().unwrap().len(), 2);
    assert_same(all[NAME].as_str(), &second);
}

#[test]
fn equal_values_are_not_written_again() {
    let bus = PrivateBus::new();
    let token = token();
    assert_eq!(User::on(&bus).set(&[(NAME, &token)]), "Written");
    let modified = |bus: &PrivateBus| {
        let (found, _) = bus.secret_tool(&["search", "service", "potbridge"], "");
        found.lines().find(|line| line.starts_with("modified")).unwrap().to_owned()
    };
    let (file, before) = (bus.path("home/data/keyrings/login.keyring"), modified(&bus));
    let written = fs::metadata(&file).unwrap();
    assert_eq!(User::on(&bus).set(&[(NAME, &token)]), "Unchanged");
    assert_eq!(modified(&bus), before);
    assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), written.modified().unwrap());
}

#[test]
fn an_empty_value_or_clearing_removes_the_entry() {
    let bus = PrivateBus::new();
    let mut user = User::on(&bus);
    assert_eq!(user.set(&[(NAME, &token()), ("B", &token())]), "Written");
    assert_eq!(user.set(&[(NAME, "")]), "Written");
    assert!(bus.looked_up(NAME).is_none());
    assert_eq!(user.set(&[(NAME, "")]), "Unchanged");
    assert_eq!(user.clear(&[NAME, "B"]), "Written");
    assert!(bus.looked_up("B").is_none());
    assert_eq!(user.clear(&[NAME, "B"]), "Unchanged");
    assert_eq!(user.get(&[NAME, "B"]), json!({}));
}

#[test]
fn an_entry_of_another_program_keeps_its_other_attributes() {
    let bus = PrivateBus::new();
    let attributes = ["service", "potbridge", "username", NAME, "colour", "green"];
    bus.secret_tool(&[&["store", "--label", "Mine"], &attributes[..]].concat(), "old");
    let token = token();
    let mut user = User::on(&bus);
    assert_eq!(user.set(&[(NAME, &token)]), "Written");
    let (found, _) = bus.secret_tool(&["search", "--all", "service", "potbridge"], "");
    assert_eq!(found.matches("label = ").count(), 1);
    assert!(found.contains("label = Mine"));
    let (value, _) = bus.secret_tool(&[&["lookup"], &attributes[..]].concat(), "");
    assert_same(Some(&value), &token);
}

#[test]
fn entries_that_cannot_be_told_apart_are_left_alone() {
    let bus = PrivateBus::new();
    for colour in ["green", "blue"] {
        let label = ["store", "--label", colour, "service", "potbridge", "username", NAME, "colour", colour];
        bus.secret_tool(&label, colour);
    }
    let mut user = User::on(&bus);
    let value = token();
    for answer in [user.set(&[("A", &value), (NAME, &value)]), user.clear(&[NAME]), user.get(&[NAME])] {
        let message = assert_refused(&answer, Code::KeyringAmbiguous);
        assert!(message.contains("2 entries") && message.contains(NAME), "{message}");
    }
    assert!(bus.looked_up("A").is_none());
    for colour in ["green", "blue"] {
        let (value, _) = bus.secret_tool(&["lookup", "username", NAME, "colour", colour], "");
        assert_eq!(value, colour);
    }
}

#[test]
fn without_a_bus_nothing_is_written_anywhere_else() {
    let bus = PrivateBus::without_a_bus();
    let value = token();
    let unnamed = User::with(&bus, |command| {
        command.env_remove("DBUS_SESSION_BUS_ADDRESS").env_remove("XDG_RUNTIME_DIR");
    });
    for mut user in [User::on(&bus), unnamed] {
        let message = assert_refused(&user.set(&[(NAME, &value)]), Code::KeyringAbsent);
        assert!(message.contains("no session bus") && message.contains("not put into a file"), "{message}");
        assert!(!message.contains(&value));
        assert_refused(&user.clear(&[NAME]), Code::KeyringAbsent);
    }
    assert_eq!(fs::read_dir(bus.path("home")).unwrap().count(), 0);
}

#[test]
fn a_bus_without_a_keyring_is_told_from_no_bus() {
    let bus = PrivateBus::without_a_keyring();
    let message = assert_refused(&User::on(&bus).set(&[(NAME, &token())]), Code::KeyringAbsent);
    assert!(message.contains("no keyring on the session bus") && message.contains("secrets"), "{message}");
}

#[test]
fn a_keyring_that_the_bus_starts_is_waited_for() {
    let bus = PrivateBus::starting_a_keyring(&format!(
        "/bin/sh -c 'printf \"{PASSWORD}\" | exec gnome-keyring-daemon --unlock --foreground --components=secrets'"
    ));
    let token = token();
    assert_eq!(User::on(&bus).set(&[(NAME, &token)]), "Written");
    assert_same(bus.looked_up(NAME).as_deref(), &token);
}

#[test]
fn a_keyring_that_does_not_start_is_absent() {
    let bus = PrivateBus::starting_a_keyring("/bin/false");
    let message = assert_refused(&User::on(&bus).get(&[NAME]), Code::KeyringAbsent);
    assert!(message.contains("exited with status 1"), "{message}");
}

#[test]
fn the_bus_of_a_session_is_found_in_the_runtime_folder() {
    let bus = PrivateBus::new();
    let token = token();
    let mut user = User::with(&bus, |command| {
        command.env_remove("DBUS_SESSION_BUS_ADDRESS");
    });
    assert_eq!(user.set(&[(NAME, &token)]), "Written");
    assert_same(bus.looked_up(NAME).as_deref(), &token);
}

#[test]
fn a_locked_keyring_that_cannot_ask_is_refused_at_once() {
    let mut bus = PrivateBus::new();
    let (old, new) = (token(), token());
    let mut user = User::on(&bus);
    user.set(&[(NAME, &old)]);
    bus.start_keyring(false);
    let began = Instant::now();
    for answer in [user.set(&[(NAME, &new)]), user.clear(&[NAME]), user.get(&[NAME])] {
        assert_refused(&answer, Code::KeyringDismissed);
    }
    assert!(began.elapsed() < Duration::from_secs(30));
    bus.start_keyring(true);
    assert_same(user.get(&[NAME])[NAME].as_str(), &old);
}

#[test]
fn a_locked_keyring_is_written_after_it_was_unlocked() {
    let mut bus = PrivateBus::new();
    let mut user = User::on(&bus);
    user.set(&[(NAME, &token())]);
    bus.lock_with_prompter(true);
    let (first, second) = (token(), token());
    assert_eq!(user.set(&[(NAME, &first), ("NEW", &second)]), "Written");
    assert_same(bus.looked_up(NAME).as_deref(), &first);
    assert_same(bus.looked_up("NEW").as_deref(), &second);
}

#[test]
fn a_locked_keyring_is_left_alone_if_the_dialog_is_closed() {
    let mut bus = PrivateBus::new();
    let mut user = User::on(&bus);
    let old = token();
    user.set(&[(NAME, &old)]);
    bus.lock_with_prompter(false);
    assert_refused(&user.set(&[(NAME, &token())]), Code::KeyringDismissed);
    bus.start_keyring(true);
    assert_same(bus.looked_up(NAME).as_deref(), &old);
}

#[test]
fn a_request_to_unlock_ends_after_its_timeout() {
    let mut bus = PrivateBus::new();
    let mut user = User::on(&bus);
    user.set(&[(NAME, &token())]);
    bus.start_keyring(false);
    // A program that owns the name of GNOME's dialogs and shows none.
    let silent = bus.connect();
    silent.request_name("org.gnome.keyring.SystemPrompter", false, false, true).unwrap();
    let began = Instant::now();
    let answer = user.ask(&json!({"set": [[NAME, token()]], "unlock_timeout": 1}));
    let message = assert_refused(&answer, Code::KeyringLocked);
    assert!(message.contains("within 1 seconds"), "{message}");
    assert!((1..30).contains(&began.elapsed().as_secs()));
    let answer = user.ask(&json!({"clear": [NAME], "unlock_timeout": 0}));
    assert_refused(&answer, Code::KeyringLocked);
}

#[test]
fn a_keyring_without_a_default_collection_is_refused() {
    let mut bus = PrivateBus::without_a_keyring();
    bus.start_keyring(false);
    let mut user = User::on(&bus);
    assert_refused(&user.set(&[(NAME, &token())]), Code::KeyringNoDefault);
    assert_eq!(user.clear(&[NAME]), "Unchanged");
}

#[test]
fn a_keyring_that_was_restarted_is_found_again() {
    let mut bus = PrivateBus::new();
    let mut user = User::on(&bus);
    user.set(&[(NAME, &token())]);
    bus.start_keyring(true);
    let token = token();
    assert_eq!(user.set(&[(NAME, &token)]), "Written");
    assert_same(bus.looked_up(NAME).as_deref(), &token);
}

#[test]
fn nothing_stays_open_or_running_after_a_use() {
    let bus = PrivateBus::new();
    let mut user = User::on(&bus);
    let before = user.ask(&json!({"held": null}));
    for _ in 0..3 {
        user.set(&[(NAME, &token())]);
        user.get(&[NAME]);
    }
    user.clear(&[NAME]);
    assert_eq!(user.ask(&json!({"held": null})), before);
}

#[test]
fn names_that_no_keyring_takes_are_refused() {
    for name in ["", "A\0B", "A\nB"] {
        let keyring = Keyring::new("potbridge");
        assert_eq!(keyring.clear(&[name]).unwrap_err().code(), Code::KeyringNameInvalid);
        assert_eq!(Keyring::new(name).get(&[NAME]).unwrap_err().code(), Code::KeyringNameInvalid);
    }
}
