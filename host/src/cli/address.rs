//! The address of a video or a playlist as people give it: cut out of a sentence or of a page's source, escaped by a
//! shell, or wrapped in another address. Nothing but the ids in it is used, so whatever else stands there does no harm.

mod cleaned;
mod link;

use cleaned::cleaned;
use link::Link;
use potbridge_protocol::youtube::{NotAPage, Page};
use potbridge_protocol::{ListId, VideoId};

/// No address of a video is longer.
const MAX_BYTES: usize = 2048;

/// How the ids of playlists begin that are taken without an address.
const LISTS: [&str; 7] = ["PL", "UU", "FL", "OLAK5uy_", "RDCLAK5uy_", "VLPL", ListId::ALBUM];

/// The shortest of those ids: an album's. In bytes.
const SHORTEST_LIST: usize = 17;

/// Why a text names neither a video nor a playlist. Never holds the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotAnAddress {
    /// An option stands where the video should.
    #[error("this looks like an option, not like a video")]
    Option,
    /// Not the address of a page of YouTube's.
    #[error("this is not on YouTube")]
    OtherSite,
    /// The address has a user's name, a port, or a scheme other than http and https.
    #[error("this is not the plain address of a video")]
    NotPlain,
    /// No video is named, and there are characters that are in no address of one.
    #[error("this has characters that are in no address of a video")]
    Characters,
    /// Too long for an address of a video.
    #[error("this is too long for the address of a video ({0} characters)")]
    TooLong(usize),
    /// The page of a channel.
    #[error("this is the address of a channel, not of a video or a playlist")]
    Channel,
    /// A page of YouTube's without a video.
    #[error("no video is named here")]
    NothingNamed,
}

impl NotAnAddress {
    /// What to do about it.
    pub(super) fn hint(self) -> &'static str {
        match self {
            Self::Option | Self::TooLong(_) => "name a video by its id or by the address of its page",
            Self::OtherSite => {
                "take a video of www.youtube.com, m.youtube.com, music.youtube.com, youtu.be or youtube-nocookie.com"
            }
            Self::NotPlain => "leave out what stands before and behind the host's name",
            Self::Characters => "copy the address of the video's page",
            Self::Channel => {
                "name one of its videos or playlists; all its videos are the playlist whose id is the channel's with UU instead of UC at its beginning"
            }
            Self::NothingNamed => {
                "name a video by its id (11 letters, digits, '-' or '_') or by the address of its page (watch?v=…, youtu.be/…, shorts/…, live/…, embed/…)"
            }
        }
    }
}

impl From<NotAPage> for NotAnAddress {
    fn from(why: NotAPage) -> Self {
        match why {
            NotAPage::NotPlain => Self::NotPlain,
            NotAPage::OtherSite => Self::OtherSite,
            NotAPage::NothingNamed => Self::NothingNamed,
        }
    }
}

/// The page that a text names: by a video's or a playlist's id, or by an address, with its scheme or without.
///
/// An address that another one of YouTube's or Google's leads to is taken out of it, once.
///
/// # Errors
/// [`NotAnAddress`] says what is wrong, and its hint what is taken.
pub(super) fn page(text: &str) -> Result<Page, NotAnAddress> {
    if text.len() > MAX_BYTES {
        return Err(NotAnAddress::TooLong(text.chars().count()));
    }
    let clean = cleaned(text);
    // An id may begin with '-'.
    if let Ok(video_id) = VideoId::new(&clean) {
        return Ok(Page { video_id: Some(video_id), list_id: None, music: false });
    }
    if clean.starts_with('-') {
        return Err(NotAnAddress::Option);
    }
    if clean.len() >= SHORTEST_LIST && LISTS.iter().any(|start| clean.starts_with(start)) {
        let list = format!("www.youtube.com/playlist?list={clean}");
        if let Ok(page) = Link::of(&list).page() {
            return Ok(page);
        }
    }
    let link = Link::of(&clean);
    let found = match link.wrapped() {
        Some(inner) => Link::of(&inner).page(),
        None => link.page(),
    };
    found.map_err(|why| match why {
        NotAnAddress::OtherSite | NotAnAddress::NothingNamed if has_odd_characters(text) => {
            NotAnAddress::Characters
        }
        why => why,
    })
}

fn has_odd_characters(text: &str) -> bool {
    !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~%/:?&=#@+,".contains(&byte))
}

#[cfg(test)]
mod tests;
