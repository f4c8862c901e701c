//! What happens to a token when something in its way is missing or dies.

#![allow(clippy::unwrap_used, reason = "tests")]

use potbridge_end_to_end::both;
use potbridge_end_to_end::trial::{Family, Setting};
use std::process::Command;

both!(
    a_token_waits_for_a_host_that_is_installed_later,
    after_the_browser_stopped_the_background_the_next_token_arrives,
    a_token_waits_also_while_the_background_is_stopped,
    after_the_host_was_killed_the_next_token_arrives,
);

fn a_token_waits_for_a_host_that_is_installed_later(family: Family) {
    let trial = Setting::new(family, "watch").without_host().begin();
    let request = trial.move_on();
    let popup = trial.popup();
    popup.wait_until("document.querySelector('#host').dataset.kind === 'absent'");
    popup.wait_until("document.querySelector('.sinks li')?.dataset.outcome === 'waiting'");
    assert!(popup.text("#problem").contains("potbridge-setup install"));
    assert!(!trial.env().exists());

    trial.install_host();
    trial.wait_for_env(&request);
    popup.wait_until("document.querySelector('.sinks li')?.dataset.outcome === 'written'");
    popup.wait_until("document.querySelector('#problem').hidden");
}

fn after_the_browser_stopped_the_background_the_next_token_arrives(family: Family) {
    let trial = Setting::new(family, "watch").begin();
    trial.wait_for_env(&trial.move_on());
    trial.stop_background();
    trial.wait_for_env(&trial.move_on());
}

fn a_token_waits_also_while_the_background_is_stopped(family: Family) {
    let trial = Setting::new(family, "watch").without_host().begin();
    let request = trial.move_on();
    let popup = trial.popup();
    popup.wait_until("document.querySelector('.sinks li')?.dataset.outcome === 'waiting'");
    drop(popup);
    trial.stop_background();
    trial.install_host();
    // Whoever opens the popup wakes the background.
    let popup = trial.popup();
    trial.wait_for_env(&request);
    popup.wait_until("document.querySelector('.sinks li')?.dataset.outcome === 'written'");
}

fn after_the_host_was_killed_the_next_token_arrives(family: Family) {
    let trial = Setting::new(family, "watch").begin();
    trial.wait_for_env(&trial.move_on());
    for process in trial.host_processes() {
        assert!(Command::new("kill").args(["-KILL", &process.to_string()]).status().unwrap().success());
    }
    trial.wait_for_env(&trial.move_on());
}
