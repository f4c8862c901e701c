//! What is to be downloaded, as a person names it.

use crate::cli::address::{self, NotAnAddress};
use crate::error::Error;
use potbridge_protocol::youtube::Page;
use potbridge_protocol::{Code, ListId, Problem, VideoId};

/// A video, a playlist, or a video within its playlist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// The video that was named.
    pub(super) video: Option<VideoId>,
    /// The playlist, if the whole of it is wanted.
    pub(super) playlist: Option<ListId>,
    /// Whether it is of YouTube Music, whose player has tokens of its own.
    pub(super) music: bool,
}

/// Why a text names nothing to download. Never holds the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotATarget {
    /// It names neither a video nor a playlist.
    #[error(transparent)]
    Unnamed(#[from] NotAnAddress),
    /// A playlist's address stands where a video was to be named.
    #[error("this is the address of a playlist")]
    PlaylistOnly,
    /// A video's address stands where a playlist was to be named.
    #[error("no playlist is named here")]
    NoPlaylist,
}

impl NotATarget {
    /// What to do about it.
    fn hint(self) -> &'static str {
        match self {
            Self::Unnamed(why) => why.hint(),
            Self::PlaylistOnly => "add --playlist to download the whole of it",
            Self::NoPlaylist => "leave --playlist out, or give an address with list=… in it",
        }
    }
}

impl From<NotATarget> for Error {
    fn from(why: NotATarget) -> Self {
        Self::Problem(Problem::new(Code::NotAVideo, why.to_string()).with_hint(why.hint()))
    }
}

impl Target {
    /// Takes what names a video or a playlist: an id, or the address of a page.
    ///
    /// With `playlist` the address must name a playlist too, and all of it is meant. Without, the playlist is passed
    /// over.
    ///
    /// # Errors
    /// [`NotATarget`] says what is wrong, and its hint what is taken.
    pub(super) fn parse(text: &str, playlist: bool) -> Result<Self, NotATarget> {
        let Page { video_id: video, list_id, music } = address::page(text).map_err(|why| match why {
            NotAnAddress::NothingNamed if playlist => NotATarget::NoPlaylist,
            why => why.into(),
        })?;
        match (playlist, video, list_id) {
            (true, video, Some(list)) => Ok(Self { video, playlist: Some(list), music }),
            (true, _, None) => Err(NotATarget::NoPlaylist),
            (false, Some(video), _) => Ok(Self { video: Some(video), playlist: None, music }),
            (false, None, _) => Err(NotATarget::PlaylistOnly),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "dQw4w9WgXcQ";
    const LIST: &str = "PLrAXtmErZgOeiKm4sgNOknGvNjby9efdf";

    fn video(text: &str) -> Result<String, NotATarget> {
        Target::parse(text, false).map(|target| {
            assert_eq!(target.playlist, None);
            target.video.unwrap().as_str().to_owned()
        })
    }

    #[test]
    fn music_stays_music() {
        let target =
            Target::parse("https://music.youtube.com/watch?v=dQw4w9WgXcQ&list=RDAMVM", false).unwrap();
        assert_eq!((target.music, target.playlist.is_none()), (true, true));
        assert_eq!(target.video.unwrap().as_str(), ID);
    }

    #[test]
    fn a_playlist_is_taken_only_if_asked_for() {
        let within = format!("https://www.youtube.com/watch?v={ID}&list={LIST}");
        let alone = format!("https://www.youtube.com/playlist?list={LIST}");
        assert_eq!(Target::parse(&within, false).unwrap().playlist, None);
        assert_eq!(video(&alone), Err(NotATarget::PlaylistOnly));
        assert!(NotATarget::PlaylistOnly.hint().contains("--playlist"));
        let target = |video_id: Option<&str>, list_id: &str, music| Target {
            video: video_id.map(|id| VideoId::new(id).unwrap()),
            playlist: ListId::new(list_id).ok(),
            music,
        };
        assert_eq!(Target::parse(&within, true), Ok(target(Some(ID), LIST, false)));
        assert_eq!(Target::parse(&alone, true), Ok(target(None, LIST, false)));
        let series = format!("https://www.youtube.com/embed/videoseries?list={LIST}");
        assert_eq!(Target::parse(&series, true), Ok(target(None, LIST, false)));
        assert_eq!(video(&series), Err(NotATarget::PlaylistOnly));
        let mix = "https://music.youtube.com/watch?v=dQw4w9WgXcQ&list=RDAMVMdQw4w9WgXcQ";
        assert_eq!(Target::parse(mix, true), Ok(target(Some(ID), "RDAMVMdQw4w9WgXcQ", true)));
        for none in [
            "https://music.youtube.com/browse/VL",
            "https://www.youtube.com/playlist?list=VL",
            "https://music.youtube.com/browse/MPREb_",
            "https://www.youtube.com/feed/history",
        ] {
            assert_eq!(Target::parse(none, true), Err(NotATarget::NoPlaylist), "{none}");
            let unnamed = NotATarget::Unnamed(NotAnAddress::NothingNamed);
            assert_eq!(Target::parse(none, false), Err(unnamed), "{none}");
        }
        for none in [ID, "https://youtu.be/dQw4w9WgXcQ", "https://youtu.be/dQw4w9WgXcQ?list=--exec"] {
            assert_eq!(Target::parse(none, true), Err(NotATarget::NoPlaylist), "{none}");
        }
    }

    #[test]
    fn whatever_names_nothing_is_refused_with_a_playlist_and_without() {
        for (text, why) in [
            ("--exec", NotAnAddress::Option),
            ("https://vimeo.com/1084537", NotAnAddress::OtherSite),
            ("https://www.youtube.com/@name", NotAnAddress::Channel),
        ] {
            for playlist in [false, true] {
                assert_eq!(Target::parse(text, playlist), Err(NotATarget::Unnamed(why)), "{text:?}");
            }
        }
    }
}
