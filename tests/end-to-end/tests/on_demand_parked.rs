//! The tab that is kept for the next token request, and what else may happen to it.

use potbridge_end_to_end::attention::Attention;
use potbridge_end_to_end::both;
use potbridge_end_to_end::display::Desktop;
use potbridge_end_to_end::downloads::video;
use potbridge_end_to_end::on_demand::ask;
use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_end_to_end::trial::Trial;
use serde_json::json;

both!(
    a_parked_tab_that_is_closed_or_discarded_is_replaced,
    a_parked_tab_that_the_user_turns_to_is_the_users,
    a_parked_tab_outlives_the_background_or_is_closed,
);

fn a_parked_tab_that_is_closed_or_discarded_is_replaced(family: Family) {
    let trial = open(family);
    let attention = Attention::begin(&trial);
    let page = attention.page();
    ask(&trial, &video(2)).assert_right();
    page.evaluate(&format!("chrome.tabs.remove({}).then(() => true)", attention.parked_tab()));
    ask(&trial, &video(3)).assert_right();
    page.evaluate(&format!("chrome.tabs.discard({}).then(() => true)", attention.parked_tab()));
    ask(&trial, &video(4)).assert_right();
    let _tab = attention.parked_tab();
    attention.accept_token_requests(false);
    attention.wait_until_nothing_is_left();
}

fn a_parked_tab_that_the_user_turns_to_is_the_users(family: Family) {
    let trial = open(family);
    let attention = Attention::begin(&trial);
    let page = attention.page();
    ask(&trial, &video(2)).assert_right();
    let tab = attention.parked_tab();
    page.evaluate(&format!("chrome.tabs.update({tab}, {{ active: true }}).then(() => true)"));
    let now = format!("chrome.tabs.get({tab}).then(({{ active, url }}) => [active, url ?? null])");
    let before = page.evaluate(&now);
    ask(&trial, &video(3)).assert_right();
    attention.accept_token_requests(false);
    let others =
        format!("chrome.tabs.query({{}}).then((tabs) => tabs.filter(({{ id }}) => id !== {tab}).length)");
    page.wait_for_value(&others, &json!(2));
    assert_eq!(page.evaluate(&now), before, "the user's tab was used or closed");
    page.evaluate(&format!("chrome.tabs.remove({tab}).then(() => true)"));
    attention.wait_until_nothing_is_left();
}

fn a_parked_tab_outlives_the_background_or_is_closed(family: Family) {
    let trial = open(family);
    let attention = Attention::begin(&trial);
    ask(&trial, &video(2)).assert_right();
    let _tab = attention.parked_tab();
    let host = trial.host_processes();
    trial.stop_background();
    // A page that opens wakes the background.
    drop(trial.popup());
    trial.wait_for_connected(|connected| *connected != json!([]) && trial.host_processes() != host);
    ask(&trial, &video(3)).assert_right();
    let _tab = attention.parked_tab();
    attention.accept_token_requests(false);
    attention.wait_until_nothing_is_left();
}

fn open(family: Family) -> Trial {
    let trial =
        Setup::new(family, "download").at("https://www.youtube.com/").in_a_window(Desktop::Bare).begin();
    trial.wait_for_connected(|connected| *connected != json!([]));
    trial
}
