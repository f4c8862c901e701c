use serde::{Deserialize, Serialize};

/// A track of sound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AudioTrack {
    /// `en-US`
    pub language: String,
    /// Whether it is the video's own, and not a dub
    pub original: bool,
    /// Whether a player chooses it for this viewer, whose language it is
    pub default: bool,
}

/// Where the language stands in `xtags`.
const LANGUAGE: &str = "lang=";

impl AudioTrack {
    /// `displayName`, which calls the video's own track so (yt-dlp 2026.10.26, `_video.py`, reads that word).
    pub(crate) fn name(&self) -> String {
        let own = if self.original { " original" } else { "" };
        format!("{}{own}", self.language)
    }

    /// `id`: the language, and the kind of track.
    pub(crate) fn id(&self) -> String {
        format!("{}.{}", self.language, if self.original { 4 } else { 3 })
    }

    /// The parameter `xtags` of the track's media URLs.
    pub(crate) fn xtags(&self) -> String {
        let content = if self.original { "original" } else { "dubbed" };
        format!("acont={content}:{LANGUAGE}{}", self.language)
    }
}

/// The language that an `xtags` names.
pub(crate) fn language_of(xtags: &str) -> Option<&str> {
    xtags.split(':').find_map(|tag| tag.strip_prefix(LANGUAGE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_url_names_its_tracks_language() {
        let dub = AudioTrack { language: "de-DE".to_owned(), original: false, default: true };
        assert_eq!((dub.name().as_str(), dub.id().as_str()), ("de-DE", "de-DE.3"));
        assert_eq!(language_of(&dub.xtags()), Some("de-DE"));
        assert_eq!(language_of("acont=original"), None);
    }
}
