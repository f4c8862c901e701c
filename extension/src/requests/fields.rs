//! The fields of a request that tell of a token and its playback.

use potbridge_protocol::{Client, Cpn, NotAToken, PoToken, VideoId, VisitorData};

/// The fields of one request, each checked.
///
/// A field of a wrong shape counts as absent.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct RequestFields {
    /// `None` if there is no token, or an empty one.
    pub(crate) token: Option<Result<PoToken, NotAToken>>,
    pub(crate) client: Option<Client>,
    pub(crate) video_id: Option<VideoId>,
    pub(crate) visitor_data: Option<VisitorData>,
    pub(crate) cpn: Option<Cpn>,
    /// Whether it asks for the playback anew, because the server refused to go on with it.
    pub(crate) reloads: bool,
}

/// What stands where a token should be. `None` if nothing does.
pub(crate) fn token(found: Result<PoToken, NotAToken>) -> Option<Result<PoToken, NotAToken>> {
    (found != Err(NotAToken::Empty)).then_some(found)
}

/// The client, if the name is one.
pub(crate) fn client(name: Option<&str>, version: Option<&str>) -> Option<Client> {
    Client::new(name?, version).ok()
}

/// The playback, if the text names one.
pub(crate) fn cpn(text: Option<&str>) -> Option<Cpn> {
    Cpn::new(text?).ok()
}

/// The video, if the text names one.
pub(crate) fn video_id(text: Option<&str>) -> Option<VideoId> {
    VideoId::new(text?).ok()
}
