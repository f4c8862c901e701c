//! A token reaches the `.env` although something on its way was missing or ended.

use potbridge_end_to_end::both;
use potbridge_end_to_end::process::kill;
use potbridge_end_to_end::setup::{Family, Setup};

both!(
    a_token_waits_for_a_host_that_is_installed_later,
    a_token_arrives_after_the_background_was_stopped,
    a_token_waits_while_the_background_is_stopped,
    a_token_arrives_after_the_host_was_killed,
);

fn a_token_waits_for_a_host_that_is_installed_later(family: Family) {
    let trial = Setup::new(family, "watch").without_host().begin();
    let request = trial.move_on();
    let popup = trial.popup();
    popup.wait_until("document.querySelector('#host').dataset.kind === 'absent'");
    popup.wait_until("document.querySelector('.sinks li')?.dataset.outcome === 'waiting'");
    assert!(popup.text("#problem").contains("How to get it"));
    assert!(!trial.env().exists());

    trial.install_host();
    trial.wait_for_env(&request);
    popup.wait_until("document.querySelector('.sinks li')?.dataset.outcome === 'written'");
    popup.wait_until("document.querySelector('#problem').hidden");
}

fn a_token_arrives_after_the_background_was_stopped(family: Family) {
    let trial = Setup::new(family, "watch").begin();
    trial.wait_for_env(&trial.move_on());
    trial.stop_background();
    trial.wait_for_env(&trial.move_on());
}

fn a_token_waits_while_the_background_is_stopped(family: Family) {
    let trial = Setup::new(family, "watch").without_host().begin();
    let request = trial.move_on();
    let popup = trial.popup();
    popup.wait_until("document.querySelector('.sinks li')?.dataset.outcome === 'waiting'");
    drop(popup);
    trial.stop_background();
    trial.install_host();
    // The popup wakes the background.
    let popup = trial.popup();
    trial.wait_for_env(&request);
    popup.wait_until("document.querySelector('.sinks li')?.dataset.outcome === 'written'");
}

fn a_token_arrives_after_the_host_was_killed(family: Family) {
    let trial = Setup::new(family, "watch").begin();
    trial.wait_for_env(&trial.move_on());
    let hosts = trial.host_processes();
    assert!(!hosts.is_empty(), "no host is connected");
    hosts.into_iter().for_each(kill);
    trial.wait_for_env(&trial.move_on());
}
