//! Which request it is, and what it says.

use crate::address::Address;
use crate::body::Unreadable;
use crate::said::Said;
use crate::{innertube, media_url, onesie, sabr, stats, timedtext};
use potbridge_protocol::{
    Binding, Capture, Certainty, Context, NotAToken, Playing, Session, Source, VideoId, Word,
};

/// What the browser knows of a request besides its address and body.
#[derive(Clone, Debug)]
pub struct Circumstances {
    /// Whose request it was.
    pub session: Session,
    /// Whether the page binds every token to its video, where the page says so: see [`Binding`].
    pub content_bound: Option<bool>,
    /// Whether the body was read inside the page, where the page could have forged it.
    pub hooked: bool,
    /// When it was made: milliseconds since 1970.
    pub time: u64,
}

/// What one request says. A request that is none of the player's says nothing, and neither does one of the
/// player's that carries no token and names no playback, as many do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// A real token.
    pub capture: Option<Box<Capture>>,
    /// Which video a playback plays.
    pub playing: Option<Playing>,
    /// What stood where a real token should be, or hid it.
    pub oddity: Option<Oddity>,
}

/// Why a request of the player that should carry a token gave none, or gave it by its address alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// The token that the player sends before it has a real one.
    Placeholder,
    /// The token that the player sends when it could not get a real one: well formed and worthless.
    Fallback,
    /// Something that is no token.
    Malformed(NotAToken),
    /// The body could not be read.
    Unreadable(Unreadable),
}

impl Observed {
    /// Whether there is nothing in it.
    #[must_use]
    pub fn says_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl Oddity {
    /// The word itself.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Placeholder => "placeholder",
            Self::Fallback => "fallback",
            Self::Malformed(_) => "malformed",
            Self::Unreadable(_) => "unreadable",
        }
    }
}

const PLAYER_HOSTS: [&str; 4] =
    ["www.youtube.com", "m.youtube.com", "music.youtube.com", "www.youtube-nocookie.com"];

/// Every media server's host lies below this one.
pub(crate) const MEDIA_DOMAIN: &str = "googlevideo.com";

/// Says what one request carries. Time and memory are linear in address and body, and the body is not copied
/// unless it is compressed.
///
/// An empty `body` is one that the request does not have or that nobody asked for; of a player request, which
/// always has one, it is unreadable.
#[must_use]
pub fn observe(url: &str, body: &[u8], circumstances: &Circumstances) -> Observed {
    let Some(address) = Address::new(url) else {
        return Observed::default();
    };
    let request = Request { host: address.host, circumstances };
    if PLAYER_HOSTS.contains(&address.host) {
        match address.path {
            "/youtubei/v1/player" => request.body(Source::PlayerRequest, innertube::player(body)),
            "/youtubei/v1/get_watch" => request.body(Source::GetWatch, innertube::watch(body)),
            "/youtubei/v1/reel/reel_item_watch" => {
                request.body(Source::ReelItemWatch, innertube::watch(body))
            }
            timedtext::PATH => request.said(Source::Timedtext, timedtext::read(&address)),
            path if stats::PATHS.contains(&path) => request.said(Source::Other, stats::read(&address)),
            _ => Observed::default(),
        }
    } else if address.is_below(MEDIA_DOMAIN) {
        match address.path {
            onesie::PATH => request.body(Source::Onesie, onesie::read(&address, body)),
            path if media_url::is_path(path) => {
                let by_address = request.said(Source::MediaUrl, media_url::read(&address));
                if media_url::is_sabr(&address) {
                    request.body(Source::Sabr, sabr::read(&address, body)).or(by_address)
                } else {
                    by_address
                }
            }
            _ => Observed::default(),
        }
    } else {
        Observed::default()
    }
}

impl Observed {
    /// Fills what is missing with what the same request says elsewhere.
    fn or(self, other: Self) -> Self {
        Self {
            capture: self.capture.or(other.capture),
            playing: self.playing.or(other.playing),
            oddity: self.oddity.or(other.oddity),
        }
    }
}

/// What every word of one request has in common.
struct Request<'a> {
    host: &'a str,
    circumstances: &'a Circumstances,
}

impl Request<'_> {
    fn body(&self, source: Source, read: Result<Said, Unreadable>) -> Observed {
        match read {
            Ok(said) => self.said(source, said),
            Err(why) => Observed { oddity: Some(Oddity::Unreadable(why)), ..Observed::default() },
        }
    }

    fn said(&self, source: Source, said: Said) -> Observed {
        let Circumstances { session, content_bound, hooked, time } = self.circumstances;
        let playing = said.cpn.as_ref().zip(said.video_id.as_ref()).map(|(cpn, video_id)| Playing {
            cpn: cpn.clone(),
            video_id: video_id.clone(),
            session: session.clone(),
            at: *time,
        });
        let (token, oddity) = match said.token {
            None => (None, None),
            Some(Ok(token)) if token.has_fallback_shape() => (None, Some(Oddity::Fallback)),
            Some(Ok(token)) => (Some(token), None),
            Some(Err(NotAToken::Placeholder)) => (None, Some(Oddity::Placeholder)),
            Some(Err(why)) => (None, Some(Oddity::Malformed(why))),
        };
        let capture = token.map(|token| {
            Box::new(Capture {
                token,
                context: context(source),
                client: said.client,
                host: Word::new(self.host).unwrap_or_default(),
                source,
                binding: Binding {
                    certainty: certainty(said.video_id.as_ref()),
                    video_id: said.video_id,
                    visitor_data: said.visitor_data,
                    content_bound: *content_bound,
                },
                cpn: said.cpn,
                hooked: *hooked,
                session: session.clone(),
                captured_at: *time,
            })
        });
        Observed { capture, playing, oddity }
    }
}

/// What the request was for.
fn context(source: Source) -> Context {
    match source {
        Source::MediaUrl | Source::Sabr | Source::Onesie => Context::Gvs,
        Source::Timedtext => Context::Subs,
        _ => Context::Player,
    }
}

/// A request is sure of the video that it names, and knows of no other.
fn certainty(named: Option<&VideoId>) -> Certainty {
    if named.is_some() { Certainty::Certain } else { Certainty::Guess }
}

#[cfg(test)]
mod tests;
