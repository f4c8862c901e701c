//! The way of a token: from the player's request to the `.env`.

#![allow(clippy::unwrap_used, reason = "tests")]

use potbridge_end_to_end::trial::{Family, LIMIT, Setting, line_of};
use potbridge_end_to_end::{both, watch};
use potbridge_stand_in::Scenario;
use std::fs;

both!(
    the_token_of_a_player_request_is_in_the_env_file,
    of_two_videos_the_newer_token_stays,
    a_full_load_brings_no_token_and_the_next_video_does,
    every_way_of_handing_over_the_body_is_read,
    a_placeholder_is_never_delivered,
    music_and_mobile_players_are_heard,
    an_embedded_player_is_heard,
);

fn the_token_of_a_player_request_is_in_the_env_file(family: Family) {
    let trial = Setting::new(family, "watch").begin();
    fs::write(trial.env(), "# mine\nPORT=3000\n").unwrap();
    let request = trial.move_on();
    trial.wait_for_env(&request);
    let text = fs::read_to_string(trial.env()).unwrap();
    assert!(
        text == format!("# mine\nPORT=3000\n{}\n", line_of(&request)),
        "the rest of the file is as it was"
    );
}

fn of_two_videos_the_newer_token_stays(family: Family) {
    let trial = Setting::new(family, "watch").begin();
    let first = trial.move_on();
    trial.wait_for_env(&first);
    let second = trial.move_on();
    assert_ne!(first.video_id, second.video_id);
    trial.wait_for_env(&second);
    assert!(!watch::has_line(&trial.env(), &line_of(&first)));
}

fn a_full_load_brings_no_token_and_the_next_video_does(family: Family) {
    let trial = Setting::new(family, "watch").begin();
    assert!(trial.stand_in.received().is_empty());
    assert!(!trial.env().exists());
    trial.wait_for_env(&trial.move_on());
}

fn every_way_of_handing_over_the_body_is_read(family: Family) {
    let trial = Setting::new(family, "varied-bodies").begin();
    for _ in 0..11 {
        trial.wait_for_env(&trial.move_on());
    }
}

fn a_placeholder_is_never_delivered(family: Family) {
    let trial = Setting::new(family, "placeholder-first").begin();
    let mut moves = 0;
    let real = loop {
        let request = trial.move_on();
        moves += 1;
        let token = request.po_token.as_deref().unwrap();
        match potbridge_protocol::PoToken::new(token) {
            Ok(_) => break request,
            Err(why) => assert_eq!(why, potbridge_protocol::NotAToken::ColdStartToken),
        }
    };
    assert!(moves > 1 || trial.stand_in.received().len() > 1, "the scenario sends a placeholder first");
    trial.wait_for_env(&real);
}

fn music_and_mobile_players_are_heard(family: Family) {
    for site in ["music.youtube.com", "m.youtube.com"] {
        let trial = Setting::new(family, "watch").at(&format!("https://{site}/")).begin();
        trial.click("[data-video-id]");
        let request = trial.stand_in.wait_for(LIMIT, |_| true).unwrap();
        assert_eq!(request.host, site);
        trial.wait_for_env(&request);
    }
}

fn an_embedded_player_is_heard(family: Family) {
    // Embedded players send placeholders as a rule; this one is further on.
    let scenario =
        Scenario::parse("embedded", "about = \"embedded\"\n[[embed.play]]\nrequest = \"player\"\n").unwrap();
    let trial =
        Setting::with(family, scenario).at("https://www.youtube-nocookie.com/embed/Nn3XSY27eIk").begin();
    trial.click("#play");
    let request = trial.stand_in.wait_for(LIMIT, |_| true).unwrap();
    assert_eq!(request.host, "www.youtube-nocookie.com");
    trial.wait_for_env(&request);
}
