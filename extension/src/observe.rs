//! Decides which kind a request is, and says what it carries.

use crate::PageFacts;
use crate::requests::body::Unreadable;
use crate::requests::fields::RequestFields;
use crate::requests::{media_url, onesie, player, sabr, stats, timedtext};
use potbridge_protocol::youtube::{Address, MediaAddress, is_media_host, is_player_host};
use potbridge_protocol::{
    Binding, Capture, Certainty, Context, NotAToken, Playing, PoToken, Session, ShortText, Source, VideoId,
};

/// What the browser knows of a request besides its address and body.
#[derive(Clone, Debug)]
pub struct RequestMetadata {
    /// Whose request it was.
    pub session: Session,
    /// What the page says of itself.
    pub facts: PageFacts,
    /// Whether the body was read inside the page. The page could then have forged it.
    pub page_hooked: bool,
    /// When it was made: milliseconds since 1970.
    pub time: u64,
}

/// What one request says.
///
/// A request that is none of the player's says nothing. Many of the player's carry no token and name no playback: they
/// say nothing either.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observation {
    /// A real token.
    pub capture: Option<Box<Capture>>,
    /// Which video a playback plays.
    pub playing: Option<Playing>,
    /// Why a token that should be there is not.
    pub miss: Option<Miss>,
    /// Whether it asks for the playback anew, because the server refused to go on with it.
    pub reloads: bool,
}

/// Why a request that should carry a token gave none, or gave it only by its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Miss {
    /// The token that the player sends before it has a real one.
    ColdStartToken,
    /// The token that the player sends if it could not get a real one. It is well formed and worthless.
    Fallback,
    /// Something that is no token.
    Malformed(NotAToken),
    /// The body could not be read.
    Unreadable(Unreadable),
}

impl Miss {
    /// Its name, as in the counters.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::ColdStartToken => "cold_start",
            Self::Fallback => "fallback",
            Self::Malformed(_) => "malformed",
            Self::Unreadable(_) => "unreadable",
        }
    }
}

/// Whether a request's body may carry a token. Other requests of the same folders (`/youtubei/v1/player/heartbeat`) say
/// nothing.
#[must_use]
pub fn has_telling_body(url: &str) -> bool {
    Address::of_request(url).is_some_and(|address| {
        if is_player_host(address.host) {
            player::PATHS.contains(&address.path)
        } else {
            let media = MediaAddress::new(address);
            let is_telling = media.start() == onesie::PATH
                || (media.start() == media_url::PATH && media_url::is_sabr(&media));
            is_media_host(address.host) && is_telling
        }
    })
}

/// Says what one request carries.
///
/// Time and memory are linear in address and body. Only a compressed body is copied.
///
/// `body` is empty if the request has none, or if nobody asked for it. A player request always has one: if it is empty,
/// it is unreadable.
#[must_use]
pub fn observe(url: &str, body: &[u8], metadata: &RequestMetadata) -> Observation {
    let Some(address) = Address::of_request(url) else {
        return Observation::default();
    };
    let request = Request { host: address.host, metadata };
    if is_player_host(address.host) {
        match address.path {
            player::PLAYER_PATH => request.observe_body(Source::PlayerRequest, player::player(body)),
            player::GET_WATCH_PATH => request.observe_body(Source::GetWatch, player::watch(body)),
            player::REEL_ITEM_WATCH_PATH => request.observe_body(Source::ReelItemWatch, player::watch(body)),
            timedtext::PATH => request.observe_fields(Source::Timedtext, timedtext::read(&address)),
            path if stats::PATHS.contains(&path) => {
                request.observe_fields(Source::Other, stats::read(&address))
            }
            _ => Observation::default(),
        }
    } else if is_media_host(address.host) {
        let address = MediaAddress::new(address);
        match address.start() {
            onesie::PATH => request.observe_body(Source::Onesie, onesie::read(&address, body)),
            media_url::PATH => {
                let by_address = request.observe_fields(Source::MediaUrl, media_url::read(&address));
                if media_url::is_sabr(&address) {
                    request.observe_body(Source::Sabr, sabr::read(&address, body)).or(by_address)
                } else {
                    by_address
                }
            }
            _ if address.is_manifest() => request.observe_fields(Source::MediaUrl, media_url::read(&address)),
            _ => Observation::default(),
        }
    } else {
        Observation::default()
    }
}

impl Observation {
    /// Fills what is missing with what the same request says elsewhere.
    fn or(self, other: Self) -> Self {
        Self {
            capture: self.capture.or(other.capture),
            playing: self.playing.or(other.playing),
            miss: self.miss.or(other.miss),
            reloads: self.reloads || other.reloads,
        }
    }
}

/// What all findings of one request have in common.
struct Request<'a> {
    host: &'a str,
    metadata: &'a RequestMetadata,
}

impl Request<'_> {
    fn observe_body(&self, source: Source, read: Result<RequestFields, Unreadable>) -> Observation {
        match read {
            Ok(fields) => self.observe_fields(source, fields),
            Err(why) => Observation { miss: Some(Miss::Unreadable(why)), ..Observation::default() },
        }
    }

    fn observe_fields(&self, source: Source, fields: RequestFields) -> Observation {
        let RequestMetadata { session, facts, page_hooked, time } = self.metadata;
        let playing = fields.cpn.as_ref().zip(fields.video_id.as_ref()).map(|(cpn, video_id)| Playing {
            cpn: cpn.clone(),
            video_id: video_id.clone(),
            certainty: Certainty::Certain,
            session: session.clone(),
            at: *time,
        });
        let (token, miss) = match fields.token {
            None => (None, None),
            Some(Ok(token)) if token.has_fallback_shape() => (None, Some(Miss::Fallback)),
            Some(Ok(token)) => (Some(token), None),
            Some(Err(NotAToken::ColdStartToken)) => (None, Some(Miss::ColdStartToken)),
            Some(Err(why)) => (None, Some(Miss::Malformed(why))),
        };
        let capture = token.map(|token| {
            Box::new(Capture {
                context: context(source),
                foreign_client: facts.is_foreign(fields.client.as_ref()),
                client: fields.client,
                host: ShortText::new(self.host).unwrap_or_default(),
                source,
                binding: Binding {
                    certainty: certainty(&token, fields.video_id.as_ref()),
                    video_id: fields.video_id,
                    visitor_data: fields.visitor_data,
                    content_bound: facts.content_bound,
                },
                token,
                cpn: fields.cpn,
                page_hooked: *page_hooked,
                session: session.clone(),
                captured_at: *time,
            })
        });
        Observation { capture, playing, miss, reloads: fields.reloads }
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

/// A request is sure of the video that it names, if its token can be bound to a video, and knows of no other.
fn certainty(token: &PoToken, named: Option<&VideoId>) -> Certainty {
    named.map_or(Certainty::Guess, |_| Certainty::Certain.if_video_shape(token.has_video_shape()))
}

#[cfg(test)]
mod tests;
