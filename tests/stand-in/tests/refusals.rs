//! How media are refused to a downloader without the right token, as real yt-dlp sees it.

use std::fs;

use potbridge_stand_in::{DownloadRules, Refusal};

use crate::client::random_token;
use crate::yt_dlp::Trial;

/// One format, unchanged.
const ONE_FORMAT: &[&str] = &["--format", "136", "--fixup", "never"];

/// The size of what a wrong token gets of the format, by these rules. Whether yt-dlp was forbidden the rest.
fn part_with_a_wrong_token(rules: DownloadRules) -> u64 {
    let trial = Trial::new();
    trial.stand_in.set_rules(rules);
    let ended = trial.run(&Trial::with_token(&random_token()), ONE_FORMAT, &trial.watch_url());
    assert!(!ended.success && ended.stderr.contains("HTTP Error 403: Forbidden"), "{ended:?}");
    trial.files("part").first().map_or(0, |part| fs::metadata(part).unwrap().len())
}

#[test]
fn a_wrong_token_gets_a_minute_of_a_video() {
    let trial = Trial::new();
    trial.stand_in.set_rules(DownloadRules::default());
    let part = part_with_a_wrong_token(DownloadRules::default());
    // 60 of 213 seconds. yt-dlp drops the block in which a connection breaks off.
    let minute = trial.stand_in.media(&trial.video_id, 136).len() as u64 * 60 / 213;
    assert!((minute / 2..=minute).contains(&part), "{part} of {minute}");
}

#[test]
fn a_wrong_token_gets_no_more_than_some_mebibytes() {
    let large = DownloadRules { media_bytes: 80_000_000, ..DownloadRules::default() };
    let part = part_with_a_wrong_token(large.clone());
    assert!((4 << 20..=6 << 20).contains(&part), "{part}");
    let refusal = Refusal::Late { seconds: 60, bytes: 1 << 20 };
    let part = part_with_a_wrong_token(DownloadRules { refusal, ..large });
    assert!((1 << 19..=1 << 20).contains(&part), "{part}");
}

#[test]
fn a_wrong_token_can_be_refused_at_once() {
    let rules = DownloadRules { refusal: Refusal::AtOnce, ..DownloadRules::default() };
    assert_eq!(part_with_a_wrong_token(rules), 0);
}

#[test]
fn the_right_token_completes_what_a_wrong_one_began() {
    let trial = Trial::new();
    let wrong = trial.run(&Trial::with_token(&random_token()), ONE_FORMAT, &trial.watch_url());
    assert!(!wrong.success);
    let part = fs::metadata(trial.only_file("part")).unwrap().len();
    assert!(trial.download(ONE_FORMAT).success);
    assert!(fs::read(trial.only_file("mp4")).unwrap() == trial.stand_in.media(&trial.video_id, 136));
    let resumed = trial.stand_in.received().into_iter().rev().find_map(|one| one.download);
    assert_eq!(resumed.unwrap().range.unwrap().0, part);
}

#[test]
fn a_refusal_can_be_an_empty_answer() {
    let trial = Trial::new();
    trial.stand_in.set_rules(DownloadRules { refusal: Refusal::Empty, ..DownloadRules::default() });
    let run = |options: &[&str]| {
        trial.run(&Trial::with_token(&random_token()), &[ONE_FORMAT, options].concat(), &trial.watch_url())
    };
    let ended = run(&[]);
    assert!(!ended.success && ended.stderr.contains("Did not get any data blocks"), "{ended:?}");
}
