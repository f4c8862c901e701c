//! A yt-dlp that loads SABR media has refused tokens replaced, by the plugin and by `potbridge download`.

use potbridge_end_to_end::both;
use potbridge_end_to_end::connection::Connection;
use potbridge_end_to_end::downloads::{Downloads, Ended, granted, random_token, video};
use potbridge_end_to_end::process::{output, output_of};
use potbridge_end_to_end::sabr;
use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_end_to_end::streams::has_formats;
use potbridge_stand_in::{
    DownloadRules, Offer, PlayerClient, Received, RequestKind, StandIn, video_of_token,
};
use potbridge_test_support::browser::TOKEN_REQUEST;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

both!(the_player_makes_a_new_token_for_each_that_is_refused);

/// The tokens that a yt-dlp showed, each once, in order.
fn shown(stand_in: &StandIn) -> Vec<String> {
    let mut shown = Vec::new();
    let loads = |request: &Received| request.kind == RequestKind::Download;
    for request in stand_in.received().into_iter().filter(loads) {
        let token = request.po_token.unwrap();
        if !shown.contains(&token) {
            shown.push(token);
        }
    }
    shown
}

fn is_request(message: &Value) -> bool {
    message["type"] == TOKEN_REQUEST
}

/// Answers the next token request with a new token that the media server accepts.
#[track_caller]
fn answer(browser: &mut Connection, downloads: &Downloads, video: &str) -> String {
    let request = browser.wait_for(is_request);
    assert_eq!(request["video_id"], json!(video));
    let token = random_token();
    downloads.stand_in.accept_token(&token, video);
    browser.capture(video, &token);
    token
}

/// A run of the yt-dlp with SABR whose first tokens are refused, and that is given four.
struct Refused {
    downloads: Downloads,
    video: String,
    file: PathBuf,
    ended: Output,
}

impl Refused {
    fn first(refuse_first_tokens: usize) -> Self {
        let downloads = Downloads::with(DownloadRules { refuse_first_tokens, ..DownloadRules::default() });
        let video = downloads.video(0);
        let mut browser = Connection::open(&downloads, "p");
        browser.list();
        let (mut command, file) = downloads.run_with_sabr(&video);
        let run = command.spawn().unwrap();
        // The first one, and three new ones within ten minutes. Then the plugin says no.
        let given: Vec<String> = (0..4).map(|_| answer(&mut browser, &downloads, &video)).collect();
        let ended = output(run);
        assert!(shown(&downloads.stand_in) == given, "other tokens were shown than those given");
        assert!(!browser.close().iter().any(is_request), "a browser was asked once more");
        Self { downloads, video, file, ended }
    }
}

#[test]
fn a_token_refused_thrice_is_replaced_by_another_one_each_time() {
    let Refused { downloads, video, file, ended } = Refused::first(3);
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    assert!(fs::read(file).unwrap() == downloads.stand_in.media(&video, 140));
}

#[test]
fn a_stream_that_refuses_every_token_is_given_none_twice() {
    let Refused { file, ended, .. } = Refused::first(100);
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(!ended.status.success() && said.contains("the one provided is invalid"), "{said}");
    assert!(!file.exists());
}

#[test]
fn a_download_by_sabr_has_its_refused_token_replaced() {
    let rules = DownloadRules { refuse_first_tokens: 1, ..DownloadRules::only_with_token() };
    let downloads = Downloads::with(rules.offering(PlayerClient::Mweb, Offer::Sabr));
    downloads.configure(&format!("yt_dlp = {:?}", sabr::YT_DLP), &[]);
    let video = downloads.video(0);
    let first = downloads.put_right(&video);
    let mut browser = Connection::open(&downloads, "p");
    browser.list();
    let run = downloads.start(&[&video, "--preset", "audio"]);
    let second = answer(&mut browser, &downloads, &video);
    let ended = Ended::of_child(run);
    let _file = ended.file();
    assert!(shown(&downloads.stand_in) == [first, second], "other tokens were shown");
    assert!(!browser.close().iter().any(is_request), "a browser was asked once more");
}

#[test]
fn a_download_of_two_formats_does_not_go_back_to_a_refused_token() {
    let rules = DownloadRules { refuse_first_tokens: 3, ..DownloadRules::only_with_token() };
    let downloads = Downloads::with(rules.offering(PlayerClient::Mweb, Offer::Sabr));
    downloads.configure(&format!("yt_dlp = {:?}", sabr::YT_DLP), &[]);
    let video = downloads.video(0);
    let mut tokens = vec![downloads.put_right(&video)];
    let mut browser = Connection::open(&downloads, "p");
    browser.list();
    let id = browser.start(&video);
    for _ in 0..3 {
        tokens.push(answer(&mut browser, &downloads, &video));
    }
    let done = browser.wait_for_state(&id, "done");
    // The progress of a yt-dlp with SABR was read too.
    assert!(done["progress"]["bytes"].as_u64() > Some(0), "{done}");
    let file = Path::new(done["file"].as_str().unwrap());
    assert!(has_formats(file, &downloads.stand_in, &video, &[137, 140]));
    let loads = |request: &Received| request.kind == RequestKind::Download;
    let received = downloads.stand_in.received().into_iter().filter(loads);
    let mut all: Vec<String> = received.map(|request| request.po_token.unwrap()).collect();
    all.dedup();
    assert!(all == tokens, "a token was shown again, or another one");
    // Nor is anybody else given one of them.
    let newest = String::from_utf8(downloads.potbridge(&["get"]).stdout).unwrap();
    assert!(newest.trim() == tokens[3], "another token is the newest");
    assert!(!browser.close().iter().any(is_request), "a browser was asked once more");
}

fn the_player_makes_a_new_token_for_each_that_is_refused(family: Family) {
    let trial = Setup::new(family, "download").at("https://www.youtube.com/").begin();
    trial.wait_for_status(|status| status["connected"] != json!([]));
    trial.stand_in.set_rules(DownloadRules { refuse_first_tokens: 2, ..DownloadRules::default() });
    let video = video(2);
    let folder = trial.path("sabr");
    fs::create_dir(&folder).unwrap();
    let ended = output_of(&mut sabr::run(&trial.stand_in, &video, &folder, &trial.command(&[])));
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let file = fs::read(folder.join(format!("{video}.m4a"))).unwrap();
    assert!(file == trial.stand_in.media(&video, 140));
    let shown = shown(&trial.stand_in);
    assert_eq!(shown.len(), 3);
    assert!(shown.iter().all(|token| video_of_token(token).as_deref() == Some(&*video)));
    let good: HashSet<_> = granted(&trial.stand_in).into_iter().filter_map(|one| one.po_token).collect();
    assert!(good == HashSet::from([shown[2].clone()]), "another token than the last one was right");
}
