//! How a download finds a way if a token does not help, with real yt-dlp.

use potbridge_end_to_end::connection::Connection;
use potbridge_end_to_end::downloads::{Downloads, Ended, random_token};
use potbridge_end_to_end::streams::has_formats;
use potbridge_stand_in::{DownloadRules, Obstacle, Offer, PlayerClient, Received, Refusal, RequestKind};
use potbridge_test_support::browser::TOKEN_REQUEST;
use serde_json::{Value, json};
use std::fs;

fn notices(download: &Value) -> Vec<&str> {
    let notices = download["notices"].as_array().unwrap();
    notices.iter().map(|notice| notice["code"].as_str().unwrap()).collect()
}

/// The clients whose media were loaded, by YouTube's names.
fn clients(downloads: &Downloads) -> Vec<String> {
    let client = |request: Received| {
        let mut words = request.query.split('&').filter_map(|word| word.strip_prefix("c="));
        words.next().unwrap_or_default().to_owned()
    };
    let mut clients: Vec<_> = downloads.granted().into_iter().map(client).collect();
    clients.dedup();
    clients
}

fn only_the_file_is_there(downloads: &Downloads) {
    let names: Vec<_> =
        fs::read_dir(downloads.dir()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 1, "{names:?}");
}

/// Downloads with `--json` while no browser is connected, with a token that is right.
fn with_right_token(downloads: &Downloads) -> (String, Ended) {
    let video = downloads.video(1);
    let _token = downloads.put_right(&video);
    let ended = downloads.download(&[&video]);
    (video, ended)
}

#[test]
fn without_a_browser_a_video_that_plays_signed_out_comes_without_a_token() {
    let downloads = Downloads::new();
    let video = downloads.video(1);
    let ended = downloads.download(&[&video]);
    let file = ended.file();
    assert!(has_formats(&file, &downloads.stand_in, &video, &[137, 140]));
    assert_eq!(notices(ended.last()), ["without-token"]);
    let message = ended.last()["notices"][0]["message"].as_str().unwrap();
    assert!(message.contains(&video) && message.contains("without a token"), "{message}");
    assert!(message.contains("no browser"), "{message}");
    assert!(downloads.granted().iter().all(|request| request.po_token.is_none()));
    assert!(clients(&downloads).iter().all(|client| client == "VISIONOS" || client == "TVHTML5"));
    only_the_file_is_there(&downloads);
}

#[test]
fn if_the_tokens_client_gets_only_sabr_the_ladder_goes_on_and_the_token_stays() {
    let downloads = Downloads::with(DownloadRules::default().offering(PlayerClient::Mweb, Offer::Sabr));
    let video = downloads.video(0);
    let mut browser = Connection::open(&downloads, "p");
    browser.list();
    let token = downloads.put_right(&video);
    let id = browser.start(&video);
    let done = browser.wait_for_state(&id, "done");
    assert_eq!(notices(&done), ["without-token"]);
    let message = done["notices"][0]["message"].as_str().unwrap();
    assert!(message.contains("without a token") && message.contains("SABR"), "{message}");
    assert!(has_formats(done["file"].as_str().unwrap().as_ref(), &downloads.stand_in, &video, &[137, 140]));
    assert!(browser.close().iter().all(|message| message["type"] != TOKEN_REQUEST), "a browser was asked");
    let got = downloads.potbridge(&["get", "--video", &video]);
    assert!(String::from_utf8(got.stdout).unwrap().trim() == token, "the token was not to blame");
}

#[test]
fn after_a_late_refusal_a_new_token_gets_the_rest() {
    // Every format but the sound is longer than what is served without a right token.
    let downloads = Downloads::with(DownloadRules { media_bytes: 20 << 20, ..DownloadRules::default() });
    let video = downloads.video(0);
    let old = downloads.put(&video);
    let mut browser = Connection::open(&downloads, "p");
    browser.list();
    let id = browser.start(&video);
    let request = browser.wait_for(|message| message["type"] == TOKEN_REQUEST);
    assert_eq!(request["bypass_cache"], json!(true), "{request}");
    let new = random_token();
    downloads.stand_in.accept_token(&new, &video);
    browser.capture(&video, &new);
    let done = browser.wait_for_state(&id, "done");
    assert_eq!(notices(&done), ["token-refused", "token-renewed"]);
    assert!(has_formats(done["file"].as_str().unwrap().as_ref(), &downloads.stand_in, &video, &[137, 140]));
    assert_eq!(clients(&downloads), ["MWEB"]);
    let granted = downloads.granted();
    let first = granted.iter().find(|request| request.po_token.as_deref() == Some(&new)).unwrap();
    assert!(first.download.unwrap().range.unwrap().0 > 0, "it did not resume: {first}");
    assert!(downloads.stand_in.received().iter().any(|request| request.po_token.as_deref() == Some(&old)));
    only_the_file_is_there(&downloads);
}

#[test]
fn without_a_new_token_other_clients_get_the_rest() {
    let downloads = Downloads::with(DownloadRules { media_bytes: 20 << 20, ..DownloadRules::default() });
    let video = downloads.video(0);
    let _wrong = downloads.put(&video);
    let ended = downloads.download(&[&video]);
    assert!(has_formats(&ended.file(), &downloads.stand_in, &video, &[137, 140]));
    assert_eq!(notices(ended.last()), ["token-refused", "without-token"]);
    let granted = downloads.granted();
    let first = granted.iter().find(|request| request.po_token.is_none()).unwrap();
    assert!(first.download.unwrap().range.unwrap().0 > 0, "it did not go on from the part: {first}");
    only_the_file_is_there(&downloads);
}

#[test]
fn without_a_javascript_runtime_the_client_that_needs_none_is_asked() {
    let obstacle = Some(Obstacle::NChallenge);
    let downloads = Downloads::with(DownloadRules { obstacle, ..DownloadRules::default() });
    let (video, ended) = with_right_token(&downloads);
    assert!(has_formats(&ended.file(), &downloads.stand_in, &video, &[137, 140]));
    assert_eq!(notices(ended.last()), ["without-token"]);
    assert_eq!(clients(&downloads), ["VISIONOS"]);
}

#[test]
fn what_yt_dlp_chooses_comes_last_and_a_refusal_there_burns_no_token() {
    let rules = DownloadRules::default()
        .offering(PlayerClient::Mweb, Offer::Sabr)
        .offering(PlayerClient::Visionos, Offer::UrlsWithToken);
    let downloads = Downloads::with(DownloadRules { refusal: Refusal::AtOnce, ..rules });
    // With a runtime yt-dlp asks tv_samsung before visionos.
    downloads.configure("", &["--js-runtimes", "node"]);
    let (video, ended) = with_right_token(&downloads);
    assert!(has_formats(&ended.file(), &downloads.stand_in, &video, &[137, 140]));
    assert_eq!(notices(ended.last()), ["yt-dlp-defaults"]);
    assert_eq!(clients(&downloads), ["TVHTML5"]);
    assert!(downloads.potbridge(&["get", "--video", &video]).status.success(), "the token was not to blame");
    only_the_file_is_there(&downloads);
}

#[test]
fn with_cookies_the_client_that_takes_none_is_asked_signed_out() {
    let rules = DownloadRules::default()
        .offering(PlayerClient::Mweb, Offer::Sabr)
        .offering(PlayerClient::TvSamsung, Offer::Nothing);
    let downloads = Downloads::with(rules);
    let video = downloads.video(0);
    let _token = downloads.put_right(&video);
    let mut browser = Connection::open(&downloads, "p");
    browser.list();
    let cookies = json!([
        {"name": "SAPISID", "value": "a-value-of-the-session", "domain": ".youtube.com", "path": "/", "secure": true},
        {"name": "LOGIN_INFO", "value": "another-of-the-session", "domain": ".youtube.com", "path": "/", "secure": true},
    ]);
    let request = json!({"video_id": video, "cookies": cookies});
    browser.send(&json!({"type": "start-download", "id": "1", "request": request}));
    let answer = browser.wait_for(|message| message["id"] == "1");
    let done = browser.wait_for_state(answer["download_id"].as_str().unwrap(), "done");
    assert_eq!(notices(&done), ["without-token"]);
    assert_eq!(clients(&downloads), ["VISIONOS"]);
    let extraction = |request: &Received| request.kind == RequestKind::Extraction;
    let asked: Vec<_> = downloads.stand_in.received().into_iter().filter(extraction).collect();
    let signed_in = |request: &Received| {
        request.cookies.as_deref().is_some_and(|cookies| cookies.contains("a-value-of-the-session"))
    };
    let visionos = |request: &Received| String::from_utf8_lossy(&request.body).contains("VISIONOS");
    assert!(asked.iter().any(|request| signed_in(request) && !visionos(request)));
    assert!(
        asked.iter().any(visionos) && asked.iter().all(|request| !visionos(request) || !signed_in(request))
    );
}

#[test]
fn if_every_step_fails_what_says_most_is_told() {
    let downloads = Downloads::with(DownloadRules::only_with_token());
    let video = downloads.video(0);
    let ended = downloads.download(&[&video]);
    assert_eq!((ended.code, ended.error()), (Some(3), "no-token"));
    let message = ended.result["message"].as_str().unwrap();
    assert!(message.contains(&video) && message.contains("no browser"), "{message}");
    assert!(message.contains("Without a token: "), "{message}");

    let obstacle = Some(Obstacle::Private);
    downloads.stand_in.set_rules(DownloadRules { obstacle, ..DownloadRules::default() });
    let ended = downloads.download(&[&video]);
    assert_eq!((ended.code, ended.error()), (Some(1), "private-video"), "it says more than no-token");

    let sabr = DownloadRules::only_with_token().offering(PlayerClient::Mweb, Offer::Sabr);
    downloads.stand_in.set_rules(sabr);
    let _token = downloads.put_right(&video);
    let ended = downloads.download(&[&video]);
    assert_eq!((ended.code, ended.error()), (Some(1), "sabr-only"));
}
