//! Reads the body of `POST /get_pot`.
//!
//! bgutil's own server runs the `challenge` that it is sent, through the `proxy` and by the `innertube_context` that
//! come along. Here they are ignored: the browser has a challenge and a context of its own.

use super::loose::Loose;
use super::rejection::Rejection;
use potbridge_protocol::{ShortText, VideoId, VisitorData};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use std::fmt;
use zeroize::Zeroizing;

/// The keys by which bgutil's server was once told the binding, and one more. Its versions 1.0 to 2.0.2 refuse them.
const DEPRECATED: [&str; 3] = ["data_sync_id", "visitor_data", "disable_innertube"];

/// Keys that name a binding and are not of this protocol, without case and signs.
///
/// Whoever sends one alone wants the token of that video or session, and not the newest one.
const MISTAKEN: [&str; 11] = [
    "binding",
    "contentbinding",
    "datasyncid",
    "id",
    "url",
    "v",
    "video",
    "videoid",
    "visitor",
    "visitordata",
    "visitorid",
];

/// A request for a token.
#[derive(Default)]
pub(super) struct PotRequest {
    /// What the token is to be bound to. `None` asks for a session's token, with its visitor data.
    pub(super) binding: Option<RequestedBinding>,
    /// Whether the known tokens will not do.
    pub(super) bypass_cache: bool,
}

/// What a `content_binding` names, in the client's own spelling, without blanks around it.
pub(super) enum RequestedBinding {
    /// 11 characters: a visitor's id, or else a video's.
    VisitorOrVideo(VideoId),
    VisitorData(Zeroizing<String>),
    DataSyncId(Zeroizing<String>),
    /// Nothing that this protocol knows.
    Unknown,
}

/// What is read of a body.
#[derive(Default)]
struct Body {
    content_binding: Loose,
    bypass_cache: Loose,
    deprecated: Option<&'static str>,
    mistaken: Option<ShortText>,
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(BodyVisitor)
    }
}

struct BodyVisitor;

impl<'de> Visitor<'de> for BodyVisitor {
    type Value = Body;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    /// Of a key that comes twice the last value counts, as in JavaScript.
    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Body, A::Error> {
        let mut body = Body::default();
        while let Some((key, value)) = fields.next_entry::<String, Loose>()? {
            match key.as_str() {
                "content_binding" => body.content_binding = value,
                "bypass_cache" => body.bypass_cache = value,
                _ if !value.is_truthy() => {}
                key => {
                    body.deprecated = body.deprecated.or(DEPRECATED.into_iter().find(|name| *name == key));
                    body.mistaken = body.mistaken.or_else(|| mistaken(key));
                }
            }
        }
        Ok(body)
    }
}

fn mistaken(key: &str) -> Option<ShortText> {
    let name: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
    let known = MISTAKEN.contains(&name.to_ascii_lowercase().as_str());
    known.then(|| ShortText::new(key).ok()).flatten()
}

impl PotRequest {
    /// Reads a body. Some clients send none.
    pub(super) fn read(body: &[u8]) -> Result<Self, Rejection> {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        match body.trim_ascii_start().first() {
            None => return Ok(Self::default()),
            Some(b'{') => {}
            Some(_) => return Err(Rejection::NotJson { line: 1, column: 1 }),
        }
        let body: Body = serde_json::from_slice(body)
            // Not its `Display`, which can show values.
            .map_err(|error| Rejection::NotJson { line: error.line(), column: error.column() })?;
        if let Some(key) = body.deprecated {
            return Err(Rejection::Deprecated(key));
        }
        let binding = match (body.content_binding, body.mistaken) {
            (Loose::Falsy, Some(key)) => return Err(Rejection::Mistaken(key)),
            (Loose::Falsy, None) => None,
            (Loose::Text(text), _) => Some(RequestedBinding::of(text.trim())),
            (Loose::Other, _) => Some(RequestedBinding::Unknown),
        };
        Ok(Self { binding, bypass_cache: body.bypass_cache.is_truthy() })
    }
}

impl RequestedBinding {
    fn of(text: &str) -> Self {
        let kept = || Zeroizing::new(text.to_owned());
        let digits = |text: &str| text.len() > 11 && text.bytes().all(|byte| byte.is_ascii_digit());
        if let Ok(video_id) = VideoId::new(text) {
            Self::VisitorOrVideo(video_id)
        } else if text.contains("||") || digits(text) {
            Self::DataSyncId(kept())
        } else if text.len() > 11 && VisitorData::new(text).is_ok() {
            Self::VisitorData(kept())
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
        kind_of(&serde_json::json!({ "content_binding": text }).to_string())
    }

    fn kind_of(body: &str) -> &'static str {
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
            (" dQw4w9WgXcQ\r\n", "visitor or video"),
            ("\tCgtmSzRyTVlHM09aTCiYl8fABjIKCgJJThIEGgAgaA%3D%3D ", "visitor data"),
            (" ", "unknown"),
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
            r#"{"content_binding": "s3cr3t""#,
            r#"{"content_binding": s3cr3t}"#,
            r#"{"content_binding": "s3cr3t"} s3cr3t"#,
        ] {
            let rejection = PotRequest::read(body.as_bytes()).err().unwrap_or_else(|| panic!("{body}"));
            assert!(matches!(rejection, Rejection::NotJson { .. }), "{body}");
            assert!(!rejection.to_string().contains("s3cr3t"));
        }
        assert!(PotRequest::read(b"{\"content_binding\": \"\xff\"}").is_err());
    }

    #[test]
    fn values_are_read_as_javascript_reads_them() {
        for (value, truth) in [
            ("true", true),
            (r#""true""#, true),
            (r#""false""#, true),
            ("1", true),
            ("-0.5", true),
            ("[]", true),
            (r#"{"a": [0]}"#, true),
            ("false", false),
            (r#""""#, false),
            ("0", false),
            ("-0.0", false),
            ("null", false),
        ] {
            let body = format!(r#"{{"bypass_cache": {value}, "content_binding": "dQw4w9WgXcQ"}}"#);
            assert_eq!(PotRequest::read(body.as_bytes()).unwrap().bypass_cache, truth, "{value}");
        }
        for (value, is) in [
            ("104123456789012345678", "datasync id"),
            ("104123456789012", "datasync id"),
            ("12345678901", "visitor or video"),
            ("5", "unknown"),
            ("-5", "unknown"),
            ("true", "unknown"),
            (r#"["dQw4w9WgXcQ"]"#, "unknown"),
            ("{}", "unknown"),
            ("0", "nothing"),
            ("false", "nothing"),
            (r#""no", "content_binding": "dQw4w9WgXcQ""#, "visitor or video"),
        ] {
            assert_eq!(kind_of(&format!(r#"{{"content_binding": {value}}}"#)), is, "{value}");
        }
        assert_eq!(kind_of("\u{feff}{}"), "nothing");
    }

    #[test]
    fn a_binding_under_another_key_is_rejected() {
        let said = |body: &str| PotRequest::read(body.as_bytes()).err().map(|why| why.to_string());
        for body in [
            r#"{"visitor_data": "V"}"#,
            r#"{"visitor_data": "V", "content_binding": "dQw4w9WgXcQ"}"#,
            r#"{"data_sync_id": "104||", "visitor_data": null}"#,
            r#"{"disable_innertube": true}"#,
            r#"{"videoId": "dQw4w9WgXcQ"}"#,
            r#"{"video_id": "dQw4w9WgXcQ", "content_binding": null}"#,
            r#"{"visitorData": "V"}"#,
            r#"{"dataSyncId": 104123456789012345678}"#,
            r#"{"contentBinding": "dQw4w9WgXcQ"}"#,
            r#"{"Content-Binding": "dQw4w9WgXcQ"}"#,
            r#"{"url": "https://youtu.be/dQw4w9WgXcQ"}"#,
        ] {
            let said = said(body).unwrap_or_else(|| panic!("{body}"));
            let innertube = body.contains("disable_innertube");
            assert!(innertube || said.ends_with("use content_binding instead"), "{body}: {said}");
            assert!(!said.contains("dQw4") && !said.contains("104"), "{said}");
        }
        for body in [
            r#"{"visitor_data": "", "data_sync_id": null, "disable_innertube": false, "videoId": 0}"#,
            r#"{"videoId": "a", "content_binding": "dQw4w9WgXcQ"}"#,
            r#"{"client": "mweb", "context": "gvs"}"#,
        ] {
            assert_eq!(said(body), None, "{body}");
        }
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
