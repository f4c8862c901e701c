//! What the address of a page names: a video, a playlist, or a video of a playlist.

use super::address::Address;
use super::hosts::{MUSIC_HOST, SHORT_HOST, is_page_host};
use crate::{ListId, VideoId};
use serde::Serialize;

/// The first segment of a path whose second one is the video.
const VIDEO_PATHS: [&str; 6] = ["shorts", "embed", "live", "v", "e", "watch"];

/// Words of 11 characters that stand in the place of a video's id and name none.
const NO_VIDEOS: [&str; 2] = ["videoseries", "live_stream"];

/// What a page of YouTube shows. At least one of `video_id` and `list_id` is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page {
    /// The video.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_id: Option<VideoId>,
    /// The playlist.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_id: Option<ListId>,
    /// Whether it is a page of YouTube Music.
    pub music: bool,
}

/// Why a text is not the address of such a page. Never holds the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAPage {
    /// The address has a user's name, a port, or a scheme other than http and https.
    #[error("the address has more before or after the host's name than a page's address has")]
    NotPlain,
    /// The host is not one of YouTube's.
    #[error("the address is not on YouTube")]
    OtherSite,
    /// The page shows neither a video nor a playlist, or the text is no address at all.
    #[error("no video and no playlist is named")]
    NothingNamed,
}

impl Page {
    /// Takes a video's id, or the address of a page, with its scheme or without.
    ///
    /// # Errors
    /// [`NotAPage`] says why the text names nothing.
    pub fn parse(text: &str) -> Result<Self, NotAPage> {
        if let Ok(video_id) = VideoId::new(text) {
            return Ok(Self { video_id: Some(video_id), list_id: None, music: false });
        }
        let address = Address::of_link(text).ok_or(NotAPage::NotPlain)?;
        let host = address.host.to_ascii_lowercase();
        if !is_page_host(&host) {
            return Err(why_not(&host, &address));
        }
        let page = Self {
            video_id: video(&host, &address),
            list_id: address.query_field("list").and_then(|id| ListId::new(id).ok()),
            music: host == MUSIC_HOST,
        };
        if page.video_id.is_none() && page.list_id.is_none() {
            return Err(NotAPage::NothingNamed);
        }
        Ok(page)
    }

    /// The video that a text names: an id, or the address of a page that plays it.
    #[must_use]
    pub fn video_of(text: &str) -> Option<VideoId> {
        Self::parse(text).ok()?.video_id
    }
}

/// The address of a video's page.
#[must_use]
pub fn watch_page(video: &VideoId, music: bool) -> String {
    format!("https://{}/watch?v={video}", if music { MUSIC_HOST } else { "www.youtube.com" })
}

fn video(host: &str, address: &Address<'_>) -> Option<VideoId> {
    let path = address.path.strip_prefix('/')?;
    let path = path.strip_suffix('/').unwrap_or(path);
    let id = match path.split_once('/') {
        _ if host == SHORT_HOST => path,
        Some((first, id)) if VIDEO_PATHS.contains(&first) => id,
        _ => address.query_field("v")?,
    };
    VideoId::new(id).ok().filter(|video| !NO_VIDEOS.contains(&video.as_str()))
}

fn why_not(host: &str, address: &Address<'_>) -> NotAPage {
    let bare = host.rsplit('@').next().unwrap_or_default();
    let bare = bare.split(':').next().unwrap_or_default();
    if bare != host && (is_page_host(bare) || bare.ends_with(".youtube.com")) {
        NotAPage::NotPlain
    } else if !host.contains('.') && address.path.is_empty() {
        // A word without a dot is no host.
        NotAPage::NothingNamed
    } else {
        NotAPage::OtherSite
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ID: &str = "dQw4w9WgXcQ";
    const LIST: &str = "PLrAXtmErZgOeiKm4sgNOknGvNjby9efdf";

    fn video(text: &str) -> Result<Option<String>, NotAPage> {
        Page::parse(text).map(|page| page.video_id.map(|id| id.as_str().to_owned()))
    }

    #[test]
    fn a_video_is_named_by_its_id_or_by_a_page_that_plays_it() {
        for text in [
            ID,
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
            "https://www.youtube.com/watch?list=x&v=dQw4w9WgXcQ&t=1#a",
            "http://www.youtube.com/watch?v=dQw4w9WgXcQ&t=42s#top",
            "HTTPS://WWW.YouTube.com/watch?feature=share&v=dQw4w9WgXcQ&pp=ygUEdGVzdA%3D%3D",
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ&ab_channel=A(B)!",
            "www.youtube.com/watch?v=dQw4w9WgXcQ",
            "youtube.com/watch?v=dQw4w9WgXcQ&list=PLrAXtmErZgOeiKm4sgNOknGvNjby9efdf&index=2",
            "m.youtube.com/watch?v=dQw4w9WgXcQ",
            "https://music.youtube.com/watch?v=dQw4w9WgXcQ",
            "https://youtu.be/dQw4w9WgXcQ?si=AbC-_d",
            "youtu.be/dQw4w9WgXcQ",
            "https://m.youtube.com/shorts/dQw4w9WgXcQ",
            "https://www.youtube.com/shorts/dQw4w9WgXcQ/",
            "https://www.youtube.com/live/dQw4w9WgXcQ?feature=shared",
            "https://www.youtube.com/embed/dQw4w9WgXcQ?rel=0",
            "https://www.youtube.com/v/dQw4w9WgXcQ?version=3",
            "https://www.youtube.com/e/dQw4w9WgXcQ",
            "https://www.youtube.com/watch/dQw4w9WgXcQ",
            "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0",
        ] {
            assert_eq!(video(text), Ok(Some(ID.to_owned())), "{text}");
            assert_eq!(Page::video_of(text).unwrap().as_str(), ID, "{text}");
        }
        for id in ["-AbC_d3fGh1", "--exec_abcd", "-----------"] {
            assert_eq!(video(id), Ok(Some(id.to_owned())));
            assert_eq!(video(&format!("https://youtu.be/{id}")), video(id));
        }
    }

    #[test]
    fn a_page_of_a_playlist_names_the_playlist() {
        let list_id = ListId::new(LIST).ok();
        let alone = format!("https://www.youtube.com/playlist?list={LIST}");
        let page = Page { video_id: None, list_id: list_id.clone(), music: false };
        assert_eq!(Page::parse(&alone), Ok(page.clone()));
        assert_eq!(Page::video_of(&alone), None);
        assert_eq!(Page::parse(&format!("https://www.youtube.com/embed/videoseries?list={LIST}")), Ok(page));
        let within = format!("https://www.youtube.com/watch?v={ID}&list={LIST}");
        let page = Page { video_id: VideoId::new(ID).ok(), list_id, music: false };
        assert_eq!(Page::parse(&within), Ok(page));
        let odd = Page::parse("https://youtu.be/dQw4w9WgXcQ?list=--exec").unwrap();
        assert_eq!((odd.video_id.is_some(), odd.list_id), (true, None));
    }

    #[test]
    fn music_stays_music() {
        let video = VideoId::new(ID).unwrap();
        for (host, music) in [("music.youtube.com", true), ("www.youtube.com", false)] {
            let page = Page::parse(&format!("https://{host}/watch?v={ID}&list=RDAMVM")).unwrap();
            assert_eq!(page.music, music);
            assert_eq!(watch_page(&video, music), format!("https://{host}/watch?v={ID}"));
        }
    }

    #[test]
    fn a_page_is_told_to_javascript_by_what_it_names() {
        let json = |text| serde_json::to_value(Page::parse(text).unwrap()).unwrap();
        assert_eq!(json("https://youtu.be/dQw4w9WgXcQ"), serde_json::json!({"video_id": ID, "music": false}));
        assert_eq!(
            json("https://music.youtube.com/playlist?list=WL"),
            serde_json::json!({"list_id": "WL", "music": true})
        );
    }

    #[test]
    fn whatever_is_no_page_of_youtubes_is_refused() {
        use NotAPage::{NotPlain, NothingNamed, OtherSite};
        let table = [
            // Other sites.
            ("https://vimeo.com/1084537", OtherSite),
            ("https://evil.example/watch?v=dQw4w9WgXcQ", OtherSite),
            ("https://www.youtube.com.evil.net/watch?v=dQw4w9WgXcQ", OtherSite),
            ("https://notyoutube.com/watch?v=dQw4w9WgXcQ", OtherSite),
            ("https://studio.youtube.com/watch?v=dQw4w9WgXcQ", OtherSite),
            ("https://evil.net/https://www.youtube.com/watch?v=dQw4w9WgXcQ", OtherSite),
            ("https://evil.net#www.youtube.com/watch?v=dQw4w9WgXcQ", OtherSite),
            ("//www.youtube.com/watch?v=dQw4w9WgXcQ", OtherSite),
            ("localhost/watch?v=dQw4w9WgXcQ", OtherSite),
            ("http://127.0.0.1/watch?v=dQw4w9WgXcQ", OtherSite),
            ("https://www.youtube.com@evil.net/watch?v=dQw4w9WgXcQ", OtherSite),
            ("https://www.y\u{43e}utube.com/watch?v=dQw4w9WgXcQ", OtherSite),
            // More than a host.
            ("https://user@www.youtube.com/watch?v=dQw4w9WgXcQ", NotPlain),
            ("https://user:word@youtu.be/dQw4w9WgXcQ", NotPlain),
            ("https://www.youtube.com:8080/watch?v=dQw4w9WgXcQ", NotPlain),
            ("https://www.youtube.com:443/watch?v=dQw4w9WgXcQ", NotPlain),
            ("ftp://www.youtube.com/watch?v=dQw4w9WgXcQ", NotPlain),
            ("javascript://www.youtube.com/watch?v=dQw4w9WgXcQ", NotPlain),
            ("file:///etc/passwd", NotPlain),
            ("chrome://extensions", NotPlain),
            // Paths.
            ("/etc/passwd", OtherSite),
            ("../dQw4w9WgXcQ", OtherSite),
            ("./x", OtherSite),
            ("~/videos", OtherSite),
            // Words of yt-dlp's own, and of nobody's.
            ("ytsearch:x", NothingNamed),
            (":ytfav", NothingNamed),
            ("about:blank", NothingNamed),
            ("", NothingNamed),
            ("dQw4w9WgXc", NothingNamed),
            ("dQw4w9WgXcQQ", NothingNamed),
            ("watch?v=dQw4w9WgXcQ", NothingNamed),
            // Pages without a video.
            ("https://www.youtube.com", NothingNamed),
            ("https://www.youtube.com/", NothingNamed),
            ("https://www.youtube.com/watch", NothingNamed),
            ("https://www.youtube.com/watch?v=--exec", NothingNamed),
            ("https://www.youtube.com/watch?v=dQw4w9WgXc%51", NothingNamed),
            ("https://www.youtube.com/shorts/../x", NothingNamed),
            ("https://www.youtube.com/embed/live_stream?channel=UCx", NothingNamed),
            ("https://www.youtube.com/@name/videos", NothingNamed),
            ("https://youtu.be/", NothingNamed),
            ("https://youtu.be/dQw4w9WgXcQ/x", NothingNamed),
            ("https://www.youtube.com/playlist?list=--exec", NothingNamed),
        ];
        for (text, why) in table {
            assert_eq!(Page::parse(text), Err(why), "{text:?}");
            assert_eq!(Page::video_of(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn hostile_texts_never_panic(text in "(https?://)?(youtu.be|www.youtube.com)?[a-z./?#&=%@:\u{e9}]{0,60}") {
            if let Ok(page) = Page::parse(&text) {
                prop_assert!(page.video_id.is_some() || page.list_id.is_some());
            }
        }
    }
}
