use super::*;
use crate::store::tests::capture;
use std::sync::{Arc, Mutex};

const VIDEO: &str = "dQw4w9WgXcQ";

/// What was requested, in short.
type Requests = Arc<Mutex<Vec<String>>>;

fn tokens(
    request_token: impl Fn(&TokenRequest) -> Result<Capture, String> + Send + Sync + 'static,
) -> (TokenService, Requests) {
    let requests = Requests::default();
    let noted = Arc::clone(&requests);
    let request_token = move |request: &TokenRequest, _: &Patience| {
        noted.lock().unwrap().push(shown(request));
        request_token(request).map_err(|why| Problem::new(Code::NoToken, why))
    };
    (TokenService::new(Box::new(request_token)), requests)
}

fn shown(request: &TokenRequest) -> String {
    let (kind, text) = match (&request.video_id, &request.content_binding) {
        (Some(id), None) => ("video", id.as_str()),
        (None, Some(ContentBinding::VisitorData(text))) => ("visitor data", text.as_str()),
        (None, Some(ContentBinding::DataSyncId(text))) => ("datasync id", text.as_str()),
        (None, Some(ContentBinding::VisitorId(text))) => ("visitor", text.as_str()),
        (None, Some(ContentBinding::AnyVisitor)) => ("any visitor", ""),
        _ => ("whatever", ""),
    };
    format!("{kind} {text}{}", if request.bypass_cache { " bypass-cache" } else { "" }).trim().to_owned()
}

fn request(binding: &str, bypass_cache: bool) -> PotRequest {
    let body = serde_json::json!({"content_binding": binding, "bypass_cache": bypass_cache}).to_string();
    PotRequest::read(body.as_bytes()).unwrap()
}

/// A client that waits for 18 s.
fn client() -> Client {
    Client { end: Instant::now() + Duration::from_secs(18), withdrawal: Withdrawal::default() }
}

fn none(_: &TokenRequest) -> Result<Capture, String> {
    Err("none".to_owned())
}

#[test]
fn eleven_characters_are_a_known_visitor_or_else_a_video() {
    let now = clock::now_ms();
    let (visitors, requests) = tokens(move |request| match &request.content_binding {
        Some(ContentBinding::VisitorId(_)) => Ok(capture(1, "aaaaaaaaaaa", now)),
        _ => Err("none".to_owned()),
    });
    let result = visitors.get(&request(VIDEO, false), &client());
    assert_eq!(result.subject, Subject::Session);
    assert_eq!(result.result.ok().unwrap().content_binding.as_str(), VIDEO);
    assert!(requests.lock().unwrap().iter().all(|request| request == "visitor dQw4w9WgXcQ"));

    let (videos, requests) = tokens(move |request| match &request.video_id {
        Some(id) => Ok(capture(1, id.as_str(), now)),
        None => Err("none".to_owned()),
    });
    let result = videos.get(&request(VIDEO, true), &client());
    assert_eq!(result.subject, Subject::Video(VideoId::new(VIDEO).unwrap()));
    assert_eq!(*requests.lock().unwrap(), ["visitor dQw4w9WgXcQ", "video dQw4w9WgXcQ bypass-cache"]);
}

#[test]
fn only_a_video_is_waited_for() {
    let (tokens, _) = tokens(|request| {
        let limits = if request.content_binding.is_some() {
            Duration::ZERO..=Duration::ZERO
        } else {
            Duration::from_secs(16)..=Duration::from_millis(17_500)
        };
        assert!(limits.contains(&Duration::from_millis(request.timeout_ms)), "{}", request.timeout_ms);
        Err("none".to_owned())
    });
    assert_eq!(tokens.get(&request(VIDEO, false), &client()).result.err().unwrap(), "none");
}

#[test]
fn a_session_is_requested_by_what_was_sent() {
    let (tokens, requests) = tokens(none);
    for binding in ["CgtmSzRyTVlHM09aTCiYl8fABg%3D%3D", "104123456789012345678||"] {
        assert!(tokens.get(&request(binding, false), &client()).result.is_err());
    }
    let expected = ["visitor data CgtmSzRyTVlHM09aTCiYl8fABg%3D%3D", "datasync id 104123456789012345678||"];
    assert_eq!(*requests.lock().unwrap(), expected);
}

#[test]
fn an_unknown_binding_fails_and_nobody_is_asked() {
    let (tokens, requests) = tokens(none);
    let result = tokens.get(&request("\u{e9}", false), &client());
    assert!(result.result.err().unwrap().contains("neither a video's id"));
    assert!(requests.lock().unwrap().is_empty());
}

#[test]
fn a_request_without_a_binding_gets_visitor_data_or_a_refusal() {
    let now = clock::now_ms();
    let visitor = "CgtmSzRyTVlHM09aTCiYl8fABg==";
    for video in [VIDEO, ""] {
        let (with_visitor, requests) = tokens(move |_| {
            let mut capture = capture(1, video, now);
            capture.binding.visitor_data = Some(VisitorData::new(visitor).unwrap());
            Ok(capture)
        });
        let given = with_visitor.get(&PotRequest::default(), &client()).result.ok().unwrap();
        assert_eq!(given.content_binding.as_str(), "CgtmSzRyTVlHM09aTCiYl8fABg%3D%3D");
        assert_eq!(*requests.lock().unwrap(), ["any visitor"]);

        let (without, _) = tokens(move |_| Ok(capture(1, video, now)));
        let result = without.get(&PotRequest::default(), &client());
        assert_eq!(result.subject, Subject::AnyVisitor);
        assert!(result.result.err().unwrap().contains("no token whose visitor data is known"));
    }
}

#[test]
fn what_needs_no_browser_is_known_at_once() {
    let now = clock::now_ms();
    let of_video = |captured_at| {
        tokens(move |request| match &request.video_id {
            Some(id) => Ok(capture(1, id.as_str(), captured_at)),
            None => Err("none".to_owned()),
        })
    };
    let (fresh, requests) = of_video(now - 1000);
    assert!(fresh.get_known(&request(VIDEO, false), &client()).unwrap().result.is_ok());
    assert!(fresh.get_known(&request(VIDEO, true), &client()).is_none());
    fresh.invalidate();
    assert!(fresh.get_known(&request(VIDEO, false), &client()).is_none());
    assert!(requests.lock().unwrap().iter().all(|request| !request.contains("bypass")));
    // A browser may have a better one.
    let (old, _) = of_video(now - FRESH_MS - 1000);
    assert!(old.get_known(&request(VIDEO, false), &client()).is_none());

    let (none, _) = tokens(none);
    assert!(none.get_known(&request(VIDEO, false), &client()).is_none());
    for session in ["CgtmSzRyTVlHM09aTCiYl8fABg%3D%3D", "104123456789012345678||", "", "no"] {
        assert!(none.get_known(&request(session, false), &client()).unwrap().result.is_err(), "{session}");
    }
}

#[test]
fn after_an_invalidation_only_younger_tokens_are_given() {
    let long_ago = clock::now_ms() - 60_000;
    let (tokens, requests) = tokens(move |request| match &request.video_id {
        Some(id) if request.bypass_cache => Ok(capture(2, id.as_str(), clock::now_ms())),
        Some(id) => Ok(capture(1, id.as_str(), long_ago)),
        None => Err("none".to_owned()),
    });
    let token =
        |tokens: &TokenService| tokens.get(&request(VIDEO, false), &client()).result.ok().unwrap().token;
    let before = token(&tokens);
    tokens.invalidate();
    assert!(token(&tokens) != before);
    assert_eq!(requests.lock().unwrap().last().unwrap(), "video dQw4w9WgXcQ bypass-cache");
}

#[test]
fn a_request_without_time_left_fails_and_nobody_is_asked() {
    let (tokens, requests) = tokens(none);
    let late = Client { end: Instant::now(), ..client() };
    let result = tokens.get(&request("CgtmSzRyTVlHM09aTCiYl8fABg", false), &late);
    assert!(result.result.err().unwrap().contains("at once"));
    assert!(requests.lock().unwrap().is_empty());
}

#[test]
fn clients_keep_a_token_while_it_is_fresh() {
    assert_eq!(expires_at(1000, 2000), 1000 + FRESH_MS);
    assert_eq!(expires_at(1000, 1000 + FRESH_MS), 1000 + EXPIRES_MS);
}

#[test]
fn a_failed_request_is_answered_from_the_store_for_a_while() {
    let (mut tokens, requests) = tokens(|request| {
        Err(if request.timeout_ms == 0 { "not there" } else { "the browser has none" }.to_owned())
    });
    // Every request counts as one that asked a browser.
    tokens.browser_asked = Duration::ZERO;
    for _ in 0..3 {
        let result = tokens.get(&request(VIDEO, false), &client());
        assert_eq!(result.result.err().unwrap(), "the browser has none");
    }
    // Two for each: a visitor's, and the video's.
    assert_eq!(requests.lock().unwrap().len(), 6);
    let id = VideoId::new(VIDEO).unwrap();
    assert!(tokens.failed_before(&VideoId::new("Nn3XSY27eIk").unwrap(), Instant::now()).is_none());
    assert!(tokens.failed_before(&id, Instant::now() + FAILURE_KEPT).is_none());
}

#[test]
fn a_failure_that_took_no_time_is_not_remembered() {
    let (tokens, _) = tokens(|request| {
        assert!(request.video_id.is_none() || request.timeout_ms > 0);
        Err("no browser is connected".to_owned())
    });
    for _ in 0..2 {
        assert!(tokens.get(&request(VIDEO, false), &client()).result.is_err());
    }
}

/// A service whose every request fails with this code, and how long each waited for a browser.
fn failing(code: Code) -> (TokenService, Arc<Mutex<Vec<Duration>>>) {
    let waits = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&waits);
    let request_token = move |request: &TokenRequest, patience: &Patience| {
        if request.timeout_ms > 0 {
            noted.lock().unwrap().push(patience.for_browser);
        }
        Err(Problem::new(code, "none"))
    };
    let mut tokens = TokenService::new(Box::new(request_token));
    // Every request counts as one that asked a browser.
    tokens.browser_asked = Duration::ZERO;
    (tokens, waits)
}

#[test]
fn a_browser_is_waited_for_once_and_then_asked_as_soon_as_it_is_there() {
    let (tokens, waits) = failing(Code::NoBrowser);
    for video in [VIDEO, VIDEO, "Nn3XSY27eIk"] {
        assert!(tokens.get(&request(video, false), &client()).result.is_err());
    }
    assert_eq!(*waits.lock().unwrap(), [GRACE, Duration::ZERO, Duration::ZERO]);
    assert_eq!(tokens.for_browser(Instant::now() + FAILURE_KEPT), GRACE);
}

#[test]
fn a_failure_is_remembered_if_a_browser_was_asked() {
    for (code, asked) in [
        (Code::NoToken, 1),
        (Code::NotPlayable, 1),
        (Code::OwnBrowserFailed, 2),
        (Code::Busy, 2),
        (Code::ConsentNeeded, 2),
    ] {
        let (tokens, waits) = failing(code);
        for _ in 0..2 {
            assert!(tokens.get(&request(VIDEO, false), &client()).result.is_err());
        }
        assert_eq!(waits.lock().unwrap().len(), asked, "{code}");
    }
    let (tokens, waits) = failing(Code::NoToken);
    let gone = client();
    drop(gone.withdrawal.at_drop());
    for client in [gone, client()] {
        assert!(tokens.get(&request(VIDEO, false), &client).result.is_err());
    }
    assert_eq!(waits.lock().unwrap().len(), 2, "a request that was withdrawn says nothing of the browser");
}

#[test]
fn whoever_wants_another_token_is_not_given_what_was_given_for_the_same_binding() {
    let now = clock::now_ms();
    let seed = Arc::new(Mutex::new(1));
    let newest = Arc::clone(&seed);
    let (tokens, _) = tokens(move |request| match &request.video_id {
        Some(id) => Ok(capture(*newest.lock().unwrap(), id.as_str(), now)),
        None => Err("none".to_owned()),
    });
    let get = |video: &str, bypass| tokens.get(&request(video, bypass), &client()).result;
    // Given from what is known, or by a browser.
    assert!(tokens.get_known(&request(VIDEO, false), &client()).unwrap().result.is_ok());
    assert_eq!(get(VIDEO, true).err().unwrap(), GIVEN_BEFORE);
    assert!(get(VIDEO, false).is_ok(), "who wants no other one is given it");
    assert!(get("Nn3XSY27eIk", true).is_ok(), "another binding");
    for _ in 0..3 {
        *seed.lock().unwrap() += 1;
        assert!(get(VIDEO, true).is_ok());
        assert_eq!(get(VIDEO, true).err().unwrap(), GIVEN_BEFORE);
    }
    for number in 0..MAX_GIVEN {
        assert!(get(&format!("video{number:06}"), false).is_ok());
    }
    assert_eq!(tokens.given.lock().unwrap().len(), MAX_GIVEN);
    assert!(get(VIDEO, true).is_ok(), "the oldest are forgotten");
}
