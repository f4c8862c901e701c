use super::*;
use crate::test_data::{length_delimited, token, token_bytes};
use potbridge_protocol::youtube::PLAYER_HOSTS;
use potbridge_protocol::{Client, Cpn, PoToken, VisitorData};
use proptest::prelude::*;
use serde_json::{Value, json};

const PLAYER: &str = "https://www.youtube.com/youtubei/v1/player?prettyPrint=false";
const MEDIA: &str = "https://rr1---sn-a.googlevideo.com";

fn metadata() -> RequestMetadata {
    RequestMetadata {
        session: Session {
            profile: ShortText::new("p").unwrap(),
            container: Some(ShortText::new("firefox-container-1").unwrap()),
            private: false,
            logged_in: Some(true),
        },
        facts: PageFacts { content_bound: Some(true), ..PageFacts::default() },
        page_hooked: true,
        time: 1_764_810_177_000,
    }
}

fn observe_request(url: &str, body: &[u8]) -> Observation {
    observe(url, body, &metadata())
}

fn captured(url: &str, body: &[u8]) -> Capture {
    *observe_request(url, body).capture.unwrap_or_else(|| panic!("no capture from {url}"))
}

fn request() -> Value {
    json!({
        "videoId": "V2SVRJ6dcE4",
        "context": {"client": {
            "clientName": "WEB_REMIX", "clientVersion": "1.20250423.01.00",
            "visitorData": "CgtmSzRyTVlHM09aTCiYl8fABjIKCgJJThIEGgAgaA%3D%3D",
        }},
        "cpn": "DtkyET85YbCAu0B1",
        "serviceIntegrityDimensions": {"poToken": token(83).expose()},
    })
}

fn sabr(token: &[u8]) -> Vec<u8> {
    length_delimited(19, &length_delimited(2, token))
}

#[test]
fn a_player_request_has_a_token_and_names_its_playback() {
    let observed =
        observe_request("https://music.youtube.com/youtubei/v1/player", request().to_string().as_bytes());
    let visitor = VisitorData::new("CgtmSzRyTVlHM09aTCiYl8fABjIKCgJJThIEGgAgaA").unwrap();
    let (cpn, video_id) = (Cpn::new("DtkyET85YbCAu0B1").unwrap(), VideoId::new("V2SVRJ6dcE4").unwrap());
    assert_eq!(
        observed,
        Observation {
            capture: Some(Box::new(Capture {
                token: token(83),
                context: Context::Player,
                client: Some(Client::new("WEB_REMIX", Some("1.20250423.01.00")).unwrap()),
                host: ShortText::new("music.youtube.com").unwrap(),
                source: Source::PlayerRequest,
                binding: Binding {
                    video_id: Some(video_id.clone()),
                    visitor_data: Some(visitor),
                    certainty: Certainty::Certain,
                    content_bound: Some(true),
                },
                cpn: Some(cpn.clone()),
                foreign_client: false,
                page_hooked: true,
                session: metadata().session,
                captured_at: 1_764_810_177_000,
            })),
            playing: Some(Playing {
                cpn,
                video_id,
                certainty: Certainty::Certain,
                session: metadata().session,
                at: 1_764_810_177_000
            }),
            miss: None,
            reloads: false,
        }
    );
}

#[test]
fn each_kind_of_request_has_its_source_and_certainty() {
    let pot = token(83).expose().to_owned();
    let onesie = length_delimited(10, &length_delimited(2, &token_bytes(83)));
    let player = request().to_string();
    let watch = json!({"playerRequest": request()}).to_string();
    let youtube = "https://m.youtube.com";
    for (url, body, source, context, certainty) in [
        (
            format!("{youtube}/youtubei/v1/player"),
            player.as_bytes(),
            Source::PlayerRequest,
            Context::Player,
            Certainty::Certain,
        ),
        (
            format!("{youtube}/youtubei/v1/get_watch?prettyPrint=false"),
            watch.as_bytes(),
            Source::GetWatch,
            Context::Player,
            Certainty::Certain,
        ),
        (
            format!("{youtube}/youtubei/v1/reel/reel_item_watch"),
            watch.as_bytes(),
            Source::ReelItemWatch,
            Context::Player,
            Certainty::Certain,
        ),
        (
            format!("{MEDIA}/videoplayback?id=o-x&pot={pot}"),
            b"".as_slice(),
            Source::MediaUrl,
            Context::Gvs,
            Certainty::Guess,
        ),
        (
            format!("{MEDIA}/videoplayback/id/o-x/pot/{pot}"),
            b"",
            Source::MediaUrl,
            Context::Gvs,
            Certainty::Guess,
        ),
        (
            format!("{MEDIA}/videoplayback?sabr=1"),
            &sabr(&token_bytes(83)),
            Source::Sabr,
            Context::Gvs,
            Certainty::Guess,
        ),
        (
            format!("{MEDIA}/initplayback?id=75dc2bf70e3c4a4f"),
            &onesie,
            Source::Onesie,
            Context::Gvs,
            Certainty::Certain,
        ),
        (format!("{MEDIA}/initplayback?id=o-x"), &onesie, Source::Onesie, Context::Gvs, Certainty::Guess),
        (
            format!("{youtube}/api/timedtext?v=V2SVRJ6dcE4&pot={pot}"),
            b"",
            Source::Timedtext,
            Context::Subs,
            Certainty::Certain,
        ),
    ] {
        let capture = captured(&url, body);
        assert_eq!(capture.token, token(83), "{source:?}");
        assert_eq!(
            (capture.source, capture.context, capture.binding.certainty),
            (source, context, certainty),
            "{source:?}"
        );
        assert_eq!(capture.binding.video_id.is_some(), certainty == Certainty::Certain, "{source:?}");
        assert!(url.contains(capture.host.as_str()), "{source:?}");
    }
}

#[test]
fn only_the_players_hosts_are_read() {
    let body = request().to_string();
    for host in PLAYER_HOSTS {
        let url = format!("https://{host}/youtubei/v1/player");
        assert!(observe_request(&url, body.as_bytes()).capture.is_some(), "{url}");
    }
    let pot = token(83).expose().to_owned();
    for url in [
        "https://www.youtube.com.evil.example/youtubei/v1/player",
        "https://evil.example/https://www.youtube.com/youtubei/v1/player",
        "http://www.youtube.com/youtubei/v1/player",
        "https://www.youtube.com/youtubei/v1/player/heartbeat",
        "https://www.youtube.com/youtubei/v1/player/ad_break",
        "https://www.youtube.com/youtubei/v1/player_ads",
        "https://www.youtube.com/youtubei/v1/next",
        "https://kids.youtube.com/youtubei/v1/player",
        "https://rr1---sn-a.googlevideo.com/youtubei/v1/player",
        "https://www.youtube.com/api/stats/atr?docid=V2SVRJ6dcE4&cpn=DtkyET85YbCAu0B1",
        "https://evil.example/api/stats/qoe?docid=V2SVRJ6dcE4&cpn=DtkyET85YbCAu0B1",
        &format!("https://www.youtube.com/videoplayback?pot={pot}"),
        &format!("https://evilgooglevideo.com/videoplayback?pot={pot}"),
        &format!("https://rr1---sn-a.googlevideo.com/api/timedtext?v=V2SVRJ6dcE4&pot={pot}"),
        &format!("https://rr1---sn-a.googlevideo.com/generate_204?pot={pot}"),
        "https://www.youtube.com",
        "",
    ] {
        assert_eq!(observe_request(url, body.as_bytes()), Observation::default(), "{url}");
    }
}

#[test]
fn a_miss_does_not_hide_the_playback() {
    let with = |dimensions: Value| {
        let mut body = request();
        body["serviceIntegrityDimensions"] = dimensions;
        let observed = observe_request(PLAYER, body.to_string().as_bytes());
        assert!(observed.capture.is_none() && observed.playing.is_some());
        observed.miss
    };
    assert_eq!(with(json!({})), None);
    assert_eq!(with(json!({"poToken": ""})), None);
    assert_eq!(with(json!({"poToken": "IgisnKyexBvmZg=="})), Some(Miss::ColdStartToken));
    assert_eq!(with(json!({"poToken": "abc d"})), Some(Miss::Malformed(NotAToken::NotBase64Url)));
    assert_eq!(with(json!({"poToken": token(82).expose()})), Some(Miss::Fallback));
}

#[test]
fn a_minters_words_are_malformed_and_never_a_token() {
    for word in ["backoff", "SDF:notready", "undefined", "M"] {
        let mut body = request();
        body["serviceIntegrityDimensions"] = json!({"poToken": word});
        for (url, body) in [
            (PLAYER.to_owned(), body.to_string().into_bytes()),
            (format!("{MEDIA}/videoplayback?sabr=1&cpn=DtkyET85YbCAu0B1"), sabr(word.as_bytes())),
            (format!("{MEDIA}/videoplayback?pot={word}"), Vec::new()),
        ] {
            let observed = observe_request(&url, &body);
            assert!(observed.capture.is_none(), "{word} {url}");
            assert!(matches!(observed.miss, Some(Miss::Malformed(_))), "{word} {url}: {:?}", observed.miss);
        }
    }
}

#[test]
fn a_long_token_beside_a_video_is_not_surely_bound_to_it() {
    for (payload, certainty) in [(91, Certainty::Certain), (115, Certainty::Certain), (116, Certainty::Guess)]
    {
        let mut body = request();
        body["serviceIntegrityDimensions"]["poToken"] = json!(token(payload).expose());
        let capture = captured(PLAYER, body.to_string().as_bytes());
        assert_eq!(capture.binding.certainty, certainty, "{payload}");
        assert!(capture.binding.video_id.is_some());
    }
}

#[test]
fn a_client_that_is_not_the_pages_own_is_foreign() {
    let of_page = |client| {
        let facts = PageFacts { client: Client::new(client, None).ok(), ..PageFacts::default() };
        let metadata = RequestMetadata { facts, ..metadata() };
        observe(PLAYER, request().to_string().as_bytes(), &metadata).capture.unwrap().foreign_client
    };
    assert!(of_page("WEB"));
    assert!(!of_page("WEB_REMIX"));
    assert!(!captured(PLAYER, request().to_string().as_bytes()).foreign_client, "nobody knows the page's");
}

#[test]
fn a_body_that_a_content_blocker_rewrote_is_read_all_the_same() {
    let mut body = request();
    body["params"] = json!("yAEB");
    body["playbackContext"] = json!({"contentPlaybackContext": {"isInlinePlaybackNoAd": true}});
    body["context"]["client"]["clientScreen"] = json!(7);
    body["context"]["client"]["userAgent"] = json!("Mozilla/5.0,gzip(gfe) ; channel=x");
    body["context"]["adSignalsInfo"] = json!([]);
    body["contentCheckOk"] = json!("maybe");
    let (plain, rewritten) = (request().to_string(), body.to_string());
    assert_eq!(observe_request(PLAYER, rewritten.as_bytes()), observe_request(PLAYER, plain.as_bytes()));
}

#[test]
fn a_warm_up_of_onesie_says_nothing() {
    for body in [b"".as_slice(), b"{}"] {
        let observed =
            observe_request(&format!("{MEDIA}/initplayback?source=youtube&alr=yes&id=48213"), body);
        assert!(observed.capture.is_none() && observed.playing.is_none());
    }
    let silent = observe_request(&format!("{MEDIA}/initplayback?source=youtube&alr=yes&id=48213"), b"");
    assert_eq!(silent, Observation::default());
}

#[test]
fn media_that_name_their_video_name_their_playback_too() {
    let pot = token(83).expose().to_owned();
    for rest in [
        format!("videoplayback?id=V2SVRJ6dcE4.1&source=yt_live_broadcast&cpn=DtkyET85YbCAu0B1&pot={pot}"),
        format!("videoplayback/id/V2SVRJ6dcE4.1/cpn/DtkyET85YbCAu0B1/pot/{pot}/file/seg.ts"),
    ] {
        for host in ["rr1---sn-a.googlevideo.com", "rr1---sn-a.c.youtube.com"] {
            let observed = observe_request(&format!("https://{host}/{rest}"), b"");
            let (capture, playing) = (observed.capture.unwrap(), observed.playing.unwrap());
            assert_eq!(capture.binding.certainty, Certainty::Certain);
            assert_eq!((capture.context, capture.host.as_str()), (Context::Gvs, host));
            assert_eq!(capture.binding.video_id.unwrap().as_str(), "V2SVRJ6dcE4");
            assert_eq!((playing.video_id.as_str(), playing.certainty), ("V2SVRJ6dcE4", Certainty::Certain));
        }
    }
}

#[test]
fn a_manifest_may_carry_a_token() {
    let pot = token(83).expose().to_owned();
    for kind in ["hls_variant", "hls_playlist", "dash"] {
        let rest = format!("/api/manifest/{kind}/expire/1/id/75dc2bf70e3c4a4f/pot/{pot}/file/index.m3u8");
        let capture = captured(&format!("https://manifest.googlevideo.com{rest}"), b"");
        assert_eq!((capture.token, capture.source), (token(83), Source::MediaUrl));
        assert_eq!(capture.binding.video_id.unwrap().as_str(), "ddwr9w48Sk8");
    }
    let without = observe_request("https://manifest.googlevideo.com/api/manifest/dash/id/V2SVRJ6dcE4.1", b"");
    assert_eq!(without, Observation::default());
}

#[test]
fn only_bodies_that_may_carry_a_token_are_missed() {
    for url in [
        PLAYER,
        "https://www.youtube.com/youtubei/v1/get_watch",
        "https://m.youtube.com/youtubei/v1/reel/reel_item_watch?prettyPrint=false",
        "https://rr1---sn-a.googlevideo.com/initplayback?id=1",
        "https://rr1---sn-a.c.youtube.com/videoplayback?sabr=1",
    ] {
        assert!(has_telling_body(url), "{url}");
    }
    for url in [
        "https://www.youtube.com/youtubei/v1/player/heartbeat?alt=json",
        "https://www.youtube.com/youtubei/v1/player/ad_break",
        "https://www.youtube.com/api/stats/qoe?docid=V2SVRJ6dcE4",
        "https://rr1---sn-a.googlevideo.com/videoplayback?c=WEB",
        "https://evil.example/initplayback?id=1",
        "",
    ] {
        assert!(!has_telling_body(url), "{url}");
    }
}

#[test]
fn a_body_that_cannot_be_read_is_a_miss() {
    for body in [b"".as_slice(), b"[object ReadableStream]"] {
        let observed = observe_request(PLAYER, body);
        let miss = Some(Miss::Unreadable(Unreadable::NotJson));
        assert_eq!(observed, Observation { miss, ..Observation::default() });
    }
}

#[test]
fn without_its_body_a_media_request_says_nothing() {
    assert_eq!(observe_request(&format!("{MEDIA}/videoplayback?sabr=1"), b""), Observation::default());
    assert_eq!(
        observe_request(&format!("{MEDIA}/initplayback?id=75dc2bf70e3c4a4f"), b""),
        Observation::default()
    );
    // Without sabr=1 the body is no SABR, whatever is in it.
    assert_eq!(
        observe_request(&format!("{MEDIA}/videoplayback?c=WEB"), &sabr(&token_bytes(83))),
        Observation::default()
    );
}

#[test]
fn a_media_address_counts_if_its_body_has_no_token() {
    let url = format!("{MEDIA}/videoplayback?sabr=1&pot={}", token(91).expose());
    let cold_start = [0x22, 8, 0x4e, 0x6b, 0x4f, 0x6a, 0x27, 0x5b, 0x93, 0xaa];
    let unreadable = Some(Miss::Unreadable(Unreadable::NotProtobuf));
    for (body, source, found, miss) in [
        (sabr(&token_bytes(83)), Source::Sabr, token(83), None),
        (Vec::new(), Source::MediaUrl, token(91), None),
        (sabr(&cold_start), Source::MediaUrl, token(91), Some(Miss::ColdStartToken)),
        (b"[object ReadableStream]".to_vec(), Source::MediaUrl, token(91), unreadable),
    ] {
        let observed = observe_request(&url, &body);
        let capture = observed.capture.unwrap();
        assert_eq!((capture.source, capture.token, observed.miss), (source, found, miss));
    }
}

#[test]
fn a_report_names_a_playback_only() {
    for path in ["playback", "qoe", "watchtime", "delayplay"] {
        let url = format!(
            "https://www.youtube.com/api/stats/{path}?docid=V2SVRJ6dcE4&cpn=DtkyET85YbCAu0B1&pot={}",
            token(83).expose()
        );
        let observed = observe_request(&url, b"");
        let playing = observed.playing.clone().unwrap();
        assert_eq!((playing.cpn.as_str(), playing.video_id.as_str()), ("DtkyET85YbCAu0B1", "V2SVRJ6dcE4"));
        assert_eq!(observed, Observation { playing: Some(playing), ..Observation::default() });
    }
}

#[test]
fn a_playback_needs_cpn_and_video() {
    for query in ["docid=V2SVRJ6dcE4", "cpn=DtkyET85YbCAu0B1", "docid=x&cpn=DtkyET85YbCAu0B1", ""] {
        assert_eq!(
            observe_request(&format!("https://www.youtube.com/api/stats/qoe?{query}"), b""),
            Observation::default()
        );
    }
}

#[test]
fn nothing_printed_holds_the_token() {
    let pot = token(83);
    let observed = observe_request(&format!("{MEDIA}/videoplayback?pot={}", pot.expose()), b"");
    assert!(observed.capture.is_some());
    assert!(!format!("{observed:?}").contains(&pot.expose()[..8]));
}

/// The parts of every address that is looked at, in any order.
fn address() -> impl Strategy<Value = String> {
    let host = prop::sample::select(vec!["www.youtube.com", "a.googlevideo.com", "music.youtube.com"]);
    let part = prop::sample::select(vec![
        "/videoplayback",
        "/initplayback",
        "/api/timedtext",
        "/api/stats/qoe",
        "/youtubei/v1/player",
        "/youtubei/v1/get_watch",
        "/pot/",
        "?",
        "&",
        "pot=",
        "v=",
        "id=",
        "cpn=",
        "docid=",
        "sabr=1",
        "%",
        "=",
        "#",
        "é",
        "DtkyET85YbCAu0B1",
        "V2SVRJ6dcE4",
        "75dc2bf70e3c4a4f",
        "IgisnKyexBvmZg==",
    ]);
    (host, prop::collection::vec(part, 0..12))
        .prop_map(|(host, parts)| format!("https://{host}{}", parts.concat()))
}

proptest! {
    #[test]
    fn hostile_requests_never_panic(url in address(), body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = observe_request(&url, &body);
    }

    #[test]
    fn hostile_addresses_never_panic(url in "(https://)?[a-z./?#\u{e9}]{0,60}") {
        let _ = observe_request(&url, b"{}");
    }

    #[test]
    fn a_token_comes_through_unchanged(
        payload in prop::collection::vec(any::<u8>(), 83..=127)
    ) {
        let bytes = [&[0x32, payload.len() as u8], payload.as_slice()].concat();
        let whole = PoToken::from_bytes(&bytes).unwrap();
        let url = format!("{MEDIA}/videoplayback?pot={}", whole.expose());
        prop_assert_eq!(&captured(&url, b"").token, &whole);
        prop_assert_eq!(&captured(&format!("{MEDIA}/videoplayback?sabr=1"), &sabr(&bytes)).token, &whole);
    }
}
