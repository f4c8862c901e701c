//! The background script is stopped or updated, and the host is killed or replaced, at the worst moments.

use potbridge_end_to_end::both;
use potbridge_end_to_end::process::{kill, signal_to};
use potbridge_end_to_end::setup::{Family, Setup, extension_of_version};
use potbridge_end_to_end::trial::{LIMIT, Trial};
use potbridge_protocol::identifiers::FIREFOX_ID;
use potbridge_stand_in::Received;
use potbridge_test_support::executable;
use rustix::process::Signal;
use serde_json::json;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

both!(
    a_token_that_the_host_has_not_answered_outlives_the_background,
    tokens_outlive_hosts_that_are_killed_as_they_are_sent,
    a_host_whose_program_was_replaced_gives_way_to_the_new_one,
);

/// Waits until the token of a request is given for its video.
#[track_caller]
fn wait_until_given(trial: &Trial, request: &Received) {
    let video = request.video_id.as_deref().unwrap();
    trial.wait_for_token(video, |found| found["token"] == json!(request.po_token));
}

/// The only host that runs, apart from one that was just killed.
fn host_process(trial: &Trial, killed: Option<u32>) -> u32 {
    let end = Instant::now() + LIMIT;
    loop {
        // The file of a killed one stays until the next one starts.
        let mut hosts = trial.host_processes();
        hosts.retain(|host| Some(*host) != killed && program_of(*host).is_some());
        if let [host] = hosts[..] {
            return host;
        }
        assert!(Instant::now() < end, "there is not one host: {hosts:?}");
        thread::sleep(Duration::from_millis(20));
    }
}

fn a_token_that_the_host_has_not_answered_outlives_the_background(family: Family) {
    let trial = Setup::new(family, "watch").begin();
    trial.wait_for_env(&trial.move_on());
    let host = host_process(&trial, None);
    // It takes messages and answers none.
    signal_to(host, Signal::STOP);
    let request = trial.move_on();
    let popup = trial.popup();
    let kept = format!(
        "chrome.storage.session.get().then((stored) => JSON.stringify(stored).includes({:?}))",
        request.po_token.as_deref().unwrap()
    );
    popup.wait_for_value(&kept, &json!(true));
    drop(popup);
    trial.stop_background();
    kill(host);
    assert!(!trial.potbridge(&["get", "--video", request.video_id.as_deref().unwrap()]).status.success());

    // The popup wakes the background.
    let _popup = trial.popup();
    trial.wait_for_env(&request);
    wait_until_given(&trial, &request);
}

fn tokens_outlive_hosts_that_are_killed_as_they_are_sent(family: Family) {
    let trial = Setup::new(family, "watch").begin();
    trial.wait_for_env(&trial.move_on());
    let (mut requests, mut killed) = (Vec::new(), None);
    for _ in 0..4 {
        let host = host_process(&trial, killed);
        // The server and the extension hear of the request at about the same time.
        requests.push(trial.move_on());
        kill(host);
        killed = Some(host);
    }
    for request in &requests {
        wait_until_given(&trial, request);
    }
    trial.wait_for_env(requests.last().unwrap());
}

fn a_host_whose_program_was_replaced_gives_way_to_the_new_one(family: Family) {
    let trial = Setup::new(family, "watch").with_copied_host().begin();
    let before = trial.move_on();
    trial.wait_for_env(&before);
    let old = host_process(&trial, None);
    // As an installation replaces it: in one step, and the running program goes on with the old file.
    let newer = trial.path("newer");
    executable::copy(trial.host_program(), &newer);
    std::fs::rename(&newer, trial.host_program()).unwrap();
    assert!(program_of(old).is_some_and(|program| program != trial.host_program()), "the old file is gone");

    // It looks now and then when it is spoken to.
    let mut requests = vec![before];
    let end = Instant::now() + LIMIT;
    while program_of(host_process(&trial, None)).as_deref() != Some(trial.host_program()) {
        assert!(Instant::now() < end, "the old program still runs");
        requests.push(trial.move_on());
        thread::sleep(Duration::from_secs(1));
    }
    assert_ne!(host_process(&trial, None), old);
    let last = trial.move_on();
    trial.wait_for_env(&last);
    requests.push(last);
    // A video that comes again has the same token.
    for request in &requests {
        wait_until_given(&trial, request);
    }
}

/// Firefox is told of an update as it tells itself: by the listener that the extension has set. Chromium fetches updates of
/// packed extensions only.
#[test]
fn an_update_of_the_extension_waits_until_nothing_does() {
    /// Longer than the extension takes to look whether something waits.
    const LOOKS: Duration = Duration::from_secs(4);
    let trial = Setup::new(Family::Firefox, "watch").without_host().begin();
    let request = trial.move_on();
    let popup = trial.popup();
    popup.wait_until("document.querySelector('.sinks li')?.dataset.outcome === 'waiting'");
    drop(popup);

    let update = extension_of_version(&trial, "9.0.0");
    let told = trial.in_firefox(
        "const [id, folder] = arguments;
         const { AddonManager, AddonManagerPrivate } =
             ChromeUtils.importESModule('resource://gre/modules/AddonManager.sys.mjs');
         const file = Cc['@mozilla.org/file/local;1'].createInstance(Ci.nsIFile);
         file.initWithPath(folder);
         if (!AddonManagerPrivate.hasUpgradeListener(id)) return false;
         const install = () => AddonManager.installTemporaryAddon(file);
         AddonManagerPrivate.getUpgradeListener(id)({ version: '9.0.0', install });
         return true;",
        &json!([FIREFOX_ID, update]),
    );
    assert_eq!(told, json!(true), "the extension does not listen for updates");
    let version = || {
        trial.in_firefox(
            "return WebExtensionPolicy.getByID(arguments[0]).extension.version;",
            &json!([FIREFOX_ID]),
        )
    };
    thread::sleep(LOOKS);
    assert_ne!(version(), json!("9.0.0"), "the update did not wait for a token that waits");

    trial.install_host();
    trial.wait_for_env(&request);
    // It stands in front until now, and somebody may read it.
    drop(trial.opened_first_run_page());
    trial.wait_for_connected(|connected| connected[0]["version"] == json!("9.0.0"));
    assert_eq!(version(), json!("9.0.0"));
    trial.wait_for_env(&trial.move_on());
}

/// The file that a process runs. None if it has ended.
fn program_of(process: u32) -> Option<PathBuf> {
    std::fs::read_link(format!("/proc/{process}/exe")).ok()
}
