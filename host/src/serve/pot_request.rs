//! Reads the body of `POST /get_pot`.
//!
//! bgutil's own server runs the `challenge` that it is sent, through the `proxy` and by the `innertube_context` that
//! come along. Here they are ignored: the browser has a challenge and a context of its own.

use super::rejection::Rejection;
use potbridge_protocol::{VideoId, VisitorData};
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

/// A request for a token.
#[derive(Default)]
pub(super) struct PotRequest {
    /// What the token is to be bound to. `None` asks for the newest token.
    pub(super) binding: Option<RequestedBinding>,
    /// Whether the known tokens will not do.
    pub(super) bypass_cache: bool,
}

/// What a `content_binding` names. `text` is the client's own spelling.
pub(super) enum RequestedBinding {
    /// 11 characters: a visitor's id, or else a video's.
    VisitorOrVideo(VideoId),
    VisitorData(Zeroizing<String>),
    DataSyncId(Zeroizing<String>),
    /// Nothing that this protocol knows.
    Unknown,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default, deserialize_with = "text")]
    content_binding: Option<Zeroizing<String>>,
    #[serde(default)]
    bypass_cache: Option<bool>,
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Zeroizing<String>>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(Zeroizing::new))
}

impl PotRequest {
    /// Reads a body. Some clients send none.
    pub(super) fn read(body: &[u8]) -> Result<Self, Rejection> {
        match body.trim_ascii_start().first() {
            None => return Ok(Self::default()),
            Some(b'{') => {}
            Some(_) => return Err(Rejection::NotJson { line: 1, column: 1 }),
        }
        let Body { content_binding, bypass_cache } = serde_json::from_slice(body)
            // Not its `Display`, which can show values.
            .map_err(|error| Rejection::NotJson { line: error.line(), column: error.column() })?;
        Ok(Self {
            binding: content_binding.filter(|text| !text.is_empty()).map(RequestedBinding::of),
            bypass_cache: bypass_cache.unwrap_or(false),
        })
    }
}

impl RequestedBinding {
    fn of(text: Zeroizing<String>) -> Self {
        let digits = |text: &str| text.len() > 11 && text.bytes().all(|byte| byte.is_ascii_digit());
        if let Ok(video_id) = VideoId::new(&text) {
            Self::VisitorOrVideo(video_id)
        } else if text.contains("||") || digits(&text) {
            Self::DataSyncId(text)
        } else if text.len() > 11 && VisitorData::new(&text).is_ok() {
            Self::VisitorData(text)
        } else {
            Self::Unknown
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kind(text: &str) -> &'static str {
        let body = serde_json::json!({ "content_binding": text }).to_string();
        match PotRequest::read(body.as_bytes()).unwrap().binding {
            None => "nothing",
            Some(RequestedBinding::VisitorOrVideo(_)) => "visitor or video",
            Some(RequestedBinding::VisitorData(_)) => "visitor data",
            Some(RequestedBinding::DataSyncId(_)) => "datasync id",
            Some(RequestedBinding::Unknown) => "unknown",
        }
    }

    #[test]
    fn a_binding_is_recognised_by_its_shape() {
        for (text, is) in [
            ("", "nothing"),
            ("dQw4w9WgXcQ", "visitor or video"),
            ("12345678901", "visitor or video"),
            ("CgtmSzRyTVlHM09aTCiYl8fABjIKCgJJThIEGgAgaA%3D%3D", "visitor data"),
            ("CgtmSzRyTVlHM09aTCiYl8fABjIKCgJJThIEGgAgaA==", "visitor data"),
            ("104123456789012345678||", "datasync id"),
            ("104123456789012345678||112345678901234567890", "datasync id"),
            ("104123456789012345678", "datasync id"),
            ("dQw4w9WgXc", "unknown"),
            ("dQw4w9WgXc\u{e9}", "unknown"),
            ("https://youtu.be/dQw4w9WgXcQ?a b", "unknown"),
        ] {
            assert_eq!(kind(text), is, "{text}");
        }
    }

    #[test]
    fn every_key_may_be_missing_and_others_are_ignored() {
        for body in ["", " \r\n", "{}", r#"{"content_binding": null, "bypass_cache": null}"#] {
            let request = PotRequest::read(body.as_bytes()).unwrap();
            assert!(request.binding.is_none() && !request.bypass_cache, "{body}");
        }
        let whole = r#" {"challenge": {"program": "x()", "a": [1, {"b": null}]}, "proxy": "http://me:pw@x", "bypass_cache": true,
            "disable_tls_verification": true, "innertube_context": {"client": {}}, "source_address": "::1",
            "content_binding": "dQw4w9WgXcQ"}"#;
        let request = PotRequest::read(whole.as_bytes()).unwrap();
        assert!(matches!(request.binding, Some(RequestedBinding::VisitorOrVideo(_))) && request.bypass_cache);
    }

    #[test]
    fn a_body_that_is_no_object_is_rejected_and_not_shown() {
        for body in [
            "[]",
            "null",
            "content_binding=dQw4w9WgXcQ",
            r#"{"content_binding": 5}"#,
            r#"{"content_binding": ["s3cr3t"]}"#,
            r#"{"bypass_cache": "s3cr3t"}"#,
            r#"{"content_binding": "s3cr3t""#,
            r#"{"content_binding": "a", "content_binding": "b"}"#,
            "\u{feff}{}",
        ] {
            let rejection = PotRequest::read(body.as_bytes()).err().unwrap_or_else(|| panic!("{body}"));
            assert!(matches!(rejection, Rejection::NotJson { .. }), "{body}");
            assert!(!rejection.to_string().contains("s3cr3t"));
        }
        assert!(PotRequest::read(b"{\"content_binding\": \"\xff\"}").is_err());
    }

    proptest! {
        #[test]
        fn hostile_bodies_never_panic(body in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = PotRequest::read(&body);
        }

        #[test]
        fn hostile_bindings_never_panic(text in "\\PC{0,40}") {
            kind(&text);
        }
    }
}
