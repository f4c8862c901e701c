//! What a yt-dlp that loads SABR media gets, and how it is told that its token is not good enough.

use std::fs;

use potbridge_stand_in::{DownloadRules, MediaRefusal, Refusal, RequestKind};

use crate::client::random_token;
use crate::yt_dlp::{Ended, Trial};

/// One format, unchanged.
const ONE_FORMAT: &[&str] = &["--format", "140-sabr", "--fixup", "never"];

/// The segments of a format.
const SEGMENTS: usize = 10;

fn web(token: &str) -> String {
    format!("youtube:player_client=web;po_token=web.gvs+{token}")
}

fn refusals(trial: &Trial) -> Vec<Option<MediaRefusal>> {
    let all = trial.stand_in.received().into_iter();
    all.filter(|one| one.kind == RequestKind::Download).map(|one| one.download.unwrap().refused).collect()
}

#[track_caller]
fn refused(ended: &Ended, words: &str) {
    assert!(!ended.success && ended.stderr.contains(words), "{ended:?}");
}

#[test]
fn with_the_right_token_a_format_comes_in_segments() {
    let trial = Trial::new();
    let ended = trial.run_with_sabr(&web(&trial.token), ONE_FORMAT);
    assert!(ended.success, "{ended:?}");
    assert!(fs::read(trial.only_file("m4a")).unwrap() == trial.stand_in.media(&trial.video_id, 140));
    // The first answer has two.
    assert_eq!(refusals(&trial), vec![None; SEGMENTS - 1]);
    let all = trial.stand_in.received();
    let mut asked = all.iter().filter(|one| one.kind == RequestKind::Download);
    assert!(asked.all(|one| one.po_token.as_deref() == Some(&trial.token)));
}

#[test]
fn picture_and_sound_are_merged() {
    let trial = Trial::new();
    let ended = trial.run_with_sabr(&web(&trial.token), &["--format", "bv+ba"]);
    assert!(ended.success, "{ended:?}");
    assert_eq!(trial.files("mp4").len(), 1);
}

#[test]
fn without_the_right_token_the_stream_is_pending_for_a_minute_and_then_refused() {
    let trial = Trial::new();
    // Of ten segments of a video of 213 seconds three begin within a minute. Nobody has another token.
    for (arguments, words, why) in [
        (web(&random_token()), "and the one provided is invalid", MediaRefusal::UnknownToken),
        (
            "youtube:player_client=web".to_owned(),
            "a GVS PO Token to continue. Retrying",
            MediaRefusal::NoToken,
        ),
    ] {
        let before = refusals(&trial).len();
        refused(&trial.run_with_sabr(&arguments, ONE_FORMAT), words);
        let part = fs::metadata(trial.only_file("part")).unwrap().len();
        assert_eq!(part, trial.stand_in.media(&trial.video_id, 140).len() as u64 * 3 / 10);
        // Two pending answers, and a refused one before and after each of five renewals.
        assert_eq!(refusals(&trial)[before..], vec![Some(why); 2 + 6]);
    }
}

#[test]
fn a_token_can_be_refused_from_the_beginning() {
    let trial = Trial::new();
    trial.stand_in.set_rules(DownloadRules { refusal: Refusal::AtOnce, ..DownloadRules::default() });
    refused(&trial.run_with_sabr(&web(&random_token()), ONE_FORMAT), "and the one provided is invalid");
    assert_eq!(fs::metadata(trial.only_file("part")).unwrap().len(), 0);
}

#[test]
fn the_first_tokens_can_be_refused_whoever_shows_them() {
    let trial = Trial::new();
    trial.stand_in.set_rules(DownloadRules { refuse_first_tokens: 1, ..DownloadRules::default() });
    refused(&trial.run_with_sabr(&web(&trial.token), ONE_FORMAT), "and the one provided is invalid");
    let second = random_token();
    trial.stand_in.accept_token(&second, &trial.video_id);
    let ended = trial.run_with_sabr(&web(&second), ONE_FORMAT);
    assert!(ended.success, "{ended:?}");
}
