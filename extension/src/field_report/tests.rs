use super::*;
use crate::test_data::{gzip, length_delimited, token, token_bytes, varint_field};
use potbridge_protocol::Client;
use proptest::prelude::*;
use serde_json::{Value, json};

const PLAYER: &str = "https://www.youtube.com/youtubei/v1/player?prettyPrint=false&key=AIzaSyNoSuchKey";
const VALUES: [&str; 16] = [
    "V2SVRJ6dcE4",
    "DtkyET85YbCAu0B1",
    "CgtmSzRyTVlHM09aTCiYl8fABjIKCgJJThIEGgAgaA",
    "1.20250423.01.00",
    "Firefox/153.7",
    "203.0.113.7",
    "1787082035",
    "AIzaSyNoSuchKey",
    "G3iep-t_Rs_pkoUQ",
    "rr7---sn-ci5gup-b50s",
    "o-AG20l09BXJjSoK",
    "Europe/Berlin",
    "480136",
    "dQw4w9WgXcQ",
    "UCuAXFkgsw1L7xaCfnd5JJOw",
    "false",
];

fn player() -> Value {
    json!({
        "videoId": VALUES[0],
        "cpn": VALUES[1],
        "context": {"client": {
            "clientName": "WEB_REMIX", "clientVersion": VALUES[3], "visitorData": VALUES[2],
            "userAgent": VALUES[4], "remoteHost": VALUES[5], "timeZone": VALUES[11],
        }, "request": {"internalExperimentFlags": [{"key": VALUES[13]}, {}], "useSsl": false}},
        "playbackContext": {"contentPlaybackContext": {"signatureTimestamp": 480_136, "html5Preference": "HTML5_PREF"}},
        "map": {VALUES[13]: 1, VALUES[14]: null},
        "serviceIntegrityDimensions": {"poToken": token(83).expose()},
    })
}

fn media() -> String {
    format!(
        "https://{}.googlevideo.com/videoplayback?expire={}&id={}&cpn={}&rn=7&sabr=1&c=WEB&ip={}&pot={}&{}",
        VALUES[9],
        VALUES[6],
        VALUES[10],
        VALUES[8],
        VALUES[5],
        token(91).expose(),
        VALUES[13]
    )
}

fn sabr(state: usize) -> Vec<u8> {
    let client = [length_delimited(12, VALUES[4].as_bytes()), varint_field(16, 1)].concat();
    let context = [length_delimited(1, &client), length_delimited(2, &token_bytes(83))].concat();
    [length_delimited(5, &vec![7; state]), length_delimited(19, &context), varint_field(24, 480_136)].concat()
}

fn report(requests: &[(&str, &str, Vec<u8>)]) -> String {
    let mut report = FieldReport::default();
    report.switch(true);
    for (url, method, body) in requests {
        report.add(url, method, body, &PageFacts::default());
    }
    report.text()
}

#[test]
fn no_value_of_a_request_is_in_the_report() {
    let path_form = format!(
        "https://rr7---sn-ci5gup-b50s.c.youtube.com/videoplayback/expire/1787082035/id/V2SVRJ6dcE4.1/ip/203.0.113.7/{}/{}/pot/{}/file/seg.ts",
        VALUES[13],
        VALUES[1],
        token(89).expose()
    );
    let timedtext =
        format!("https://www.youtube.com/api/timedtext?v={}&pot={}", VALUES[13], token(88).expose());
    let odd = format!("https://www.youtube.com/{}/{}?{}=1", VALUES[14], VALUES[1], VALUES[13]);
    let text = report(&[
        (PLAYER, "POST", player().to_string().into_bytes()),
        (PLAYER, "POST", gzip(player().to_string().as_bytes())),
        (&media(), "POST", sabr(300)),
        (&path_form, "GET", Vec::new()),
        (&timedtext, "GET", Vec::new()),
        (&odd, VALUES[13], Vec::new()),
        ("https://rr1---sn-a.googlevideo.com/initplayback?id=480136", "POST", b"V2SVRJ6dcE4".to_vec()),
        ("https://V2SVRJ6dcE4.example/V2SVRJ6dcE4", "GET", b"V2SVRJ6dcE4".to_vec()),
        (PLAYER, "POST", b"\"V2SVRJ6dcE4\"".to_vec()),
        (PLAYER, "POST", b"V2SVRJ6dcE4".to_vec()),
    ]);
    for value in VALUES {
        assert!(!text.contains(value), "{value} is in\n{text}");
    }
    for payload in [83, 88, 89, 91] {
        assert!(!text.contains(&token(payload).expose()[4..12]), "{text}");
    }
    assert!(!text.contains("HTML5_PREF"), "{text}");
}

#[test]
fn a_json_body_is_told_by_its_keys_and_types() {
    let text = report(&[(PLAYER, "POST", player().to_string().into_bytes())]);
    for line in [
        "1 × POST www.youtube.com/youtubei/v1/player\n",
        "  query prettyPrint: letters, length 5\n",
        "  page: logged in unknown, bound to content unknown, bound to session unknown, client unknown\n",
        "  videoId: text, base64url, length 11\n",
        "  context.client.clientName is WEB_REMIX\n",
        "  context.request.internalExperimentFlags: list, length 2\n",
        "  context.request.internalExperimentFlags[].key: text, base64url, length 11\n",
        "  context.request.internalExperimentFlags[]: empty object\n",
        "  context.request.useSsl: boolean\n",
        "  playbackContext.contentPlaybackContext.signatureTimestamp: number\n",
        "  playbackContext.contentPlaybackContext.html5Preference: text, base64url, length 10\n",
        "  map.(base64url): number\n",
        "  serviceIntegrityDimensions.poToken is a real token, first byte 0x32, in bytes, length 85\n",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

#[test]
fn a_media_request_is_told_by_its_fields() {
    let text = report(&[(&media(), "POST", sabr(300))]);
    for line in [
        "1 × POST *.googlevideo.com/videoplayback\n",
        "  query expire: digits, length 10\n",
        "  query c is WEB\n",
        "  query pot is a real token, first byte 0x32, in bytes, length 93\n",
        "  query (a word without a value), length 11\n",
        "  body: no compression that can be told, length",
        "  field 5: bytes, length 300\n",
        "  field 19: bytes, length",
        "  field 19.1.12: bytes, length 13\n",
        "  field 19.1.16: varint\n",
        "  field 19.2 is a real token, first byte 0x32, in bytes, length 85\n",
        "  field 24: varint\n",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

#[test]
fn requests_of_one_shape_are_one_entry_with_the_range_of_its_lengths() {
    let url = |rn: u32| format!("https://a.googlevideo.com/videoplayback?sabr=1&rn={rn}");
    let text =
        report(&[(&url(7), "POST", sabr(300)), (&url(113), "POST", sabr(20)), (&url(8), "POST", Vec::new())]);
    assert!(text.contains("\n2 × POST") && text.contains("\n1 × POST"), "{text}");
    assert!(text.contains("  query rn: digits, length 1 to 3\n"), "{text}");
    assert!(text.contains("  field 5: bytes, length 20 to 300\n"), "{text}");
}

#[test]
fn the_order_of_the_requests_does_not_show() {
    let (first, second) = (media(), "https://www.youtube.com/api/stats/qoe?docid=x&cpn=y");
    let one = report(&[(&first, "POST", sabr(3)), (second, "GET", Vec::new())]);
    assert_eq!(one, report(&[(second, "GET", Vec::new()), (&first, "POST", sabr(3))]));
}

#[test]
fn what_is_no_token_is_told_by_its_first_byte() {
    let with = |pot: &str| {
        report(&[(&format!("https://a.googlevideo.com/videoplayback?pot={pot}"), "GET", Vec::new())])
    };
    assert!(
        with("IghOa09qJ1uTqg%3D%3D")
            .contains("query pot is a cold-start token, first byte 0x22, in bytes, length 10")
    );
    assert!(with("backoff").contains("query pot is no token, first byte 0x6d, in bytes, length 5"));
    assert!(with(token(82).expose()).contains("query pot is a fallback, first byte 0x32"));
    assert!(!with("SDF:notready").contains("first byte"));
}

#[test]
fn an_unreadable_body_is_told_by_the_reason() {
    let media = "https://a.googlevideo.com/videoplayback?sabr=1";
    for (url, body, reason) in [
        (PLAYER, b"[object ReadableStream]".to_vec(), "the body is not the JSON that it should be"),
        (media, b"[object ReadableStream]".to_vec(), "the body is not the protobuf that it should be"),
        (media, vec![0x28, 0xb5, 0x2f, 0xfd, 0xff], "the body is compressed by zstd"),
        (PLAYER, vec![0x1f, 0x8b, 0], "cannot be decompressed, or is too large"),
    ] {
        assert!(report(&[(url, "POST", body)]).contains(reason), "{reason}");
    }
}

#[test]
fn nothing_is_collected_while_the_report_is_off() {
    let mut report = FieldReport::default();
    let empty = report.text();
    report.add(&media(), "GET", b"", &PageFacts::default());
    assert_eq!(report.text(), empty);
    report.switch(true);
    let facts = PageFacts {
        logged_in: Some(true),
        client: Client::new("V2SVRJ6dcE4", None).ok(),
        ..PageFacts::default()
    };
    report.add(&media(), "GET", b"", &facts);
    report.switch(false);
    report.add(PLAYER, "GET", b"", &facts);
    let text = report.text();
    assert!(
        text.contains("page: logged in true, bound to content unknown")
            && text.contains("client another client")
    );
    assert!(!text.contains("youtubei"), "{text}");
    report.switch(true);
    assert_eq!(report.text(), empty, "it begins anew");
}

#[test]
fn a_report_has_a_limit() {
    let mut report = FieldReport::default();
    report.switch(true);
    for number in 0..MAX_SHAPES + 5 {
        let letters: String =
            format!("{number:03}").bytes().map(|digit| (digit - b'0' + b'a') as char).collect();
        report.add(
            &format!("https://a.googlevideo.com/videoplayback?{letters}=1"),
            "GET",
            b"",
            &PageFacts::default(),
        );
    }
    assert!(report.text().contains("Left out: 5 requests of other shapes"));
    let large: Value =
        (0..600).map(|number| (format!("key{}", "a".repeat(number % 40)), json!(vec![number]))).collect();
    report.switch(false);
    report.switch(true);
    report.add(PLAYER, "POST", large.to_string().as_bytes(), &PageFacts::default());
    assert!(report.text().lines().count() < MAX_LINES + 10);
}

proptest! {
    #[test]
    fn an_id_in_the_place_of_a_name_is_replaced(id in "[A-Za-z0-9_-]{22,64}") {
        let body = json!({&id: {&id: [&id]}}).to_string();
        let text = report(&[(&format!("https://www.youtube.com/youtubei/v1/{id}?{id}={id}"), "POST", body.into_bytes())]);
        prop_assert!(!text.contains(&id), "{}", text);
    }

    #[test]
    fn hostile_requests_never_panic(
        rest in "[a-z/?&=%\u{e9}]{0,40}",
        body in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let media = format!("https://a.googlevideo.com/videoplayback{rest}&sabr=1");
        let onesie = format!("https://a.googlevideo.com/initplayback?{rest}");
        report(&[(&media, "POST", body.clone()), (&onesie, "POST", body.clone()), (PLAYER, "POST", body)]);
    }
}
