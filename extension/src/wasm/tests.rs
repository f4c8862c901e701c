use super::*;
use crate::test_data::token;
use potbridge_protocol::youtube::Address;
use serde_json::{Value, json};

const PLAYER: &str = "https://www.youtube.com/youtubei/v1/player";
const NOW: f64 = 1_764_810_177_000.0;

fn observer() -> BrowserObserver {
    BrowserObserver::new("p", 0, 0, 0, 0)
}

fn observe(observer: &mut BrowserObserver, url: &str, body: &str) -> Option<Value> {
    observe_of_page(observer, None, url, body)
}

fn observe_of_page(
    observer: &mut BrowserObserver,
    page: Option<&str>,
    url: &str,
    body: &str,
) -> Option<Value> {
    let page = page.map(ToOwned::to_owned);
    parsed(observer.observe(url, body.as_bytes(), NOW, page, None, false, false))
}

fn parsed(json: Option<String>) -> Option<Value> {
    Some(serde_json::from_str(&json?).unwrap())
}

fn player_body() -> String {
    let body = json!({
        "videoId": "FcRzAdI8R9U", "cpn": "G3iep-t_Rs_pkoUQ",
        "serviceIntegrityDimensions": {"poToken": token(83).expose()},
    });
    body.to_string()
}

fn request(observer: &mut BrowserObserver, id: &str, bypass_cache: bool, since: f64) -> String {
    observer.request_token(id.to_owned(), "FcRzAdI8R9U", false, None, bypass_cache, since)
}

#[test]
fn only_what_is_new_is_among_the_keys() {
    let mut observer = observer();
    let playing = json!({
        "cpn": "G3iep-t_Rs_pkoUQ", "video_id": "FcRzAdI8R9U",
        "certainty": "certain",
        "session": {"profile": "p", "logged_in": false}, "at": 1_764_810_177_000_u64,
    });
    observer.page_says("12/0", r#"{"logged_in":false}"#);
    let news = observe_of_page(&mut observer, Some("12/0"), PLAYER, &player_body()).unwrap();
    assert_eq!(news.as_object().unwrap().keys().collect::<Vec<_>>(), ["changes"]);
    let entries = news["changes"]["entries"].as_array().unwrap();
    assert_eq!(entries[0]["capture"]["token"], token(83).expose());
    assert_eq!(entries[0]["token"]["video_id"], "FcRzAdI8R9U");
    assert!(!entries[0]["token"].to_string().contains(token(83).expose()));
    assert_eq!(entries[1], json!({"id": "2", "playing": playing}));
    assert_eq!(observe_of_page(&mut observer, Some("12/0"), PLAYER, &player_body()), None);

    let unreadable = observe(&mut observer, PLAYER, "[object ReadableStream]").unwrap();
    assert_eq!(
        (&unreadable["unreadable"], &unreadable["counters"]["unreadable"], unreadable.get("changes")),
        (&json!(true), &json!(1), None)
    );
    assert_eq!(observe(&mut observer, PLAYER, "{}"), None);
    assert_eq!(observe(&mut observer, "https://www.youtube.com/", ""), None);
}

#[test]
fn a_profile_goes_on_counting_after_its_script_was_stopped() {
    let mut observer = BrowserObserver::new("p", 1, 2, 3, 4);
    let counters: Value = parsed(observer.count_unreadable(PLAYER, NOW, None, false)).unwrap();
    assert_eq!(
        (&counters["fallback"], &counters["malformed"], &counters["unreadable"]),
        (&json!(2), &json!(3), &json!(5))
    );
}

#[test]
fn a_request_is_answered_by_what_comes_later_or_is_known() {
    let mut observer = observer();
    assert_eq!(request(&mut observer, "a", false, NOW), "[]");
    let news = observe(&mut observer, PLAYER, &player_body()).unwrap();
    assert_eq!(news["changes"]["answered"], json!(["a"]));
    assert_eq!(request(&mut observer, "b", false, NOW + 1.0), "[\"1\"]");
    assert_eq!(request(&mut observer, "c", true, NOW + 1.0), "[]");
    observer.drop_request("c");
    assert_eq!(observer.request_token("d".to_owned(), "no video", false, None, false, NOW), "[]");
}

#[test]
fn an_entry_is_named_recalled_and_forgotten() {
    let mut first = observer();
    let media = format!("https://a.googlevideo.com/videoplayback?pot={}", token(83).expose());
    let news = observe(&mut first, &media, "").unwrap();
    let mut second = observer();
    second.recall(&news["changes"]["entries"][0].to_string());
    request(&mut second, "a", false, NOW);
    assert_eq!(second.name("1", "no video", "certain"), None);
    assert_eq!(second.name("1", "FcRzAdI8R9U", "certain").as_deref(), Some("[\"a\"]"));
    second.forget("1");
    assert_eq!(request(&mut second, "b", false, NOW), "[]");
}

const MEDIA: &str = "https://a.googlevideo.com/videoplayback?sabr=1&cpn=G3iep-t_Rs_pkoUQ&rn=1";
const PAGE: &str = "12/0";

fn media_token(observer: &mut BrowserObserver, page: Option<&str>) -> Option<Value> {
    observe_of_page(observer, page, &format!("{MEDIA}&pot={}", token(83).expose()), "")
}

#[test]
fn a_page_is_asked_and_names_its_playback() {
    let mut observer = observer();
    assert_eq!(media_token(&mut observer, None).unwrap().get("ask_page"), None, "no page, nobody to ask");
    let mut observer = self::observer();
    let news = media_token(&mut observer, Some(PAGE)).unwrap();
    assert_eq!(news["ask_page"], true);
    assert_eq!(observer.settled_until(MEDIA, NOW, None, false), NOW + 500.0);
    let shown = json!({
        "address": "https://www.youtube.com/watch?v=FcRzAdI8R9U",
        "opened_at": NOW - 1000.5, "since": NOW - 500.5, "ad": false, "links": [],
    });
    assert_eq!(observer.page_shows("12/1", &shown.to_string(), NOW), None);
    let news = parsed(observer.page_shows(PAGE, &shown.to_string(), NOW)).unwrap();
    assert_eq!(
        news["changes"]["named"],
        json!([{"id": "1", "video_id": "FcRzAdI8R9U", "certainty": "probable"}])
    );
    assert_eq!(news["changes"]["entries"][0]["playing"]["certainty"], "probable");
    assert_eq!(observer.settled_until(MEDIA, NOW, None, false), NOW + 10_000.0);
    assert_eq!(media_token(&mut observer, Some(PAGE)), None);
}

#[test]
fn a_token_is_told_again_with_what_its_page_says_later() {
    let mut observer = observer();
    media_token(&mut observer, Some(PAGE)).unwrap();
    assert_eq!(observer.page_says(PAGE, "no JSON"), None);
    let news =
        parsed(observer.page_says(PAGE, r#"{"logged_in":true,"content_bound":false,"client":"MWEB"}"#));
    let entry = news.unwrap()["changes"]["entries"][0].clone();
    assert_eq!(entry["capture"]["session"]["logged_in"], true);
    assert_eq!(entry["capture"]["binding"]["content_bound"], false);
    assert_eq!(entry["id"], "2");
    assert_eq!(observer.page_says(PAGE, r#"{"logged_in":true}"#), None);
}

#[test]
fn bodies_are_wanted_by_session_and_again_after_ten_seconds() {
    let mut observer = observer();
    assert!(observer.body_due(MEDIA, NOW, None, false) <= NOW);
    media_token(&mut observer, None);
    let body = crate::test_data::length_delimited(
        19,
        &crate::test_data::length_delimited(2, &crate::test_data::token_bytes(83)),
    );
    observer.observe(MEDIA, &body, NOW, None, None, false, false);
    assert_eq!(observer.body_due(MEDIA, NOW + 9_999.0, None, false), NOW + 10_000.0);
    assert_eq!(observer.settled_until(MEDIA, NOW, None, false), NOW + 10_000.0);
    assert!(observer.body_due(MEDIA, NOW, Some("firefox-container-1".to_owned()), false) <= NOW);
    assert!(observer.body_due(MEDIA, NOW, None, true) <= NOW);
    observe(&mut observer, &MEDIA.replace("rn=1", "rn=0"), "");
    assert_eq!(observer.body_due(MEDIA, NOW, None, false), NOW + 1000.0, "the player began anew");
    let without_sabr = "https://a.googlevideo.com/videoplayback?c=WEB";
    assert_eq!(observer.body_due(without_sabr, NOW, None, false), f64::INFINITY);
    assert_eq!(observer.settled_until(without_sabr, NOW, None, false), NOW + 10_000.0);
}

#[test]
fn what_private_windows_showed_ends_with_them() {
    let mut observer = observer();
    media_token(&mut observer, None);
    let url = format!("{MEDIA}&pot={}", token(83).expose());
    let private = |observer: &mut BrowserObserver| {
        parsed(observer.observe(&url, b"", NOW, Some(PAGE.to_owned()), None, true, false))
    };
    let news = private(&mut observer).unwrap();
    assert_eq!(news["changes"]["entries"][0]["capture"]["session"]["private"], true);
    assert_eq!(observer.private_windows_closed(), r#"["2"]"#);
    assert_eq!(observer.private_windows_closed(), "[]");
    assert_eq!(observer.page_says(PAGE, r#"{"logged_in":false}"#), None);
    assert!(private(&mut observer).is_some(), "it is news again");
    assert_eq!(media_token(&mut observer, None), None, "the profile's own is not");
}

#[test]
fn a_closed_tab_is_forgotten() {
    let mut observer = observer();
    media_token(&mut observer, Some(PAGE));
    observer.forget_tab(12);
    assert_eq!(observer.page_says(PAGE, r#"{"logged_in":true}"#), None);
    assert_eq!(observer.settled_until(MEDIA, NOW, None, false), NOW + 10_000.0);
}

#[test]
fn a_report_is_collected_while_it_is_on_and_tells_no_value() {
    let mut observer = observer();
    observer.page_says(PAGE, r#"{"logged_in":true,"content_bound":true}"#);
    observer.add_shape(PLAYER, "POST", player_body().as_bytes(), Some(PAGE.to_owned()));
    assert!(!observer.read_field_report().contains("videoId"));
    observer.field_report(true);
    observer.add_shape(PLAYER, "POST", player_body().as_bytes(), Some(PAGE.to_owned()));
    observer.field_report(false);
    let report = observer.read_field_report();
    for line in [
        "1 × POST www.youtube.com/youtubei/v1/player",
        "page: logged in true, bound to content true",
        "videoId: text",
    ] {
        assert!(report.contains(line), "{report}");
    }
    for value in ["FcRzAdI8R9U", "G3iep-t_Rs_pkoUQ", &token(83).expose()[4..12]] {
        assert!(!report.contains(value), "{report}");
    }
}

#[test]
fn the_media_fields_tell_playbacks_and_tokens_apart() {
    let fields: Value = serde_json::from_str(&media_fields()).unwrap();
    assert_eq!(fields["counting"], "rn");
    let fields: Vec<String> = serde_json::from_value(fields["apart"].clone()).unwrap();
    let url =
        |cpn: &str, pot: &str| format!("https://a.googlevideo.com/videoplayback?sabr=1&cpn={cpn}&pot={pot}");
    let values = |url: &str| {
        let address = Address::of_request(url).unwrap();
        fields.iter().map(|name| address.query_field(name).unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (cpn, first, second) = ("G3iep-t_Rs_pkoUQ", token(83), token(84));
    let known = url(cpn, first.expose());
    let mut observer = observer();
    assert!(observe(&mut observer, &known, "").is_some());
    assert_eq!(observe(&mut observer, &known, ""), None);
    for new in [url(cpn, second.expose()), url("AAAAAAAAAAAAAAAA", first.expose())] {
        assert_ne!(values(&new), values(&known));
        assert!(observe(&mut observer, &new, "").is_some());
    }
}

#[test]
fn a_page_is_told_by_what_it_names() {
    let page = page_of("https://music.youtube.com/watch?v=dQw4w9WgXcQ&list=PLx");
    let page: Value = serde_json::from_str(&page.unwrap()).unwrap();
    assert_eq!(page, json!({"video_id": "dQw4w9WgXcQ", "list_id": "PLx", "music": true}));
    assert_eq!(page_of("https://www.youtube.com/feed/library"), None);
    assert_eq!(page_of("about:blank"), None);
}
