//! The rarer forms of requests that public reports of 2026 show: each token is taken with its right label, and the rest is
//! silence or a count.

use base64::prelude::{BASE64_URL_SAFE, Engine};
use potbridge_end_to_end::arrivals::Arrivals;
use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_end_to_end::trial::{LIMIT, Trial, line_of};
use potbridge_end_to_end::{both, watch};
use potbridge_stand_in::{BodyEncoding, Received, RequestKind, Scenario, video_of_token};
use serde_json::{Value, json};
use std::time::SystemTime;

both!(
    media_of_every_form_are_read,
    a_video_in_studio_is_read,
    a_silent_television_page_is_left_alone,
    each_role_has_its_own_token,
    a_playback_reloaded_in_place_brings_its_new_token,
    a_live_streams_signs_of_life_are_ignored,
    a_rewritten_and_cloned_request_is_read,
    another_clients_token_counts_less,
    a_minters_error_is_counted_and_never_written,
    a_first_media_request_may_be_broken_off,
    one_visitor_is_the_same_in_every_form,
    a_body_of_an_unknown_encoding_is_counted,
);

/// What the captures of the extension's journal are, without their tokens.
fn captures(trial: &Trial) -> Value {
    trial.popup().evaluate(
        "chrome.storage.session.get().then((stored) => Object.entries(stored)
            .filter(([key]) => key.startsWith('journal/'))
            .flatMap(([, { capture }]) => capture ?? [])
            .map(({ token, ...rest }) => rest))",
    )
}

/// Checks that nothing was counted that stood where a token should be.
#[track_caller]
fn assert_nothing_counted(trial: &Trial) {
    let counters = trial.status()["counters"].clone();
    let counted = counters.as_object().into_iter().flatten().any(|(_, count)| count.as_u64() != Some(0));
    assert!(!counted, "{counters}");
}

/// The first request of the video that was shown since then, with a real token.
#[track_caller]
fn first_of(trial: &Trial, video: &str, since: SystemTime) -> Received {
    trial.wait_for_request(|request| {
        request.at >= since && request.po_token.as_deref().and_then(video_of_token).as_deref() == Some(video)
    })
}

/// The next number of a protobuf message, and what follows.
fn varint(bytes: &[u8]) -> (u64, &[u8]) {
    let length = bytes.iter().position(|byte| byte & 0x80 == 0).unwrap() + 1;
    let value = bytes[..length].iter().rev().fold(0, |value, byte| value << 7 | u64::from(byte & 0x7f));
    (value, &bytes[length..])
}

/// The numbers of a message's fields, with the content of those that have bytes.
fn fields(mut bytes: &[u8]) -> Vec<(u64, &[u8])> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let (key, rest) = varint(bytes);
        let (value, rest) = varint(rest);
        let (content, rest) =
            if key & 7 == 2 { rest.split_at(usize::try_from(value).unwrap()) } else { (&[][..], rest) };
        fields.push((key >> 3, content));
        bytes = rest;
    }
    fields
}

/// The numbers of a message's fields, in order.
fn numbers(bytes: &[u8]) -> Vec<u64> {
    fields(bytes).into_iter().map(|(number, _)| number).collect()
}

fn media_of_every_form_are_read(family: Family) {
    let scenario = Scenario::named("odd-media").unwrap();
    let trial = Setup::with(family, scenario.clone()).begin();
    let arrivals = Arrivals::of(&trial);
    for (place, video) in scenario.videos[..8].iter().enumerate() {
        if place > 0 {
            trial.click("#next");
        }
        let request = first_of(&trial, &video.id, SystemTime::UNIX_EPOCH);
        arrivals.assert_soon(&trial, &request);
        assert_form(&trial, place, &request);
        // The addresses of the last three name their video.
        let certainty = if place < 5 { "probable" } else { "certain" };
        let found = trial.wait_for_name(&request, certainty);
        assert_eq!((&found["context"], &found["client"]), (&json!("gvs"), &json!("WEB")));
    }
    trial.assert_no_wrong_name(&scenario);
    assert_nothing_counted(&trial);
    let captures = captures(&trial);
    assert_eq!(captures.as_array().unwrap().len(), 8, "each token is carried once: {captures}");
}

/// Checks that the form of a media request is the one of this place in the scenario.
#[track_caller]
fn assert_form(trial: &Trial, place: usize, request: &Received) {
    let last_two = |numbers: &[u64]| numbers[numbers.len() - 2..].to_vec();
    let Received { body, query, path, .. } = request;
    match place {
        0 => {
            assert!(query.contains("&rn=0"), "{query}");
            assert_eq!(last_two(&numbers(body)), [19, 19]);
        }
        1 => assert_eq!(last_two(&numbers(body)), [24, 19]),
        2 => assert_eq!(numbers(body)[..2], [1000, 40_000]),
        3 => {
            let again = trial.stand_in.wait_for(LIMIT, |other| {
                other.cpn == request.cpn && other.query.ends_with("&cms_redirect=yes&redirect_counter=1")
            });
            let again = again.unwrap();
            assert!(
                again.host != request.host && again.body == *body,
                "another body was sent to {}",
                again.host
            );
        }
        4 => assert!(request.host.ends_with(".c.youtube.com"), "{}", request.host),
        5 => assert!(query.contains(".1&source=yt_live_broadcast"), "{query}"),
        6 => assert!(
            path.contains("/source/yt_live_broadcast/") && path.contains("/sq/"),
            "another path was used"
        ),
        _ => {
            let bytes = BASE64_URL_SAFE.decode(format!("{}=", request.video_id.as_deref().unwrap())).unwrap();
            let id: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(path.contains(&format!("/id/{id}/")), "another path was used");
        }
    }
}

fn a_video_in_studio_is_read(family: Family) {
    let trial = Setup::new(family, "studio").begin();
    let arrivals = Arrivals::of(&trial);
    trial.click("#play");
    let request = trial.wait_for_request(|one| one.host.ends_with(".c.youtube.com"));
    arrivals.assert_soon(&trial, &request);
    let found = trial.wait_for_name(&request, "probable");
    assert_eq!((&found["client"], &found["context"]), (&json!("WEB_CREATOR"), &json!("gvs")));
}

fn a_silent_television_page_is_left_alone(family: Family) {
    let trial = Setup::new(family, "tv").begin();
    let mut since = SystemTime::UNIX_EPOCH;
    for _ in 0..4 {
        let request =
            trial.stand_in.wait_for(LIMIT, |one| one.kind == RequestKind::Sabr && one.at > since).unwrap();
        since = request.at;
        let context: Vec<usize> = fields(&request.body)
            .iter()
            .filter(|(number, _)| *number == 19)
            .map(|(_, content)| content.len())
            .collect();
        assert_eq!(context, [0]);
        assert!((80..120).contains(&request.body.len()), "{} bytes", request.body.len());
    }
    // The host is connected, and has nothing to tell.
    trial.popup().wait_until("document.querySelector('#host').dataset.kind === 'ready'");
    assert_nothing_counted(&trial);
    assert_eq!(trial.status()["tokens"], json!([]));
    assert!(!trial.env().exists());
}

fn each_role_has_its_own_token(family: Family) {
    let trial = Setup::new(family, "two-roles").begin();
    let since = SystemTime::now();
    trial.click("#next");
    let video = Scenario::named("two-roles").unwrap().videos[1].id.clone();
    let media = first_of(&trial, &video, since);
    let player = trial.wait_for_request(|one| one.kind == RequestKind::Player);
    assert_ne!(player.po_token, media.po_token);
    let found = trial.wait_for_name(&media, "certain");
    assert_eq!((&found["context"], &found["source"]), (&json!("gvs"), &json!("sabr")));
    trial.wait_for_env(&media);
    // The player's own token is known, and is no token for media.
    let of_player =
        trial.wait_for_token_of_context(&video, "player", |found| found["token"] == json!(player.po_token));
    assert_eq!(of_player["context"], "player");
    assert_eq!(trial.token_of(&video).unwrap()["token"], json!(media.po_token));
    assert!(
        watch::has_line(&trial.env(), &line_of(&media)),
        "the .env has another token than that of the media"
    );
}

fn a_playback_reloaded_in_place_brings_its_new_token(family: Family) {
    let trial = Setup::new(family, "reloaded-in-place").begin();
    let arrivals = Arrivals::of(&trial);
    let first = trial.wait_for_request(|_| true);
    trial.wait_for_name(&first, "certain");
    let player = trial.wait_for_request(|one| one.kind == RequestKind::Player);
    let body: Value = serde_json::from_slice(&player.body).unwrap();
    assert!(body["playbackContext"]["reloadPlaybackContext"].is_object());
    let media = trial.wait_for_request(|one| one.kind == RequestKind::Sabr && one.cpn == player.cpn);
    assert!(media.query.contains("&rn=0") && media.po_token == player.po_token && media.cpn != first.cpn);
    arrivals.assert_soon(&trial, &player);
    trial.wait_for_name(&media, "certain");
}

fn a_live_streams_signs_of_life_are_ignored(family: Family) {
    let trial = Setup::new(family, "heartbeat").begin();
    let request = trial.wait_for_request(|_| true);
    trial.wait_for_name(&request, "certain");
    let mut since = SystemTime::UNIX_EPOCH;
    for _ in 0..3 {
        let heartbeat =
            trial.stand_in.wait_for(LIMIT, |one| one.kind == RequestKind::Heartbeat && one.at > since);
        since = heartbeat.unwrap().at;
    }
    assert!(trial.stand_in.received().iter().any(|one| one.kind == RequestKind::AdBreak));
    assert_nothing_counted(&trial);
    assert_eq!(trial.status()["tokens"].as_array().unwrap().len(), 1);
}

fn a_rewritten_and_cloned_request_is_read(family: Family) {
    let trial = Setup::new(family, "wrapped-fetch").begin();
    if family == Family::Chromium {
        // It hides the body of a cloned request. From the next load on the page is hooked.
        trial.move_on();
        trial.wait_for_status(|status| status["counters"]["unreadable"].as_u64() > Some(0));
        trial.reload();
    }
    let since = SystemTime::now();
    trial.click("#next");
    for kind in [RequestKind::Player, RequestKind::GetWatch] {
        let request = trial.wait_for_request(|one| one.kind == kind && one.at >= since);
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(body["context"]["client"]["clientScreen"], "CHANNEL");
        let found = trial.wait_for_name(&request, "certain");
        assert_eq!(found["page_hooked"], json!(family == Family::Chromium));
        trial.wait_for_env(&request);
    }
}

fn another_clients_token_counts_less(family: Family) {
    let trial = Setup::new(family, "other-clients").begin();
    let since = SystemTime::now();
    trial.click("#next");
    let video = Scenario::named("other-clients").unwrap().videos[1].id.clone();
    let own = first_of(&trial, &video, since);
    // The last one that comes; it takes the place of the other one that is not the page's.
    let last = |token: &&Value| token["client"] == "WEB_CREATOR";
    let find = |status: &Value| status["tokens"].as_array()?.iter().find(last).cloned();
    let status = trial.wait_for_status(|status| find(status).is_some());
    assert_ne!(find(&status).unwrap()["certainty"], "certain");
    trial.wait_for_name(&own, "certain");
    assert_eq!(trial.token_of(&video).unwrap()["token"], json!(own.po_token));
    assert!(watch::has_line(&trial.env(), &line_of(&own)), "the .env has the token of another client");
}

fn a_minters_error_is_counted_and_never_written(family: Family) {
    let trial = Setup::new(family, "minter-errors").begin();
    for error in ["backoff", "SDF:notready"] {
        trial.click("#next");
        trial.stand_in.wait_for(LIMIT, |one| one.po_token.as_deref() == Some(error)).unwrap();
    }
    trial.stand_in.wait_for(LIMIT, |one| one.kind == RequestKind::Sabr).unwrap();
    trial.popup().wait_until("document.querySelector('#counters [data-kind=malformed]') !== null");
    trial.wait_for_status(|status| status["counters"]["malformed"].as_u64() > Some(1));
    assert_eq!(trial.status()["tokens"], json!([]));
    assert!(!trial.env().exists());
}

fn a_first_media_request_may_be_broken_off(family: Family) {
    let scenario = Scenario::named("onesie-cancelled").unwrap();
    let trial = Setup::with(family, scenario.clone()).begin();
    let arrivals = Arrivals::of(&trial);
    let warm_up = trial.stand_in.wait_for(LIMIT, |one| one.kind == RequestKind::OnesieWarmUp).unwrap();
    assert_eq!((warm_up.method.as_str(), warm_up.video_id), ("GET", None));
    for video in &scenario.videos[..2] {
        let media = trial.wait_for_request(|one| {
            one.kind == RequestKind::Sabr
                && one.po_token.as_deref().and_then(video_of_token).as_deref() == Some(&video.id)
        });
        let _took = arrivals.wait_for(&trial, &media);
        // It depends on the browser whether a request that is broken off at once was to be seen.
        let found = trial.wait_for_token(&video.id, |found| found["token"] == json!(media.po_token));
        assert_eq!(found["video_id"], json!(video.id));
        assert!(
            ["certain", "probable"].map(Value::from).contains(&found["certainty"]),
            "{}",
            found["certainty"]
        );
        trial.click("#next");
    }
    assert_nothing_counted(&trial);
}

fn one_visitor_is_the_same_in_every_form(family: Family) {
    let trial = Setup::new(family, "long-visitor-data").begin();
    let mut forms = Vec::new();
    let mut stored = Vec::new();
    for _ in 0..2 {
        let request = trial.move_on();
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        forms.push(body["context"]["client"]["visitorData"].as_str().unwrap().to_owned());
        let video = request.video_id.unwrap();
        let found = trial.wait_for_token(&video, |found| {
            found["token"] == json!(request.po_token) && found["video_id"] == json!(video)
        });
        stored.push(found["visitor_data"].clone());
    }
    assert!(forms[0].ends_with("%3D%3D") && forms[1].ends_with("=="), "{forms:?}");
    assert!(forms[1].len() == 608 && stored[0].is_string());
    assert_eq!(stored[0], stored[1]);
}

fn a_body_of_an_unknown_encoding_is_counted(family: Family) {
    let trial = Setup::new(family, "zstd-bodies").begin();
    trial.click("#next");
    let request = trial.wait_for_request(|one| one.kind == RequestKind::Player);
    assert_eq!(request.encoding, BodyEncoding::Zstd);
    trial.popup().wait_until("document.querySelector('#counters [data-kind=unreadable]') !== null");
    trial.wait_for_status(|status| status["counters"]["unreadable"].as_u64() > Some(0));
    assert_eq!(trial.status()["counters"]["malformed"].as_u64().unwrap_or_default(), 0);
    assert!(!trial.env().exists());
}
