use std::collections::HashSet;

use axum::http::Uri;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};

use crate::scenario::Scenario;
use crate::site::Site;
use crate::step::{About, Body, Carrier, Events, RequestKind, StatsMethod, Step};
use crate::webm;

/// The shortest pause between two media requests. A shorter one would only measure the machine.
const EVERY_MS: u32 = 50;

/// A scenario counts media in segments.
const SEGMENT_MS: u32 = webm::SEGMENT_MS as u32;

/// Browsers refuse to change the page's address more often.
const AUTOPLAY_MS: u64 = 100;

/// The length of visitor data with nothing but a visitor's id, a time and a country.
const SHORTEST_VISITOR_DATA: usize = 44;

/// What makes no sense in a scenario, in words.
pub(crate) fn problem(scenario: &Scenario) -> Option<String> {
    problem_of_videos(scenario)
        .or_else(|| {
            let often = scenario.autoplay_after_ms.is_some_and(|ms| ms < AUTOPLAY_MS);
            often.then(|| {
                format!("autoplay_after_ms is below {AUTOPLAY_MS}: browsers refuse to move so often")
            })
        })
        .or_else(|| problem_of_playbacks(scenario).map(str::to_owned))
        .or_else(|| scenario.download.problem())
        .or_else(|| problem_of_events(Player::OfVideo, &scenario.on))
        .or_else(|| problem_of_events(Player::OfVideo, &scenario.embed))
        .or_else(|| problem_of_events(Player::OfVideo, &scenario.tv))
        .or_else(|| problem_of_events(Player::OfVideo, &scenario.preview))
        .or_else(|| problem_of_events(Player::OfAd, &scenario.ad.as_ref()?.on))
        .or_else(|| problem_of_start(&scenario.start_url()))
}

fn problem_of_playbacks(scenario: &Scenario) -> Option<&'static str> {
    let length = scenario.visitor_data.length;
    if scenario.renew_after == Some(0) || scenario.reload_after == Some(0) {
        Some("renew_after and reload_after begin at 1")
    } else if scenario.reload_after.is_none() && !scenario.on.reload.is_empty() {
        Some("nothing is reloaded without reload_after")
    } else if !length.is_multiple_of(4) || length < SHORTEST_VISITOR_DATA {
        Some("the length of visitor data is 44 or another multiple of four above it")
    } else {
        None
    }
}

fn problem_of_videos(scenario: &Scenario) -> Option<String> {
    let mut ids = HashSet::new();
    scenario.all_videos().find_map(|video| {
        let id = &video.id;
        if !is_video_id(id) {
            Some(format!("{id:?} is not a video id: 11 base64url characters that spell 8 bytes"))
        } else if !ids.insert(id) {
            Some(format!("the video {id} stands there twice"))
        } else if video.seconds == 0 {
            Some(format!("the video {id} has no length"))
        } else {
            None
        }
    })
}

/// Whether these are eleven base64url characters that spell eight bytes.
fn is_video_id(id: &str) -> bool {
    id.len() == 11 && BASE64_URL_SAFE_NO_PAD.decode(id).is_ok_and(|bytes| bytes.len() == 8)
}

fn problem_of_start(url: &str) -> Option<String> {
    let known = url
        .parse::<Uri>()
        .is_ok_and(|uri| uri.scheme_str() == Some("https") && uri.host().and_then(Site::of_host).is_some());
    (!known).then(|| format!("start_url {url:?} is not an https page of a site that the stand-in has"))
}

/// What a player plays. It decides what the steps of its events may say.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Player {
    OfVideo,
    OfAd,
}

fn problem_of_events(player: Player, events: &Events) -> Option<String> {
    events.all().into_iter().find_map(|(event, steps)| {
        if player == Player::OfAd && matches!(event, "load" | "move" | "reload") && !steps.is_empty() {
            return Some(format!("an ad has no event {event:?}: it plays on the page of another video"));
        }
        steps.iter().find_map(|step| {
            problem_of_step(player, event, step)
                .map(|what| format!("a {:?} step of {event:?}: {what}", step.request.word()))
        })
    })
}

fn problem_of_step(player: Player, event: &str, step: &Step) -> Option<&'static str> {
    let Step { request, carrier, body, .. } = step;
    let stats = *request == RequestKind::Stats;
    let media = matches!(request, RequestKind::Sabr | RequestKind::MediaUrl);
    let takes_body = match request {
        RequestKind::MediaUrl | RequestKind::Timedtext | RequestKind::OnesieWarmUp => false,
        RequestKind::Stats => step.method == Some(StatsMethod::Post) || *carrier == Carrier::Beacon,
        _ => true,
    };
    let protobuf = matches!(request, RequestKind::Sabr | RequestKind::Onesie);
    let problem = match body {
        _ if request.is_downloaders() => "no player sends it",
        Some(_) if !takes_body => "it has no body",
        Some(Body::String) if protobuf => "a string cannot hold protobuf",
        Some(Body::Stream) if matches!(carrier, Carrier::Xhr | Carrier::Beacon) => {
            "only fetch takes a stream for a body"
        }
        _ if *carrier == Carrier::Beacon && !takes_body => "a beacon always posts",
        _ if step.every_ms.is_some() && event != "media" => "only media steps have every_ms",
        _ if step.every_ms.is_some_and(|ms| ms < EVERY_MS) => "every_ms is below 50",
        _ if media && step.every_ms.is_some_and(|ms| !ms.is_multiple_of(SEGMENT_MS)) => {
            "media come in segments of 500 ms, so every_ms is a multiple of that"
        }
        _ if step.every_ms.is_some() && step.delay_ms.is_some() => "it is late or repeated, not both",
        _ if media && event == "media" && *carrier == Carrier::Beacon => "a beacon brings no media",
        _ if step.pot_in.is_some() && *request != RequestKind::MediaUrl => "only media-url has pot_in",
        _ if step.report.is_some() && !stats => "only stats has a report",
        _ if step.method.is_some() && !stats => "only stats has a method",
        _ if step.client.is_some() && *request != RequestKind::Player => "only player has a client",
        _ if (step.media_host.is_some() || step.media_id.is_some()) && !media => {
            "only sabr and media-url have media_host and media_id"
        }
        _ if (step.redirected || step.form.is_some()) && *request != RequestKind::Sabr => {
            "only sabr has a form or is redirected"
        }
        _ if step.cancelled && *carrier != Carrier::Fetch => "only fetch can be cancelled",
        _ if step.about == About::Content && player == Player::OfVideo => "no ad plays before it",
        _ if step.about == About::Next && player == Player::OfAd => {
            "what follows an ad is not the next video of a playlist"
        }
        _ => return None,
    };
    Some(problem)
}
