//! Which request it is, and what it says.

use crate::body::Unreadable;
use crate::innertube::{self, PlayerRequest};
use potbridge_protocol::{
    Binding, Capture, Certainty, Client, Context, NotAToken, PoToken, Session, Source, VideoId, VisitorData,
    Word,
};

/// What the browser knows of a request besides its address and body.
#[derive(Clone, Debug)]
pub struct Circumstances {
    /// Whose request it was.
    pub session: Session,
    /// When it was made: milliseconds since 1970.
    pub time: u64,
}

/// What one request said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observation {
    /// A real token.
    Captured(Box<Capture>),
    /// A request of the player with the token it sends before it has a real one.
    Placeholder,
    /// A request of the player with the token it sends when it could not get a real one: well formed and
    /// worthless.
    Fallback,
    /// A request of the player that carries no token, as many do.
    NoToken,
    /// Something stands where the token should be.
    Malformed(NotAToken),
    /// A request of the player whose body could not be read.
    Unreadable(Unreadable),
    /// No request that could carry a token.
    Elsewhere,
}

const PLAYER_HOSTS: [&str; 4] =
    ["www.youtube.com", "m.youtube.com", "music.youtube.com", "www.youtube-nocookie.com"];

/// Says what one request carries. Time and memory are linear in the body, and the body is not copied.
#[must_use]
pub fn observe(url: &str, body: &[u8], circumstances: &Circumstances) -> Observation {
    let Some((host, path)) = host_and_path(url) else {
        return Observation::Elsewhere;
    };
    match path {
        "/youtubei/v1/player" if PLAYER_HOSTS.contains(&host) => match innertube::player_request(body) {
            Ok(request) => player(host, request, circumstances),
            Err(why) => Observation::Unreadable(why),
        },
        _ => Observation::Elsewhere,
    }
}

fn host_and_path(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("https://")?;
    let address = rest.split(['?', '#']).next()?;
    let (host, _) = address.split_once('/')?;
    Some((host, &address[host.len()..]))
}

fn player(host: &str, request: PlayerRequest, circumstances: &Circumstances) -> Observation {
    let token = match request.po_token.as_deref().map(PoToken::new) {
        None | Some(Err(NotAToken::Empty)) => return Observation::NoToken,
        Some(Err(NotAToken::Placeholder)) => return Observation::Placeholder,
        Some(Err(why)) => return Observation::Malformed(why),
        Some(Ok(token)) if token.has_fallback_shape() => return Observation::Fallback,
        Some(Ok(token)) => token,
    };
    let video_id = request.video_id.and_then(|id| VideoId::new(&id).ok());
    let certainty = if video_id.is_some() { Certainty::Certain } else { Certainty::Guess };
    Observation::Captured(Box::new(Capture {
        token,
        context: Context::Player,
        client: request
            .client_name
            .and_then(|name| Client::new(&name, request.client_version.as_deref()).ok()),
        host: Word::new(host).unwrap_or_default(),
        source: Source::PlayerRequest,
        binding: Binding {
            video_id,
            visitor_data: request.visitor_data.and_then(|data| VisitorData::new(&data).ok()),
            certainty,
        },
        session: circumstances.session.clone(),
        captured_at: circumstances.time,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use std::io::Write as _;

    const URL: &str = "https://www.youtube.com/youtubei/v1/player?prettyPrint=false";

    fn circumstances() -> Circumstances {
        Circumstances {
            session: Session {
                profile: Word::new("p").unwrap(),
                container: Some(Word::new("firefox-container-1").unwrap()),
            },
            time: 1_764_810_177_000,
        }
    }

    fn seen(url: &str, body: &Value) -> Observation {
        observe(url, body.to_string().as_bytes(), &circumstances())
    }

    fn token() -> PoToken {
        let mut bytes = vec![0x32, 83];
        bytes.extend(1..=83);
        PoToken::from_bytes(&bytes).unwrap()
    }

    fn request() -> Value {
        json!({
            "videoId": "V2SVRJ6dcE4",
            "context": {"client": {
                "clientName": "WEB_REMIX", "clientVersion": "1.20250423.01.00",
                "visitorData": "CgtmSzRyTVlHM09aTCiYl8fABjIKCgJJThIEGgAgaA%3D%3D", "hl": "en",
            }, "request": {"useSsl": true, "internalExperimentFlags": []}},
            "cpn": "DtkyET85YbCAu0B1",
            "serviceIntegrityDimensions": {"poToken": token().expose()},
        })
    }

    #[test]
    fn a_player_request_becomes_a_capture_with_every_label() {
        let Observation::Captured(capture) = seen("https://music.youtube.com/youtubei/v1/player", &request())
        else {
            panic!("no capture");
        };
        let visitor = VisitorData::new("CgtmSzRyTVlHM09aTCiYl8fABjIKCgJJThIEGgAgaA").unwrap();
        assert_eq!(
            *capture,
            Capture {
                token: token(),
                context: Context::Player,
                client: Some(Client::new("WEB_REMIX", Some("1.20250423.01.00")).unwrap()),
                host: Word::new("music.youtube.com").unwrap(),
                source: Source::PlayerRequest,
                binding: Binding {
                    video_id: Some(VideoId::new("V2SVRJ6dcE4").unwrap()),
                    visitor_data: Some(visitor),
                    certainty: Certainty::Certain,
                },
                session: circumstances().session,
                captured_at: 1_764_810_177_000,
            }
        );
    }

    #[test]
    fn a_gzip_body_says_the_same_as_a_plain_one() {
        let plain = request().to_string();
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(plain.as_bytes()).unwrap();
        let gzip = encoder.finish().unwrap();
        let observed = observe(URL, &gzip, &circumstances());
        assert_eq!(observed, observe(URL, plain.as_bytes(), &circumstances()));
        assert!(matches!(observed, Observation::Captured(_)));
    }

    #[test]
    fn the_player_is_heard_on_its_four_hosts_and_nowhere_else() {
        for host in PLAYER_HOSTS {
            let url = format!("https://{host}/youtubei/v1/player");
            assert!(matches!(seen(&url, &request()), Observation::Captured(_)), "{url}");
        }
        for url in [
            "https://www.youtube.com.evil.example/youtubei/v1/player",
            "https://evil.example/https://www.youtube.com/youtubei/v1/player",
            "http://www.youtube.com/youtubei/v1/player",
            "https://www.youtube.com/youtubei/v1/player/heartbeat",
            "https://www.youtube.com/youtubei/v1/player_ads",
            "https://www.youtube.com/youtubei/v1/next",
            "https://studio.youtube.com/youtubei/v1/player",
            "https://www.youtube.com",
            "",
        ] {
            assert_eq!(seen(url, &request()), Observation::Elsewhere, "{url}");
        }
    }

    #[test]
    fn what_is_no_real_token_is_told_apart() {
        let with = |dimensions: Value| {
            let mut body = request();
            body["serviceIntegrityDimensions"] = dimensions;
            seen(URL, &body)
        };
        assert_eq!(with(json!({})), Observation::NoToken);
        assert_eq!(with(json!(null)), Observation::NoToken);
        assert_eq!(with(json!({"poToken": ""})), Observation::NoToken);
        assert_eq!(with(json!({"poToken": "IgisnKyexBvmZg=="})), Observation::Placeholder);
        assert_eq!(with(json!({"poToken": "abc d"})), Observation::Malformed(NotAToken::NotBase64Url));
        let mut fallback = vec![0x32, 82];
        fallback.extend([5; 82]);
        let fallback = PoToken::from_bytes(&fallback).unwrap();
        assert_eq!(with(json!({"poToken": fallback.expose()})), Observation::Fallback);
    }

    #[test]
    fn a_label_that_is_odd_is_dropped_and_the_token_kept() {
        let mut body = request();
        body["videoId"] = json!("../../etc");
        body["context"]["client"]["clientName"] = json!("WEB\nX=1");
        body["context"]["client"]["visitorData"] = json!("{}");
        let Observation::Captured(capture) = seen(URL, &body) else { panic!("no capture") };
        assert_eq!((&capture.binding.video_id, &capture.client), (&None, &None));
        assert_eq!((&capture.binding.visitor_data, capture.binding.certainty), (&None, Certainty::Guess));
    }

    #[test]
    fn a_body_of_another_kind_is_unreadable() {
        for body in [b"".as_slice(), b"[object ReadableStream]", b"{\"videoId\":", b"[1]"] {
            let observed = observe(URL, body, &circumstances());
            assert_eq!(observed, Observation::Unreadable(Unreadable::NotJson));
        }
    }

    proptest! {
        #[test]
        fn hostile_bodies_never_panic(body in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = observe(URL, &body, &circumstances());
        }

        #[test]
        fn hostile_addresses_never_panic(url in "(https://)?[a-z./?#\u{e9}]{0,60}") {
            let _ = observe(&url, b"{}", &circumstances());
        }
    }
}
