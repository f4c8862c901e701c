use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

const VIDEO: &str = "dQw4w9WgXcQ";
const VISITOR: &str = "CgtmSzRyTVlHM09aTCiYl8fABjIKCgJJThIEGgAgaA%3D%3D";

/// A random token with this many bytes of payload.
fn token_of(length: usize) -> String {
    let mut bytes = vec![0x32, length as u8];
    bytes.resize(2 + length, 0);
    getrandom::fill(&mut bytes[2..]).unwrap();
    PoToken::from_bytes(&bytes).unwrap().expose().to_owned()
}

fn token() -> String {
    token_of(83)
}

#[track_caller]
fn read_text(text: &str, token: &str) -> Vec<Pasted> {
    read(text.as_bytes()).unwrap_or_else(|why| panic!("{why:?}: {}", text.replace(token, "TOKEN")))
}

/// What is read of the one token in a text.
#[track_caller]
fn one(text: &str, token: &str) -> Pasted {
    let mut all = read_text(text, token);
    assert_eq!(all.len(), 1, "{}", text.replace(token, "TOKEN"));
    assert_eq!(all[0].token.expose(), token, "{}", text.replace(token, "TOKEN"));
    all.remove(0)
}

fn visitor(pasted: &Pasted) -> Option<String> {
    pasted.visitor_data.as_ref().map(VisitorData::percent_encoded)
}

fn video(pasted: &Pasted) -> Option<&str> {
    pasted.video_id.as_ref().map(VideoId::as_str)
}

#[test]
fn a_token_is_taken_out_of_any_text() {
    let t = &token();
    let bare = t.trim_end_matches('=');
    for text in [
        format!("po_token = \"{t}\"\n"),
        format!("pot:\n  token: \"{t}\"\n"),
        format!("po_token: >-\n  {t}\n"),
        format!("environment:\n  - YT_DLP_PO_TOKEN={t}\n  - TZ=Europe/Berlin\n"),
        format!("environment:\n  YT_DLP_PO_TOKEN: '{bare}'\n  PUID: 1000\n"),
        format!("--extractor-args \"youtube:po_token=mweb.gvs+{t}\"\n-f bv*+ba\n"),
        format!(
            "yt-dlp --extractor-args 'youtube:po_token=web+{t};player_client=web' -o x.mp4 https://youtu.be/x\n"
        ),
        format!("[Service]\nEnvironment=\"YT_DLP_PO_TOKEN={t}\"\n"),
        format!("[Service]\nEnvironment=A=b YT_DLP_PO_TOKEN={t} C=d\n"),
        format!("poToken\t\"{t}\""),
        format!("\u{201c}{t}\u{201d}"),
        format!("\u{2018}{bare}\u{2019}."),
        format!("\u{ab}{t}\u{bb}"),
        format!(
            "2025/04/28 00:38:23.861 [potoken] [INFO] po_token: {t}\n2025/04/28 00:38:23.861 [WARNING] there is a high chance\n"
        ),
        format!("Hello, this is my token: {t}. Does it work?"),
        format!("({t})"),
        format!("| poToken | `{t}` |"),
        format!("<code>{t}</code>"),
        format!("# mine\nPORT=3000\nYT_DLP_PO_TOKEN=web+{t} # today\nDEBUG=1\n"),
        format!("export YT_DLP_PO_TOKEN=\"{t}\""),
        format!("YTDL_OPTIONS={{\"extractor_args\":{{\"youtube\":{{\"po_token\":[\"web+{t}\"]}}}}}}"),
        format!("$env:YT_DLP_PO_TOKEN = '{t}'\r\n"),
        format!("setx YT_DLP_PO_TOKEN \"{t}\"\r\n"),
        format!("{{ poToken: '{t}', /* from the browser */ }}"),
        format!("const token = '{}' +\n  '{}'\n", &t[..60], &t[60..]).replace(" +", ""),
        format!("po_token%3Dweb%2B{}", t.replace('=', "%3D")),
        format!("payload=%7B%22poToken%22%3A%22{}%22%7D", t.replace('=', "%253D")),
        format!("{{\"poToken\":\"{}\"}}", t.replace('=', "\\u003d")),
        format!("{{\"body\":\"{{\\\"poToken\\\":\\\"{}\\\"}}\"}}", t.replace('=', "\\\\u003d")),
        format!("curl --data-raw $'{{\"poToken\":\"{}\"}}'", t.replace('=', "\\x3d")),
        format!("po_token:\\n{t}\\nvisitor_data:"),
        format!("T={}", t.replace('-', "+").replace('_', "/")),
        format!("T={}", t.replace('_', "%5F").replace('-', "%2D")),
        format!("{}\n{}\n", &t[..64], &t[64..]),
        format!("  {}  \r\n  {}\r\n  {}\r\n", &t[..40], &t[40..80], &t[80..]),
        format!("{} # the first half\n{}", &t[..60], &t[60..]),
        format!("{t}\n{bare}\n{}\n", t.replace('=', "%3D")),
        format!("web+web+{t}"),
        format!("{}\n{t}", "A".repeat(30)),
        format!("\u{feff}{t}"),
        // What is no token beside it: of the family of 2022, base64 of anything.
        format!(
            "{}\n{t}",
            "GkDTIjk-Naxqua5Wcsp_EOg7jbnbpgsrapYYdo2sf4JgdrDxskkzV-qbj0-ETYgm2IUxlEmyCjk0_lftnela0Ypd"
        ),
        format!("{}\n{}\n{t}\n{}", "A".repeat(160), "A".repeat(140), "A".repeat(150)),
        format!("{}\u{200b}{}", &t[..60], &t[60..]),
        format!("{}\u{ad}{}", &t[..60], &t[60..]),
        format!("po_token=3D{}=\r\n{}\r\n", &t[..60], &t[60..].replace('=', "=3D")),
    ] {
        one(&text, t);
    }
}

#[test]
fn the_visitor_beside_a_token_is_read_in_either_order() {
    let t = &token_of(122);
    for text in [
        format!("po_token: \"{t}\"\nvisitor_data: \"{VISITOR}\"\n"),
        format!(
            "visitor_data: {VISITOR}\npo_token: {t}\n2025/04/28 00:38:23.861 [potoken] [WARNING] a high chance\n"
        ),
        format!("po_token = \"{t}\"\nvisitor_data = \"{VISITOR}\"\n"),
        format!("pot:\n  token: \"{t}\"\n  visitorData: \"{VISITOR}\"\n"),
        format!("pot:\n  visitorData: '{}'\n  token: '{t}'\n", VISITOR.replace("%3D", "=")),
        format!("{{'poToken': '{t}', 'visitorData': '{VISITOR}'}}"),
        format!("{{\"potoken\": \"{t}\", \"visitor_data\": \"{VISITOR}\", \"updated\": 1}}"),
        format!("{{\"contentBinding\": \"{VISITOR}\", \"poToken\": \"{t}\"}}"),
        format!("PO_TOKEN={t}\nVISITOR_DATA={VISITOR}\n"),
        format!("INVIDIOUS_VISITOR_DATA=\"{VISITOR}\"\nINVIDIOUS_PO_TOKEN=\"{t}\"\n"),
        format!("environment:\n  - VISITOR_DATA={VISITOR}\n  - PO_TOKEN={t}\n"),
        format!("--extractor-args \"youtube:visitor_data={VISITOR};po_token=web+{t}\" -v"),
        format!("visitorData\t\"{VISITOR}\"\npoToken\t\"{t}\""),
        format!(
            "curl 'https://www.youtube.com/youtubei/v1/player' -H 'X-Goog-Visitor-Id: {VISITOR}' --data-raw '{{\"poToken\":\"{t}\"}}'"
        ),
        format!(
            "{{\"headers\":[{{\"name\":\"X-Goog-Visitor-Id\",\"value\":\"{VISITOR}\"}}],\"postData\":{{\"text\":\"{{\\\"poToken\\\":\\\"{t}\\\"}}\"}}}}"
        ),
        format!(
            "%7B%22visitorData%22%3A%22{}%22%2C%22poToken%22%3A%22{t}%22%7D",
            VISITOR.replace('%', "%25")
        ),
        format!(
            "\u{201c}visitor_data\u{201d}: \u{201c}{VISITOR}\u{201d}, \u{201c}po_token\u{201d}: \u{201c}{t}\u{201d}"
        ),
    ] {
        assert_eq!(visitor(&one(&text, t)).as_deref(), Some(VISITOR), "{}", text.replace(t, "TOKEN"));
    }
    for text in [
        format!("{{&quot;visitorData&quot;:&quot;{VISITOR}&quot;,&quot;poToken&quot;:&quot;{t}&quot;}}"),
        format!("<p>visitor_data=&#34;{VISITOR}&#34; po_token=&#34;{t}&#34;</p>"),
    ] {
        assert_eq!(visitor(&one(&text, t)).as_deref(), Some(VISITOR), "{}", text.replace(t, "TOKEN"));
    }
    for text in
        [t.clone(), format!("visitor_data: x\npo_token: {t}"), format!("visitor_data:\npo_token: {t}")]
    {
        assert_eq!(visitor(&one(&text, t)), None, "{}", text.replace(t, "TOKEN"));
    }
}

#[test]
fn the_visitor_of_another_document_is_not_that_of_the_token() {
    let t = &token_of(122);
    let other = VISITOR.replace("fK4r", "aB4r").replace("tmSz", "tmSy");
    for (text, found) in [
        (format!("visitor_data: {other}\n---\npo_token: {t}\nvisitor_data: {VISITOR}\n"), Some(VISITOR)),
        (format!("visitor_data: {other}\r\n\r\npo_token: {t}\r\nvisitor_data: {VISITOR}\r\n"), Some(VISITOR)),
        (format!("visitor_data: {VISITOR}\npo_token: {t}\n---\nvisitor_data: {other}\n"), Some(VISITOR)),
        (
            format!("a:\n  visitor_data: {other}\nb:\n  visitor_data: {VISITOR}\n  po_token: {t}\n"),
            Some(VISITOR),
        ),
        (format!("visitor_data: {VISITOR}\n---\npo_token: {t}\n"), Some(VISITOR)),
        (format!("visitor_data: {VISITOR}\npo_token: {t}\nvisitor_data: {other}\n"), None),
        (format!("visitor_data: {VISITOR}\n---\npo_token: {t}\n---\nvisitor_data: {other}\n"), None),
    ] {
        assert_eq!(visitor(&one(&text, t)).as_deref(), found, "{}", text.replace(t, "TOKEN"));
    }
}

#[test]
fn long_texts_are_read_in_a_time_that_grows_as_they_do() {
    let t = &token_of(122);
    let many: String = (0..60_000).map(|number| format!("videoId: {number:011}\n")).collect();
    one(&format!("{many}{t}\n{many}"), t);
    assert!(read("\\".repeat(1 << 20).as_bytes()).is_err());
}

#[test]
fn the_video_beside_a_token_is_read() {
    let t = &token();
    for text in [
        format!("{{\"videoId\":\"{VIDEO}\",\"poToken\":\"{t}\"}}"),
        format!("po_token: {t}\nvideo_id: {VIDEO}\n"),
        format!(
            "{{\"contentBinding\":\"{VIDEO}\",\"poToken\":\"{t}\",\"expiresAt\":\"2026-08-09T13:15:54.075Z\"}}"
        ),
        format!("https://www.youtube.com/watch?v={VIDEO}&t=3\n{t}\n"),
        format!("{t} for https://www.youtube.com/watch?list=x&v={VIDEO}"),
        format!("{{\"url\":\"https://www.youtube.com/watch?a=b\\u0026v={VIDEO}\",\"poToken\":\"{t}\"}}"),
        format!("url=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3D{VIDEO}%26x&poToken={t}"),
    ] {
        assert_eq!(video(&one(&text, t)), Some(VIDEO), "{}", text.replace(t, "TOKEN"));
    }
    assert_eq!(video(&one(&format!("v={VIDEO}0\n{t}"), t)), None);
}

#[test]
fn a_client_and_a_context_before_the_token_are_understood() {
    let t = &token();
    for (text, client, context) in [
        (format!("web+{t}"), "web", None),
        (format!("web:{t}"), "web", None),
        (format!("mweb.gvs+{t}"), "mweb", Some(Context::Gvs)),
        (format!("mweb.gvs%2B{t}"), "mweb", Some(Context::Gvs)),
        (format!("web.player={t}"), "web", Some(Context::Player)),
        (format!("web+web+{t}"), "web", None),
        (format!("web_music.subs+{t} # of today"), "web_music", Some(Context::Subs)),
        (
            format!("--extractor-args \"youtube:player_client=default,mweb;po_token=mweb.gvs+{t}\""),
            "mweb",
            Some(Context::Gvs),
        ),
    ] {
        let pasted = one(&text, t);
        assert_eq!(pasted.client.unwrap().name(), client);
        assert_eq!(pasted.context, context);
    }
    for text in [format!("token={t}"), format!("po_token:{t}"), format!("webpage={t}"), t.clone()] {
        assert_eq!(one(&text, t).client, None, "{}", text.replace(t, "TOKEN"));
    }
}

#[test]
fn one_token_for_several_contexts_is_given_for_each() {
    let t = &token();
    let all = read_text(&format!("web.gvs+{t},web.player+{t},web.gvs+{t}"), t);
    let contexts: Vec<_> = all.iter().map(|pasted| pasted.context.unwrap()).collect();
    assert_eq!(contexts, [Context::Gvs, Context::Player]);
}

#[test]
fn different_tokens_are_named_with_their_places_and_refused() {
    let (a, b) = (token(), token_of(122));
    let fingerprint = |text: &str| PoToken::new(text).unwrap().fingerprint();
    for (text, places) in [
        (
            format!("mweb.gvs+{a},mweb.subs+{b}"),
            ["line 1, column 10".to_owned(), format!("line 1, column {}", 21 + a.len())],
        ),
        (
            format!("po_token: {a}\n# {a}\nold: {b}\n"),
            ["line 1, column 11".to_owned(), "line 3, column 6".to_owned()],
        ),
        (
            format!("\u{fc}{a}\r\n\r\n{}", b.trim_end_matches('=')),
            ["line 1, column 2".to_owned(), "line 3, column 1".to_owned()],
        ),
        (
            format!("{}\n{b}", a.trim_end_matches('=')),
            ["line 1, column 1".to_owned(), "line 2, column 1".to_owned()],
        ),
    ] {
        let Err(NotPasted::Several(all)) = read(text.as_bytes()) else { panic!("was taken") };
        let named =
            [format!("{} ({})", fingerprint(&a), places[0]), format!("{} ({})", fingerprint(&b), places[1])];
        assert_eq!(all, named);
        let error = crate::Error::from(NotPasted::Several(all)).problem();
        assert!(!error.in_full().contains(&a[..8]) && !error.in_full().contains(&b[..8]));
    }
}

#[test]
fn a_token_that_was_cut_is_not_completed_by_what_follows() {
    let t = token();
    let bare = t.trim_end_matches('=');
    for cut in 1..6 {
        let (kept, rest) = bare.split_at(bare.len() - cut);
        let word = "abcdef".get(..cut).unwrap();
        for text in [
            kept.to_owned(),
            format!("{kept}\n{word}=Europe\n"),
            format!("po_token: {kept}\n{word}: 1\n"),
            format!("{kept} {word} and more"),
            format!("x{t}"),
            format!("{bare}{word}"),
            format!("{rest}{t}"),
            format!("AB{rest}+{t}"),
        ] {
            assert!(read(text.as_bytes()).is_err(), "{cut}: {}", text.replace(&t, "TOKEN"));
        }
    }
}

#[test]
fn what_holds_no_token_is_refused_with_its_reason() {
    let t = token();
    let why = |text: &str| match read(text.as_bytes()) {
        Err(NotPasted::NotAToken(why)) => why,
        other => panic!("{text}: {other:?}"),
    };
    let certificate = format!(
        "-----BEGIN CERTIFICATE-----\nMIIDazCCAlOgAwIBAgIU\n{}\n-----END CERTIFICATE-----",
        "Mg+/aB09".repeat(40)
    );
    for (text, reason) in [
        ("", NotAToken::Empty),
        ("po_token: \"\"\nvisitor_data: \"\"\n", NotAToken::Empty),
        ("YT_DLP_PO_TOKEN=\n", NotAToken::Empty),
        ("your_token_here", NotAToken::OtherBytes),
        ("po_token: your_token_here", NotAToken::OtherBytes),
        ("Might I ask whether this works, please?", NotAToken::NotBase64Url),
        ("da39a3ee5e6b4b0d3255bfef95601890afd80709", NotAToken::OtherBytes),
        (VISITOR, NotAToken::OtherBytes),
        ("IgisnKyexBvmZg==", NotAToken::ColdStartToken),
        ("{\"poToken\": \"IgisnKyexBvmZg\\u003d\\u003d\"}", NotAToken::ColdStartToken),
        ("po_token: IgisnKyexBvmZg==\nvisitor_data: x\n", NotAToken::ColdStartToken),
        ("GgQBAgMEBQYHCAkKCwwNDg8=", NotAToken::OldFamily),
        ("{\"version\": \"2.0.2\"}", NotAToken::Empty),
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", NotAToken::Empty),
        (&t[..80], NotAToken::CutShort { has: 58, says: 83 }),
        (&format!("web.gvs+{}\n# mine", &t[..80]), NotAToken::CutShort { has: 58, says: 83 }),
    ] {
        assert_eq!(why(text), reason, "{}", text.replace(&t[..80], "CUT"));
    }
    why(&certificate);
    why(&certificate.replace('\n', "\\n"));
    why("Mission might minimise misgivings mostly making mighty men mildly more miserable meanwhile "
        .repeat(30)
        .as_str());
}

/// An archive of a page that plays two videos, as Firefox and Chromium write one.
fn har(token: &str, pretty: bool, encoded: bool) -> String {
    let player = |video: &str, token: &str, visitor: &str| {
        let body = json!({
            "videoId": video, "context": {"client": {"clientName": "MWEB", "clientVersion": "2.20260708.05.00",
                "visitorData": visitor}},
            "cpn": "AAAAAAAAAAAAAAAA", "serviceIntegrityDimensions": {"poToken": token}}).to_string();
        let text = if encoded { base64(body.as_bytes()) } else { body };
        json!({
            "request": {"method": "POST", "url": "https://www.youtube.com/youtubei/v1/player?prettyPrint=false",
                "headers": [{"name": "Content-Type", "value": "application/json"}],
                "postData": {"mimeType": "application/json", "text": text}},
            "response": {"status": 200, "content": {"text": base64(&vec![7; 500]), "encoding": "base64"}}})
    };
    let page = json!({
        "request": {"method": "GET", "url": "https://www.youtube.com/watch?v=Nn3XSY27eIk", "headers": []},
        "response": {"content": {"text": "ytcfg.set({\"VISITOR_DATA\":\"CgtVUVFna0lsbF9QOCjXzaTUBg%3D%3D\"})"}}});
    let other = player("Nn3XSY27eIk", "IgisnKyexBvmZg==", "CgtVUVFna0lsbF9QOCjXzaTUBg%3D%3D");
    let archive =
        json!({"log": {"version": "1.2", "entries": [page, other, player(VIDEO, token, VISITOR), page]}});
    if pretty { serde_json::to_string_pretty(&archive).unwrap() } else { archive.to_string() }
}

fn base64(bytes: &[u8]) -> String {
    let digit = |value: u32| {
        char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[value as usize & 63])
    };
    let group = |group: &[u8]| {
        let bits =
            group.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        let text: String =
            [18, 12, 6, 0].iter().take(group.len() + 1).map(|shift| digit(bits >> shift)).collect();
        format!("{text:=<4}")
    };
    bytes.chunks(3).map(group).collect()
}

#[test]
fn the_request_of_an_archive_that_carries_the_token_is_read() {
    let t = &token();
    for (pretty, encoded) in [(false, false), (true, false), (false, true), (true, true)] {
        // The player asks for media by the same token.
        let media = format!("https://rr1.googlevideo.com/videoplayback?c=MWEB&cver=2.20260708.05.00&pot={t}");
        let text = har(t, pretty, encoded) + &json!({"request": {"url": media}}).to_string();
        assert_eq!(video(&one(&text, t)), Some(VIDEO), "{pretty} {encoded}");
        let pasted = one(&har(t, pretty, encoded), t);
        assert_eq!(video(&pasted), Some(VIDEO), "{pretty} {encoded}");
        assert_eq!(visitor(&pasted).as_deref(), Some(VISITOR), "{pretty} {encoded}");
        assert_eq!(pasted.client.unwrap(), Client::new("MWEB", Some("2.20260708.05.00")).unwrap());
    }
}

#[test]
fn an_archive_with_two_tokens_is_refused() {
    let (a, b) = (token(), token());
    for encoded in [false, true] {
        let first = har(&a, false, encoded);
        for text in [
            format!("{first}\n{}", har(&b, true, encoded)),
            format!("{first}\n{}", har(&b, true, !encoded)),
            first.replace("page", &b) + &b,
        ] {
            let Err(NotPasted::Several(all)) = read(text.as_bytes()) else { panic!("was taken") };
            assert_eq!(all.len(), 2);
        }
    }
}

#[test]
fn a_media_address_of_an_archive_gets_no_other_requests_video() {
    let t = &token();
    let entry = |id: &str, rest: &str| json!({"request": {"url": format!("https://www.youtube.com/watch?v={id}")}, "response": {"x": rest}});
    let media = format!(
        "https://rr1.googlevideo.com/videoplayback?expire=1&c=WEB&cver=2.2026&pot={}&n=1",
        t.replace('=', "%3D")
    );
    let text = json!({"entries": [entry(VIDEO, ""), {"request": {"url": media}}, entry("Nn3XSY27eIk", "")]})
        .to_string();
    let pasted = one(&text, t);
    assert_eq!((video(&pasted), pasted.context), (None, Some(Context::Gvs)));
    assert_eq!(pasted.client.unwrap().name(), "WEB");
}

#[test]
fn a_url_says_context_client_and_for_captions_the_video() {
    let t = &token();
    let encoded = t.replace('=', "%3D");
    let captions = format!(
        "https://www.youtube.com/api/timedtext?v=_160oMzblY8&pot={encoded}&c=WEB&cver=2.20251124.01.00"
    );
    for text in [captions.clone(), json!({ "url": captions }).to_string().replace('&', "\\u0026")] {
        let pasted = one(&text, t);
        assert_eq!(video(&pasted), Some("_160oMzblY8"));
        assert_eq!(pasted.context, Some(Context::Subs));
        assert_eq!(pasted.client.unwrap().version(), Some("2.20251124.01.00"));
    }
    let media = one(&format!("https://rr1.googlevideo.com/videoplayback/id/x/pot/{encoded}/n/1"), t);
    assert_eq!((media.context, media.video_id), (Some(Context::Gvs), None));
    one(&format!("https://rr1.googlevideo.com/videoplayback/id/x/pot/{}/n/1", t.trim_end_matches('=')), t);
}

#[test]
fn the_url_of_a_stream_in_parts_names_its_video() {
    let t = &token();
    let encoded = t.replace('=', "%3D");
    for (rest, id) in [
        (format!("videoplayback/id/51db4303dea6be27/itag/96/pot/{encoded}/file/seg.ts"), "UdtDA96mvic"),
        (format!("videoplayback?id=51db4303dea6be27&source=youtube&pot={encoded}"), "UdtDA96mvic"),
        (
            format!(
                "api/manifest/hls_playlist/expire/1/id/jfKfPfyJRdk.2/source/yt_live_broadcast/pot/{encoded}"
            ),
            "jfKfPfyJRdk",
        ),
    ] {
        let pasted = one(&format!("https://manifest.googlevideo.com/{rest}"), t);
        assert_eq!(video(&pasted), Some(id));
    }
}

#[test]
fn every_sample_is_taken_or_refused_as_its_note_says() {
    let samples = include_str!("samples.jsonl");
    let mut seen = 0;
    for line in samples.lines() {
        let sample: Value = serde_json::from_str(line).unwrap();
        let (note, text) = (&sample["note"], sample["value"].as_str().unwrap());
        match (read(text.as_bytes()), sample["refused"].as_str()) {
            (Ok(all), None) => {
                let id = sample["video_id"].as_str();
                assert_eq!(all[0].video_id.as_ref().map(VideoId::as_str), id, "{note}");
            }
            (Err(NotPasted::NotAToken(why)), Some(reason)) => {
                assert!(why.to_string().contains(reason), "{note}: {why}");
            }
            (other, _) => panic!("{note}: {other:?}"),
        }
        seen += 1;
    }
    assert!(seen > 30, "only {seen} samples");
}

proptest! {
    #[test]
    fn hostile_text_never_panics(text in "[a-zA-Z0-9+=.,;:{}\"'#?&%/\\\\\\s_-]{0,200}") {
        let _ = read(text.as_bytes());
    }

    #[test]
    fn hostile_bytes_around_a_token_never_panic(
        before in proptest::collection::vec(any::<u8>(), 0..60),
        after in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        let _ = read(&[&before[..], token().as_bytes(), &after].concat());
    }

    /// Words of prose, and what programs print, hold no token by chance.
    #[test]
    fn words_are_no_token(words in proptest::collection::vec("M[g-v][a-zA-Z0-9]{0,13}", 0..60)) {
        prop_assert!(read(words.join(" ").as_bytes()).is_err());
    }

    #[test]
    fn random_base64_is_no_token(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        // As certificates begin.
        let text = base64(&[&[0x30], &bytes[..]].concat());
        let lines: Vec<&str> = (0..text.len()).step_by(64).map(|at| &text[at..text.len().min(at + 64)]).collect();
        prop_assert!(read(lines.join("\n").as_bytes()).is_err());
    }
}
