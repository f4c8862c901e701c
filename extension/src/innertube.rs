//! The JSON bodies of YouTube's own interface, InnerTube: just the fields that label a token.

use crate::body::{Unreadable, plain};
use serde::Deserialize;
use std::borrow::Cow;

/// What a `/youtubei/v1/player` body says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct PlayerRequest {
    pub(crate) po_token: Option<String>,
    pub(crate) video_id: Option<String>,
    pub(crate) client_name: Option<String>,
    pub(crate) client_version: Option<String>,
    pub(crate) visitor_data: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    #[serde(borrow)]
    video_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    context: Option<Context<'a>>,
    #[serde(borrow)]
    service_integrity_dimensions: Option<Dimensions<'a>>,
}

#[derive(Deserialize)]
struct Context<'a> {
    #[serde(borrow)]
    client: Option<Client<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Client<'a> {
    #[serde(borrow)]
    client_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    client_version: Option<Cow<'a, str>>,
    #[serde(borrow)]
    visitor_data: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Dimensions<'a> {
    #[serde(borrow)]
    po_token: Option<Cow<'a, str>>,
}

/// Reads the body of a player request, plain or gzip.
///
/// # Errors
/// [`Unreadable`] where it is no such body.
pub(crate) fn player_request(body: &[u8]) -> Result<PlayerRequest, Unreadable> {
    let bytes = plain(body)?;
    let Body { video_id, context, service_integrity_dimensions } =
        serde_json::from_slice(&bytes).map_err(|_| Unreadable::NotJson)?;
    let owned = |text: Option<Cow<'_, str>>| text.map(Cow::into_owned);
    let client = context.and_then(|context| context.client);
    let (client_name, client_version, visitor_data) = client.map_or((None, None, None), |client| {
        (owned(client.client_name), owned(client.client_version), owned(client.visitor_data))
    });
    Ok(PlayerRequest {
        po_token: owned(service_integrity_dimensions.and_then(|dimensions| dimensions.po_token)),
        video_id: owned(video_id),
        client_name,
        client_version,
        visitor_data,
    })
}
