//! What must hold of every request, however hostile.

use potbridge_extension::{Observation, PageFacts, RequestMetadata, observe};
use potbridge_protocol::{Capture, Certainty, Playing, PoToken, Session};

/// Observes one request.
///
/// # Panics
/// If observing panics, or if the host would not read the same from what is sent.
pub fn observed(url: &str, body: &[u8]) -> Observation {
    let metadata = RequestMetadata {
        session: Session::default(),
        facts: PageFacts::default(),
        page_hooked: false,
        time: 1,
    };
    let observed = observe(url, body, &metadata);
    if let Some(capture) = &observed.capture {
        assert!(!capture.token.has_fallback_shape());
        assert_eq!(PoToken::new(capture.token.expose()).as_ref(), Ok(&capture.token));
        let names_video = capture.binding.video_id.is_some() && capture.token.has_video_shape();
        assert_eq!(names_video, capture.binding.certainty == Certainty::Certain);
        assert!(url.contains(capture.host.as_str()) && !capture.host.as_str().is_empty());
        let json = serde_json::to_string(capture).expect("a capture has only keys that are text");
        let read: Capture = serde_json::from_str(&json).expect("the host reads what the extension sends");
        assert_eq!(read, **capture);
    }
    if let Some(playing) = &observed.playing {
        let json = serde_json::to_string(playing).expect("a playback has only keys that are text");
        let read: Playing = serde_json::from_str(&json).expect("the host reads what the extension sends");
        assert_eq!(read, *playing);
    }
    observed
}
