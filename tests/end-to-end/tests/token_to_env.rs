//! A token's way from the player's request to the `.env`.

use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_end_to_end::trial::{LIMIT, line_of};
use potbridge_end_to_end::{both, watch};
use potbridge_protocol::{NotAToken, PoToken};
use potbridge_stand_in::Scenario;
use std::fs;

both!(
    a_players_token_is_written_to_the_env_file,
    the_token_of_the_newer_video_is_kept,
    a_full_load_brings_no_token_but_the_next_video_does,
    every_type_of_body_is_read,
    a_cold_start_token_is_never_delivered,
    the_music_and_mobile_sites_are_supported,
    an_embedded_player_is_supported,
);

fn a_players_token_is_written_to_the_env_file(family: Family) {
    let trial = Setup::new(family, "watch").begin();
    fs::write(trial.env(), "# mine\nPORT=3000\n").unwrap();
    let request = trial.move_on();
    trial.wait_for_env(&request);
    let text = fs::read_to_string(trial.env()).unwrap();
    assert!(
        text == format!("# mine\nPORT=3000\n{}\n", line_of(&request)),
        "the rest of the file has changed"
    );
}

fn the_token_of_the_newer_video_is_kept(family: Family) {
    let trial = Setup::new(family, "watch").begin();
    let first = trial.move_on();
    trial.wait_for_env(&first);
    let second = trial.move_on();
    assert_ne!(first.video_id, second.video_id);
    trial.wait_for_env(&second);
    assert!(!watch::has_line(&trial.env(), &line_of(&first)));
}

fn a_full_load_brings_no_token_but_the_next_video_does(family: Family) {
    let trial = Setup::new(family, "watch").begin();
    assert!(trial.stand_in.received().is_empty());
    assert!(!trial.env().exists());
    trial.wait_for_env(&trial.move_on());
}

fn every_type_of_body_is_read(family: Family) {
    let trial = Setup::new(family, "varied-bodies").begin();
    for _ in 0..11 {
        trial.wait_for_env(&trial.move_on());
    }
}

fn a_cold_start_token_is_never_delivered(family: Family) {
    let trial = Setup::new(family, "cold-start-first").begin();
    let first = trial.move_on();
    let why = PoToken::new(first.po_token.as_deref().unwrap()).unwrap_err();
    assert_eq!(why, NotAToken::ColdStartToken);
    let real = trial.wait_for_request(|request| request.video_id == first.video_id);
    trial.wait_for_env(&real);
    assert!(!watch::has_line(&trial.env(), &line_of(&first)));
}

fn the_music_and_mobile_sites_are_supported(family: Family) {
    for site in ["music.youtube.com", "m.youtube.com"] {
        let trial = Setup::new(family, "watch").at(&format!("https://{site}/")).begin();
        trial.click("[data-video-id]");
        let request = trial.stand_in.wait_for(LIMIT, |_| true).unwrap();
        assert_eq!(request.host, site);
        trial.wait_for_env(&request);
    }
}

fn an_embedded_player_is_supported(family: Family) {
    // Embedded players usually send cold-start tokens. This one sends a real one.
    let scenario =
        Scenario::parse("embedded", "about = \"embedded\"\n[[embed.play]]\nrequest = \"player\"\n").unwrap();
    let trial =
        Setup::with(family, scenario).at("https://www.youtube-nocookie.com/embed/Nn3XSY27eIk").begin();
    trial.click("#play");
    let request = trial.stand_in.wait_for(LIMIT, |_| true).unwrap();
    assert_eq!(request.host, "www.youtube-nocookie.com");
    trial.wait_for_env(&request);
}
