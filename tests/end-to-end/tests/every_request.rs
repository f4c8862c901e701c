//! Every kind of request with a token: the token is stored for its video, with the right information.

use potbridge_end_to_end::both;
use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_end_to_end::trial::{LIMIT, Trial};
use potbridge_stand_in::{Received, RequestKind};
use serde_json::{Value, json};

both!(
    a_token_in_a_media_body_gets_its_video_from_the_reports,
    a_token_in_a_media_url_gets_its_video_from_the_reports,
    a_token_of_the_first_media_request_has_its_video,
    a_token_of_captions_has_its_video,
    a_token_of_a_short_has_its_video,
    a_token_of_get_watch_has_its_video,
    the_token_of_an_ad_is_not_the_videos,
    the_token_of_a_preloaded_video_has_its_video,
    a_request_through_a_service_worker_is_stored_once,
    requests_of_workers_and_beacons_are_seen,
    cold_start_tokens_of_an_embed_are_only_counted,
    a_token_says_whether_somebody_is_logged_in,
);

/// Waits until the token of a request is stored with this information.
///
/// A report names the video of media after them, so its name may be a probable one first.
#[track_caller]
fn assert_stored(trial: &Trial, request: &Received, video: &str, context: &str, source: &str) -> Value {
    let token = json!(request.po_token);
    let found = trial.wait_for_token(video, |found| {
        found["token"] == token && found["context"] == context && found["certainty"] == "certain"
    });
    assert_eq!(found["video_id"], json!(video));
    assert_eq!(found["source"], json!(source));
    assert!(found["session"]["profile"].as_str().unwrap().len() > 20);
    assert_eq!(found["page_hooked"], json!(false));
    trial.wait_for_env(request);
    found
}

fn kind(kind: RequestKind) -> impl Fn(&Received) -> bool {
    move |request| request.kind == kind
}

/// The page's video.
fn on_page(trial: &Trial) -> String {
    let video =
        trial.evaluate("new URL(location.href).searchParams.get('v') ?? location.pathname.split('/').at(-1)");
    video.as_str().unwrap().to_owned()
}

fn a_token_in_a_media_body_gets_its_video_from_the_reports(family: Family) {
    let trial = Setup::new(family, "sabr").begin();
    let request = trial.wait_for_request(kind(RequestKind::Sabr));
    let first = on_page(&trial);
    let found = assert_stored(&trial, &request, &first, "gvs", "sabr");
    assert_eq!((&found["client"], &found["session"]["logged_in"]), (&json!("WEB"), &json!(false)));
    assert_eq!(found["content_bound"], json!(true));

    trial.click("#next");
    let second = trial.wait_for_request(|next| next.kind == RequestKind::Sabr && next.cpn != request.cpn);
    assert_stored(&trial, &second, &on_page(&trial), "gvs", "sabr");
}

fn a_token_in_a_media_url_gets_its_video_from_the_reports(family: Family) {
    let trial = Setup::new(family, "music-pot").begin();
    let request = trial.wait_for_request(kind(RequestKind::MediaUrl));
    let found = assert_stored(&trial, &request, &on_page(&trial), "gvs", "media-url");
    assert_eq!(found["client"], json!("WEB_REMIX"));
}

fn a_token_of_the_first_media_request_has_its_video(family: Family) {
    let trial = Setup::new(family, "onesie").begin();
    trial.click("#next");
    let video = on_page(&trial);
    let request = trial.wait_for_request(|request| {
        request.kind == RequestKind::Onesie && request.video_id.as_deref() == Some(&video)
    });
    assert_stored(&trial, &request, &video, "gvs", "onesie");
}

fn a_token_of_captions_has_its_video(family: Family) {
    let trial = Setup::new(family, "captions").begin();
    trial.click("#captions");
    let request = trial.wait_for_request(kind(RequestKind::Timedtext));
    assert_stored(&trial, &request, &on_page(&trial), "subs", "timedtext");
}

fn a_token_of_a_short_has_its_video(family: Family) {
    let trial = Setup::new(family, "shorts").begin();
    trial.click("#next");
    let video = on_page(&trial);
    let request = trial.wait_for_request(|request| {
        request.kind == RequestKind::ReelItemWatch && request.video_id.as_deref() == Some(&video)
    });
    assert_stored(&trial, &request, &video, "player", "reel-item-watch");
}

fn a_token_of_get_watch_has_its_video(family: Family) {
    let trial = Setup::new(family, "get-watch").begin();
    trial.click("#next");
    let request = trial.wait_for_request(kind(RequestKind::GetWatch));
    let found = assert_stored(&trial, &request, &on_page(&trial), "player", "get-watch");
    assert!(found["visitor_data"].is_string());
}

fn the_token_of_an_ad_is_not_the_videos(family: Family) {
    let trial = Setup::new(family, "ads").begin();
    trial.click("#next");
    let video = on_page(&trial);
    let own = trial.wait_for_request(|request| request.video_id.as_deref() == Some(&video));
    let ad = trial.wait_for_request(|request| {
        request.kind == RequestKind::Player && request.video_id.is_some() && request.video_id != own.video_id
    });
    // The video plays after the ad, with its own token.
    let media = trial
        .wait_for_request(|request| request.kind == RequestKind::Sabr && request.po_token == own.po_token);
    assert_stored(&trial, &media, &video, "gvs", "sabr");
    let of_ad = trial.wait_for_token(&ad.video_id.unwrap(), |found| found["token"] == json!(ad.po_token));
    assert_eq!(of_ad["certainty"], json!("certain"));
}

fn the_token_of_a_preloaded_video_has_its_video(family: Family) {
    let trial = Setup::new(family, "preload").begin();
    let video = on_page(&trial);
    let playing = trial.wait_for_request(kind(RequestKind::Sabr));
    let next = trial.wait_for_request(kind(RequestKind::Player));
    let next_video = next.video_id.clone().unwrap();
    assert_ne!(next_video, video);
    for (request, video) in [(&playing, &video), (&next, &next_video)] {
        trial.wait_for_token(video, |found| {
            found["token"] == json!(request.po_token) && found["certainty"] == "certain"
        });
    }
}

fn a_request_through_a_service_worker_is_stored_once(family: Family) {
    let trial = Setup::new(family, "service-worker").begin();
    trial.click("#next");
    let video = on_page(&trial);
    let request = trial.wait_for_request(|request| request.video_id.as_deref() == Some(&video));
    assert_stored(&trial, &request, &video, "player", "player-request");
    let status = trial.status();
    let tokens = status["tokens"].as_array().unwrap();
    let of_video = tokens.iter().filter(|token| token["video_id"] == json!(video)).count();
    assert_eq!(of_video, 1, "a request that Firefox shows twice is stored once");
}

fn requests_of_workers_and_beacons_are_seen(family: Family) {
    let trial = Setup::new(family, "varied-carriers").begin();
    for _ in 0..2 {
        trial.wait_for_env(&trial.move_on());
    }
}

fn cold_start_tokens_of_an_embed_are_only_counted(family: Family) {
    let trial = Setup::new(family, "embed-cold-start").begin();
    trial.click("#play");
    trial.stand_in.wait_for(LIMIT, |request| request.po_token.is_some()).unwrap();
    let popup = trial.popup();
    popup.wait_until("document.querySelector('#counters [data-kind=cold_start]') !== null");
    popup.wait_until("document.querySelector('#host').dataset.kind === 'ready'");
    trial.wait_for_status(|status| status["counters"]["cold_start"].as_u64() > Some(0));
    assert!(!trial.env().exists());
}

fn a_token_says_whether_somebody_is_logged_in(family: Family) {
    let trial = Setup::new(family, "logged-in").begin();
    trial.click("#next");
    let video = on_page(&trial);
    trial.wait_for_token(&video, |found| found["session"]["logged_in"] == json!(true));
}
