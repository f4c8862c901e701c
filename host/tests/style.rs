//! How errors look on a terminal, and what every object of `--json` has.

use crate::runner::terminal::Terminal;
use crate::sandbox::{Sandbox, VIDEO, captured, hello, now, token};
use serde_json::Value;

/// What a terminal shows of a command with these variables.
fn shown(sandbox: &Sandbox, environment: &str, command: &str) -> String {
    let script = format!("env {environment} \"$POTBRIDGE\" {command}; echo en''ded");
    Terminal::with(sandbox, &["bash", "-c", &script].map(str::to_owned)).shows("ended")
}

#[test]
fn errors_have_colour_on_a_terminal_alone_and_not_if_nobody_wants_it() {
    let sandbox = Sandbox::new();
    // An error of a command, and one of its command line.
    for (command, first) in [("get", "the store has no token "), ("get --wait", "a value is required for ")] {
        let coloured = shown(&sandbox, "-u NO_COLOR TERM=xterm", command);
        let error = format!("\x1b[1m\x1b[31merror:\x1b[0m {first}");
        assert!(coloured.contains(&error), "{coloured:?}");
        assert!(coloured.contains("\r\n\x1b[1m\x1b[36mhint:\x1b[0m "), "{coloured:?}");
        let plain = shown(&sandbox, "NO_COLOR=1 TERM=xterm", command);
        assert!(plain.contains(&format!("error: {first}")) && plain.contains("\r\nhint: "), "{plain:?}");
        assert!(!plain.contains('\x1b'), "{plain:?}");
        let piped = shown(&sandbox, "-u NO_COLOR TERM=xterm", &format!("{command} 2>&1 | cat"));
        assert!(piped.contains("error: ") && !piped.contains('\x1b'), "{piped:?}");
    }
}

/// Each time in milliseconds has the same one in ISO 8601 beside it. Returns how many there are.
fn times(object: &Value) -> usize {
    let of_values = |values: &mut dyn Iterator<Item = &Value>| values.map(times).sum::<usize>();
    match object {
        Value::Object(fields) => {
            let mut found = 0;
            for (key, value) in fields {
                if value.as_u64().is_some_and(|number| number > 1_000_000_000_000) {
                    let iso = fields.get(&format!("{key}_iso")).and_then(Value::as_str).unwrap_or_default();
                    assert!(iso.len() == 20 && iso.ends_with('Z'), "{key}: {object}");
                    found += 1;
                }
            }
            found + of_values(&mut fields.values())
        }
        Value::Array(items) => of_values(&mut items.iter()),
        _ => 0,
    }
}

#[test]
fn every_time_is_also_told_in_iso_8601() {
    let sandbox = Sandbox::new();
    let mut browser = sandbox.firefox();
    browser.send(&hello());
    browser.send(&captured("1", &token(), VIDEO, now()));
    browser.receive_type("stored");
    let json = |arguments: &[&str], stdin: &str| sandbox.run(arguments, stdin).json();
    assert_eq!(times(&json(&["get", "--json"], "")), 3);
    assert_eq!(times(&json(&["status", "--json"], "")), 3 + 1 + 1);
    assert!(times(&json(&["put", "--json"], token().expose())) >= 4);
    assert!(times(&json(&["clear", "--json"], "")) >= 1);
    browser.close();
}
