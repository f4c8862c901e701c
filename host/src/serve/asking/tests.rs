use super::*;
use crate::store::tests::capture;
use std::sync::{Arc, Mutex};

const VIDEO: &str = "dQw4w9WgXcQ";

/// What was requested, in short.
type PendingRequests = Arc<Mutex<Vec<String>>>;

fn asking(
    request_token: impl Fn(&TokenRequest) -> Result<Capture, String> + Send + Sync + 'static,
) -> (Asking, PendingRequests) {
    let pending = PendingRequests::default();
    let noted = Arc::clone(&pending);
    let request_token = move |request: &TokenRequest| {
        noted.lock().unwrap().push(shown(request));
        request_token(request)
    };
    (Asking::new(Box::new(request_token)), pending)
}

fn shown(request: &TokenRequest) -> String {
    let (kind, text) = match (&request.video_id, &request.content_binding) {
        (Some(id), None) => ("video", id.as_str()),
        (None, Some(ContentBinding::VisitorData(text))) => ("visitor data", text.as_str()),
        (None, Some(ContentBinding::DataSyncId(text))) => ("datasync id", text.as_str()),
        (None, Some(ContentBinding::VisitorId(text))) => ("visitor", text.as_str()),
        _ => ("whatever", ""),
    };
    format!("{kind} {text}{}", if request.bypass_cache { " anew" } else { "" }).trim().to_owned()
}

fn question(binding: &str, bypass_cache: bool) -> Question {
    let body = serde_json::json!({"content_binding": binding, "bypass_cache": bypass_cache}).to_string();
    Question::read(body.as_bytes()).unwrap()
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(18)
}

fn none(_: &TokenRequest) -> Result<Capture, String> {
    Err("none".to_owned())
}

#[test]
fn eleven_characters_are_a_visitor_where_the_shelf_knows_it_and_a_video_otherwise() {
    let now = clock::now_ms();
    let (visitors, pending) = asking(move |request| match &request.content_binding {
        Some(ContentBinding::VisitorId(_)) => Ok(capture(1, "aaaaaaaaaaa", now)),
        _ => Err("none".to_owned()),
    });
    let outcome = visitors.ask(&question(VIDEO, false), soon());
    assert_eq!(outcome.subject, Subject::Session);
    assert_eq!(outcome.result.ok().unwrap().content_binding.as_str(), VIDEO);
    assert!(pending.lock().unwrap().iter().all(|request| request == "visitor dQw4w9WgXcQ"));

    let (videos, pending) = asking(move |request| match &request.video_id {
        Some(id) => Ok(capture(1, id.as_str(), now)),
        None => Err("none".to_owned()),
    });
    let outcome = videos.ask(&question(VIDEO, true), soon());
    assert_eq!(outcome.subject, Subject::Video(VideoId::new(VIDEO).unwrap()));
    assert_eq!(*pending.lock().unwrap(), ["visitor dQw4w9WgXcQ", "video dQw4w9WgXcQ anew"]);
}

#[test]
fn a_visitor_is_looked_for_without_waiting_and_a_video_within_the_time_for_the_answer() {
    let (asking, _) = asking(|request| {
        let limits = if request.content_binding.is_some() {
            Duration::ZERO..=Duration::ZERO
        } else {
            Duration::from_secs(16)..=Duration::from_millis(17_500)
        };
        assert!(limits.contains(&Duration::from_millis(request.timeout_ms)), "{}", request.timeout_ms);
        Err("none".to_owned())
    });
    assert_eq!(asking.ask(&question(VIDEO, false), soon()).result.err().unwrap(), "none");
}

#[test]
fn a_session_is_asked_for_by_what_was_sent() {
    let (asking, pending) = asking(none);
    for binding in ["CgtmSzRyTVlHM09aTCiYl8fABg%3D%3D", "104123456789012345678||"] {
        assert!(asking.ask(&question(binding, false), soon()).result.is_err());
    }
    let wished = ["visitor data CgtmSzRyTVlHM09aTCiYl8fABg%3D%3D", "datasync id 104123456789012345678||"];
    assert_eq!(*pending.lock().unwrap(), wished);
}

#[test]
fn what_names_nothing_is_refused_and_nobody_is_asked() {
    let (asking, pending) = asking(none);
    let outcome = asking.ask(&question("\u{e9}", false), soon());
    assert!(outcome.result.err().unwrap().contains("neither a video's id"));
    assert!(pending.lock().unwrap().is_empty());
}

#[test]
fn a_token_that_nobody_named_says_what_it_is_good_for() {
    let now = clock::now_ms();
    let visitor = "CgtmSzRyTVlHM09aTCiYl8fABg==";
    for (video, is) in [(VIDEO, VIDEO), ("", "CgtmSzRyTVlHM09aTCiYl8fABg%3D%3D")] {
        let (asking, pending) = asking(move |_| {
            let mut capture = capture(1, video, now);
            capture.binding.visitor_data = Some(VisitorData::new(visitor).unwrap());
            Ok(capture)
        });
        let given = asking.ask(&Question::default(), soon()).result.ok().unwrap();
        assert_eq!(given.content_binding.as_str(), is);
        assert_eq!(*pending.lock().unwrap(), ["whatever"]);
    }
}

#[test]
fn after_an_invalidation_only_younger_tokens_are_given() {
    let long_ago = clock::now_ms() - 60_000;
    let (asking, pending) = asking(move |request| match &request.video_id {
        Some(id) if request.bypass_cache => Ok(capture(2, id.as_str(), clock::now_ms())),
        Some(id) => Ok(capture(1, id.as_str(), long_ago)),
        None => Err("none".to_owned()),
    });
    let token = |asking: &Asking| asking.ask(&question(VIDEO, false), soon()).result.ok().unwrap().token;
    let before = token(&asking);
    asking.invalidate();
    assert!(token(&asking) != before);
    assert_eq!(pending.lock().unwrap().last().unwrap(), "video dQw4w9WgXcQ anew");
}

#[test]
fn who_came_too_late_in_line_is_told_so_and_nobody_is_asked() {
    let (asking, pending) = asking(none);
    let outcome = asking.ask(&question("CgtmSzRyTVlHM09aTCiYl8fABg", false), Instant::now());
    assert!(outcome.result.err().unwrap().contains("at once"));
    assert!(pending.lock().unwrap().is_empty());
}

#[test]
fn a_token_expires_when_it_is_fresh_no_more_and_an_older_one_when_it_is_gone() {
    assert_eq!(expires_at(1000, 2000), 1000 + FRESH_MS);
    assert_eq!(expires_at(1000, 1000 + FRESH_MS), 1000 + EXPIRES_MS);
}

#[test]
fn what_a_browser_was_asked_for_in_vain_is_looked_for_on_the_shelf_alone_for_a_while() {
    let (asking, pending) = asking(|request| {
        if request.video_id.is_some() && request.timeout_ms > 0 {
            std::thread::sleep(LONG);
        }
        Err(if request.timeout_ms == 0 { "not there" } else { "the browser has none" }.to_owned())
    });
    for _ in 0..3 {
        let outcome = asking.ask(&question(VIDEO, false), soon());
        assert_eq!(outcome.result.err().unwrap(), "the browser has none");
    }
    // Two for each: a visitor's, and the video's.
    assert_eq!(pending.lock().unwrap().len(), 6);
    let id = VideoId::new(VIDEO).unwrap();
    assert!(asking.why_in_vain(&VideoId::new("Nn3XSY27eIk").unwrap(), Instant::now()).is_none());
    assert!(asking.why_in_vain(&id, Instant::now() + REMEMBERED).is_none());
}

#[test]
fn a_refusal_that_took_no_time_is_not_remembered() {
    let (asking, _) = asking(|request| {
        assert!(request.video_id.is_none() || request.timeout_ms > 0);
        Err("no browser is connected".to_owned())
    });
    for _ in 0..2 {
        assert!(asking.ask(&question(VIDEO, false), soon()).result.is_err());
    }
}
