use super::*;
use crate::shelf::tests::capture;
use std::sync::{Arc, Mutex};

const VIDEO: &str = "dQw4w9WgXcQ";

/// What was wished for, in short.
type Wishes = Arc<Mutex<Vec<String>>>;

fn asking(obtain: impl Fn(&Wish) -> Result<Capture, String> + Send + Sync + 'static) -> (Asking, Wishes) {
    let wishes = Wishes::default();
    let noted = Arc::clone(&wishes);
    let obtain = move |wish: &Wish| {
        noted.lock().unwrap().push(shown(wish));
        obtain(wish)
    };
    (Asking::new(Box::new(obtain)), wishes)
}

fn shown(wish: &Wish) -> String {
    let (kind, text) = match (&wish.video_id, &wish.of_session) {
        (Some(id), None) => ("video", id.as_str()),
        (None, Some(SessionBinding::VisitorData(text))) => ("visitor data", text.as_str()),
        (None, Some(SessionBinding::DataSyncId(text))) => ("datasync id", text.as_str()),
        (None, Some(SessionBinding::VisitorId(text))) => ("visitor", text.as_str()),
        _ => ("whatever", ""),
    };
    format!("{kind} {text}{}", if wish.anew { " anew" } else { "" }).trim().to_owned()
}

fn question(binding: &str, anew: bool) -> Question {
    let body = serde_json::json!({"content_binding": binding, "bypass_cache": anew}).to_string();
    Question::read(body.as_bytes()).unwrap()
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(18)
}

fn none(_: &Wish) -> Result<Capture, String> {
    Err("none".to_owned())
}

#[test]
fn eleven_characters_are_a_visitor_where_the_shelf_knows_it_and_a_video_otherwise() {
    let now = clock::now_ms();
    let (visitors, wishes) = asking(move |wish| match &wish.of_session {
        Some(SessionBinding::VisitorId(_)) => Ok(capture(1, "aaaaaaaaaaa", now)),
        _ => Err("none".to_owned()),
    });
    let outcome = visitors.ask(&question(VIDEO, false), soon());
    assert_eq!(outcome.subject, Subject::Session);
    assert_eq!(outcome.result.ok().unwrap().content_binding.as_str(), VIDEO);
    assert!(wishes.lock().unwrap().iter().all(|wish| wish == "visitor dQw4w9WgXcQ"));

    let (videos, wishes) = asking(move |wish| match &wish.video_id {
        Some(id) => Ok(capture(1, id.as_str(), now)),
        None => Err("none".to_owned()),
    });
    let outcome = videos.ask(&question(VIDEO, true), soon());
    assert_eq!(outcome.subject, Subject::Video(VideoId::new(VIDEO).unwrap()));
    assert_eq!(*wishes.lock().unwrap(), ["visitor dQw4w9WgXcQ", "video dQw4w9WgXcQ anew"]);
}

#[test]
fn a_visitor_is_looked_for_without_waiting_and_a_video_within_the_time_for_the_answer() {
    let (asking, _) = asking(|wish| {
        let limits = if wish.of_session.is_some() {
            Duration::ZERO..=Duration::ZERO
        } else {
            Duration::from_secs(16)..=Duration::from_millis(17_500)
        };
        assert!(limits.contains(&Duration::from_millis(wish.within)), "{}", wish.within);
        Err("none".to_owned())
    });
    assert_eq!(asking.ask(&question(VIDEO, false), soon()).result.err().unwrap(), "none");
}

#[test]
fn a_session_is_asked_for_by_what_was_sent() {
    let (asking, wishes) = asking(none);
    for binding in ["CgtmSzRyTVlHM09aTCiYl8fABg%3D%3D", "104123456789012345678||"] {
        assert!(asking.ask(&question(binding, false), soon()).result.is_err());
    }
    let wished = ["visitor data CgtmSzRyTVlHM09aTCiYl8fABg%3D%3D", "datasync id 104123456789012345678||"];
    assert_eq!(*wishes.lock().unwrap(), wished);
}

#[test]
fn what_names_nothing_is_refused_and_nobody_is_asked() {
    let (asking, wishes) = asking(none);
    let outcome = asking.ask(&question("\u{e9}", false), soon());
    assert!(outcome.result.err().unwrap().contains("neither a video's id"));
    assert!(wishes.lock().unwrap().is_empty());
}

#[test]
fn a_token_that_nobody_named_says_what_it_is_good_for() {
    let now = clock::now_ms();
    let visitor = "CgtmSzRyTVlHM09aTCiYl8fABg==";
    for (video, is) in [(VIDEO, VIDEO), ("", "CgtmSzRyTVlHM09aTCiYl8fABg%3D%3D")] {
        let (asking, wishes) = asking(move |_| {
            let mut capture = capture(1, video, now);
            capture.binding.visitor_data = Some(VisitorData::new(visitor).unwrap());
            Ok(capture)
        });
        let given = asking.ask(&Question::default(), soon()).result.ok().unwrap();
        assert_eq!(given.content_binding.as_str(), is);
        assert_eq!(*wishes.lock().unwrap(), ["whatever"]);
    }
}

#[test]
fn after_an_invalidation_only_younger_tokens_are_given() {
    let long_ago = clock::now_ms() - 60_000;
    let (asking, wishes) = asking(move |wish| match &wish.video_id {
        Some(id) if wish.anew => Ok(capture(2, id.as_str(), clock::now_ms())),
        Some(id) => Ok(capture(1, id.as_str(), long_ago)),
        None => Err("none".to_owned()),
    });
    let token = |asking: &Asking| asking.ask(&question(VIDEO, false), soon()).result.ok().unwrap().token;
    let before = token(&asking);
    asking.invalidate();
    assert!(token(&asking) != before);
    assert_eq!(wishes.lock().unwrap().last().unwrap(), "video dQw4w9WgXcQ anew");
}

#[test]
fn who_came_too_late_in_line_is_told_so_and_nobody_is_asked() {
    let (asking, wishes) = asking(none);
    let outcome = asking.ask(&question("CgtmSzRyTVlHM09aTCiYl8fABg", false), Instant::now());
    assert!(outcome.result.err().unwrap().contains("at once"));
    assert!(wishes.lock().unwrap().is_empty());
}

#[test]
fn a_token_expires_when_it_is_fresh_no_more_and_an_older_one_when_it_is_gone() {
    assert_eq!(expires_at(1000, 2000), 1000 + FRESH_MS);
    assert_eq!(expires_at(1000, 1000 + FRESH_MS), 1000 + GONE_MS);
}

#[test]
fn what_a_browser_was_asked_for_in_vain_is_looked_for_on_the_shelf_alone_for_a_while() {
    let (asking, wishes) = asking(|wish| {
        if wish.video_id.is_some() && wish.within > 0 {
            std::thread::sleep(LONG);
        }
        Err(if wish.within == 0 { "not there" } else { "the browser has none" }.to_owned())
    });
    for _ in 0..3 {
        let outcome = asking.ask(&question(VIDEO, false), soon());
        assert_eq!(outcome.result.err().unwrap(), "the browser has none");
    }
    // Two for each: a visitor's, and the video's.
    assert_eq!(wishes.lock().unwrap().len(), 6);
    let id = VideoId::new(VIDEO).unwrap();
    assert!(asking.why_in_vain(&VideoId::new("Nn3XSY27eIk").unwrap(), Instant::now()).is_none());
    assert!(asking.why_in_vain(&id, Instant::now() + REMEMBERED).is_none());
}

#[test]
fn a_refusal_that_took_no_time_is_not_remembered() {
    let (asking, _) = asking(|wish| {
        assert!(wish.video_id.is_none() || wish.within > 0);
        Err("no browser is connected".to_owned())
    });
    for _ in 0..2 {
        assert!(asking.ask(&question(VIDEO, false), soon()).result.is_err());
    }
}
