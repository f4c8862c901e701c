//! The unit for systemd.

use crate::deadline::output;
use crate::sandbox::Sandbox;
use std::fs;
use std::process::{Command, Stdio};

const UNIT: &str = include_str!("../../../container/systemd/potbridge.service");

/// The values of a key of the unit.
fn of_unit(key: &str) -> Vec<&'static str> {
    UNIT.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('=')).collect()
}

#[test]
fn systemd_takes_the_unit() {
    let sandbox = Sandbox::new();
    let unit = sandbox.path("potbridge.service");
    fs::write(&unit, UNIT.replace("/opt/potbridge/potbridge", env!("CARGO_BIN_EXE_potbridge"))).unwrap();
    let mut verify = Command::new("systemd-analyze");
    verify.arg("verify").arg(&unit).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let verified = output(verify.spawn().unwrap());
    let said = String::from_utf8(verified.stderr).unwrap();
    assert!(verified.status.success() && said.is_empty(), "{said}");
}

#[test]
fn the_unit_ends_the_server_and_then_the_browser() {
    assert_eq!([of_unit("KillSignal"), of_unit("KillMode")], [["SIGINT"], ["mixed"]]);
    for command in [of_unit("ExecStart"), of_unit("ExecStopPost")] {
        let words: Vec<_> =
            command[0].strip_prefix("/opt/potbridge/potbridge ").unwrap().split(' ').collect();
        let ran = Sandbox::new().run(&[&words[..], &["--help"]].concat(), "");
        assert!(ran.0.status.success(), "{}", ran.stderr());
    }
    // They would keep the browser from its sandbox, or from compiling JavaScript.
    for key in ["RestrictNamespaces", "SystemCallFilter", "MemoryDenyWriteExecute"] {
        assert!(of_unit(key).is_empty(), "{key}");
    }
}

#[test]
fn the_units_folders_are_the_programs() {
    let of = |name: &str| {
        let set =
            of_unit("Environment").into_iter().find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        set.unwrap_or_else(|| panic!("no {name}"))
    };
    assert_eq!(of("POTBRIDGE_STATE_DIR"), format!("%S/{}", of_unit("StateDirectory")[0]));
    assert_eq!(of("POTBRIDGE_RUNTIME_DIR"), format!("%t/{}", of_unit("RuntimeDirectory")[0]));
    assert_eq!(of("HOME"), of("POTBRIDGE_STATE_DIR"));
}
