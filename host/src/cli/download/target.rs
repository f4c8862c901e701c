//! What is to be downloaded, as a person names it.

use crate::error::Error;
use potbridge_protocol::youtube::{NotAPage, Page};
use potbridge_protocol::{Code, ListId, Problem, VideoId};

/// No address of a video is longer.
const MAX_BYTES: usize = 2048;

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
    /// An option stands where the video should.
    #[error("this looks like an option, not like a video")]
    Option,
    /// Not the address of a page of YouTube's.
    #[error("this is not on YouTube")]
    OtherSite,
    /// The address has a user's name, a port, or a scheme other than http and https.
    #[error("this is not the plain address of a video")]
    NotPlain,
    /// Characters that are in no address of a video.
    #[error("this has characters that are in no address of a video")]
    Characters,
    /// Too long for an address of a video.
    #[error("this is too long for the address of a video ({0} characters)")]
    TooLong(usize),
    /// A page of YouTube's without a video.
    #[error("no video is named here")]
    NoVideo,
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
            Self::Option | Self::TooLong(_) => "name a video by its id or by the address of its page",
            Self::OtherSite => {
                "take a video of www.youtube.com, m.youtube.com, music.youtube.com, youtu.be or youtube-nocookie.com"
            }
            Self::NotPlain => "leave out what stands before and behind the host's name",
            Self::Characters => "copy the address of the video's page",
            Self::NoVideo => {
                "name a video by its id (11 letters, digits, '-' or '_') or by the address of its page (watch?v=…, youtu.be/…, shorts/…, live/…, embed/…)"
            }
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

impl From<NotAPage> for NotATarget {
    fn from(why: NotAPage) -> Self {
        match why {
            NotAPage::NotPlain => Self::NotPlain,
            NotAPage::OtherSite => Self::OtherSite,
            NotAPage::NothingNamed => Self::NoVideo,
        }
    }
}

impl Target {
    /// Takes a video's id, or the address of a page of a video, with its scheme or without.
    ///
    /// With `playlist` the address must name a playlist too, and all of it is meant. Without, the playlist is passed
    /// over.
    ///
    /// # Errors
    /// [`NotATarget`] says what is wrong, and its hint what is taken.
    pub(super) fn parse(text: &str, playlist: bool) -> Result<Self, NotATarget> {
        // An id may begin with '-'.
        if VideoId::new(text).is_err() {
            if text.starts_with('-') {
                return Err(NotATarget::Option);
            }
            if text.len() > MAX_BYTES {
                return Err(NotATarget::TooLong(text.chars().count()));
            }
            if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~%/:?&=#@+,".contains(&byte)) {
                return Err(NotATarget::Characters);
            }
        }
        let Page { video_id: video, list_id, music } = Page::parse(text)?;
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
    fn a_video_is_named_by_its_id_or_by_its_page() {
        for text in [
            ID,
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
            "http://www.youtube.com/watch?v=dQw4w9WgXcQ&t=42s#top",
            "HTTPS://WWW.YouTube.com/watch?feature=share&v=dQw4w9WgXcQ&pp=ygUEdGVzdA%3D%3D",
            "www.youtube.com/watch?v=dQw4w9WgXcQ",
            "youtube.com/watch?v=dQw4w9WgXcQ&list=PLrAXtmErZgOeiKm4sgNOknGvNjby9efdf&index=2",
            "m.youtube.com/watch?v=dQw4w9WgXcQ",
            "https://youtu.be/dQw4w9WgXcQ?si=AbC-_d",
            "youtu.be/dQw4w9WgXcQ",
            "https://m.youtube.com/shorts/dQw4w9WgXcQ",
            "https://www.youtube.com/shorts/dQw4w9WgXcQ/",
            "https://www.youtube.com/live/dQw4w9WgXcQ?feature=shared",
            "https://www.youtube.com/embed/dQw4w9WgXcQ?rel=0",
            "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
        ] {
            assert_eq!(video(text).as_deref(), Ok(ID), "{text}");
        }
    }

    #[test]
    fn an_id_may_begin_like_an_option() {
        for id in ["-AbC_d3fGh1", "--exec_abcd", "-----------"] {
            assert_eq!(video(id), Ok(id.to_owned()));
            assert_eq!(video(&format!("https://youtu.be/{id}")), video(id));
        }
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
        for none in [ID, "https://youtu.be/dQw4w9WgXcQ", "https://youtu.be/dQw4w9WgXcQ?list=--exec"] {
            assert_eq!(Target::parse(none, true), Err(NotATarget::NoPlaylist), "{none}");
        }
    }

    /// Each is refused before anything is started, with `--playlist` and without.
    #[test]
    fn whatever_names_no_video_is_refused() {
        use NotATarget::{Characters, NoVideo, NotPlain, OtherSite};
        let long = format!("https://www.youtube.com/watch?v={ID}&x={}", "x".repeat(MAX_BYTES));
        let table = [
            // Options.
            ("--exec=touch x", NotATarget::Option),
            ("--exec", NotATarget::Option),
            ("-a", NotATarget::Option),
            ("-oProxyCommand=x", NotATarget::Option),
            ("--", NotATarget::Option),
            ("-", NotATarget::Option),
            // Other sites.
            ("https://vimeo.com/1084537", OtherSite),
            ("https://www.youtube.com.evil.net/watch?v=dQw4w9WgXcQ", OtherSite),
            ("https://notyoutube.com/watch?v=dQw4w9WgXcQ", OtherSite),
            ("https://studio.youtube.com/watch?v=dQw4w9WgXcQ", OtherSite),
            ("https://evil.net/https://www.youtube.com/watch?v=dQw4w9WgXcQ", OtherSite),
            ("https://evil.net#www.youtube.com/watch?v=dQw4w9WgXcQ", OtherSite),
            ("//www.youtube.com/watch?v=dQw4w9WgXcQ", OtherSite),
            ("localhost/watch?v=dQw4w9WgXcQ", OtherSite),
            ("http://127.0.0.1/watch?v=dQw4w9WgXcQ", OtherSite),
            // More than a host.
            ("https://user@www.youtube.com/watch?v=dQw4w9WgXcQ", NotPlain),
            ("https://user:word@youtu.be/dQw4w9WgXcQ", NotPlain),
            ("https://www.youtube.com:8080/watch?v=dQw4w9WgXcQ", NotPlain),
            ("https://www.youtube.com:443/watch?v=dQw4w9WgXcQ", NotPlain),
            ("https://www.youtube.com@evil.net/watch?v=dQw4w9WgXcQ", OtherSite),
            ("ftp://www.youtube.com/watch?v=dQw4w9WgXcQ", NotPlain),
            ("javascript://www.youtube.com/watch?v=dQw4w9WgXcQ", NotPlain),
            // Paths.
            ("file:///etc/passwd", NotPlain),
            ("/etc/passwd", OtherSite),
            ("../dQw4w9WgXcQ", OtherSite),
            ("./x", OtherSite),
            ("~/videos", OtherSite),
            ("C:\\videos", Characters),
            // Shell words.
            ("$(id)", Characters),
            ("dQw4w9WgXcQ;id", Characters),
            ("`id`", Characters),
            ("dQw4w9WgXcQ|id", Characters),
            ("dQw4w9WgXcQ\n--exec", Characters),
            ("dQw4w9WgXcQ\n", Characters),
            ("dQw4w9WgXcQ\0", Characters),
            (" dQw4w9WgXcQ", Characters),
            ("https://www.youtube.com/watch?v=$(id)xxxxx", Characters),
            ("https://www.youtube.com/watch?v=dQw4w9WgXcQ;id", Characters),
            ("https://www.youtube.com/watch?v=dQw4w9WgXcQ'", Characters),
            // yt-dlp's own words.
            ("ytsearch:x", NoVideo),
            (":ytfav", NoVideo),
            ("ytdl:x", NoVideo),
            // Letters that look like others.
            ("https://www.yоutube.com/watch?v=dQw4w9WgXcQ", Characters),
            ("dQw4w9WgХcQ", Characters),
            ("https://youtu.be/dQw4w9WgXcＱ", Characters),
            // Ids that are none, pages without a video.
            ("", NoVideo),
            ("dQw4w9WgXc", NoVideo),
            ("dQw4w9WgXcQQ", NoVideo),
            ("watch?v=dQw4w9WgXcQ", NoVideo),
            ("https://www.youtube.com", NoVideo),
            ("https://www.youtube.com/", NoVideo),
            ("https://www.youtube.com/watch", NoVideo),
            ("https://www.youtube.com/watch?v=--exec", NoVideo),
            ("https://www.youtube.com/watch?v=dQw4w9WgXc%51", NoVideo),
            ("https://www.youtube.com/shorts/../x", NoVideo),
            ("https://www.youtube.com/embed/live_stream?channel=UCx", NoVideo),
            ("https://www.youtube.com/@name/videos", NoVideo),
            ("https://youtu.be/", NoVideo),
            (&long, NotATarget::TooLong(MAX_BYTES + 46)),
        ];
        for (text, why) in table {
            assert_eq!(Target::parse(text, false), Err(why), "{text:?}");
            assert!(Target::parse(text, true).is_err(), "{text:?}");
        }
    }
}
