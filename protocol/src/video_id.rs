//! A video's name.

use crate::checked_text::checked_text;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The 11 base64url characters that name a video.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VideoId(String);

/// The text is not 11 characters of `A–Z a–z 0–9 - _`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a video id: a video id is 11 letters, digits, '-' or '_'")]
pub struct NotAVideoId;

impl VideoId {
    /// Takes exactly the id, no URL around it.
    ///
    /// # Errors
    /// [`NotAVideoId`] for anything else.
    pub fn new(text: &str) -> Result<Self, NotAVideoId> {
        let shaped = text.len() == 11
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        shaped.then(|| Self(text.to_owned())).ok_or(NotAVideoId)
    }

    /// Takes the id, or the address of a page that plays the video: `watch?v=`, `youtu.be/`, `/shorts/`,
    /// `/embed/`, `/live/` on any of YouTube's own hosts.
    ///
    /// # Errors
    /// [`NotAVideoId`] where there is none in it.
    pub fn of_page(text: &str) -> Result<Self, NotAVideoId> {
        let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else {
            return Self::new(text);
        };
        let (host, path) = rest.split_once('/').ok_or(NotAVideoId)?;
        let (path, query) =
            path.split('#').next().and_then(|path| path.split_once('?')).unwrap_or((path, ""));
        let of =
            |domain: &str| host == domain || host.strip_suffix(domain).is_some_and(|sub| sub.ends_with('.'));
        let id = match path.split_once('/') {
            _ if host == "youtu.be" => Some(path),
            _ if !of("youtube.com") && !of("youtube-nocookie.com") => None,
            Some(("shorts" | "embed" | "live", id)) => Some(id),
            _ => query.split('&').find_map(|pair| pair.strip_prefix("v=")),
        };
        Self::new(id.unwrap_or_default())
    }
}

checked_text!(VideoId, NotAVideoId);

impl fmt::Display for VideoId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_page_names_its_video() {
        for page in [
            "dQw4w9WgXcQ",
            "https://www.youtube.com/watch?list=x&v=dQw4w9WgXcQ&t=1#a",
            "https://music.youtube.com/watch?v=dQw4w9WgXcQ",
            "https://youtu.be/dQw4w9WgXcQ?si=abc",
            "https://m.youtube.com/shorts/dQw4w9WgXcQ",
            "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0",
        ] {
            assert_eq!(VideoId::of_page(page).unwrap().as_str(), "dQw4w9WgXcQ", "{page}");
        }
        for page in [
            "https://evil.example/watch?v=dQw4w9WgXcQ",
            "https://notyoutube.com/watch?v=dQw4w9WgXcQ",
            "https://www.youtube.com/",
            "https://www.youtube.com/watch?v=--exec",
            "https://www.youtube.com",
        ] {
            assert_eq!(VideoId::of_page(page), Err(NotAVideoId), "{page}");
        }
    }

    #[test]
    fn eleven_base64url_characters_and_nothing_else_name_a_video() {
        assert_eq!(VideoId::new("_160oMzb-Y8").unwrap().as_str(), "_160oMzb-Y8");
        for wrong in ["", "dQw4w9WgXc", "dQw4w9WgXcQQ", "dQw4w9WgX/Q", "--exec=abc\n", "dQw4w9WgXc\u{e9}"] {
            assert_eq!(VideoId::new(wrong), Err(NotAVideoId), "{wrong:?}");
        }
    }
}
