use super::*;
use crate::test_data::{gzip, token};
use proptest::prelude::*;
use serde_json::{Value, json};

fn context() -> Value {
    json!({"client": {
        "clientName": "WEB_REMIX", "clientVersion": "1.20250423.01.00",
        "visitorData": "CgtmSzRyTVlHM09aTCiYl8fABjIKCgJJThIEGgAgaA%3D%3D", "hl": "en",
    }, "request": {"useSsl": true, "internalExperimentFlags": []}})
}

fn request() -> Value {
    json!({
        "videoId": "V2SVRJ6dcE4",
        "context": context(),
        "cpn": "DtkyET85YbCAu0B1",
        "serviceIntegrityDimensions": {"poToken": token(83).expose()},
    })
}

fn read_player(body: &Value) -> RequestFields {
    player(body.to_string().as_bytes()).unwrap()
}

fn read_watch(body: &Value) -> RequestFields {
    watch(body.to_string().as_bytes()).unwrap()
}

#[test]
fn a_player_request_has_every_field() {
    let found = read_player(&request());
    let visitor = VisitorData::new("CgtmSzRyTVlHM09aTCiYl8fABjIKCgJJThIEGgAgaA").unwrap();
    assert_eq!(
        found,
        RequestFields {
            token: Some(Ok(token(83))),
            client: fields::client(Some("WEB_REMIX"), Some("1.20250423.01.00")),
            video_id: fields::video_id(Some("V2SVRJ6dcE4")),
            visitor_data: Some(visitor),
            cpn: fields::cpn(Some("DtkyET85YbCAu0B1")),
            reloads: false,
        }
    );
}

#[test]
fn a_player_that_reloads_says_so() {
    let with = |context: Value| {
        let mut body = request();
        body["playbackContext"] = context;
        (read_player(&body).reloads, read_watch(&json!({"playerRequest": body})).reloads)
    };
    let token = json!({"reloadPlaybackParams": {"token": "CAE="}});
    assert_eq!(with(json!({"reloadPlaybackContext": token})), (true, true));
    for other in [json!({}), json!(1), json!({"reloadPlaybackContext": null}), json!({"reload": {}})] {
        assert_eq!(with(other), (false, false));
    }
}

#[test]
fn a_gzip_body_is_read_like_a_plain_one() {
    let plain = request().to_string();
    assert_eq!(player(&gzip(plain.as_bytes())), player(plain.as_bytes()));
}

#[test]
fn a_context_may_stand_around_the_player_request() {
    let inside = json!({"playerRequest": request(), "watchNextRequest": {"videoId": "FcRzAdI8R9U"}});
    assert_eq!(read_watch(&inside), read_player(&request()));

    let mut around = inside.clone();
    around["context"] = around["playerRequest"]["context"].take();
    assert_eq!(read_watch(&around), read_player(&request()));

    let mut both = inside.clone();
    both["context"] = json!({"client": {"clientName": "MWEB"}});
    assert_eq!(read_watch(&both), read_player(&request()));
}

#[test]
fn a_watch_request_may_hold_no_player_request() {
    assert_eq!(
        read_watch(&json!({"context": context(), "videoId": "V2SVRJ6dcE4"})),
        RequestFields::default()
    );
    assert_eq!(read_watch(&request()), RequestFields::default());
}

#[test]
fn a_field_of_a_wrong_type_is_lost_alone() {
    let odd =
        [json!(5), json!(1.5), json!(true), json!(null), json!([1, {}]), json!({"a": [{}]}), json!("\n")];
    for path in [
        "/videoId",
        "/cpn",
        "/context",
        "/context/client",
        "/context/client/clientName",
        "/context/client/clientVersion",
        "/context/client/visitorData",
    ] {
        for value in &odd {
            let mut body = request();
            *body.pointer_mut(path).unwrap() = value.clone();
            let found = read_player(&body);
            assert_eq!(found.token, Some(Ok(token(83))), "{path} {value}");
            let lost = match path {
                "/videoId" => found.video_id.is_none() && found.client.is_some(),
                "/cpn" => found.cpn.is_none() && found.video_id.is_some(),
                "/context/client/clientName" => found.client.is_none() && found.visitor_data.is_some(),
                "/context/client/clientVersion" => {
                    found.client.is_some_and(|client| client.version().is_none())
                }
                "/context/client/visitorData" => found.visitor_data.is_none() && found.client.is_some(),
                _ => found.client.is_none() && found.visitor_data.is_none() && found.video_id.is_some(),
            };
            assert!(lost, "{path} {value}");
            assert_eq!(
                read_watch(&json!({"playerRequest": body})).token,
                Some(Ok(token(83))),
                "{path} {value}"
            );
        }
    }
}

#[test]
fn what_is_no_token_is_told() {
    let with = |dimensions: Value| {
        let mut body = request();
        body["serviceIntegrityDimensions"] = dimensions;
        read_player(&body).token
    };
    for none in [json!({}), json!(null), json!("x"), json!({"poToken": ""}), json!({"poToken": null})] {
        assert_eq!(with(none), None);
    }
    assert_eq!(with(json!({"poToken": "IgisnKyexBvmZg=="})), Some(Err(NotAToken::ColdStartToken)));
    assert_eq!(with(json!({"poToken": "abc d"})), Some(Err(NotAToken::NotBase64Url)));
    assert_eq!(with(json!({"poToken": {"a": 1}})), Some(Err(NotAToken::NotBase64Url)));
}

#[test]
fn a_body_of_another_kind_is_unreadable() {
    for body in [b"".as_slice(), b"[object ReadableStream]", b"{\"videoId\":", b"[1]", b"{} {}"] {
        assert_eq!(player(body), Err(Unreadable::NotJson));
        assert_eq!(watch(body), Err(Unreadable::NotJson));
    }
    assert_eq!(player(b"{\"cpn\":\"\xff\"}"), Err(Unreadable::NotJson));
}

#[test]
fn deep_nesting_never_overflows_the_stack() {
    let deep = |key: &str| format!("{{\"{key}\":{}{}}}", "[".repeat(1 << 20), "]".repeat(1 << 20));
    assert_eq!(player(deep("else").as_bytes()), Ok(RequestFields::default()));
    assert_eq!(player(deep("context").as_bytes()), Ok(RequestFields::default()));
    assert_eq!(watch(deep("playerRequest").as_bytes()), Err(Unreadable::NotJson));
}

proptest! {
    #[test]
    fn hostile_bodies_never_panic(body in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = (player(&body), watch(&body));
    }

    #[test]
    fn a_request_changed_anywhere_never_panics(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut body = json!({"playerRequest": request()}).to_string().into_bytes();
        let at = at.index(body.len());
        body[at] = byte;
        let _ = (player(&body), watch(&body));
    }
}
