//! What a page says that it shows.

use potbridge_protocol::youtube::Page;
use potbridge_protocol::{Cpn, VideoId};
use serde_json::Value;

/// What a page shows, as its own script and elements say it. Times are milliseconds since 1970.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    /// When the page was loaded.
    pub(super) opened_at: u64,
    /// When it last began to show another video, an advertisement or neither.
    pub(super) since: u64,
    /// Whether it shows an advertisement.
    pub(super) ad: bool,
    /// The playback that its player says it plays.
    pub(super) cpn: Option<Cpn>,
    /// The video: what the player says, or what all that names one names.
    pub(super) video_id: Option<VideoId>,
}

impl Shown {
    /// Reads the JSON of a content script. `None` if it is no JSON object. A field of a wrong type is absent.
    pub(super) fn parse(json: &str) -> Option<Self> {
        let shown = serde_json::from_slice::<Value>(json.as_bytes()).ok().filter(Value::is_object)?;
        let player = &shown["player"];
        let cpn = player["cpn"].as_str().and_then(|cpn| Cpn::new(cpn).ok());
        let of_player = player["video_id"].as_str().and_then(|id| VideoId::new(id).ok());
        let links = shown["links"].as_array().map(Vec::as_slice).unwrap_or_default();
        let named =
            links.iter().chain([&shown["address"]]).filter_map(|address| Page::video_of(address.as_str()?));
        let video_id = match of_player {
            // It says which playback it means.
            Some(video) if cpn.is_some() => Some(video),
            of_player => agreed(named.chain(of_player)),
        };
        // Saturates, so that a nonsensical time is the earliest.
        let time = |name: &str| shown[name].as_f64().unwrap_or_default() as u64;
        let (opened_at, since) = (time("opened_at"), time("since"));
        Some(Self { opened_at, since, ad: shown["ad"] == true, cpn, video_id })
    }
}

/// The video that all name. `None` if there is none, or another one too.
fn agreed(mut videos: impl Iterator<Item = VideoId>) -> Option<VideoId> {
    let first = videos.next()?;
    videos.all(|video| video == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const A: &str = "dQw4w9WgXcQ";
    const B: &str = "FcRzAdI8R9U";

    fn video(shown: &Value) -> Option<String> {
        Shown::parse(&shown.to_string()).unwrap().video_id.map(String::from)
    }

    fn watch(video: &str) -> String {
        format!("https://www.youtube.com/watch?v={video}&list=x")
    }

    #[test]
    fn every_field_is_read() {
        let shown = json!({
            "address": watch(A), "opened_at": 1000.6, "since": 2000, "ad": true,
            "player": {"video_id": A, "cpn": "G3iep-t_Rs_pkoUQ"}, "links": [],
        });
        let cpn = Cpn::new("G3iep-t_Rs_pkoUQ").ok();
        let video_id = VideoId::new(A).ok();
        let whole = Shown { opened_at: 1000, since: 2000, ad: true, cpn, video_id };
        assert_eq!(Shown::parse(&shown.to_string()), Some(whole));
    }

    #[test]
    fn the_video_is_what_all_that_names_one_names() {
        let home = "https://www.youtube.com/";
        for (shown, expected) in [
            (json!({"address": watch(A)}), Some(A)),
            (json!({"address": "https://www.youtube.com/shorts/dQw4w9WgXcQ"}), Some(A)),
            (json!({"address": "https://www.youtube.com/embed/dQw4w9WgXcQ?autoplay=1"}), Some(A)),
            (json!({"address": home, "links": [watch(A), watch(A)]}), Some(A)),
            (json!({"address": home, "links": ["https://www.youtube.com/@channel"]}), None),
            (json!({"address": home, "player": {"video_id": A}}), Some(A)),
            (json!({"address": watch(B), "player": {"video_id": A}}), None),
            (json!({"address": watch(A), "links": [watch(A), watch(B)]}), None),
            (json!({"address": watch(B), "links": [watch(A)]}), None),
            (json!({"address": home}), None),
            (json!({}), None),
        ] {
            assert_eq!(video(&shown).as_deref(), expected, "{shown}");
        }
    }

    #[test]
    fn a_player_that_says_which_playback_it_plays_needs_no_agreement() {
        let player = json!({"video_id": A, "cpn": "G3iep-t_Rs_pkoUQ"});
        assert_eq!(video(&json!({"address": watch(B), "player": player})).as_deref(), Some(A));
        let without_video = json!({"cpn": "G3iep-t_Rs_pkoUQ"});
        assert_eq!(video(&json!({"address": watch(B), "player": without_video})).as_deref(), Some(B));
    }

    #[test]
    fn a_field_of_a_wrong_type_is_absent() {
        let odd = json!({
            "address": 5, "opened_at": "x", "since": -1, "ad": "yes",
            "player": {"video_id": "short", "cpn": [1]}, "links": [null, 7, {}],
        });
        assert_eq!(Shown::parse(&odd.to_string()), Some(Shown::default()));
        assert_eq!(Shown::parse("{\"links\":5}"), Some(Shown::default()));
        for text in ["", "null", "[]", "5"] {
            assert_eq!(Shown::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn hostile_texts_never_panic(address in ".{0,60}", text in ".{0,60}") {
            let _ = Shown::parse(&text);
            let _ = Shown::parse(&json!({"address": address, "links": [text]}).to_string());
        }
    }
}
