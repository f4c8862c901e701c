//! The JSON bodies of player requests to InnerTube, YouTube's own interface: only the fields that tell of a token.
//!
//! Only the outline of a body must be as expected. Every field is read for itself: if it is of a wrong type, it is lost
//! alone, and the token is kept.

use crate::lenient_json::{LenientObject, LenientText};
use crate::requests::body::{Unreadable, decompress};
use crate::requests::fields::{self, RequestFields};
use potbridge_protocol::{NotAToken, PoToken, VisitorData};
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, bound(deserialize = "'de: 'a"))]
struct Player<'a> {
    video_id: LenientText<'a>,
    cpn: LenientText<'a>,
    context: LenientObject<Context<'a>>,
    playback_context: LenientObject<PlaybackContext>,
    service_integrity_dimensions: LenientObject<Dimensions<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, bound(deserialize = "'de: 'a"))]
struct Watch<'a> {
    player_request: Option<LenientObject<Player<'a>>>,
    context: LenientObject<Context<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PlaybackContext {
    reload_playback_context: LenientObject<Anything>,
}

/// An object of which nothing is wanted but that it is there.
#[derive(Default, Deserialize)]
struct Anything {}

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Context<'a> {
    client: LenientObject<Client<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, bound(deserialize = "'de: 'a"))]
struct Client<'a> {
    client_name: LenientText<'a>,
    client_version: LenientText<'a>,
    visitor_data: LenientText<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, bound(deserialize = "'de: 'a"))]
struct Dimensions<'a> {
    po_token: LenientText<'a>,
}

pub(crate) const PLAYER_PATH: &str = "/youtubei/v1/player";
pub(crate) const GET_WATCH_PATH: &str = "/youtubei/v1/get_watch";
pub(crate) const REEL_ITEM_WATCH_PATH: &str = "/youtubei/v1/reel/reel_item_watch";

/// The paths of such requests.
pub(crate) const PATHS: [&str; 3] = [PLAYER_PATH, GET_WATCH_PATH, REEL_ITEM_WATCH_PATH];

/// Reads the body of `/youtubei/v1/player`, plain or gzip.
///
/// # Errors
/// [`Unreadable`] if it is no such body.
pub(crate) fn player(body: &[u8]) -> Result<RequestFields, Unreadable> {
    let bytes = decompress(body)?;
    let player: Player<'_> = object(&bytes)?;
    Ok(fields_of(&player, player.client()))
}

/// Reads the body of `/youtubei/v1/get_watch` or `/youtubei/v1/reel/reel_item_watch`, plain or gzip.
///
/// It holds a player request. The context may stand inside the player request or around it.
///
/// # Errors
/// [`Unreadable`] if it is no such body.
pub(crate) fn watch(body: &[u8]) -> Result<RequestFields, Unreadable> {
    let bytes = decompress(body)?;
    let watch: Watch<'_> = object(&bytes)?;
    let player = match &watch.player_request {
        None => return Ok(RequestFields::default()),
        Some(LenientObject(player)) => player.as_ref().ok_or(Unreadable::NotJson)?,
    };
    let around = watch.context.0.as_ref().and_then(|context| context.client.0.as_ref());
    Ok(fields_of(player, player.client().or(around)))
}

fn object<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, Unreadable> {
    let LenientObject(object) = serde_json::from_slice(json).map_err(|_| Unreadable::json(json))?;
    object.ok_or(Unreadable::NotJson)
}

impl Player<'_> {
    fn client(&self) -> Option<&Client<'_>> {
        self.context.0.as_ref()?.client.0.as_ref()
    }
}

fn fields_of(player: &Player<'_>, client: Option<&Client<'_>>) -> RequestFields {
    let token =
        player.service_integrity_dimensions.0.as_ref().and_then(|dimensions| match &dimensions.po_token {
            LenientText::Absent => None,
            LenientText::Text(text) => fields::token(PoToken::new(text)),
            LenientText::WrongType => fields::token(Err(NotAToken::NotBase64Url)),
        });
    RequestFields {
        token,
        client: client
            .and_then(|client| fields::client(client.client_name.text(), client.client_version.text())),
        video_id: fields::video_id(player.video_id.text()),
        visitor_data: client.and_then(|client| VisitorData::new(client.visitor_data.text()?).ok()),
        cpn: fields::cpn(player.cpn.text()),
        reloads: player
            .playback_context
            .0
            .as_ref()
            .is_some_and(|context| context.reload_playback_context.0.is_some()),
    }
}

#[cfg(test)]
mod tests;
