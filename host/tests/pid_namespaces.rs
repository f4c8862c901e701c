//! Hosts in namespaces of their own, as firejail and containers have them, with one runtime folder.

use crate::sandbox::on_demand::{accepts, bring, ended, fails, get, token_request};
use crate::sandbox::{Browser, Sandbox, VIDEO, hello, token};
use potbridge_test_support::namespace::unshare;
use potbridge_test_support::refused_calls::{Call, with_refused_calls};
use potbridge_test_support::skip::skip;
use serde_json::{Value, json};

/// A browser whose host is in namespaces of its own. `None` if the system does not allow that.
fn inside(sandbox: &Sandbox, test: &str, options: &[&str], profile: &str) -> Option<Browser> {
    if !unshare(options).arg("true").output().is_ok_and(|output| output.status.success()) {
        skip(test, &format!("this system does not allow `unshare {}`", options.join(" ")));
        return None;
    }
    Some(ready(sandbox.firefox_through(unshare(options)), profile))
}

fn ready(mut browser: Browser, profile: &str) -> Browser {
    let mut hello = hello();
    hello["profile"] = json!(profile);
    assert_eq!(browser.ask(&hello)["type"], "hello");
    accepts(&mut browser, true);
    browser
}

fn connected(sandbox: &Sandbox) -> Vec<Value> {
    let status = sandbox.run(&["status", "--json"], "").ends_with(0).json();
    let mut profiles: Vec<Value> =
        status["connected"].as_array().unwrap().iter().map(|browser| browser["profile"].clone()).collect();
    profiles.sort_by_key(ToString::to_string);
    profiles
}

const OWN_PIDS: [&str; 4] = ["--pid", "--fork", "--kill-child", "--mount-proc"];

/// Each of them is the first process of its namespace.
#[test]
fn two_hosts_of_one_process_id_are_both_answered_listed_and_asked() {
    let test = "two_hosts_of_one_process_id_are_both_answered_listed_and_asked";
    let sandbox = Sandbox::new();
    let Some(mut first) = inside(&sandbox, test, &OWN_PIDS, "first") else { return };
    let mut second = inside(&sandbox, test, &OWN_PIDS, "second").unwrap();
    assert_eq!(connected(&sandbox), ["first", "second"]);
    bring(&mut first, &token(), "AbC_d3fGh1-");
    // The one that was active last is asked first, and then the other one.
    let asked = get(&sandbox, VIDEO);
    let request = token_request(&mut first);
    fails(&mut first, &request, "cannot-open");
    token_request(&mut second);
    let token = token();
    bring(&mut second, &token, VIDEO);
    assert_eq!(ended(asked).ends_with(0).stdout().trim(), token.expose());
    first.close();
    assert_eq!(connected(&sandbox), ["second"]);
}

#[test]
fn a_killed_host_of_another_namespace_is_not_listed() {
    let sandbox = Sandbox::new();
    let test = "a_killed_host_of_another_namespace_is_not_listed";
    let Some(mut browser) = inside(&sandbox, test, &OWN_PIDS, "p") else { return };
    browser.host.kill().unwrap();
    browser.close();
    assert!(connected(&sandbox).is_empty());
}

/// The system translates the user's id.
#[test]
fn a_host_in_a_user_namespace_is_asked_by_its_own_user() {
    let sandbox = Sandbox::new();
    let test = "a_host_in_a_user_namespace_is_asked_by_its_own_user";
    let options = ["--user", "--map-user=1234", "--map-group=1234", "--pid", "--fork", "--kill-child"];
    let Some(mut browser) = inside(&sandbox, test, &options, "p") else { return };
    assert_eq!(connected(&sandbox), ["p"]);
    let asked = get(&sandbox, VIDEO);
    token_request(&mut browser);
    let token = token();
    bring(&mut browser, &token, VIDEO);
    assert_eq!(ended(asked).ends_with(0).stdout().trim(), token.expose());
}

/// As on some clusters' file systems, and in some sandboxes.
#[test]
fn without_flocks_live_hosts_are_listed_and_asked() {
    for error in [libc::ENOSYS, libc::ENOLCK, libc::EOPNOTSUPP] {
        for (host_has_none, command_has_none) in [(true, true), (true, false), (false, true)] {
            let refused = |is_so| if is_so { vec![(Call::Flock, error)] } else { Vec::new() };
            let sandbox = Sandbox::new();
            let mut browser = with_refused_calls(&refused(host_has_none), || ready(sandbox.firefox(), "p"));
            with_refused_calls(&refused(command_has_none), || {
                // Looking twice, since whoever takes it for dead removes it.
                for _ in 0..2 {
                    assert_eq!(connected(&sandbox), ["p"], "{error} {host_has_none} {command_has_none}");
                }
                let asked = get(&sandbox, VIDEO);
                let request = token_request(&mut browser);
                fails(&mut browser, &request, "not-playable");
                ended(asked).ends_with(3);
            });
            browser.close();
            assert!(connected(&sandbox).is_empty());
        }
    }
}
