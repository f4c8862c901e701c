//! The program `potbridge-stand-in`, run as its users run it.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

/// The program. `timeout` ends it if it hangs.
fn program() -> Command {
    let mut command = Command::new("timeout");
    command.args(["60", env!("CARGO_BIN_EXE_potbridge-stand-in")]);
    command
}

#[test]
fn it_says_where_it_listens_and_ends_with_its_input() {
    let mut child = program().stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    let ready: serde_json::Value = serde_json::from_str(&line).unwrap();
    let address = ready["address"].as_str().unwrap();
    assert!(std::net::TcpStream::connect(address).is_ok(), "{line}");
    assert!(ready["start_url"].as_str().unwrap().starts_with("https://www.youtube.com/watch?v="), "{line}");
    assert_eq!(ready["spki_sha256"].as_str().unwrap().len(), 44, "{line}");
    assert!(ready["ca_pem"].as_str().unwrap().starts_with("-----BEGIN CERTIFICATE-----"), "{line}");

    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
}

#[test]
fn an_unknown_scenario_is_a_clear_error() {
    let output = program().args(["--scenario", "dmo"]).stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.starts_with("potbridge-stand-in: there is no scenario \"dmo\""), "{error}");
    assert!(output.stdout.is_empty());
}
