//! The rarer requests of the player's, sent by a plain client: what is noted, and the answer.

use potbridge_stand_in::{BodyEncoding, Received, RequestKind, StandIn};

use crate::client::{self, CPN, MEDIA_HOST, Way, random_token, start};

/// The answer, and what was noted of the request.
fn ask(
    stand_in: &StandIn,
    method: &str,
    host: &str,
    target: &str,
    body: &[u8],
) -> (String, Option<Received>) {
    client::ask(stand_in, Way::Direct, [method, host, target], "", body)
}

#[test]
fn an_address_of_a_live_stream_or_of_hls_names_its_video() {
    let stand_in = start();
    let token = random_token().replace('=', "%3D");
    for (host, target) in [
        (
            MEDIA_HOST,
            format!("/videoplayback?id=dQw4w9WgXcQ.1&source=yt_live_broadcast&cpn={CPN}&pot={token}"),
        ),
        (
            MEDIA_HOST,
            format!(
                "/videoplayback/id/dQw4w9WgXcQ.2/source/yt_live_broadcast/sq/7/cpn/{CPN}/pot/{token}/file/seg.ts"
            ),
        ),
        (
            "rr1---sn-standin.c.youtube.com",
            format!("/videoplayback/id/750c38c3d5a05dc4/source/youtube/cpn/{CPN}/pot/{token}"),
        ),
    ] {
        let (answer, came) = ask(&stand_in, "GET", host, &target, b"");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let came = came.unwrap();
        assert_eq!((came.kind, came.video_id.as_deref()), (RequestKind::MediaUrl, Some("dQw4w9WgXcQ")));
        assert!(came.po_token.is_some() && came.cpn.as_deref() == Some(CPN));
    }
}

#[test]
fn a_connection_opened_ahead_names_nothing() {
    let stand_in = start();
    let (answer, came) = ask(&stand_in, "GET", MEDIA_HOST, "/initplayback?source=youtube&id=48213", b"");
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    let came = came.unwrap();
    assert_eq!((came.kind, came.video_id, came.po_token), (RequestKind::OnesieWarmUp, None, None));
}

#[test]
fn signs_of_life_and_ad_breaks_are_noted_under_their_names() {
    let stand_in = start();
    for (path, kind, said) in [
        ("heartbeat", RequestKind::Heartbeat, "\"pollDelayMs\""),
        ("ad_break", RequestKind::AdBreak, "\"adPlacements\""),
    ] {
        let target = format!("/youtubei/v1/player/{path}?prettyPrint=false");
        let body = br#"{"videoId":"Nn3XSY27eIk","context":{"client":{}}}"#;
        let (answer, came) = ask(&stand_in, "POST", "www.youtube.com", &target, body);
        assert!(answer.contains(said), "{answer}");
        let came = came.unwrap();
        assert_eq!((came.kind, came.po_token), (kind, None));
    }
}

#[test]
fn a_body_of_zstd_is_decoded() {
    let stand_in = start();
    let content = br#"{"videoId":"Nn3XSY27eIk","context":{"client":{}}}"#;
    let length = u32::try_from(content.len()).unwrap();
    let block = (length << 3 | 1).to_le_bytes();
    let body = [&[0x28, 0xb5, 0x2f, 0xfd, 0xa0][..], &length.to_le_bytes(), &block[..3], content].concat();
    let (answer, came) = ask(&stand_in, "POST", "www.youtube.com", "/youtubei/v1/player", &body);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let came = came.unwrap();
    assert_eq!((came.encoding, came.video_id.as_deref()), (BodyEncoding::Zstd, Some("Nn3XSY27eIk")));
    assert_eq!(came.body, content);
}

#[test]
fn studio_shows_one_video_and_nothing_to_watch() {
    let stand_in = start();
    let (page, _) = ask(&stand_in, "GET", "studio.youtube.com", "/video/Nn3XSY27eIk/edit", b"");
    assert!(
        page.contains("\"INNERTUBE_CLIENT_NAME\":\"WEB_CREATOR\"") && !page.contains("canonical"),
        "{page}"
    );
    for path in ["/", "/watch?v=Nn3XSY27eIk"] {
        let (page, _) = ask(&stand_in, "GET", "studio.youtube.com", path, b"");
        assert!(page.starts_with("HTTP/1.1 404"), "{page}");
    }
    let (page, _) = ask(&stand_in, "GET", "www.youtube.com", "/video/Nn3XSY27eIk/edit", b"");
    assert!(page.starts_with("HTTP/1.1 404"), "{page}");
}

#[test]
fn the_television_page_is_another_client() {
    let stand_in = start();
    let (page, _) = ask(&stand_in, "GET", "www.youtube.com", "/tv", b"");
    assert!(
        page.contains("\"INNERTUBE_CLIENT_NAME\":\"TVHTML5\"") && page.contains("/s/stand-in/tv.js"),
        "{page}"
    );
}
